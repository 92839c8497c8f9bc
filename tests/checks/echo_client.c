/**
 * @file echo_client.c
 * @brief Sends numbered messages to an echo server on this machine, each after the echo of the one before came back
 *        whole.
 *
 * Usage: echo_client PORT COUNT
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/** @brief Connects to a port of this machine. Returns the descriptor, or -1. */
static int connect_to(unsigned long port) {
    struct sockaddr_in address;
    struct timeval patience = {30, 0};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        connect(descriptor, (const struct sockaddr *)&address, sizeof address) != 0) {
        perror("connect");
        return -1;
    }
    return descriptor;
}

/** @brief Sends one message and reads its echo. Returns whether it is the same. */
static int exchange(int descriptor, unsigned long number) {
    char message[32];
    char echo[32];
    size_t length = (size_t)snprintf(message, sizeof message, "message %06lu", number);
    size_t received = 0;
    if (send(descriptor, message, length, 0) != (ssize_t)length) {
        perror("send");
        return 0;
    }
    while (received < length) {
        ssize_t count = recv(descriptor, echo + received, length - received, 0);
        if (count <= 0) {
            fprintf(stderr, "no echo of %s\n", message);
            return 0;
        }
        received += (size_t)count;
    }
    return memcmp(message, echo, length) == 0;
}

/** @brief Sends the messages one after the other. */
int main(int argc, char **argv) {
    unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    int descriptor = count > 0 ? connect_to(strtoul(argv[1], NULL, 10)) : -1;
    unsigned long number;
    if (descriptor < 0) {
        return 1;
    }
    for (number = 1; number <= count; number++) {
        if (!exchange(descriptor, number)) {
            return 1;
        }
    }
    return close(descriptor) == 0 ? 0 : 1;
}

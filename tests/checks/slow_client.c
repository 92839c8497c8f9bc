/**
 * @file slow_client.c
 * @brief Sends much to an echo server and reads nothing until the server has stopped taking more; then everything
 *        must come back, and after the end of what is sent the end of what is received.
 *
 * Usage: slow_client free-port, which prints a port that is free; slow_client PORT
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TOTAL (32u << 20) /* more than the buffers of both sides hold */
#define PAUSE_MS 500      /* so long without room means that the server takes no more */
#define LIMIT_S 60

/** @brief What is sent or received at once. */
static uint8_t chunk[65536];

/** @brief An address of this machine. Returns it. */
static struct sockaddr_in loopback(int port) {
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/** @brief Prints a port that is free. Returns the exit status. */
static int print_free_port(void) {
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) {
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    return 0;
}

/** @brief The server was only just started. */
static int connect_to(int port) {
    const struct sockaddr_in address = loopback(port);
    const struct timespec pause = {0, 50 * 1000 * 1000};

    for (int i = 0; i < 200; i++) {
        int descriptor = socket(AF_INET, SOCK_STREAM, 0);

        if (descriptor >= 0 && connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0) {
            return fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 ? descriptor : -1;
        }
        (void)close(descriptor);
        (void)nanosleep(&pause, NULL);
    }
    return -1;
}

/** @brief The byte at a place of the stream; the period is a prime, so that a gap shows. */
static uint8_t byte_at(uint32_t place) {
    return (uint8_t)(place % 251);
}

/** @brief One send of what follows. Returns what was sent, 0 if there is no room, or -1. */
static long send_some(int descriptor, uint32_t sent) {
    const uint32_t left = TOTAL - sent;
    const size_t size = left < sizeof chunk ? left : sizeof chunk;

    for (size_t i = 0; i < size; i++) {
        chunk[i] = byte_at(sent + (uint32_t)i);
    }
    ssize_t result = send(descriptor, chunk, size, 0);
    return result < 0 && errno == EAGAIN ? 0 : (long)result;
}

/** @brief One receive. Returns what came as it must, 0 if there is nothing, or -1, also at the end of the stream. */
static long receive_some(int descriptor, uint32_t received) {
    const ssize_t result = recv(descriptor, chunk, sizeof chunk, 0);

    for (ssize_t i = 0; i < result; i++) {
        if (chunk[i] != byte_at(received + (uint32_t)i)) {
            fprintf(stderr, "byte %lu is not what was sent\n", (unsigned long)received + (unsigned long)i);
            return -1;
        }
    }
    return result < 0 && errno == EAGAIN ? 0 : result > 0 ? (long)result : -1;
}

/** @brief Sends until the server takes no more. Returns what was sent, TOTAL if something is wrong. */
static uint32_t fill(int descriptor) {
    struct pollfd room = {descriptor, POLLOUT, 0};
    uint32_t sent = 0;

    while (sent < TOTAL && poll(&room, 1, PAUSE_MS) > 0) {
        const long step = send_some(descriptor, sent);

        if (step < 0) {
            perror("send");
            return TOTAL;
        }
        sent += (uint32_t)step;
    }
    printf("%lu bytes sent before the server took no more\n", (unsigned long)sent);
    return sent;
}

/** @brief Receives everything, and sends the rest meanwhile. Returns what came back. */
static uint32_t drain(int descriptor, uint32_t sent) {
    uint32_t received = 0;
    long step = 0;

    while (step >= 0 && received < TOTAL) {
        struct pollfd either = {descriptor, (short)(sent < TOTAL ? POLLIN | POLLOUT : POLLIN), 0};

        step = poll(&either, 1, -1) == 1 ? receive_some(descriptor, received) : -1;
        received += step > 0 ? (uint32_t)step : 0;
        if (step >= 0 && sent < TOTAL) {
            step = send_some(descriptor, sent);
            sent += step > 0 ? (uint32_t)step : 0;
        }
    }
    printf("%lu bytes of %lu came back\n", (unsigned long)received, (unsigned long)TOTAL);
    return received;
}

/** @brief Ends the stream. Returns whether the server then ends its own. */
static int ends_in_order(int descriptor) {
    struct pollfd end = {descriptor, POLLIN, 0};

    return shutdown(descriptor, SHUT_WR) == 0 && poll(&end, 1, -1) == 1 && recv(descriptor, chunk, 1, 0) == 0;
}

/** @brief Runs the client, or prints a free port. */
int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "free-port") == 0) {
        return print_free_port();
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)alarm(LIMIT_S);
    int descriptor = connect_to(argc == 2 ? atoi(argv[1]) : 0);
    uint32_t sent = descriptor < 0 ? TOTAL : fill(descriptor);
    if (sent == TOTAL) {
        fprintf(stderr, "no connection, or a server that takes everything\n");
        return 1;
    }
    if (drain(descriptor, sent) < TOTAL || !ends_in_order(descriptor)) {
        fprintf(stderr, "bytes were lost, or the end of the stream\n");
        return 1;
    }
    return 0;
}

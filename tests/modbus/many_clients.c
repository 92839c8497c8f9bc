/**
 * @file many_clients.c
 * @brief More clients at once than a running examples/modbus_server has contexts for: as many as it has are served
 * together, the others wait and are served when the first ones have gone. Usage: many_clients PORT. Ends with status 0
 * if so.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/** @brief Clients that the example serves at once. */
#define SERVED 512
/** @brief Clients beyond those that are served at once. */
#define WAITING 8
/** @brief Longest wait, in ms. */
#define PATIENCE_MS 20000

/** @brief A request for one register. */
static const char request[12] = {0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1};
/** @brief The response to it. */
static const char response[11] = {0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 0};

/** @brief The clients. */
static int sockets[SERVED + WAITING];

/** @brief Ends the program if a condition does not hold. */
static void require(int condition, const char *what, int client) {
    if (!condition) {
        fprintf(stderr, "many_clients: client %d: ", client);
        perror(what);
        exit(1);
    }
}

/** @brief Connects a client. */
static void open_client(int client, long port) {
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockets[client] = socket(AF_INET, SOCK_STREAM, 0);
    require(sockets[client] >= 0, "socket", client);
    require(connect(sockets[client], (const struct sockaddr *)(const void *)&address, sizeof address) == 0, "connect",
            client);
}

/** @brief Sends a client's request. */
static void ask(int client) {
    require(send(sockets[client], request, sizeof request, MSG_NOSIGNAL) == sizeof request, "send", client);
}

/** @brief Whether a client's response comes within a time. */
static int readable(int client, int wait_ms) {
    struct pollfd entry = {.fd = sockets[client], .events = POLLIN};

    return poll(&entry, 1, wait_ms);
}

/** @brief A response of 11 bytes over loopback comes whole. */
static void expect_response(int client) {
    char bytes[64];

    require(readable(client, PATIENCE_MS) == 1, "wait for the response", client);
    require(recv(sockets[client], bytes, sizeof bytes, 0) == sizeof response, "receive the response", client);
    require(memcmp(bytes, response, sizeof response) == 0, "compare the response", client);
}

/** @brief The program. */
int main(int argc, char **argv) {
    long port = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

    if (port <= 0 || port > 65535) {
        fprintf(stderr, "usage: many_clients PORT\n");
        return 2;
    }
    for (int client = 0; client < SERVED + WAITING; client++) {
        open_client(client, port);
        ask(client);
        if (client < SERVED) {
            expect_response(client);
        }
    }
    for (int round = 0; round < 3; round++) {
        for (int client = 0; client < SERVED; client++) {
            ask(client);
        }
        for (int client = 0; client < SERVED; client++) {
            expect_response(client);
        }
    }
    for (int client = SERVED; client < SERVED + WAITING; client++) {
        require(readable(client, 0) == 0, "wait in the backlog", client);
    }
    for (int client = 0; client < WAITING; client++) {
        require(close(sockets[client]) == 0, "close", client);
    }
    for (int client = SERVED; client < SERVED + WAITING; client++) {
        expect_response(client);
    }
    printf("%d clients were served, %d of them at once\n", SERVED + WAITING, SERVED);
    return 0;
}

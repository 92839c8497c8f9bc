/**
 * @file soak_clients.c
 * @brief Clients of the soak test, with plain sockets and poll(): polite ones check each byte, the others reset, send
 * garbage, hardly receive, end one direction, or leave at once.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE /* struct linger, and the socket calls with -std=c99 */

#include "../harness/random.h"
#include "soak.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/** @brief What a client is like. */
typedef enum role {
    POLITE = 0,    /**< @brief It sends, receives all and checks it. */
    RESET = 1,     /**< @brief It sends, and ends with a reset. */
    GARBAGE = 2,   /**< @brief It sends random bytes. */
    SLOW = 3,      /**< @brief It sends a lot, and hardly receives. */
    HALF = 4,      /**< @brief It sends, ends its direction, and receives until the end. */
    AT_ONCE = 5,   /**< @brief It leaves as soon as it is connected. */
    ROLE_COUNT = 6 /**< @brief How many there are. */
} role_t;

/** @brief How long a polite client waits until it is served, in ms: the pools are smaller than the number of clients. */
#define PATIENCE_MS 60000u
/** @brief What a polite client asks for: bytes of the echo server, requests of the Modbus server. */
enum { ECHO_BYTES = 6000, MODBUS_REQUESTS = 5, MODBUS_RESPONSE = 29 };

/** @brief A client. */
typedef struct client {
    int descriptor;    /**< @brief Its socket, -1: none. */
    role_t role;       /**< @brief What it is like. */
    bool is_modbus;    /**< @brief It talks to the Modbus server. */
    bool has_ended;    /**< @brief It has ended its direction. */
    uint64_t until_ms; /**< @brief When it ends; the time of its next connection if it has none. */
    uint32_t sent;     /**< @brief Bytes sent. */
    uint32_t received; /**< @brief Bytes received. */
} client_t;

static client_t clients[SOAK_CLIENTS]; /**< @brief The clients. */
static uint64_t random_state;          /**< @brief Their generator. */
static soak_counts_t *counts;          /**< @brief Where they count. */

/** @brief A random number below a limit. */
static uint32_t random_below(uint32_t limit) {
    return (uint32_t)(harness_random(&random_state) % limit);
}

/** @brief The time in ms. */
static uint64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

/** @brief Ends a connection; the next one comes soon. */
static void leave(client_t *client, bool with_reset) {
    struct linger at_once = {1, 0};

    if (with_reset) {
        (void)setsockopt(client->descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        counts->resets++;
    }
    (void)close(client->descriptor);
    client->descriptor = -1;
    client->until_ms = now_ms() + random_below(100);
}

/** @brief Connects, from one of many addresses of loopback, so that no address runs out of ports. */
static void begin(client_t *client, const soak_ports_t *ports) {
    struct sockaddr_in address;
    int small = 2048;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7F000002u + random_below(200));
    client->role = (role_t)random_below(ROLE_COUNT);
    client->is_modbus = random_below(2) == 1;
    client->has_ended = false;
    client->sent = 0;
    client->received = 0;
    client->until_ms = now_ms() + (client->role == POLITE ? PATIENCE_MS : 5 + random_below(3000));
    client->descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (client->descriptor < 0) {
        return;
    }
    (void)fcntl(client->descriptor, F_SETFL, O_NONBLOCK);
    (void)bind(client->descriptor, (struct sockaddr *)&address, sizeof address);
    if (client->role == SLOW) {
        (void)setsockopt(client->descriptor, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(client->is_modbus ? ports->modbus : ports->echo);
    if (connect(client->descriptor, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
        leave(client, false);
        return;
    }
    counts->connections++;
    counts->garbage += client->role == GARBAGE && client->is_modbus;
    counts->slow += client->role == SLOW;
}

/** @brief The byte at a place of a stream that a client sends to the echo server. */
static uint8_t echo_byte(const client_t *client, uint32_t place) {
    return (uint8_t)(place * 7u + (uint32_t)(client - clients));
}

/** @brief Byte at a place of a stream of requests: read 10 registers, transaction identifiers that count. */
static uint8_t request_byte(uint32_t place) {
    static const uint8_t request[12] = {0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10};
    return place % 12 == 1 ? (uint8_t)(place / 12) : request[place % 12];
}

/** @brief Byte at a place of the stream of responses to them: each register has its own number. */
static uint8_t response_byte(uint32_t place) {
    static const uint8_t header[9] = {0, 0, 0, 0, 0, 23, 1, 3, 20};
    uint32_t offset = place % MODBUS_RESPONSE;
    if (offset < 9) {
        return offset == 1 ? (uint8_t)(place / MODBUS_RESPONSE) : header[offset];
    }
    return (offset - 9) % 2 == 1 ? (uint8_t)((offset - 9) / 2) : 0;
}

/** @brief Bytes that a client sends in all. */
static uint32_t bytes_to_send(const client_t *client) {
    if (client->role == AT_ONCE) {
        return 0;
    }
    if (client->role == SLOW) {
        return 1000000;
    }
    return client->is_modbus ? 12u * MODBUS_REQUESTS : ECHO_BYTES;
}

/** @brief Sends the next bytes. @return whether the connection lives. */
static bool send_some(client_t *client) {
    uint8_t bytes[1024];
    uint32_t left = bytes_to_send(client) - client->sent;
    uint32_t length = left < sizeof bytes ? left : (uint32_t)sizeof bytes;

    for (uint32_t i = 0; i < length; i++) {
        uint32_t place = client->sent + i;
        bytes[i] = client->role == GARBAGE ? (uint8_t)random_below(256)
                   : client->is_modbus     ? request_byte(place)
                                           : echo_byte(client, place);
    }
    ssize_t sent = length > 0 ? send(client->descriptor, bytes, length, MSG_NOSIGNAL) : 0;
    if (sent < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    client->sent += (uint32_t)sent;
    if (client->role == HALF && client->sent == bytes_to_send(client) && !client->has_ended) {
        client->has_ended = true;
        counts->half_closed++;
        (void)shutdown(client->descriptor, SHUT_WR);
    }
    return true;
}

/** @brief Receives, and checks what a polite client has got. @return whether the connection lives. */
static bool receive_some(client_t *client) {
    uint8_t bytes[4096];
    size_t wanted = client->role == SLOW ? 1 : sizeof bytes;
    ssize_t length = recv(client->descriptor, bytes, wanted, 0);

    if (length <= 0) {
        return length < 0 && (errno == EAGAIN || errno == EINTR);
    }
    for (ssize_t i = 0; i < length && client->role != GARBAGE; i++) {
        uint32_t place = client->received + (uint32_t)i;
        counts->wrong += bytes[i] != (client->is_modbus ? response_byte(place) : echo_byte(client, place));
    }
    client->received += (uint32_t)length;
    return true;
}

/** @brief What a client does that is ready. */
static void act(client_t *client, short ready) {
    bool lives = true;

    if (client->role == AT_ONCE) {
        leave(client, random_below(2) == 1);
        return;
    }
    if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0) {
        lives = receive_some(client);
    }
    if (lives && (ready & POLLOUT) != 0) {
        lives = send_some(client);
    }
    uint32_t wanted = client->is_modbus ? MODBUS_RESPONSE * MODBUS_REQUESTS : ECHO_BYTES;
    if (client->role == POLITE && client->received == wanted) {
        counts->completed++;
        leave(client, false);
    } else if (!lives) {
        counts->hung_up += client->role == POLITE; /* the server has no reason to hang up */
        leave(client, false);
    }
}

/** @brief A client whose time is over ends, and one that has no connection begins one. */
static void at_time(client_t *client, const soak_ports_t *ports, bool is_over) {
    if (client->until_ms > now_ms()) {
        return;
    }
    if (client->descriptor >= 0) {
        counts->unserved += client->role == POLITE; /* it was not served */
        leave(client, client->role == RESET || client->role == SLOW);
    } else if (!is_over) {
        begin(client, ports);
    }
}

void soak_clients_run(const soak_ports_t *ports, uint32_t seed, uint64_t duration_ms, soak_counts_t *result) {
    static struct pollfd polled[SOAK_CLIENTS];
    uint64_t end_ms = now_ms() + duration_ms;
    bool is_busy = true;

    counts = result;
    memset(result, 0, sizeof *result);
    random_state = seed;
    for (int i = 0; i < SOAK_CLIENTS; i++) {
        clients[i].descriptor = -1;
        clients[i].until_ms = now_ms() + random_below(500);
    }
    while (is_busy) {
        bool is_over = now_ms() >= end_ms;
        is_busy = !is_over;
        for (int i = 0; i < SOAK_CLIENTS; i++) {
            client_t *client = &clients[i];
            at_time(client, ports, is_over);
            is_busy |= client->descriptor >= 0;
            polled[i].fd = client->descriptor;
            polled[i].revents = 0;
            polled[i].events = 0;
            if (client->descriptor >= 0) {
                bool reads = client->role != SLOW || random_below(50) == 0;
                bool sends = client->sent < bytes_to_send(client) || client->role == AT_ONCE;
                polled[i].events = (short)((reads ? POLLIN : 0) | (sends ? POLLOUT : 0));
            }
        }
        if (poll(polled, SOAK_CLIENTS, 5) <= 0) {
            continue;
        }
        for (int i = 0; i < SOAK_CLIENTS; i++) {
            if (polled[i].fd >= 0 && polled[i].revents != 0) {
                act(&clients[i], polled[i].revents);
            }
        }
    }
}

/*
 * Moves the messages of the load client; see load.h. Each reply is compared with the expected one; a wrong reply ends
 * the program.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "load.h"

#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_EVENTS 256
#define ECHO_SIZE 64
#define REGISTERS 10
#define MODBUS_REQUEST_SIZE 12
#define MODBUS_REPLY_SIZE (9 + 2 * REGISTERS)
/* A datagram without a reply after this time counts as lost and is sent again. */
#define DATAGRAM_TIMEOUT_MS 200
/* After so long without any reply no more are expected. */
#define DRAIN_TIMEOUT_MS 2000
/* Closed connections keep their port for a while; with so many source addresses there are always free ones. */
#define SOURCE_ADDRESSES 200

typedef struct connection {
    int descriptor; /* -1 after the server has closed it */
    uint32_t sequence;
    uint32_t received; /* bytes of the reply */
    bool waiting;
    uint8_t request[ECHO_SIZE];
    uint8_t reply[ECHO_SIZE];
} connection_t;

static connection_t connections[BENCH_MAX_CONNECTIONS];
static uint32_t connection_count;
static load_mode_t mode;
static uint16_t port;
static uint32_t request_size;
static uint32_t reply_size;
static int epoll_descriptor;
static uint64_t started;
static uint64_t start_limit;
static uint32_t outstanding;
static load_counts_t counts;

const load_counts_t *exchange_counts(void) {
    return &counts;
}

static void address_set(struct sockaddr_in *address, uint32_t last_byte, uint16_t port_number) {
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(0x7f000000u + last_byte);
    address->sin_port = htons(port_number);
}

/* A blocking connect: over loopback that is one system call. */
static int open_connection(void) {
    static uint32_t source;
    struct sockaddr_in address;
    int descriptor = socket(AF_INET, mode == LOAD_UDP ? SOCK_DGRAM : SOCK_STREAM, 0);
    int on = 1;

    if (descriptor < 0) {
        bench_fail("socket");
    }
    if (mode == LOAD_CHURN) {
        source = source % SOURCE_ADDRESSES + 1;
        address_set(&address, source, 0);
        if (setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0 ||
            bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
            bench_fail("bind");
        }
    }
    address_set(&address, 1, port);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        bench_fail("connect");
    }
    return descriptor;
}

static void connection_open(connection_t *connection) {
    struct epoll_event event = {EPOLLIN | EPOLLET, {connection}};

    connection->descriptor = open_connection();
    if (epoll_ctl(epoll_descriptor, EPOLL_CTL_ADD, connection->descriptor, &event) != 0) {
        bench_fail("epoll_ctl");
    }
}

static void put_u16(uint8_t *bytes, uint32_t value) {
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static uint32_t get_u16(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

/* Echo: a message that no other connection and no other turn sends. Modbus: registers that move with the sequence. */
static void make_request(connection_t *connection) {
    uint32_t index = (uint32_t)(connection - connections);
    uint8_t *request = connection->request;

    connection->sequence++;
    if (mode == LOAD_MODBUS) {
        put_u16(request, connection->sequence);
        put_u16(request + 2, 0);
        put_u16(request + 4, MODBUS_REQUEST_SIZE - 6);
        request[6] = 1;
        request[7] = 3;
        put_u16(request + 8, connection->sequence % 64);
        put_u16(request + 10, REGISTERS);
    } else {
        memcpy(request, &index, sizeof index);
        memcpy(request + sizeof index, &connection->sequence, sizeof connection->sequence);
    }
}

/* Each register of the server holds its address plus 1000. */
static bool is_modbus_reply(const connection_t *connection) {
    const uint8_t *reply = connection->reply;
    uint32_t first = connection->sequence % 64;
    uint32_t i;

    if (get_u16(reply) != (connection->sequence & 0xFFFF) || get_u16(reply + 2) != 0 ||
        get_u16(reply + 4) != MODBUS_REPLY_SIZE - 6 || reply[6] != 1 || reply[7] != 3 || reply[8] != 2 * REGISTERS) {
        return false;
    }
    for (i = 0; i < REGISTERS; i++) {
        if (get_u16(reply + 9 + 2 * i) != first + i + 1000) {
            return false;
        }
    }
    return true;
}

static bool is_right_reply(const connection_t *connection) {
    return mode == LOAD_MODBUS ? is_modbus_reply(connection)
                               : memcmp(connection->reply, connection->request, ECHO_SIZE) == 0;
}

/* The server has closed the connection; what was outstanding on it is lost. */
static void connection_lost(connection_t *connection) {
    close(connection->descriptor);
    connection->descriptor = -1;
    outstanding -= connection->waiting ? 1 : 0;
    connection->waiting = false;
    counts.lost++;
}

static void connection_send(connection_t *connection) {
    connection->received = 0;
    if (send(connection->descriptor, connection->request, request_size, MSG_DONTWAIT | MSG_NOSIGNAL) !=
        (ssize_t)request_size) {
        connection_lost(connection);
    }
}

static void start_next(connection_t *connection) {
    if (started >= start_limit || connection->descriptor < 0) {
        return;
    }
    started++;
    outstanding++;
    connection->waiting = true;
    make_request(connection);
    connection_send(connection);
}

static void complete(connection_t *connection) {
    if (!is_right_reply(connection)) {
        if (mode == LOAD_UDP) {
            connection->received = 0;
            return; /* the reply to a datagram that was sent twice */
        }
        fprintf(stderr, "load: a wrong reply on connection %u\n", (unsigned)(connection - connections));
        exit(1);
    }
    counts.completed++;
    outstanding--;
    connection->waiting = false;
    if (mode == LOAD_CHURN) {
        close(connection->descriptor);
        connection_open(connection);
    }
    start_next(connection);
}

static void on_readable(connection_t *connection) {
    ssize_t received = recv(connection->descriptor, connection->reply + connection->received,
                            reply_size - connection->received, MSG_DONTWAIT);

    if (received > 0) {
        connection->received += (uint32_t)received;
        if (connection->received == reply_size) {
            complete(connection);
        }
    } else if (received == 0 || (errno != EAGAIN && errno != EINTR)) {
        connection_lost(connection);
    }
}

/* Returns how many events came. */
static int wait_and_handle(int timeout_ms) {
    struct epoll_event events[MAX_EVENTS];
    int count = epoll_wait(epoll_descriptor, events, MAX_EVENTS, timeout_ms);
    int i;

    if (count < 0 && errno != EINTR) {
        bench_fail("epoll_wait");
    }
    for (i = 0; i < count; i++) {
        on_readable((connection_t *)events[i].data.ptr);
    }
    return count;
}

static void send_lost_datagrams_again(void) {
    uint32_t i;

    for (i = 0; i < connection_count; i++) {
        if (connections[i].waiting) {
            counts.lost++;
            connection_send(&connections[i]);
        }
    }
}

void exchange_run(uint64_t deadline_ns, uint64_t message_limit) {
    uint32_t i;

    start_limit = message_limit;
    for (i = 0; i < connection_count; i++) {
        if (!connections[i].waiting) {
            start_next(&connections[i]);
        }
    }
    while (outstanding > 0 && bench_now_ns() < deadline_ns) {
        if (wait_and_handle(DATAGRAM_TIMEOUT_MS) == 0 && mode == LOAD_UDP) {
            send_lost_datagrams_again();
        }
    }
}

void exchange_drain(void) {
    start_limit = 0;
    while (outstanding > 0 && wait_and_handle(DRAIN_TIMEOUT_MS) != 0) {
    }
    counts.lost += outstanding;
}

/* One message and its reply, so that the server has certainly accepted the connection; then it stays idle. */
static void open_idle_connection(void) {
    uint8_t message[ECHO_SIZE] = {0};
    int descriptor = open_connection();

    if (send(descriptor, message, sizeof message, MSG_NOSIGNAL) != (ssize_t)sizeof message ||
        recv(descriptor, message, sizeof message, MSG_WAITALL) != (ssize_t)sizeof message) {
        bench_fail("idle connection");
    }
}

void exchange_open(load_mode_t mode_of_run, uint16_t port_of_server, uint32_t active, uint32_t idle) {
    uint32_t i;

    mode = mode_of_run;
    port = port_of_server;
    connection_count = active;
    request_size = mode == LOAD_MODBUS ? MODBUS_REQUEST_SIZE : ECHO_SIZE;
    reply_size = mode == LOAD_MODBUS ? MODBUS_REPLY_SIZE : ECHO_SIZE;
    epoll_descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_descriptor < 0) {
        bench_fail("epoll_create1");
    }
    for (i = 0; i < idle; i++) {
        open_idle_connection();
    }
    for (i = 0; i < active; i++) {
        connection_open(&connections[i]);
    }
}

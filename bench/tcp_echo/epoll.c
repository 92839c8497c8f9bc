/*
 * TCP echo with epoll alone: the limit that a library can reach. Edge-triggered, each connection registered once, three
 * system calls for a message.
 *
 * As in every program here a reply that the socket has no room for ends the connection: with one message of 64 bytes
 * outstanding that does not happen.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_EVENTS 64

typedef struct connection {
    int descriptor;
    uint8_t buffer[BENCH_BUFFER_SIZE];
} connection_t;

static connection_t connections[BENCH_MAX_DESCRIPTORS]; /* the index is the descriptor */
static int epoll_descriptor;
static int listener;

static void on_connection(void) {
    struct epoll_event event = {EPOLLIN | EPOLLRDHUP | EPOLLET, {NULL}};
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (descriptor < 0) {
        return;
    }
    connections[descriptor].descriptor = descriptor;
    event.data.ptr = &connections[descriptor];
    if (epoll_ctl(epoll_descriptor, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        bench_fail("epoll_ctl");
    }
}

/* After a short read nothing is left, unless the end of the stream was reported: its 0 is still to be read. */
static void on_readable(connection_t *connection, uint32_t events) {
    ssize_t received;

    do {
        received = recv(connection->descriptor, connection->buffer, BENCH_BUFFER_SIZE, 0);
        if (received < 0 && errno == EAGAIN) {
            return;
        }
        if (received <= 0 ||
            send(connection->descriptor, connection->buffer, (size_t)received, MSG_NOSIGNAL) != received) {
            close(connection->descriptor);
            return;
        }
    } while (received == BENCH_BUFFER_SIZE || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
}

int main(void) {
    struct epoll_event events[MAX_EVENTS];
    struct epoll_event event = {EPOLLIN, {NULL}};

    bench_server_begin("epoll");
    listener = bench_listen_tcp();
    epoll_descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_descriptor < 0 || epoll_ctl(epoll_descriptor, EPOLL_CTL_ADD, listener, &event) != 0) {
        bench_fail("epoll");
    }
    bench_server_ready(bench_local_port(listener));
    for (;;) {
        int count = epoll_wait(epoll_descriptor, events, MAX_EVENTS, -1);
        int i;

        for (i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL) {
                on_connection();
            } else {
                on_readable((connection_t *)events[i].data.ptr, events[i].events);
            }
        }
    }
}

/*
 * TCP echo with libevent's plain events.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct connection {
    struct event event;
    uint8_t buffer[BENCH_BUFFER_SIZE];
} connection_t;

static connection_t connections[BENCH_MAX_DESCRIPTORS]; /* the index is the descriptor */
static struct event_base *base;

static void on_readable(evutil_socket_t descriptor, short events, void *user_data) {
    connection_t *connection = (connection_t *)user_data;
    ssize_t received = recv(descriptor, connection->buffer, BENCH_BUFFER_SIZE, 0);

    (void)events;
    if (received < 0 && errno == EAGAIN) {
        return;
    }
    if (received <= 0 || send(descriptor, connection->buffer, (size_t)received, MSG_NOSIGNAL) != received) {
        event_del(&connection->event);
        close(descriptor);
    }
}

static void on_connection(evutil_socket_t listener, short events, void *user_data) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)events;
    (void)user_data;
    if (descriptor < 0) {
        return;
    }
    if (event_assign(&connections[descriptor].event, base, descriptor, EV_READ | EV_PERSIST, on_readable,
                     &connections[descriptor]) != 0 ||
        event_add(&connections[descriptor].event, NULL) != 0) {
        bench_fail("event_add");
    }
}

int main(void) {
    struct event listener;
    int descriptor;

    bench_server_begin("libevent");
    base = event_base_new();
    descriptor = bench_listen_tcp();
    if (base == NULL || event_assign(&listener, base, descriptor, EV_READ | EV_PERSIST, on_connection, NULL) != 0 ||
        event_add(&listener, NULL) != 0) {
        bench_fail("libevent");
    }
    bench_server_ready(bench_local_port(descriptor));
    event_base_dispatch(base);
    return 1;
}

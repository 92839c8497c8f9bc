/*
 * TCP echo with libev.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#define EV_COMPAT3 0
#include "bench.h"

#include <errno.h>
#include <ev.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct connection {
    ev_io watcher;
    uint8_t buffer[BENCH_BUFFER_SIZE];
} connection_t;

static connection_t connections[BENCH_MAX_DESCRIPTORS]; /* the index is the descriptor */

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events) {
    connection_t *connection = (connection_t *)watcher;
    ssize_t received = recv(watcher->fd, connection->buffer, BENCH_BUFFER_SIZE, 0);

    (void)events;
    if (received < 0 && errno == EAGAIN) {
        return;
    }
    if (received <= 0 || send(watcher->fd, connection->buffer, (size_t)received, MSG_NOSIGNAL) != received) {
        ev_io_stop(loop, watcher);
        close(watcher->fd);
    }
}

static void on_connection(struct ev_loop *loop, ev_io *watcher, int events) {
    int descriptor = accept4(watcher->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)events;
    if (descriptor < 0) {
        return;
    }
    ev_io_init(&connections[descriptor].watcher, on_readable, descriptor, EV_READ);
    ev_io_start(loop, &connections[descriptor].watcher);
}

int main(void) {
    struct ev_loop *loop;
    ev_io listener;

    bench_server_begin("libev");
    loop = ev_loop_new(EVBACKEND_EPOLL);
    if (loop == NULL) {
        bench_fail("ev_loop_new");
    }
    ev_io_init(&listener, on_connection, bench_listen_tcp(), EV_READ);
    ev_io_start(loop, &listener);
    bench_server_ready(bench_local_port(listener.fd));
    ev_run(loop, 0);
    return 1;
}

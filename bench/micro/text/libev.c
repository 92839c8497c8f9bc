/* SPDX-License-Identifier: MIT */
/** @file libev.c @brief The smallest echo server with libev. Its argument is the port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ev.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[512];
static ev_io watchers[64];

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events) {
    ssize_t received = recv(watcher->fd, buffer, sizeof buffer, 0);
    (void)events;
    if (received <= 0 || send(watcher->fd, buffer, (size_t)received, MSG_NOSIGNAL) != received) {
        ev_io_stop(loop, watcher);
        (void)close(watcher->fd);
    }
}

static void on_connection(struct ev_loop *loop, ev_io *watcher, int events) {
    int descriptor = accept4(watcher->fd, NULL, NULL, SOCK_NONBLOCK);
    (void)events;
    if (descriptor >= 0 && descriptor < 64) {
        ev_io_init(&watchers[descriptor], on_readable, descriptor, EV_READ);
        ev_io_start(loop, &watchers[descriptor]);
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "7"))};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct ev_loop *loop = ev_loop_new(EVBACKEND_EPOLL);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0) {
        return 1;
    }
    ev_io_init(&watchers[0], on_connection, listener, EV_READ);
    ev_io_start(loop, &watchers[0]);
    ev_run(loop, 0);
    return 1;
}

/*
 * UDP echo with libev.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#define EV_COMPAT3 0
#include "bench.h"

#include <ev.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events) {
    static uint8_t buffer[BENCH_BUFFER_SIZE];
    struct sockaddr_in sender;
    socklen_t length = sizeof sender;
    int i;

    (void)loop;
    (void)events;
    for (i = 0; i < BENCH_DATAGRAMS; i++) {
        ssize_t received = recvfrom(watcher->fd, buffer, sizeof buffer, 0, (struct sockaddr *)&sender, &length);

        if (received < 0) {
            return;
        }
        (void)sendto(watcher->fd, buffer, (size_t)received, 0, (struct sockaddr *)&sender, length);
    }
}

int main(void) {
    struct ev_loop *loop;
    ev_io watcher;

    bench_server_begin("libev");
    loop = ev_loop_new(EVBACKEND_EPOLL);
    if (loop == NULL) {
        bench_fail("ev_loop_new");
    }
    ev_io_init(&watcher, on_readable, bench_open_udp(), EV_READ);
    ev_io_start(loop, &watcher);
    bench_server_ready(bench_local_port(watcher.fd));
    ev_run(loop, 0);
    return 1;
}

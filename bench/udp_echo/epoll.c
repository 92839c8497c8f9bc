/*
 * UDP echo with epoll alone: the limit that a library can reach. For each event the server replies to all datagrams that have come.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static void on_readable(int descriptor) {
    static uint8_t buffer[BENCH_BUFFER_SIZE];
    struct sockaddr_in sender;
    socklen_t length = sizeof sender;
    int i;

    for (i = 0; i < BENCH_DATAGRAMS; i++) {
        ssize_t received = recvfrom(descriptor, buffer, sizeof buffer, 0, (struct sockaddr *)&sender, &length);

        if (received < 0) {
            return;
        }
        (void)sendto(descriptor, buffer, (size_t)received, 0, (struct sockaddr *)&sender, length);
    }
}

int main(void) {
    struct epoll_event event = {EPOLLIN, {NULL}};
    int epoll_descriptor;
    int descriptor;

    bench_server_begin("epoll");
    descriptor = bench_open_udp();
    epoll_descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_descriptor < 0 || epoll_ctl(epoll_descriptor, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        bench_fail("epoll");
    }
    bench_server_ready(bench_local_port(descriptor));
    for (;;) {
        if (epoll_wait(epoll_descriptor, &event, 1, -1) == 1) {
            on_readable(descriptor);
        }
    }
}

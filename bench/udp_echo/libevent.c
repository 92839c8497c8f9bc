/*
 * UDP echo with libevent, which has events for datagram sockets but no functions of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void on_readable(evutil_socket_t descriptor, short events, void *user_data) {
    static uint8_t buffer[BENCH_BUFFER_SIZE];
    struct sockaddr_in sender;
    socklen_t length = sizeof sender;
    int i;

    (void)events;
    (void)user_data;
    for (i = 0; i < BENCH_DATAGRAMS; i++) {
        ssize_t received = recvfrom(descriptor, buffer, sizeof buffer, 0, (struct sockaddr *)&sender, &length);

        if (received < 0) {
            return;
        }
        (void)sendto(descriptor, buffer, (size_t)received, 0, (struct sockaddr *)&sender, length);
    }
}

int main(void) {
    struct event_base *base;
    struct event event;
    int descriptor;

    bench_server_begin("libevent");
    base = event_base_new();
    descriptor = bench_open_udp();
    if (base == NULL || event_assign(&event, base, descriptor, EV_READ | EV_PERSIST, on_readable, NULL) != 0 ||
        event_add(&event, NULL) != 0) {
        bench_fail("libevent");
    }
    bench_server_ready(bench_local_port(descriptor));
    event_base_dispatch(base);
    return 1;
}

/* SPDX-License-Identifier: MIT */
/** @file libevent.c @brief The smallest echo server with libevent, without bufferevents. Its argument is the port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[512];
static struct event events[64];

static void on_readable(evutil_socket_t descriptor, short what, void *argument) {
    ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
    (void)what;
    if (received <= 0 || send(descriptor, buffer, (size_t)received, MSG_NOSIGNAL) != received) {
        (void)event_del((struct event *)argument);
        (void)close(descriptor);
    }
}

static void on_connection(evutil_socket_t listener, short what, void *base) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    (void)what;
    if (descriptor >= 0 && descriptor < 64) {
        (void)event_assign(&events[descriptor], (struct event_base *)base, descriptor, EV_READ | EV_PERSIST,
                           on_readable, &events[descriptor]);
        (void)event_add(&events[descriptor], NULL);
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "7"))};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct event_base *base = event_base_new();
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0) {
        return 1;
    }
    (void)event_assign(&events[0], base, listener, EV_READ | EV_PERSIST, on_connection, base);
    (void)event_add(&events[0], NULL);
    (void)event_base_dispatch(base);
    return 1;
}

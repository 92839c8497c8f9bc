/*
 * TCP echo with libevent's bufferevents, which move what was received to what shall be sent without a copy.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stddef.h>

static void on_readable(struct bufferevent *connection, void *user_data) {
    (void)user_data;
    if (evbuffer_add_buffer(bufferevent_get_output(connection), bufferevent_get_input(connection)) != 0) {
        bufferevent_free(connection);
    }
}

static void on_event(struct bufferevent *connection, short events, void *user_data) {
    (void)user_data;
    if ((events & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0) {
        bufferevent_free(connection);
    }
}

static void on_connection(struct evconnlistener *listener, evutil_socket_t descriptor, struct sockaddr *address,
                          int length, void *user_data) {
    struct bufferevent *connection =
        bufferevent_socket_new(evconnlistener_get_base(listener), descriptor, BEV_OPT_CLOSE_ON_FREE);

    (void)address;
    (void)length;
    (void)user_data;
    if (connection == NULL) {
        bench_fail("bufferevent_socket_new");
    }
    bufferevent_setcb(connection, on_readable, NULL, on_event, NULL);
    if (bufferevent_enable(connection, EV_READ | EV_WRITE) != 0) {
        bench_fail("bufferevent_enable");
    }
}

int main(void) {
    struct event_base *base;
    struct evconnlistener *listener;
    int descriptor;

    bench_server_begin("bufferevent");
    base = event_base_new();
    descriptor = bench_listen_tcp();
    listener = base == NULL ? NULL
                            : evconnlistener_new(base, on_connection, NULL,
                                                 LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, descriptor);
    if (listener == NULL) {
        bench_fail("libevent");
    }
    bench_server_ready(bench_local_port(descriptor));
    event_base_dispatch(base);
    return 1;
}

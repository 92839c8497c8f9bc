/* SPDX-License-Identifier: MIT */
/** @file sizes.c @brief Scenario (j): what an application declares for a connection, a timer and a source. */
#include "micro.h"

/* libev's header tests macros that it does not define. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <ev.h>
#pragma GCC diagnostic pop
#include <event2/event_struct.h>
#include <protocol_toolkit.h>
#include <uv.h>

static void print(const char *peer, size_t connection, size_t timer, size_t source) {
    micro_row("j-declared", peer, "connection", "bytes", 1, (double)connection);
    micro_row("j-declared", peer, "timer", "bytes", 1, (double)timer);
    micro_row("j-declared", peer, "source", "bytes", 1, (double)source);
}

int main(int argc, char **argv) {
    (void)micro_parse(argc, argv);
    print("ptk", sizeof(ptk_socket_internal_t), sizeof(ptk_timer_internal_t), sizeof(ptk_user_event_source_internal_t));
    print("libuv", sizeof(uv_tcp_t), sizeof(uv_timer_t), sizeof(uv_async_t));
    print("libev", sizeof(ev_io), sizeof(ev_timer), sizeof(ev_async));
    print("libevent", sizeof(struct event), sizeof(struct event), sizeof(struct event));
    return 0;
}

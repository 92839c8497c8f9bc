/* SPDX-License-Identifier: MIT */
/** @file libev.c @brief Raising from threads: libev's ev_async_send, which merges. */
#include "raise/raise.h"

/* libev's header tests macros that it does not define. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <ev.h>
#pragma GCC diagnostic pop

#define PEER_NAME "libev"
#define PEER_MERGES true
#define PEER_RAISES 4000000u

static struct ev_loop *loop;
static ev_async sources[MAX_RAISERS];

static void delivered(uint32_t raiser, uint64_t number);

static void on_async(struct ev_loop *unused, ev_async *async, int events) {
    (void)unused;
    (void)events;
    delivered((uint32_t)(async - sources), 0);
}

static void peer_open(void) {
    loop = ev_loop_new(EVBACKEND_EPOLL);
    micro_require(loop != NULL, "a loop");
    for (uint32_t i = 0; i < MAX_RAISERS; i++) {
        sources[i].cb = on_async;
        ev_async_start(loop, &sources[i]);
    }
}

static inline bool peer_raise(uint32_t raiser, uint64_t number) {
    (void)number;
    ev_async_send(loop, &sources[raiser]);
    return true;
}

static void peer_run(void) {
    ev_run(loop, 0);
}

static void peer_poll(void) {
    ev_run(loop, EVRUN_NOWAIT);
}

static void peer_quit(void) {
    ev_break(loop, EVBREAK_ALL);
}

#include "raise/scenario.h"

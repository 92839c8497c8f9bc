/* SPDX-License-Identifier: MIT */
/** @file libev.c @brief Timers: libev. */
#include "timers/timers.h"

/* libev's header tests macros that it does not define, and casts constness away in its inline functions. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <ev.h>
#pragma GCC diagnostic pop

#define PEER_NAME "libev"

static struct ev_loop *loop;
static ev_timer timers[TIMERS + 1];

static void expired(uint32_t index, uint64_t periods);

static void on_expired(struct ev_loop *unused, ev_timer *timer, int events) {
    (void)unused;
    (void)events;
    expired((uint32_t)(timer - timers), 1);
}

static void peer_open(void) {
    loop = ev_loop_new(EVBACKEND_EPOLL);
    micro_require(loop != NULL, "a loop");
    for (uint32_t i = 0; i <= TIMERS; i++) {
        timers[i].active = 0;
        timers[i].pending = 0;
        timers[i].priority = 0;
        timers[i].cb = on_expired;
    }
}

static inline void peer_start(uint32_t index, uint32_t ms) {
    timers[index].at = ms / 1e3;
    timers[index].repeat = 0;
    ev_timer_start(loop, &timers[index]);
}

static inline void peer_repeat(uint32_t index, uint32_t ms) {
    timers[index].at = ms / 1e3;
    timers[index].repeat = ms / 1e3;
    ev_timer_start(loop, &timers[index]);
}

static inline void peer_stop(uint32_t index) {
    ev_timer_stop(loop, &timers[index]);
}

static void peer_update_clock(void) {
    ev_now_update(loop);
}

static void peer_run(void) {
    ev_run(loop, 0);
}

static void peer_quit(void) {
    ev_break(loop, EVBREAK_ALL);
}

#include "timers/scenario.h"

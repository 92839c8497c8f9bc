/* SPDX-License-Identifier: MIT */
/** @file libuv.c @brief Timers: libuv. */
#include "timers/timers.h"

#include <uv.h>

#define PEER_NAME "libuv"

static uv_loop_t loop;
static uv_timer_t timers[TIMERS + 1];

static void expired(uint32_t index, uint64_t periods);

static void on_expired(uv_timer_t *timer) {
    expired((uint32_t)(timer - timers), 1);
}

static void peer_open(void) {
    micro_require(uv_loop_init(&loop) == 0, "a loop");
    for (uint32_t i = 0; i <= TIMERS; i++) {
        micro_require(uv_timer_init(&loop, &timers[i]) == 0, "timers");
    }
}

static inline void peer_start(uint32_t index, uint32_t ms) {
    (void)uv_timer_start(&timers[index], on_expired, ms, 0);
}

static inline void peer_repeat(uint32_t index, uint32_t ms) {
    (void)uv_timer_start(&timers[index], on_expired, ms, ms);
}

static inline void peer_stop(uint32_t index) {
    (void)uv_timer_stop(&timers[index]);
}

static void peer_update_clock(void) {
    uv_update_time(&loop);
}

static void peer_run(void) {
    (void)uv_run(&loop, UV_RUN_DEFAULT);
}

static void peer_quit(void) {
    uv_stop(&loop);
}

#include "timers/scenario.h"

/* SPDX-License-Identifier: MIT */
/** @file libevent.c @brief Timers: libevent. */
#include "timers/timers.h"

#include <event2/event.h>
#include <event2/event_struct.h>

#define PEER_NAME "libevent"

static struct event_base *base;
static struct event timers[TIMERS + 1];

static void expired(uint32_t index, uint64_t periods);

static void on_expired(evutil_socket_t unused, short events, void *argument) {
    (void)unused;
    (void)events;
    expired((uint32_t)(uintptr_t)argument, 1);
}

static void peer_open(void) {
    base = event_base_new();
    micro_require(base != NULL, "a loop");
    for (uint32_t i = 0; i <= TIMERS; i++) {
        micro_require(event_assign(&timers[i], base, -1, 0, on_expired, (void *)(uintptr_t)i) == 0, "timers");
    }
}

static struct timeval interval(uint32_t ms) {
    struct timeval value = {(long)(ms / 1000u), (long)(ms % 1000u) * 1000};
    return value;
}

static inline void peer_start(uint32_t index, uint32_t ms) {
    struct timeval value = interval(ms);
    (void)event_add(&timers[index], &value);
}

/** In libevent an event is made as repeating or not. */
static void peer_repeat(uint32_t index, uint32_t ms) {
    struct timeval value = interval(ms);
    (void)event_del(&timers[index]);
    (void)event_assign(&timers[index], base, -1, EV_PERSIST, on_expired, (void *)(uintptr_t)index);
    (void)event_add(&timers[index], &value);
}

static inline void peer_stop(uint32_t index) {
    (void)event_del(&timers[index]);
}

static void peer_update_clock(void) {
    (void)event_base_update_cache_time(base);
}

static void peer_run(void) {
    (void)event_base_loop(base, 0);
}

static void peer_quit(void) {
    (void)event_base_loopbreak(base);
}

#include "timers/scenario.h"

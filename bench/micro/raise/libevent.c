/* SPDX-License-Identifier: MIT */
/** @file libevent.c @brief Raising from threads: libevent's event_active with its lock, which merges. */
#include "raise/raise.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/thread.h>

#define PEER_NAME "libevent"
#define PEER_MERGES true
#define PEER_RAISES 1000000u

static struct event_base *base;
static struct event sources[MAX_RAISERS];
static struct event keep_alive;

static void delivered(uint32_t raiser, uint64_t number);

static void on_active(evutil_socket_t unused, short events, void *argument) {
    (void)unused;
    (void)events;
    delivered((uint32_t)(uintptr_t)argument, 0);
}

static void peer_open(void) {
    static const struct timeval hour = {3600, 0};
    micro_require(evthread_use_pthreads() == 0, "threads");
    base = event_base_new();
    micro_require(base != NULL && event_assign(&keep_alive, base, -1, EV_PERSIST, on_active, NULL) == 0 &&
                      event_add(&keep_alive, &hour) == 0,
                  "a loop");
    for (uint32_t i = 0; i < MAX_RAISERS; i++) {
        micro_require(event_assign(&sources[i], base, -1, 0, on_active, (void *)(uintptr_t)i) == 0, "sources");
    }
}

static inline bool peer_raise(uint32_t raiser, uint64_t number) {
    (void)number;
    event_active(&sources[raiser], EV_WRITE, 0);
    return true;
}

static void peer_run(void) {
    (void)event_base_loop(base, 0);
}

static void peer_poll(void) {
    (void)event_base_loop(base, EVLOOP_NONBLOCK);
}

static void peer_quit(void) {
    (void)event_base_loopbreak(base);
}

#include "raise/scenario.h"

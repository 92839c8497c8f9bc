/* SPDX-License-Identifier: MIT */
/**
 * @file array.c
 * @brief Timers: the limit, a plain array that is scanned when the earliest deadline is reached, at most once in each
 * millisecond, which is how exactly epoll waits. No checks, no order.
 */
#include "timers/timers.h"

#include <sys/epoll.h>

#define PEER_NAME "array"
#define NEVER UINT64_MAX
#define NS_PER_MS 1000000u

static uint64_t deadlines[TIMERS + 1];
static uint64_t intervals[TIMERS + 1];
static uint64_t now_ns;
static uint64_t earliest = NEVER;
static int poller;
static bool quit;

static void expired(uint32_t index, uint64_t periods);

static void peer_open(void) {
    poller = epoll_create1(0);
    micro_require(poller >= 0, "a poller");
    for (uint32_t i = 0; i <= TIMERS; i++) {
        deadlines[i] = NEVER;
    }
}

static inline void arm(uint32_t index, uint32_t ms, uint64_t interval) {
    deadlines[index] = now_ns + (uint64_t)ms * NS_PER_MS;
    intervals[index] = interval;
    if (deadlines[index] < earliest) {
        earliest = deadlines[index];
    }
}

static inline void peer_start(uint32_t index, uint32_t ms) {
    arm(index, ms, 0);
}

static inline void peer_repeat(uint32_t index, uint32_t ms) {
    arm(index, ms, (uint64_t)ms * NS_PER_MS);
}

static inline void peer_stop(uint32_t index) {
    deadlines[index] = NEVER;
}

static void peer_update_clock(void) {
    now_ns = micro_now_ns();
}

static void expire(void) {
    uint64_t due_ns = now_ns;
    uint64_t next = NEVER;
    earliest = NEVER;
    for (uint32_t i = 0; i <= TIMERS; i++) {
        if (deadlines[i] <= due_ns) {
            deadlines[i] = intervals[i] == 0 ? NEVER : deadlines[i] + intervals[i];
            expired(i, 1);
        }
        next = deadlines[i] < next ? deadlines[i] : next;
    }
    earliest = next < earliest ? next : earliest;
    earliest = earliest < due_ns + NS_PER_MS ? due_ns + NS_PER_MS : earliest;
}

static void peer_run(void) {
    struct epoll_event event;
    quit = false;
    while (!quit) {
        peer_update_clock();
        if (earliest > now_ns) {
            int wait_ms = earliest == NEVER ? -1 : (int)((earliest - now_ns + NS_PER_MS - 1) / NS_PER_MS);
            (void)epoll_wait(poller, &event, 1, wait_ms);
            peer_update_clock();
        }
        if (earliest <= now_ns) {
            expire();
        }
    }
}

static void peer_quit(void) {
    quit = true;
}

#include "timers/scenario.h"

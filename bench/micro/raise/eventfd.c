/* SPDX-License-Identifier: MIT */
/** @file eventfd.c @brief Raising from threads: a bare eventfd and epoll, one write for each raise. */
#include "raise/raise.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PEER_NAME "eventfd"
#define PEER_MERGES true
#define PEER_RAISES 400000u

static int sources[MAX_RAISERS];
static int poller;
static bool quit;

static void delivered(uint32_t raiser, uint64_t number);

static void peer_open(void) {
    poller = epoll_create1(0);
    micro_require(poller >= 0, "a poller");
    for (uint32_t i = 0; i < MAX_RAISERS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = i}};
        sources[i] = eventfd(0, EFD_NONBLOCK);
        micro_require(sources[i] >= 0 && epoll_ctl(poller, EPOLL_CTL_ADD, sources[i], &event) == 0, "sources");
    }
}

static inline bool peer_raise(uint32_t raiser, uint64_t number) {
    static const uint64_t one = 1;
    (void)number;
    return write(sources[raiser], &one, sizeof one) == (ssize_t)sizeof one;
}

static void wait_and_deliver(int timeout) {
    struct epoll_event events[MAX_RAISERS];
    int count = epoll_wait(poller, events, MAX_RAISERS, timeout);
    for (int i = 0; i < count; i++) {
        uint64_t value;
        if (read(sources[events[i].data.u32], &value, sizeof value) == (ssize_t)sizeof value) {
            delivered(events[i].data.u32, 0);
        }
    }
}

static void peer_run(void) {
    for (quit = false; !quit;) {
        wait_and_deliver(-1);
    }
}

static void peer_poll(void) {
    wait_and_deliver(0);
}

static void peer_quit(void) {
    quit = true;
}

#include "raise/scenario.h"

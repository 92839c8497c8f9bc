/* SPDX-License-Identifier: MIT */
/** @file ptk.c @brief Timers: Protocol Toolkit. */
#include "timers/timers.h"

#include "protocol_toolkit.h"

#define PEER_NAME "ptk"

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, TIMERS + 1, 0, 0);
static ptk_handle_t loop;
static ptk_handle_t timers[TIMERS + 1];
static bool quit;

static void expired(uint32_t index, uint64_t periods);

static void on_expired(ptk_handle_t resource, ptk_event_t event, uintptr_t missed, void *user_data) {
    (void)resource;
    (void)event;
    expired((uint32_t)(uintptr_t)user_data, 1 + missed);
}

static void peer_open(void) {
    loop = ptk_event_loop_create(slots, 1, &resources);
    for (uint32_t i = 0; i <= TIMERS; i++) {
        timers[i] = ptk_timer_create(loop);
        micro_require(timers[i] > 0 && ptk_set_event_handler(timers[i], PTK_EVENT_EXPIRED, on_expired,
                                                             (void *)(uintptr_t)i) == PTK_ERR_OK,
                      "timers");
    }
}

static inline void peer_start(uint32_t index, uint32_t ms) {
    (void)ptk_timer_start(timers[index], ms);
}

static inline void peer_repeat(uint32_t index, uint32_t ms) {
    (void)ptk_timer_start_repeating(timers[index], ms);
}

static inline void peer_stop(uint32_t index) {
    (void)ptk_timer_stop(timers[index]);
}

static void peer_update_clock(void) {
}

static void peer_run(void) {
    for (quit = false; !quit;) {
        micro_require(ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER) == PTK_ERR_OK, "a running loop");
    }
}

static void peer_quit(void) {
    quit = true;
}

#include "timers/scenario.h"

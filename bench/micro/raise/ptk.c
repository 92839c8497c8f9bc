/* SPDX-License-Identifier: MIT */
/** @file ptk.c @brief Raising from threads: Protocol Toolkit, with larger queues than its default. */
#include "raise/raise.h"

#include "protocol_toolkit.h"

#define PEER_NAME "ptk"
#define PEER_MERGES false
#define PEER_RAISES 4000000u
#define EVENT 7u

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 0, 0, MAX_RAISERS);
static ptk_handle_t loop;
static ptk_handle_t sources[MAX_RAISERS];
static bool quit;

static void delivered(uint32_t raiser, uint64_t number);

static void on_event(ptk_handle_t source, ptk_event_t event, uintptr_t number, void *user_data) {
    (void)source;
    (void)event;
    delivered((uint32_t)(uintptr_t)user_data, number);
}

static void peer_open(void) {
    loop = ptk_event_loop_create(slots, 1, &resources);
    for (uint32_t i = 0; i < MAX_RAISERS; i++) {
        sources[i] = ptk_user_event_source_create(loop);
        micro_require(sources[i] > 0 &&
                          ptk_set_event_handler(sources[i], EVENT, on_event, (void *)(uintptr_t)i) == PTK_ERR_OK,
                      "sources");
    }
}

static inline bool peer_raise(uint32_t raiser, uint64_t number) {
    return ptk_raise_event(sources[raiser], EVENT, (uintptr_t)number) == PTK_ERR_OK;
}

static void peer_run(void) {
    for (quit = false; !quit;) {
        micro_require(ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER) == PTK_ERR_OK, "a running loop");
    }
}

static void peer_poll(void) {
    micro_require(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, "a running loop");
}

static void peer_quit(void) {
    quit = true;
}

#include "raise/scenario.h"

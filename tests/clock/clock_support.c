/**
 * @file clock_support.c
 * @brief What the clock tests share: see clock_support.h.
 *
 * The library reads its clock through ptk_port_now_ns(), which is alone in its archive member: this program defines
 * it, so the linker takes this one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clock_support.h"

#include "harness.h"

#include <string.h>

uint64_t ptk_port_now_ns(void);

uint64_t now_ns = 1000 * (uint64_t)NS_PER_MS;

uint64_t ptk_port_now_ns(void) {
    return now_ns;
}

/** @brief The loop's slot and its pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, MANY, 0, 1);
ptk_handle_t loop;
ptk_event_loop_resources_t clock_pools;
clock_expired_t expired;

void note(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)user_data;
    CHECK_EQUAL(event, PTK_EVENT_EXPIRED);
    CHECK(expired.count < MANY);
    expired.timers[expired.count] = resource;
    expired.missed[expired.count] = data;
    expired.at_ns[expired.count] = now_ns;
    expired.count++;
}

bool open_loop(uint64_t start_ns) {
    (void)ptk_event_loop_destroy(slots[0].handle);
    now_ns = start_ns;
    memset(&expired, 0, sizeof(expired));
    clock_pools = pools;
    loop = ptk_event_loop_create(slots, 1, &clock_pools);
    CHECK_OR_RETURN(loop > 0, false);
    return true;
}

ptk_handle_t new_timer(ptk_event_handler_t handler, void *user_data) {
    const ptk_handle_t timer = ptk_timer_create(loop);

    CHECK_OR_RETURN(timer > 0, -1);
    CHECK_OR_RETURN(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, handler, user_data) == PTK_ERR_OK, -1);
    return timer;
}

bool advance_ns(uint64_t ns) {
    now_ns += ns;
    CHECK_OR_RETURN(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, false);
    return true;
}

bool advance_ms(uint64_t ms) {
    return advance_ns(ms * NS_PER_MS);
}

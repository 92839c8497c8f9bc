/**
 * @file timers_program.c
 * @brief A program with timers alone, which moves its loop, unless it is made WITHOUT_RESIZE, and ends it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

/** @brief The loop's slot and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 0, 0);
#ifndef WITHOUT_RESIZE
/** @brief The pools that the loop moves to. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(larger_pools, 4, 0, 0);
#endif

/** @brief Counts expiries. */
static void count_expiry(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)timer;
    (void)event;
    (void)data;
    ++*(int *)user_data;
}

/** @brief Lets one timer expire. */
int main(void) {
    int expired = 0;
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &pools);
    ptk_handle_t timer = ptk_timer_create(loop);
    if (ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, count_expiry, &expired) != PTK_ERR_OK ||
        ptk_timer_start(timer, 1) != PTK_ERR_OK) {
        return 1;
    }
#ifndef WITHOUT_RESIZE
    if (ptk_event_loop_resize_resources(loop, &larger_pools) != PTK_ERR_OK) {
        return 1;
    }
#endif
    while (expired == 0 && ptk_event_loop_run(loop) == PTK_ERR_OK) {
    }
    return expired == 1 && ptk_timer_destroy(timer) == PTK_ERR_OK && ptk_event_loop_destroy(loop) == PTK_ERR_OK ? 0 : 1;
}

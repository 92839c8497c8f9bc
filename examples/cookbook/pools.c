/**
 * @file pools.c
 * @brief Cookbook: how many slots, and how full the pools have been.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cookbook.h"

#include <stdio.h>

/* [declare] */
#define CLIENTS 32u /**< @brief Connections at a time: your product's number. */

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, CLIENTS + 1, /* timers: one for each protothread that can wait with a limit, */
                                                     /* and one that repeats, for the whole device */
                                 CLIENTS + 2,        /* sockets: the connections, the listener, one for UDP */
                                 1);                 /* user event sources: one for all that other threads raise here */
/* [/declare] */

/* [report] */
/** @brief Prints how full the pools have been. */
static void report(ptk_handle_t loop, FILE *stream) {
    ptk_event_loop_stats_t stats;

    if (ptk_event_loop_get_stats(loop, &stats) == PTK_ERR_OK) {
        (void)fprintf(stream, "most in use: %lu of %lu timers, %lu of %lu sockets, %lu of %lu sources\n",
                      (unsigned long)stats.timers.high_water, (unsigned long)stats.timers.capacity,
                      (unsigned long)stats.sockets.high_water, (unsigned long)stats.sockets.capacity,
                      (unsigned long)stats.user_event_sources.high_water,
                      (unsigned long)stats.user_event_sources.capacity);
        (void)fprintf(stream, "refused: %llu accepts (more sockets), %llu raises (a longer queue)\n",
                      (unsigned long long)stats.refused_accepts, (unsigned long long)stats.refused_raises);
    }
}
/* [/report] */

bool cookbook_try_pools(void) {
    ptk_event_loop_stats_t stats;
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    ptk_handle_t timer = ptk_timer_create(loop);

    bool right = ptk_timer_destroy(timer) == PTK_ERR_OK && ptk_event_loop_get_stats(loop, &stats) == PTK_ERR_OK;
    report(loop, stdout);
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK && right && stats.timers.high_water == 1 &&
           stats.timers.capacity == CLIENTS + 1 && stats.sockets.capacity == CLIENTS + 2;
}

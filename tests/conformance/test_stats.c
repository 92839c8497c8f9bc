/**
 * @file test_stats.c
 * @brief The numbers by which an engineer sizes the pools.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

/** @brief A new loop's statistics are 0. */
static void start_at_zero(void) {
    ptk_event_loop_stats_t stats;

    CHECK(support_open());
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.timers.capacity, SUPPORT_TIMERS);
    CHECK_EQUAL(stats.sockets.capacity, SUPPORT_SOCKETS);
    CHECK_EQUAL(stats.user_event_sources.capacity, SUPPORT_SOURCES);
    CHECK_EQUAL(stats.timers.in_use, 0);
    CHECK_EQUAL(stats.timers.high_water, 0);
    CHECK_EQUAL(stats.sockets.high_water, 0);
    CHECK_EQUAL(stats.user_event_sources.high_water, 0);
    CHECK_EQUAL(stats.passes, 0);
    CHECK_EQUAL(stats.events_delivered, 0);
    CHECK_EQUAL(stats.wakeups, 0);
    CHECK_EQUAL(stats.refused_raises, 0);
    CHECK_EQUAL(stats.refused_accepts, 0);
    CHECK(support_close());
}

/** @brief Pools count what is in use, and the most that ever was. */
static void pools_count_use_and_high_water(void) {
    ptk_event_loop_stats_t stats;
    ptk_handle_t timers[3];

    CHECK(support_open());
    for (uint32_t i = 0; i < 3; i++) {
        timers[i] = ptk_timer_create(support_loop);
    }
    ptk_handle_t socket = ptk_socket_create(support_loop);
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_timer_destroy(timers[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_destroy(timers[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.timers.in_use, 1);
    CHECK_EQUAL(stats.timers.high_water, 3);
    CHECK_EQUAL(stats.sockets.in_use, 1);
    CHECK_EQUAL(stats.user_event_sources.in_use, 1);
    CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_OK);
    CHECK_EQUAL(ptk_user_event_source_destroy(source), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.sockets.in_use, 0);
    CHECK_EQUAL(stats.sockets.high_water, 1);
    CHECK_EQUAL(stats.user_event_sources.in_use, 0);
    CHECK_EQUAL(stats.user_event_sources.high_water, 1);
    CHECK(support_close());
}

/** @brief Passes, events and refused raises are counted. */
static void passes_events_and_refused_raises(void) {
    support_record_t record = {0};
    ptk_event_loop_stats_t stats;

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &record), PTK_ERR_OK);
    for (uint32_t i = 0; i < PTK_USER_EVENT_QUEUE_SIZE; i++) {
        CHECK_EQUAL(ptk_raise_event(source, 1, i), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_raise_event(source, 1, 99), PTK_ERR_WOULD_BLOCK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 99), PTK_ERR_WOULD_BLOCK);
    CHECK(support_poll(support_loop, 40));
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.passes, 40);
    CHECK_EQUAL(stats.events_delivered, PTK_USER_EVENT_QUEUE_SIZE);
    CHECK_EQUAL(stats.refused_raises, 2);
    CHECK_EQUAL(record.count, PTK_USER_EVENT_QUEUE_SIZE);
    CHECK(support_close());
    /* The next loop in the slot counts from 0. */
    start_at_zero();
}

const harness_test_t stats_tests[] = {
    {"stats.start_at_zero", start_at_zero},
    {"stats.pools_count_use_and_high_water", pools_count_use_and_high_water},
    {"stats.passes_events_and_refused_raises", passes_events_and_refused_raises},
    {NULL, NULL},
};

/**
 * @file test_expiry.c
 * @brief When timers expire: never early, in order, without drift, and what becomes of a loop that is late.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clock_support.h"

/** @brief A timer expires in the first pass at or after its deadline, to the nanosecond. */
static void never_early(void) {
    /* A start between two milliseconds: the interval counts from there, not from the last whole one. */
    CHECK(open_loop(5000 * (uint64_t)NS_PER_MS + 999999));
    ptk_handle_t timer = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start(timer, 10), PTK_ERR_OK);
    CHECK(advance_ms(9));
    CHECK(advance_ns(NS_PER_MS - 1));
    CHECK_EQUAL(expired.count, 0);
    CHECK(advance_ns(1));
    CHECK_EQUAL(expired.count, 1);
    CHECK_EQUAL(expired.missed[0], 0);
    CHECK(advance_ms(100));
    CHECK_EQUAL(expired.count, 1);
}

/** @brief ptk_clock_now_ms() counts with the clock of the timers. */
static void clock_is_the_one_of_timers(void) {
    CHECK(open_loop(1234 * (uint64_t)NS_PER_MS + 567));
    CHECK_EQUAL(ptk_clock_now_ms(), 1234);
    now_ns = UINT64_MAX - 1;
    CHECK_EQUAL(ptk_clock_now_ms(), (UINT64_MAX - 1) / NS_PER_MS);
}

/** @brief Whatever the order of creation and of starting, delivery within a pass is by deadline. */
static void ordered_by_deadline(void) {
    static const uint32_t intervals[] = {50, 10, 40, 20, 30, 60, 15, 55, 5, 45};
    enum { COUNT = sizeof(intervals) / sizeof(intervals[0]) };
    ptk_handle_t timers[COUNT];
    uint32_t last = 0;

    CHECK(open_loop(NS_PER_MS));
    for (uint32_t i = 0; i < COUNT; i++) {
        timers[i] = new_timer(note, NULL);
        CHECK_EQUAL(ptk_timer_start(timers[i], intervals[i]), PTK_ERR_OK);
    }
    CHECK(advance_ms(1000));
    CHECK_EQUAL(expired.count, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t which = 0;

        while (timers[which] != expired.timers[i]) {
            which++;
        }
        CHECK(intervals[which] > last);
        last = intervals[which];
    }
}

/** @brief A repeating timer keeps its grid, whatever the delay of a pass, and reports missed periods. */
static void repeats_without_drift(void) {
    CHECK(open_loop(77 * (uint64_t)NS_PER_MS));
    uint64_t start = now_ns;
    ptk_handle_t timer = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 10), PTK_ERR_OK);
    /* Each pass is a little late; the deadlines stay where they were. */
    for (uint32_t period = 1; period <= 1000; period++) {
        now_ns = start + (uint64_t)period * 10 * NS_PER_MS - 1;
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
        CHECK_EQUAL(expired.count, period - 1);
        now_ns = start + (uint64_t)period * 10 * NS_PER_MS + (period * 7919) % 9000000;
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
        CHECK_EQUAL(expired.count, period);
        CHECK_EQUAL(expired.missed[period - 1], 0);
    }
}

/** @brief A loop that comes late by several periods: one event with the number of missed ones, and the phase is kept.
 *  */
static void late_loop_fires_once(void) {
    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timer = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 10), PTK_ERR_OK);
    CHECK(advance_ms(10));
    CHECK_EQUAL(expired.count, 1);
    CHECK_EQUAL(expired.missed[0], 0);
    /* At 10; the next would be 20, 30, 40, 50; the loop comes at 57. */
    CHECK(advance_ms(47));
    CHECK_EQUAL(expired.count, 2);
    CHECK_EQUAL(expired.missed[1], 3);
    CHECK(advance_ms(2));
    CHECK_EQUAL(expired.count, 2);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 3);
    CHECK_EQUAL(expired.missed[2], 0);
    /* Late by exactly one period: 70 was missed, 80 is now. */
    CHECK(advance_ms(20));
    CHECK_EQUAL(expired.count, 4);
    CHECK_EQUAL(expired.missed[3], 1);
    CHECK(advance_ms(9));
    CHECK_EQUAL(expired.count, 4);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 5);
}

/** @brief A very late loop must not count the periods one by one, and the number must not wrap silently into a small
 *  one. */
static void late_by_days(void) {
    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timer = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 1), PTK_ERR_OK);
    CHECK(advance_ms((uint64_t)30 * 24 * 3600 * 1000));
    CHECK_EQUAL(expired.count, 1);
    CHECK_EQUAL(expired.missed[0], (uint64_t)30 * 24 * 3600 * 1000 - 1);
    CHECK(advance_ns(NS_PER_MS - 1));
    CHECK_EQUAL(expired.count, 1);
    CHECK(advance_ns(1));
    CHECK_EQUAL(expired.count, 2);
}

/** @brief While the event has no handler, later expiries are added to the missed ones, and it is delivered once. */
static void unhandled_expiries_are_counted(void) {
    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timer = ptk_timer_create(loop);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 10), PTK_ERR_OK);
    CHECK(advance_ms(10));
    CHECK(advance_ms(10));
    CHECK(advance_ms(10));
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, note, NULL), PTK_ERR_OK);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 1);
    CHECK_EQUAL(expired.missed[0], 2);
    CHECK(advance_ms(9));
    CHECK_EQUAL(expired.count, 2);
    CHECK_EQUAL(expired.missed[1], 0);
}

const harness_test_t expiry_tests[] = {
    {"expiry.never_early", never_early},
    {"expiry.clock_is_the_one_of_timers", clock_is_the_one_of_timers},
    {"expiry.ordered_by_deadline", ordered_by_deadline},
    {"expiry.repeats_without_drift", repeats_without_drift},
    {"expiry.late_loop_fires_once", late_loop_fires_once},
    {"expiry.late_by_days", late_by_days},
    {"expiry.unhandled_expiries_are_counted", unhandled_expiries_are_counted},
    {NULL, NULL},
};

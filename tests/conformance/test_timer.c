/**
 * @file test_timer.c
 * @brief Timers against the real clock; tests/clock has those that need a clock of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

/** @brief Creates a timer whose expiries are recorded. Returns its handle, or an error. */
static ptk_handle_t recorded_timer(support_record_t *record) {
    const ptk_handle_t timer = ptk_timer_create(support_loop);

    CHECK_OR_RETURN(timer > 0, -1);
    CHECK_OR_RETURN(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, record) == PTK_ERR_OK, -1);
    return timer;
}

/** @brief A timer expires once, not before its time. */
static void expires_once_and_never_early(void) {
    support_record_t record = {0};
    uint64_t start;

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    for (uint32_t interval = 1; interval <= 31; interval += 5) {
        record.count = 0;
        start = ptk_clock_now_ms();
        CHECK_EQUAL(ptk_timer_start(timer, interval), PTK_ERR_OK);
        CHECK(support_run_until(&record.count, 1));
        CHECK(record.at_ms - start >= interval);
        CHECK_EQUAL(record.resource, timer);
        CHECK_EQUAL(record.event, PTK_EVENT_EXPIRED);
    }
    support_run_ms(50);
    CHECK_EQUAL(record.count, 1);
    CHECK(support_close());
}

/** @brief Intervals that cannot be counted are refused. */
static void bad_arguments(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    CHECK_EQUAL(ptk_timer_start(timer, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 0), PTK_ERR_INVALID_ARGUMENT);
    /* A refused start leaves a running timer as it was. */
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_run_until(&record.count, 1));
    CHECK_EQUAL(ptk_timer_start(timer, UINT32_MAX), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, UINT32_MAX), PTK_ERR_OK);
    support_run_ms(20);
    CHECK_EQUAL(record.count, 1);
    CHECK(support_close());
}

/** @brief An interval has 64 bits: none of them is dropped, or 2^32 + 5 ms would be over after 5 ms. */
static void intervals_have_64_bits(void) {
    static const uint64_t long_ms[] = {((uint64_t)1 << 32) + 5, (uint64_t)1 << 32, ((uint64_t)3 << 40) + 1};
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    for (uint32_t i = 0; i < sizeof(long_ms) / sizeof(long_ms[0]); i++) {
        CHECK_EQUAL(ptk_timer_start(timer, long_ms[i]), PTK_ERR_OK);
        support_run_ms(20);
        CHECK_EQUAL(ptk_timer_start_repeating(timer, long_ms[i]), PTK_ERR_OK);
        support_run_ms(20);
    }
    CHECK_EQUAL(record.count, 0);
    /* What cannot be counted is refused, and the timer runs on. */
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, UINT64_MAX), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_timer_start(timer, PTK_TIME_MAX_MS), PTK_ERR_INVALID_ARGUMENT); /* the clock has begun to run */
    CHECK_EQUAL(ptk_timer_start_repeating(timer, PTK_TIME_MAX_MS + 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_run_until(&record.count, 1));
    CHECK(support_close());
}

/** @brief A repeating timer expires until it is stopped. */
static void repeats_until_stopped(void) {
    support_record_t record = {0};
    uint32_t count;

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    uint64_t start = ptk_clock_now_ms();
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 4), PTK_ERR_OK);
    CHECK(support_run_until(&record.count, 5));
    CHECK(ptk_clock_now_ms() - start >= 20);
    CHECK_EQUAL(ptk_timer_stop(timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_stop(timer), PTK_ERR_OK);
    count = record.count;
    support_run_ms(30);
    CHECK_EQUAL(record.count, count);
    CHECK(support_close());
}

/** @brief Starting a running timer begins its interval anew. */
static void restart_moves_the_deadline(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_OK);
    uint64_t start = ptk_clock_now_ms();
    CHECK_EQUAL(ptk_timer_start(timer, 40), PTK_ERR_OK);
    CHECK(support_run_until(&record.count, 1));
    CHECK(record.at_ms - start >= 40);
    /* Earlier works as well, and a repeating timer started as one-shot repeats no more. */
    CHECK_EQUAL(ptk_timer_start(timer, 1000000), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 1000000), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    CHECK(support_run_until(&record.count, 2));
    support_run_ms(20);
    CHECK_EQUAL(record.count, 2);
    CHECK(support_close());
}

/** @brief The loop sleeps until the next timer. */
static void sleeps_until_the_deadline(void) {
    support_record_t record = {0};
    ptk_event_loop_stats_t stats;

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    CHECK_EQUAL(ptk_timer_start(timer, 50), PTK_ERR_OK);
    while (record.count == 0) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
        CHECK(stats.passes <= 5);
    }
    CHECK(support_close());
}

/** @brief The bound of a wait ends it though a timer is due later. */
static void bound_ends_a_wait_before_the_deadline(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    CHECK_EQUAL(ptk_timer_start(timer, SUPPORT_LIMIT_MS), PTK_ERR_OK);
    uint64_t start = ptk_clock_now_ms();
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 10), PTK_ERR_OK);
    CHECK(ptk_clock_now_ms() - start >= 10);
    CHECK(ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS);
    CHECK_EQUAL(record.count, 0);
    CHECK(support_close());
}

/** @brief A destroyed timer does not expire. */
static void destroyed_timer_is_silent(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    CHECK_EQUAL(ptk_timer_start(timer, 2), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_INVALID_HANDLE);
    /* A new timer takes over neither deadline nor handler of the slot. */
    for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
        CHECK(ptk_timer_create(support_loop) > 0);
    }
    support_run_ms(20);
    CHECK_EQUAL(record.count, 0);
    CHECK(support_close());
}

/** @brief Handler: starts a timer and destroys it. */
static void start_and_destroy(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    const ptk_handle_t *timer = user_data;

    (void)resource;
    (void)event;
    (void)data;
    CHECK_EQUAL(ptk_timer_start(*timer, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_destroy(*timer), PTK_ERR_OK);
}

/** @brief A timer that a handler starts and destroys does not expire. */
static void destroyed_in_the_handler_that_starts_it(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = recorded_timer(&record);
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, start_and_destroy, &timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    support_run_ms(20);
    CHECK(ptk_timer_create(support_loop) > 0);
    support_run_ms(20);
    CHECK_EQUAL(record.count, 0);
    CHECK(support_close());
}

/** @brief Handler: destroys the loop. */
static void destroy_the_loop(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    support_record(resource, event, data, user_data);
    CHECK_EQUAL(ptk_event_loop_destroy(support_loop), PTK_ERR_OK);
}

/** @brief The handler of a timer can destroy its loop; the pass ends there. */
static void handler_destroys_the_loop(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    ptk_handle_t after = recorded_timer(&record);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, destroy_the_loop, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(after, 1000), PTK_ERR_OK);
    while (record.count == 0 && ptk_event_loop_run_for(support_loop, 10) == PTK_ERR_OK) {
    }
    CHECK_EQUAL(record.count, 1);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_timer_stop(after), PTK_ERR_INVALID_HANDLE);
    support_loop = 0;
}

/** @brief An expiry stays raised until there is a handler, is delivered once then, and stop drops it. */
static void expiry_without_handler_is_kept(void) {
    support_record_t record = {0};

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    support_run_ms(10);
    /* A raised event without a handler does not make the loop spin. */
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(record.count, 0);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    CHECK_EQUAL(record.count, 1);
    CHECK(support_poll(support_loop, 5));
    CHECK_EQUAL(record.count, 1);
    CHECK_EQUAL(ptk_remove_event_handler(timer, PTK_EVENT_EXPIRED), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    support_run_ms(10);
    CHECK_EQUAL(ptk_timer_stop(timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &record), PTK_ERR_OK);
    support_run_ms(10);
    CHECK_EQUAL(record.count, 1);
    CHECK(support_close());
}

/** @brief Timers belong to one loop each. */
static void timers_of_two_loops(void) {
    support_record_t records[2] = {{0}, {0}};
    ptk_handle_t timers[2];

    CHECK(support_open_two());
    timers[0] = ptk_timer_create(support_loop);
    timers[1] = ptk_timer_create(support_other);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_EQUAL(ptk_set_event_handler(timers[i], PTK_EVENT_EXPIRED, support_record, &records[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start(timers[i], 5), PTK_ERR_OK);
    }
    CHECK(support_run_until(&records[0].count, 1));
    CHECK(support_run_until(&records[1].count, 1));
    CHECK_EQUAL(records[0].resource, timers[0]);
    CHECK_EQUAL(records[1].resource, timers[1]);
    CHECK(support_close());
}

const harness_test_t timer_tests[] = {
    {"timer.expires_once_and_never_early", expires_once_and_never_early},
    {"timer.bad_arguments", bad_arguments},
    {"timer.intervals_have_64_bits", intervals_have_64_bits},
    {"timer.repeats_until_stopped", repeats_until_stopped},
    {"timer.restart_moves_the_deadline", restart_moves_the_deadline},
    {"timer.sleeps_until_the_deadline", sleeps_until_the_deadline},
    {"timer.bound_ends_a_wait_before_the_deadline", bound_ends_a_wait_before_the_deadline},
    {"timer.destroyed_timer_is_silent", destroyed_timer_is_silent},
    {"timer.destroyed_in_the_handler_that_starts_it", destroyed_in_the_handler_that_starts_it},
    {"timer.handler_destroys_the_loop", handler_destroys_the_loop},
    {"timer.expiry_without_handler_is_kept", expiry_without_handler_is_kept},
    {"timer.timers_of_two_loops", timers_of_two_loops},
    {NULL, NULL},
};

/**
 * @file test_ranges.c
 * @brief Many timers, long intervals, moments where counters wrap, and pools that move.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clock_support.h"

#include <string.h>

/** @brief Thousands of timers, restarted and stopped in an order without pattern: each expires when a plain model
 *  says, or within the next ms. */
static void thousands_of_timers(void) {
    static ptk_handle_t timers[MANY];
    static uint64_t due_ns[MANY];
    uint32_t random = 12345;

    CHECK(open_loop(NS_PER_MS));
    for (uint32_t i = 0; i < MANY; i++) {
        timers[i] = new_timer(note, NULL);
        CHECK(timers[i] > 0);
        due_ns[i] = 0;
    }
    CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
    for (uint32_t step = 0; step < 300; step++) {
        uint32_t expected = 0;
        uint64_t last_due = 0;

        for (uint32_t change = 0; change < 200; change++) {
            uint32_t which;

            random = random * 1103515245u + 12345u;
            which = (random >> 8) % MANY;
            random = random * 1103515245u + 12345u;
            if ((random >> 8) % 4 == 0) {
                CHECK_EQUAL(ptk_timer_stop(timers[which]), PTK_ERR_OK);
                due_ns[which] = 0;
            } else {
                const uint32_t interval = 1 + (random >> 10) % 500;

                CHECK_EQUAL(ptk_timer_start(timers[which], interval), PTK_ERR_OK);
                due_ns[which] = now_ns + (uint64_t)interval * NS_PER_MS;
            }
        }
        expired.count = 0;
        CHECK(advance_ns((random >> 6) % (20 * NS_PER_MS)));
        for (uint32_t i = 0; i < expired.count; i++) {
            uint32_t which = 0;

            while (timers[which] != expired.timers[i]) {
                which++;
            }
            CHECK(due_ns[which] != 0 && due_ns[which] <= now_ns);
            CHECK(due_ns[which] >= last_due);
            last_due = due_ns[which];
            due_ns[which] = 0;
        }
        /* The pool is scanned once in a millisecond at most, so a timer may be that late, but no more. */
        for (uint32_t i = 0; i < MANY; i++) {
            expected += due_ns[i] != 0 && due_ns[i] + NS_PER_MS <= now_ns;
        }
        CHECK_EQUAL(expected, 0);
    }
}

/** @brief Around the moments when a count of ms in 32 bits would wrap, and with the longest interval. */
static void near_the_wrap_of_32_bits(void) {
    static const uint64_t wraps_ms[] = {0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu, (uint64_t)1 << 32, (uint64_t)1 << 33};

    for (uint32_t i = 0; i < sizeof(wraps_ms) / sizeof(wraps_ms[0]); i++) {
        ptk_handle_t once;
        ptk_handle_t repeating;

        CHECK(open_loop((wraps_ms[i] - 15) * NS_PER_MS));
        once = new_timer(note, NULL);
        repeating = ptk_timer_create(loop);
        CHECK_EQUAL(ptk_timer_start(once, 30), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start_repeating(repeating, 10), PTK_ERR_OK);
        CHECK(advance_ms(29));
        CHECK_EQUAL(expired.count, 0);
        CHECK(advance_ms(1));
        CHECK_EQUAL(expired.count, 1);
        CHECK_EQUAL(expired.timers[0], once);
        CHECK_EQUAL(ptk_set_event_handler(repeating, PTK_EVENT_EXPIRED, note, NULL), PTK_ERR_OK);
        CHECK(advance_ms(10));
        CHECK_EQUAL(expired.count, 2);
        CHECK_EQUAL(expired.timers[1], repeating);
    }
}

/** @brief The longest interval counts down to the end of the clock, and nothing overflows. */
static void longest_interval(void) {
    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timer = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, UINT32_MAX), PTK_ERR_OK);
    CHECK(advance_ms(UINT32_MAX - (uint64_t)1));
    CHECK_EQUAL(expired.count, 0);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 1);
    CHECK(advance_ms(UINT32_MAX - (uint64_t)1));
    CHECK_EQUAL(expired.count, 1);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 2);
    CHECK_EQUAL(expired.missed[1], 0);
}

/** @brief Intervals that need more than 32 bits, around the width that the slot splits them at. */
static void intervals_of_64_bits(void) {
    static const uint64_t intervals_ms[] = {0x7FFFFFFFu,
                                            0x80000000u,
                                            0x80000001u,
                                            ((uint64_t)1 << 32) + 5,
                                            ((uint64_t)1 << 33) - 1,
                                            ((uint64_t)1 << 40) + 12345,
                                            PTK_TIME_MAX_MS / 8};

    for (uint32_t i = 0; i < sizeof(intervals_ms) / sizeof(intervals_ms[0]); i++) {
        const uint64_t interval_ms = intervals_ms[i];
        ptk_handle_t once;
        ptk_handle_t repeating;

        CHECK(open_loop(NS_PER_MS));
        once = new_timer(note, NULL);
        repeating = new_timer(note, NULL);
        CHECK_EQUAL(ptk_timer_start(once, interval_ms), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start_repeating(repeating, interval_ms), PTK_ERR_OK);
        CHECK(advance_ms(5));
        CHECK(advance_ms(interval_ms - 6));
        CHECK_EQUAL(expired.count, 0);
        CHECK(advance_ms(1));
        CHECK_EQUAL(expired.count, 2);
        CHECK_EQUAL(expired.missed[1], 0);
        /* Late by more than three periods, and by one while it had no handler: then one event, and the phase is kept. */
        CHECK(advance_ms(4 * interval_ms + 1));
        CHECK_EQUAL(expired.count, 3);
        CHECK_EQUAL(expired.timers[2], repeating);
        CHECK_EQUAL(expired.missed[2], 3);
        CHECK_EQUAL(ptk_remove_event_handler(repeating, PTK_EVENT_EXPIRED), PTK_ERR_OK);
        CHECK(advance_ms(interval_ms - 1));
        CHECK(advance_ms(interval_ms));
        CHECK_EQUAL(ptk_set_event_handler(repeating, PTK_EVENT_EXPIRED, note, NULL), PTK_ERR_OK);
        CHECK(advance_ms(0));
        CHECK_EQUAL(expired.count, 4);
        CHECK_EQUAL(expired.missed[3], 1);
        /* The same timer with a short interval has nothing left of the long one. */
        CHECK_EQUAL(ptk_timer_start_repeating(repeating, 10), PTK_ERR_OK);
        CHECK(advance_ms(10));
        CHECK(advance_ms(10));
        CHECK_EQUAL(expired.count, 6);
        CHECK_EQUAL(expired.missed[5], 0);
    }
}

/** @brief Results of the starts in a handler. */
static ptk_err_t started_in_handler[3];

/** @brief Handler: starts its timer with intervals that cannot be counted and with the longest that can. */
static void start_in_handler(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)event;
    (void)data;
    (void)user_data;
    started_in_handler[0] = ptk_timer_start(resource, UINT64_MAX);
    started_in_handler[1] = ptk_timer_start(resource, PTK_TIME_MAX_MS);
    started_in_handler[2] = ptk_timer_start(resource, PTK_TIME_MAX_MS - now_ns / NS_PER_MS - 1);
}

/** @brief What does not fit into the clock is refused and changes nothing; what just fits is counted. */
static void intervals_beyond_the_clock(void) {
    const uint64_t start_ms = 1000;
    const uint64_t longest_ms = PTK_TIME_MAX_MS - start_ms - 1;
    static const uint64_t too_long_ms[] = {0,         UINT64_MAX,          UINT64_MAX - 1,    PTK_TIME_MAX_MS,
                                           INT64_MAX, PTK_TIME_MAX_MS + 1, (uint64_t)1 << 63, ((uint64_t)1 << 58) + 1};

    CHECK(open_loop(start_ms * NS_PER_MS));
    ptk_handle_t timer = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 10), PTK_ERR_OK);
    for (uint32_t i = 0; i < sizeof(too_long_ms) / sizeof(too_long_ms[0]); i++) {
        CHECK_EQUAL(ptk_timer_start(timer, too_long_ms[i]), PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_timer_start_repeating(timer, too_long_ms[i]), PTK_ERR_INVALID_ARGUMENT);
    }
    CHECK_EQUAL(ptk_timer_start(timer, longest_ms + 2), PTK_ERR_INVALID_ARGUMENT);
    CHECK(advance_ms(10));
    CHECK(advance_ms(10));
    CHECK_EQUAL(expired.count, 2);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, longest_ms - 20), PTK_ERR_OK);
    CHECK(advance_ms(longest_ms - 21));
    CHECK_EQUAL(expired.count, 2);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 3);

    CHECK(open_loop(start_ms * NS_PER_MS));
    timer = new_timer(start_in_handler, NULL);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    CHECK(advance_ms(1));
    CHECK_EQUAL(started_in_handler[0], PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(started_in_handler[1], PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(started_in_handler[2], PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, note, NULL), PTK_ERR_OK);
    CHECK(advance_ms(longest_ms - 2));
    CHECK_EQUAL(expired.count, 0);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 1);
}

/** @brief Timers that move to other pools expire when they would have. */
static void resize_keeps_deadlines(void) {
    static ptk_timer_internal_t few[3];
    ptk_handle_t timers[3];

    CHECK(open_loop(NS_PER_MS));
    memset(few, 0, sizeof(few));
    for (uint32_t i = 0; i < 3; i++) {
        timers[i] = new_timer(note, NULL);
        CHECK_EQUAL(ptk_timer_start(timers[i], 30 - 10 * i), PTK_ERR_OK);
    }
    CHECK(advance_ms(5));
    ptk_event_loop_resources_t smaller = clock_pools;
    smaller.timers = few;
    smaller.num_timers = 3;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &smaller), PTK_ERR_OK);
    for (uint32_t i = 1; i <= 3; i++) {
        CHECK(advance_ms(i == 1 ? 4 : 9));
        CHECK_EQUAL(expired.count, i - 1);
        CHECK(advance_ms(1));
        CHECK_EQUAL(expired.count, i);
        CHECK_EQUAL(expired.timers[i - 1], timers[3 - i]);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The pool that a handler moves the timers to. */
static ptk_timer_internal_t other_timers[8];

/** @brief Handler: moves the loop to the other pool. */
static void resize_and_note(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_event_loop_resources_t others = clock_pools;

    note(resource, event, data, NULL);
    others.timers = other_timers;
    others.num_timers = 8;
    *(ptk_err_t *)user_data = ptk_event_loop_resize_resources(loop, &others);
}

/** @brief Of five timers that are due in one pass one resizes the pool. They come in the order of their deadlines, in
 *  that pass. */
static void resize_among_those_that_are_due(void) {
    for (uint32_t which = 0; which < 5; which++) {
        ptk_err_t result = PTK_ERR_SYSTEM;
        ptk_handle_t timers[5];

        CHECK(open_loop(NS_PER_MS));
        memset(other_timers, 0, sizeof(other_timers));
        for (uint32_t i = 0; i < 5; i++) {
            timers[i] = new_timer(i == which ? resize_and_note : note, &result);
            CHECK_EQUAL(ptk_timer_start(timers[i], 50 - 10 * i), PTK_ERR_OK);
        }
        CHECK(advance_ms(100));
        CHECK_EQUAL(result, PTK_ERR_OK);
        CHECK_EQUAL(expired.count, 5);
        for (uint32_t i = 0; i < 5; i++) {
            CHECK_EQUAL(expired.timers[i], timers[4 - i]);
        }
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    }
}

/** @brief A protothread that sleeps five times. */
typedef struct sleeper {
    ptk_pt_t pt;
    ptk_handle_t timer;
    uint32_t naps;
} sleeper_t;

/** @brief Sleeps for 10 ms, five times. */
static ptk_pt_status_t nap(ptk_pt_t *pt) {
    sleeper_t *sleeper = (sleeper_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    while (sleeper->naps < 5) {
        PTK_PT_SLEEP(pt, sleeper->timer, 10);
        sleeper->naps++;
    }
    PTK_PT_END(pt);
}

/** @brief A protothread's sleep ends with its timer, to the nanosecond. */
static void protothread_sleeps_to_the_ns(void) {
    static sleeper_t sleeper;

    memset(&sleeper, 0, sizeof(sleeper));
    CHECK(open_loop(NS_PER_MS));
    sleeper.timer = ptk_timer_create(loop);
    CHECK_EQUAL(ptk_protothread_init(&sleeper.pt, nap), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&sleeper.pt), PTK_ERR_OK);
    for (uint32_t i = 0; i < 5; i++) {
        CHECK(advance_ns(10 * NS_PER_MS - 1));
        CHECK_EQUAL(sleeper.naps, i);
        CHECK(advance_ns(1));
        CHECK_EQUAL(sleeper.naps, i + 1);
    }
    CHECK(ptk_protothread_is_finished(&sleeper.pt));
}

/** @brief A number without pattern, of 1 to 64 bits. */
static uint64_t random_number(void) {
    static uint64_t state = 88172645463325252u;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state >> (state >> 32) % 64;
}

/** @brief The time in ms is that in ns divided, at every size of it. */
static void whole_milliseconds(void) {
    for (uint32_t step = 0; step < 200000; step++) {
        uint64_t time = random_number();

        time = step % 2 == 0 ? time : time / NS_PER_MS * NS_PER_MS - step % 3; /* about a whole ms */
        now_ns = time == 0 || time == UINT64_MAX ? 1 : time;
        CHECK_EQUAL(ptk_clock_now_ms(), now_ns / NS_PER_MS);
    }
}

/** @brief However late, the number of missed periods and the phase are those of a division. */
static void late_by_any_time(void) {
    for (uint32_t step = 0; step < 600; step++) {
        const uint64_t interval_ms = 1 + random_number() % 100000000;
        const uint64_t interval_ns = interval_ms * NS_PER_MS;
        uint64_t late_ns = random_number() / 4;

        CHECK(open_loop(NS_PER_MS));
        ptk_handle_t timer = new_timer(note, NULL);
        CHECK_EQUAL(ptk_timer_start_repeating(timer, interval_ms), PTK_ERR_OK);
        late_ns = step % 2 == 0 ? late_ns : late_ns / interval_ns * interval_ns - step % 3;
        late_ns = late_ns > UINT64_MAX / 2 ? 0 : late_ns;
        CHECK(advance_ns(interval_ns + late_ns));
        CHECK_EQUAL(expired.count, 1);
        CHECK_EQUAL(expired.missed[0], late_ns / interval_ns > UINT32_MAX ? UINT32_MAX : late_ns / interval_ns);
        /* At least 1 ms later, before which no scan is made. */
        uint64_t left_ns = interval_ns - late_ns % interval_ns;
        CHECK(left_ns <= NS_PER_MS || advance_ns(left_ns - 1));
        CHECK_EQUAL(expired.count, 1);
        CHECK(advance_ns(left_ns <= NS_PER_MS ? NS_PER_MS : 1));
        CHECK_EQUAL(expired.count, 2);
    }
}

const harness_test_t ranges_tests[] = {
    {"ranges.thousands_of_timers", thousands_of_timers},
    {"ranges.near_the_wrap_of_32_bits", near_the_wrap_of_32_bits},
    {"ranges.longest_interval", longest_interval},
    {"ranges.intervals_of_64_bits", intervals_of_64_bits},
    {"ranges.intervals_beyond_the_clock", intervals_beyond_the_clock},
    {"ranges.resize_keeps_deadlines", resize_keeps_deadlines},
    {"ranges.resize_among_those_that_are_due", resize_among_those_that_are_due},
    {"ranges.protothread_sleeps_to_the_ns", protothread_sleeps_to_the_ns},
    {"ranges.whole_milliseconds", whole_milliseconds},
    {"ranges.late_by_any_time", late_by_any_time},
    {NULL, NULL},
};

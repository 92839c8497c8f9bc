/* Timers against a clock that the test moves. The library reads its clock through ptk_port_now_ns(), which is
   alone in its archive member: this program defines it, so the linker takes this one.
   SPDX-License-Identifier: MIT */
#include "suite.h"

#include <protocol_toolkit.h>

#include <string.h>

#define NS_PER_MS 1000000u

uint64_t ptk_port_now_ns(void);

/* Never 0 and never UINT64_MAX, says the seam. */
static uint64_t now_ns = 1000 * (uint64_t)NS_PER_MS;

uint64_t ptk_port_now_ns(void) {
    return now_ns;
}

enum { MANY = 4096 };

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, MANY, 0, 1);
static ptk_handle_t loop;

/* What was delivered, in order. */
static struct {
    uint32_t count;
    ptk_handle_t timers[MANY];
    uintptr_t missed[MANY];
    uint64_t at_ns[MANY];
} expired;

static void note(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)user_data;
    CHECK_EQUAL(event, PTK_EVENT_EXPIRED);
    CHECK(expired.count < MANY);
    expired.timers[expired.count] = resource;
    expired.missed[expired.count] = data;
    expired.at_ns[expired.count] = now_ns;
    expired.count++;
}

static bool open_loop(uint64_t start_ns) {
    (void)ptk_event_loop_destroy(slots[0].handle);
    now_ns = start_ns;
    memset(&expired, 0, sizeof(expired));
    loop = ptk_event_loop_create(slots, 1, &pools);
    CHECK_OR_RETURN(loop > 0, false);
    return true;
}

static ptk_handle_t new_timer(ptk_event_handler_t handler, void *user_data) {
    const ptk_handle_t timer = ptk_timer_create(loop);

    CHECK_OR_RETURN(timer > 0, -1);
    CHECK_OR_RETURN(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, handler, user_data) == PTK_ERR_OK, -1);
    return timer;
}

/* Moves the clock and polls once. */
static bool advance_ns(uint64_t ns) {
    now_ns += ns;
    CHECK_OR_RETURN(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, false);
    return true;
}

static bool advance_ms(uint64_t ms) {
    return advance_ns(ms * NS_PER_MS);
}

static void never_early(void) {
    ptk_handle_t timer;

    /* A start between two milliseconds: the interval counts from there, not from the last whole one. */
    CHECK(open_loop(5000 * (uint64_t)NS_PER_MS + 999999));
    timer = new_timer(note, NULL);
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

static void clock_is_the_one_of_timers(void) {
    CHECK(open_loop(1234 * (uint64_t)NS_PER_MS + 567));
    CHECK_EQUAL(ptk_clock_now_ms(), 1234);
    now_ns = UINT64_MAX - 1;
    CHECK_EQUAL(ptk_clock_now_ms(), (UINT64_MAX - 1) / NS_PER_MS);
}

/* Whatever the order of creation and of starting, delivery within a pass is by deadline. */
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

static void repeats_without_drift(void) {
    ptk_handle_t timer;
    uint64_t start;

    CHECK(open_loop(77 * (uint64_t)NS_PER_MS));
    start = now_ns;
    timer = new_timer(note, NULL);
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

/* A loop that comes late by several periods: one event with the number of missed ones, and the phase is kept. */
static void late_loop_fires_once(void) {
    ptk_handle_t timer;

    CHECK(open_loop(NS_PER_MS));
    timer = new_timer(note, NULL);
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

/* A very late loop must not count the periods one by one, and the number must not wrap silently into a small one. */
static void late_by_days(void) {
    ptk_handle_t timer;

    CHECK(open_loop(NS_PER_MS));
    timer = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 1), PTK_ERR_OK);
    CHECK(advance_ms((uint64_t)30 * 24 * 3600 * 1000));
    CHECK_EQUAL(expired.count, 1);
    CHECK_EQUAL(expired.missed[0], (uint64_t)30 * 24 * 3600 * 1000 - 1);
    CHECK(advance_ns(NS_PER_MS - 1));
    CHECK_EQUAL(expired.count, 1);
    CHECK(advance_ns(1));
    CHECK_EQUAL(expired.count, 2);
}

/* While nobody handles the event, later expiries are added to the missed ones, and it is delivered once. */
static void unhandled_expiries_are_counted(void) {
    ptk_handle_t timer;

    CHECK(open_loop(NS_PER_MS));
    timer = ptk_timer_create(loop);
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

typedef struct action {
    ptk_handle_t target;
    int what;
    uint32_t calls;
    ptk_err_t result;
} action_t;

static void act(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    action_t *action = user_data;

    note(resource, event, data, NULL);
    action->calls++;
    switch (action->what) {
    case 0:
        action->result = ptk_timer_start(action->target, 10);
        break;
    case 1:
        action->result = ptk_timer_stop(action->target);
        break;
    case 2:
        action->result = ptk_timer_start_repeating(action->target, 3);
        break;
    default:
        /* As long as a handler takes, time goes on. */
        now_ns += 25 * (uint64_t)NS_PER_MS;
        action->result = PTK_ERR_OK;
        break;
    }
}

static void restart_in_the_handler(void) {
    action_t action = {0, 0, 0, PTK_ERR_SYSTEM};

    CHECK(open_loop(NS_PER_MS));
    action.target = new_timer(act, &action);
    CHECK_EQUAL(ptk_timer_start(action.target, 10), PTK_ERR_OK);
    for (uint32_t i = 1; i <= 5; i++) {
        /* The restart counts from the handler, which ran 4 ms late. */
        CHECK(advance_ms(9));
        CHECK_EQUAL(action.calls, i - 1);
        CHECK(advance_ms(5));
        CHECK_EQUAL(action.calls, i);
        CHECK_EQUAL(action.result, PTK_ERR_OK);
    }
}

static void stop_in_the_handler(void) {
    action_t action = {0, 1, 0, PTK_ERR_SYSTEM};

    CHECK(open_loop(NS_PER_MS));
    action.target = new_timer(act, &action);
    CHECK_EQUAL(ptk_timer_start_repeating(action.target, 10), PTK_ERR_OK);
    for (uint32_t i = 0; i < 10; i++) {
        CHECK(advance_ms(10));
    }
    CHECK_EQUAL(action.calls, 1);
    CHECK_EQUAL(action.result, PTK_ERR_OK);
}

/* Stopping a timer that is due in the same pass drops its event; starting it anew moves it. */
static void handler_stops_or_starts_one_that_is_due(void) {
    for (int what = 0; what <= 1; what++) {
        action_t action = {0, what, 0, PTK_ERR_SYSTEM};
        ptk_handle_t first;

        CHECK(open_loop(NS_PER_MS));
        first = new_timer(act, &action);
        action.target = new_timer(note, NULL);
        CHECK_EQUAL(ptk_timer_start(action.target, 6), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start(first, 5), PTK_ERR_OK);
        CHECK(advance_ms(20));
        CHECK(advance_ms(9));
        CHECK_EQUAL(action.calls, 1);
        CHECK_EQUAL(expired.count, 1);
        CHECK(advance_ms(1));
        CHECK_EQUAL(expired.count, what == 0 ? 2 : 1);
    }
}

static void start_in_a_handler(void) {
    action_t action = {0, 2, 0, PTK_ERR_SYSTEM};
    ptk_handle_t first;

    CHECK(open_loop(NS_PER_MS));
    first = new_timer(act, &action);
    action.target = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start(first, 5), PTK_ERR_OK);
    CHECK(advance_ms(5));
    CHECK_EQUAL(expired.count, 1);
    for (uint32_t i = 1; i <= 5; i++) {
        CHECK(advance_ms(2));
        CHECK_EQUAL(expired.count, i);
        CHECK(advance_ms(1));
        CHECK_EQUAL(expired.count, i + 1);
    }
}

static void start_and_work_on(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    action_t *action = user_data;

    note(resource, event, data, NULL);
    action->calls++;
    action->result = ptk_timer_start(action->target, 10);
    now_ns += 25 * (uint64_t)NS_PER_MS;
}

/* A timer that a handler starts counts from the call, or at the latest from the end of the pass: never early, and a
   slow handler delays it by no more than itself. */
static void start_in_a_slow_handler(void) {
    action_t action = {0, 0, 0, PTK_ERR_SYSTEM};
    ptk_handle_t first;
    uint64_t started_ns;

    CHECK(open_loop(NS_PER_MS));
    first = new_timer(start_and_work_on, &action);
    action.target = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start(first, 5), PTK_ERR_OK);
    CHECK(advance_ms(5));
    CHECK_EQUAL(action.result, PTK_ERR_OK);
    started_ns = expired.at_ns[0];
    for (uint32_t ms = 0; ms < 10 && expired.count == 1; ms++) {
        CHECK(advance_ms(1));
    }
    CHECK_EQUAL(expired.count, 2);
    CHECK(expired.at_ns[1] - started_ns >= 10 * NS_PER_MS);
    CHECK(expired.at_ns[1] - started_ns <= 35 * (uint64_t)NS_PER_MS);
}

/* A handler that takes longer than its timer's period does not keep the loop in one pass. */
static void slow_handler_fires_once_a_pass(void) {
    action_t action = {0, 3, 0, PTK_ERR_SYSTEM};
    ptk_handle_t timer;

    CHECK(open_loop(NS_PER_MS));
    timer = new_timer(act, &action);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 10), PTK_ERR_OK);
    CHECK(advance_ms(10));
    CHECK_EQUAL(action.calls, 1);
    for (uint32_t pass = 2; pass <= 10; pass++) {
        CHECK(advance_ms(0));
        CHECK_EQUAL(action.calls, pass);
    }
    /* At 10 + 25 = 35 the due one is 30, with 20 missed. */
    CHECK_EQUAL(expired.missed[1], 1);
}

static void stop_forgets_the_expiry(void) {
    ptk_handle_t timer;

    CHECK(open_loop(NS_PER_MS));
    timer = ptk_timer_create(loop);
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_OK);
    CHECK(advance_ms(10));
    CHECK_EQUAL(ptk_timer_stop(timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, note, NULL), PTK_ERR_OK);
    CHECK(advance_ms(10));
    CHECK_EQUAL(expired.count, 0);
    /* Starting anew forgets it as well. */
    CHECK_EQUAL(ptk_remove_event_handler(timer, PTK_EVENT_EXPIRED), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_OK);
    CHECK(advance_ms(10));
    CHECK_EQUAL(ptk_timer_start(timer, 100), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, note, NULL), PTK_ERR_OK);
    CHECK(advance_ms(99));
    CHECK_EQUAL(expired.count, 0);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 1);
}

/* Thousands of timers, restarted and stopped in an order without pattern: each expires when a plain model says, or within the next ms. */
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

/* Around the moments when a count of ms in 32 bits would wrap, and with the longest interval. */
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

static void longest_interval(void) {
    ptk_handle_t timer;

    CHECK(open_loop(NS_PER_MS));
    timer = new_timer(note, NULL);
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

static void resize_keeps_deadlines(void) {
    static ptk_timer_internal_t few[3];
    ptk_event_loop_resources_t smaller = pools;
    ptk_handle_t timers[3];

    CHECK(open_loop(NS_PER_MS));
    memset(few, 0, sizeof(few));
    for (uint32_t i = 0; i < 3; i++) {
        timers[i] = new_timer(note, NULL);
        CHECK_EQUAL(ptk_timer_start(timers[i], 30 - 10 * i), PTK_ERR_OK);
    }
    CHECK(advance_ms(5));
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

typedef struct sleeper {
    ptk_pt_t pt;
    ptk_handle_t timer;
    uint32_t naps;
} sleeper_t;

static ptk_pt_status_t nap(ptk_pt_t *pt) {
    sleeper_t *sleeper = (sleeper_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    while (sleeper->naps < 5) {
        PTK_PT_SLEEP(pt, sleeper->timer, 10);
        sleeper->naps++;
    }
    PTK_PT_END(pt);
}

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

static const harness_test_t clock_tests[] = {
    {"clock.never_early", never_early},
    {"clock.clock_is_the_one_of_timers", clock_is_the_one_of_timers},
    {"clock.ordered_by_deadline", ordered_by_deadline},
    {"clock.repeats_without_drift", repeats_without_drift},
    {"clock.late_loop_fires_once", late_loop_fires_once},
    {"clock.late_by_days", late_by_days},
    {"clock.unhandled_expiries_are_counted", unhandled_expiries_are_counted},
    {"clock.restart_in_the_handler", restart_in_the_handler},
    {"clock.stop_in_the_handler", stop_in_the_handler},
    {"clock.handler_stops_or_starts_one_that_is_due", handler_stops_or_starts_one_that_is_due},
    {"clock.start_in_a_handler", start_in_a_handler},
    {"clock.start_in_a_slow_handler", start_in_a_slow_handler},
    {"clock.slow_handler_fires_once_a_pass", slow_handler_fires_once_a_pass},
    {"clock.stop_forgets_the_expiry", stop_forgets_the_expiry},
    {"clock.thousands_of_timers", thousands_of_timers},
    {"clock.near_the_wrap_of_32_bits", near_the_wrap_of_32_bits},
    {"clock.longest_interval", longest_interval},
    {"clock.resize_keeps_deadlines", resize_keeps_deadlines},
    {"clock.protothread_sleeps_to_the_ns", protothread_sleeps_to_the_ns},
    {NULL, NULL},
};

const harness_test_t *const suite_tables[] = {clock_tests, NULL};

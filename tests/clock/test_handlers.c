/**
 * @file test_handlers.c
 * @brief What handlers do to timers: restart, stop and start them, and take their time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clock_support.h"

/** @brief What a handler does with which timer, and what came of it. */
typedef struct action {
    ptk_handle_t target;
    int what;
    uint32_t calls;
    ptk_err_t result;
} action_t;

/** @brief Handler: starts, stops or destroys its target. */
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

/** @brief A timer can be started again in its own handler. */
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

/** @brief A repeating timer can be stopped in its own handler. */
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

/** @brief Stopping a timer that is due in the same pass drops its event; starting it anew moves it. */
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

/** @brief A timer that another one's handler starts is measured from the time of the start. */
static void start_in_a_handler(void) {
    action_t action = {0, 2, 0, PTK_ERR_SYSTEM};

    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t first = new_timer(act, &action);
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

/** @brief Handler: starts its target, then takes 25 ms. */
static void start_and_work_on(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    action_t *action = user_data;

    note(resource, event, data, NULL);
    action->calls++;
    action->result = ptk_timer_start(action->target, 10);
    now_ns += 25 * (uint64_t)NS_PER_MS;
}

/** @brief A timer that a handler starts counts from the call, or at the latest from the end of the pass: never early,
 *  and a slow handler delays it by no more than itself. */
static void start_in_a_slow_handler(void) {
    action_t action = {0, 0, 0, PTK_ERR_SYSTEM};

    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t first = new_timer(start_and_work_on, &action);
    action.target = new_timer(note, NULL);
    CHECK_EQUAL(ptk_timer_start(first, 5), PTK_ERR_OK);
    CHECK(advance_ms(5));
    CHECK_EQUAL(action.result, PTK_ERR_OK);
    uint64_t started_ns = expired.at_ns[0];
    for (uint32_t ms = 0; ms < 10 && expired.count == 1; ms++) {
        CHECK(advance_ms(1));
    }
    CHECK_EQUAL(expired.count, 2);
    CHECK(expired.at_ns[1] - started_ns >= 10 * NS_PER_MS);
    CHECK(expired.at_ns[1] - started_ns <= 35 * (uint64_t)NS_PER_MS);
}

/** @brief A handler that takes longer than its timer's period does not keep the loop in one pass. */
static void slow_handler_fires_once_a_pass(void) {
    action_t action = {0, 3, 0, PTK_ERR_SYSTEM};

    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timer = new_timer(act, &action);
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

/** @brief Stopping a timer that has expired drops the event. */
static void stop_forgets_the_expiry(void) {
    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timer = ptk_timer_create(loop);
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

/**
 * @brief A timer that is started between two passes counts from there, also while another thread looks whether the loop
 *        is the one that a handle names, as a late ptk_event_loop_run() does.
 */
static void start_while_another_thread_looks(void) {
    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timer = new_timer(note, NULL);
    ptk_event_loop_slot_t *slot = clock_pools.timers[0].delivery.loop;
    slot->runner = UINTPTR_MAX - 1; /* PTK_RUNNER_CLAIMED */
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_OK);
    slot->runner = 0;
    CHECK(advance_ms(4));
    CHECK_EQUAL(expired.count, 0);
    CHECK(advance_ms(1));
    CHECK_EQUAL(expired.count, 1);
}

/** @brief Timers whose expiry was to be delivered are restarted: they come in the order of their new deadlines. */
static void restart_changes_the_order(void) {
    CHECK(open_loop(NS_PER_MS));
    ptk_handle_t timers[4];
    for (uint32_t i = 0; i < 4; i++) {
        timers[i] = ptk_timer_create(loop);
        CHECK_EQUAL(ptk_timer_start(timers[i], 1), PTK_ERR_OK);
    }
    CHECK(advance_ms(2));
    for (uint32_t i = 0; i < 4; i++) { /* queued from here on */
        CHECK_EQUAL(ptk_set_event_handler(timers[i], PTK_EVENT_EXPIRED, note, NULL), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_timer_start(timers[1], 20), PTK_ERR_OK); /* in the middle, the first, the last, the only one */
    CHECK_EQUAL(ptk_timer_start(timers[0], 15), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timers[3], 10), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timers[2], 5), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timers[2], 5), PTK_ERR_OK);
    CHECK(advance_ms(20));
    CHECK_EQUAL(expired.count, 4);
    CHECK(expired.timers[0] == timers[2] && expired.timers[1] == timers[3]);
    CHECK(expired.timers[2] == timers[0] && expired.timers[3] == timers[1]);
}

const harness_test_t handlers_tests[] = {
    {"handlers.restart_in_the_handler", restart_in_the_handler},
    {"handlers.stop_in_the_handler", stop_in_the_handler},
    {"handlers.handler_stops_or_starts_one_that_is_due", handler_stops_or_starts_one_that_is_due},
    {"handlers.start_in_a_handler", start_in_a_handler},
    {"handlers.start_in_a_slow_handler", start_in_a_slow_handler},
    {"handlers.slow_handler_fires_once_a_pass", slow_handler_fires_once_a_pass},
    {"handlers.stop_forgets_the_expiry", stop_forgets_the_expiry},
    {"handlers.start_while_another_thread_looks", start_while_another_thread_looks},
    {"handlers.restart_changes_the_order", restart_changes_the_order},
    {NULL, NULL},
};

/**
 * @file test_interrupt.c
 * @brief Raising and waking in an interrupt, which comes at any point of what the loop's task does.
 *
 * SPDX-License-Identifier: MIT
 */
#include "stand_in.h"
#include "support.h"

#include <string.h>

/** @brief How many events are raised; enough for an interrupt at nearly every instruction of a pass. */
#define RAISES 10000u
/** @brief The event that is raised. */
#define EVENT_TICK 7u

static ptk_handle_t source;       /**< @brief Where the interrupt raises. */
static volatile uint32_t raised;  /**< @brief Events that the interrupt has raised. */
static volatile uint32_t refused; /**< @brief How often the queue was full. */
static volatile int32_t failed;   /**< @brief What a raise or a wake returned that it must not, or 0. */

/** @brief Interrupt: raises the next event; the same one again if there was no room. Sometimes several at once. */
static void raise_next(void) {
    for (uint32_t i = 0; i <= raised % 3 && raised < RAISES; i++) {
        ptk_err_t error = ptk_raise_event(source, EVENT_TICK, raised + 1);

        if (error == PTK_ERR_OK) {
            raised++;
        } else if (error == PTK_ERR_WOULD_BLOCK) {
            refused++;
            return;
        } else {
            failed = error;
        }
    }
}

/** @brief What the handler got. */
typedef struct received {
    uint32_t count;   /**< @brief Events. */
    uint32_t strange; /**< @brief Those that were not the next one. */
} received_t;

/** @brief Handler: counts, and looks whether each event is the next one. */
static void count_next(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    received_t *received = (received_t *)user_data;

    (void)resource;
    received->count++;
    received->strange += event != EVENT_TICK || data != received->count;
}

/** @brief Opens a loop with a source whose events go to count_next(). @return whether that worked. */
static bool open_source(received_t *received) {
    memset(received, 0, sizeof(*received));
    raised = 0;
    refused = 0;
    failed = 0;
    CHECK_OR_RETURN(support_open(), false);
    source = ptk_user_event_source_create(support_loop);
    CHECK_OR_RETURN(source > 0, false);
    CHECK_OR_RETURN(ptk_set_event_handler(source, EVENT_TICK, count_next, received) == PTK_ERR_OK, false);
    return true;
}

/** @brief Thousands of events from an interrupt come all, once and in their order, whether the loop sleeps or runs. */
static void none_is_lost(void) {
    received_t received;

    CHECK(open_source(&received));
    ptk_handle_t timer = ptk_timer_create(support_loop); /* so that passes do more than wait */
    support_record_t expiries = {0, 0, 0, 0, 0, 0};
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &expiries), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 1), PTK_ERR_OK);
    stand_in_interrupts(raise_next);
    const bool all = support_run_until(&received.count, RAISES);
    stand_in_interrupts(NULL);
    CHECK(all);
    support_run_ms(5);
    CHECK_EQUAL(failed, 0);
    CHECK_EQUAL(raised, RAISES);
    CHECK_EQUAL(received.count, RAISES);
    CHECK_EQUAL(received.strange, 0);
    CHECK(expiries.count > 0);
    CHECK(support_close());
}

/** @brief The same while the pools are moved to and fro all the time. */
static void none_is_lost_in_a_move(void) {
    static ptk_user_event_source_internal_t others[3];
    received_t received;

    CHECK(open_source(&received));
    ptk_event_loop_resources_t pools[2] = {support_resources[0], support_resources[0]};
    memset(others, 0, sizeof(others));
    pools[1].user_event_sources = others;
    pools[1].num_user_event_sources = 3;
    stand_in_interrupts(raise_next);
    ptk_err_t error = PTK_ERR_OK;
    for (uint32_t i = 0; received.count < RAISES && error == PTK_ERR_OK && i < 100 * RAISES; i++) {
        error = ptk_event_loop_resize_resources(support_loop, &pools[(i + 1) % 2]);
        error = error == PTK_ERR_OK ? ptk_event_loop_run_for(support_loop, 0) : error;
    }
    stand_in_interrupts(NULL);
    CHECK_EQUAL(error, PTK_ERR_OK);
    CHECK_EQUAL(failed, 0);
    CHECK_EQUAL(received.count, RAISES);
    CHECK_EQUAL(received.strange, 0);
    CHECK(support_close());
}

/** @brief Interrupt: wakes the loop. */
static void wake_loop(void) {
    const ptk_err_t error = ptk_event_loop_wake(support_loop);

    failed = error != PTK_ERR_OK ? error : failed;
    raised++;
}

/** @brief A wake in an interrupt ends a wait that would last a minute. */
static void wake_ends_a_wait(void) {
    CHECK(support_open());
    raised = 0;
    failed = 0;
    const uint64_t begun = ptk_clock_now_ms();
    stand_in_interrupts(wake_loop);
    ptk_err_t error = PTK_ERR_OK;
    for (uint32_t i = 0; i < 1000 && error == PTK_ERR_OK; i++) {
        error = ptk_event_loop_run_for(support_loop, 60000);
    }
    stand_in_interrupts(NULL);
    CHECK_EQUAL(error, PTK_ERR_OK);
    CHECK_EQUAL(failed, 0);
    CHECK(raised > 0);
    CHECK(ptk_clock_now_ms() - begun < 60000);
    CHECK(support_close());
}

/** @brief Results of raise_stale(), counted by what they should be. */
static volatile uint32_t refusals;

/** @brief Interrupt: raises to what is not there. */
static void raise_stale(void) {
    const bool is_refused = ptk_raise_event(source, EVENT_TICK, 1) == PTK_ERR_INVALID_HANDLE &&
                            ptk_raise_event(0, EVENT_TICK, 1) == PTK_ERR_INVALID_HANDLE &&
                            ptk_raise_event(source, 0, 1) == PTK_ERR_INVALID_ARGUMENT &&
                            ptk_event_loop_wake(source) == PTK_ERR_INVALID_HANDLE;

    refusals += is_refused ? 1 : 0;
    raised++;
}

/** @brief Bad handles are errors in an interrupt, too, and do not change the last error of the loop's task. */
static void stale_handles(void) {
    received_t received;

    CHECK(open_source(&received));
    CHECK_EQUAL(ptk_user_event_source_destroy(source), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK); /* this task is the loop's now */
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, UINT64_MAX - 1), PTK_ERR_INVALID_ARGUMENT);
    const ptk_err_t before = ptk_get_last_error(support_loop);
    CHECK_EQUAL(before, PTK_ERR_INVALID_ARGUMENT); /* none of what the interrupt's last call gives */
    refusals = 0;
    stand_in_interrupts(raise_stale);
    for (const uint64_t begun = ptk_clock_now_ms(); raised < 100 && ptk_clock_now_ms() - begun < SUPPORT_LIMIT_MS;) {
    }
    stand_in_interrupts(NULL);
    CHECK(raised >= 100);
    CHECK_EQUAL(refusals, raised);
    CHECK_EQUAL(ptk_get_last_error(support_loop), before);
    CHECK_EQUAL(received.count, 0);
    CHECK(support_close());
}

/** @brief Loops come and go while an interrupt raises to each of them. */
static void loop_is_destroyed(void) {
    received_t received;
    uint32_t total = 0;

    for (uint32_t i = 0; i < 200; i++) {
        CHECK(open_source(&received));
        stand_in_interrupts(raise_next);
        const bool some = support_run_until(&received.count, 3);
        const ptk_err_t error = ptk_event_loop_destroy(support_loop);
        stand_in_interrupts(NULL);
        CHECK(some);
        CHECK_EQUAL(error, PTK_ERR_OK);
        CHECK(failed == 0 || failed == PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(received.strange, 0);
        total += received.count;
    }
    CHECK(total >= 600);
}

const harness_test_t interrupt_tests[] = {
    {"interrupt.none_is_lost", none_is_lost},           {"interrupt.none_is_lost_in_a_move", none_is_lost_in_a_move},
    {"interrupt.wake_ends_a_wait", wake_ends_a_wait},   {"interrupt.stale_handles", stale_handles},
    {"interrupt.loop_is_destroyed", loop_is_destroyed}, {NULL, NULL},
};

/**
 * @file test_semaphore.c
 * @brief Counting semaphores between protothreads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief A protothread that takes a unit. */
typedef struct context {
    ptk_pt_t pt;
    ptk_semaphore_t *semaphore;
    ptk_handle_t timer;
    uint32_t timeout_ms;
    uint32_t taken;
    uint32_t *order;
    ptk_err_t outcome;
} context_t;

/** @brief The semaphore. */
static ptk_semaphore_t semaphore;

/** @brief Protothread: takes a unit. */
static ptk_pt_status_t take(ptk_pt_t *pt) {
    context_t *context = (context_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    if (context->timer != 0) {
        PTK_PT_SEMAPHORE_WAIT_TIMEOUT(pt, context->semaphore, context->timer, context->timeout_ms);
    } else {
        PTK_PT_SEMAPHORE_WAIT(pt, context->semaphore);
    }
    context->outcome = PTK_PT_ERROR(pt);
    context->taken = ++*context->order;
    if (PTK_PT_TIMED_OUT(pt)) {
        PTK_PT_SLEEP(pt, context->timer, SUPPORT_LIMIT_MS); /* who gave up goes on with something else */
    }
    PTK_PT_END(pt);
}

/** @brief Starts a protothread. Returns whether that worked. */
static bool begin(context_t *context, uint32_t *order, ptk_handle_t timer, uint32_t timeout_ms) {
    memset(context, 0, sizeof(*context));
    context->semaphore = &semaphore;
    context->order = order;
    context->timer = timer;
    context->timeout_ms = timeout_ms;
    context->outcome = PTK_ERR_SYSTEM;
    CHECK_OR_RETURN(ptk_protothread_init(&context->pt, take) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_protothread_run(&context->pt) == PTK_ERR_OK, false);
    return true;
}

/** @brief Bad arguments are refused. */
static void bad_arguments(void) {
    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(NULL, support_loop, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, 0, 1), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_semaphore_signal(NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, UINT32_MAX), PTK_ERR_OK);
    CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 1), PTK_ERR_OK);
    CHECK(support_close());
    CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 1), PTK_ERR_INVALID_HANDLE);
}

/** @brief Waiting protothreads get units in the order in which they began to wait. */
static void units_are_taken_and_given_in_order(void) {
    static context_t contexts[5];
    uint32_t order = 0;

    memset(&contexts, 0, sizeof(contexts));
    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 2), PTK_ERR_OK);
    for (uint32_t i = 0; i < 5; i++) {
        CHECK(begin(&contexts[i], &order, 0, 0));
    }
    /* Two units were free: these two did not wait. */
    CHECK_EQUAL(contexts[0].taken, 1);
    CHECK_EQUAL(contexts[1].taken, 2);
    CHECK_EQUAL(contexts[2].taken, 0);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(order, 2);
    for (uint32_t i = 2; i < 5; i++) {
        CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
        CHECK_EQUAL(contexts[i].taken, 0);
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(contexts[i].taken, i + 1);
        CHECK_EQUAL(contexts[i].outcome, PTK_ERR_OK);
        CHECK_EQUAL(order, i + 1);
    }
    CHECK(support_close());
}

/** @brief Signals without a waiter are counted. */
static void signals_are_counted(void) {
    static context_t contexts[4];
    uint32_t order = 0;

    memset(&contexts, 0, sizeof(contexts));
    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 0), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
    }
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(begin(&contexts[i], &order, 0, 0));
    }
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(order, 3);
    CHECK_EQUAL(contexts[3].taken, 0);
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[3].pt), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Several signals before the waiters run: each wakes another one. */
static void signals_before_the_waiters_run(void) {
    static context_t contexts[3];
    uint32_t order = 0;

    memset(&contexts, 0, sizeof(contexts));
    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 0), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK(begin(&contexts[i], &order, 0, 0));
    }
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
    }
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(order, 3);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(contexts[i].taken, i + 1);
    }
    CHECK(support_close());
}

/** @brief A timeout ends the wait and takes no unit. */
static void timeout(void) {
    const uint64_t start = ptk_clock_now_ms();
    static context_t patient;
    static context_t hasty;
    uint32_t order = 0;

    memset(&patient, 0, sizeof(patient));
    memset(&hasty, 0, sizeof(hasty));
    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 0), PTK_ERR_OK);
    CHECK(begin(&hasty, &order, ptk_timer_create(support_loop), 10));
    CHECK(begin(&patient, &order, ptk_timer_create(support_loop), SUPPORT_LIMIT_MS));
    CHECK(support_run_until(&order, 1));
    CHECK(ptk_clock_now_ms() - start >= 10);
    CHECK_EQUAL(hasty.outcome, PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(patient.taken, 0);
    /* Who gave up takes no unit away from the one who still waits. */
    CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
    CHECK(support_run_until(&order, 2));
    CHECK_EQUAL(patient.outcome, PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A waiter that was given a unit and is cancelled before it runs does not take the unit with it. */
static void cancelled_waiter_loses_no_unit(void) {
    static context_t contexts[2];
    uint32_t order = 0;

    memset(&contexts, 0, sizeof(contexts));
    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 0), PTK_ERR_OK);
    CHECK(begin(&contexts[0], &order, 0, 0));
    CHECK(begin(&contexts[1], &order, 0, 0));
    CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[0].pt), PTK_ERR_OK);
    memset(&contexts[0], 0xA5, sizeof(contexts[0]));
    CHECK(support_run_until(&order, 1));
    CHECK_EQUAL(contexts[1].taken, 1);
    CHECK(support_close());
}

/** @brief The same when the loop was destroyed before: no waiter is left to get the unit. */
static void cancelled_waiter_without_a_loop(void) {
    static context_t context;
    uint32_t order = 0;

    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 0), PTK_ERR_OK);
    CHECK(begin(&context, &order, 0, 0));
    CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
    CHECK(support_close());
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK(ptk_protothread_is_finished(&context.pt));
    CHECK_EQUAL(context.taken, 0);
}

/** @brief Protothread: takes a unit by the step that the macro calls. */
static ptk_pt_status_t take_by_hand(ptk_pt_t *pt) {
    context_t *context = (context_t *)(void *)pt;

    context->outcome = ptk_protothread_step_semaphore(pt, context->semaphore, PTK_NO_TIMER, 0);
    return context->outcome == PTK_ERR_WOULD_BLOCK ? PTK_PT_WAITING : PTK_PT_ENDED;
}

/** @brief The step that the wait calls, called without the macro. */
static void step_by_hand(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(support_open());
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 0), PTK_ERR_OK);
    context.semaphore = &semaphore;
    CHECK_EQUAL(ptk_protothread_init(&context.pt, take_by_hand), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.outcome, PTK_ERR_WOULD_BLOCK);
    CHECK_EQUAL(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(context.outcome, PTK_ERR_OK);
    CHECK(ptk_protothread_is_finished(&context.pt));
    context.semaphore = NULL;
    CHECK_EQUAL(ptk_protothread_init(&context.pt, take_by_hand), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_ARGUMENT);
    /* A unit is there, but the semaphore's loop is not. */
    CHECK_EQUAL(ptk_semaphore_init(&semaphore, support_loop, 1), PTK_ERR_OK);
    CHECK(support_close());
    context.semaphore = &semaphore;
    CHECK_EQUAL(ptk_protothread_init(&context.pt, take_by_hand), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_HANDLE);
    CHECK(ptk_protothread_is_finished(&context.pt));
}

const harness_test_t semaphore_tests[] = {
    {"semaphore.bad_arguments", bad_arguments},
    {"semaphore.units_are_taken_and_given_in_order", units_are_taken_and_given_in_order},
    {"semaphore.signals_are_counted", signals_are_counted},
    {"semaphore.signals_before_the_waiters_run", signals_before_the_waiters_run},
    {"semaphore.timeout", timeout},
    {"semaphore.cancelled_waiter_loses_no_unit", cancelled_waiter_loses_no_unit},
    {"semaphore.cancelled_waiter_without_a_loop", cancelled_waiter_without_a_loop},
    {"semaphore.step_by_hand", step_by_hand},
    {NULL, NULL},
};

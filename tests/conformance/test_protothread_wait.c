/**
 * @file test_protothread_wait.c
 * @brief The waits of protothreads and their timeout forms.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief A protothread that waits, and the outcome. */
typedef struct context {
    ptk_pt_t pt;
    ptk_handle_t timer;
    ptk_handle_t source;
    uint32_t timeout_ms;
    uint32_t done;
    bool condition;
    bool timed_out;
    ptk_err_t outcome;
    ptk_handle_t woken_resource;
    ptk_event_t woken_event;
    uintptr_t woken_data;
    uint64_t at_ms;
} context_t;

/** @brief The context of a protothread. Returns it. */
static context_t *of(ptk_pt_t *pt) {
    return (context_t *)(void *)pt;
}

/** @brief What can be seen after a wait. */
static void look(context_t *context) {
    context->outcome = PTK_PT_ERROR(&context->pt);
    context->timed_out = PTK_PT_TIMED_OUT(&context->pt);
    context->woken_resource = PTK_PT_WOKEN_RESOURCE(&context->pt);
    context->woken_event = PTK_PT_WOKEN_EVENT(&context->pt);
    context->woken_data = PTK_PT_WOKEN_DATA(&context->pt);
    context->at_ms = ptk_clock_now_ms();
    context->done++;
}

/** @brief Protothread: waits for an event. */
static ptk_pt_status_t wait_event(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT(pt, context->source, 2049);
    look(context);
    PTK_PT_END(pt);
}

/** @brief Protothread: waits for an event with a timeout. */
static ptk_pt_status_t wait_event_timeout(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT_TIMEOUT(pt, context->source, 2049, context->timer, context->timeout_ms);
    look(context);
    PTK_PT_END(pt);
}

/** @brief Protothread: waits for a condition. */
static ptk_pt_status_t wait_until(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL(pt, support_loop, context->condition);
    look(context);
    PTK_PT_END(pt);
}

/** @brief Protothread: waits for a condition with a timeout. */
static ptk_pt_status_t wait_until_timeout(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL_TIMEOUT(pt, support_loop, context->condition, context->timer, context->timeout_ms);
    look(context);
    PTK_PT_END(pt);
}

/** @brief Protothread: sleeps. */
static ptk_pt_status_t sleep_some_time(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_SLEEP(pt, context->timer, context->timeout_ms);
    look(context);
    PTK_PT_END(pt);
}

/** @brief Protothread: waits for a condition, while an event wakes it as well. */
static ptk_pt_status_t wait_until_with_event(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->outcome = ptk_set_protothread_event_handler(context->source, 2049, pt);
    PTK_PT_WAIT_UNTIL(pt, support_loop, context->condition);
    look(context);
    PTK_PT_END(pt);
}

/** @brief Opens everything and starts a protothread. Returns whether that worked. */
static bool start(context_t *context, ptk_pt_function_t function, uint32_t timeout_ms) {
    memset(context, 0, sizeof(*context));
    CHECK_OR_RETURN(support_open(), false);
    context->timer = ptk_timer_create(support_loop);
    context->source = ptk_user_event_source_create(support_loop);
    context->timeout_ms = timeout_ms;
    context->outcome = PTK_ERR_SYSTEM;
    CHECK_OR_RETURN(context->timer > 0 && context->source > 0, false);
    CHECK_OR_RETURN(ptk_protothread_init(&context->pt, function) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_protothread_run(&context->pt) == PTK_ERR_OK, false);
    return true;
}

/** @brief Expects that the event ended the wait. */
static void expect_event_outcome(const context_t *context) {
    CHECK_EQUAL(context->done, 1);
    CHECK_EQUAL(context->outcome, PTK_ERR_OK);
    CHECK(!context->timed_out);
    CHECK_EQUAL(context->woken_resource, context->source);
    CHECK_EQUAL(context->woken_event, 2049);
    CHECK_EQUAL(context->woken_data, 31);
}

/** @brief An event ends the wait for it. */
static void event(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(start(&context, wait_event, 0));
    if (SUPPORT_NTH_RAISE(2) == PTK_ERR_OK) {
        CHECK_EQUAL(ptk_raise_event(context.source, 1, 30), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_raise_event(context.source, 2049, 31), PTK_ERR_OK);
    CHECK(support_run_until(&context.done, 1));
    expect_event_outcome(&context);
    CHECK(ptk_protothread_is_finished(&context.pt));
    CHECK(support_close());
}

/** @brief A protothread that is run by hand was woken by no event, whatever has woken it before. */
static void run_by_hand_is_no_event(void) {
    static context_t context;

    CHECK(start(&context, wait_until_with_event, 0));
    CHECK_EQUAL(ptk_raise_event(context.source, 2049, 31), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(context.done, 0);
    CHECK_EQUAL(context.outcome, PTK_ERR_OK);
    context.condition = true;
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.done, 1);
    CHECK_EQUAL(context.woken_resource, 0);
    CHECK_EQUAL(context.woken_event, 0);
    CHECK_EQUAL(context.woken_data, 0);
    CHECK(support_close());
}

/** @brief An event in time stops the timer. */
static void event_before_its_timeout(void) {
    support_record_t expired = {0};
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(start(&context, wait_event_timeout, 30));
    CHECK_EQUAL(ptk_raise_event(context.source, 2049, 31), PTK_ERR_OK);
    CHECK(support_run_until(&context.done, 1));
    expect_event_outcome(&context);
    /* The timer was stopped with the wait. */
    CHECK_EQUAL(ptk_set_event_handler(context.timer, PTK_EVENT_EXPIRED, support_record, &expired), PTK_ERR_OK);
    support_run_ms(50);
    CHECK_EQUAL(expired.count, 0);
    CHECK(support_close());
}

/** @brief After a timeout the event is not waited for any more. */
static void event_after_its_timeout(void) {
    support_record_t late = {0};
    const uint64_t begin = ptk_clock_now_ms();
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(start(&context, wait_event_timeout, 15));
    CHECK(support_run_until(&context.done, 1));
    CHECK_EQUAL(context.outcome, PTK_ERR_TIMED_OUT);
    CHECK(context.timed_out);
    CHECK(context.at_ms - begin >= 15);
    /* It waits no more: the late event stays for whoever comes. */
    CHECK_EQUAL(ptk_raise_event(context.source, 2049, 31), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(context.done, 1);
    CHECK_EQUAL(ptk_set_event_handler(context.source, 2049, support_record, &late), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(late.count, 1);
    CHECK(support_close());
}

/** @brief A condition is evaluated in each pass until it holds. */
static void condition(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(start(&context, wait_until, 0));
    support_run_ms(20);
    CHECK_EQUAL(context.done, 0);
    context.condition = true;
    /* Nothing wakes the loop, and still the condition is looked at soon. */
    for (uint32_t pass = 0; pass < 3 && context.done == 0; pass++) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    }
    CHECK_EQUAL(context.done, 1);
    CHECK_EQUAL(context.outcome, PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A condition that holds does not wait. */
static void condition_that_holds_at_once(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(support_open());
    context.condition = true;
    CHECK_EQUAL(ptk_protothread_init(&context.pt, wait_until), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.done, 1);
    CHECK(ptk_protothread_is_finished(&context.pt));
    CHECK(support_close());
}

/** @brief A condition in time stops the timer. */
static void condition_before_its_timeout(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(start(&context, wait_until_timeout, SUPPORT_LIMIT_MS));
    support_run_ms(10);
    context.condition = true;
    CHECK(support_run_until(&context.done, 1));
    CHECK_EQUAL(context.outcome, PTK_ERR_OK);
    CHECK(!context.timed_out);
    CHECK(support_close());
}

/** @brief After a timeout the condition is not evaluated any more. */
static void condition_after_its_timeout(void) {
    const uint64_t begin = ptk_clock_now_ms();
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(start(&context, wait_until_timeout, 15));
    CHECK(support_run_until(&context.done, 1));
    CHECK_EQUAL(context.outcome, PTK_ERR_TIMED_OUT);
    CHECK(context.timed_out);
    CHECK(context.at_ms - begin >= 15);
    CHECK(support_close());
}

/** @brief A sleep is never shorter than asked. */
static void sleep_is_not_short(void) {
    const uint64_t begin = ptk_clock_now_ms();
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(start(&context, sleep_some_time, 15));
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.done, 0);
    CHECK(support_run_until(&context.done, 1));
    CHECK(context.at_ms - begin >= 15);
    CHECK_EQUAL(context.outcome, PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A wait that cannot be made ends at once with the reason. */
static void bad_resources(void) {
    static const ptk_pt_function_t functions[] = {wait_event, wait_event_timeout, wait_event_timeout, sleep_some_time,
                                                  sleep_some_time};
    static const ptk_err_t wanted[] = {PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_HANDLE,
                                       PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT};

    CHECK(support_open());
    for (uint32_t i = 0; i < 5; i++) {
        static context_t context;

        memset(&context, 0, sizeof(context));
        context.timer = i == 1 || i == 4 ? ptk_timer_create(support_loop) : -1;
        context.source = i == 2 ? ptk_user_event_source_create(support_loop) : -1;
        context.timeout_ms = i == 4 ? 0 : 10;
        CHECK_EQUAL(ptk_protothread_init(&context.pt, functions[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
        CHECK_EQUAL(context.done, 1);
        CHECK_EQUAL(context.outcome, wanted[i]);
        CHECK(ptk_protothread_is_finished(&context.pt));
    }
    CHECK(support_close());
}

/** @brief The macros' functions, called directly: what a wrapper for another language would do. */
static ptk_pt_status_t wait_by_hand(ptk_pt_t *pt) {
    context_t *context = of(pt);

    switch (context->timeout_ms) {
    case 0:
        context->outcome = ptk_protothread_step_yield(pt, support_loop);
        break;
    case 1:
        context->outcome = ptk_protothread_step_condition(pt, support_loop, context->condition, PTK_NO_TIMER, 0);
        break;
    case 2:
        context->outcome = ptk_protothread_step_event(pt, context->source, 1, PTK_NO_TIMER, 0);
        break;
    default:
        context->outcome = ptk_protothread_step_sleep(pt, context->timer, 5);
        break;
    }
    if (context->outcome == PTK_ERR_WOULD_BLOCK) {
        return PTK_PT_WAITING;
    }
    context->done++;
    return PTK_PT_ENDED;
}

/** @brief The steps that the waits call, called without the macros. */
static void steps_by_hand(void) {
    for (uint32_t kind = 0; kind <= 3; kind++) {
        static context_t context;

        memset(&context, 0, sizeof(context));
        CHECK(support_open());
        context.timer = ptk_timer_create(support_loop);
        context.source = ptk_user_event_source_create(support_loop);
        context.timeout_ms = kind;
        CHECK_EQUAL(ptk_protothread_init(&context.pt, wait_by_hand), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
        CHECK_EQUAL(context.outcome, PTK_ERR_WOULD_BLOCK);
        context.condition = true;
        CHECK_EQUAL(ptk_raise_event(context.source, 1, 0), PTK_ERR_OK);
        CHECK(support_run_until(&context.done, 1));
        CHECK_EQUAL(context.outcome, PTK_ERR_OK);
        CHECK(ptk_protothread_is_finished(&context.pt));
        CHECK(support_close());
    }
}

const harness_test_t protothread_wait_tests[] = {
    {"protothread_wait.event", event},
    {"protothread_wait.run_by_hand_is_no_event", run_by_hand_is_no_event},
    {"protothread_wait.event_before_its_timeout", event_before_its_timeout},
    {"protothread_wait.event_after_its_timeout", event_after_its_timeout},
    {"protothread_wait.condition", condition},
    {"protothread_wait.condition_that_holds_at_once", condition_that_holds_at_once},
    {"protothread_wait.condition_before_its_timeout", condition_before_its_timeout},
    {"protothread_wait.condition_after_its_timeout", condition_after_its_timeout},
    {"protothread_wait.sleep_is_not_short", sleep_is_not_short},
    {"protothread_wait.bad_resources", bad_resources},
    {"protothread_wait.steps_by_hand", steps_by_hand},
    {NULL, NULL},
};

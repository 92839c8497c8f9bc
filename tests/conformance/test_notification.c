/**
 * @file test_notification.c
 * @brief Notifications: waiting without polling for what a handler changes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief A protothread that waits for items. */
typedef struct context {
    ptk_pt_t pt;
    ptk_handle_t timer;
    uint64_t timeout_ms;
    uint32_t wanted; /* what items must be, at least */
    uint32_t looks;
    uint32_t order;
    ptk_err_t outcome;
} context_t;

/** @brief The notification that they wait for. */
static ptk_notification_t notification;
/** @brief The number of items, which a condition looks at. */
static uint32_t items;
/** @brief How many protothreads have ended. */
static uint32_t ended;

/** @brief The condition: whether there are enough items; counts how often it is evaluated. */
static bool look(context_t *context) {
    context->looks++;
    return items >= context->wanted;
}

/** @brief Protothread: waits until there are enough items. */
static ptk_pt_status_t waits(ptk_pt_t *pt) {
    context_t *context = (context_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    if (context->timer == PTK_NO_TIMER) {
        PTK_PT_WAIT_NOTIFIED(pt, &notification, look(context));
    } else {
        PTK_PT_WAIT_NOTIFIED_TIMEOUT(pt, &notification, look(context), context->timer, context->timeout_ms);
    }
    context->outcome = PTK_PT_ERROR(pt);
    context->order = ++ended;
    PTK_PT_END(pt);
}

/** @brief Starts a protothread. Returns whether that worked. */
static bool begin(context_t *context, uint32_t wanted, ptk_handle_t timer, uint64_t timeout_ms) {
    memset(context, 0, sizeof(*context));
    context->wanted = wanted;
    context->timer = timer;
    context->timeout_ms = timeout_ms;
    context->outcome = PTK_ERR_SYSTEM;
    CHECK_OR_RETURN(ptk_protothread_init(&context->pt, waits) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_protothread_run(&context->pt) == PTK_ERR_OK, false);
    return true;
}

/** @brief Opens the loops and the notification. Returns whether that worked. */
static bool open(void) {
    items = 0;
    ended = 0;
    CHECK_OR_RETURN(support_open_two(), false);
    CHECK_OR_RETURN(ptk_notification_init(&notification, support_loop) == PTK_ERR_OK, false);
    return true;
}

/** @brief Bad arguments are refused. */
static void bad_arguments(void) {
    CHECK(open());
    CHECK_EQUAL(ptk_notification_init(NULL, support_loop), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_notification_init(&notification, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_notify(NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK); /* the failed calls have changed nothing; no one waits */
    CHECK_EQUAL(ptk_protothread_step_notified(NULL, &notification, true, PTK_NO_TIMER, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_close());
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_notification_init(&notification, support_loop), PTK_ERR_INVALID_HANDLE);
}

/** @brief Nothing is lost that came before the wait, since the condition is looked at first. */
static void condition_that_holds_already(void) {
    static context_t context;

    CHECK(open());
    items = 1;
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK);
    CHECK(begin(&context, 1, PTK_NO_TIMER, 0));
    CHECK_EQUAL(context.order, 1);
    CHECK_EQUAL(context.outcome, PTK_ERR_OK);
    CHECK_EQUAL(context.looks, 1);
    CHECK(support_close());
}

/** @brief All that wait look, in the order of coming and not inside of the call; who has to go on waiting looks just
 *  once. */
static void all_waiters_look(void) {
    static context_t contexts[4];

    CHECK(open());
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(begin(&contexts[i], i == 1 ? 2 : 1, PTK_NO_TIMER, 0));
    }
    support_run_ms(30); /* no polling */
    items = 1;
    support_run_ms(30);
    CHECK_EQUAL(contexts[0].looks, 1);
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK);
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK); /* before they run: the same as once */
    CHECK_EQUAL(ended, 0);
    CHECK_EQUAL(contexts[0].looks, 1);
    CHECK(support_poll(support_loop, 1));
    CHECK(contexts[0].order == 1 && contexts[1].order == 0 && contexts[2].order == 2 && contexts[3].order == 3);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(contexts[1].looks, 2);
    items = 2;
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 1));
    CHECK_EQUAL(contexts[1].order, 4);
    CHECK_EQUAL(contexts[1].outcome, PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Handler: adds an item and notifies. */
static void produce(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
    items++;
    (void)ptk_notify(&notification);
}

/** @brief A loop that sleeps without limit is woken by the handler's event alone, and goes on at once after it. */
static void notified_by_a_handler(void) {
    static context_t context;
    ptk_event_loop_stats_t stats;

    CHECK(open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, produce, NULL), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 20), PTK_ERR_OK);
    CHECK(begin(&context, 3, PTK_NO_TIMER, 0));
    while (context.order == 0) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, SUPPORT_LIMIT_MS), PTK_ERR_OK);
    }
    CHECK_EQUAL(items, 3);
    CHECK_EQUAL(context.looks, 4);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK(stats.passes <= 12);
    CHECK(support_close());
}

/** @brief Timeouts and deadlines end a wait. */
static void time_limits(void) {
    static context_t hasty;
    static context_t patient;

    CHECK(open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK(begin(&hasty, 1, timer, 10));
    CHECK(begin(&patient, 1, ptk_timer_create(support_loop), PTK_WAIT_FOREVER));
    CHECK(support_run_until(&ended, 1));
    CHECK_EQUAL(hasty.outcome, PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(hasty.looks, 2);
    CHECK_EQUAL(patient.order, 0);
    /* A condition that came true unnoticed counts when the time is over. */
    CHECK(begin(&hasty, 1, timer, 10));
    items = 1;
    CHECK(support_run_until(&ended, 2));
    CHECK_EQUAL(hasty.outcome, PTK_ERR_OK);
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 1));
    CHECK_EQUAL(patient.outcome, PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A waiter may be cancelled while it waits, or after it was notified and before it runs. */
static void cancelled_waiters(void) {
    static context_t contexts[3];

    CHECK(open());
    for (uint32_t i = 0; i < 3; i++) {
        CHECK(begin(&contexts[i], 1, PTK_NO_TIMER, 0));
    }
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[1].pt), PTK_ERR_OK);
    memset(&contexts[1], 0xA5, sizeof(contexts[1]));
    items = 1;
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[0].pt), PTK_ERR_OK);
    memset(&contexts[0], 0xA5, sizeof(contexts[0]));
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(ended, 1);
    CHECK_EQUAL(contexts[2].order, 1);
    CHECK_EQUAL(contexts[0].order, 0xA5A5A5A5u);
    CHECK(support_close());
}

/** @brief The loop goes away while two wait, one of them notified: both can be cancelled or end by hand. */
static void loop_that_is_destroyed(void) {
    static context_t contexts[2];

    CHECK(open());
    CHECK(begin(&contexts[0], 1, PTK_NO_TIMER, 0));
    CHECK_EQUAL(ptk_notify(&notification), PTK_ERR_OK);
    CHECK(begin(&contexts[1], 1, PTK_NO_TIMER, 0));
    CHECK(support_close());
    CHECK_EQUAL(ptk_protothread_cancel(&contexts[0].pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&contexts[1].pt), PTK_ERR_OK);
    CHECK_EQUAL(contexts[1].outcome, PTK_ERR_INVALID_HANDLE);
    CHECK(notification.waiters.first == NULL);
    CHECK(support_open());
    CHECK(support_poll(support_loop, 2));
    CHECK(support_close());
}

/** @brief Protothread: of the second loop, waits for a notification of the first. */
static ptk_pt_status_t waits_elsewhere(ptk_pt_t *pt) {
    context_t *context = (context_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    PTK_PT_YIELD(pt, support_other);
    PTK_PT_WAIT_NOTIFIED(pt, &notification, false);
    context->outcome = PTK_PT_ERROR(pt);
    PTK_PT_WAIT_NOTIFIED(pt, context->timer == 0 ? NULL : &notification, false);
    context->order = PTK_PT_ERROR(pt) == PTK_ERR_INVALID_ARGUMENT ? 1 : 2;
    PTK_PT_END(pt);
}

/** @brief A protothread of another loop cannot wait for it. */
static void notification_of_another_loop(void) {
    static context_t context;

    CHECK(open());
    memset(&context, 0, sizeof(context));
    CHECK_EQUAL(ptk_protothread_init(&context.pt, waits_elsewhere), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK(support_poll(support_other, 2));
    CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(context.order, 1);
    CHECK(notification.waiters.first == NULL);
    CHECK(support_close());
}

const harness_test_t notification_tests[] = {
    {"notification.bad_arguments", bad_arguments},
    {"notification.condition_that_holds_already", condition_that_holds_already},
    {"notification.all_waiters_look", all_waiters_look},
    {"notification.notified_by_a_handler", notified_by_a_handler},
    {"notification.time_limits", time_limits},
    {"notification.cancelled_waiters", cancelled_waiters},
    {"notification.loop_that_is_destroyed", loop_that_is_destroyed},
    {"notification.notification_of_another_loop", notification_of_another_loop},
    {NULL, NULL},
};

/**
 * @file test_protothreads.c
 * @brief Lines about protothreads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "debug_log.h"

#include <string.h>

/** @brief The timer that protothreads sleep on. */
static ptk_handle_t timer;

/** @brief Opens the loop and creates the timer. Returns whether that worked. */
static bool open_with_timer(void) {
    CHECK_OR_RETURN(log_open(), false);
    timer = ptk_timer_create(support_loop);
    return timer > 0;
}

/** @brief Handler: does nothing. */
static void nothing(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
}

/** @brief Protothread: sleeps once. */
static ptk_pt_status_t sleeper(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_SLEEP(pt, timer, 5);
    PTK_PT_END(pt);
}

/** @brief Initialises and starts a protothread. Returns whether that worked. */
static bool start(ptk_pt_t *pt, ptk_pt_function_t function) {
    return ptk_protothread_init(pt, function) == PTK_ERR_OK && ptk_protothread_run(pt) == PTK_ERR_OK;
}

/** @brief Correct use is not reported. */
static void good_protothread_says_nothing(void) {
    static ptk_pt_t pt;

    CHECK(open_with_timer());
    for (uint32_t i = 0; i < 3; i++) {
        CHECK(start(&pt, sleeper));
        CHECK(support_run_until_finished(&pt));
    }
    CHECK(start(&pt, sleeper));
    CHECK_EQUAL(ptk_protothread_cancel(&pt), PTK_ERR_OK);
    CHECK(start(&pt, sleeper));
    CHECK_EQUAL(log_count(), 0);
    CHECK_EQUAL(ptk_protothread_cancel(&pt), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A second protothread on a timer is reported. */
static void two_on_one_timer(void) {
    static ptk_pt_t first;
    static ptk_pt_t second;

    CHECK(open_with_timer());
    CHECK(start(&first, sleeper));
    CHECK_EQUAL(log_count(), 0);
    CHECK(start(&second, sleeper));
    CHECK_EQUAL(log_lines("ptk_set_protothread_event_handler", "two protothreads share a timer", "timer, loop 0"), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK_EQUAL(ptk_protothread_cancel(&first), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&second), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief The source that protothreads wait for. */
static ptk_handle_t source;

/** @brief Protothread: waits for event 7 of the source. */
static ptk_pt_status_t waiter(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT(pt, source, 7);
    PTK_PT_END(pt);
}

/** @brief A protothread that takes another one's place at an event is reported. */
static void waiter_that_is_replaced(void) {
    static ptk_pt_t first;
    static ptk_pt_t second;

    CHECK(log_open());
    source = ptk_user_event_source_create(support_loop);
    CHECK(start(&first, waiter));
    CHECK(start(&second, waiter));
    CHECK_EQUAL(log_lines("ptk_set_protothread_event_handler", "two protothreads wait for the same event", "event 7"),
                1);
    CHECK_EQUAL(ptk_set_event_handler(source, 7, nothing, NULL), PTK_ERR_OK);
    CHECK_EQUAL(log_lines("ptk_set_event_handler", "a handler replaces a protothread that waits", "event 7"), 1);
    /* The same handler once more, or another function, is how an application changes its mind. */
    CHECK_EQUAL(ptk_set_event_handler(source, 7, nothing, NULL), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 7, nothing, &source), PTK_ERR_OK);
    CHECK_EQUAL(log_count(), 2 + (PTK_LOG_LEVEL > 2));
    CHECK_EQUAL(ptk_protothread_cancel(&first), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_cancel(&second), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A wait that takes the place of a handler is reported. */
static void handler_that_is_replaced_by_a_wait(void) {
    static ptk_pt_t pt;

    CHECK(log_open());
    source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 7, nothing, NULL), PTK_ERR_OK);
    CHECK(start(&pt, waiter));
    CHECK_EQUAL(log_lines("ptk_set_protothread_event_handler", "a protothread's wait replaces a handler", "event 7"),
                1);
    CHECK_EQUAL(ptk_protothread_cancel(&pt), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Initialising a protothread that waits is reported. */
static void init_of_one_that_waits(void) {
    static ptk_pt_t pt;

    CHECK(open_with_timer());
    CHECK(start(&pt, sleeper));
    CHECK_EQUAL(log_count(), 0);
    CHECK_EQUAL(ptk_protothread_init(&pt, sleeper), PTK_ERR_OK);
    CHECK_EQUAL(log_lines("ptk_protothread_init", "the protothread still waits", NULL), 1);
    CHECK_EQUAL(log_count(), 1);
    support_run_ms(20);
    CHECK(support_close());
}

/** @brief Protothread: initialises itself while it runs. */
static ptk_pt_status_t remakes_itself(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    CHECK_OR_RETURN(ptk_protothread_init(pt, sleeper) == PTK_ERR_OK, PTK_PT_ENDED);
    PTK_PT_END(pt);
}

/** @brief Initialising a protothread that runs is reported. */
static void init_of_one_that_runs(void) {
    static ptk_pt_t pt;

    CHECK(open_with_timer());
    CHECK(start(&pt, remakes_itself));
    CHECK_EQUAL(log_lines("ptk_protothread_init", "the protothread is running", NULL), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief Protothread: takes longer than it should after it has yielded. */
static ptk_pt_status_t slow_after_a_yield(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_YIELD(pt, support_loop);
    support_stand_still_until(ptk_clock_now_ms() + PTK_SLOW_HANDLER_MS + 1);
    PTK_PT_END(pt);
}

/** @brief A protothread that no event resumes, and that runs too long, is reported. */
static void yield_that_takes_long(void) {
    static ptk_pt_t pt;

    if (PTK_SLOW_HANDLER_MS == 0) {
        harness_skip("PTK_SLOW_HANDLER_MS is 0");
        return;
    }
    CHECK(log_open());
    log_keep_slow();
    CHECK(start(&pt, slow_after_a_yield));
    CHECK(support_run_until_finished(&pt));
    CHECK_EQUAL(log_lines("ptk_event_loop_run_for", "the loop stood still while a protothread ran", NULL), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief A registration of its own making, without a macro. */
static ptk_pt_status_t by_hand(ptk_pt_t *pt) {
    return ptk_set_protothread_event_handler(timer, PTK_EVENT_EXPIRED, pt) == PTK_ERR_OK ? PTK_PT_WAITING
                                                                                         : PTK_PT_ENDED;
}

/** @brief Initialising a protothread that is a handler is reported. */
static void init_of_one_that_is_registered(void) {
    static ptk_pt_t pt;

    CHECK(open_with_timer());
    CHECK(start(&pt, by_hand));
    CHECK_EQUAL(ptk_protothread_init(&pt, sleeper), PTK_ERR_OK);
    CHECK_EQUAL(log_lines("ptk_protothread_init", "the protothread still waits", NULL), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief A socket that was destroyed. */
static ptk_handle_t stale_socket;
/** @brief A loop that was destroyed. */
static ptk_handle_t stale_loop;

/** @brief Protothread: receives from the stale socket, then yields to the stale loop. */
static ptk_pt_status_t receiver(ptk_pt_t *pt) {
    static uint8_t memory[4];
    static ptk_buf_t buf;

    PTK_PT_BEGIN(pt);
    ptk_buf_init(&buf, memory, sizeof(memory));
    PTK_PT_RECEIVE(pt, stale_socket, &buf);
    PTK_PT_YIELD(pt, stale_loop);
    PTK_PT_WAIT_EVENT_TIMEOUT(pt, stale_socket, PTK_EVENT_READABLE, timer, 5);
    PTK_PT_END(pt);
}

/** @brief Waits for destroyed resources are reported. */
static void waits_for_what_is_gone(void) {
    static ptk_pt_t pt;

    CHECK(log_open());
    stale_loop = support_loop;
    CHECK(support_close());
    CHECK(open_with_timer());
    stale_socket = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_destroy(stale_socket), PTK_ERR_OK);
    CHECK(start(&pt, receiver));
    CHECK(ptk_protothread_is_finished(&pt));
    CHECK_EQUAL(log_lines("ptk_protothread_step_receive", "stale handle: socket", NULL), 1);
    CHECK_EQUAL(log_lines("ptk_protothread_step_yield", "stale handle: event loop", "its slot is used again"), 1);
    CHECK_EQUAL(log_lines("ptk_set_protothread_event_handler", "stale handle: socket", NULL), 1);
    CHECK_EQUAL(log_count(), 3);
    CHECK(support_close());
}

/** @brief The case label of the wait belongs to the inner switch, where the outer one does not find it. */
static ptk_pt_status_t switcher(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    switch (PTK_HANDLE_TYPE(timer)) {
    case PTK_TYPE_TIMER:
        PTK_PT_SLEEP(pt, timer, 5);
        break;
    default:
        break;
    }
    PTK_PT_END(pt);
}

/** @brief A wait within a switch of the protothread's own is reported when it cannot be resumed. */
static void resume_at_an_unknown_line(void) {
    static ptk_pt_t pt;

    CHECK(open_with_timer());
    CHECK(start(&pt, switcher));
    CHECK_EQUAL(log_count(), 0);
    CHECK(support_run_until_finished(&pt));
    CHECK_EQUAL(log_lines("ptk_protothread_run", "no wait at line ", NULL), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief A protothread whose memory is overwritten while it waits is reported. */
static void magic_that_is_overwritten(void) {
    static ptk_pt_t pt;

    CHECK(open_with_timer());
    CHECK(start(&pt, sleeper));
    memset(&pt, 0x5A, sizeof(pt)); /* as a stack that is used again does */
    for (uint32_t i = 0; log_count() == 0 && i < 500; i++) {
        support_run_ms(20);
    }
    CHECK_EQUAL(log_lines("ptk_event_loop_run_for", "its magic number was overwritten", NULL), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief A context whose protothread is not its first member. */
typedef struct wrong_order {
    uint32_t first;
    ptk_pt_t pt;
} wrong_order_t;

/** @brief Protothread: sleeps three times; counts where the protothread itself is. */
static ptk_pt_status_t wrong_order(ptk_pt_t *pt) {
    uint32_t *first = (uint32_t *)(void *)pt; /* what a cast to wrong_order_t would find */

    PTK_PT_BEGIN(pt);
    for (*first = 0; *first < 3; (*first)++) {
        PTK_PT_SLEEP(pt, timer, 5);
    }
    PTK_PT_END(pt);
}

/** @brief A protothread that is not at the start of its context is reported. */
static void context_in_the_wrong_order(void) {
    static wrong_order_t context;

    CHECK(open_with_timer());
    CHECK(start(&context.pt, wrong_order));
    CHECK_EQUAL(log_lines("ptk_protothread_step_sleep", "its first member", NULL), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief Running a protothread that was never initialised, or has finished, is reported. */
static void run_without_init_and_after_the_end(void) {
    static ptk_pt_t pt;

    CHECK(open_with_timer());
    CHECK_EQUAL(ptk_protothread_run(NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(log_lines("ptk_protothread_run", "NULL", NULL), 1);
    CHECK_EQUAL(ptk_protothread_run(&pt), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(log_lines("ptk_protothread_run", "not initialised", NULL), 1);
    CHECK(start(&pt, sleeper));
    CHECK(support_run_until_finished(&pt));
    CHECK_EQUAL(ptk_protothread_run(&pt), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(log_lines("ptk_protothread_run", "is finished", NULL), 1);
    CHECK_EQUAL(log_count(), 3);
    CHECK(support_close());
}

const harness_test_t protothreads_tests[] = {
    {"protothreads.good_protothread_says_nothing", good_protothread_says_nothing},
    {"protothreads.two_on_one_timer", two_on_one_timer},
    {"protothreads.waiter_that_is_replaced", waiter_that_is_replaced},
    {"protothreads.handler_that_is_replaced_by_a_wait", handler_that_is_replaced_by_a_wait},
    {"protothreads.init_of_one_that_waits", init_of_one_that_waits},
    {"protothreads.init_of_one_that_runs", init_of_one_that_runs},
    {"protothreads.yield_that_takes_long", yield_that_takes_long},
    {"protothreads.init_of_one_that_is_registered", init_of_one_that_is_registered},
    {"protothreads.waits_for_what_is_gone", waits_for_what_is_gone},
    {"protothreads.resume_at_an_unknown_line", resume_at_an_unknown_line},
    {"protothreads.magic_that_is_overwritten", magic_that_is_overwritten},
    {"protothreads.context_in_the_wrong_order", context_in_the_wrong_order},
    {"protothreads.run_without_init_and_after_the_end", run_without_init_and_after_the_end},
    {NULL, NULL},
};

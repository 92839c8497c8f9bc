/**
 * @file test_protothread_deadline.c
 * @brief The time limits of waits: timeouts and deadlines of every kind of wait, their ranges, and timers that are
 *        shared, gone or another protothread's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief What is waited for. */
enum { CONDITION, EVENT, UNIT, NOTICE, CONNECT, ACCEPT, SEND, RECEIVE, EXACTLY, SLEEP, KINDS };
enum { TIMEOUT, DEADLINE };

/** @brief A protothread that waits in one of the forms. */
typedef struct context {
    ptk_pt_t pt;
    uint32_t kind;
    uint32_t form;
    uint64_t time_ms;
    ptk_handle_t timer;
    ptk_handle_t source;
    ptk_handle_t socket;
    ptk_handle_t accepted;
    ptk_address_t address;
    ptk_semaphore_t semaphore;
    ptk_notification_t notification;
    ptk_buf_t buf;
    bool condition;
    uint32_t done;
    uint32_t starts;
    ptk_err_t outcome;
    uint64_t at_ms;
} context_t;

/** @brief The context of the one protothread. */
static context_t context;
/** @brief The memory of buffers. */
static uint8_t memory[8];

/** @brief The context of a protothread. Returns it. */
static context_t *of(ptk_pt_t *pt) {
    return (context_t *)(void *)pt;
}

/** @brief Notes the outcome of the wait. Returns the protothread's status. */
static ptk_pt_status_t finish(ptk_pt_t *pt) {
    of(pt)->outcome = PTK_PT_ERROR(pt);
    of(pt)->at_ms = ptk_clock_now_ms();
    of(pt)->done++;
    return PTK_PT_EXITED;
}

/**
 * @brief Whether there is to be another send, as the system had room for all that there was: how much it takes no test
 *        can know, as a busy one moves bytes on late.
 */
static bool send_more(context_t *c) {
    return !c->condition && PTK_PT_ERROR(&c->pt) == PTK_ERR_OK &&
           ptk_buf_wrap(&c->buf, conformance_large, sizeof(conformance_large)) == PTK_ERR_OK;
}

/** @brief Protothread: waits for a kind with a timeout. */
static ptk_pt_status_t wait_timeout(ptk_pt_t *pt) {
    context_t *c = of(pt);

    PTK_PT_BEGIN(pt);
    if (c->kind == CONDITION) {
        PTK_PT_WAIT_UNTIL_TIMEOUT(pt, support_loop, c->condition, c->timer, c->time_ms);
    } else if (c->kind == EVENT) {
        PTK_PT_WAIT_EVENT_TIMEOUT(pt, c->source, 2049, c->timer, c->time_ms);
    } else if (c->kind == UNIT) {
        PTK_PT_SEMAPHORE_WAIT_TIMEOUT(pt, &c->semaphore, c->timer, c->time_ms);
    } else if (c->kind == NOTICE) {
        PTK_PT_WAIT_NOTIFIED_TIMEOUT(pt, &c->notification, c->condition, c->timer, c->time_ms);
    } else if (c->kind == CONNECT) {
        PTK_PT_CONNECT_TIMEOUT(pt, c->socket, &c->address, c->timer, c->time_ms);
    } else if (c->kind == ACCEPT) {
        PTK_PT_ACCEPT_TIMEOUT(pt, c->socket, &c->accepted, NULL, c->timer, c->time_ms);
    } else if (c->kind == SEND) {
        do {
            PTK_PT_SEND_ALL_TIMEOUT(pt, c->socket, &c->buf, c->timer, c->time_ms);
        } while (send_more(c));
    } else if (c->kind == RECEIVE) {
        PTK_PT_RECEIVE_TIMEOUT(pt, c->socket, &c->buf, c->timer, c->time_ms);
    } else if (c->kind == EXACTLY) {
        PTK_PT_RECEIVE_EXACTLY_TIMEOUT(pt, c->socket, &c->buf, 4, c->timer, c->time_ms);
    } else {
        PTK_PT_SLEEP(pt, c->timer, c->time_ms);
    }
    return finish(pt);
    PTK_PT_END(pt);
}

/** @brief Protothread: waits for a kind with a deadline. */
static ptk_pt_status_t wait_deadline(ptk_pt_t *pt) {
    context_t *c = of(pt);

    PTK_PT_BEGIN(pt);
    if (c->kind == CONDITION) {
        PTK_PT_WAIT_UNTIL_DEADLINE(pt, support_loop, c->condition, c->timer, c->time_ms);
    } else if (c->kind == EVENT) {
        PTK_PT_WAIT_EVENT_DEADLINE(pt, c->source, 2049, c->timer, c->time_ms);
    } else if (c->kind == UNIT) {
        PTK_PT_SEMAPHORE_WAIT_DEADLINE(pt, &c->semaphore, c->timer, c->time_ms);
    } else if (c->kind == NOTICE) {
        PTK_PT_WAIT_NOTIFIED_DEADLINE(pt, &c->notification, c->condition, c->timer, c->time_ms);
    } else if (c->kind == CONNECT) {
        PTK_PT_CONNECT_DEADLINE(pt, c->socket, &c->address, c->timer, c->time_ms);
    } else if (c->kind == ACCEPT) {
        PTK_PT_ACCEPT_DEADLINE(pt, c->socket, &c->accepted, NULL, c->timer, c->time_ms);
    } else if (c->kind == SEND) {
        do {
            PTK_PT_SEND_ALL_DEADLINE(pt, c->socket, &c->buf, c->timer, c->time_ms);
        } while (send_more(c));
    } else if (c->kind == RECEIVE) {
        PTK_PT_RECEIVE_DEADLINE(pt, c->socket, &c->buf, c->timer, c->time_ms);
    } else if (c->kind == EXACTLY) {
        PTK_PT_RECEIVE_EXACTLY_DEADLINE(pt, c->socket, &c->buf, 4, c->timer, c->time_ms);
    } else {
        PTK_PT_SLEEP_DEADLINE(pt, c->timer, c->time_ms);
    }
    return finish(pt);
    PTK_PT_END(pt);
}

/** @brief Makes a socket for a kind of wait, in a state in which it has to wait; the far end, if there is one. */
static ptk_handle_t prepare_socket(context_t *c) {
    ptk_handle_t far_end = 0;

    if (c->kind == ACCEPT) {
        c->socket = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &c->address);
    } else if (c->kind >= SEND && c->kind <= EXACTLY) {
        CHECK_OR_RETURN(support_pair(support_loop, PTK_ADDRESS_IPV4, &far_end, &c->socket), -1);
        CHECK_OR_RETURN(c->kind != SEND || send_more(c), -1);
    } else {
        c->socket = ptk_socket_create(support_loop);
        c->address = support_dead_address(PTK_ADDRESS_IPV4);
    }
    CHECK_OR_RETURN(c->socket > 0, -1);
    return far_end;
}

/** @brief A context of a kind that has to wait. The far end of its connection, if there is one, or an error. */
static ptk_handle_t prepare(uint32_t kind) {
    memset(&context, 0, sizeof(context));
    CHECK_OR_RETURN(support_open(), -1);
    context.kind = kind;
    context.timer = ptk_timer_create(support_loop);
    context.source = ptk_user_event_source_create(support_loop);
    context.outcome = PTK_ERR_SYSTEM;
    CHECK_OR_RETURN(context.timer > 0 && context.source > 0, -1);
    CHECK_OR_RETURN(ptk_semaphore_init(&context.semaphore, support_loop, 0) == PTK_ERR_OK, -1);
    CHECK_OR_RETURN(ptk_notification_init(&context.notification, support_loop) == PTK_ERR_OK, -1);
    CHECK_OR_RETURN(ptk_buf_init(&context.buf, memory, sizeof(memory)) == PTK_ERR_OK, -1);
    return prepare_socket(&context);
}

/** @brief Starts the wait. Returns whether that worked. */
static bool begin(uint32_t form, uint64_t time_ms) {
    context.form = form;
    context.time_ms = time_ms;
    CHECK_OR_RETURN(ptk_protothread_init(&context.pt, form == TIMEOUT ? wait_timeout : wait_deadline) == PTK_ERR_OK,
                    false);
    CHECK_OR_RETURN(ptk_protothread_run(&context.pt) == PTK_ERR_OK, false);
    return true;
}

/** @brief Never early. A connect that is refused meanwhile is no time-out, so it is left to the next test. */
static void deadlines_to_come(void) {
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        uint64_t deadline;

        if (kind == CONNECT) {
            continue;
        }
        CHECK(prepare(kind) >= 0);
        deadline = ptk_clock_now_ms() + 15;
        CHECK(begin(DEADLINE, deadline));
        CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK); /* resumed for no reason it goes on */
        CHECK(context.done == 0 || ptk_clock_now_ms() >= deadline);
        CHECK(support_run_until(&context.done, 1));
        CHECK(context.at_ms >= deadline);
        CHECK_EQUAL(context.outcome, kind == SLEEP ? PTK_ERR_OK : PTK_ERR_TIMED_OUT);
        CHECK(ptk_protothread_is_finished(&context.pt));
        CHECK(support_close());
    }
}

/** @brief Of the past, the clock's zero included, and now: tried, and over after one return to the loop. */
static void deadlines_that_have_passed(void) {
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        for (uint32_t past = 0; past <= 2; past++) {
            CHECK(prepare(kind) >= 0);
            CHECK(begin(DEADLINE, past == 0 ? 0 : past == 1 ? 1 : ptk_clock_now_ms()));
            CHECK(kind == CONNECT || context.done == 0);
            /* Of sends there may be several, see send_more(). */
            CHECK(kind == SEND ? support_run_until(&context.done, 1) : support_poll(support_loop, 1));
            CHECK_EQUAL(context.done, 1);
            if (kind == CONNECT) {
                CHECK(context.outcome == PTK_ERR_TIMED_OUT || context.outcome == PTK_ERR_CONNECTION_REFUSED);
            } else {
                CHECK_EQUAL(context.outcome, kind == SLEEP ? PTK_ERR_OK : PTK_ERR_TIMED_OUT);
            }
            CHECK(support_close());
        }
    }
}

/** @brief Lets what a kind waits for come to pass. */
static bool fulfil(ptk_handle_t far_end) {
    context.condition = true;
    CHECK_OR_RETURN(ptk_notify(&context.notification) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_semaphore_signal(&context.semaphore) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_raise_event(context.source, 2049, 0) == PTK_ERR_OK, false);
    if (context.kind == ACCEPT) {
        CHECK_OR_RETURN(ptk_socket_connect(ptk_socket_create(support_loop), &context.address) == PTK_ERR_OK, false);
    } else if (context.kind == RECEIVE || context.kind == EXACTLY) {
        CHECK_OR_RETURN(support_send_text(far_end, "abcd"), false);
    } else if (context.kind == SEND) {
        ptk_buf_clear(&context.buf);
    }
    return true;
}

/** @brief What can be done although the deadline has passed is done. */
static void passed_deadline_of_what_is_possible(void) {
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        ptk_handle_t far_end;

        if (kind == CONNECT || kind == SLEEP) {
            continue;
        }
        far_end = prepare(kind);
        CHECK(far_end >= 0);
        CHECK(fulfil(far_end));
        support_run_ms(20);
        CHECK(begin(DEADLINE, 0));
        CHECK_EQUAL(context.done, kind == EVENT ? 0 : 1);
        CHECK(support_poll(support_loop, 1));
        CHECK_EQUAL(context.done, 1);
        CHECK_EQUAL(context.outcome, PTK_ERR_OK);
        CHECK(support_close());
    }
}

/** @brief Times that cannot be counted are refused by every wait that would block; nothing is begun. */
static void times_that_are_refused(void) {
    static const uint64_t times[] = {0, PTK_TIME_MAX_MS + 1, (uint64_t)1 << 63, UINT64_MAX - 1};

    for (uint32_t kind = 0; kind < KINDS; kind++) {
        CHECK(prepare(kind) >= 0);
        for (uint32_t form = TIMEOUT; form <= DEADLINE; form++) {
            for (uint32_t i = form == DEADLINE ? 1 : 0; i < 4; i++) {
                context.done = 0;
                CHECK(begin(form, times[i]));
                CHECK_EQUAL(context.done, 1);
                CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_ARGUMENT);
            }
        }
        if (kind == CONNECT) { /* no attempt was made */
            CHECK_EQUAL(ptk_socket_connect(context.socket, &context.address), PTK_ERR_OK);
        }
        CHECK(support_close());
    }
}

/** @brief Without limit, and so long that 32 bits of ms do not hold it. */
static void long_times(void) {
    static const uint64_t times[] = {((uint64_t)1 << 32) + 5, PTK_WAIT_FOREVER, PTK_TIME_MAX_MS / 2};

    for (uint32_t kind = 0; kind < KINDS; kind++) {
        for (uint32_t i = 0; i < 6; i++) {
            const ptk_handle_t far_end = kind == CONNECT || kind == SEND ? -1 : prepare(kind);

            if (far_end < 0) {
                continue; /* others end these waits at any time */
            }
            CHECK(begin(i % 2, times[i / 2] + (i < 2 ? i * ptk_clock_now_ms() : 0)));
            support_run_ms(20);
            CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
            CHECK_EQUAL(context.done, 0);
            CHECK(fulfil(far_end));
            if (kind != SLEEP) {
                CHECK(support_run_until(&context.done, 1));
                CHECK_EQUAL(context.outcome, PTK_ERR_OK);
            } else {
                CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
            }
            CHECK(support_close());
        }
    }
}

/** @brief The deadline is what the argument was when the wait began. */
static ptk_pt_status_t moving_deadline(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL_DEADLINE(pt, support_loop, of(pt)->condition, of(pt)->timer, ptk_clock_now_ms() + 20);
    return finish(pt);
    PTK_PT_END(pt);
}

/** @brief A deadline that changes during the wait counts from its next evaluation. */
static void deadline_that_moves(void) {
    const uint64_t begin_ms = ptk_clock_now_ms();

    CHECK(prepare(CONDITION) >= 0);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, moving_deadline), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    while (context.done == 0 && ptk_clock_now_ms() - begin_ms < SUPPORT_LIMIT_MS) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 1), PTK_ERR_OK);
        if (context.done == 0) {
            CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
        }
    }
    CHECK_EQUAL(context.outcome, PTK_ERR_TIMED_OUT);
    CHECK(support_close());
}

/** @brief A wait with a deadline that is given up by a restart leaves nothing for the next one, which has a
 *  timeout. */
static ptk_pt_status_t restarts(ptk_pt_t *pt) {
    if (of(pt)->starts == 1) {
        of(pt)->starts++;
        PTK_PT_RESTART(pt);
    }
    PTK_PT_BEGIN(pt);
    if (of(pt)->starts == 0) {
        of(pt)->starts = 1;
        PTK_PT_SLEEP_DEADLINE(pt, of(pt)->timer, PTK_WAIT_FOREVER);
    }
    PTK_PT_SLEEP(pt, of(pt)->timer, SUPPORT_LIMIT_MS);
    return finish(pt);
    PTK_PT_END(pt);
}

/** @brief A protothread that restarts waits anew. */
static void restart_in_the_middle_of_a_deadline(void) {
    CHECK(prepare(SLEEP) >= 0);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, restarts), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.starts, 2);
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(context.done, 0);
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A deadline is that of one wait: the next one has a timeout again, whether there was something to wait for
 *  or not. */
static ptk_pt_status_t deadline_and_timeout(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL_DEADLINE(pt, support_loop, of(pt)->condition, of(pt)->timer, 1);
    of(pt)->starts++;
    PTK_PT_SLEEP(pt, of(pt)->timer, SUPPORT_LIMIT_MS);
    return finish(pt);
    PTK_PT_END(pt);
}

/** @brief A timeout on a timer that had a deadline counts from its own start. */
static void timeout_after_a_deadline(void) {
    for (uint32_t waits = 0; waits <= 1; waits++) {
        CHECK(prepare(CONDITION) >= 0);
        context.condition = waits == 0;
        CHECK_EQUAL(ptk_protothread_init(&context.pt, deadline_and_timeout), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
        CHECK(support_poll(support_loop, 3));
        CHECK_EQUAL(context.starts, 1);
        CHECK_EQUAL(context.done, 0);
        CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
        CHECK(support_close());
    }
}

/** @brief Two waits with one timer: it belongs to the one that came last, and the end of the other does not stop it. */
static void timer_of_two_waits(void) {
    static context_t first;

    CHECK(prepare(EVENT) >= 0);
    CHECK(begin(TIMEOUT, SUPPORT_LIMIT_MS));
    first = context;
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&first.pt, wait_timeout), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&first.pt), PTK_ERR_OK);
    context.kind = CONDITION;
    CHECK(begin(TIMEOUT, 15));
    CHECK_EQUAL(ptk_raise_event(first.source, 2049, 0), PTK_ERR_OK);
    CHECK(support_run_until(&first.done, 1));
    CHECK_EQUAL(first.outcome, PTK_ERR_OK);
    CHECK(support_run_until(&context.done, 1));
    CHECK_EQUAL(context.outcome, PTK_ERR_TIMED_OUT);
    CHECK(support_close());
}

/** @brief An expiry that was raised and not seen ends no later wait with the same timer. */
static void expiry_that_was_not_seen(void) {
    CHECK(prepare(CONDITION) >= 0);
    CHECK_EQUAL(ptk_timer_start(context.timer, 1), PTK_ERR_OK);
    support_run_ms(10);
    CHECK(begin(TIMEOUT, SUPPORT_LIMIT_MS));
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(context.done, 0);
    context.condition = true;
    CHECK(support_run_until(&context.done, 1));
    CHECK_EQUAL(ptk_timer_start(context.timer, 1), PTK_ERR_OK);
    support_run_ms(10);
    context.condition = false;
    CHECK(begin(DEADLINE, PTK_WAIT_FOREVER));
    CHECK(support_poll(support_loop, 3));
    CHECK_EQUAL(context.done, 1);
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A timer that is gone, before the wait or in the middle of it: the wait ends, else it would have no limit. */
static void timer_that_is_gone(void) {
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        CHECK(prepare(kind) >= 0);
        if (kind != CONNECT) {
            CHECK(begin(TIMEOUT, SUPPORT_LIMIT_MS));
            CHECK_EQUAL(ptk_timer_destroy(context.timer), PTK_ERR_OK);
            CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
            CHECK_EQUAL(context.done, 1);
            CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_HANDLE);
        }
        context.timer = kind == CONNECT ? -1 : context.timer;
        for (uint32_t form = TIMEOUT; form <= DEADLINE; form++) {
            context.done = 0;
            CHECK(begin(form, form == TIMEOUT ? 10 : PTK_WAIT_FOREVER));
            CHECK_EQUAL(context.done, 1);
            CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_HANDLE);
        }
        CHECK(support_close());
    }
}

/** @brief What is no timer, or one of another loop, is left as it is. */
static void timer_that_is_none(void) {
    support_record_t record = {0};
    support_record_t other = {0};

    CHECK(prepare(CONDITION) >= 0);
    CHECK(support_close());
    CHECK(support_open_two());
    context.source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(context.source, PTK_EVENT_EXPIRED, support_record, &record), PTK_ERR_OK);
    context.timer = context.source;
    CHECK(begin(TIMEOUT, 1));
    CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_raise_event(context.source, PTK_EVENT_EXPIRED, 0), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(record.count, 1);
    context.timer = ptk_timer_create(support_other);
    CHECK_EQUAL(ptk_set_event_handler(context.timer, PTK_EVENT_EXPIRED, support_record, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(context.timer, 10), PTK_ERR_OK);
    for (uint32_t form = TIMEOUT; form <= DEADLINE; form++) {
        CHECK(begin(form, SUPPORT_LIMIT_MS));
        CHECK_EQUAL(context.outcome, PTK_ERR_INVALID_ARGUMENT);
    }
    CHECK(support_run_until(&other.count, 1));
    CHECK(support_close());
}

/** @brief A step of one's own. */
static ptk_pt_status_t step_with_a_deadline(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_AWAIT_DEADLINE(
        pt, ptk_protothread_step_notified(pt, &of(pt)->notification, false, of(pt)->timer, of(pt)->time_ms));
    return finish(pt);
    PTK_PT_END(pt);
}

/** @brief A step of the application's own with a deadline. */
static void step_of_ones_own(void) {
    CHECK(prepare(NOTICE) >= 0);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, step_with_a_deadline), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.done, 0);
    CHECK(support_poll(support_loop, 1));
    CHECK_EQUAL(context.outcome, PTK_ERR_TIMED_OUT);
    CHECK(support_close());
}

const harness_test_t protothread_deadline_tests[] = {
    {"protothread_deadline.deadlines_to_come", deadlines_to_come},
    {"protothread_deadline.deadlines_that_have_passed", deadlines_that_have_passed},
    {"protothread_deadline.passed_deadline_of_what_is_possible", passed_deadline_of_what_is_possible},
    {"protothread_deadline.times_that_are_refused", times_that_are_refused},
    {"protothread_deadline.long_times", long_times},
    {"protothread_deadline.deadline_that_moves", deadline_that_moves},
    {"protothread_deadline.restart_in_the_middle_of_a_deadline", restart_in_the_middle_of_a_deadline},
    {"protothread_deadline.timeout_after_a_deadline", timeout_after_a_deadline},
    {"protothread_deadline.timer_of_two_waits", timer_of_two_waits},
    {"protothread_deadline.expiry_that_was_not_seen", expiry_that_was_not_seen},
    {"protothread_deadline.timer_that_is_gone", timer_that_is_gone},
    {"protothread_deadline.timer_that_is_none", timer_that_is_none},
    {"protothread_deadline.step_of_ones_own", step_of_ones_own},
    {NULL, NULL},
};

/**
 * @file test_protothread.c
 * @brief Protothreads: begin, end, exit, restart, yield, spawn, cancel, and bad ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief A protothread and what it did. */
typedef struct context {
    ptk_pt_t pt;
    uint32_t step;
    uint32_t starts;
    uint32_t limit;
    ptk_handle_t source;
    ptk_handle_t timer;
    struct context *child;
    ptk_err_t seen;
    ptk_err_t other;
} context_t;

/** @brief The context of a protothread. Returns it. */
static context_t *of(ptk_pt_t *pt) {
    return (context_t *)(void *)pt;
}

/** @brief Protothread: waits twice. */
static ptk_pt_status_t two_waits(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->starts++;
    context->step = 1;
    PTK_PT_WAIT_EVENT(pt, context->source, 1);
    context->step = 2;
    PTK_PT_WAIT_EVENT(pt, context->source, 1);
    context->step = 3;
    PTK_PT_END(pt);
}

/** @brief A protothread begins, waits, is resumed after its wait, and ends. */
static void begin_wait_end(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(support_open());
    context.source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, two_waits), PTK_ERR_OK);
    CHECK(!ptk_protothread_is_finished(&context.pt));
    CHECK_EQUAL(context.starts, 0);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 1);
    /* Resumed for no reason it goes on waiting. */
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 1);
    CHECK_EQUAL(ptk_raise_event(context.source, 1, 5), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(context.source, 1, 6), SUPPORT_NTH_RAISE(2));
    CHECK_EQUAL(context.step, 1);
    if (SUPPORT_NTH_RAISE(2) != PTK_ERR_OK) {
        CHECK(support_poll(support_loop, 1));
        CHECK_EQUAL(context.step, 2);
        CHECK_EQUAL(ptk_raise_event(context.source, 1, 6), PTK_ERR_OK);
    }
    CHECK(support_poll(support_loop, 4));
    CHECK_EQUAL(context.step, 3);
    CHECK_EQUAL(context.starts, 1);
    CHECK_EQUAL(PTK_PT_WOKEN_RESOURCE(&context.pt), context.source);
    CHECK_EQUAL(PTK_PT_WOKEN_DATA(&context.pt), 6);
    CHECK(ptk_protothread_is_finished(&context.pt));
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_INVALID_ARGUMENT);
    /* It can be made again. */
    CHECK_EQUAL(ptk_protothread_init(&context.pt, two_waits), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 1);
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK(ptk_protothread_is_finished(&context.pt));
    CHECK(support_close());
}

/** @brief NULL and memory that was never initialised are refused. */
static void bad_protothreads(void) {
    static context_t context;
    static const uint8_t garbage[] = {0x00, 0xFF, 0x5A, 0x01};

    memset(&context, 0, sizeof(context));
    CHECK_EQUAL(ptk_protothread_init(NULL, two_waits), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_run(NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_cancel(NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK(ptk_protothread_is_finished(NULL));
    for (size_t i = 0; i < sizeof(garbage); i++) {
        memset(&context, garbage[i], sizeof(context));
        CHECK(ptk_protothread_is_finished(&context.pt));
        CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_INVALID_ARGUMENT);
    }
}

/** @brief A protothread whose memory is used for something else while it is registered is not resumed. */
static void memory_gone_while_it_waits(void) {
    static context_t context;

    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    memset(&context, 0, sizeof(context));
    context.source = source;
    CHECK_EQUAL(ptk_protothread_init(&context.pt, two_waits), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    memset(&context, 0, sizeof(context));
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(context.step, 0);
    CHECK(support_close());
}

/** @brief Protothread: waits at a line, or is given a line where it has no wait. */
static ptk_pt_status_t loses_its_wait(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_YIELD(pt, support_loop);
    context->step = 1;
    PTK_PT_END(pt);
}

/** @brief A protothread that has no wait at the line where it has to go on ends there. */
static void lost_wait_ends_it(void) {
    static context_t context;

    CHECK(support_open());
    memset(&context, 0, sizeof(context));
    CHECK_EQUAL(ptk_protothread_init(&context.pt, loses_its_wait), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    context.pt.line++; /* as when an enclosing switch takes the wait's case */
    CHECK(support_poll(support_loop, 2));
    CHECK(ptk_protothread_is_finished(&context.pt));
    CHECK_EQUAL(context.step, 0);
    CHECK(support_close());
}

/** @brief Protothread: exits before its end. */
static ptk_pt_status_t exits_early(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->step = 1;
    if (context->limit == 0) {
        PTK_PT_EXIT(pt);
    }
    context->step = 2;
    PTK_PT_END(pt);
}

/** @brief PTK_PT_EXIT ends a protothread. */
static void exit_ends_it(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK_EQUAL(ptk_protothread_init(&context.pt, exits_early), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 1);
    CHECK(ptk_protothread_is_finished(&context.pt));
    context.limit = 1;
    CHECK_EQUAL(ptk_protothread_init(&context.pt, exits_early), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 2);
    CHECK(ptk_protothread_is_finished(&context.pt));
}

/** @brief Protothread: restarts itself once. */
static ptk_pt_status_t restarts(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->starts++;
    if (context->starts < context->limit) {
        PTK_PT_RESTART(pt);
    }
    PTK_PT_WAIT_EVENT(pt, context->source, 1);
    if (context->starts < 2 * context->limit) {
        PTK_PT_RESTART(pt);
    }
    PTK_PT_END(pt);
}

/** @brief PTK_PT_RESTART begins from the start. */
static void restart_begins_again(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(support_open());
    context.source = ptk_user_event_source_create(support_loop);
    context.limit = 1000;
    CHECK_EQUAL(ptk_protothread_init(&context.pt, restarts), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.starts, 1000);
    CHECK_EQUAL(ptk_raise_event(context.source, 1, 0), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(context.starts, 1001);
    CHECK(!ptk_protothread_is_finished(&context.pt));
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Protothread: runs and initialises itself. */
static ptk_pt_status_t meddles_with_itself(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    context->seen = ptk_protothread_run(pt);
    context->other = ptk_protothread_cancel(pt);
    context->step = ptk_protothread_is_finished(pt) ? 0 : 1;
    PTK_PT_END(pt);
}

/** @brief A running protothread cannot be run or initialised. */
static void running_one_is_busy(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK_EQUAL(ptk_protothread_init(&context.pt, meddles_with_itself), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.seen, PTK_ERR_BUSY);
    CHECK_EQUAL(context.other, PTK_ERR_BUSY);
    CHECK_EQUAL(context.step, 1);
    CHECK(ptk_protothread_is_finished(&context.pt));
}

/** @brief Protothread: yields some times. */
static ptk_pt_status_t yields(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    while (context->step < context->limit) {
        context->step++;
        PTK_PT_YIELD(pt, support_loop);
        context->seen = PTK_PT_ERROR(pt);
    }
    PTK_PT_END(pt);
}

/** @brief Those that yield take turns, one step in each pass, and the loop neither waits nor starves others. */
static void yield_takes_turns(void) {
    static context_t contexts[3];
    support_record_t record = {0};

    memset(&contexts, 0, sizeof(contexts));
    CHECK(support_open());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &record), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        memset(&contexts[i], 0, sizeof(contexts[i]));
        contexts[i].limit = 10;
        contexts[i].seen = PTK_ERR_SYSTEM;
        CHECK_EQUAL(ptk_protothread_init(&contexts[i].pt, yields), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&contexts[i].pt), PTK_ERR_OK);
        CHECK_EQUAL(contexts[i].step, 1);
    }
    for (uint32_t pass = 2; pass <= 10; pass++) {
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(record.count, pass - 1);
        for (uint32_t i = 0; i < 3; i++) {
            CHECK_EQUAL(contexts[i].step, pass);
            CHECK_EQUAL(contexts[i].seen, PTK_ERR_OK);
        }
    }
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK(ptk_protothread_is_finished(&contexts[i].pt));
    }
    CHECK(support_close());
}

/** @brief A protothread waits on one loop: a second one is refused while it still waits on the first. */
static void one_loop_for_a_protothread(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK(support_open_two());
    context.source = ptk_user_event_source_create(support_loop);
    ptk_handle_t elsewhere = ptk_user_event_source_create(support_other);
    CHECK_EQUAL(ptk_protothread_init(&context.pt, two_waits), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_protothread_event_handler(elsewhere, 1, &context.pt), PTK_ERR_INVALID_ARGUMENT);
    /* Its own wait is not disturbed. */
    CHECK_EQUAL(ptk_raise_event(context.source, 1, 0), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    CHECK_EQUAL(context.step, 2);
    CHECK_EQUAL(ptk_protothread_cancel(&context.pt), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Protothread: destroys its loop. */
static ptk_pt_status_t ends_the_loop(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_YIELD(pt, support_loop);
    context->seen = ptk_event_loop_destroy(support_loop);
    /* There is nothing to wait on any more, and the wait says so at once. */
    PTK_PT_YIELD(pt, support_loop);
    context->other = PTK_PT_ERROR(pt);
    PTK_PT_WAIT_UNTIL(pt, support_loop, false);
    context->step = PTK_PT_ERROR(pt) == PTK_ERR_INVALID_HANDLE ? 1 : 2;
    PTK_PT_END(pt);
}

/** @brief A protothread can destroy its own loop. */
static void protothread_destroys_its_loop(void) {
    static context_t first;
    static context_t second;

    memset(&first, 0, sizeof(first));
    memset(&second, 0, sizeof(second));
    second.limit = 5;
    CHECK(support_open());
    CHECK_EQUAL(ptk_protothread_init(&first.pt, ends_the_loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&second.pt, yields), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&first.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&second.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(first.seen, PTK_ERR_OK);
    CHECK_EQUAL(first.other, PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(first.step, 1);
    CHECK(ptk_protothread_is_finished(&first.pt));
    CHECK_EQUAL(second.step, 1);
    CHECK_EQUAL(ptk_protothread_cancel(&second.pt), PTK_ERR_OK);
    support_loop = 0;
}

/** @brief A condition that destroys the loop that evaluates it. */
static bool destroys_the_loop(context_t *context) {
    if (context->step++ == 1) {
        context->seen = ptk_event_loop_destroy(support_loop);
    }
    return false;
}

/** @brief Protothread: waits for that condition. */
static ptk_pt_status_t asks_for_the_end(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_UNTIL(pt, support_loop, destroys_the_loop(context));
    context->other = PTK_PT_ERROR(pt);
    PTK_PT_END(pt);
}

/** @brief A condition can destroy the loop: the wait for it ends, and the pass. */
static void condition_destroys_the_loop(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    context.seen = PTK_ERR_SYSTEM;
    CHECK(support_open());
    CHECK_EQUAL(ptk_protothread_init(&context.pt, asks_for_the_end), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.step, 1);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(context.seen, PTK_ERR_OK);
    CHECK_EQUAL(context.other, PTK_ERR_INVALID_HANDLE);
    CHECK(ptk_protothread_is_finished(&context.pt));
    support_loop = 0;
}

/** @brief Protothread: spawns itself. */
static ptk_pt_status_t spawns_badly(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_SPAWN(pt, pt, exits_early);
    context->seen = PTK_PT_ERROR(pt);
    PTK_PT_SPAWN(pt, (ptk_pt_t *)NULL, exits_early);
    context->other = PTK_PT_ERROR(pt);
    PTK_PT_END(pt);
}

/** @brief A protothread cannot spawn itself, nor NULL. */
static void spawn_refuses_bad_arguments(void) {
    static context_t context;

    memset(&context, 0, sizeof(context));
    CHECK_EQUAL(ptk_protothread_init(&context.pt, spawns_badly), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    CHECK_EQUAL(context.seen, PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(context.other, PTK_ERR_INVALID_ARGUMENT);
    CHECK(ptk_protothread_is_finished(&context.pt));
}

const harness_test_t protothread_tests[] = {
    {"protothread.begin_wait_end", begin_wait_end},
    {"protothread.bad_protothreads", bad_protothreads},
    {"protothread.memory_gone_while_it_waits", memory_gone_while_it_waits},
    {"protothread.lost_wait_ends_it", lost_wait_ends_it},
    {"protothread.exit_ends_it", exit_ends_it},
    {"protothread.restart_begins_again", restart_begins_again},
    {"protothread.running_one_is_busy", running_one_is_busy},
    {"protothread.yield_takes_turns", yield_takes_turns},
    {"protothread.one_loop_for_a_protothread", one_loop_for_a_protothread},
    {"protothread.protothread_destroys_its_loop", protothread_destroys_its_loop},
    {"protothread.condition_destroys_the_loop", condition_destroys_the_loop},
    {"protothread.spawn_refuses_bad_arguments", spawn_refuses_bad_arguments},
    {NULL, NULL},
};

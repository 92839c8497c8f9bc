/**
 * @file test_library_thread.c
 * @brief Threads that the library runs loops in: starting, stopping, and what others may do meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "threads_support.h"

#include <string.h>

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 1, 2);

/** @brief The stack of the library's thread. */
static union {
    uint8_t bytes[4 * 1024 * 1024]; /* a thread of a program under ThreadSanitizer needs that much */
    long double aligned;
} stack;

/** @brief The library's thread. */
static ptk_thread_t library_thread;

/** @brief What a handler saw of the thread that it ran in. */
typedef struct visitor {
    uintptr_t where;
    uint32_t visits;
    ptk_err_t stop_result;
} visitor_t;

/** @brief Handler: notes its thread and tries to stop it. */
static void visit(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    visitor_t *visitor = user_data;

    (void)resource;
    (void)event;
    (void)data;
    visitor->where = harness_thread_self();
    visitor->stop_result = ptk_event_loop_thread_stop(&library_thread);
    (void)harness_add(&visitor->visits, 1);
}

/** @brief The library's thread delivers events, can be stopped and started again, and the loop survives. */
static void library_runs_the_loop(void) {
    visitor_t visitor;
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);
    const ptk_handle_t source = ptk_user_event_source_create(loop);

    memset(&visitor, 0, sizeof(visitor));
    CHECK_EQUAL(ptk_set_event_handler(source, 1, visit, &visitor), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, 16), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_thread_stop(&library_thread), PTK_ERR_INVALID_STATE);
    for (uint32_t round = 1; round <= 30; round++) {
        CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, sizeof(stack.bytes)), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, sizeof(stack.bytes)), PTK_ERR_BUSY);
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
        CHECK(threads_wait_for(&visitor.visits, round));
        CHECK_EQUAL(ptk_event_loop_thread_stop(&library_thread), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_thread_stop(&library_thread), PTK_ERR_INVALID_STATE);
        CHECK_EQUAL(ptk_get_last_error(loop), PTK_ERR_INVALID_STATE);
        CHECK(visitor.where != harness_thread_self());
        CHECK_EQUAL(visitor.stop_result, PTK_ERR_WRONG_THREAD);
        /* The loop lives on. */
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, sizeof(stack.bytes)),
                PTK_ERR_INVALID_HANDLE);
}

/** @brief A loop that another thread runs gets no thread of the library. */
static void library_thread_and_a_busy_loop(void) {
    harness_thread_t thread;
    runner_t runner = {ptk_event_loop_create(slots, 2, &pools), 0, 0};
    static ptk_thread_t second_thread;

    CHECK(threads_start(&thread, 1, threads_run_loop, &runner, sizeof(runner)));
    CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
    CHECK(threads_wait_for(&runner.passes, 1));
    {
        const uint64_t start = ptk_clock_now_ms();

        while (ptk_event_loop_run_for(runner.loop, 0) == PTK_ERR_OK && ptk_clock_now_ms() - start < LIMIT_MS) {
            harness_thread_yield();
        }
    }
    CHECK_EQUAL(ptk_event_loop_thread_start(runner.loop, &second_thread, stack.bytes, sizeof(stack.bytes)),
                PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_event_loop_thread_stop(&second_thread), PTK_ERR_INVALID_STATE);
    harness_store(&runner.stop, 1);
    CHECK_EQUAL(ptk_event_loop_wake(runner.loop), PTK_ERR_OK);
    CHECK(threads_join(&thread, 1));
    CHECK_EQUAL(ptk_event_loop_destroy(runner.loop), PTK_ERR_OK);
}

/** @brief While the library's thread runs the loop no other thread may. */
static void library_thread_keeps_others_out(void) {
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);
    const uint64_t start = ptk_clock_now_ms();
    ptk_err_t error;

    CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, sizeof(stack.bytes)), PTK_ERR_OK);
    do {
        harness_thread_yield();
        error = ptk_event_loop_run_for(loop, 0);
    } while (error == PTK_ERR_OK && ptk_clock_now_ms() - start < LIMIT_MS);
    CHECK_EQUAL(error, PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_event_loop_thread_stop(&library_thread), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief A loop that has a thread takes no second one, at whatever moment it is tried: before the thread's first
 *  pass as well. */
static void one_library_thread_for_a_loop(void) {
    static ptk_thread_t second_thread;
    static uint8_t second_stack[65536];

    for (uint32_t round = 0; round < 50; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);

        CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, sizeof(stack.bytes)), PTK_ERR_OK);
        for (uint32_t delay = 0; delay < round; delay++) {
            CHECK_EQUAL(ptk_event_loop_thread_start(loop, &second_thread, second_stack, sizeof(second_stack)),
                        PTK_ERR_BUSY);
            CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_BUSY);
            CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_BUSY);
            CHECK_EQUAL(ptk_event_loop_wake(loop), PTK_ERR_OK); /* so that it passes from pass to pass */
        }
        CHECK_EQUAL(ptk_event_loop_thread_stop(&second_thread), PTK_ERR_INVALID_STATE);
        CHECK_EQUAL(ptk_event_loop_thread_stop(&library_thread), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    }
}

/** @brief After a start that failed the loop is free. */
static void failed_start_leaves_the_loop(void) {
    const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);

    CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, 16), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, sizeof(stack.bytes)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_thread_stop(&library_thread), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief What a handler got that ended its loop. */
typedef struct ender {
    uint32_t calls;
    ptk_err_t destroyed;
    ptk_err_t stopped;
    ptk_handle_t next; /* the loop that took the slot */
} ender_t;

/** @brief Handler: destroys its loop, creates another one every second time, and tries to stop its thread. */
static void end_loop(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    ender_t *ender = user_data;

    (void)resource;
    (void)event;
    ender->destroyed = ptk_event_loop_destroy(slots[data].handle);
    if (ender->calls % 2 == 0) {
        ender->next = ptk_event_loop_create(slots, 2, &pools);
    }
    ender->stopped = ptk_event_loop_thread_stop(&library_thread);
    (void)harness_add(&ender->calls, 1);
}

/** @brief A handler destroys its loop and then would stop its own thread: that is refused, and whoever else stops it
 *  can. */
static void handler_ends_the_threads_loop(void) {
    ender_t ender = {0, 0, 0, 0};

    for (uint32_t round = 0; round < 40; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);
        const ptk_handle_t source = ptk_user_event_source_create(loop);

        CHECK_EQUAL(slots[0].handle, loop);
        CHECK_EQUAL(ptk_set_event_handler(source, 1, end_loop, &ender), PTK_ERR_OK);
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_thread_start(loop, &library_thread, stack.bytes, sizeof(stack.bytes)), PTK_ERR_OK);
        CHECK(threads_wait_for(&ender.calls, round + 1));
        CHECK_EQUAL(ptk_event_loop_thread_stop(&library_thread), PTK_ERR_OK);
        CHECK_EQUAL(ender.destroyed, PTK_ERR_OK);
        CHECK_EQUAL(ender.stopped, PTK_ERR_WRONG_THREAD);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_INVALID_HANDLE);
        if (round % 2 == 0) { /* the thread that ended has left the next loop alone */
            CHECK_EQUAL(ptk_event_loop_run_for(ender.next, 0), PTK_ERR_OK);
            CHECK_EQUAL(ptk_event_loop_destroy(ender.next), PTK_ERR_OK);
        }
    }
}

/** @brief A thread that uses loops of others. */
typedef struct stranger {
    shared_handle_t loop;
    uint32_t stop;
    uint32_t runs;
} stranger_t;

/** @brief The thread that the stranger starts. */
static ptk_thread_t strangers_thread;

/** @brief Thread: starts and stops a thread for whatever loop is published. */
static void start_until_stopped(void *argument) {
    stranger_t *stranger = argument;

    while (harness_load(&stranger->stop) == 0) {
        const ptk_err_t error = ptk_event_loop_thread_start(load_handle(&stranger->loop), &strangers_thread,
                                                            stack.bytes, sizeof(stack.bytes));

        EXPECT(error == PTK_ERR_OK || error == PTK_ERR_INVALID_HANDLE || error == PTK_ERR_BUSY);
        if (error == PTK_ERR_OK) {
            EXPECT(ptk_event_loop_thread_stop(&strangers_thread) == PTK_ERR_OK);
        }
    }
}

/** @brief Starting a thread for a loop races against its destruction. */
static void start_against_destroy(void) {
    harness_thread_t thread;
    stranger_t stranger = {{0, 0, 0}, 0, 0};

    CHECK(threads_start(&thread, 1, start_until_stopped, &stranger, sizeof(stranger)));
    for (uint32_t round = 0; round < 500; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(slots, 2, &pools);

        store_handle(&stranger.loop, loop);
        CHECK(loop > 0);
        for (uint32_t delay = 0; delay < round % 4; delay++) {
            harness_thread_yield();
        }
        CHECK_EQUAL(threads_destroy(loop), PTK_ERR_OK);
    }
    harness_store(&stranger.stop, 1);
    CHECK(threads_join(&thread, 1));
}

const harness_test_t library_thread_tests[] = {
    {"library_thread.library_runs_the_loop", library_runs_the_loop},
    {"library_thread.library_thread_and_a_busy_loop", library_thread_and_a_busy_loop},
    {"library_thread.library_thread_keeps_others_out", library_thread_keeps_others_out},
    {"library_thread.one_library_thread_for_a_loop", one_library_thread_for_a_loop},
    {"library_thread.failed_start_leaves_the_loop", failed_start_leaves_the_loop},
    {"library_thread.handler_ends_the_threads_loop", handler_ends_the_threads_loop},
    {"library_thread.start_against_destroy", start_against_destroy},
    {NULL, NULL},
};

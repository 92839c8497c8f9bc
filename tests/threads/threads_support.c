/**
 * @file threads_support.c
 * @brief What the cross-thread tests share: see threads_support.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "threads_support.h"

#include <stdio.h>

uint32_t threads_failures;

void threads_expect(bool condition, const char *text, int line) {
    if (!condition) {
        (void)harness_add(&threads_failures, 1);
        (void)fprintf(stderr, "line %d: %s\n", line, text);
    }
}

bool threads_start(harness_thread_t *threads, uint32_t count, harness_thread_function_t function, void *arguments,
                   size_t argument_size) {
    harness_store(&threads_failures, 0);
    for (uint32_t i = 0; i < count; i++) {
        void *argument = (char *)arguments + i * argument_size;

        CHECK_OR_RETURN(harness_thread_start(&threads[i], function, argument), false);
    }
    return true;
}

bool threads_join(harness_thread_t *threads, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        CHECK_OR_RETURN(harness_thread_join(&threads[i]), false);
    }
    CHECK_OR_RETURN(harness_load(&threads_failures) == 0, false);
    return true;
}

void threads_run_loop(void *argument) {
    runner_t *runner = argument;

    while (harness_load(&runner->stop) == 0) {
        const ptk_err_t error = ptk_event_loop_run_for(runner->loop, PTK_WAIT_FOREVER);

        /* Busy, when the main thread tried to run it in the moment between two passes. */
        EXPECT(error == PTK_ERR_OK || error == PTK_ERR_BUSY);
        (void)harness_add(&runner->passes, error == PTK_ERR_OK ? 1 : 0);
    }
}

bool threads_wait_for(const uint32_t *counter, uint32_t wanted) {
    const uint64_t start = ptk_clock_now_ms();

    while (harness_load(counter) < wanted && ptk_clock_now_ms() - start < LIMIT_MS) {
        harness_thread_yield();
    }
    return harness_load(counter) >= wanted;
}

ptk_err_t threads_destroy(ptk_handle_t loop) {
    const uint64_t start = ptk_clock_now_ms();
    ptk_err_t error = ptk_event_loop_destroy(loop);

    while (error == PTK_ERR_BUSY && ptk_clock_now_ms() - start < LIMIT_MS) {
        harness_thread_yield();
        error = ptk_event_loop_destroy(loop);
    }
    return error;
}

/**
 * @file test_signals.c
 * @brief Waking a loop from a signal handler.
 *
 * Signals that interrupt a thread are POSIX: Windows runs a handler in another thread.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "threads_support.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 1, 2);

/** @brief The loop that the signal handler wakes. */
static ptk_handle_t loop_to_wake;

/** @brief Signal handler: wakes the loop. */
static void wake_on_signal(int number) {
    (void)number;
    (void)ptk_event_loop_wake(loop_to_wake);
}

/** @brief A runner and its thread, for pthread_kill(). */
typedef struct target {
    runner_t runner;  /**< @brief The loop and its passes. */
    pthread_t thread; /**< @brief The thread that runs it; set before the first pass. */
} target_t;

/** @brief Runs the loop in this thread. @param argument the target_t. */
static void run_as_target(void *argument) {
    target_t *target = argument;

    target->thread = pthread_self();
    threads_run_loop(&target->runner);
}

/** @brief The signal interrupts the very thread that waits, or another one; without the wake-up it ends no wait. */
static void wake_from_a_signal_handler(void) {
    struct sigaction action;
    struct sigaction before;
    harness_thread_t thread;
    target_t target;

    memset(&target, 0, sizeof(target));
    target.runner.loop = ptk_event_loop_create(slots, 2, &pools);

    CHECK(target.runner.loop > 0);
    memset(&action, 0, sizeof(action));
    action.sa_handler = wake_on_signal;
    CHECK_EQUAL(sigemptyset(&action.sa_mask), 0);
    CHECK_EQUAL(sigaction(SIGUSR1, &action, &before), 0);
    loop_to_wake = target.runner.loop;
    CHECK(threads_start(&thread, 1, run_as_target, &target, sizeof(target)));
    CHECK_EQUAL(ptk_event_loop_wake(target.runner.loop), PTK_ERR_OK);
    CHECK(threads_wait_for(&target.runner.passes, 1));
    for (uint32_t i = 1; i <= 100; i++) {
        CHECK_EQUAL(i % 2 == 0 ? pthread_kill(target.thread, SIGUSR1) : raise(SIGUSR1), 0);
        CHECK(threads_wait_for(&target.runner.passes, 1 + i));
    }
    harness_store(&target.runner.stop, 1);
    CHECK_EQUAL(pthread_kill(target.thread, SIGUSR1), 0);
    CHECK(threads_join(&thread, 1));
    CHECK_EQUAL(sigaction(SIGUSR1, &before, NULL), 0);
    CHECK_EQUAL(ptk_event_loop_destroy(target.runner.loop), PTK_ERR_OK);
}

const harness_test_t signals_tests[] = {
    {"signals.wake_from_a_signal_handler", wake_from_a_signal_handler},
    {NULL, NULL},
};

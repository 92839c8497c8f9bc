/* Waking a loop from a signal handler. Signals that interrupt a thread are POSIX: Windows runs a handler in another thread.
   SPDX-License-Identifier: MIT */
#include "threads.h"

#include <signal.h>
#include <string.h>

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 1, 2);

static ptk_handle_t loop_to_wake;

static void wake_on_signal(int number) {
    (void)number;
    (void)ptk_event_loop_wake(loop_to_wake);
}

/* The signal interrupts the very thread that waits, or another one; without the wake-up it ends no wait. */
static void wake_from_a_signal_handler(void) {
    struct sigaction action;
    struct sigaction before;
    pthread_t thread;
    runner_t runner = {ptk_event_loop_create(slots, 2, &pools), 0, 0};

    CHECK(runner.loop > 0);
    memset(&action, 0, sizeof(action));
    action.sa_handler = wake_on_signal;
    CHECK_EQUAL(sigemptyset(&action.sa_mask), 0);
    CHECK_EQUAL(sigaction(SIGUSR1, &action, &before), 0);
    loop_to_wake = runner.loop;
    CHECK(threads_start(&thread, 1, threads_run_loop, &runner, sizeof(runner)));
    for (uint32_t i = 1; i <= 100; i++) {
        CHECK_EQUAL(i % 2 == 0 ? pthread_kill(thread, SIGUSR1) : raise(SIGUSR1), 0);
        CHECK(threads_wait_for(&runner.passes, i));
    }
    store(&runner.stop, 1);
    CHECK_EQUAL(pthread_kill(thread, SIGUSR1), 0);
    CHECK(threads_join(&thread, 1));
    CHECK_EQUAL(sigaction(SIGUSR1, &before, NULL), 0);
    CHECK_EQUAL(ptk_event_loop_destroy(runner.loop), PTK_ERR_OK);
}

static const harness_test_t signal_tests[] = {
    {"signals.wake_from_a_signal_handler", wake_from_a_signal_handler},
    {NULL, NULL},
};

const harness_test_t *const suite_tables[] = {signal_tests, NULL};

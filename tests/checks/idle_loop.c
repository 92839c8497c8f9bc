/**
 * @file idle_loop.c
 * @brief A loop with nothing to do, for one second.
 *
 *   idle_loop run       ptk_event_loop_run() again and again; prints the passes
 *   idle_loop forever   one ptk_event_loop_run_for(PTK_WAIT_FOREVER), ended from a signal handler
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include <protocol_toolkit.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/** @brief The loop's slot and its pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 1, 1, 1);

/** @brief The loop. */
static ptk_handle_t loop;

/** @brief Signal handler: wakes the loop. */
static void on_alarm(int signal_number) {
    (void)signal_number;
    (void)ptk_event_loop_wake(loop);
}

/** @brief Runs the loop again and again for a second. */
static ptk_err_t run_for_a_second(void) {
    uint64_t end = ptk_clock_now_ms() + 1000;
    ptk_err_t error = PTK_ERR_OK;
    while (error == PTK_ERR_OK && ptk_clock_now_ms() < end) {
        error = ptk_event_loop_run(loop);
    }
    return error;
}

/** @brief Waits without a limit; an alarm ends that after a second. */
static ptk_err_t sleep_until_alarm(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    if (sigaction(SIGALRM, &action, NULL) != 0) {
        return PTK_ERR_SYSTEM;
    }
    (void)alarm(1);
    return ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
}

/** @brief Runs the loop in one of the two ways and prints the passes. */
int main(int argc, char **argv) {
    ptk_event_loop_stats_t stats;
    loop = ptk_event_loop_create(loops, 1, &resources);
    if (loop < 0 || argc != 2) {
        return 2;
    }
    ptk_err_t error = strcmp(argv[1], "run") == 0 ? run_for_a_second() : sleep_until_alarm();
    if (error != PTK_ERR_OK || ptk_event_loop_get_stats(loop, &stats) != PTK_ERR_OK) {
        return 1;
    }
    printf("passes %lu\n", (unsigned long)stats.passes);
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK ? 0 : 1;
}

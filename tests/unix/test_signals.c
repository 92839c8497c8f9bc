/**
 * @file test_signals.c
 * @brief Signals: those that interrupt waits, and the one that must never come.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

/** @brief Alarms that were caught. */
static volatile sig_atomic_t alarms;
/** @brief SIGPIPE signals that were caught. */
static volatile sig_atomic_t broken_pipes;

/** @brief Signal handler: counts alarms. */
static void count_alarm(int number) {
    (void)number;
    alarms++;
}

/** @brief Signal handler: counts broken pipes. */
static void count_broken_pipe(int number) {
    (void)number;
    broken_pipes++;
}

/** @brief Starts alarms with a period, or ends them with 0. Returns whether that worked. */
static bool set_storm(suseconds_t period_us) {
    struct itimerval storm;
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = count_alarm; /* without SA_RESTART: calls are interrupted */
    memset(&storm, 0, sizeof(storm));
    storm.it_interval.tv_usec = period_us;
    storm.it_value.tv_usec = period_us;
    alarms = 0;
    return sigemptyset(&action.sa_mask) == 0 && sigaction(SIGALRM, &action, NULL) == 0 &&
           setitimer(ITIMER_REAL, &storm, NULL) == 0;
}

/** @brief Interrupted a hundred times, a wait is as long as it was asked for. */
static void interruptions_do_not_shorten_a_wait(void) {
    CHECK(support_open());
    CHECK(set_storm(1000));
    uint64_t start = ptk_clock_now_ms();
    ptk_err_t error = ptk_event_loop_run_for(support_loop, 200);
    uint64_t elapsed = ptk_clock_now_ms() - start;
    CHECK(set_storm(0));
    CHECK_EQUAL(error, PTK_ERR_OK);
    CHECK(elapsed >= 200);
    CHECK(support_close());
}

/** @brief Nor do they lengthen it: if each interruption began the wait anew, it would never end. */
static void interruptions_do_not_lengthen_a_wait(void) {
    support_record_t record = {0};
    ptk_event_loop_stats_t stats;

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &record), PTK_ERR_OK);
    uint64_t start = ptk_clock_now_ms();
    CHECK_EQUAL(ptk_timer_start(timer, 150), PTK_ERR_OK);
    CHECK(set_storm(1000));
    while (record.count == 0 && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    }
    CHECK(alarms > 0);
    CHECK(set_storm(0));
    CHECK_EQUAL(record.count, 1);
    CHECK(record.at_ms - start >= 150);
    /* A signal that interrupts the wait does not end the pass. */
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK(stats.passes <= 5);
    CHECK(support_close());
}

/** @brief Calls that signals interrupt are made again. */
static void interruptions_do_not_disturb_connections(void) {
    CHECK(set_storm(300));
    for (uint32_t round = 0; round < 20; round++) {
        ptk_handle_t client;
        ptk_handle_t server;

        CHECK(support_open());
        CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
        CHECK(support_send_text(client, "through the storm"));
        CHECK(support_expect_text(server, "through the storm"));
        CHECK(support_close());
    }
    CHECK(set_storm(0));
}

/** @brief Sending on a broken connection raises no SIGPIPE. */
static void no_broken_pipe(void) {
    const uint64_t start = ptk_clock_now_ms();
    struct sigaction action;
    struct sigaction before;
    struct sigaction after;
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_err_t error = PTK_ERR_OK;
    uint8_t memory[4];
    ptk_buf_t buf;

    memset(&action, 0, sizeof(action));
    action.sa_handler = count_broken_pipe;
    CHECK_EQUAL(sigemptyset(&action.sa_mask), 0);
    CHECK_EQUAL(sigaction(SIGPIPE, &action, &before), 0);
    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_OK);
    /* Without running the loop in between, so that each send meets the system. */
    for (uint32_t sends = 0; sends < 50 && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS; sends++) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        ptk_buf_put_u8(&buf, 1);
        error = ptk_socket_send(client, &buf);
    }
    CHECK_EQUAL(error, PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(broken_pipes, 0);
    CHECK(support_close());
    /* And the library has not helped itself with a handler of its own. */
    CHECK_EQUAL(sigaction(SIGPIPE, &before, &after), 0);
    CHECK(after.sa_handler == count_broken_pipe);
}

const harness_test_t signals_tests[] = {
    {"signals.interruptions_do_not_shorten_a_wait", interruptions_do_not_shorten_a_wait},
    {"signals.interruptions_do_not_lengthen_a_wait", interruptions_do_not_lengthen_a_wait},
    {"signals.interruptions_do_not_disturb_connections", interruptions_do_not_disturb_connections},
    {"signals.no_broken_pipe", no_broken_pipe},
    {NULL, NULL},
};

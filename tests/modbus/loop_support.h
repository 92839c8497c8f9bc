/**
 * @file loop_support.h
 * @brief What the tests of server and client share: the loop that both ends live in, waiting for what must happen, and
 * set-up and tear-down around a test. Only the public API: the same files run on every platform.
 *
 * A failed check leaves the function it stands in, a helper's as well. The rest of the test then ends at its next
 * RUN_UNTIL or check: nothing waits in a test that has failed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_LOOP_SUPPORT_H
#define TESTS_MODBUS_LOOP_SUPPORT_H

#include "support.h"

/** @brief For what must happen: a machine that is busy with something else, or emulated, may take its time. */
#define PATIENCE_MS 20000u

/** @brief The loop of the test that runs. */
extern ptk_handle_t test_loop;

/** @brief Creates test_loop with these pools; destroys what a failed test has left. Returns whether it is there. */
bool loop_open(const ptk_event_loop_resources_t *resources);

/** @brief Runs test_loop for some time: to see that something does not happen, or to let a time-out pass. */
void run_for_ms(uint64_t duration_ms);

/** @brief Runs a few passes, so that everything that is on its way arrives. */
void run_some(void);

/**
 * @brief How long a network stack that works in a thread of its own gets to deliver, in ms. 0: what is sent on the
 *        loopback is there when the call returns.
 */
#ifndef LOOP_DELIVERY_MS
#define LOOP_DELIVERY_MS 0u
#endif

/** @brief Waits, without running the loop, until what was sent has arrived: so that the loop finds it all at once. */
void wait_for_delivery(void);

/** @brief Gives a connected socket a small buffer to send from, where the system has such an option. */
bool make_send_buffer_small(ptk_handle_t socket);

/**
 * @brief Runs one pass while something is waited for since begin_ms. Returns false when there is no use in waiting any
 * longer: the test has failed, now or before.
 */
bool run_patiently(uint64_t begin_ms, const char *file, int line, const char *what);

/** @brief Runs the loop until a condition holds; leaves the function if it never does. */
#define RUN_UNTIL(condition)                                                                                           \
    do {                                                                                                               \
        const uint64_t run_until_begin = ptk_clock_now_ms();                                                           \
        while (!(condition)) {                                                                                         \
            if (!run_patiently(run_until_begin, __FILE__, __LINE__, #condition)) {                                     \
                return;                                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)
/** @brief As RUN_UNTIL, in a function with a value. */
#define RUN_UNTIL_OR_RETURN(condition, value)                                                                          \
    do {                                                                                                               \
        const uint64_t run_until_begin = ptk_clock_now_ms();                                                           \
        while (!(condition)) {                                                                                         \
            if (!run_patiently(run_until_begin, __FILE__, __LINE__, #condition)) {                                     \
                return (value);                                                                                        \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)

/**
 * @brief Begins the definition of a test that another function calls between its set-up and its tear-down, so that the
 * tear-down comes after a failed check as well.
 */
#define TEST_WITHIN(around, name)                                                                                      \
    static void name##_body(void);                                                                                     \
    static void name(void) {                                                                                           \
        around(name##_body);                                                                                           \
    }                                                                                                                  \
    static void name##_body(void)

#endif

/**
 * @file clock_support.h
 * @brief A clock that the tests move, a loop, and a record of the timers that expired.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CLOCK_SUPPORT_H
#define CLOCK_SUPPORT_H

#include "harness.h"

#include <protocol_toolkit.h>

#define NS_PER_MS 1000000u

/** @brief Timers in the pool. */
enum { MANY = 4096 };

/** @brief What the library takes for the time. Never 0 and never UINT64_MAX, as the port interface says. */
extern uint64_t now_ns;

/** @brief The loop under test. */
extern ptk_handle_t loop;

/** @brief Its pools. */
extern ptk_event_loop_resources_t clock_pools;

/** @brief What was delivered, in order. */
typedef struct clock_expired {
    uint32_t count;            /**< @brief How many. */
    ptk_handle_t timers[MANY]; /**< @brief Whose. */
    uintptr_t missed[MANY];    /**< @brief Periods that were missed before. */
    uint64_t at_ns[MANY];      /**< @brief When. */
} clock_expired_t;

/** @brief What was delivered since open_loop(). */
extern clock_expired_t expired;

/** @brief A handler that writes an expiry down. */
void note(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief Creates the loop anew and forgets what was delivered. @return whether that worked. */
bool open_loop(uint64_t start_ns);

/** @brief A timer with a handler. @return its handle, or -1 and the test has failed. */
ptk_handle_t new_timer(ptk_event_handler_t handler, void *user_data);

/** @brief Moves the clock and polls once. @return whether the pass was good. */
bool advance_ns(uint64_t ns);
/** @brief The same in ms. */
bool advance_ms(uint64_t ms);

#endif

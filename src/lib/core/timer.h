/**
 * @file timer.h
 * @brief Timers: what the rest of the loop needs of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_TIMER_H
#define PTK_CORE_TIMER_H

#include "core/pool.h"

/** @brief The deadline of a loop that has none. That of a timer is 0 then: in a slot that was never used it is, too. */
#define PTK_DEADLINE_NEVER UINT64_MAX
#define PTK_NS_PER_MS 1000000u

/** @brief Something is to be done at a time: lowers the loop's earliest deadline to it. */
void ptk_timer_announce(ptk_event_loop_slot_t *loop, uint64_t deadline_ns);

/** @brief Sets the period of a timer that was stopped, which is one-shot else. */
void ptk_timer_set_period(ptk_timer_internal_t *timer, uint64_t period_ms);

/** @brief Starts a timer for one expiry at a time of the clock, at most PTK_TIME_MAX_MS, which may be in the past. */
ptk_err_t ptk_timer_start_until(ptk_handle_t timer, uint64_t deadline_ms);

/** @brief Gives the timers that handlers started their deadlines, counted from now. */
void ptk_timer_settle(ptk_event_loop_slot_t *loop);

/**
 * @brief Sets the deadline an interval after a time, at most the last time that is not "never", and lowers the loop's
 *        earliest one to it.
 */
void ptk_timer_set_deadline(ptk_timer_internal_t *timer, uint64_t from_ns, uint64_t interval_ns);

/** @brief What timers do for their loop. */
ptk_err_t ptk_timer_serve(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error);

#endif

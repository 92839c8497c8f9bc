/**
 * @file user_event.h
 * @brief User event sources: what the rest of the loop needs of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_USER_EVENT_H
#define PTK_CORE_USER_EVENT_H

#include "core/pool.h"

/** @brief What ptk_event_loop_slot_t.wake_state says. */
enum {
    PTK_WAKE_AWAKE = 0,    /**< @brief The loop runs, or no one runs it; nothing new was raised. */
    PTK_WAKE_SLEEPING = 1, /**< @brief The loop is about to wait or waits. */
    PTK_WAKE_SIGNALLED = 2 /**< @brief Something was raised: the loop has to look before it waits again. */
};

#endif

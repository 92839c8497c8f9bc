/**
 * @file event_loop.h
 * @brief Event loops: numbers that their files share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_EVENT_LOOP_H
#define PTK_CORE_EVENT_LOOP_H

#include "protocol_toolkit.h"

/** @brief Event loop IDs have 8 bits. */
#define PTK_MAX_LOOPS 256u

/** @brief runner of a loop that was given to a thread of the library, until that thread has begun. */
#define PTK_RUNNER_STARTING UINTPTR_MAX
/** @brief runner while someone looks whether the loop is still the one that a handle names: a few instructions. */
#define PTK_RUNNER_CLAIMED (UINTPTR_MAX - 1)

#endif

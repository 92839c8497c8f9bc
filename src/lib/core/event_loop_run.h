/**
 * @file event_loop_run.h
 * @brief One pass of a loop: wait, collect what happened, deliver it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_EVENT_LOOP_RUN_H
#define PTK_CORE_EVENT_LOOP_RUN_H

#include "protocol_toolkit.h"

#include <stdbool.h>

/**
 * @brief Makes a thread the runner of a loop whose slot ptk_loop_slot() has found, so that it is not destroyed.
 *
 * PTK_ERR_BUSY: another one is. PTK_ERR_INVALID_HANDLE: it has ended meanwhile. Any thread.
 */
ptk_err_t ptk_loop_claim(ptk_event_loop_slot_t *slot, ptk_handle_t loop, uintptr_t runner);

/**
 * @brief One pass, by the thread that is the loop's runner. The error of the wait.
 *
 * PTK_ERR_INVALID_HANDLE: a handler destroyed the loop. There is no runner any more, and the slot may belong to another one.
 */
ptk_err_t ptk_loop_pass(ptk_event_loop_slot_t *loop, uint64_t max_wait_ms);

#endif

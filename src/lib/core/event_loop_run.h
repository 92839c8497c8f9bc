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
 * @brief One pass, by the thread that is the loop's runner.
 *
 * Returns false if a handler destroyed the loop: there is no runner any more, and the slot may belong to another loop.
 */
bool ptk_loop_pass(ptk_event_loop_slot_t *loop, uint64_t max_wait_ms, ptk_err_t *error);

#endif

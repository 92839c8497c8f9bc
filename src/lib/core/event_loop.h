/** @file event_loop.h @brief Event loops: what creating and resizing share. */
#ifndef PTK_CORE_EVENT_LOOP_H
#define PTK_CORE_EVENT_LOOP_H

#include "protocol_toolkit.h"

#include <stdbool.h>

/** Event loop IDs have 8 bits. */
#define PTK_MAX_LOOPS 256u

/** runner of a loop that was given to a thread of the library, until that thread has begun. */
#define PTK_RUNNER_STARTING UINTPTR_MAX

/**
 * One pass, by the thread that is the loop's runner. False if a handler destroyed the loop: there is no runner any more,
 * and the slot may belong to another loop.
 */
bool ptk_loop_pass(ptk_event_loop_slot_t *loop, uint64_t max_wait_ms, ptk_err_t *error);

#endif

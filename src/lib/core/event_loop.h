/** @file event_loop.h @brief Event loops: what creating and resizing share. */
#ifndef PTK_CORE_EVENT_LOOP_H
#define PTK_CORE_EVENT_LOOP_H

#include "protocol_toolkit.h"

/** Event loop IDs have 8 bits. */
#define PTK_MAX_LOOPS 256u

/**
 * Whether a loop can take these pools: sound, and not in use. Pools that are the present ones are passed over, ones
 * that overlap them refused. For a new loop the present pools are empty.
 */
ptk_err_t ptk_pools_check(const ptk_pool_t pools[3], const ptk_pool_t present[3]);

#endif

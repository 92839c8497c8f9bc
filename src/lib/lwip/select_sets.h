/**
 * @file select_sets.h
 * @brief What pollers with select() over lwIP's sockets share: the sets of a wait, and who is in them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_LWIP_SELECT_SETS_H
#define PTK_LWIP_SELECT_SETS_H

#include "sockets/bsd_system.h"

/** @brief The sets of one wait. */
typedef struct ptk_lwip_sets {
    fd_set readable; /**< @brief To be received from, or accepted; what wakes the loop. */
    fd_set writable; /**< @brief To be sent to, or an attempt that ended. */
    fd_set failed;   /**< @brief With an error. */
    int limit;       /**< @brief One more than the highest descriptor. */
} ptk_lwip_sets_t;

/** @brief Fills in the sets of what is wanted, and the descriptor that wakes. Returns whether a socket is in them. */
bool ptk_lwip_sets_fill(ptk_platform_loop_t *loop, ptk_lwip_sets_t *sets, int wake_descriptor);

/** @brief Reports the sockets of a loop that select() has left in the sets. */
void ptk_lwip_sets_report(ptk_platform_loop_t *loop, const ptk_lwip_sets_t *sets);

#endif

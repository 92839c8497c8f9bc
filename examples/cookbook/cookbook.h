/**
 * @file cookbook.h
 * @brief The recipes of docs/cookbook.md, each with a function that tries it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_COOKBOOK_H
#define EXAMPLES_COOKBOOK_H

#include <protocol_toolkit.h>

/** @brief A listener on loopback, on a port that the system chooses. @return Its handle; its address is in address. */
ptk_handle_t cookbook_listen(ptk_handle_t loop, ptk_address_t *address);

/** @brief Two sockets of a loop that are connected with each other. @return Whether that worked. */
bool cookbook_connect(ptk_handle_t loop, ptk_handle_t pair[2]);

/**
 * @name Trying the recipes
 * @{
 */
bool cookbook_try_deadline(void); /**< @brief Deadlines. @return Whether it does what the page says. */
bool cookbook_try_framing(void);  /**< @brief Framing. @return Whether it does what the page says. */
bool cookbook_try_send_queue(
    void); /**< @brief Send queue and slow readers. @return Whether it does what the page says. */
bool cookbook_try_reconnect(void); /**< @brief Back-off. @return Whether it does what the page says. */
bool cookbook_try_pools(void);     /**< @brief Pool sizing. @return Whether it does what the page says. */
bool cookbook_try_threads(void);   /**< @brief Requests of other threads. @return Whether it does what the page says. */
/** @} */

#endif

/**
 * @file tcpip.h
 * @brief ESP-IDF's lwIP: the lock of the stack, CONFIG_LWIP_TCPIP_CORE_LOCKING.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIP_HDR_TCPIP_H
#define LWIP_HDR_TCPIP_H

#include <stdbool.h>

/** @brief A lock. */
typedef struct sys_mutex *sys_mutex_t;
extern sys_mutex_t lock_tcpip_core; /**< @brief The stack's. */

/** @brief Takes a lock. */
void sys_mutex_lock(sys_mutex_t *mutex);
/** @brief Gives it back. */
void sys_mutex_unlock(sys_mutex_t *mutex);
/** @brief Notes who has it. @param type 1 sets, 0 clears. */
bool sys_thread_tcpip(int type);

/** @brief Takes the stack's lock. */
#define LOCK_TCPIP_CORE()                                                                                              \
    do {                                                                                                               \
        sys_mutex_lock(&lock_tcpip_core);                                                                              \
        sys_thread_tcpip(1);                                                                                           \
    } while (0)
/** @brief Gives it back. */
#define UNLOCK_TCPIP_CORE()                                                                                            \
    do {                                                                                                               \
        sys_thread_tcpip(0);                                                                                           \
        sys_mutex_unlock(&lock_tcpip_core);                                                                            \
    } while (0)

#endif

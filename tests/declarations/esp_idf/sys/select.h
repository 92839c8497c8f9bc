/**
 * @file select.h
 * @brief ESP-IDF's select(), with newlib's 64 descriptors.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef __ESP_SYS_SELECT_H__
#define __ESP_SYS_SELECT_H__

#include <stdint.h>

/** @brief How many descriptors the VFS has. */
#define FD_SETSIZE 64

/** @brief A set of descriptors. */
typedef struct {
    uint32_t bits[FD_SETSIZE / 32]; /**< @brief The implementation's. */
} fd_set;

/** @brief A time. */
struct timeval {
    int64_t tv_sec; /**< @brief Seconds. */
    long tv_usec;   /**< @brief Microseconds. */
};

/** @brief Adds one, if it has a place. */
#define FD_SET(n, set)                                                                                                 \
    do {                                                                                                               \
        if ((unsigned)(n) < FD_SETSIZE) {                                                                              \
            (set)->bits[(n) / 32] |= (uint32_t)1 << ((n) % 32);                                                        \
        }                                                                                                              \
    } while (0)
/** @brief Whether it is there. */
#define FD_ISSET(n, set) ((unsigned)(n) < FD_SETSIZE ? (set)->bits[(n) / 32] & ((uint32_t)1 << ((n) % 32)) : 0)

/** @brief Waits. @return how many descriptors are ready, or -1. */
int select(int limit, fd_set *readable, fd_set *writable, fd_set *failed, struct timeval *timeout);

#endif

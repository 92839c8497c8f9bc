/**
 * @file time.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: struct timeval.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_SYS_TIME_H
#define DECLARATIONS_NUTTX_SYS_TIME_H

#include <sys/types.h>

/** @brief A time. */
struct timeval {
    time_t tv_sec; /**< @brief Seconds. */
    long tv_usec;  /**< @brief Microseconds. */
};

#endif

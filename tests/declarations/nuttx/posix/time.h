/**
 * @file time.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: the clock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_TIME_H
#define DECLARATIONS_NUTTX_TIME_H

#include <sys/types.h>

/** @brief A time. */
struct timespec {
    time_t tv_sec; /**< @brief Seconds. */
    long tv_nsec;  /**< @brief Nanoseconds. */
};

/** @brief The clock that is never set. */
#define CLOCK_MONOTONIC 1

/** @brief Reads a clock. */
int clock_gettime(int clock, struct timespec *now);
/** @brief Sleeps. */
int nanosleep(const struct timespec *duration, struct timespec *rest);

#endif

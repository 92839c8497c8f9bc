/**
 * @file wait_time.h
 * @brief Milliseconds of the time in nanoseconds, which is what core and ports count in.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_WAIT_TIME_H
#define PTK_CORE_WAIT_TIME_H

#include <limits.h>
#include <stdint.h>

/**
 * @brief The whole milliseconds of a time, without a division of 64 bits, which many processors do not have.
 *
 * 2^32 ns are 4294 ms and 967296 ns: each round replaces what is above 32 bits by that, and there are four at most.
 */
static inline uint64_t ptk_whole_ms(uint64_t time_ns) {
    uint64_t ms = 0;
    while (time_ns > UINT32_MAX) {
        uint64_t upper = time_ns >> 32;
        ms += upper * 4294u;
        time_ns = upper * 967296u + (uint32_t)time_ns;
    }
    return ms + (uint32_t)time_ns / 1000000u;
}

/**
 * @brief What is left until the deadline in whole milliseconds, rounded up so that a timer is never early; -1
 *        for no limit.
 */
static inline int ptk_wait_ms(uint64_t now_ns, uint64_t deadline_ns) {
    if (deadline_ns == UINT64_MAX) {
        return -1;
    }
    if (deadline_ns <= now_ns) {
        return 0;
    }
    uint64_t wait_ms = ptk_whole_ms(deadline_ns - now_ns - 1) + 1;
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

#endif

/**
 * @file wait_time.h
 * @brief How long to wait, for systems that count it in milliseconds.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_WAIT_TIME_H
#define PTK_CORE_WAIT_TIME_H

#include <limits.h>
#include <stdint.h>

/**
 * @brief What is left until the deadline in whole milliseconds, rounded up so that a timer is never early; -1
 *        for no limit.
 */
static inline int ptk_wait_ms(uint64_t now_ns, uint64_t deadline_ns) {
    const uint64_t ns_per_ms = 1000000;
    if (deadline_ns == UINT64_MAX) {
        return -1;
    }
    if (deadline_ns <= now_ns) {
        return 0;
    }
    uint64_t wait_ms = (deadline_ns - now_ns - 1) / ns_per_ms + 1;
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

#endif

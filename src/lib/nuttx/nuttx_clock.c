/**
 * @file nuttx_clock.c
 * @brief The monotonic clock. Alone in its object, so that a test can put its own clock in its place.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port.h"

#include <assert.h>
#include <time.h>

uint64_t ptk_port_now_ns(void) {
    struct timespec now;
    int result = clock_gettime(CLOCK_MONOTONIC, &now);
    assert(result == 0); /* fails only for a clock that does not exist */
    (void)result;
    /* It begins with the system, and 0 is no time. */
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + 1;
}

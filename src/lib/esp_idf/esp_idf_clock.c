/**
 * @file esp_idf_clock.c
 * @brief The monotonic clock. Alone in its object, so that a test can replace it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port.h"

#include <esp_timer.h>

/** @brief Nanoseconds of a microsecond. */
#define NS_PER_US 1000u

/* It counts microseconds since the start in 64 bits, from any task or interrupt of either core. Ours begins at 1. */
uint64_t ptk_port_now_ns(void) {
    return ((uint64_t)esp_timer_get_time() + 1) * NS_PER_US;
}

/**
 * @file freertos_clock.c
 * @brief The monotonic clock. Alone in its object, so that a test can replace it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "freertos/freertos_system.h"
#include "core/port.h"

uint64_t ptk_port_now_ns(void) {
    return ptk_ticks_to_ns(ptk_kernel_ticks());
}

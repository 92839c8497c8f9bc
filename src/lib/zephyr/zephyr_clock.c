/**
 * @file zephyr_clock.c
 * @brief Time: the kernel's ticks. Alone in its object, so that a test can replace it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port.h"

/** @brief Nanoseconds of a second. */
#define NS_PER_S 1000000000u
/** @brief Ticks of a second. */
#define TICK_RATE ((uint32_t)CONFIG_SYS_CLOCK_TICKS_PER_SEC)

uint64_t ptk_port_now_ns(void) {
    uint64_t ticks = (uint64_t)k_uptime_ticks() + 1; /* the time is never 0 */
    if (NS_PER_S % TICK_RATE == 0) {
        return ticks * (NS_PER_S / TICK_RATE);
    }
    /* Of whole seconds and the rest, as the product of all ticks would not have room in 64 bits for long. */
    return ticks / TICK_RATE * NS_PER_S + ticks % TICK_RATE * NS_PER_S / TICK_RATE;
}

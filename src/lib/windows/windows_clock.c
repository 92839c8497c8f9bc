/**
 * @file windows_clock.c
 * @brief The monotonic clock. Alone in its object, so that a test can put its own in its place.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port.h"

/** @brief Nanoseconds of a second. */
#define NS_PER_S 1000000000u

uint64_t ptk_port_now_ns(void) {
    LARGE_INTEGER ticks;
    LARGE_INTEGER ticks_per_s;
    /* Neither fails since Windows XP, and the frequency is read from memory. */
    (void)QueryPerformanceFrequency(&ticks_per_s);
    (void)QueryPerformanceCounter(&ticks);
    uint64_t frequency = (uint64_t)ticks_per_s.QuadPart;
    uint64_t now = (uint64_t)ticks.QuadPart;
    /* Whole seconds and the rest by themselves: a frequency of 18 GHz is the limit, not an uptime. */
    return now / frequency * NS_PER_S + now % frequency * NS_PER_S / frequency;
}

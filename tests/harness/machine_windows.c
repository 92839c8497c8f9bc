/**
 * @file machine_windows.c
 * @brief Facts of a machine with Windows that tests ask for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

bool harness_carries_multicast(uint32_t index) {
    (void)index;
    return false;
}

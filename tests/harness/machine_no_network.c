/**
 * @file machine_no_network.c
 * @brief Facts of a machine without a network that tests ask for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

bool harness_carries_multicast(uint32_t index) {
    (void)index;
    return false;
}

/**
 * @file world_real.c
 * @brief A real system is what it is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "script.h"

bool script_begin_platform(uint64_t seed) {
    (void)seed;
    return true;
}

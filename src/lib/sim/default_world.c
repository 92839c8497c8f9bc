/**
 * @file default_world.c
 * @brief The world of a program that declares none.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

/** @brief Room for the programs that are made for one machine: some hundred connections, 2 MB on their way. */
PTK_SIM_DECLARE_WORLD(default_memory, 1, 0, 0, 2048, 4096);

const ptk_sim_memory_t *ptk_sim_default_memory(void) {
    return &default_memory;
}

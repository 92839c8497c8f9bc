/**
 * @file world_sim.c
 * @brief A new simulated world for each script.
 *
 * SPDX-License-Identifier: MIT
 */
#include "script.h"

#include <ptk_sim.h>

/** @brief One host. */
PTK_SIM_DECLARE_WORLD(memory, 1, 0, 0, 96, 2048);

bool script_begin_platform(uint64_t seed) {
    return ptk_sim_start(&memory, seed) == PTK_ERR_OK && ptk_sim_add_host(NULL) == 0;
}

bool script_send_urgent(ptk_handle_t socket) {
    return ptk_sim_send_urgent(socket, '!') == PTK_ERR_OK;
}

/**
 * @file clock.c
 * @brief The clock of the host whose program runs. Alone in its object, so that a test can replace it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"
#include "core/port.h"

/** @brief What a look at the clock costs a program that runs its own loops: one that polls for a time gets on. */
#define LOOK_NS PTK_SIM_NS_PER_US

uint64_t ptk_port_now_ns(void) {
    if (ptk_sim_state()->loop_count == 0) {
        ptk_sim_state()->now_ns += LOOK_NS;
    }
    return ptk_sim_host_clock(&ptk_sim_memory()->hosts[ptk_sim_state()->host]);
}

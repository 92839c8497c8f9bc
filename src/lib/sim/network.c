/**
 * @file network.c
 * @brief What happens next in the network, and hosts that crash.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

/* ------------------------------------------------------------------------------------------ the network */

void ptk_sim_settle(void) {
    ptk_sim_world_t *world = ptk_sim_state();
    uint32_t index;
    while ((index = ptk_sim_next_arrival()) != PTK_SIM_NONE) {
        uint8_t kind = ptk_sim_segment(index)->kind;
        if (kind == PTK_SIM_DATAGRAM || kind == PTK_SIM_ICMP) {
            ptk_sim_udp_arrive(index);
        } else {
            ptk_sim_tcp_arrive(index);
        }
    }
    if (world->expiry_ns <= world->now_ns) {
        ptk_sim_tcp_expire();
    }
}

uint64_t ptk_sim_next_event(void) {
    const ptk_sim_world_t *world = ptk_sim_state();
    uint64_t next_ns = world->expiry_ns;
    if (world->first_in_flight != PTK_SIM_NONE) {
        uint64_t arrival_ns = ptk_sim_segment(world->first_in_flight)->arrival_ns;
        next_ns = arrival_ns < next_ns ? arrival_ns : next_ns;
    }
    return next_ns;
}

void ptk_sim_advance(uint64_t time_ns) {
    ptk_sim_world_t *world = ptk_sim_state();
    if (time_ns > world->now_ns) {
        world->now_ns = time_ns;
    }
    ptk_sim_settle();
}

/* ------------------------------------------------------------------------------------------ crashes */

ptk_err_t ptk_sim_crash(int32_t host, bool with_reset) {
    const ptk_sim_memory_t *memory = ptk_sim_memory();
    if (host < 0 || (uint32_t)host >= memory->world->host_count || !memory->hosts[host].is_up) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_sim_trace("crash", (uint16_t)host, with_reset ? 1 : 0, 0);
    for (uint32_t i = 0; i < memory->socket_limit; i++) {
        ptk_sim_socket_t *socket = &memory->sockets[i];
        if (socket->state != PTK_SIM_FREE && socket->host == host && (socket->bits & PTK_SIM_IS_WAITING) == 0) {
            ptk_sim_tcp_abort(socket, with_reset);
        }
    }
    memory->hosts[host].is_up = with_reset; /* only its program died */
    ptk_sim_trace("crashed", (uint16_t)host, 0, 0);
    return PTK_ERR_OK;
}

ptk_err_t ptk_sim_restart(int32_t host) {
    const ptk_sim_memory_t *memory = ptk_sim_memory();
    if (host < 0 || (uint32_t)host >= memory->world->host_count || memory->hosts[host].is_up) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    memory->hosts[host].is_up = true;
    memory->hosts[host].frozen_until_ns = 0;
    ptk_sim_trace("restart", (uint16_t)host, 0, 0);
    return PTK_ERR_OK;
}

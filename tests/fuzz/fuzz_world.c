/**
 * @file fuzz_world.c
 * @brief A small simulated world.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz_world.h"

#include <string.h>

/** @brief The world's memory. */
PTK_SIM_DECLARE_WORLD(memory, FUZZ_HOSTS, FUZZ_HOSTS - 1, FUZZ_HOSTS, 32, 512);
/** @brief The loops' slots. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, FUZZ_HOSTS);
static ptk_timer_internal_t timers[FUZZ_HOSTS][FUZZ_TIMERS];    /**< @brief The hosts' timers. */
static ptk_socket_internal_t sockets[FUZZ_HOSTS][FUZZ_SOCKETS]; /**< @brief The hosts' sockets. */
static ptk_user_event_source_internal_t sources[FUZZ_HOSTS][1]; /**< @brief The hosts' sources. */

fuzz_world_t fuzz_world;

void fuzz_world_begin(uint32_t hosts, uint64_t seed, const ptk_sim_link_properties_t *properties) {
    memset(&fuzz_world, 0, sizeof fuzz_world);
    (void)fuzz_require(ptk_sim_start(&memory, seed) == PTK_ERR_OK, "the world does not start");
    for (uint32_t i = 0; i < hosts; i++) {
        ptk_address_t *address = &fuzz_world.addresses[i];
        *address = ptk_address_any(PTK_ADDRESS_IPV4, PTK_MODBUS_TCP_PORT);
        memcpy(address->bytes, (uint8_t[4]){192, 0, 2, (uint8_t)(1 + i)}, 4);
        (void)fuzz_require(ptk_sim_add_host(address) == (int32_t)i, "a host is missing");
        if (i > 0) {
            (void)fuzz_require(ptk_sim_add_link((int32_t)i, 0, properties) == (int32_t)i - 1, "a link is missing");
        }
    }
}

bool fuzz_world_start(uint32_t host) {
    ptk_event_loop_resources_t pools = {timers[host], FUZZ_TIMERS, sockets[host], FUZZ_SOCKETS, sources[host], 1};

    if (ptk_sim_enter((int32_t)host) != PTK_ERR_OK) {
        return fuzz_require(false, "a host cannot be entered");
    }
    ptk_handle_t loop = ptk_event_loop_create(slots, FUZZ_HOSTS, &pools);
    if (loop <= 0) {
        return false; /* a fault */
    }
    fuzz_world.loops[host] = loop;
    return fuzz_require(ptk_sim_add_loop(loop) == PTK_ERR_OK, "a loop is not added");
}

void fuzz_world_stop(uint32_t host) {
    if (fuzz_world.loops[host] != 0) {
        (void)fuzz_require(ptk_event_loop_destroy(fuzz_world.loops[host]) == PTK_ERR_OK, "a loop is not destroyed");
        fuzz_world.loops[host] = 0;
    }
}

void fuzz_world_run(uint32_t ms) {
    (void)ptk_sim_run_until(ptk_sim_now_ms() + ms);
}

void fuzz_world_require_in_use(uint32_t host, uint32_t timers_in_use, uint32_t sockets_in_use) {
    ptk_event_loop_stats_t stats;

    if (fuzz_require(ptk_event_loop_get_stats(fuzz_world.loops[host], &stats) == PTK_ERR_OK, "no statistics")) {
        (void)fuzz_require(stats.timers.in_use == timers_in_use, "a timer leaked, or is missing");
        (void)fuzz_require(stats.sockets.in_use == sockets_in_use, "a socket leaked, or is missing");
    }
}

size_t fuzz_make_frame(fuzz_input_t *input, uint16_t transaction_id, uint8_t unit_id,
                       uint8_t frame[PTK_MODBUS_MAX_FRAME_SIZE]) {
    size_t length;
    const uint8_t *bytes = fuzz_bytes(input, 1u + fuzz_u8(input) % PTK_MODBUS_MAX_PDU_SIZE, &length);

    if (length == 0) {
        return 0;
    }
    memcpy(frame + PTK_MODBUS_HEADER_SIZE, bytes, length);
    frame[0] = (uint8_t)(transaction_id >> 8);
    frame[1] = (uint8_t)transaction_id;
    frame[2] = 0;
    frame[3] = 0;
    frame[4] = (uint8_t)((length + 1) >> 8);
    frame[5] = (uint8_t)(length + 1);
    frame[6] = unit_id;
    return PTK_MODBUS_HEADER_SIZE + length;
}

void fuzz_world_end(void) {
    for (uint32_t i = 0; i < FUZZ_HOSTS; i++) {
        fuzz_world_stop(i);
    }
}

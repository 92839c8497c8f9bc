/**
 * @file fuzz_world.h
 * @brief A small simulated world: up to three hosts with a loop each, all linked with the first.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FUZZ_FUZZ_WORLD_H
#define TESTS_FUZZ_FUZZ_WORLD_H

#include "fuzz.h"

#include <ptk_modbus.h>
#include <ptk_sim.h>

/** @brief Most hosts, and the pools of each. */
enum { FUZZ_HOSTS = 3, FUZZ_TIMERS = 6, FUZZ_SOCKETS = 6 };

/** @brief The world. */
typedef struct fuzz_world {
    ptk_handle_t loops[FUZZ_HOSTS];      /**< @brief Each host's loop; 0: its program does not run. */
    ptk_address_t addresses[FUZZ_HOSTS]; /**< @brief The hosts' addresses, port 502. */
} fuzz_world_t;

extern fuzz_world_t fuzz_world; /**< @brief The one world. */

/** @brief Begins a world. Link i is the one of host i + 1. @param properties of the links. */
void fuzz_world_begin(uint32_t hosts, uint64_t seed, const ptk_sim_link_properties_t *properties);

/** @brief Gives a host a loop, and enters the host. @return whether it could. */
bool fuzz_world_start(uint32_t host);

/** @brief Destroys a host's loop, if it has one. */
void fuzz_world_stop(uint32_t host);

/** @brief Runs the world for some time. */
void fuzz_world_run(uint32_t ms);

/** @brief Requires that a host's pools have so many timers and sockets in use. */
void fuzz_world_require_in_use(uint32_t host, uint32_t timers, uint32_t sockets);

/** @brief Takes bytes of a frame: function and data as the input has them, the header made for it. @return its size. */
size_t fuzz_make_frame(fuzz_input_t *input, uint16_t transaction_id, uint8_t unit_id,
                       uint8_t frame[PTK_MODBUS_MAX_FRAME_SIZE]);

/** @brief Ends the world: all loops. */
void fuzz_world_end(void);

#endif

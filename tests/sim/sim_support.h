/**
 * @file sim_support.h
 * @brief A world of two hosts with a link, a loop on each, for the tests of the simulated network.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SIM_SUPPORT_H
#define TESTS_SIM_SUPPORT_H

#include "harness.h"

#include <ptk_sim.h>

/** @brief The two hosts, and their addresses. */
enum { HOST_A = 0, HOST_B = 1 };

/** @brief What the tests share: the hosts' loops, addresses, and their link. */
typedef struct sim_fixture {
    ptk_handle_t loops[2];      /**< @brief Their loops; 0 before sim_begin(). */
    ptk_address_t addresses[2]; /**< @brief Their addresses, without ports. */
    int32_t link;               /**< @brief The link. */
} sim_fixture_t;

/** @brief The fixture of the running test. */
extern sim_fixture_t sim;

/** @brief Counts what a handler got. */
typedef struct sim_counter {
    int count;           /**< @brief Calls. */
    ptk_event_t event;   /**< @brief The last event. */
    uintptr_t data;      /**< @brief Its data. */
    uint64_t time_ms;    /**< @brief When that was; time of the world. */
    ptk_handle_t handle; /**< @brief The resource. */
} sim_counter_t;

/** @brief Starts the world: hosts 192.0.2.1 and 192.0.2.2, linked with the properties, which may be NULL. */
bool sim_begin(uint64_t seed, const ptk_sim_link_properties_t *properties);

/** @brief Destroys the loops. */
void sim_end(void);

/** @brief A handler that counts. @param user_data a sim_counter_t. */
void sim_count(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief The address of a host, with a port. */
ptk_address_t sim_address(int host, uint16_t port);

/** @brief A listener on a host, at port 502. */
ptk_handle_t sim_listen(int host);

/** @brief A socket of one host that connects to port 502 of the other one. */
ptk_handle_t sim_connect(int host);

/** @brief A connection from A to B: the listener is closed, both ends are returned. False after a failed check. */
bool sim_pair(ptk_handle_t *a, ptk_handle_t *b);

/** @brief A UDP socket on a host, at a port. */
ptk_handle_t sim_open_udp(int host, uint16_t port);

/** @brief Sends bytes of one value. What ptk_socket_send() returns; sent gets the number. */
ptk_err_t sim_send(ptk_handle_t socket, size_t length, size_t *sent);

/** @brief Sends a datagram of bytes of one value to a port of a host, at most 2000. What ptk_socket_send_to() returns. */
ptk_err_t sim_send_to(ptk_handle_t socket, int host, uint16_t port, uint8_t value, size_t length);

/** @brief Receives and drops bytes, at most 4096 at a time, until there are none. The number; the last error in error. */
size_t sim_receive(ptk_handle_t socket, ptk_err_t *error);

/** @brief The time of the world now. */
#define NOW ptk_sim_now_ms()

#endif

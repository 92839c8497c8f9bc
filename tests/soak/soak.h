/**
 * @file soak.h
 * @brief The two processes of the soak test: servers of the library, and clients that behave badly.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SOAK_SOAK_H
#define TESTS_SOAK_SOAK_H

#include <stdbool.h>
#include <stdint.h>

/** @brief Connections that come and go at a time. */
enum { SOAK_CLIENTS = 500 };

/** @brief The ports on which the servers listen. */
typedef struct soak_ports {
    uint16_t echo;   /**< @brief The one that sends back what it receives. */
    uint16_t modbus; /**< @brief The Modbus server. */
} soak_ports_t;

/** @brief What the clients have done. */
typedef struct soak_counts {
    uint64_t connections; /**< @brief Connections made. */
    uint64_t completed;   /**< @brief Polite ones that got all they asked for. */
    uint64_t resets;      /**< @brief Connections that the client ended with a reset, with bytes unread or not. */
    uint64_t garbage;     /**< @brief Connections that sent random bytes to the Modbus server. */
    uint64_t slow;        /**< @brief Connections that received hardly anything. */
    uint64_t half_closed; /**< @brief Connections that ended one direction first. */
    uint64_t wrong;       /**< @brief Bytes that are not those of the response. */
    uint64_t hung_up;     /**< @brief Polite connections that the server has ended. */
    uint64_t unserved;    /**< @brief Polite connections that did not get all in a long time. */
} soak_counts_t;

/** @brief Runs the clients until so many ms have passed, then until all have gone. */
void soak_clients_run(const soak_ports_t *ports, uint32_t seed, uint64_t duration_ms, soak_counts_t *counts);

#endif

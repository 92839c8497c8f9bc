/**
 * @file plant.h
 * @brief A plant of Modbus servers and clients in a simulated world, in which everything goes wrong that a seed wants,
 *        and what must hold nevertheless.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SIM_PLANT_H
#define TESTS_SIM_PLANT_H

#include <ptk_modbus_client.h>
#include <ptk_modbus_server.h>
#include <ptk_sim.h>

/** @brief The plant's size. A seed may use a part of it only. */
enum { PLANT_SERVERS = 3, PLANT_CLIENTS = 20, PLANT_REQUESTS = 8, PLANT_WRITES = 512, PLANT_CONTEXTS = 8 };

/** @brief What a run is. */
typedef struct plant_run {
    uint64_t seed;       /**< @brief Decides everything. */
    uint32_t servers;    /**< @brief 1 to PLANT_SERVERS. */
    uint32_t clients;    /**< @brief 1 to PLANT_CLIENTS. */
    uint32_t chaos_s;    /**< @brief How long everything goes wrong, in s. */
    bool has_faults;     /**< @brief Calls fail as well. */
    bool has_crashes;    /**< @brief Hosts crash as well. */
    bool retries_writes; /**< @brief Clients repeat writes: then a write may be executed twice. */
} plant_run_t;

/** @brief One request of a client. */
typedef struct plant_request {
    uint16_t number; /**< @brief The write's number, or the address that is read. */
    bool is_pending; /**< @brief It has not ended yet. */
    bool is_write;   /**< @brief It writes. */
} plant_request_t;

/** @brief A client's host. */
typedef struct plant_client {
    ptk_handle_t loop;                                     /**< @brief Its loop, or 0 while it is down. */
    ptk_handle_t timer;                                    /**< @brief When it submits the next request. */
    ptk_handle_t source;                                   /**< @brief What others raise events on. */
    ptk_modbus_client_t modbus;                            /**< @brief The client. */
    ptk_modbus_transaction_t transactions[PLANT_REQUESTS]; /**< @brief Its requests' memory. */
    plant_request_t requests[PLANT_REQUESTS];              /**< @brief Its requests. */
    uint8_t executed[PLANT_WRITES];                        /**< @brief How often each of its writes was executed. */
    uint32_t writes;                                       /**< @brief Writes submitted. */
    uint32_t raised;                                       /**< @brief Events raised on its source. */
    uint64_t raised_ms;                                    /**< @brief When the last one was raised. */
    uint32_t delivered;                                    /**< @brief Events delivered. */
    uint64_t completed;                                    /**< @brief Requests that have ended. */
    uint64_t succeeded_ms;                                 /**< @brief When one has succeeded last. */
    int32_t host;                                          /**< @brief Its host. */
    uint32_t index;                                        /**< @brief Which client it is. */
} plant_client_t;

/** @brief A server's host. */
typedef struct plant_server {
    ptk_handle_t loop;                                   /**< @brief Its loop, or 0 while it is down. */
    ptk_modbus_server_t modbus;                          /**< @brief The server. */
    ptk_modbus_connection_t connections[PLANT_CONTEXTS]; /**< @brief Its connections. */
    ptk_address_t address;                               /**< @brief Its address. */
    int32_t host;                                        /**< @brief Its host. */
} plant_server_t;

/** @brief The plant. */
typedef struct plant {
    plant_run_t run;                                   /**< @brief What it runs. */
    plant_server_t servers[PLANT_SERVERS];             /**< @brief The servers. */
    plant_client_t clients[PLANT_CLIENTS];             /**< @brief The clients. */
    const char *failure;                               /**< @brief The first thing that does not hold, or NULL. */
    uint64_t requests;                                 /**< @brief Requests that have ended. */
    uint64_t successes;                                /**< @brief Those that succeeded. */
    uint64_t random;                                   /**< @brief The state of its own generator. */
    uint64_t frozen_ms[PLANT_SERVERS + PLANT_CLIENTS]; /**< @brief Until when each host is frozen. */
    bool is_calm;                                      /**< @brief The chaos has ended. */
} plant_t;

extern plant_t plant; /**< @brief The one plant. */

/** @brief Notes the first thing that does not hold. */
void plant_fail(const char *what);

/** @brief A random number below a limit, from the plant's own generator. */
uint32_t plant_random(uint32_t limit);

/** @brief Starts a server's program. Its pools may be too small for all its clients. */
void plant_start_server(plant_server_t *server);

/** @brief Starts a client's program. */
void plant_start_client(plant_client_t *client);

/** @brief Something goes wrong, or is mended. Plans itself again until the chaos ends. */
void plant_chaos(void *action);

/** @brief Mends everything. */
void plant_heal(void);

/**
 * @brief Runs a plant from its start to its end. @param run what. @param observe called when its world has begun, to ask
 *        for the trace; may be NULL. @return whether everything held.
 */
bool plant_run(const plant_run_t *run, void (*observe)(void));

#endif

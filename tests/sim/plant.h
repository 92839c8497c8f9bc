/**
 * @file plant.h
 * @brief A plant of Modbus servers and clients in a simulated world, in which hosts, links and calls fail as a
 *        seed decides, and what must hold nevertheless.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_SIM_PLANT_H
#define TESTS_SIM_PLANT_H

#include <ptk_modbus_client.h>
#include <ptk_modbus_server.h>
#include <ptk_sim.h>

/** @brief The plant's size. A seed may use a part of it only. */
enum {
    PLANT_SERVERS = 3,
    PLANT_CLIENTS = 20,
    PLANT_REQUESTS = 8,
    PLANT_WRITES = 512,
    PLANT_CONTEXTS = 8,
    PLANT_ECHOES = PLANT_CLIENTS
};

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

/** @brief A client's connection to an echo server. */
typedef struct plant_stream {
    ptk_handle_t socket;  /**< @brief Its socket, or 0. */
    ptk_handle_t timer;   /**< @brief For the next burst, or the next connection. */
    uint32_t connection;  /**< @brief Which one it is, of all. */
    uint32_t wanted;      /**< @brief Bytes to have been sent at the end of the present burst. */
    uint32_t sent;        /**< @brief Bytes sent, with the 8 at the beginning. */
    uint32_t received;    /**< @brief Bytes that came back. */
    uint64_t begun_ms;    /**< @brief When the attempt to connect has begun. */
    uint64_t progress_ms; /**< @brief When bytes came back last. */
    bool is_connected;    /**< @brief The attempt has succeeded. */
} plant_stream_t;

/** @brief A server's end of it. */
typedef struct plant_echo {
    ptk_handle_t socket; /**< @brief Its socket, or 0. */
    ptk_buf_t buf;       /**< @brief What is to be sent back. */
    uint8_t bytes[700];  /**< @brief Its memory. */
    uint32_t server;     /**< @brief Which server. */
    uint32_t client;     /**< @brief Whose connection it is. */
    uint32_t connection; /**< @brief Which one of all. */
    uint32_t received;   /**< @brief Bytes that came, without the 8 at the beginning. */
    uint32_t looked_at;  /**< @brief Bytes in the buffer that were compared. */
    bool has_begun;      /**< @brief The 8 bytes are there. */
} plant_echo_t;

/** @brief A client's host. */
typedef struct plant_client {
    ptk_handle_t loop;                                     /**< @brief Its loop, or 0 while it is down. */
    ptk_handle_t timer;                                    /**< @brief When it submits the next request. */
    ptk_handle_t source;                                   /**< @brief What others raise events on. */
    ptk_modbus_client_t modbus;                            /**< @brief The client. */
    ptk_modbus_transaction_t transactions[PLANT_REQUESTS]; /**< @brief Its requests' memory. */
    plant_request_t requests[PLANT_REQUESTS];              /**< @brief Its requests. */
    plant_stream_t stream;                                 /**< @brief Its connection to an echo server. */
    uint8_t executed[PLANT_WRITES];                        /**< @brief How often each of its writes was executed. */
    uint32_t writes;                                       /**< @brief Writes submitted. */
    uint32_t raised;                                       /**< @brief Events raised on its source. */
    uint64_t raised_ms;                                    /**< @brief When the last one was raised. */
    uint32_t delivered;                                    /**< @brief Events delivered. */
    uint64_t succeeded_ms;                                 /**< @brief When one has succeeded last. */
    int32_t host;                                          /**< @brief Its host. */
    uint32_t index;                                        /**< @brief Which client it is. */
} plant_client_t;

/** @brief A server's host. */
typedef struct plant_server {
    ptk_handle_t loop;                                   /**< @brief Its loop, or 0 while it is down. */
    ptk_modbus_server_t modbus;                          /**< @brief The server. */
    ptk_modbus_connection_t connections[PLANT_CONTEXTS]; /**< @brief Its connections. */
    ptk_handle_t listener;                               /**< @brief The echo server's. */
    plant_echo_t echoes[PLANT_ECHOES];                   /**< @brief The echo server's connections. */
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
    uint32_t connections;                              /**< @brief Streams begun. */
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

/** @brief Starts the echo server of a server's program. @return whether that worked. */
bool plant_start_echo(plant_server_t *server);

/** @brief Ends it. */
void plant_stop_echo(plant_server_t *server);

/** @brief Starts the stream of a client's program. @return whether that worked. */
bool plant_start_stream(plant_client_t *client);

/** @brief Ends it. */
void plant_stop_stream(plant_client_t *client);

/** @brief Ends the streams whose server has crashed unseen: no other one has to end from now on. */
void plant_heal_streams(void);

/** @brief After the rest: every stream goes on. */
void plant_check_streams(void);

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

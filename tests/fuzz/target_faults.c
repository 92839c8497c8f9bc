/**
 * @file target_faults.c
 * @brief A Modbus server and two clients in a world whose faults and events the input decides: no write is executed
 * twice, each request ends once, and all recovers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../modbus/register_values.h"
#include "fuzz_world.h"

#include <ptk_modbus_client.h>
#include <ptk_modbus_server.h>

#include <string.h>

/** @brief The hosts: the server, then the clients. */
enum { SERVER = 0, CLIENTS = 2, HOSTS = 1 + CLIENTS };
/** @brief Contexts of the server, transactions of a client, writes of a run. */
enum { CONTEXTS = 3, TRANSACTIONS = 4, WRITES = 256 };
/** @brief How long all rests at the end, and within which time of it each client has succeeded, in ms. */
enum { REST_MS = 60000, RECOVERY_MS = 40000 };

/** @brief A request of a client. */
typedef struct request {
    uint16_t number; /**< @brief The write's number, or the address that is read. */
    bool is_write;   /**< @brief It writes. */
    bool is_pending; /**< @brief It has not ended. */
} request_t;

/** @brief A client. */
typedef struct client {
    ptk_modbus_client_t modbus;                          /**< @brief The client. */
    ptk_modbus_transaction_t transactions[TRANSACTIONS]; /**< @brief Its transactions. */
    request_t requests[TRANSACTIONS];                    /**< @brief Its requests. */
    ptk_handle_t source;                                 /**< @brief Others raise events on it. */
    uint32_t raised;                                     /**< @brief Events raised. */
    uint32_t delivered;                                  /**< @brief Events delivered. */
    uint64_t succeeded_ms;                               /**< @brief When a request has succeeded last. */
} client_t;

static client_t clients[CLIENTS];                     /**< @brief The clients. */
static ptk_modbus_server_t server;                    /**< @brief The server. */
static ptk_modbus_connection_t connections[CONTEXTS]; /**< @brief Its connections. */
static uint8_t executed[WRITES];                      /**< @brief How often each write was executed. */
static uint16_t writes;                               /**< @brief Writes submitted. */

/* ------------------------------------------------------------------------------------------ the server */

/** @brief The server writes: the value is the number of the write. */
static uint8_t write_registers(void *user_data, uint16_t address, uint16_t quantity, const uint16_t *registers) {
    (void)user_data, (void)address;
    if (fuzz_require(quantity == 1 && registers[0] < writes, "a write that was not submitted")) {
        (void)fuzz_require(++executed[registers[0]] == 1, "a write was executed twice");
    }
    return PTK_MODBUS_EXCEPTION_NONE;
}

/** @brief Starts the server's program; a fault may keep it from starting. */
static void start_server(void) {
    static const ptk_modbus_callbacks_t callbacks = {.read_registers = read_register_values,
                                                     .write_registers = write_registers,
                                                     .counts = {[PTK_MODBUS_TABLE_HOLDING_REGISTERS] = 65536}};
    ptk_modbus_server_config_t config = {.connections = connections,
                                         .num_connections = CONTEXTS,
                                         .unit_id = PTK_MODBUS_ANY_UNIT,
                                         .idle_timeout_ms = 5000,
                                         .callbacks = &callbacks};
    if (fuzz_world.loops[SERVER] != 0 || !fuzz_world_start(SERVER)) {
        return;
    }
    memset(&server, 0, sizeof server);
    memset(connections, 0, sizeof connections);
    config.loop = fuzz_world.loops[SERVER];
    config.address = fuzz_world.addresses[SERVER];
    if (ptk_modbus_server_start(&server, &config) != PTK_ERR_OK) {
        fuzz_world_require_in_use(SERVER, 0, 0);
        fuzz_world_stop(SERVER);
    }
}

/* ------------------------------------------------------------------------------------------ the clients */

/** @brief A request has ended. @param user_data the request. */
static void on_result(ptk_modbus_client_t *modbus, const ptk_modbus_result_t *result, void *user_data) {
    client_t *client = modbus->config.user_data;
    request_t *request = user_data;

    (void)fuzz_require(request->is_pending, "a request ended twice");
    request->is_pending = false;
    if (result->error == PTK_ERR_OK) {
        client->succeeded_ms = ptk_sim_now_ms();
        (void)fuzz_require(request->is_write ? executed[request->number] == 1
                                             : ptk_modbus_result_register(result, 0) == register_value(request->number),
                           "a result of another request, or of a write that was not executed");
    }
}

/** @brief A client submits a request. */
static void submit(client_t *client, uint8_t choice) {
    request_t *request = NULL;
    ptk_modbus_request_id_t id;

    for (int i = 0; i < TRANSACTIONS; i++) {
        request = request == NULL && !client->requests[i].is_pending ? &client->requests[i] : request;
    }
    if (request == NULL || fuzz_world.loops[1 + (client - clients)] == 0) {
        return;
    }
    request->is_write = choice % 2 == 1 && writes < WRITES;
    if (request->is_write) {
        request->number = writes++;
        id = ptk_modbus_client_write_single_register(&client->modbus, 1, choice, request->number, on_result, request);
    } else {
        request->number = (uint16_t)(choice * 251);
        id = ptk_modbus_client_read_holding_registers(&client->modbus, 1, request->number, 1, on_result, request);
    }
    (void)fuzz_require(id > 0, "a request was refused");
    request->is_pending = id > 0;
}

/** @brief A raised event is delivered: each once, in order. */
static void on_raised(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    client_t *client = user_data;

    (void)source, (void)event;
    (void)fuzz_require(data == client->delivered, "a raised event was lost, or came twice, or out of order");
    client->delivered++;
    submit(client, (uint8_t)data);
}

/** @brief Starts a client's program; a fault may keep it from starting. */
static void start_client(client_t *client) {
    uint32_t host = 1 + (uint32_t)(client - clients);
    ptk_modbus_client_config_t config = {.address = fuzz_world.addresses[SERVER],
                                         .transactions = client->transactions,
                                         .num_transactions = TRANSACTIONS,
                                         .retries = 1,
                                         .response_timeout_ms = 800,
                                         .reconnect_delay_limit_ms = 4000,
                                         .max_in_flight = host - 1,
                                         .user_data = client};
    if (fuzz_world.loops[host] != 0 || !fuzz_world_start(host)) {
        return;
    }
    memset(client, 0, sizeof *client);
    config.loop = fuzz_world.loops[host];
    client->source = ptk_user_event_source_create(config.loop);
    (void)ptk_set_event_handler(client->source, 1, on_raised, client);
    (void)fuzz_require(ptk_modbus_client_start(&client->modbus, &config) == PTK_ERR_OK, "a client does not start");
}

/** @brief Another thread raises events. */
static void raise_events(client_t *client, uint8_t count) {
    for (uint8_t i = 0; i < count % 16 && fuzz_world.loops[1 + (client - clients)] != 0; i++) {
        ptk_err_t error = ptk_raise_event(client->source, 1, client->raised);
        client->raised += error == PTK_ERR_OK ? 1u : 0u;
        (void)fuzz_require(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK, "raising failed");
    }
}

/* ------------------------------------------------------------------------------------------ what happens */

/** @brief A host crashes, or comes back. */
static void crash_or_restart(uint32_t host, bool with_reset) {
    if (fuzz_world.loops[host] != 0) {
        (void)fuzz_require(ptk_sim_crash((int32_t)host, with_reset) == PTK_ERR_OK, "a host does not crash");
        fuzz_world_stop(host);
        return;
    }
    (void)ptk_sim_restart((int32_t)host); /* refused if it is up, and its program could not start */
    if (host == SERVER) {
        start_server();
    } else {
        start_client(&clients[host - 1]);
    }
}

/** @brief The link of a client has other properties. */
static void change_link(uint32_t link, fuzz_input_t *input) {
    ptk_sim_link_properties_t properties = {.latency_min_us = fuzz_u8(input) * 500u};

    properties.latency_max_us = properties.latency_min_us + fuzz_u8(input) * 1000u;
    properties.loss_per_million = fuzz_u8(input) * 1000u;
    properties.bytes_per_second = fuzz_u8(input) * 500u;
    (void)fuzz_require(ptk_sim_set_link((int32_t)link, &properties) == PTK_ERR_OK, "a link does not change");
}

/** @brief What happens next. */
static void act(fuzz_input_t *input) {
    uint8_t choice = fuzz_u8(input);
    uint32_t host = choice / 16 % HOSTS;
    uint32_t client = choice / 16 % CLIENTS;

    switch (choice % 12) {
    case 0:
    case 1:
        submit(&clients[client], fuzz_u8(input));
        break;
    case 2:
    case 3:
        fuzz_world_run(fuzz_u8(input) * 10u);
        break;
    case 4:
        (void)ptk_sim_cut((int32_t)client, (int32_t)(choice >= 128 ? 0 : 1 + client), (fuzz_u8(input) & 1) != 0);
        break;
    case 5:
        (void)ptk_sim_set_network((int32_t)host, (fuzz_u8(input) & 1) != 0);
        break;
    case 6:
        (void)ptk_sim_freeze((int32_t)host, ptk_sim_now_ms() + fuzz_u8(input) * 20u);
        break;
    case 7:
        crash_or_restart(host, (fuzz_u8(input) & 1) != 0);
        break;
    case 8:
        (void)ptk_sim_set_fault(fuzz_u8(input) % PTK_SIM_FAULT_COUNT, fuzz_u8(input) * 2000u);
        break;
    case 9:
        ptk_sim_fail_call(fuzz_u8(input));
        break;
    case 10:
        raise_events(&clients[client], fuzz_u8(input));
        break;
    default:
        change_link(client, input);
        break;
    }
}

/** @brief Mends everything. */
static void mend(void) {
    static const ptk_sim_link_properties_t good = {.latency_min_us = 100, .latency_max_us = 1000};

    ptk_sim_fail_call(0);
    for (uint32_t kind = 0; kind < PTK_SIM_FAULT_COUNT; kind++) {
        (void)ptk_sim_set_fault(kind, 0);
    }
    for (uint32_t i = 0; i < HOSTS; i++) {
        (void)ptk_sim_set_network((int32_t)i, true);
        (void)ptk_sim_freeze((int32_t)i, 0);
        (void)ptk_sim_restart((int32_t)i);
        if (i > 0) {
            (void)ptk_sim_cut((int32_t)i - 1, -1, false);
            (void)ptk_sim_set_link((int32_t)i - 1, &good);
        }
    }
    start_server();
    for (int i = 0; i < CLIENTS; i++) {
        start_client(&clients[i]);
    }
}

/** @brief Each client asks now and then; within a time it succeeds again. */
static void rest(void) {
    uint64_t begin_ms = ptk_sim_now_ms();

    while (ptk_sim_now_ms() < begin_ms + REST_MS && !fuzz_failed()) {
        for (int i = 0; i < CLIENTS; i++) {
            submit(&clients[i], 0);
        }
        fuzz_world_run(5000);
    }
    for (int i = 0; i < CLIENTS; i++) {
        (void)fuzz_require(clients[i].succeeded_ms + REST_MS - RECOVERY_MS > ptk_sim_now_ms(),
                           "a client has not recovered");
        (void)fuzz_require(clients[i].delivered == clients[i].raised, "a raised event was not delivered");
    }
}

/** @brief Ends the programs: each request ends, and nothing is left. */
static void end(void) {
    for (uint32_t i = 0; i < CLIENTS; i++) {
        (void)fuzz_require(ptk_modbus_client_stop(&clients[i].modbus) == PTK_ERR_OK, "a client does not stop");
        for (int j = 0; j < TRANSACTIONS; j++) {
            (void)fuzz_require(!clients[i].requests[j].is_pending, "a request has not ended");
        }
        fuzz_world_require_in_use(1 + i, 0, 0);
    }
    (void)fuzz_require(ptk_modbus_server_stop(&server) == PTK_ERR_OK, "the server does not stop");
    fuzz_world_require_in_use(SERVER, 0, 0);
    fuzz_world_end();
    (void)ptk_sim_run_until(ptk_sim_now_ms() + 200000);
    (void)fuzz_require(ptk_sim_world()->socket_count == 0 && ptk_sim_world()->segment_count == 0,
                       "a socket or a segment of the system leaked");
}

void fuzz_target(fuzz_input_t *input) {
    static const ptk_sim_link_properties_t properties = {.latency_min_us = 500, .latency_max_us = 3000};

    fuzz_world_begin(HOSTS, fuzz_u8(input), &properties);
    memset(clients, 0, sizeof clients);
    memset(executed, 0, sizeof executed);
    writes = 0;
    start_server();
    for (int i = 0; i < CLIENTS; i++) {
        start_client(&clients[i]);
    }
    for (unsigned i = 0; i < 64 && input->left > 0 && !fuzz_failed(); i++) {
        act(input);
    }
    if (!fuzz_failed()) {
        mend();
        rest();
    }
    if (!fuzz_failed()) {
        end();
    }
    fuzz_world_end();
}

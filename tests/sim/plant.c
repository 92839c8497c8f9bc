/**
 * @file plant.c
 * @brief The programs of the plant, and what must hold in each step.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../modbus/register_values.h"
#include "plant.h"

#include <string.h>

/** @brief How long the plant runs after the chaos has ended, and within which time each client must succeed, in ms. */
enum { REST_MS = 60000, RECOVERY_MS = 40000 };
/** @brief Within which time a raised event is delivered, in ms. */
#define WAKE_MS 20u

/** @brief The world: a host for each program, a link from each client to each server. */
PTK_SIM_DECLARE_WORLD(memory, PLANT_SERVERS + PLANT_CLIENTS, PLANT_SERVERS *PLANT_CLIENTS,
                      PLANT_SERVERS + PLANT_CLIENTS, 512, 4096);
/** @brief The loops' slots. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, PLANT_SERVERS + PLANT_CLIENTS);
/** @brief The pools' memory: contexts, listener, acceptor; a client's own. */
static ptk_timer_internal_t server_timers[PLANT_SERVERS][PLANT_CONTEXTS + 1];
static ptk_socket_internal_t server_sockets[PLANT_SERVERS]
                                           [PLANT_CONTEXTS + 2 + PLANT_ECHOES]; /**< @brief The servers' sockets. */
static ptk_timer_internal_t client_timers[PLANT_CLIENTS][4];                    /**< @brief The clients' timers. */
static ptk_socket_internal_t client_sockets[PLANT_CLIENTS][2];                  /**< @brief The clients' sockets. */
static ptk_user_event_source_internal_t client_sources[PLANT_CLIENTS][1];       /**< @brief The clients' sources. */

plant_t plant;

void plant_fail(const char *what) {
    if (plant.failure == NULL) {
        plant.failure = what;
    }
}

uint32_t plant_random(uint32_t limit) {
    plant.random = plant.random * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)(plant.random >> 33) % limit;
}

/* ------------------------------------------------------------------------------------------ servers */

/** @brief A server writes: the address is a client, the value the number of its write. */
static uint8_t write_registers(void *user_data, uint16_t address, uint16_t quantity, const uint16_t *registers) {
    (void)user_data;
    if (address >= plant.run.clients || quantity != 1 || registers[0] >= plant.clients[address].writes) {
        plant_fail("a server executed a write that was not submitted");
        return PTK_MODBUS_EXCEPTION_NONE;
    }
    if (++plant.clients[address].executed[registers[0]] > 1 && !plant.run.retries_writes) {
        plant_fail("a write was executed twice");
    }
    return PTK_MODBUS_EXCEPTION_NONE;
}

void plant_start_server(plant_server_t *server) {
    static const ptk_modbus_callbacks_t callbacks = {.read_registers = read_register_values,
                                                     .write_registers = write_registers,
                                                     .counts = {[PTK_MODBUS_TABLE_HOLDING_REGISTERS] = 65536}};
    size_t index = (size_t)(server - plant.servers);
    ptk_event_loop_resources_t pools = {.timers = server_timers[index],
                                        .num_timers = PLANT_CONTEXTS + 1,
                                        .sockets = server_sockets[index],
                                        .num_sockets = PLANT_CONTEXTS + 2 + PLANT_ECHOES};
    ptk_modbus_server_config_t config = {.connections = server->connections,
                                         .num_connections = PLANT_CONTEXTS,
                                         .unit_id = PTK_MODBUS_ANY_UNIT,
                                         .idle_timeout_ms = 5000,
                                         .callbacks = &callbacks};
    (void)ptk_sim_enter(server->host);
    memset(&server->modbus, 0, sizeof server->modbus);
    memset(server->connections, 0, sizeof server->connections);
    server->loop = ptk_event_loop_create(slots, PLANT_SERVERS + PLANT_CLIENTS, &pools);
    config.loop = server->loop;
    config.address = ptk_address_any(PTK_ADDRESS_IPV4, PTK_MODBUS_TCP_PORT);
    if (server->loop > 0 && ptk_modbus_server_start(&server->modbus, &config) == PTK_ERR_OK &&
        plant_start_echo(server) && ptk_sim_add_loop(server->loop) == PTK_ERR_OK) {
        return;
    }
    (void)ptk_event_loop_destroy(server->loop); /* a call failed: plant_chaos() or plant_heal() tries again */
    server->loop = 0;
}

/* ------------------------------------------------------------------------------------------ clients */

/** @brief A request has ended. @param user_data its plant_request_t. */
static void on_result(ptk_modbus_client_t *modbus, const ptk_modbus_result_t *result, void *user_data) {
    plant_client_t *client = modbus->config.user_data;
    plant_request_t *request = user_data;
    if (!request->is_pending) {
        plant_fail("a request ended twice");
    }
    request->is_pending = false;
    plant.requests++;
    if (result->error != PTK_ERR_OK) {
        return;
    }
    plant.successes++;
    client->succeeded_ms = ptk_sim_now_ms();
    if (request->is_write && client->executed[request->number] == 0) {
        plant_fail("a write succeeded that no server has executed");
    }
    if (!request->is_write && ptk_modbus_result_register(result, 0) != register_value(request->number)) {
        plant_fail("a response belongs to another request");
    }
}

/** @brief Submits a request, if there is one that is free, and starts the timer for the next. */
static void on_timer(ptk_handle_t timer, ptk_event_t event, uintptr_t missed, void *user_data) {
    plant_client_t *client = user_data;
    plant_request_t *request = &client->requests[plant_random(PLANT_REQUESTS)];
    ptk_modbus_request_id_t id;
    (void)event, (void)missed;
    (void)ptk_timer_start(timer, 1 + plant_random(plant_random(4) == 0 ? 10 : 1500)); /* some follow at once */
    if (request->is_pending) {
        return;
    }
    request->is_write = client->writes < PLANT_WRITES && plant_random(3) == 0;
    if (request->is_write) {
        request->number = (uint16_t)client->writes++;
        id = ptk_modbus_client_write_single_register(&client->modbus, 1, (uint16_t)client->index, request->number,
                                                     on_result, request);
    } else {
        request->number = (uint16_t)plant_random(60000);
        id = ptk_modbus_client_read_holding_registers(&client->modbus, 1, request->number,
                                                      (uint16_t)(1 + plant_random(2)), on_result, request);
    }
    request->is_pending = id > 0;
    if (id <= 0 && id != PTK_ERR_OUT_OF_MEMORY) { /* a transaction that was cancelled may be in use for a while */
        plant_fail("a request was refused");
    }
}

/** @brief An event of another thread is delivered: each once, in order. */
static void on_raised(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    plant_client_t *client = user_data;
    (void)source, (void)event;
    if (data != client->delivered) {
        plant_fail("a raised event was lost, or came twice, or out of order");
    }
    client->delivered++;
}

void plant_start_client(plant_client_t *client) {
    ptk_event_loop_resources_t pools = {client_timers[client->index],  4, client_sockets[client->index], 2,
                                        client_sources[client->index], 1};
    plant_server_t *server = &plant.servers[client->index % plant.run.servers];
    ptk_modbus_client_config_t config = {.address = server->address,
                                         .transactions = client->transactions,
                                         .num_transactions = PLANT_REQUESTS,
                                         .retries = 1,
                                         .response_timeout_ms = 800,
                                         .reconnect_delay_limit_ms = 4000,
                                         .max_in_flight = client->index % 4,
                                         .retry_writes = plant.run.retries_writes,
                                         .user_data = client};
    (void)ptk_sim_enter(client->host);
    memset(&client->modbus, 0, sizeof client->modbus);
    memset(client->transactions, 0, sizeof client->transactions);
    memset(client->requests, 0, sizeof client->requests); /* those of a program that died have no end */
    client->raised = 0;
    client->delivered = 0;
    client->loop = ptk_event_loop_create(slots, PLANT_SERVERS + PLANT_CLIENTS, &pools);
    config.loop = client->loop;
    client->timer = ptk_timer_create(client->loop);
    client->source = ptk_user_event_source_create(client->loop);
    (void)ptk_set_event_handler(client->timer, PTK_EVENT_EXPIRED, on_timer, client);
    (void)ptk_set_event_handler(client->source, 1, on_raised, client);
    if (client->loop > 0 && ptk_modbus_client_start(&client->modbus, &config) == PTK_ERR_OK &&
        ptk_timer_start(client->timer, 1 + plant_random(1000)) == PTK_ERR_OK && plant_start_stream(client) &&
        ptk_sim_add_loop(client->loop) == PTK_ERR_OK) {
        return;
    }
    (void)ptk_event_loop_destroy(client->loop);
    client->loop = 0;
}

/* ------------------------------------------------------------------------------------------ a run */

/** @brief Makes the hosts and links. */
static void build(void) {
    for (uint32_t i = 0; i < plant.run.servers; i++) {
        plant.servers[i].address = ptk_address_any(PTK_ADDRESS_IPV4, PTK_MODBUS_TCP_PORT);
        memcpy(plant.servers[i].address.bytes, (uint8_t[4]){10, 0, 0, (uint8_t)(1 + i)}, 4);
        plant.servers[i].host = ptk_sim_add_host(&plant.servers[i].address);
    }
    for (uint32_t i = 0; i < plant.run.clients; i++) {
        ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 0);
        memcpy(address.bytes, (uint8_t[4]){10, 0, 1, (uint8_t)(1 + i)}, 4);
        plant.clients[i].index = i;
        plant.clients[i].host = ptk_sim_add_host(&address);
        for (uint32_t j = 0; j < plant.run.servers; j++) {
            uint64_t least_us = plant_random(3000);
            ptk_sim_link_properties_t properties = {.latency_min_us = least_us,
                                                    .latency_max_us = least_us + plant_random(50000),
                                                    .loss_per_million = plant_random(30000)};
            (void)ptk_sim_add_link(plant.clients[i].host, plant.servers[j].host, &properties);
        }
    }
}

/** @brief What must hold at every step. */
static void check_step(void) {
    for (uint32_t i = 0; i < plant.run.clients; i++) {
        const plant_client_t *client = &plant.clients[i];
        if (client->delivered > client->raised) {
            plant_fail("more events were delivered than raised");
        }
        uint64_t frozen_ms = plant.frozen_ms[client->host];
        uint64_t since_ms = frozen_ms > client->raised_ms ? frozen_ms : client->raised_ms;
        if (client->loop != 0 && client->delivered < client->raised && ptk_sim_now_ms() > since_ms + WAKE_MS) {
            plant_fail("a raised event did not wake its loop");
        }
    }
}

/** @brief What must hold after the rest: everything has recovered. */
static void check_recovery(void) {
    for (uint32_t i = 0; i < plant.run.clients; i++) {
        const plant_client_t *client = &plant.clients[i];
        if (client->succeeded_ms + RECOVERY_MS < ptk_sim_now_ms()) {
            plant_fail("a client has not recovered");
        }
        if (client->delivered != client->raised) {
            plant_fail("a raised event was not delivered");
        }
    }
    plant_check_streams();
}

/** @brief Ends the programs: each request ends, and nothing is left. */
static void end(void) {
    for (uint32_t i = 0; i < plant.run.clients; i++) {
        plant_client_t *client = &plant.clients[i];
        (void)ptk_modbus_client_stop(&client->modbus);
        plant_stop_stream(client);
        for (uint32_t j = 0; j < PLANT_REQUESTS; j++) {
            if (client->requests[j].is_pending) {
                plant_fail("a request has not ended");
            }
        }
        ptk_event_loop_stats_t stats;
        if (ptk_event_loop_get_stats(client->loop, &stats) != PTK_ERR_OK || stats.timers.in_use != 1 ||
            stats.sockets.in_use != 0) {
            plant_fail("a client leaked a slot");
        }
        (void)ptk_event_loop_destroy(client->loop);
    }
    for (uint32_t i = 0; i < plant.run.servers; i++) {
        (void)ptk_modbus_server_stop(&plant.servers[i].modbus);
        plant_stop_echo(&plant.servers[i]);
        ptk_event_loop_stats_t stats;
        if (ptk_event_loop_get_stats(plant.servers[i].loop, &stats) != PTK_ERR_OK || stats.timers.in_use != 0 ||
            stats.sockets.in_use != 0) {
            plant_fail("a server leaked a slot");
        }
        (void)ptk_event_loop_destroy(plant.servers[i].loop);
    }
    (void)ptk_sim_run_until(ptk_sim_now_ms() + 200000);
    if (ptk_sim_world()->socket_count != 0 || ptk_sim_world()->segment_count != 0) {
        plant_fail("a socket or a segment of the system leaked");
    }
}

bool plant_run(const plant_run_t *run, void (*observe)(void)) {
    static ptk_sim_action_t chaos;

    memset(&plant, 0, sizeof plant);
    plant.run = *run;
    plant.random = run->seed;
    (void)ptk_sim_start(&memory, run->seed);
    if (observe != NULL) {
        observe();
    }
    build();
    for (uint32_t i = 0; i < run->servers; i++) {
        plant_start_server(&plant.servers[i]);
    }
    for (uint32_t i = 0; i < run->clients; i++) {
        plant_start_client(&plant.clients[i]);
    }
    uint64_t end_ms = ptk_sim_now_ms() + run->chaos_s * 1000u;
    (void)ptk_sim_plan(&chaos, ptk_sim_now_ms() + 2000, plant_chaos, &chaos);
    while (plant.failure == NULL && ptk_sim_step(end_ms)) {
        check_step();
    }
    plant_heal();
    end_ms = ptk_sim_now_ms() + REST_MS;
    while (plant.failure == NULL && ptk_sim_step(end_ms)) {
        check_step();
    }
    check_recovery();
    end();
    return plant.failure == NULL;
}

/**
 * @file modbus_service.c
 * @brief A Modbus TCP server with coils, discrete inputs, holding and input registers. All memory is static.
 *
 * A server needs four arrays, a map that names them, and a function that updates live values before they are read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_service.h"

#include <ptk_modbus_server.h>

/** @brief A client without a request for this time is disconnected, in ms. */
#define IDLE_TIMEOUT_MS 300000
/** @brief Discrete inputs that change. */
#define LIVE_INPUTS 16

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
/** @brief The loop's pools: one timer and one socket for each client, and one more of each for the server. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, MODBUS_SERVICE_CLIENTS + 1, MODBUS_SERVICE_CLIENTS + 1,
                                 MODBUS_SERVICE_SOURCES);

/** @brief The server. */
static ptk_modbus_server_t server;
/** @brief Memory of its connections. */
static ptk_modbus_connection_t connections[MODBUS_SERVICE_CLIENTS];

/** @brief The coils. */
static uint8_t coils[MODBUS_SERVICE_VALUES];
/** @brief The discrete inputs. */
static uint8_t discrete_inputs[MODBUS_SERVICE_VALUES];
/** @brief The holding registers. */
static uint16_t holding_registers[MODBUS_SERVICE_VALUES];
/** @brief The input registers. */
static uint16_t input_registers[MODBUS_SERVICE_VALUES];

/** @brief The device identification. */
static const ptk_modbus_device_object_t device_objects[] = {
    {PTK_MODBUS_OBJECT_VENDOR_NAME, "Protocol Toolkit"},
    {PTK_MODBUS_OBJECT_PRODUCT_CODE, "modbus_server"},
    {PTK_MODBUS_OBJECT_REVISION, PTK_VERSION_STRING},
    {PTK_MODBUS_OBJECT_PRODUCT_NAME, "Protocol Toolkit example server"},
};

/** @brief The event loop. */
static ptk_handle_t loop;
/** @brief When the server was started. */
static uint64_t started_ms;

/** @brief Sets a pair of input registers to a 32-bit number. */
static void set_pair(uint32_t address, uint64_t value) {
    input_registers[address] = (uint16_t)((value >> 16) & 0xFFFF);
    input_registers[address + 1] = (uint16_t)(value & 0xFFFF);
}

/** @brief Called before values are read: updates the live ones. */
static void on_read(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    uint64_t uptime = (ptk_clock_now_ms() - started_ms) / 1000;
    ptk_modbus_server_stats_t stats;

    (void)user_data;
    (void)address;
    (void)quantity;
    if (table == PTK_MODBUS_TABLE_DISCRETE_INPUTS) {
        for (uint32_t bit = 0; bit < LIVE_INPUTS; bit++) {
            discrete_inputs[bit] = (uint8_t)((uptime >> bit) & 1);
        }
    } else if (table == PTK_MODBUS_TABLE_INPUT_REGISTERS &&
               ptk_modbus_server_get_stats(&server, &stats) == PTK_ERR_OK) {
        set_pair(0, uptime);
        set_pair(2, stats.requests);
        set_pair(4, stats.exceptions);
        input_registers[6] = (uint16_t)stats.connections;
        set_pair(7, stats.accepted);
    }
}

/** @brief The server's data. */
static const ptk_modbus_map_t map = {
    .coils = coils,
    .discrete_inputs = discrete_inputs,
    .holding_registers = holding_registers,
    .input_registers = input_registers,
    .num_coils = MODBUS_SERVICE_VALUES,
    .num_discrete_inputs = MODBUS_SERVICE_VALUES,
    .num_holding_registers = MODBUS_SERVICE_VALUES,
    .num_input_registers = MODBUS_SERVICE_VALUES,
    .on_read = on_read,
};

ptk_handle_t modbus_service_start(const ptk_address_t *address, uint16_t unit_id) {
    ptk_modbus_server_config_t config = {
        .address = *address,
        .backlog = MODBUS_SERVICE_CLIENTS,
        .connections = connections,
        .num_connections = MODBUS_SERVICE_CLIENTS,
        .unit_id = unit_id,
        .idle_timeout_ms = IDLE_TIMEOUT_MS,
        .map = &map,
        .objects = device_objects,
        .num_objects = sizeof device_objects / sizeof device_objects[0],
    };

    loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    if (loop < 0) {
        return loop;
    }
    started_ms = ptk_clock_now_ms();
    config.loop = loop;
    ptk_err_t error = ptk_modbus_server_start(&server, &config);
    if (error != PTK_ERR_OK) {
        ptk_event_loop_destroy(loop);
        return error;
    }
    return loop;
}

ptk_err_t modbus_service_address(ptk_address_t *address) {
    return ptk_modbus_server_get_address(&server, address);
}

uint8_t *modbus_service_coils(void) {
    return coils;
}

void modbus_service_stop(void) {
    ptk_modbus_server_stop(&server);
    ptk_event_loop_destroy(loop);
}

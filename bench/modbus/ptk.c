/*
 * Modbus TCP server with ptk::modbus. Register i holds i + 1000.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#include <protocol_toolkit.h>
#include <ptk_modbus_server.h>

#define MAX_CLIENTS 600
#define REGISTERS 128

PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, MAX_CLIENTS + 1, MAX_CLIENTS + 1, 0);

static ptk_modbus_server_t server;
static ptk_modbus_connection_t connections[MAX_CLIENTS];
static uint16_t registers[REGISTERS];
static const ptk_modbus_map_t map = {.holding_registers = registers, .num_holding_registers = REGISTERS};

int main(void) {
    ptk_modbus_server_config_t config = {.backlog = BENCH_BACKLOG,
                                         .connections = connections,
                                         .num_connections = MAX_CLIENTS,
                                         .unit_id = 1,
                                         .map = &map};
    ptk_address_t address;
    uint32_t i;

    bench_server_begin("ptk");
    for (i = 0; i < REGISTERS; i++) {
        registers[i] = (uint16_t)(i + 1000);
    }
    config.loop = ptk_event_loop_create(loops, 1, &resources);
    if (ptk_address_parse("127.0.0.1", 0, &config.address) != PTK_ERR_OK ||
        ptk_modbus_server_start(&server, &config) != PTK_ERR_OK ||
        ptk_modbus_server_get_address(&server, &address) != PTK_ERR_OK) {
        bench_fail("ptk");
    }
    bench_server_ready(address.port);
    while (ptk_event_loop_run_for(config.loop, PTK_WAIT_FOREVER) == PTK_ERR_OK) {
    }
    return 1;
}

/**
 * @file modbus_server.c
 * @brief modbus_server: a Modbus TCP server with 1000 coils, discrete inputs, holding and input registers.
 *
 * A server needs four arrays, a map that names them, and a function that updates live values before they are read. All
 * memory is static; 512 clients are served at once, and further ones wait.
 *
 * Coils and holding registers keep what clients write. The others are live:
 *     discrete inputs      a counter of seconds in binary: input 0 changes every second, 1 every two, up to 15
 *     input registers      0-1 uptime in seconds    2-3 requests    4-5 exceptions    6 connections    7-8 accepted
 *                          (pairs are 32-bit numbers, high word first)
 *
 * Try it:  ./modbus_server                              listens on 127.0.0.1:1502, where no privileges are needed
 *          ./modbus_server --bind 0.0.0.0 --port 502    listens on the standard Modbus port
 *          mbpoll -m tcp -p 1502 -t 3 -r 1 -c 9 127.0.0.1      reads the input registers (mbpoll counts from 1)
 *
 * For more clients than the system's limit of open files, raise that first: ulimit -n 2048
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>
#include <ptk_modbus_server.h>

#include "support/arguments.h"

#include <signal.h>
#include <stdio.h>

/** @brief Clients at a time. */
#define MAX_CLIENTS 512
/** @brief Clients that may wait. */
#define BACKLOG 512
/** @brief A client without a request for this time is disconnected, in ms. */
#define IDLE_TIMEOUT_MS 300000
/** @brief Values of each table. */
#define VALUES 1000
/** @brief Port without --port. */
#define DEFAULT_PORT 1502
/** @brief Discrete inputs that change. */
#define LIVE_INPUTS 16

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
/** @brief The loop's pools: one timer and one socket for each client, and one more of each for the server. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, MAX_CLIENTS + 1, MAX_CLIENTS + 1, 0);

/** @brief The server. */
static ptk_modbus_server_t server;
/** @brief Memory of its connections. */
static ptk_modbus_connection_t connections[MAX_CLIENTS];

/** @brief The coils. */
static uint8_t coils[VALUES];
/** @brief The discrete inputs. */
static uint8_t discrete_inputs[VALUES];
/** @brief The holding registers. */
static uint16_t holding_registers[VALUES];
/** @brief The input registers. */
static uint16_t input_registers[VALUES];

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
/** @brief Set by Ctrl-C. */
static volatile sig_atomic_t interrupted;

/** @brief Signal handler: wakes the loop, which a signal handler may do, and ends the program. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    ptk_event_loop_wake(loop);
}

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
    .num_coils = VALUES,
    .num_discrete_inputs = VALUES,
    .num_holding_registers = VALUES,
    .num_input_registers = VALUES,
    .on_read = on_read,
};

/** @brief Creates the loop and starts the server. */
static ptk_err_t start(const ptk_address_t *address, uint16_t unit_id) {
    ptk_modbus_server_config_t config = {
        .address = *address,
        .backlog = BACKLOG,
        .connections = connections,
        .num_connections = MAX_CLIENTS,
        .unit_id = unit_id,
        .idle_timeout_ms = IDLE_TIMEOUT_MS,
        .map = &map,
        .objects = device_objects,
        .num_objects = sizeof device_objects / sizeof device_objects[0],
    };

    loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    if (loop < 0) {
        return (ptk_err_t)loop;
    }
    started_ms = ptk_clock_now_ms();
    config.loop = loop;
    return ptk_modbus_server_start(&server, &config);
}

/** @brief Prints where the server listens; with port 0 the system has chosen. */
static ptk_err_t print_address(void) {
    char text[PTK_ADDRESS_TEXT_SIZE];
    ptk_address_t address;
    ptk_err_t error = ptk_modbus_server_get_address(&server, &address);

    if (error == PTK_ERR_OK) {
        error = ptk_address_format(&address, text, sizeof text);
    }
    if (error == PTK_ERR_OK && (printf("listening on %s\n", text) < 0 || fflush(stdout) != 0)) {
        error = PTK_ERR_SYSTEM;
    }
    return error;
}

/** @brief Serves until a signal ends it. */
static int serve(void) {
    ptk_err_t error = PTK_ERR_OK;

    if (signal(SIGINT, on_interrupt) == SIG_ERR || signal(SIGTERM, on_interrupt) == SIG_ERR) {
        fprintf(stderr, "modbus_server: cannot catch signals\n");
        return 1;
    }
    error = print_address();
    while (!interrupted && error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "modbus_server: %s\n", ptk_error_string(error));
        return 1;
    }
    return 0;
}

/** @brief The program. */
int main(int argc, char **argv) {
    const char *bind_text = "127.0.0.1";
    uint32_t port = DEFAULT_PORT;
    uint32_t unit = 1;
    bool help = false;
    const argument_option_t options[] = {{"--bind", &bind_text, NULL, 0, 0, NULL},
                                         {"--port", NULL, &port, 0, 65535, NULL},
                                         {"--unit", NULL, &unit, 0, 255, NULL},
                                         {"--help", NULL, NULL, 0, 0, &help}};

    /* The one line on stdout needs no buffer, and without one the C library does not allocate one. */
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    size_t word_count;
    if (!arguments_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0, &word_count)) {
        return 2;
    }
    if (help) {
        printf("usage: modbus_server [--bind ADDR] [--port N] [--unit N]\n"
               "  --bind ADDR  numeric address to listen on, default 127.0.0.1; 0.0.0.0 for all\n"
               "  --port N     port, default 1502; 0 lets the system choose\n"
               "  --unit N     unit identifier that is served, default 1; 0 and 255 always are\n");
        return 0;
    }
    ptk_address_t address;
    if (ptk_address_parse(bind_text, (uint16_t)port, &address) != PTK_ERR_OK) {
        fprintf(stderr, "modbus_server: --bind must be a numeric address, not '%s'\n", bind_text);
        return 2;
    }
    ptk_err_t error = start(&address, (uint16_t)unit);
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "modbus_server: cannot listen on %s port %u: %s\n", bind_text, (unsigned)address.port,
                ptk_error_string(error));
        return 1;
    }
    int status = serve();
    ptk_modbus_server_stop(&server);
    ptk_event_loop_destroy(loop);
    return status;
}

/*
 * modbus_server: a Modbus TCP server with 1000 coils, discrete inputs, holding and input registers.
 *
 * It shows how little a server needs: four arrays, a map that names them, and a hook that brings the live values up to
 * date when somebody reads them. Everything is static memory; 512 clients are served at once, and more of them wait.
 *
 * Coils and holding registers are the clients': they keep what is written. The others are live:
 *     discrete inputs      a counter of seconds in binary: input 0 changes every second, 1 every two, up to 15
 *     input registers      0-1 uptime in seconds    2-3 requests    4-5 exceptions    6 connections    7-8 accepted
 *                          (pairs are 32-bit numbers, high word first)
 *
 * Try it:  ./modbus_server                              listens on 127.0.0.1:1502, where no privileges are needed
 *          ./modbus_server --bind 0.0.0.0 --port 502    listens where Modbus clients look for it
 *          mbpoll -m tcp -p 1502 -t 3 -r 1 -c 9 127.0.0.1      reads the input registers (mbpoll counts from 1)
 *
 * For more clients than the system's limit of open files raise that first: ulimit -n 2048
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>
#include <ptk_modbus_server.h>

#include "support/arguments.h"

#include <signal.h>
#include <stdio.h>

#define MAX_CLIENTS 512
#define BACKLOG 512
#define IDLE_TIMEOUT_MS 300000
#define VALUES 1000
#define DEFAULT_PORT 1502
#define LIVE_INPUTS 16

/* The server takes one timer and one socket for each client, and one more of each for itself. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, MAX_CLIENTS + 1, MAX_CLIENTS + 1, 0);

static ptk_modbus_server_t server;
static ptk_modbus_connection_t connections[MAX_CLIENTS];

static uint8_t coils[VALUES];
static uint8_t discrete_inputs[VALUES];
static uint16_t holding_registers[VALUES];
static uint16_t input_registers[VALUES];

static const ptk_modbus_device_object_t device_objects[] = {
    {PTK_MODBUS_OBJECT_VENDOR_NAME, "Protocol Toolkit"},
    {PTK_MODBUS_OBJECT_PRODUCT_CODE, "modbus_server"},
    {PTK_MODBUS_OBJECT_REVISION, PTK_VERSION_STRING},
    {PTK_MODBUS_OBJECT_PRODUCT_NAME, "Protocol Toolkit example server"},
};

static ptk_handle_t loop;
static uint64_t started_ms;
static volatile sig_atomic_t interrupted;

/* The loop may be asleep: wake is allowed in a signal handler. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    ptk_event_loop_wake(loop);
}

static void set_pair(uint32_t address, uint64_t value) {
    input_registers[address] = (uint16_t)((value >> 16) & 0xFFFF);
    input_registers[address + 1] = (uint16_t)(value & 0xFFFF);
}

/* Called before a client reads: brings the live values up to date. */
static void on_read(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    uint64_t uptime = (ptk_clock_now_ms() - started_ms) / 1000;
    ptk_modbus_server_stats_t stats;
    uint32_t bit;

    (void)user_data;
    (void)address;
    (void)quantity;
    if (table == PTK_MODBUS_TABLE_DISCRETE_INPUTS) {
        for (bit = 0; bit < LIVE_INPUTS; bit++) {
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

/* Prints where the server listens, which with port 0 only the system knows. */
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

/* Serves until a signal asks for the end. */
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

int main(int argc, char **argv) {
    const char *bind_text = "127.0.0.1";
    uint32_t port = DEFAULT_PORT;
    uint32_t unit = 1;
    bool help = false;
    const argument_option_t options[] = {{"--bind", &bind_text, NULL, 0, 0, NULL},
                                         {"--port", NULL, &port, 0, 65535, NULL},
                                         {"--unit", NULL, &unit, 0, 255, NULL},
                                         {"--help", NULL, NULL, 0, 0, &help}};
    size_t word_count;
    ptk_address_t address;
    ptk_err_t error;
    int status;

    /* The one line on stdout needs no buffer, and without one the C library allocates none behind our back. */
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    if (!arguments_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0, &word_count)) {
        return 2;
    }
    if (help) {
        printf("usage: modbus_server [--bind ADDR] [--port N] [--unit N]\n"
               "  --bind ADDR  numeric address to listen on, default 127.0.0.1; 0.0.0.0 for all\n"
               "  --port N     port, default 1502; 0 lets the system choose\n"
               "  --unit N     unit identifier that is answered, default 1; 0 and 255 always are\n");
        return 0;
    }
    if (ptk_address_parse(bind_text, (uint16_t)port, &address) != PTK_ERR_OK) {
        fprintf(stderr, "modbus_server: --bind must be a numeric address, not '%s'\n", bind_text);
        return 2;
    }
    error = start(&address, (uint16_t)unit);
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "modbus_server: cannot listen on %s port %u: %s\n", bind_text, (unsigned)address.port,
                ptk_error_string(error));
        return 1;
    }
    status = serve();
    ptk_modbus_server_stop(&server);
    ptk_event_loop_destroy(loop);
    return status;
}

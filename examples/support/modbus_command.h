/*
 * The command line of modbus_client.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_MODBUS_COMMAND_H
#define EXAMPLES_SUPPORT_MODBUS_COMMAND_H

#include <ptk_modbus.h>

/* The most that --in-flight can be. */
#define MODBUS_COMMAND_MOST_IN_FLIGHT 16

/* The four tables, and how much of each one request can read or write. */
typedef struct modbus_table {
    const char *name;
    uint8_t function; /* that reads it */
    bool has_bits;
    uint16_t most_read;
    uint16_t most_written; /* 0: read only */
} modbus_table_t;

/* The command line. */
typedef struct modbus_command {
    const char *host;
    const modbus_table_t *table;
    ptk_address_t server;
    uint32_t port, unit, address, count, timeout_ms, in_flight, interval_ms;
    bool writes, monitors, help;
    uint16_t values[PTK_MODBUS_MAX_WRITE_BITS]; /* to be written */
} modbus_command_t;

/* What --help prints. */
extern const char modbus_command_usage[];

/* Reads the command line. Returns true, or false after one line on stderr: exit with status 2. */
bool modbus_command_read(modbus_command_t *command, int argc, char **argv);

#endif

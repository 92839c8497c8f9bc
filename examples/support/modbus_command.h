/**
 * @file modbus_command.h
 * @brief The command line of modbus_client.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_MODBUS_COMMAND_H
#define EXAMPLES_SUPPORT_MODBUS_COMMAND_H

#include <ptk_modbus.h>

/** @brief Greatest number of --in-flight. */
#define MODBUS_COMMAND_MOST_IN_FLIGHT 16

/** @brief A table, and how much of it one request can read or write. */
typedef struct modbus_table {
    const char *name;      /**< @brief As in --type. */
    uint8_t function;      /**< @brief The function that reads it. */
    bool has_bits;         /**< @brief Bits, not registers. */
    uint16_t most_read;    /**< @brief Most values of one read. */
    uint16_t most_written; /**< @brief Most values of one write; 0: read only. */
} modbus_table_t;

/** @brief The command line. */
typedef struct modbus_command {
    const char *host;                           /**< @brief --host. */
    const modbus_table_t *table;                /**< @brief --type. */
    ptk_address_t server;                       /**< @brief --host and --port. */
    uint32_t port;                              /**< @brief --port. */
    uint32_t unit;                              /**< @brief --unit. */
    uint32_t address;                           /**< @brief --address. */
    uint32_t count;                             /**< @brief --count, or the number of values to write. */
    uint32_t timeout_ms;                        /**< @brief --timeout. */
    uint32_t in_flight;                         /**< @brief --in-flight. */
    uint32_t interval_ms;                       /**< @brief --interval. */
    bool writes;                                /**< @brief The command is write. */
    bool monitors;                              /**< @brief The command is monitor. */
    bool help;                                  /**< @brief --help. */
    uint16_t values[PTK_MODBUS_MAX_WRITE_BITS]; /**< @brief Values to write. */
} modbus_command_t;

/** @brief Output of --help. */
extern const char modbus_command_usage[];

/**
 * @brief Reads the command line.
 * @param[out] command zeroed; the result. @param argc as main() got it. @param argv as main() got it.
 * @return true; or false after one line on stderr: exit with status 2.
 */
bool modbus_command_read(modbus_command_t *command, int argc, char **argv);

#endif

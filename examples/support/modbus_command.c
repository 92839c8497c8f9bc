/**
 * @file modbus_command.c
 * @brief Reads the command line of modbus_client.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_command.h"

#include "arguments.h"

#include <stdio.h>
#include <string.h>

const char modbus_command_usage[] =
    "usage: modbus_client read    --host ADDR --type TYPE --address A [--count N]\n"
    "       modbus_client write   --host ADDR --type coil|holding --address A VALUE...\n"
    "       modbus_client monitor --host ADDR --type TYPE --address A [--count N] [--interval MS]\n"
    "\n"
    "  --host ADDR      numeric IPv4 or IPv6 address of the server\n"
    "  --port N         its TCP port (502)\n"
    "  --unit N         unit identifier, 0 to 255 (1)\n"
    "  --type TYPE      coil, discrete, holding or input\n"
    "  --address A      first address; addresses count from 0, as on the wire\n"
    "  --count N        how many to read (1)\n"
    "  --timeout MS     how long to wait for the connection and for each response (1000)\n"
    "  --in-flight N    requests in flight at a time, 1 to 16 (1); more is faster over a slow network, but some "
    "devices\n"
    "                   take one at a time and drop the rest\n"
    "  --interval MS    how often monitor reads (1000)\n"
    "  VALUE            0 to 65535 or 0x0 to 0xFFFF; for coils 0 or 1\n"
    "\n"
    "Exit status: 0 success; 1 no response, an exception, or the output cannot be written; 2 wrong arguments.\n"
    "monitor runs until Ctrl-C, through lost connections; its status is 1 if nothing was ever read.\n";

/** @brief The four tables. */
static const modbus_table_t tables[] = {
    {"coil", PTK_MODBUS_READ_COILS, true, PTK_MODBUS_MAX_READ_BITS, PTK_MODBUS_MAX_WRITE_BITS},
    {"discrete", PTK_MODBUS_READ_DISCRETE_INPUTS, true, PTK_MODBUS_MAX_READ_BITS, 0},
    {"holding", PTK_MODBUS_READ_HOLDING_REGISTERS, false, PTK_MODBUS_MAX_READ_REGISTERS,
     PTK_MODBUS_MAX_WRITE_REGISTERS},
    {"input", PTK_MODBUS_READ_INPUT_REGISTERS, false, PTK_MODBUS_MAX_READ_REGISTERS, 0}};

/** @brief Prints why the command line is wrong. @return false. */
static bool wrong(const char *message) {
    fprintf(stderr, "modbus_client: %s; try --help\n", message);
    return false;
}

/** @brief Finds the table of --type. */
static bool find_table(modbus_command_t *command, const char *name) {
    for (size_t i = 0; name != NULL && i < sizeof tables / sizeof tables[0]; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            command->table = &tables[i];
            return true;
        }
    }
    return wrong("--type must be coil, discrete, holding or input");
}

/** @brief Reads the values to write. */
static bool read_values(modbus_command_t *command, const char **words, size_t word_count) {
    uint32_t most = command->table->has_bits ? 1 : UINT16_MAX;

    if (command->table->most_written == 0) {
        return wrong("only coil and holding can be written");
    }
    if (command->count != 0) {
        return wrong("write takes its count from the values, not from --count");
    }
    if (word_count == 0 || word_count > command->table->most_written) {
        return wrong("write needs 1 to 123 values for holding, 1 to 1968 for coil");
    }
    for (size_t i = 0; i < word_count; i++) {
        uint32_t value;
        if (!arguments_number(words[i], 0, most, &value)) {
            fprintf(stderr, "modbus_client: a value must be a number from 0 to %lu, not '%s'\n", (unsigned long)most,
                    words[i]);
            return false;
        }
        command->values[i] = (uint16_t)value;
    }
    command->count = (uint32_t)word_count;
    return true;
}

/** @brief Reads the words: the command, and values to write. */
static bool read_words(modbus_command_t *command, const char *type, const char **words, size_t word_count) {
    if (word_count == 0 ||
        (strcmp(words[0], "read") != 0 && strcmp(words[0], "write") != 0 && strcmp(words[0], "monitor") != 0)) {
        return wrong("the first word must be read, write or monitor");
    }
    command->writes = strcmp(words[0], "write") == 0;
    command->monitors = strcmp(words[0], "monitor") == 0;
    if (command->host == NULL || ptk_address_parse(command->host, (uint16_t)command->port, &command->server) != 0) {
        return wrong("--host must be a numeric IPv4 or IPv6 address");
    }
    if (command->server.port == 0) { /* from --host, which may have a port of its own */
        return wrong("--host must not have port 0");
    }
    if (!find_table(command, type)) {
        return false;
    }
    if (command->address == UINT32_MAX) {
        return wrong("--address is missing");
    }
    if (command->writes) {
        if (!read_values(command, words + 1, word_count - 1)) {
            return false;
        }
    } else if (word_count > 1) {
        return wrong("values are for write only");
    }
    command->count = command->count != 0 ? command->count : 1;
    if (command->address + command->count > PTK_MODBUS_ADDRESS_COUNT) {
        return wrong("addresses end at 65535");
    }
    return true;
}

bool modbus_command_read(modbus_command_t *command, int argc, char **argv) {
    static const char *words[PTK_MODBUS_MAX_WRITE_BITS + 1];
    const char *type = NULL;
    size_t word_count;
    const argument_option_t options[] = {
        {"--host", &command->host, NULL, 0, 0, NULL},
        {"--port", NULL, &command->port, 1, 65535, NULL},
        {"--unit", NULL, &command->unit, 0, 255, NULL},
        {"--type", &type, NULL, 0, 0, NULL},
        {"--address", NULL, &command->address, 0, 65535, NULL},
        {"--count", NULL, &command->count, 1, 65536, NULL},
        {"--timeout", NULL, &command->timeout_ms, 1, 3600000, NULL},
        {"--in-flight", NULL, &command->in_flight, 1, MODBUS_COMMAND_MOST_IN_FLIGHT, NULL},
        {"--interval", NULL, &command->interval_ms, 1, 3600000, NULL},
        {"--help", NULL, NULL, 0, 0, &command->help}};

    command->port = PTK_MODBUS_TCP_PORT;
    command->unit = 1;
    command->address = UINT32_MAX;
    command->timeout_ms = 1000;
    command->in_flight = 1;
    command->interval_ms = 1000;
    return arguments_read(argc, argv, options, sizeof options / sizeof options[0], words,
                          sizeof words / sizeof words[0], &word_count) &&
           (command->help || read_words(command, type, words, word_count));
}

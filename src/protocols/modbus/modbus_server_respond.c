/**
 * @file modbus_server_respond.c
 * @brief From a request to its response: executes it on a plain register map or on the application's functions
 *        (TCP 4.4.2.3, AP 6).
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_codec.h"
#include "modbus_server_internal.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ register map */

/* Addresses and quantities have been checked against the counts, so nothing here can leave the arrays. */

/** @brief Lets the application bring values up to date. */
static void before_read(const ptk_modbus_map_t *map, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    if (map->on_read != NULL) {
        map->on_read(map->user_data, table, address, quantity);
    }
}

/** @brief Reports written values to the application. */
static void after_write(const ptk_modbus_map_t *map, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    if (map->on_write != NULL) {
        map->on_write(map->user_data, table, address, quantity);
    }
}

/** @brief ptk_modbus_callbacks_t::read_bits of a map. */
static uint8_t map_read_bits(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity,
                             uint8_t *bits) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;
    const uint8_t *source = table == PTK_MODBUS_TABLE_COILS ? map->coils : map->discrete_inputs;

    before_read(map, table, address, quantity);
    memcpy(bits, source + address, quantity);
    return PTK_MODBUS_EXCEPTION_NONE;
}

/** @brief ptk_modbus_callbacks_t::write_bits of a map. */
static uint8_t map_write_bits(void *user_data, uint16_t address, uint16_t quantity, const uint8_t *bits) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;

    memcpy(map->coils + address, bits, quantity);
    after_write(map, PTK_MODBUS_TABLE_COILS, address, quantity);
    return PTK_MODBUS_EXCEPTION_NONE;
}

/** @brief ptk_modbus_callbacks_t::read_registers of a map. */
static uint8_t map_read_registers(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity,
                                  uint16_t *registers) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;
    const uint16_t *source =
        table == PTK_MODBUS_TABLE_HOLDING_REGISTERS ? map->holding_registers : map->input_registers;

    before_read(map, table, address, quantity);
    memcpy(registers, source + address, quantity * sizeof(uint16_t));
    return PTK_MODBUS_EXCEPTION_NONE;
}

/** @brief ptk_modbus_callbacks_t::write_registers of a map. */
static uint8_t map_write_registers(void *user_data, uint16_t address, uint16_t quantity, const uint16_t *registers) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;

    memcpy(map->holding_registers + address, registers, quantity * sizeof(uint16_t));
    after_write(map, PTK_MODBUS_TABLE_HOLDING_REGISTERS, address, quantity);
    return PTK_MODBUS_EXCEPTION_NONE;
}

void ptk_modbus_server_map_callbacks(ptk_modbus_callbacks_t *callbacks, const ptk_modbus_map_t *map) {
    callbacks->read_bits = map_read_bits;
    callbacks->write_bits = map_write_bits;
    callbacks->read_registers = map_read_registers;
    callbacks->write_registers = map_write_registers;
    callbacks->counts[PTK_MODBUS_TABLE_COILS] = map->coils != NULL ? map->num_coils : 0;
    callbacks->counts[PTK_MODBUS_TABLE_DISCRETE_INPUTS] = map->discrete_inputs != NULL ? map->num_discrete_inputs : 0;
    callbacks->counts[PTK_MODBUS_TABLE_HOLDING_REGISTERS] =
        map->holding_registers != NULL ? map->num_holding_registers : 0;
    callbacks->counts[PTK_MODBUS_TABLE_INPUT_REGISTERS] = map->input_registers != NULL ? map->num_input_registers : 0;
    /* The functions above only read the map itself; the cast gives the pointer the type that callbacks have. */
    callbacks->user_data = (void *)(uintptr_t)(const void *)map;
}

/* ------------------------------------------------------------------------------------------------ execution */

/** @brief In a rule: the function reads the table, and writes it. */
enum { TABLE = 3, READS = 4, WRITES = 8 };

/** @brief A function that works on a table, the table in the low bits of the rule, and what it does there. */
typedef struct function_rule {
    uint8_t function;
    uint8_t rule;
} function_rule_t;

/** @brief All of them. */
static const function_rule_t rules[] = {
    {PTK_MODBUS_READ_COILS, PTK_MODBUS_TABLE_COILS | READS},
    {PTK_MODBUS_READ_DISCRETE_INPUTS, PTK_MODBUS_TABLE_DISCRETE_INPUTS | READS},
    {PTK_MODBUS_READ_HOLDING_REGISTERS, PTK_MODBUS_TABLE_HOLDING_REGISTERS | READS},
    {PTK_MODBUS_READ_INPUT_REGISTERS, PTK_MODBUS_TABLE_INPUT_REGISTERS | READS},
    {PTK_MODBUS_WRITE_SINGLE_COIL, PTK_MODBUS_TABLE_COILS | WRITES},
    {PTK_MODBUS_WRITE_SINGLE_REGISTER, PTK_MODBUS_TABLE_HOLDING_REGISTERS | WRITES},
    {PTK_MODBUS_WRITE_MULTIPLE_COILS, PTK_MODBUS_TABLE_COILS | WRITES},
    {PTK_MODBUS_WRITE_MULTIPLE_REGISTERS, PTK_MODBUS_TABLE_HOLDING_REGISTERS | WRITES},
    {PTK_MODBUS_MASK_WRITE_REGISTER, PTK_MODBUS_TABLE_HOLDING_REGISTERS | READS | WRITES},
    {PTK_MODBUS_READ_WRITE_REGISTERS, PTK_MODBUS_TABLE_HOLDING_REGISTERS | READS | WRITES},
};

/** @brief What a function does with a table, or 0. */
static uint8_t rule_of(uint8_t function) {
    for (size_t index = 0; index < sizeof rules / sizeof rules[0]; index++) {
        if (rules[index].function == function) {
            return rules[index].rule;
        }
    }
    return 0;
}

/** @brief Whether a table has bits; else it has registers. */
static bool has_bits(unsigned table) {
    return table <= PTK_MODBUS_TABLE_DISCRETE_INPUTS;
}

/** @brief Whether the server has a function, with the table and the application's functions that it needs. */
static bool has_function(const ptk_modbus_server_t *server, uint8_t function) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    unsigned rule = rule_of(function);
    unsigned table = rule & TABLE;
    bool can_read = has_bits(table) ? callbacks->read_bits != NULL : callbacks->read_registers != NULL;
    bool can_write = has_bits(table) ? callbacks->write_bits != NULL : callbacks->write_registers != NULL;

    if (rule == 0) {
        return function == PTK_MODBUS_READ_DEVICE_IDENTIFICATION && server->config.num_objects != 0;
    }
    return callbacks->counts[table] != 0 && (can_read || (rule & READS) == 0) && (can_write || (rule & WRITES) == 0);
}

/** @brief Whether a range of addresses exists in a table: no exception, or exception 2. */
static uint8_t check_range(const ptk_modbus_callbacks_t *callbacks, ptk_modbus_table_t table, uint16_t address,
                           uint16_t quantity) {
    return (uint32_t)address + quantity <= callbacks->counts[table] ? PTK_MODBUS_EXCEPTION_NONE
                                                                    : PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
}

/** @brief Reads a table into the response. */
static uint8_t read_table(ptk_modbus_server_t *server, ptk_modbus_table_t table, const ptk_modbus_request_t *request,
                          ptk_modbus_response_t *response) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint16_t quantity = request->quantity;
    uint8_t exception = check_range(callbacks, table, request->address, quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    if (has_bits(table)) {
        exception = callbacks->read_bits(callbacks->user_data, table, request->address, quantity, server->values.bits);
        ptk_modbus_bits_pack(server->wire, server->values.bits, quantity);
        response->data_length = ptk_modbus_bits_size(quantity);
    } else {
        exception = callbacks->read_registers(callbacks->user_data, table, request->address, quantity,
                                              server->values.registers);
        ptk_modbus_registers_pack(server->wire, server->values.registers, quantity);
        response->data_length = ptk_modbus_registers_size(quantity);
    }
    response->data = server->wire;
    return exception;
}

/** @brief Writes what is in server->values to a table. */
static uint8_t write_table(ptk_modbus_server_t *server, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint8_t exception = check_range(callbacks, table, address, quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    return has_bits(table)
               ? callbacks->write_bits(callbacks->user_data, address, quantity, server->values.bits)
               : callbacks->write_registers(callbacks->user_data, address, quantity, server->values.registers);
}

/** @brief Function 22 (AP 6.16): result = (present AND and_mask) OR (or_mask AND NOT and_mask). */
static uint8_t mask(ptk_modbus_server_t *server, const ptk_modbus_request_t *request) {
    ptk_modbus_response_t unused;
    uint8_t exception = read_table(server, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request, &unused);
    unsigned present = server->values.registers[0];

    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        server->values.registers[0] =
            (uint16_t)((present & request->and_mask) | (request->or_mask & ~(unsigned)request->and_mask));
    }
    return exception;
}

/** @brief Function 23 (AP 6.17): both ranges are checked before anything is written; it writes, then it reads. */
static uint8_t read_write(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                          ptk_modbus_response_t *response) {
    uint8_t exception =
        check_range(&server->callbacks, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request->address, request->quantity);

    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        ptk_modbus_registers_unpack(server->values.registers, request->data, request->write_quantity);
        exception =
            write_table(server, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request->write_address, request->write_quantity);
    }
    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    return read_table(server, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request, response);
}

/** @brief Executes a request whose response repeats it; the quantity of one that writes a single value is 1. */
static uint8_t execute_write(ptk_modbus_server_t *server, ptk_modbus_table_t table,
                             const ptk_modbus_request_t *request) {
    uint8_t exception = PTK_MODBUS_EXCEPTION_NONE;

    switch (request->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
        server->values.bits[0] = request->value == PTK_MODBUS_COIL_ON ? 1 : 0;
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
        ptk_modbus_bits_unpack(server->values.bits, request->data, request->quantity);
        break;
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
        server->values.registers[0] = request->value;
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        ptk_modbus_registers_unpack(server->values.registers, request->data, request->quantity);
        break;
    default:
        exception = mask(server, request);
        break;
    }
    return exception != PTK_MODBUS_EXCEPTION_NONE ? exception
                                                  : write_table(server, table, request->address, request->quantity);
}

/** @brief Executes a decoded request; the response, an exception included, has its data in server->wire. */
static void execute(ptk_modbus_server_t *server, const ptk_modbus_request_t *request, ptk_modbus_response_t *response) {
    unsigned rule = rule_of(request->function);

    memset(response, 0, sizeof *response);
    response->function = request->function;
    if (request->function == PTK_MODBUS_READ_DEVICE_IDENTIFICATION) {
        ptk_modbus_server_identify(server, request, response);
    } else if (request->function == PTK_MODBUS_READ_WRITE_REGISTERS) {
        response->exception = read_write(server, request, response);
    } else if ((rule & WRITES) == 0) {
        response->exception = read_table(server, (ptk_modbus_table_t)(rule & TABLE), request, response);
    } else {
        response->exception = execute_write(server, (ptk_modbus_table_t)(rule & TABLE), request);
        response->address = request->address;
        response->quantity = request->quantity;
        response->value = request->value;
        response->and_mask = request->and_mask;
        response->or_mask = request->or_mask;
    }
}

void ptk_modbus_server_respond(ptk_modbus_server_t *server, const ptk_modbus_frame_t *frame, ptk_buf_t *transmit) {
    ptk_modbus_request_t request;
    uint8_t exception = PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION;

    server->stats.requests++;
    /* AP 6: each state diagram begins with this, before quantities, values and addresses. */
    if (has_function(server, frame->function)) {
        exception = ptk_modbus_request_decode(frame, &request);
    }
    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        server->executing = 1;
        ptk_modbus_response_t response;
        execute(server, &request, &response);
        server->executing = 0;
        exception = response.exception;
        if (exception == PTK_MODBUS_EXCEPTION_NONE &&
            ptk_modbus_response_encode(transmit, frame->transaction_id, frame->unit_id, &response) != PTK_ERR_OK) {
            exception = PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE;
        }
    }
    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        server->stats.exceptions++;
        (void)ptk_modbus_exception_encode(transmit, frame->transaction_id, frame->unit_id, frame->function, exception);
    }
}

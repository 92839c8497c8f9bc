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

/** @brief Whether the server has a function, with the tables and the application's functions that it needs. */
static bool has_function(const ptk_modbus_server_t *server, uint8_t function) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    const uint32_t *counts = callbacks->counts;
    bool reads_holding = counts[PTK_MODBUS_TABLE_HOLDING_REGISTERS] != 0 && callbacks->read_registers != NULL;
    bool writes_holding = counts[PTK_MODBUS_TABLE_HOLDING_REGISTERS] != 0 && callbacks->write_registers != NULL;

    switch (function) {
    case PTK_MODBUS_READ_COILS:
        return counts[PTK_MODBUS_TABLE_COILS] != 0 && callbacks->read_bits != NULL;
    case PTK_MODBUS_READ_DISCRETE_INPUTS:
        return counts[PTK_MODBUS_TABLE_DISCRETE_INPUTS] != 0 && callbacks->read_bits != NULL;
    case PTK_MODBUS_READ_HOLDING_REGISTERS:
        return reads_holding;
    case PTK_MODBUS_READ_INPUT_REGISTERS:
        return counts[PTK_MODBUS_TABLE_INPUT_REGISTERS] != 0 && callbacks->read_registers != NULL;
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
        return counts[PTK_MODBUS_TABLE_COILS] != 0 && callbacks->write_bits != NULL;
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        return writes_holding;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        return reads_holding && writes_holding;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        return server->config.num_objects != 0;
    default:
        return false;
    }
}

/** @brief Whether a range of addresses exists in a table: no exception, or exception 2. */
static uint8_t check_range(const ptk_modbus_callbacks_t *callbacks, ptk_modbus_table_t table, uint16_t address,
                           uint16_t quantity) {
    return (uint32_t)address + quantity <= callbacks->counts[table] ? PTK_MODBUS_EXCEPTION_NONE
                                                                    : PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
}

/** @brief Reads a table of bits into the response. */
static uint8_t read_bits(ptk_modbus_server_t *server, ptk_modbus_table_t table, const ptk_modbus_request_t *request,
                         ptk_modbus_response_t *response) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint8_t exception = check_range(callbacks, table, request->address, request->quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    exception =
        callbacks->read_bits(callbacks->user_data, table, request->address, request->quantity, server->values.bits);
    ptk_modbus_bits_pack(server->wire, server->values.bits, request->quantity);
    response->data = server->wire;
    response->data_length = ptk_modbus_bits_size(request->quantity);
    return exception;
}

/** @brief Reads a table of registers into the response. */
static uint8_t read_registers(ptk_modbus_server_t *server, ptk_modbus_table_t table,
                              const ptk_modbus_request_t *request, ptk_modbus_response_t *response) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint8_t exception = check_range(callbacks, table, request->address, request->quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    exception = callbacks->read_registers(callbacks->user_data, table, request->address, request->quantity,
                                          server->values.registers);
    ptk_modbus_registers_pack(server->wire, server->values.registers, request->quantity);
    response->data = server->wire;
    response->data_length = ptk_modbus_registers_size(request->quantity);
    return exception;
}

/** @brief Writes the coils that are in server->values. */
static uint8_t write_bits(ptk_modbus_server_t *server, uint16_t address, uint16_t quantity) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint8_t exception = check_range(callbacks, PTK_MODBUS_TABLE_COILS, address, quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    return callbacks->write_bits(callbacks->user_data, address, quantity, server->values.bits);
}

/** @brief Writes the registers that are in server->values. */
static uint8_t write_registers(ptk_modbus_server_t *server, uint16_t address, uint16_t quantity) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint8_t exception = check_range(callbacks, PTK_MODBUS_TABLE_HOLDING_REGISTERS, address, quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    return callbacks->write_registers(callbacks->user_data, address, quantity, server->values.registers);
}

/** @brief Function 22 (AP 6.16): result = (present AND and_mask) OR (or_mask AND NOT and_mask). */
static uint8_t mask_write(ptk_modbus_server_t *server, const ptk_modbus_request_t *request) {
    ptk_modbus_response_t unused;
    uint8_t exception = read_registers(server, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request, &unused);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    unsigned present = server->values.registers[0];
    server->values.registers[0] =
        (uint16_t)((present & request->and_mask) | (request->or_mask & ~(unsigned)request->and_mask));
    return write_registers(server, request->address, 1);
}

/** @brief Function 23 (AP 6.17): both ranges are checked before anything is written; it writes, then it reads. */
static uint8_t read_write(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                          ptk_modbus_response_t *response) {
    uint8_t exception =
        check_range(&server->callbacks, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request->address, request->quantity);

    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        ptk_modbus_registers_unpack(server->values.registers, request->data, request->write_quantity);
        exception = write_registers(server, request->write_address, request->write_quantity);
    }
    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    return read_registers(server, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request, response);
}

/** @brief Executes a request whose response has values. */
static uint8_t execute_read(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                            ptk_modbus_response_t *response) {
    switch (request->function) {
    case PTK_MODBUS_READ_COILS:
        return read_bits(server, PTK_MODBUS_TABLE_COILS, request, response);
    case PTK_MODBUS_READ_DISCRETE_INPUTS:
        return read_bits(server, PTK_MODBUS_TABLE_DISCRETE_INPUTS, request, response);
    case PTK_MODBUS_READ_HOLDING_REGISTERS:
        return read_registers(server, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request, response);
    case PTK_MODBUS_READ_INPUT_REGISTERS:
        return read_registers(server, PTK_MODBUS_TABLE_INPUT_REGISTERS, request, response);
    default:
        return read_write(server, request, response);
    }
}

/** @brief Executes a request whose response repeats it. */
static uint8_t execute_write(ptk_modbus_server_t *server, const ptk_modbus_request_t *request) {
    switch (request->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
        server->values.bits[0] = request->value == PTK_MODBUS_COIL_ON ? 1 : 0;
        return write_bits(server, request->address, 1);
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
        ptk_modbus_bits_unpack(server->values.bits, request->data, request->quantity);
        return write_bits(server, request->address, request->quantity);
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
        server->values.registers[0] = request->value;
        return write_registers(server, request->address, 1);
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        ptk_modbus_registers_unpack(server->values.registers, request->data, request->quantity);
        return write_registers(server, request->address, request->quantity);
    default:
        return mask_write(server, request);
    }
}

/** @brief Executes a decoded request; the response, an exception included, has its data in server->wire. */
static void execute(ptk_modbus_server_t *server, const ptk_modbus_request_t *request, ptk_modbus_response_t *response) {
    memset(response, 0, sizeof *response);
    response->function = request->function;
    switch (request->function) {
    case PTK_MODBUS_READ_COILS:
    case PTK_MODBUS_READ_DISCRETE_INPUTS:
    case PTK_MODBUS_READ_HOLDING_REGISTERS:
    case PTK_MODBUS_READ_INPUT_REGISTERS:
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        response->exception = execute_read(server, request, response);
        break;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        ptk_modbus_server_identify(server, request, response);
        break;
    default:
        response->exception = execute_write(server, request);
        response->address = request->address;
        response->quantity = request->quantity;
        response->value = request->value;
        response->and_mask = request->and_mask;
        response->or_mask = request->or_mask;
        break;
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

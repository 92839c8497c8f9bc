/**
 * @file modbus_execute.c
 * @brief Executes decoded requests on the server's data (TCP 4.4.2.3, AP 6).
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_internal.h"

#include <string.h>

bool ptk_modbus_function_exists(const ptk_modbus_server_t *server, uint8_t function) {
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

static uint8_t check_range(const ptk_modbus_callbacks_t *callbacks, ptk_modbus_table_t table, uint16_t address,
                           uint16_t quantity) {
    return (uint32_t)address + quantity <= callbacks->counts[table] ? PTK_MODBUS_EXCEPTION_NONE
                                                                    : PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
}

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
    response->data_length = 2u * (size_t)request->quantity;
    return exception;
}

/* Writes the coils that are in server->values. */
static uint8_t write_bits(ptk_modbus_server_t *server, uint16_t address, uint16_t quantity) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint8_t exception = check_range(callbacks, PTK_MODBUS_TABLE_COILS, address, quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    return callbacks->write_bits(callbacks->user_data, address, quantity, server->values.bits);
}

/* Writes the registers that are in server->values. */
static uint8_t write_registers(ptk_modbus_server_t *server, uint16_t address, uint16_t quantity) {
    const ptk_modbus_callbacks_t *callbacks = &server->callbacks;
    uint8_t exception = check_range(callbacks, PTK_MODBUS_TABLE_HOLDING_REGISTERS, address, quantity);

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    return callbacks->write_registers(callbacks->user_data, address, quantity, server->values.registers);
}

/* AP 6.16: result = (present AND and_mask) OR (or_mask AND NOT and_mask). */
static uint8_t mask_write(ptk_modbus_server_t *server, const ptk_modbus_request_t *request) {
    ptk_modbus_response_t unused;
    uint8_t exception = read_registers(server, PTK_MODBUS_TABLE_HOLDING_REGISTERS, request, &unused);
    unsigned present;

    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        return exception;
    }
    present = server->values.registers[0];
    server->values.registers[0] =
        (uint16_t)((present & request->and_mask) | (request->or_mask & ~(unsigned)request->and_mask));
    return write_registers(server, request->address, 1);
}

/* AP 6.17: both ranges are checked before anything is written, then it writes, then it reads. */
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

void ptk_modbus_execute(ptk_modbus_server_t *server, const ptk_modbus_request_t *request,
                        ptk_modbus_response_t *response) {
    memset(response, 0, sizeof(*response));
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
        ptk_modbus_device_identification(server, request, response);
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

/**
 * @file modbus_values.c
 * @brief Bits and registers between the wire and the application's arrays (AP 4.2, 6.1), and exception texts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_internal.h"

#include <string.h>

size_t ptk_modbus_bits_size(size_t quantity) {
    return quantity / 8 + (quantity % 8 != 0 ? 1u : 0u);
}

uint8_t ptk_modbus_bit_get(const uint8_t *data, size_t index) {
    return (uint8_t)(((unsigned)data[index / 8] >> (index % 8)) & 1u);
}

void ptk_modbus_bits_pack(uint8_t *data, const uint8_t *bits, size_t quantity) {
    size_t index;

    memset(data, 0, ptk_modbus_bits_size(quantity));
    for (index = 0; index < quantity; index++) {
        if (bits[index] != 0) {
            data[index / 8] = (uint8_t)(data[index / 8] | (1u << (index % 8)));
        }
    }
}

void ptk_modbus_bits_unpack(uint8_t *bits, const uint8_t *data, size_t quantity) {
    size_t index;

    for (index = 0; index < quantity; index++) {
        bits[index] = ptk_modbus_bit_get(data, index);
    }
}

uint16_t ptk_modbus_register_get(const uint8_t *data, size_t index) {
    return (uint16_t)(((unsigned)data[2 * index] << 8) | data[2 * index + 1]);
}

void ptk_modbus_registers_pack(uint8_t *data, const uint16_t *registers, size_t quantity) {
    size_t index;

    for (index = 0; index < quantity; index++) {
        data[2 * index] = (uint8_t)(registers[index] >> 8);
        data[2 * index + 1] = (uint8_t)(registers[index] & 0xFFu);
    }
}

void ptk_modbus_registers_unpack(uint16_t *registers, const uint8_t *data, size_t quantity) {
    size_t index;

    for (index = 0; index < quantity; index++) {
        registers[index] = ptk_modbus_register_get(data, index);
    }
}

const char *ptk_modbus_exception_string(uint8_t exception) {
    switch (exception) {
    case PTK_MODBUS_EXCEPTION_NONE:
        return "no exception";
    case PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION:
        return "illegal function";
    case PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS:
        return "illegal data address";
    case PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE:
        return "illegal data value";
    case PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE:
        return "server device failure";
    case PTK_MODBUS_EXCEPTION_ACKNOWLEDGE:
        return "acknowledge";
    case PTK_MODBUS_EXCEPTION_SERVER_DEVICE_BUSY:
        return "server device busy";
    case PTK_MODBUS_EXCEPTION_MEMORY_PARITY_ERROR:
        return "memory parity error";
    case PTK_MODBUS_EXCEPTION_GATEWAY_PATH_UNAVAILABLE:
        return "gateway path unavailable";
    case PTK_MODBUS_EXCEPTION_GATEWAY_TARGET_FAILED:
        return "gateway target device failed to respond";
    default:
        return "unknown exception";
    }
}

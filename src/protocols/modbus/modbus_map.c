/**
 * @file modbus_map.c
 * @brief The functions that serve a plain register map.
 *
 * The server has checked addresses and quantities against the counts, so nothing here can leave the arrays.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_internal.h"

#include <string.h>

static void before_read(const ptk_modbus_map_t *map, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    if (map->on_read != NULL) {
        map->on_read(map->user_data, table, address, quantity);
    }
}

static void after_write(const ptk_modbus_map_t *map, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    if (map->on_write != NULL) {
        map->on_write(map->user_data, table, address, quantity);
    }
}

static uint8_t read_bits(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity,
                         uint8_t *bits) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;
    const uint8_t *source = table == PTK_MODBUS_TABLE_COILS ? map->coils : map->discrete_inputs;

    before_read(map, table, address, quantity);
    memcpy(bits, source + address, quantity);
    return PTK_MODBUS_EXCEPTION_NONE;
}

static uint8_t write_bits(void *user_data, uint16_t address, uint16_t quantity, const uint8_t *bits) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;

    memcpy(map->coils + address, bits, quantity);
    after_write(map, PTK_MODBUS_TABLE_COILS, address, quantity);
    return PTK_MODBUS_EXCEPTION_NONE;
}

static uint8_t read_registers(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity,
                              uint16_t *registers) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;
    const uint16_t *source =
        table == PTK_MODBUS_TABLE_HOLDING_REGISTERS ? map->holding_registers : map->input_registers;

    before_read(map, table, address, quantity);
    memcpy(registers, source + address, quantity * sizeof(uint16_t));
    return PTK_MODBUS_EXCEPTION_NONE;
}

static uint8_t write_registers(void *user_data, uint16_t address, uint16_t quantity, const uint16_t *registers) {
    const ptk_modbus_map_t *map = (const ptk_modbus_map_t *)user_data;

    memcpy(map->holding_registers + address, registers, quantity * sizeof(uint16_t));
    after_write(map, PTK_MODBUS_TABLE_HOLDING_REGISTERS, address, quantity);
    return PTK_MODBUS_EXCEPTION_NONE;
}

void ptk_modbus_map_callbacks(ptk_modbus_callbacks_t *callbacks, const ptk_modbus_map_t *map) {
    callbacks->read_bits = read_bits;
    callbacks->write_bits = write_bits;
    callbacks->read_registers = read_registers;
    callbacks->write_registers = write_registers;
    callbacks->counts[PTK_MODBUS_TABLE_COILS] = map->coils != NULL ? map->num_coils : 0;
    callbacks->counts[PTK_MODBUS_TABLE_DISCRETE_INPUTS] = map->discrete_inputs != NULL ? map->num_discrete_inputs : 0;
    callbacks->counts[PTK_MODBUS_TABLE_HOLDING_REGISTERS] =
        map->holding_registers != NULL ? map->num_holding_registers : 0;
    callbacks->counts[PTK_MODBUS_TABLE_INPUT_REGISTERS] = map->input_registers != NULL ? map->num_input_registers : 0;
    /* The functions above only read the map itself; the cast gives the pointer the type that callbacks have. */
    callbacks->user_data = (void *)(uintptr_t)(const void *)map;
}

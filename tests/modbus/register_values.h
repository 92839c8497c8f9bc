/**
 * @file register_values.h
 * @brief Registers that hold a function of their address: a response to another request is noticed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_REGISTER_VALUES_H
#define TESTS_MODBUS_REGISTER_VALUES_H

#include <ptk_modbus.h>

/** @brief What the register at an address holds. */
static inline uint16_t register_value(uint16_t address) {
    return (uint16_t)(address * 40503u ^ 0x5A5Au);
}

/** @brief A server's read_registers callback: every table has these values. */
static inline uint8_t read_register_values(void *user_data, ptk_modbus_table_t table, uint16_t address,
                                           uint16_t quantity, uint16_t *registers) {
    (void)user_data, (void)table;
    for (uint16_t i = 0; i < quantity; i++) {
        registers[i] = register_value((uint16_t)(address + i));
    }
    return PTK_MODBUS_EXCEPTION_NONE;
}

#endif

/**
 * @file guarded_memory.h
 * @brief Memory of exactly the size that a test needs, without a heap: with the address sanitizer an access to the
 * byte before or after it is an error.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_GUARDED_MEMORY_H
#define TESTS_MODBUS_GUARDED_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/** @brief Greatest size of a copy. */
#define GUARDED_MEMORY_MAX 2048u

/** @brief A copy of the bytes, valid until four more were made. At most GUARDED_MEMORY_MAX bytes are copied. */
uint8_t *guarded_copy(const uint8_t *bytes, size_t size);

#endif

/**
 * @file guarded_memory.h
 * @brief Memory of exactly the size that a test wants, without a heap: with the address sanitizer the byte before and
 *        the byte behind it must not be touched.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_GUARDED_MEMORY_H
#define TESTS_MODBUS_GUARDED_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define GUARDED_MEMORY_MAX 2048u

/** @brief A copy of the bytes, good until four more were made. size is at most GUARDED_MEMORY_MAX; what is more is
 *  left out. */
uint8_t *guarded_copy(const uint8_t *bytes, size_t size);

#endif

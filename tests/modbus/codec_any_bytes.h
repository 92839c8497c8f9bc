/**
 * @file codec_any_bytes.h
 * @brief What must hold of the codec for any bytes: nothing is read out of bounds, a frame that is taken has the length
 * that was announced, and what was decoded is encoded to the same bytes again.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_CODEC_ANY_BYTES_H
#define TESTS_MODBUS_CODEC_ANY_BYTES_H

#include <stddef.h>
#include <stdint.h>

/** @brief Feeds bytes to the codec, at most GUARDED_MEMORY_MAX. Returns NULL, or what is wrong. */
const char *codec_any_bytes(const uint8_t *data, size_t size);

#endif

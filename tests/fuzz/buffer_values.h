/**
 * @file buffer_values.h
 * @brief The functions of a buffer that put, take, look at and overwrite values, by number.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FUZZ_BUFFER_VALUES_H
#define TESTS_FUZZ_BUFFER_VALUES_H

#include <protocol_toolkit.h>

/** @brief How many kinds of values there are, and the first one that is a float. */
enum { BUFFER_KINDS = 18, BUFFER_FIRST_FLOAT = 14 };

/** @brief A kind of values: width and byte order. */
typedef struct buffer_kind {
    uint8_t width; /**< @brief Bytes. */
    bool is_big;   /**< @brief Big endian. */
} buffer_kind_t;

/** @brief The kinds. */
extern const buffer_kind_t buffer_kinds[BUFFER_KINDS];

/** @brief Puts a value of a kind. @param value its bits. */
void buffer_put(ptk_buf_t *buf, unsigned kind, uint64_t value);

/** @brief Takes a value of a kind. @return its bits. */
uint64_t buffer_get(ptk_buf_t *buf, unsigned kind);

/** @brief Looks at a value of a kind. @return its bits. */
uint64_t buffer_peek(ptk_buf_t *buf, unsigned kind, size_t offset);

/** @brief Overwrites a value of a kind that can be overwritten: one byte, or 16 or 32 bits without a sign. */
void buffer_patch(ptk_buf_t *buf, unsigned kind, size_t offset, uint64_t value);

#endif

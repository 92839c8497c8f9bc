/**
 * @file buffer.c
 * @brief ptk_buf_t: bounds-checked, byte-order-safe reading and writing of the caller's memory.
 *
 * SPDX-License-Identifier: MIT
 */
#include "protocol_toolkit.h"

#include <string.h>

ptk_err_t ptk_buf_init(ptk_buf_t *buf, void *memory, size_t capacity) {
    if (buf == NULL || (memory == NULL && capacity != 0)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    buf->data = (uint8_t *)memory;
    buf->capacity = capacity;
    ptk_buf_clear(buf);
    return PTK_ERR_OK;
}

ptk_err_t ptk_buf_wrap(ptk_buf_t *buf, const void *memory, size_t length) {
    ptk_err_t error = ptk_buf_init(buf, (uint8_t *)memory, length);
    if (error == PTK_ERR_OK) {
        buf->end = length;
        buf->capacity = 0;
    }
    return error;
}

/**
 * @brief Whether a buffer may only be read: its capacity is 0 although it holds bytes.
 *
 * One that holds none needs no protection.
 */
static bool is_for_reading(const ptk_buf_t *buf) {
    return buf->capacity < buf->end;
}

void ptk_buf_clear(ptk_buf_t *buf) {
    if (buf != NULL) {
        buf->start = 0;
        buf->end = 0;
        buf->error = PTK_ERR_OK;
    }
}

void ptk_buf_compact(ptk_buf_t *buf) {
    if (buf == NULL || buf->start == 0 || is_for_reading(buf)) {
        return;
    }
    size_t length = buf->end - buf->start;
    if (length > 0) {
        memmove(buf->data, buf->data + buf->start, length);
    }
    buf->start = 0;
    buf->end = length;
}

size_t ptk_buf_length(const ptk_buf_t *buf) {
    return buf == NULL ? 0 : buf->end - buf->start;
}

size_t ptk_buf_room(const ptk_buf_t *buf) {
    return buf == NULL || is_for_reading(buf) ? 0 : buf->capacity - buf->end;
}

uint8_t *ptk_buf_first(const ptk_buf_t *buf) {
    return buf == NULL || buf->data == NULL ? NULL : buf->data + buf->start;
}

ptk_err_t ptk_buf_error(const ptk_buf_t *buf) {
    return buf == NULL ? PTK_ERR_INVALID_ARGUMENT : buf->error;
}

size_t ptk_buf_offset(const ptk_buf_t *buf) {
    return buf == NULL ? 0 : buf->end;
}

/** @brief Where length bytes may be put, or NULL: with the error set, or because there are none. */
static uint8_t *reserve(ptk_buf_t *buf, size_t length) {
    if (buf == NULL || buf->error != PTK_ERR_OK || length == 0) {
        return NULL;
    }
    if (ptk_buf_room(buf) < length) {
        buf->error = PTK_ERR_NO_SPACE;
        return NULL;
    }
    uint8_t *place = buf->data + buf->end;
    buf->end += length;
    return place;
}

/** @brief Where length bytes are, from an offset on, or NULL: with the error set, or because there are none. */
static const uint8_t *look(ptk_buf_t *buf, size_t offset, size_t length) {
    if (buf == NULL || buf->error != PTK_ERR_OK || length == 0) {
        return NULL;
    }
    size_t available = buf->end - buf->start;
    if (offset > available || available - offset < length) {
        buf->error = PTK_ERR_NO_DATA;
        return NULL;
    }
    return buf->data + buf->start + offset;
}

/** @brief Where the next length bytes are, now taken, or NULL: with the error set, or because there are none. */
static const uint8_t *take(ptk_buf_t *buf, size_t length) {
    const uint8_t *place = look(buf, 0, length);
    if (place != NULL) {
        buf->start += length;
    }
    return place;
}

/** @brief Writes a value to a place, big-endian. */
static void write_big(uint8_t *place, uint64_t value, size_t width) {
    while (width > 0) {
        place[--width] = (uint8_t)value;
        value >>= 8;
    }
}

/** @brief Writes a value to a place, little-endian. */
static void write_little(uint8_t *place, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; i++) {
        place[i] = (uint8_t)value;
        value >>= 8;
    }
}

/** @brief Puts a big-endian value at the end, or sets the error. */
static void put_big(ptk_buf_t *buf, uint64_t value, size_t width) {
    uint8_t *place = reserve(buf, width);
    if (place != NULL) {
        write_big(place, value, width);
    }
}

/** @brief Puts a little-endian value at the end, or sets the error. */
static void put_little(ptk_buf_t *buf, uint64_t value, size_t width) {
    uint8_t *place = reserve(buf, width);
    if (place != NULL) {
        write_little(place, value, width);
    }
}

/** @brief The big-endian value of the bytes at a place; 0 if there is none. */
static uint64_t read_big(const uint8_t *place, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; place != NULL && i < width; i++) {
        value = (value << 8) | place[i];
    }
    return value;
}

/** @brief The little-endian value of the bytes at a place; 0 if there is none. */
static uint64_t read_little(const uint8_t *place, size_t width) {
    uint64_t value = 0;
    for (size_t i = width; place != NULL && i > 0; i--) {
        value = (value << 8) | place[i - 1];
    }
    return value;
}

/** @brief Takes a big-endian value from the start; 0 with the error set if there are too few bytes. */
static uint64_t get_big(ptk_buf_t *buf, size_t width) {
    return read_big(take(buf, width), width);
}

/** @brief Takes a little-endian value from the start; 0 with the error set if there are too few bytes. */
static uint64_t get_little(ptk_buf_t *buf, size_t width) {
    return read_little(take(buf, width), width);
}

/** @brief Reads a big-endian value at an offset and takes nothing; 0 with the error set if it is not there. */
static uint64_t peek_big(ptk_buf_t *buf, size_t offset, size_t width) {
    return read_big(look(buf, offset, width), width);
}

/** @brief Reads a little-endian value at an offset and takes nothing; 0 with the error set if it is not there. */
static uint64_t peek_little(ptk_buf_t *buf, size_t offset, size_t width) {
    return read_little(look(buf, offset, width), width);
}

/** @brief Where a field that was put may be overwritten, or NULL with the error set. */
static uint8_t *patch_place(ptk_buf_t *buf, size_t offset, size_t width) {
    if (buf == NULL || buf->error != PTK_ERR_OK) {
        return NULL;
    }
    if (is_for_reading(buf) || offset < buf->start || offset > buf->end || buf->end - offset < width) {
        buf->error = PTK_ERR_INVALID_ARGUMENT;
        return NULL;
    }
    return buf->data + offset;
}

/** @brief Overwrites a field that was put with a big-endian value, or sets the error. */
static void patch_big(ptk_buf_t *buf, size_t offset, uint32_t value, size_t width) {
    uint8_t *place = patch_place(buf, offset, width);
    if (place != NULL) {
        write_big(place, value, width);
    }
}

/** @brief Overwrites a field that was put with a little-endian value, or sets the error. */
static void patch_little(ptk_buf_t *buf, size_t offset, uint32_t value, size_t width) {
    uint8_t *place = patch_place(buf, offset, width);
    if (place != NULL) {
        write_little(place, value, width);
    }
}

/* memcpy is the one way to look at a float's bits that aliasing rules allow in C and in C++. */

/** @brief The bits of a float. */
static uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/** @brief The bits of a double. */
static uint64_t bits_of_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/** @brief The float with these bits. */
static float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** @brief The double with these bits. */
static double double_of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void ptk_buf_put_u8(ptk_buf_t *buf, uint8_t value) {
    put_big(buf, value, 1);
}

void ptk_buf_put_i8(ptk_buf_t *buf, int8_t value) {
    put_big(buf, (uint8_t)value, 1);
}

/**
 * @brief Defines the functions that put, get and peek integers of a width.
 *
 * A signed value goes out as the unsigned value with the same bits (C99 6.3.1.3: reduction modulo 2^n), and comes in
 * through the conversion that all supported compilers define as its inverse.
 */
#define DEFINE_INTEGERS(bits)                                                                                          \
    void ptk_buf_put_u##bits##_be(ptk_buf_t *buf, uint##bits##_t value) {                                              \
        put_big(buf, value, bits / 8);                                                                                 \
    }                                                                                                                  \
    void ptk_buf_put_u##bits##_le(ptk_buf_t *buf, uint##bits##_t value) {                                              \
        put_little(buf, value, bits / 8);                                                                              \
    }                                                                                                                  \
    void ptk_buf_put_i##bits##_be(ptk_buf_t *buf, int##bits##_t value) {                                               \
        put_big(buf, (uint##bits##_t)value, bits / 8);                                                                 \
    }                                                                                                                  \
    void ptk_buf_put_i##bits##_le(ptk_buf_t *buf, int##bits##_t value) {                                               \
        put_little(buf, (uint##bits##_t)value, bits / 8);                                                              \
    }                                                                                                                  \
    uint##bits##_t ptk_buf_get_u##bits##_be(ptk_buf_t *buf) {                                                          \
        return (uint##bits##_t)get_big(buf, bits / 8);                                                                 \
    }                                                                                                                  \
    uint##bits##_t ptk_buf_get_u##bits##_le(ptk_buf_t *buf) {                                                          \
        return (uint##bits##_t)get_little(buf, bits / 8);                                                              \
    }                                                                                                                  \
    int##bits##_t ptk_buf_get_i##bits##_be(ptk_buf_t *buf) {                                                           \
        return (int##bits##_t)get_big(buf, bits / 8);                                                                  \
    }                                                                                                                  \
    int##bits##_t ptk_buf_get_i##bits##_le(ptk_buf_t *buf) {                                                           \
        return (int##bits##_t)get_little(buf, bits / 8);                                                               \
    }                                                                                                                  \
    uint##bits##_t ptk_buf_peek_u##bits##_be(ptk_buf_t *buf, size_t offset) {                                          \
        return (uint##bits##_t)peek_big(buf, offset, bits / 8);                                                        \
    }                                                                                                                  \
    uint##bits##_t ptk_buf_peek_u##bits##_le(ptk_buf_t *buf, size_t offset) {                                          \
        return (uint##bits##_t)peek_little(buf, offset, bits / 8);                                                     \
    }                                                                                                                  \
    int##bits##_t ptk_buf_peek_i##bits##_be(ptk_buf_t *buf, size_t offset) {                                           \
        return (int##bits##_t)peek_big(buf, offset, bits / 8);                                                         \
    }                                                                                                                  \
    int##bits##_t ptk_buf_peek_i##bits##_le(ptk_buf_t *buf, size_t offset) {                                           \
        return (int##bits##_t)peek_little(buf, offset, bits / 8);                                                      \
    }

/** @brief The functions that put, get and peek integers of 16, 32 and 64 bits. */
DEFINE_INTEGERS(16)
DEFINE_INTEGERS(32)
DEFINE_INTEGERS(64)

void ptk_buf_put_f32_be(ptk_buf_t *buf, float value) {
    put_big(buf, bits_of_float(value), 4);
}

void ptk_buf_put_f32_le(ptk_buf_t *buf, float value) {
    put_little(buf, bits_of_float(value), 4);
}

void ptk_buf_put_f64_be(ptk_buf_t *buf, double value) {
    put_big(buf, bits_of_double(value), 8);
}

void ptk_buf_put_f64_le(ptk_buf_t *buf, double value) {
    put_little(buf, bits_of_double(value), 8);
}

void ptk_buf_put_bytes(ptk_buf_t *buf, const void *bytes, size_t length) {
    if (buf != NULL && bytes == NULL && length != 0 && buf->error == PTK_ERR_OK) {
        buf->error = PTK_ERR_INVALID_ARGUMENT;
    }
    uint8_t *place = reserve(buf, length);
    if (place != NULL) {
        memcpy(place, bytes, length);
    }
}

void ptk_buf_put_fill(ptk_buf_t *buf, uint8_t value, size_t length) {
    uint8_t *place = reserve(buf, length);
    if (place != NULL) {
        memset(place, value, length);
    }
}

uint8_t ptk_buf_get_u8(ptk_buf_t *buf) {
    return (uint8_t)get_big(buf, 1);
}

int8_t ptk_buf_get_i8(ptk_buf_t *buf) {
    return (int8_t)get_big(buf, 1);
}

float ptk_buf_get_f32_be(ptk_buf_t *buf) {
    return float_of_bits((uint32_t)get_big(buf, 4));
}

float ptk_buf_get_f32_le(ptk_buf_t *buf) {
    return float_of_bits((uint32_t)get_little(buf, 4));
}

double ptk_buf_get_f64_be(ptk_buf_t *buf) {
    return double_of_bits(get_big(buf, 8));
}

double ptk_buf_get_f64_le(ptk_buf_t *buf) {
    return double_of_bits(get_little(buf, 8));
}

uint8_t ptk_buf_peek_u8(ptk_buf_t *buf, size_t offset) {
    return (uint8_t)peek_big(buf, offset, 1);
}

int8_t ptk_buf_peek_i8(ptk_buf_t *buf, size_t offset) {
    return (int8_t)peek_big(buf, offset, 1);
}

float ptk_buf_peek_f32_be(ptk_buf_t *buf, size_t offset) {
    return float_of_bits((uint32_t)peek_big(buf, offset, 4));
}

float ptk_buf_peek_f32_le(ptk_buf_t *buf, size_t offset) {
    return float_of_bits((uint32_t)peek_little(buf, offset, 4));
}

double ptk_buf_peek_f64_be(ptk_buf_t *buf, size_t offset) {
    return double_of_bits(peek_big(buf, offset, 8));
}

double ptk_buf_peek_f64_le(ptk_buf_t *buf, size_t offset) {
    return double_of_bits(peek_little(buf, offset, 8));
}

void ptk_buf_peek_bytes(ptk_buf_t *buf, size_t offset, void *bytes, size_t length) {
    if (buf != NULL && bytes == NULL && length != 0 && buf->error == PTK_ERR_OK) {
        buf->error = PTK_ERR_INVALID_ARGUMENT;
    }
    const uint8_t *place = look(buf, offset, length);
    if (place != NULL) {
        memcpy(bytes, place, length);
    }
}

void ptk_buf_get_bytes(ptk_buf_t *buf, void *bytes, size_t length) {
    ptk_buf_peek_bytes(buf, 0, bytes, length);
    ptk_buf_skip(buf, length); /* takes nothing if that set an error */
}

void ptk_buf_skip(ptk_buf_t *buf, size_t length) {
    (void)take(buf, length);
}

ptk_buf_t ptk_buf_get_view(ptk_buf_t *buf, size_t length) {
    ptk_buf_t view = {NULL, 0, 0, 0, PTK_ERR_OK};
    const uint8_t *place = take(buf, length);
    if (place != NULL) {
        (void)ptk_buf_wrap(&view, place, length);
        view.capacity = is_for_reading(buf) ? 0 : length;
    }
    view.error = ptk_buf_error(buf);
    return view;
}

void ptk_buf_patch_u8(ptk_buf_t *buf, size_t offset, uint8_t value) {
    patch_big(buf, offset, value, 1);
}

void ptk_buf_patch_u16_be(ptk_buf_t *buf, size_t offset, uint16_t value) {
    patch_big(buf, offset, value, 2);
}

void ptk_buf_patch_u16_le(ptk_buf_t *buf, size_t offset, uint16_t value) {
    patch_little(buf, offset, value, 2);
}

void ptk_buf_patch_u32_be(ptk_buf_t *buf, size_t offset, uint32_t value) {
    patch_big(buf, offset, value, 4);
}

void ptk_buf_patch_u32_le(ptk_buf_t *buf, size_t offset, uint32_t value) {
    patch_little(buf, offset, value, 4);
}

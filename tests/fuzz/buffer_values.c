/**
 * @file buffer_values.c
 * @brief The functions of a buffer that put, take, look at and overwrite values, by number.
 *
 * SPDX-License-Identifier: MIT
 */
#include "buffer_values.h"

#include <string.h>

const buffer_kind_t buffer_kinds[BUFFER_KINDS] = {{1, true}, {1, true},  {2, true}, {2, false}, {2, true}, {2, false},
                                                  {4, true}, {4, false}, {4, true}, {4, false}, {8, true}, {8, false},
                                                  {8, true}, {8, false}, {4, true}, {4, false}, {8, true}, {8, false}};

/** @brief The float that has these bits. */
static float to_float(uint64_t bits) {
    uint32_t narrow = (uint32_t)bits;
    float value;
    memcpy(&value, &narrow, sizeof value);
    return value;
}

/** @brief The double that has these bits. */
static double to_double(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** @brief The bits of a float. */
static uint64_t of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/** @brief The bits of a double. */
static uint64_t of_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

void buffer_put(ptk_buf_t *buf, unsigned kind, uint64_t value) {
    switch (kind) {
    case 0:
        ptk_buf_put_u8(buf, (uint8_t)value);
        break;
    case 1:
        ptk_buf_put_i8(buf, (int8_t)value);
        break;
    case 2:
        ptk_buf_put_u16_be(buf, (uint16_t)value);
        break;
    case 3:
        ptk_buf_put_u16_le(buf, (uint16_t)value);
        break;
    case 4:
        ptk_buf_put_i16_be(buf, (int16_t)value);
        break;
    case 5:
        ptk_buf_put_i16_le(buf, (int16_t)value);
        break;
    case 6:
        ptk_buf_put_u32_be(buf, (uint32_t)value);
        break;
    case 7:
        ptk_buf_put_u32_le(buf, (uint32_t)value);
        break;
    case 8:
        ptk_buf_put_i32_be(buf, (int32_t)value);
        break;
    case 9:
        ptk_buf_put_i32_le(buf, (int32_t)value);
        break;
    case 10:
        ptk_buf_put_u64_be(buf, value);
        break;
    case 11:
        ptk_buf_put_u64_le(buf, value);
        break;
    case 12:
        ptk_buf_put_i64_be(buf, (int64_t)value);
        break;
    case 13:
        ptk_buf_put_i64_le(buf, (int64_t)value);
        break;
    case 14:
        ptk_buf_put_f32_be(buf, to_float(value));
        break;
    case 15:
        ptk_buf_put_f32_le(buf, to_float(value));
        break;
    case 16:
        ptk_buf_put_f64_be(buf, to_double(value));
        break;
    default:
        ptk_buf_put_f64_le(buf, to_double(value));
        break;
    }
}

uint64_t buffer_get(ptk_buf_t *buf, unsigned kind) {
    switch (kind) {
    case 0:
        return ptk_buf_get_u8(buf);
    case 1:
        return (uint8_t)ptk_buf_get_i8(buf);
    case 2:
        return ptk_buf_get_u16_be(buf);
    case 3:
        return ptk_buf_get_u16_le(buf);
    case 4:
        return (uint16_t)ptk_buf_get_i16_be(buf);
    case 5:
        return (uint16_t)ptk_buf_get_i16_le(buf);
    case 6:
        return ptk_buf_get_u32_be(buf);
    case 7:
        return ptk_buf_get_u32_le(buf);
    case 8:
        return (uint32_t)ptk_buf_get_i32_be(buf);
    case 9:
        return (uint32_t)ptk_buf_get_i32_le(buf);
    case 10:
        return ptk_buf_get_u64_be(buf);
    case 11:
        return ptk_buf_get_u64_le(buf);
    case 12:
        return (uint64_t)ptk_buf_get_i64_be(buf);
    case 13:
        return (uint64_t)ptk_buf_get_i64_le(buf);
    case 14:
        return of_float(ptk_buf_get_f32_be(buf));
    case 15:
        return of_float(ptk_buf_get_f32_le(buf));
    case 16:
        return of_double(ptk_buf_get_f64_be(buf));
    default:
        return of_double(ptk_buf_get_f64_le(buf));
    }
}

uint64_t buffer_peek(ptk_buf_t *buf, unsigned kind, size_t offset) {
    switch (kind) {
    case 0:
        return ptk_buf_peek_u8(buf, offset);
    case 1:
        return (uint8_t)ptk_buf_peek_i8(buf, offset);
    case 2:
        return ptk_buf_peek_u16_be(buf, offset);
    case 3:
        return ptk_buf_peek_u16_le(buf, offset);
    case 4:
        return (uint16_t)ptk_buf_peek_i16_be(buf, offset);
    case 5:
        return (uint16_t)ptk_buf_peek_i16_le(buf, offset);
    case 6:
        return ptk_buf_peek_u32_be(buf, offset);
    case 7:
        return ptk_buf_peek_u32_le(buf, offset);
    case 8:
        return (uint32_t)ptk_buf_peek_i32_be(buf, offset);
    case 9:
        return (uint32_t)ptk_buf_peek_i32_le(buf, offset);
    case 10:
        return ptk_buf_peek_u64_be(buf, offset);
    case 11:
        return ptk_buf_peek_u64_le(buf, offset);
    case 12:
        return (uint64_t)ptk_buf_peek_i64_be(buf, offset);
    case 13:
        return (uint64_t)ptk_buf_peek_i64_le(buf, offset);
    case 14:
        return of_float(ptk_buf_peek_f32_be(buf, offset));
    case 15:
        return of_float(ptk_buf_peek_f32_le(buf, offset));
    case 16:
        return of_double(ptk_buf_peek_f64_be(buf, offset));
    default:
        return of_double(ptk_buf_peek_f64_le(buf, offset));
    }
}

void buffer_patch(ptk_buf_t *buf, unsigned kind, size_t offset, uint64_t value) {
    switch (kind) {
    case 0:
        ptk_buf_patch_u8(buf, offset, (uint8_t)value);
        break;
    case 2:
        ptk_buf_patch_u16_be(buf, offset, (uint16_t)value);
        break;
    case 3:
        ptk_buf_patch_u16_le(buf, offset, (uint16_t)value);
        break;
    case 6:
        ptk_buf_patch_u32_be(buf, offset, (uint32_t)value);
        break;
    default:
        ptk_buf_patch_u32_le(buf, offset, (uint32_t)value);
        break;
    }
}

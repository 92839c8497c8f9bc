/**
 * @file test_buffer.c
 * @brief Buffers: every width in both orders, the sticky error, views, patches.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief The buffer's memory. */
static uint8_t memory[256];

/** @brief Initialises a buffer over memory with a pattern. */
static void open_buffer(ptk_buf_t *buf, size_t capacity) {
    memset(memory, 0xEE, sizeof(memory));
    CHECK_EQUAL(ptk_buf_init(buf, memory, capacity), PTK_ERR_OK);
}

/** @brief An initialised buffer is empty, a wrapped one full. */
static void init_and_wrap(void) {
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_init(NULL, memory, 4), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_init(&buf, NULL, 4), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_init(&buf, NULL, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(ptk_buf_room(&buf), 0);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_wrap(NULL, memory, 4), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_wrap(&buf, NULL, 4), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_wrap(&buf, NULL, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(ptk_buf_wrap(&buf, memory, 4), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 4);
    CHECK_EQUAL(ptk_buf_room(&buf), 0);
    CHECK(ptk_buf_first(&buf) == memory);
    CHECK_EQUAL(ptk_buf_offset(&buf), 4);
}

/** @brief Integers in network order. */
static void integers_big_endian(void) {
    static const uint8_t wanted[] = {0xA1, 0x92, 0xB1, 0xB2, 0xFF, 0xFE, 0xC1, 0xC2, 0xC3, 0xC4,
                                     0x80, 0x00, 0x00, 0x01, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6,
                                     0xD7, 0xD8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF0};
    ptk_buf_t buf;

    open_buffer(&buf, sizeof(wanted));
    ptk_buf_put_u8(&buf, 0xA1);
    ptk_buf_put_i8(&buf, -110);
    ptk_buf_put_u16_be(&buf, 0xB1B2);
    ptk_buf_put_i16_be(&buf, -2);
    ptk_buf_put_u32_be(&buf, 0xC1C2C3C4u);
    ptk_buf_put_i32_be(&buf, -2147483647);
    ptk_buf_put_u64_be(&buf, 0xD1D2D3D4D5D6D7D8u);
    ptk_buf_put_i64_be(&buf, -16);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_room(&buf), 0);
    CHECK(memcmp(memory, wanted, sizeof(wanted)) == 0);
    CHECK_EQUAL(ptk_buf_get_u8(&buf), 0xA1);
    CHECK_EQUAL(ptk_buf_get_i8(&buf), -110);
    CHECK_EQUAL(ptk_buf_get_u16_be(&buf), 0xB1B2);
    CHECK_EQUAL(ptk_buf_get_i16_be(&buf), -2);
    CHECK_EQUAL(ptk_buf_get_u32_be(&buf), 0xC1C2C3C4u);
    CHECK_EQUAL(ptk_buf_get_i32_be(&buf), -2147483647);
    CHECK(ptk_buf_get_u64_be(&buf) == 0xD1D2D3D4D5D6D7D8u);
    CHECK_EQUAL(ptk_buf_get_i64_be(&buf), -16);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
}

/** @brief Integers in the opposite order. */
static void integers_little_endian(void) {
    static const uint8_t wanted[] = {0xB2, 0xB1, 0xFE, 0xFF, 0xC4, 0xC3, 0xC2, 0xC1, 0x01, 0x00,
                                     0x00, 0x80, 0xD8, 0xD7, 0xD6, 0xD5, 0xD4, 0xD3, 0xD2, 0xD1,
                                     0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    ptk_buf_t buf;

    open_buffer(&buf, sizeof(wanted));
    ptk_buf_put_u16_le(&buf, 0xB1B2);
    ptk_buf_put_i16_le(&buf, -2);
    ptk_buf_put_u32_le(&buf, 0xC1C2C3C4u);
    ptk_buf_put_i32_le(&buf, -2147483647);
    ptk_buf_put_u64_le(&buf, 0xD1D2D3D4D5D6D7D8u);
    ptk_buf_put_i64_le(&buf, -16);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK(memcmp(memory, wanted, sizeof(wanted)) == 0);
    CHECK_EQUAL(ptk_buf_get_u16_le(&buf), 0xB1B2);
    CHECK_EQUAL(ptk_buf_get_i16_le(&buf), -2);
    CHECK_EQUAL(ptk_buf_get_u32_le(&buf), 0xC1C2C3C4u);
    CHECK_EQUAL(ptk_buf_get_i32_le(&buf), -2147483647);
    CHECK(ptk_buf_get_u64_le(&buf) == 0xD1D2D3D4D5D6D7D8u);
    CHECK_EQUAL(ptk_buf_get_i64_le(&buf), -16);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
}

/** @brief The smallest and the largest integers are read as they were written. */
static void extreme_integers_survive(void) {
    ptk_buf_t buf;

    open_buffer(&buf, sizeof(memory));
    ptk_buf_put_i8(&buf, INT8_MIN);
    ptk_buf_put_i16_be(&buf, INT16_MIN);
    ptk_buf_put_i16_le(&buf, INT16_MAX);
    ptk_buf_put_i32_be(&buf, INT32_MIN);
    ptk_buf_put_i32_le(&buf, INT32_MIN);
    ptk_buf_put_i64_be(&buf, INT64_MIN);
    ptk_buf_put_i64_le(&buf, INT64_MIN);
    ptk_buf_put_u64_le(&buf, UINT64_MAX);
    CHECK_EQUAL(ptk_buf_get_i8(&buf), INT8_MIN);
    CHECK_EQUAL(ptk_buf_get_i16_be(&buf), INT16_MIN);
    CHECK_EQUAL(ptk_buf_get_i16_le(&buf), INT16_MAX);
    CHECK_EQUAL(ptk_buf_get_i32_be(&buf), INT32_MIN);
    CHECK_EQUAL(ptk_buf_get_i32_le(&buf), INT32_MIN);
    CHECK_EQUAL(ptk_buf_get_i64_be(&buf), INT64_MIN);
    CHECK_EQUAL(ptk_buf_get_i64_le(&buf), INT64_MIN);
    CHECK(ptk_buf_get_u64_le(&buf) == UINT64_MAX);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
}

/** @brief Floating-point numbers are read as they were written, bit by bit. */
static void floats(void) {
    /* IEEE 754: 1.5f is 3FC00000, -2.0 is C000000000000000, 1.0 / 3 keeps all its bits. */
    static const uint8_t wanted[] = {0x3F, 0xC0, 0, 0, 0, 0, 0xC0, 0x3F, 0xC0, 0, 0, 0,
                                     0,    0,    0, 0, 0, 0, 0,    0,    0,    0, 0, 0xC0};
    const double third = 1.0 / 3.0;
    ptk_buf_t buf;

    open_buffer(&buf, sizeof(memory));
    ptk_buf_put_f32_be(&buf, 1.5f);
    ptk_buf_put_f32_le(&buf, 1.5f);
    ptk_buf_put_f64_be(&buf, -2.0);
    ptk_buf_put_f64_le(&buf, -2.0);
    CHECK_EQUAL(ptk_buf_length(&buf), sizeof(wanted));
    CHECK(memcmp(memory, wanted, sizeof(wanted)) == 0);
    CHECK(ptk_buf_get_f32_be(&buf) > 1.4f);
    CHECK(ptk_buf_get_f32_le(&buf) > 1.4f);
    CHECK(ptk_buf_get_f64_be(&buf) < -1.9);
    CHECK(ptk_buf_get_f64_le(&buf) < -1.9);
    ptk_buf_put_f64_le(&buf, third);
    double back = ptk_buf_get_f64_le(&buf);
    CHECK(memcmp(&back, &third, sizeof(third)) == 0);
    ptk_buf_put_u32_be(&buf, 0x7F800000u);
    CHECK(ptk_buf_get_f32_be(&buf) > 3.4e38f);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
}

/** @brief Bytes, filling and skipping. */
static void bytes_fill_and_skip(void) {
    uint8_t out[4] = {0};
    ptk_buf_t buf;

    open_buffer(&buf, 10);
    ptk_buf_put_bytes(&buf, "abcd", 4);
    ptk_buf_put_fill(&buf, 0x77, 3);
    ptk_buf_put_bytes(&buf, NULL, 0);
    ptk_buf_put_fill(&buf, 0x11, 0);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 7);
    CHECK_EQUAL(ptk_buf_room(&buf), 3);
    CHECK_EQUAL(memory[7], 0xEE);
    ptk_buf_skip(&buf, 1);
    ptk_buf_get_bytes(&buf, out, 3);
    CHECK(memcmp(out, "bcd", 3) == 0);
    CHECK_EQUAL(out[3], 0);
    CHECK_EQUAL(*ptk_buf_first(&buf), 0x77);
    ptk_buf_get_bytes(&buf, NULL, 0);
    ptk_buf_skip(&buf, 0);
    ptk_buf_skip(&buf, 3);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    ptk_buf_put_bytes(&buf, NULL, 2);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_INVALID_ARGUMENT);
    ptk_buf_clear(&buf);
    ptk_buf_put_u16_be(&buf, 7);
    ptk_buf_get_bytes(&buf, NULL, 2);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_length(&buf), 2);
}

/** @brief Compacting moves what is unread to the front. */
static void compact_makes_room(void) {
    ptk_buf_t buf;

    open_buffer(&buf, 4);
    ptk_buf_put_bytes(&buf, "abcd", 4);
    ptk_buf_skip(&buf, 3);
    CHECK_EQUAL(ptk_buf_room(&buf), 0);
    ptk_buf_compact(&buf);
    CHECK_EQUAL(ptk_buf_room(&buf), 3);
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    CHECK_EQUAL(*ptk_buf_first(&buf), 'd');
    CHECK_EQUAL(ptk_buf_offset(&buf), 1);
    ptk_buf_put_bytes(&buf, "efg", 3);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK(memcmp(ptk_buf_first(&buf), "defg", 4) == 0);
    ptk_buf_skip(&buf, 4);
    ptk_buf_compact(&buf);
    CHECK_EQUAL(ptk_buf_room(&buf), 4);
    CHECK_EQUAL(ptk_buf_init(&buf, NULL, 0), PTK_ERR_OK);
    ptk_buf_compact(&buf);
    ptk_buf_clear(&buf);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
}

/** @brief A view shares the memory and has positions of its own. */
static void views(void) {
    ptk_buf_t buf;

    open_buffer(&buf, 8);
    ptk_buf_put_bytes(&buf, "abcdef", 6);
    ptk_buf_skip(&buf, 1);
    ptk_buf_t view = ptk_buf_get_view(&buf, 3);
    CHECK_EQUAL(ptk_buf_length(&buf), 2);
    CHECK_EQUAL(ptk_buf_length(&view), 3);
    CHECK_EQUAL(ptk_buf_room(&view), 0);
    CHECK_EQUAL(ptk_buf_error(&view), PTK_ERR_OK);
    CHECK(ptk_buf_first(&view) == memory + 1);
    CHECK_EQUAL(ptk_buf_get_u8(&view), 'b');
    view = ptk_buf_get_view(&buf, 0);
    CHECK_EQUAL(ptk_buf_length(&view), 0);
    CHECK_EQUAL(ptk_buf_error(&view), PTK_ERR_OK);
    view = ptk_buf_get_view(&buf, 3);
    CHECK_EQUAL(ptk_buf_length(&view), 0);
    CHECK_EQUAL(ptk_buf_error(&view), PTK_ERR_NO_DATA);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_DATA);
    CHECK_EQUAL(ptk_buf_length(&buf), 2);
    view = ptk_buf_get_view(&buf, 1);
    CHECK_EQUAL(ptk_buf_error(&view), PTK_ERR_NO_DATA);
    CHECK_EQUAL(ptk_buf_length(&view), 0);
    view = ptk_buf_get_view(NULL, 1);
    CHECK_EQUAL(ptk_buf_length(&view), 0);
}

/** @brief Patching changes what was written before. */
static void patches(void) {
    static const uint8_t wanted[] = {0xAA, 0x12, 0x34, 0x78, 0x56, 0x01, 0x02, 0x03, 0x04, 0x08, 0x07, 0x06, 0x05};
    ptk_buf_t buf;

    open_buffer(&buf, 20);
    ptk_buf_put_u8(&buf, 0);
    CHECK_EQUAL(ptk_buf_offset(&buf), 1);
    ptk_buf_put_fill(&buf, 0, 12);
    ptk_buf_patch_u8(&buf, 0, 0xAA);
    ptk_buf_patch_u16_be(&buf, 1, 0x1234);
    ptk_buf_patch_u16_le(&buf, 3, 0x5678);
    ptk_buf_patch_u32_be(&buf, 5, 0x01020304u);
    ptk_buf_patch_u32_le(&buf, 9, 0x05060708u);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 13);
    CHECK(memcmp(memory, wanted, sizeof(wanted)) == 0);
}

const harness_test_t buffer_tests[] = {
    {"buffer.init_and_wrap", init_and_wrap},
    {"buffer.integers_big_endian", integers_big_endian},
    {"buffer.integers_little_endian", integers_little_endian},
    {"buffer.extreme_integers_survive", extreme_integers_survive},
    {"buffer.floats", floats},
    {"buffer.bytes_fill_and_skip", bytes_fill_and_skip},
    {"buffer.compact_makes_room", compact_makes_room},
    {"buffer.views", views},
    {"buffer.patches", patches},
    {NULL, NULL},
};

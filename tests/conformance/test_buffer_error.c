/**
 * @file test_buffer_error.c
 * @brief Buffers with too little room or too few bytes: the sticky error, patches outside, NULL.
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

/** @brief Puts one item of each kind into a buffer with one byte too little room. */
static void no_room_sticks(void) {
    typedef struct room_case {
        size_t size;
        int kind;
    } room_case_t;
    static const room_case_t cases[] = {{1, 0},  {1, 1},  {2, 2},  {2, 3},  {2, 4},  {2, 5},  {4, 6},
                                        {4, 7},  {4, 8},  {4, 9},  {8, 10}, {8, 11}, {8, 12}, {8, 13},
                                        {4, 14}, {4, 15}, {8, 16}, {8, 17}, {3, 18}, {3, 19}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ptk_buf_t buf;

        open_buffer(&buf, cases[i].size - 1);
        switch (cases[i].kind) {
        case 0:
            ptk_buf_put_u8(&buf, 1);
            break;
        case 1:
            ptk_buf_put_i8(&buf, 1);
            break;
        case 2:
            ptk_buf_put_u16_be(&buf, 1);
            break;
        case 3:
            ptk_buf_put_u16_le(&buf, 1);
            break;
        case 4:
            ptk_buf_put_i16_be(&buf, 1);
            break;
        case 5:
            ptk_buf_put_i16_le(&buf, 1);
            break;
        case 6:
            ptk_buf_put_u32_be(&buf, 1);
            break;
        case 7:
            ptk_buf_put_u32_le(&buf, 1);
            break;
        case 8:
            ptk_buf_put_i32_be(&buf, 1);
            break;
        case 9:
            ptk_buf_put_i32_le(&buf, 1);
            break;
        case 10:
            ptk_buf_put_u64_be(&buf, 1);
            break;
        case 11:
            ptk_buf_put_u64_le(&buf, 1);
            break;
        case 12:
            ptk_buf_put_i64_be(&buf, 1);
            break;
        case 13:
            ptk_buf_put_i64_le(&buf, 1);
            break;
        case 14:
            ptk_buf_put_f32_be(&buf, 1.0f);
            break;
        case 15:
            ptk_buf_put_f32_le(&buf, 1.0f);
            break;
        case 16:
            ptk_buf_put_f64_be(&buf, 1.0);
            break;
        case 17:
            ptk_buf_put_f64_le(&buf, 1.0);
            break;
        case 18:
            ptk_buf_put_bytes(&buf, "abc", 3);
            break;
        default:
            ptk_buf_put_fill(&buf, 1, 3);
            break;
        }
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_SPACE);
        CHECK_EQUAL(ptk_buf_length(&buf), 0);
        CHECK_EQUAL(memory[0], 0xEE);
        /* What would fit is not put either: the error sticks until the buffer is cleared. */
        ptk_buf_put_fill(&buf, 2, cases[i].size - 1);
        ptk_buf_put_fill(&buf, 2, 0);
        CHECK_EQUAL(ptk_buf_length(&buf), 0);
        ptk_buf_clear(&buf);
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
        ptk_buf_put_fill(&buf, 2, cases[i].size - 1);
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    }
}

/** @brief Takes one item of each kind from a buffer with one byte too little. */
static void no_data_sticks(void) {
    static const size_t sizes[] = {1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 3, 3};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint8_t out[3] = {0, 0, 0};
        bool zero = true;
        ptk_buf_t buf;

        memset(memory, 0xFF, sizeof(memory));
        CHECK_EQUAL(ptk_buf_wrap(&buf, memory, sizes[i] - 1), PTK_ERR_OK);
        switch (i) {
        case 0:
            zero = ptk_buf_get_u8(&buf) == 0;
            break;
        case 1:
            zero = ptk_buf_get_i8(&buf) == 0;
            break;
        case 2:
            zero = ptk_buf_get_u16_be(&buf) == 0;
            break;
        case 3:
            zero = ptk_buf_get_u16_le(&buf) == 0;
            break;
        case 4:
            zero = ptk_buf_get_i16_be(&buf) == 0;
            break;
        case 5:
            zero = ptk_buf_get_i16_le(&buf) == 0;
            break;
        case 6:
            zero = ptk_buf_get_u32_be(&buf) == 0;
            break;
        case 7:
            zero = ptk_buf_get_u32_le(&buf) == 0;
            break;
        case 8:
            zero = ptk_buf_get_i32_be(&buf) == 0;
            break;
        case 9:
            zero = ptk_buf_get_i32_le(&buf) == 0;
            break;
        case 10:
            zero = ptk_buf_get_u64_be(&buf) == 0;
            break;
        case 11:
            zero = ptk_buf_get_u64_le(&buf) == 0;
            break;
        case 12:
            zero = ptk_buf_get_i64_be(&buf) == 0;
            break;
        case 13:
            zero = ptk_buf_get_i64_le(&buf) == 0;
            break;
        case 14:
            zero = !(ptk_buf_get_f32_be(&buf) < 0.0f) && !(ptk_buf_get_f32_be(&buf) > 0.0f);
            break;
        case 15:
            zero = !(ptk_buf_get_f32_le(&buf) < 0.0f) && !(ptk_buf_get_f32_le(&buf) > 0.0f);
            break;
        case 16:
            zero = !(ptk_buf_get_f64_be(&buf) < 0.0) && !(ptk_buf_get_f64_be(&buf) > 0.0);
            break;
        case 17:
            zero = !(ptk_buf_get_f64_le(&buf) < 0.0) && !(ptk_buf_get_f64_le(&buf) > 0.0);
            break;
        case 18:
            ptk_buf_get_bytes(&buf, out, 3);
            zero = out[0] == 0;
            break;
        default:
            ptk_buf_skip(&buf, 3);
            break;
        }
        CHECK(zero);
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_DATA);
        CHECK_EQUAL(ptk_buf_length(&buf), sizes[i] - 1);
        CHECK_EQUAL(ptk_buf_get_u8(&buf), 0);
        ptk_buf_skip(&buf, sizes[i] - 1);
        CHECK_EQUAL(ptk_buf_length(&buf), sizes[i] - 1);
    }
}

/** @brief Lengths near SIZE_MAX are refused. */
static void huge_lengths_do_not_wrap(void) {
    uint8_t out = 0;
    ptk_buf_t buf;

    open_buffer(&buf, 8);
    ptk_buf_put_u8(&buf, 1);
    ptk_buf_put_bytes(&buf, memory, SIZE_MAX);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_SPACE);
    open_buffer(&buf, 8);
    ptk_buf_put_u8(&buf, 1);
    ptk_buf_put_fill(&buf, 0, SIZE_MAX);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_SPACE);
    open_buffer(&buf, 8);
    ptk_buf_put_u16_be(&buf, 1);
    CHECK_EQUAL(ptk_buf_get_u8(&buf), 0);
    ptk_buf_get_bytes(&buf, &out, SIZE_MAX);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_DATA);
    open_buffer(&buf, 8);
    ptk_buf_put_u16_be(&buf, 1);
    ptk_buf_skip(&buf, SIZE_MAX);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_DATA);
}

/** @brief A patch must lie in what was written. */
static void patches_outside_are_refused(void) {
    static const size_t offsets[] = {0, 1, 9, 10, 16, SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3};
    static const size_t sizes[] = {1, 2, 2, 4, 4};

    /* What was put and not taken is 2 to 10. */
    for (size_t kind = 0; kind < 5; kind++) {
        for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
            uint8_t before[sizeof(memory)];
            ptk_buf_t buf;

            if (offsets[i] >= 2 && offsets[i] < 10 && sizes[kind] <= 10 - offsets[i]) {
                continue;
            }
            open_buffer(&buf, 20);
            ptk_buf_put_fill(&buf, 0x33, 10);
            ptk_buf_skip(&buf, 2);
            memcpy(before, memory, sizeof(memory));
            switch (kind) {
            case 0:
                ptk_buf_patch_u8(&buf, offsets[i], 0);
                break;
            case 1:
                ptk_buf_patch_u16_be(&buf, offsets[i], 0);
                break;
            case 2:
                ptk_buf_patch_u16_le(&buf, offsets[i], 0);
                break;
            case 3:
                ptk_buf_patch_u32_be(&buf, offsets[i], 0);
                break;
            default:
                ptk_buf_patch_u32_le(&buf, offsets[i], 0);
                break;
            }
            CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_INVALID_ARGUMENT);
            CHECK(memcmp(before, memory, sizeof(memory)) == 0);
        }
    }
}

/** @brief The first error stays, whatever is done after it, and nothing is written. */
static void first_error_stays(void) {
    uint8_t before[sizeof(memory)];
    ptk_buf_t buf;

    open_buffer(&buf, 4);
    ptk_buf_put_u16_be(&buf, 0x1234);
    ptk_buf_put_u32_be(&buf, 1);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_SPACE);
    memcpy(before, memory, sizeof(memory));
    ptk_buf_put_bytes(&buf, NULL, 1);
    ptk_buf_peek_bytes(&buf, 0, NULL, 1);
    ptk_buf_patch_u8(&buf, 0, 0x55);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_SPACE);
    CHECK(memcmp(before, memory, sizeof(memory)) == 0);
}

/** @brief A buffer of NULL, or of no memory, does nothing. */
static void null_does_nothing(void) {
    uint8_t out = 0x5A;

    ptk_buf_clear(NULL);
    ptk_buf_compact(NULL);
    CHECK_EQUAL(ptk_buf_length(NULL), 0);
    CHECK_EQUAL(ptk_buf_room(NULL), 0);
    CHECK(ptk_buf_first(NULL) == NULL);
    CHECK_EQUAL(ptk_buf_error(NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_offset(NULL), 0);
    ptk_buf_put_u8(NULL, 1);
    ptk_buf_put_i64_le(NULL, 1);
    ptk_buf_put_f64_be(NULL, 1.0);
    ptk_buf_put_bytes(NULL, "a", 1);
    ptk_buf_put_fill(NULL, 1, 1);
    CHECK_EQUAL(ptk_buf_get_u8(NULL), 0);
    CHECK_EQUAL(ptk_buf_get_i64_be(NULL), 0);
    CHECK(!(ptk_buf_get_f32_le(NULL) > 0.0f));
    ptk_buf_get_bytes(NULL, &out, 1);
    ptk_buf_skip(NULL, 1);
    ptk_buf_patch_u8(NULL, 0, 1);
    ptk_buf_patch_u32_le(NULL, 0, 1);
}

const harness_test_t buffer_error_tests[] = {
    {"buffer_error.no_room_sticks", no_room_sticks},
    {"buffer_error.no_data_sticks", no_data_sticks},
    {"buffer_error.huge_lengths_do_not_wrap", huge_lengths_do_not_wrap},
    {"buffer_error.patches_outside_are_refused", patches_outside_are_refused},
    {"buffer_error.first_error_stays", first_error_stays},
    {"buffer_error.null_does_nothing", null_does_nothing},
    {NULL, NULL},
};

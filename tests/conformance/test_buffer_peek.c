/**
 * @file test_buffer_peek.c
 * @brief Buffers that are read without being changed: peeks, and memory that is for reading only.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief The bytes that are looked at. */
static const uint8_t constant[] = {0x80, 0x91, 0xA2, 0xB3, 0xC4, 0xD5, 0xE6, 0xF7, 0x08, 0x19, 0x2A, 0x3B};

/** @brief Kinds of values; the last one is bytes. */
enum { KINDS = 19, BYTES = 18 };
/** @brief The size of each kind. */
static const size_t sizes[KINDS] = {1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 3};

/** @brief Looks at a float. Returns its bits. */
static uint64_t peek_float(ptk_buf_t *buf, uint32_t kind, size_t offset) {
    const float single = kind == 14 ? ptk_buf_peek_f32_be(buf, offset) : ptk_buf_peek_f32_le(buf, offset);
    uint32_t bits;

    memcpy(&bits, &single, sizeof(bits));
    return bits;
}

/** @brief Looks at a double. Returns its bits. */
static uint64_t peek_double(ptk_buf_t *buf, uint32_t kind, size_t offset) {
    const double value = kind == 16 ? ptk_buf_peek_f64_be(buf, offset) : ptk_buf_peek_f64_le(buf, offset);
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/** @brief One value of a kind, as unsigned bits. */
static uint64_t peek(ptk_buf_t *buf, uint32_t kind, size_t offset) {
    uint8_t out[3] = {0, 0, 0};

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
    case 15:
        return peek_float(buf, kind, offset);
    case 16:
    case 17:
        return peek_double(buf, kind, offset);
    default:
        ptk_buf_peek_bytes(buf, offset, out, sizeof(out));
        return (uint64_t)out[0] << 16 | (uint64_t)out[1] << 8 | out[2];
    }
}

/** @brief The value that is expected at a place. Returns it. */
static uint64_t value_at(size_t place, uint32_t kind) {
    const bool little = kind < BYTES && kind % 2 == 1;
    uint64_t value = 0;

    for (size_t i = 0; i < sizes[kind]; i++) {
        value = value << 8 | constant[little ? place + sizes[kind] - 1 - i : place + i];
    }
    return value;
}

/** @brief Every kind, at the start and further on, takes nothing; the last bytes can be seen, one more cannot. */
static void peeks_take_nothing(void) {
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        const size_t last = sizeof(constant) - 1 - sizes[kind];
        ptk_buf_t buf;

        CHECK_EQUAL(ptk_buf_wrap(&buf, constant, sizeof(constant)), PTK_ERR_OK);
        ptk_buf_skip(&buf, 1);
        CHECK(peek(&buf, kind, 0) == value_at(1, kind));
        CHECK(peek(&buf, kind, 2) == value_at(3, kind));
        CHECK(peek(&buf, kind, last) == value_at(1 + last, kind));
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
        CHECK_EQUAL(ptk_buf_length(&buf), sizeof(constant) - 1);
        CHECK_EQUAL(peek(&buf, kind, last + 1), 0);
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_DATA);
        /* The error sticks, and is the first one. */
        CHECK_EQUAL(peek(&buf, kind, 0), 0);
        CHECK_EQUAL(ptk_buf_length(&buf), sizeof(constant) - 1);
        CHECK_EQUAL(ptk_buf_wrap(&buf, constant, sizeof(constant)), PTK_ERR_OK);
        CHECK_EQUAL(peek(&buf, kind, SIZE_MAX), 0);
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_DATA);
        CHECK_EQUAL(peek(NULL, kind, 0), 0);
    }
}

/** @brief Looking at bytes moves nothing. */
static void peek_of_bytes(void) {
    uint8_t out[2] = {0x5A, 0x5A};
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_wrap(&buf, constant, 4), PTK_ERR_OK);
    ptk_buf_peek_bytes(&buf, 4, NULL, 0);
    ptk_buf_peek_bytes(&buf, 3, out, 1);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK_EQUAL(out[0], 0xB3);
    ptk_buf_peek_bytes(&buf, 3, out, 2);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_DATA);
    CHECK(out[0] == 0xB3 && out[1] == 0x5A);
    CHECK_EQUAL(ptk_buf_wrap(&buf, constant, 4), PTK_ERR_OK);
    ptk_buf_peek_bytes(&buf, 0, NULL, 1);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_INVALID_ARGUMENT);
}

/** @brief What could write, does not: a write to a constant would end the program where constants are protected. */
static void wrapped_memory_is_not_written(void) {
    static const uint8_t wanted[] = {0x80, 0x91, 0xA2, 0xB3};
    ptk_buf_t buf;

    for (uint32_t cleared = 0; cleared <= 1; cleared++) {
        CHECK_EQUAL(ptk_buf_wrap(&buf, constant, sizeof(constant)), PTK_ERR_OK);
        if (cleared == 1) {
            ptk_buf_clear(&buf);
        }
        CHECK_EQUAL(ptk_buf_room(&buf), 0);
        ptk_buf_put_u8(&buf, 1);
        CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_NO_SPACE);
        CHECK_EQUAL(ptk_buf_length(&buf), cleared == 1 ? 0 : sizeof(constant));
    }
    CHECK_EQUAL(ptk_buf_wrap(&buf, constant, sizeof(constant)), PTK_ERR_OK);
    ptk_buf_skip(&buf, 2);
    ptk_buf_compact(&buf);
    CHECK(ptk_buf_first(&buf) == constant + 2);
    CHECK_EQUAL(ptk_buf_room(&buf), 0);
    ptk_buf_t view = ptk_buf_get_view(&buf, 4);
    ptk_buf_patch_u8(&view, 0, 7);
    CHECK_EQUAL(ptk_buf_error(&view), PTK_ERR_INVALID_ARGUMENT);
    ptk_buf_patch_u16_be(&buf, 8, 7);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_length(&buf), sizeof(constant) - 6);
    CHECK(memcmp(constant, wanted, sizeof(wanted)) == 0);
}

/** @brief Nothing is received into it either, and it can be sent. */
static void wrapped_memory_and_sockets(void) {
    ptk_address_t address;
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    CHECK_EQUAL(ptk_buf_wrap(&buf, constant, sizeof(constant)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_send_to(socket, &buf, &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(support_receive(socket, &buf), PTK_ERR_NO_SPACE);
    ptk_buf_clear(&buf);
    CHECK_EQUAL(support_receive(socket, &buf), PTK_ERR_NO_SPACE);
    CHECK(support_close());
}

/** @brief A view of memory that may be written may be patched, as before. */
static void view_of_writable_memory(void) {
    uint8_t bytes[4] = {0, 0, 0, 0};
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_init(&buf, bytes, sizeof(bytes)), PTK_ERR_OK);
    ptk_buf_put_u32_be(&buf, 1);
    ptk_buf_t view = ptk_buf_get_view(&buf, 2);
    ptk_buf_patch_u16_be(&view, 0, 0x1234);
    CHECK_EQUAL(ptk_buf_error(&view), PTK_ERR_OK);
    CHECK(bytes[0] == 0x12 && bytes[1] == 0x34);
}

const harness_test_t buffer_peek_tests[] = {
    {"buffer_peek.peeks_take_nothing", peeks_take_nothing},
    {"buffer_peek.peek_of_bytes", peek_of_bytes},
    {"buffer_peek.wrapped_memory_is_not_written", wrapped_memory_is_not_written},
    {"buffer_peek.wrapped_memory_and_sockets", wrapped_memory_and_sockets},
    {"buffer_peek.view_of_writable_memory", view_of_writable_memory},
    {NULL, NULL},
};

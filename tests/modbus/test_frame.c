/**
 * @file test_frame.c
 * @brief The frame scanner: its result after each byte, and what it refuses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_support.h"
#include "guarded_memory.h"

#include <string.h>

/** @brief Scans a copy of exactly length bytes. */
static ptk_modbus_scan_t scan(const uint8_t *bytes, size_t length, size_t *frame_length) {
    uint8_t *memory = guarded_copy(bytes, length);
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_wrap(&buf, memory, length) == PTK_ERR_OK, PTK_MODBUS_SCAN_INVALID);
    ptk_modbus_scan_t result = ptk_modbus_frame_scan(&buf, frame_length);
    CHECK_OR_RETURN(ptk_buf_length(&buf) == length, PTK_MODBUS_SCAN_INVALID);
    CHECK_OR_RETURN(ptk_buf_error(&buf) == PTK_ERR_OK, PTK_MODBUS_SCAN_INVALID);
    return result;
}

/** @brief A frame is incomplete until its last byte. */
static void test_every_byte_of_a_frame(void) {
    uint8_t bytes[12];
    size_t size = bytes_from_hex("1234 0000 0006 11 03 006b 0003", bytes, sizeof bytes);
    size_t found;

    CHECK_EQUAL(size, 12);
    for (size_t length = 0; length < size; length++) {
        found = 99;
        CHECK_EQUAL(scan(bytes, length, &found), PTK_MODBUS_SCAN_INCOMPLETE);
        CHECK_EQUAL(found, 0);
    }
    CHECK_EQUAL(scan(bytes, size, &found), PTK_MODBUS_SCAN_COMPLETE);
    CHECK_EQUAL(found, 12);
    CHECK_EQUAL(scan(bytes, size, NULL), PTK_MODBUS_SCAN_COMPLETE);
}

/** @brief Another protocol identifier is detected at once. */
static void test_protocol_identifier(void) {
    static const uint16_t wrong[] = {1, 0x00FF, 0x0100, 0xFFFF};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t bytes[12] = {0, 1, (uint8_t)(wrong[i] >> 8), (uint8_t)(wrong[i] & 0xFF), 0, 6, 1, 3, 0, 0, 0, 1};

        for (size_t length = 0; length <= sizeof bytes; length++) {
            CHECK_EQUAL(scan(bytes, length, NULL), length < 4 ? PTK_MODBUS_SCAN_INCOMPLETE : PTK_MODBUS_SCAN_INVALID);
        }
    }
}

/** @brief Every value of the length field, with the header only and with as many bytes as it says. */
static void test_length_field(void) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE + 1];

    memset(bytes, 0, sizeof bytes);
    for (uint32_t value = 0; value <= 0xFFFF; value++) {
        bool valid = value >= 2 && value <= 254;

        bytes[4] = (uint8_t)(value >> 8);
        bytes[5] = (uint8_t)(value & 0xFF);
        CHECK_EQUAL(scan(bytes, 5, NULL), PTK_MODBUS_SCAN_INCOMPLETE);
        CHECK_EQUAL(scan(bytes, 6, NULL), valid ? PTK_MODBUS_SCAN_INCOMPLETE : PTK_MODBUS_SCAN_INVALID);
        size_t found;
        CHECK_EQUAL(scan(bytes, sizeof bytes, &found), valid ? PTK_MODBUS_SCAN_COMPLETE : PTK_MODBUS_SCAN_INVALID);
        CHECK_EQUAL(found, valid ? value + 6 : 0);
    }
}

/** @brief Frames are taken one after the other. */
static void test_take(void) {
    uint8_t bytes[64];
    size_t length = bytes_from_hex("0001 0000 0006 11 03 006b 0003"
                                   "ffff 0000 0002 00 07"
                                   "0003 0000 0006 11 06",
                                   bytes, sizeof bytes);
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_wrap(&buf, bytes, length), PTK_ERR_OK);
    ptk_modbus_frame_t frame;
    CHECK_EQUAL(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
    CHECK_EQUAL(frame.transaction_id, 1);
    CHECK_EQUAL(frame.unit_id, 0x11);
    CHECK_EQUAL(frame.function, 3);
    CHECK_EQUAL(ptk_buf_length(&frame.pdu), 5);
    CHECK(ptk_buf_first(&frame.pdu) == bytes + 7);

    CHECK_EQUAL(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
    CHECK_EQUAL(frame.transaction_id, 0xFFFF);
    CHECK_EQUAL(frame.unit_id, 0);
    CHECK_EQUAL(frame.function, 7);
    CHECK_EQUAL(ptk_buf_length(&frame.pdu), 1);

    /* Half a frame stays where it is, and the result is not touched. */
    CHECK_EQUAL(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_INCOMPLETE);
    CHECK_EQUAL(ptk_buf_length(&buf), 8);
    CHECK_EQUAL(frame.function, 7);
}

/** @brief NULL and buffers in error. */
static void test_bad_arguments(void) {
    test_frame_t good = frame_from_hex("03 006b 0003");
    size_t found = 99;

    CHECK_EQUAL(ptk_modbus_frame_scan(NULL, &found), PTK_MODBUS_SCAN_INVALID);
    CHECK_EQUAL(found, 0);
    ptk_modbus_frame_t frame;
    CHECK_EQUAL(ptk_modbus_frame_take(NULL, &frame), PTK_MODBUS_SCAN_INVALID);
    CHECK_EQUAL(ptk_modbus_frame_take(&good.buf, NULL), PTK_MODBUS_SCAN_INVALID);
    CHECK_EQUAL(ptk_buf_length(&good.buf), good.size);
    ptk_buf_put_u8(&good.buf, 0); /* no room: the error sticks */
    CHECK_EQUAL(ptk_modbus_frame_scan(&good.buf, NULL), PTK_MODBUS_SCAN_INVALID);
    CHECK_EQUAL(ptk_modbus_frame_take(&good.buf, &frame), PTK_MODBUS_SCAN_INVALID);
}

/** @brief The tests of this file. */
const harness_test_t frame_tests[] = {
    {"frame.every_byte_of_a_frame", test_every_byte_of_a_frame},
    {"frame.protocol_identifier", test_protocol_identifier},
    {"frame.length_field", test_length_field},
    {"frame.take", test_take},
    {"frame.bad_arguments", test_bad_arguments},
    {NULL, NULL},
};

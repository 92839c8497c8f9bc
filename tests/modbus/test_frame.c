/*
 * The frame scanner: what it says after each byte, and what it refuses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmocka_headers.h"
#include "codec_support.h"

#include <stdlib.h>
#include <string.h>

/* Scans a copy of exactly length bytes. */
static ptk_modbus_scan_t scan(const uint8_t *bytes, size_t length, size_t *frame_length) {
    uint8_t *memory = (uint8_t *)malloc(length + (length == 0 ? 1u : 0u));
    ptk_modbus_scan_t result;
    ptk_buf_t buf;

    assert_non_null(memory);
    if (length > 0) {
        memcpy(memory, bytes, length);
    }
    assert_int_equal(ptk_buf_wrap(&buf, memory, length), PTK_ERR_OK);
    result = ptk_modbus_frame_scan(&buf, frame_length);
    assert_int_equal(ptk_buf_length(&buf), length);
    assert_int_equal(ptk_buf_error(&buf), PTK_ERR_OK);
    free(memory);
    return result;
}

static void test_every_byte_of_a_frame(void **state) {
    test_frame_t frame = frame_from_hex("03 006b 0003");
    size_t length;
    size_t found;

    (void)state;
    for (length = 0; length < frame.size; length++) {
        found = 99;
        assert_int_equal(scan(frame.memory, length, &found), PTK_MODBUS_SCAN_INCOMPLETE);
        assert_int_equal(found, 0);
    }
    assert_int_equal(scan(frame.memory, frame.size, &found), PTK_MODBUS_SCAN_COMPLETE);
    assert_int_equal(found, 12);
    assert_int_equal(scan(frame.memory, frame.size, NULL), PTK_MODBUS_SCAN_COMPLETE);
    frame_free(&frame);
}

static void test_protocol_identifier(void **state) {
    static const uint16_t wrong[] = {1, 0x00FF, 0x0100, 0xFFFF};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t bytes[12] = {0, 1, (uint8_t)(wrong[i] >> 8), (uint8_t)(wrong[i] & 0xFF), 0, 6, 1, 3, 0, 0, 0, 1};
        size_t length;

        for (length = 0; length <= sizeof bytes; length++) {
            assert_int_equal(scan(bytes, length, NULL),
                             length < 4 ? PTK_MODBUS_SCAN_INCOMPLETE : PTK_MODBUS_SCAN_INVALID);
        }
    }
}

/* Every value of the length field, with the header only and with as many bytes as it asks for. */
static void test_length_field(void **state) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE + 1];
    uint32_t value;

    (void)state;
    memset(bytes, 0, sizeof bytes);
    for (value = 0; value <= 0xFFFF; value++) {
        bool valid = value >= 2 && value <= 254;
        size_t found;

        bytes[4] = (uint8_t)(value >> 8);
        bytes[5] = (uint8_t)(value & 0xFF);
        assert_int_equal(scan(bytes, 5, NULL), PTK_MODBUS_SCAN_INCOMPLETE);
        assert_int_equal(scan(bytes, 6, NULL), valid ? PTK_MODBUS_SCAN_INCOMPLETE : PTK_MODBUS_SCAN_INVALID);
        assert_int_equal(scan(bytes, sizeof bytes, &found), valid ? PTK_MODBUS_SCAN_COMPLETE : PTK_MODBUS_SCAN_INVALID);
        assert_int_equal(found, valid ? value + 6 : 0);
    }
}

static void test_take(void **state) {
    uint8_t bytes[64];
    size_t length = bytes_from_hex("0001 0000 0006 11 03 006b 0003"
                                   "ffff 0000 0002 00 07"
                                   "0003 0000 0006 11 06",
                                   bytes, sizeof bytes);
    ptk_modbus_frame_t frame;
    ptk_buf_t buf;

    (void)state;
    assert_int_equal(ptk_buf_wrap(&buf, bytes, length), PTK_ERR_OK);
    assert_int_equal(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
    assert_int_equal(frame.transaction_id, 1);
    assert_int_equal(frame.unit_id, 0x11);
    assert_int_equal(frame.function, 3);
    assert_int_equal(ptk_buf_length(&frame.pdu), 5);
    assert_ptr_equal(ptk_buf_first(&frame.pdu), bytes + 7);

    assert_int_equal(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
    assert_int_equal(frame.transaction_id, 0xFFFF);
    assert_int_equal(frame.unit_id, 0);
    assert_int_equal(frame.function, 7);
    assert_int_equal(ptk_buf_length(&frame.pdu), 1);

    /* Half a frame stays where it is, and the result is not touched. */
    assert_int_equal(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_INCOMPLETE);
    assert_int_equal(ptk_buf_length(&buf), 8);
    assert_int_equal(frame.function, 7);
}

static void test_bad_arguments(void **state) {
    test_frame_t good = frame_from_hex("03 006b 0003");
    ptk_modbus_frame_t frame;
    size_t found = 99;

    (void)state;
    assert_int_equal(ptk_modbus_frame_scan(NULL, &found), PTK_MODBUS_SCAN_INVALID);
    assert_int_equal(found, 0);
    assert_int_equal(ptk_modbus_frame_take(NULL, &frame), PTK_MODBUS_SCAN_INVALID);
    assert_int_equal(ptk_modbus_frame_take(&good.buf, NULL), PTK_MODBUS_SCAN_INVALID);
    assert_int_equal(ptk_buf_length(&good.buf), good.size);
    ptk_buf_put_u8(&good.buf, 0); /* no room: the error sticks */
    assert_int_equal(ptk_modbus_frame_scan(&good.buf, NULL), PTK_MODBUS_SCAN_INVALID);
    assert_int_equal(ptk_modbus_frame_take(&good.buf, &frame), PTK_MODBUS_SCAN_INVALID);
    frame_free(&good);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_of_a_frame), cmocka_unit_test(test_protocol_identifier),
        cmocka_unit_test(test_length_field),          cmocka_unit_test(test_take),
        cmocka_unit_test(test_bad_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

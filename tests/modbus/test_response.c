/*
 * Responses, exceptions, identification objects and values: good, bad, cut, there and back, and against the request.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmocka_headers.h"
#include "codec_support.h"

#include <string.h>

/* A good PDU and what it means; data_offset is where its values begin in the PDU, 0 for none. */
typedef struct good_response {
    const char *pdu;
    ptk_modbus_response_t meaning;
    size_t data_offset;
} good_response_t;

/* Most are the examples of AP 6. */
static const good_response_t good_responses[] = {
    {"01 03 cd6b05", {.function = 1, .data_length = 3}, 2},
    {"02 03 acdb35", {.function = 2, .data_length = 3}, 2},
    {"03 06 022b 0000 0064", {.function = 3, .data_length = 6}, 2},
    {"04 02 000a", {.function = 4, .data_length = 2}, 2},
    {"05 00ac ff00", {.function = 5, .address = 0xAC, .value = 0xFF00}, 0},
    {"06 0001 0003", {.function = 6, .address = 1, .value = 3}, 0},
    {"0f 0013 000a", {.function = 15, .address = 0x13, .quantity = 10}, 0},
    {"10 0001 0002", {.function = 16, .address = 1, .quantity = 2}, 0},
    {"16 0004 00f2 0025", {.function = 22, .address = 4, .and_mask = 0xF2, .or_mask = 0x25}, 0},
    {"17 04 00fe 0acd", {.function = 23, .data_length = 4}, 2},
    {"2b 0e 01 81 ff 02 02 00 03 414243 01 00",
     {.function = 43,
      .device_id_code = 1,
      .conformity_level = 0x81,
      .more_follows = 0xFF,
      .next_object_id = 2,
      .object_count = 2,
      .data_length = 7},
     7},
    {"81 02", {.function = 1, .exception = 2}, 0},
    {"ab 01", {.function = 43, .exception = 1}, 0},
    {"e4 0b", {.function = 100, .exception = 11}, 0},
};

#define GOOD_COUNT (sizeof good_responses / sizeof good_responses[0])

static void assert_responses_equal(const ptk_modbus_response_t *got, const ptk_modbus_response_t *wanted) {
    assert_int_equal(got->function, wanted->function);
    assert_int_equal(got->exception, wanted->exception);
    assert_int_equal(got->device_id_code, wanted->device_id_code);
    assert_int_equal(got->conformity_level, wanted->conformity_level);
    assert_int_equal(got->more_follows, wanted->more_follows);
    assert_int_equal(got->next_object_id, wanted->next_object_id);
    assert_int_equal(got->object_count, wanted->object_count);
    assert_int_equal(got->address, wanted->address);
    assert_int_equal(got->quantity, wanted->quantity);
    assert_int_equal(got->value, wanted->value);
    assert_int_equal(got->and_mask, wanted->and_mask);
    assert_int_equal(got->or_mask, wanted->or_mask);
    assert_int_equal(got->data_length, wanted->data_length);
}

static void test_good_responses_there_and_back(void **state) {
    size_t i;

    (void)state;
    for (i = 0; i < GOOD_COUNT; i++) {
        test_frame_t memory = frame_from_hex(good_responses[i].pdu);
        uint8_t encoded[PTK_MODBUS_MAX_FRAME_SIZE];
        ptk_modbus_response_t response;
        ptk_modbus_frame_t frame;
        ptk_buf_t buf;

        assert_int_equal(ptk_modbus_frame_take(&memory.buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
        assert_int_equal(ptk_modbus_response_decode(&frame, &response), PTK_ERR_OK);
        assert_responses_equal(&response, &good_responses[i].meaning);
        if (good_responses[i].data_offset != 0) {
            assert_ptr_equal(response.data, memory.memory + PTK_MODBUS_HEADER_SIZE + good_responses[i].data_offset);
        } else {
            assert_null(response.data);
        }
        assert_int_equal(ptk_buf_init(&buf, encoded, sizeof encoded), PTK_ERR_OK);
        assert_int_equal(ptk_modbus_response_encode(&buf, TEST_TRANSACTION, TEST_UNIT, &response), PTK_ERR_OK);
        assert_int_equal(ptk_buf_length(&buf), memory.size);
        assert_memory_equal(encoded, memory.memory, memory.size);
        frame_free(&memory);
    }
}

static void test_wrong_lengths(void **state) {
    size_t i;

    (void)state;
    for (i = 0; i < GOOD_COUNT; i++) {
        uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE] = {0};
        size_t size = bytes_from_hex(good_responses[i].pdu, pdu, sizeof pdu - 1);
        size_t cut;

        for (cut = 1; cut < size; cut++) {
            assert_int_equal(decode_response_pdu(pdu, cut, NULL), PTK_ERR_INVALID_ARGUMENT);
        }
        assert_int_equal(decode_response_pdu(pdu, size, NULL), PTK_ERR_OK);
        assert_int_equal(decode_response_pdu(pdu, size + 1, NULL), PTK_ERR_INVALID_ARGUMENT);
    }
}

static void test_bad_responses(void **state) {
    static const char *const bad[] = {
        "00 02 0000",                       /* no function */
        "07 00",                            /* unknown function */
        "01 00",                            /* no values */
        "03 00",                            /* no values */
        "03 03 000102",                     /* half a register */
        "03 04 0000",                       /* count says four, there are two */
        "03 02 0000 0000",                  /* count says two, there are four */
        "05 0000 0001",                     /* neither on nor off */
        "0f 0000 0000",                     /* wrote nothing */
        "0f 0000 07b1",                     /* wrote more than can be */
        "10 0000 007c",                     /* wrote more than can be */
        "10 ffff 0002",                     /* wrote beyond the last address */
        "81 00",                            /* exception none */
        "2b 0d 01 81 00 00 00",             /* CANopen */
        "2b 0e 00 81 00 00 00",             /* no such code */
        "2b 0e 05 81 00 00 00",             /* no such code */
        "2b 0e 01 81 01 00 00",             /* more follows is 0 or ff */
        "2b 0e 01 81 00 00 01",             /* one object, but none there */
        "2b 0e 01 81 00 00 01 00",          /* an object without a length */
        "2b 0e 01 81 00 00 01 00 02 41",    /* an object that ends early */
        "2b 0e 01 81 00 00 01 00 01 41 01", /* something behind the last object */
        "2b 0e 01 81 00 00 00 00 01 41",    /* no object, but there is one */
        "2b 0e 01 81 00 00 ff 00 00 01 00", /* 255 objects in four bytes */
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE];
        size_t size = bytes_from_hex(bad[i], pdu, sizeof pdu);
        ptk_modbus_response_t response = {.function = 99};

        assert_int_equal(decode_response_pdu(pdu, size, &response), PTK_ERR_INVALID_ARGUMENT);
        assert_int_equal(response.function, 99);
    }
}

static void test_encode_refuses(void **state) {
    static const uint8_t data[PTK_MODBUS_MAX_PDU_SIZE] = {0};
    const ptk_modbus_response_t refused[] = {
        {.function = 0},
        {.function = 7},
        {.function = 0x81, .exception = 1},
        {.function = 1, .data = data, .data_length = 0},
        {.function = 1, .data = data, .data_length = 251},
        {.function = 1, .data = NULL, .data_length = 1},
        {.function = 3, .data = data, .data_length = 3},
        {.function = 3, .data = data, .data_length = 252},
        {.function = 5, .value = 1},
        {.function = 15, .quantity = 0},
        {.function = 43, .device_id_code = 1, .object_count = 1},
        {.function = 43, .device_id_code = 1, .object_count = 125, .data = data, .data_length = 250},
    };
    uint8_t memory[2 * PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_buf_t buf;
    size_t i;

    (void)state;
    assert_int_equal(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    for (i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_equal(ptk_modbus_response_encode(&buf, 1, 1, &refused[i]), PTK_ERR_INVALID_ARGUMENT);
        assert_int_equal(ptk_buf_length(&buf), 0);
        assert_int_equal(ptk_buf_error(&buf), PTK_ERR_OK);
    }
}

static void test_encode_needs_room_and_arguments(void **state) {
    const ptk_modbus_response_t response = {.function = 6, .address = 1, .value = 2};
    uint8_t memory[12];
    ptk_modbus_response_t decoded;
    ptk_modbus_frame_t frame;
    ptk_buf_t buf;
    size_t room;

    (void)state;
    for (room = 0; room < sizeof memory; room++) {
        assert_int_equal(ptk_buf_init(&buf, memory, room), PTK_ERR_OK);
        assert_int_equal(ptk_modbus_response_encode(&buf, 1, 1, &response), PTK_ERR_NO_SPACE);
        assert_int_equal(ptk_modbus_exception_encode(&buf, 1, 1, 3, 2), room < 9 ? PTK_ERR_NO_SPACE : PTK_ERR_OK);
        assert_int_equal(ptk_buf_length(&buf), room < 9 ? 0 : 9);
    }
    assert_int_equal(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    assert_int_equal(ptk_modbus_response_encode(NULL, 1, 1, &response), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_response_encode(&buf, 1, 1, NULL), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_exception_encode(NULL, 1, 1, 3, 2), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_exception_encode(&buf, 1, 1, 3, 0), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_response_encode(&buf, 1, 1, &response), PTK_ERR_OK);
    assert_int_equal(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
    assert_int_equal(ptk_modbus_response_decode(NULL, &decoded), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_response_decode(&frame, NULL), PTK_ERR_INVALID_ARGUMENT);
}

/* The exception to a code that has the flag already keeps it. */
static void test_exceptions_to_any_function(void **state) {
    unsigned function;

    (void)state;
    for (function = 0; function <= 0xFF; function++) {
        uint8_t memory[9];
        ptk_modbus_frame_t frame;
        ptk_modbus_response_t response;
        ptk_buf_t buf;

        assert_int_equal(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
        assert_int_equal(ptk_modbus_exception_encode(&buf, 1, 1, (uint8_t)function, 1), PTK_ERR_OK);
        assert_int_equal(memory[7], function | 0x80u);
        assert_int_equal(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
        assert_int_equal(ptk_modbus_response_decode(&frame, &response), PTK_ERR_OK);
        assert_int_equal(response.function, function & 0x7Fu);
        assert_int_equal(response.exception, 1);
    }
}

static void test_matches(void **state) {
    static const uint8_t data[8] = {7};
    ptk_modbus_request_t request = {.function = 1, .quantity = 9};
    ptk_modbus_response_t response = {.function = 1, .data = data, .data_length = 2};

    (void)state;
    assert_true(ptk_modbus_response_matches(&request, &response));
    request.quantity = 17;
    assert_false(ptk_modbus_response_matches(&request, &response));
    response = (ptk_modbus_response_t){.function = 1, .exception = 2};
    assert_true(ptk_modbus_response_matches(&request, &response));
    response.function = 2;
    assert_false(ptk_modbus_response_matches(&request, &response));
    assert_false(ptk_modbus_response_matches(NULL, &response));
    assert_false(ptk_modbus_response_matches(&request, NULL));

    request = (ptk_modbus_request_t){.function = 23, .quantity = 4};
    response = (ptk_modbus_response_t){.function = 23, .data = data, .data_length = 8};
    assert_true(ptk_modbus_response_matches(&request, &response));
    response.data_length = 6;
    assert_false(ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 6, .address = 3, .value = 4};
    response = (ptk_modbus_response_t){.function = 6, .address = 3, .value = 4};
    assert_true(ptk_modbus_response_matches(&request, &response));
    response.value = 5;
    assert_false(ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 16, .address = 3, .quantity = 4};
    response = (ptk_modbus_response_t){.function = 16, .address = 3, .quantity = 4};
    assert_true(ptk_modbus_response_matches(&request, &response));
    response.address = 4;
    assert_false(ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 22, .address = 3, .and_mask = 4, .or_mask = 5};
    response = (ptk_modbus_response_t){.function = 22, .address = 3, .and_mask = 4, .or_mask = 5};
    assert_true(ptk_modbus_response_matches(&request, &response));
    response.or_mask = 4;
    assert_false(ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 43, .device_id_code = 4, .object_id = 7};
    response = (ptk_modbus_response_t){.function = 43, .device_id_code = 4, .object_count = 1, .data = data};
    assert_true(ptk_modbus_response_matches(&request, &response));
    request.object_id = 8;
    assert_false(ptk_modbus_response_matches(&request, &response));
    response.object_count = 0;
    response.data = NULL;
    assert_false(ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 7};
    response = (ptk_modbus_response_t){.function = 7};
    assert_false(ptk_modbus_response_matches(&request, &response));
}

static void test_objects(void **state) {
    static const uint8_t data[] = {0x00, 3, 'A', 'B', 'C', 0x01, 0, 0x80, 1, 'Z'};
    const ptk_modbus_response_t response = {
        .function = 43, .object_count = 3, .data = data, .data_length = sizeof data};
    ptk_modbus_response_t cut = response;
    ptk_modbus_object_t object;
    size_t offset = 0;

    (void)state;
    assert_true(ptk_modbus_object_next(&response, &offset, &object));
    assert_int_equal(object.id, 0);
    assert_int_equal(object.length, 3);
    assert_memory_equal(object.value, "ABC", 3);
    assert_true(ptk_modbus_object_next(&response, &offset, &object));
    assert_int_equal(object.id, 1);
    assert_int_equal(object.length, 0);
    assert_true(ptk_modbus_object_next(&response, &offset, &object));
    assert_int_equal(object.id, 0x80);
    assert_false(ptk_modbus_object_next(&response, &offset, &object));
    assert_int_equal(object.id, 0x80);

    offset = 7;
    cut.data_length = 9;
    assert_false(ptk_modbus_object_next(&cut, &offset, &object));
    cut.data_length = 8;
    assert_false(ptk_modbus_object_next(&cut, &offset, &object));
    offset = SIZE_MAX;
    assert_false(ptk_modbus_object_next(&cut, &offset, &object));
    offset = 0;
    assert_false(ptk_modbus_object_next(NULL, &offset, &object));
    assert_false(ptk_modbus_object_next(&response, NULL, &object));
    assert_false(ptk_modbus_object_next(&response, &offset, NULL));
}

static void test_values(void **state) {
    static const uint8_t bits[11] = {1, 0, 1, 1, 0, 0, 7, 1, 0, 1, 0};
    static const uint16_t registers[3] = {0x0102, 0xFFFE, 0};
    uint8_t data[6] = {0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};
    uint8_t bits_back[12];
    uint16_t registers_back[3];
    size_t i;

    (void)state;
    assert_int_equal(ptk_modbus_bits_size(0), 0);
    assert_int_equal(ptk_modbus_bits_size(1), 1);
    assert_int_equal(ptk_modbus_bits_size(8), 1);
    assert_int_equal(ptk_modbus_bits_size(9), 2);
    assert_int_equal(ptk_modbus_bits_size(2000), 250);

    ptk_modbus_bits_pack(data, bits, 11);
    assert_memory_equal(data, "\xCD\x02\xEE", 3);
    bits_back[11] = 0xEE;
    ptk_modbus_bits_unpack(bits_back, data, 11);
    for (i = 0; i < 11; i++) {
        assert_int_equal(bits_back[i], bits[i] != 0 ? 1 : 0);
        assert_int_equal(ptk_modbus_bit_get(data, i), bits_back[i]);
    }
    assert_int_equal(bits_back[11], 0xEE);

    ptk_modbus_registers_pack(data, registers, 3);
    assert_memory_equal(data, "\x01\x02\xFF\xFE\x00\x00", 6);
    ptk_modbus_registers_unpack(registers_back, data, 3);
    assert_memory_equal(registers_back, registers, sizeof registers);
    assert_int_equal(ptk_modbus_register_get(data, 1), 0xFFFE);
}

static void test_exception_strings(void **state) {
    unsigned code;
    unsigned known = 0;

    (void)state;
    for (code = 0; code <= 0xFF; code++) {
        const char *text = ptk_modbus_exception_string((uint8_t)code);

        assert_non_null(text);
        known += strcmp(text, "unknown exception") != 0 ? 1 : 0;
    }
    assert_int_equal(known, 10);
    assert_string_equal(ptk_modbus_exception_string(2), "illegal data address");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_responses_there_and_back),
        cmocka_unit_test(test_wrong_lengths),
        cmocka_unit_test(test_bad_responses),
        cmocka_unit_test(test_encode_refuses),
        cmocka_unit_test(test_encode_needs_room_and_arguments),
        cmocka_unit_test(test_exceptions_to_any_function),
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_exception_strings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

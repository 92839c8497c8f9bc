/**
 * @file test_response.c
 * @brief Responses, exceptions, identification objects and values: valid, invalid, cut, encoded and decoded, and with
 *        the request.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_support.h"

#include <string.h>

/** @brief A valid PDU and what it means; data_offset is where its values begin in the PDU, 0 for none. */
typedef struct good_response {
    const char *pdu;
    ptk_modbus_response_t meaning;
    size_t data_offset;
} good_response_t;

/** @brief Most are the examples of AP 6. */
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

/** @brief Number of valid PDUs. */
#define GOOD_COUNT (sizeof good_responses / sizeof good_responses[0])

/** @brief Two responses have the same fields. */
static void check_responses_equal(const ptk_modbus_response_t *got, const ptk_modbus_response_t *wanted) {
    CHECK_EQUAL(got->function, wanted->function);
    CHECK_EQUAL(got->exception, wanted->exception);
    CHECK_EQUAL(got->device_id_code, wanted->device_id_code);
    CHECK_EQUAL(got->conformity_level, wanted->conformity_level);
    CHECK_EQUAL(got->more_follows, wanted->more_follows);
    CHECK_EQUAL(got->next_object_id, wanted->next_object_id);
    CHECK_EQUAL(got->object_count, wanted->object_count);
    CHECK_EQUAL(got->address, wanted->address);
    CHECK_EQUAL(got->quantity, wanted->quantity);
    CHECK_EQUAL(got->value, wanted->value);
    CHECK_EQUAL(got->and_mask, wanted->and_mask);
    CHECK_EQUAL(got->or_mask, wanted->or_mask);
    CHECK_EQUAL(got->data_length, wanted->data_length);
}

/** @brief Valid responses are decoded, encoded, and are the same. */
static void test_good_responses_there_and_back(void) {
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        test_frame_t memory = frame_from_hex(good_responses[i].pdu);
        uint8_t encoded[PTK_MODBUS_MAX_FRAME_SIZE];
        ptk_modbus_frame_t frame;

        CHECK_EQUAL(ptk_modbus_frame_take(&memory.buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
        ptk_modbus_response_t response;
        CHECK_EQUAL(ptk_modbus_response_decode(&frame, &response), PTK_ERR_OK);
        check_responses_equal(&response, &good_responses[i].meaning);
        check_data(&memory, good_responses[i].data_offset, response.data);
        ptk_buf_t buf;
        CHECK_EQUAL(ptk_buf_init(&buf, encoded, sizeof encoded), PTK_ERR_OK);
        CHECK_EQUAL(ptk_modbus_response_encode(&buf, TEST_TRANSACTION, TEST_UNIT, &response), PTK_ERR_OK);
        check_same_bytes(&memory, &buf);
    }
}

/** @brief Decodes a PDU and forgets the result. */
static int32_t decode(const uint8_t *pdu, size_t size) {
    return decode_response_pdu(pdu, size, NULL);
}

/** @brief PDUs that are too short or too long. */
static void test_wrong_lengths(void) {
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        if (good_responses[i].meaning.exception == PTK_MODBUS_EXCEPTION_NONE) {
            check_lengths(good_responses[i].pdu, decode, PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT);
        }
    }
}

/** @brief An exception is valid whatever comes after its code. */
static void test_exceptions_with_more_bytes(void) {
    static const good_response_t exceptions[] = {
        {"83 02 00", {.function = 3, .exception = 2}, 0},
        {"83 02 02 03 04 05 06 07", {.function = 3, .exception = 2}, 0},
        {"90 0b ff", {.function = 16, .exception = 11}, 0},
        {"ab 01 00", {.function = 43, .exception = 1}, 0},
        {"ab 0e 01", {.function = 43, .exception = 1}, 0}, /* as V1.1a of the specification has it */
        {"ab 0e 02 00", {.function = 43, .exception = 2}, 0},
        {"ab 0e 00", {.function = 43, .exception = 14}, 0},
        {"ab 0e", {.function = 43, .exception = 14}, 0},
        {"83 0e 01", {.function = 3, .exception = 14}, 0},
    };
    static const char *const none[] = {"83", "83 00", "83 00 02", "ab", "ab 00 0e"};
    uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE];
    ptk_modbus_response_t response;

    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        size_t size = bytes_from_hex(exceptions[i].pdu, pdu, sizeof pdu);
        CHECK_EQUAL(decode_response_pdu(pdu, size, &response), PTK_ERR_OK);
        check_responses_equal(&response, &exceptions[i].meaning);
    }
    memset(pdu, 0xFF, sizeof pdu);
    pdu[0] = 0x81;
    CHECK_EQUAL(decode_response_pdu(pdu, sizeof pdu, &response), PTK_ERR_OK);
    CHECK_EQUAL(response.exception, 255);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        size_t size = bytes_from_hex(none[i], pdu, sizeof pdu);
        CHECK_EQUAL(decode_response_pdu(pdu, size, NULL), PTK_ERR_INVALID_ARGUMENT);
    }
}

/** @brief Invalid responses. */
static void test_bad_responses(void) {
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
        "2b 0e 01 81 00 00 01 00 01 41 01", /* a byte after the last object */
        "2b 0e 01 81 00 00 00 00 01 41",    /* no object, but there is one */
        "2b 0e 01 81 00 00 ff 00 00 01 00", /* 255 objects in four bytes */
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE];
        size_t size = bytes_from_hex(bad[i], pdu, sizeof pdu);
        ptk_modbus_response_t response = {.function = 99};

        CHECK_EQUAL(decode_response_pdu(pdu, size, &response), PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(response.function, 99);
    }
}

/** @brief Responses that cannot be encoded. */
static void test_encode_refuses(void) {
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
        {.function = 43, .device_id_code = 1, .data_length = 1},
        {.function = 43, .device_id_code = 1, .object_count = 125, .data = data, .data_length = 250},
    };
    uint8_t memory[2 * PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        check_refused(&buf, ptk_modbus_response_encode(&buf, 1, 1, &refused[i]), PTK_ERR_INVALID_ARGUMENT);
    }
}

/** @brief Encoding fails without room or arguments, and leaves the buffer as it was. */
static void test_encode_needs_room_and_arguments(void) {
    const ptk_modbus_response_t response = {.function = 6, .address = 1, .value = 2};
    uint8_t memory[12];
    ptk_buf_t buf;

    for (size_t room = 0; room < sizeof memory; room++) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, room), PTK_ERR_OK);
        CHECK_EQUAL(ptk_modbus_response_encode(&buf, 1, 1, &response), PTK_ERR_NO_SPACE);
        CHECK_EQUAL(ptk_modbus_exception_encode(&buf, 1, 1, 3, 2), room < 9 ? PTK_ERR_NO_SPACE : PTK_ERR_OK);
        CHECK_EQUAL(ptk_buf_length(&buf), room < 9 ? 0 : 9);
    }
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_response_encode(NULL, 1, 1, &response), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_response_encode(&buf, 1, 1, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_exception_encode(NULL, 1, 1, 3, 2), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_exception_encode(&buf, 1, 1, 3, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_response_encode(&buf, 1, 1, &response), PTK_ERR_OK);
    ptk_modbus_frame_t frame;
    CHECK_EQUAL(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
    ptk_modbus_response_t decoded;
    CHECK_EQUAL(ptk_modbus_response_decode(NULL, &decoded), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_response_decode(&frame, NULL), PTK_ERR_INVALID_ARGUMENT);
}

/** @brief The exception to a code that has the flag already keeps it. */
static void test_exceptions_to_any_function(void) {
    for (unsigned function = 0; function <= 0xFF; function++) {
        uint8_t memory[9];
        ptk_buf_t buf;

        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
        CHECK_EQUAL(ptk_modbus_exception_encode(&buf, 1, 1, (uint8_t)function, 1), PTK_ERR_OK);
        CHECK_EQUAL(memory[7], function | 0x80u);
        ptk_modbus_frame_t frame;
        CHECK_EQUAL(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
        ptk_modbus_response_t response;
        CHECK_EQUAL(ptk_modbus_response_decode(&frame, &response), PTK_ERR_OK);
        CHECK_EQUAL(response.function, function & 0x7Fu);
        CHECK_EQUAL(response.exception, 1);
    }
}

/** @brief Responses that fit a request, and responses that do not. */
static void test_matches(void) {
    static const uint8_t data[8] = {7};
    ptk_modbus_request_t request = {.function = 1, .quantity = 9};
    ptk_modbus_response_t response = {.function = 1, .data = data, .data_length = 2};

    CHECK(ptk_modbus_response_matches(&request, &response));
    request.quantity = 17;
    CHECK(!ptk_modbus_response_matches(&request, &response));
    response = (ptk_modbus_response_t){.function = 1, .exception = 2};
    CHECK(ptk_modbus_response_matches(&request, &response));
    response.function = 2;
    CHECK(!ptk_modbus_response_matches(&request, &response));
    CHECK(!ptk_modbus_response_matches(NULL, &response));
    CHECK(!ptk_modbus_response_matches(&request, NULL));

    request = (ptk_modbus_request_t){.function = 23, .quantity = 4};
    response = (ptk_modbus_response_t){.function = 23, .data = data, .data_length = 8};
    CHECK(ptk_modbus_response_matches(&request, &response));
    response.data_length = 6;
    CHECK(!ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 6, .address = 3, .value = 4};
    response = (ptk_modbus_response_t){.function = 6, .address = 3, .value = 4};
    CHECK(ptk_modbus_response_matches(&request, &response));
    response.value = 5;
    CHECK(!ptk_modbus_response_matches(&request, &response));
    response = (ptk_modbus_response_t){.function = 6, .address = 2, .value = 4};
    CHECK(!ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 16, .address = 3, .quantity = 4};
    response = (ptk_modbus_response_t){.function = 16, .address = 3, .quantity = 4};
    CHECK(ptk_modbus_response_matches(&request, &response));
    response.address = 4;
    CHECK(!ptk_modbus_response_matches(&request, &response));
    response = (ptk_modbus_response_t){.function = 16, .address = 3, .quantity = 5};
    CHECK(!ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 22, .address = 3, .and_mask = 4, .or_mask = 5};
    response = (ptk_modbus_response_t){.function = 22, .address = 3, .and_mask = 4, .or_mask = 5};
    CHECK(ptk_modbus_response_matches(&request, &response));
    response.or_mask = 4;
    CHECK(!ptk_modbus_response_matches(&request, &response));
    response = (ptk_modbus_response_t){.function = 22, .address = 3, .and_mask = 5, .or_mask = 5};
    CHECK(!ptk_modbus_response_matches(&request, &response));
    response = (ptk_modbus_response_t){.function = 22, .address = 4, .and_mask = 4, .or_mask = 5};
    CHECK(!ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 43, .device_id_code = 4, .object_id = 7};
    response = (ptk_modbus_response_t){.function = 43, .device_id_code = 4, .object_count = 1, .data = data};
    CHECK(ptk_modbus_response_matches(&request, &response));
    request.object_id = 8;
    CHECK(!ptk_modbus_response_matches(&request, &response));
    response.object_count = 0;
    response.data = NULL;
    CHECK(!ptk_modbus_response_matches(&request, &response));
    request = (ptk_modbus_request_t){.function = 43, .device_id_code = 2};
    response = (ptk_modbus_response_t){.function = 43, .device_id_code = 1};
    CHECK(!ptk_modbus_response_matches(&request, &response));

    request = (ptk_modbus_request_t){.function = 7};
    response = (ptk_modbus_response_t){.function = 7};
    CHECK(!ptk_modbus_response_matches(&request, &response));
}

/** @brief The objects of a device identification. */
static void test_objects(void) {
    static const uint8_t data[] = {0x00, 3, 'A', 'B', 'C', 0x01, 0, 0x80, 1, 'Z'};
    const ptk_modbus_response_t response = {
        .function = 43, .object_count = 3, .data = data, .data_length = sizeof data};
    ptk_modbus_response_t cut = response;
    ptk_modbus_object_t object;
    size_t offset = 0;

    CHECK(ptk_modbus_object_next(&response, &offset, &object));
    CHECK_EQUAL(object.id, 0);
    CHECK_EQUAL(object.length, 3);
    CHECK(memcmp(object.value, "ABC", 3) == 0);
    CHECK(ptk_modbus_object_next(&response, &offset, &object));
    CHECK_EQUAL(object.id, 1);
    CHECK_EQUAL(object.length, 0);
    CHECK(ptk_modbus_object_next(&response, &offset, &object));
    CHECK_EQUAL(object.id, 0x80);
    CHECK(!ptk_modbus_object_next(&response, &offset, &object));
    CHECK_EQUAL(object.id, 0x80);

    offset = 7;
    cut.data_length = 9;
    CHECK(!ptk_modbus_object_next(&cut, &offset, &object));
    cut.data_length = 8;
    CHECK(!ptk_modbus_object_next(&cut, &offset, &object));
    offset = SIZE_MAX;
    CHECK(!ptk_modbus_object_next(&cut, &offset, &object));
    offset = 0;
    CHECK(!ptk_modbus_object_next(NULL, &offset, &object));
    CHECK(!ptk_modbus_object_next(&response, NULL, &object));
    CHECK(!ptk_modbus_object_next(&response, &offset, NULL));
}

/** @brief Bits and registers on the wire. */
static void test_values(void) {
    static const uint8_t bits[11] = {1, 0, 1, 1, 0, 0, 7, 1, 0, 1, 0};
    static const uint16_t registers[3] = {0x0102, 0xFFFE, 0};
    uint8_t data[6] = {0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};
    uint8_t bits_back[12];
    uint16_t registers_back[3];

    CHECK_EQUAL(ptk_modbus_bits_size(0), 0);
    CHECK_EQUAL(ptk_modbus_bits_size(1), 1);
    CHECK_EQUAL(ptk_modbus_bits_size(8), 1);
    CHECK_EQUAL(ptk_modbus_bits_size(9), 2);
    CHECK_EQUAL(ptk_modbus_bits_size(2000), 250);

    ptk_modbus_bits_pack(data, bits, 11);
    CHECK(memcmp(data, "\xCD\x02\xEE", 3) == 0);
    bits_back[11] = 0xEE;
    ptk_modbus_bits_unpack(bits_back, data, 11);
    for (size_t i = 0; i < 11; i++) {
        CHECK_EQUAL(bits_back[i], bits[i] != 0 ? 1 : 0);
        CHECK_EQUAL(ptk_modbus_bit_get(data, i), bits_back[i]);
    }
    CHECK_EQUAL(bits_back[11], 0xEE);

    ptk_modbus_registers_pack(data, registers, 3);
    CHECK(memcmp(data, "\x01\x02\xFF\xFE\x00\x00", 6) == 0);
    ptk_modbus_registers_unpack(registers_back, data, 3);
    CHECK(memcmp(registers_back, registers, sizeof registers) == 0);
    CHECK_EQUAL(ptk_modbus_register_get(data, 1), 0xFFFE);
}

/** @brief Each exception has a name. */
static void test_exception_strings(void) {
    unsigned known = 0;

    for (unsigned code = 0; code <= 0xFF; code++) {
        const char *text = ptk_modbus_exception_string((uint8_t)code);

        CHECK(text != NULL);
        known += strcmp(text, "unknown exception") != 0 ? 1 : 0;
    }
    CHECK_EQUAL(known, 10);
    CHECK(strcmp(ptk_modbus_exception_string(2), "illegal data address") == 0);
}

/** @brief The tests of this file. */
const harness_test_t response_tests[] = {
    {"response.good_responses_there_and_back", test_good_responses_there_and_back},
    {"response.wrong_lengths", test_wrong_lengths},
    {"response.bad_responses", test_bad_responses},
    {"response.encode_refuses", test_encode_refuses},
    {"response.encode_needs_room_and_arguments", test_encode_needs_room_and_arguments},
    {"response.exceptions_with_more_bytes", test_exceptions_with_more_bytes},
    {"response.exceptions_to_any_function", test_exceptions_to_any_function},
    {"response.matches", test_matches},
    {"response.objects", test_objects},
    {"response.values", test_values},
    {"response.exception_strings", test_exception_strings},
    {NULL, NULL},
};

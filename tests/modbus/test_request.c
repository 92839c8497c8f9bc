/**
 * @file test_request.c
 * @brief Requests: each function, valid and invalid in each way, cut at every byte, at the limits, encoded and decoded.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_support.h"

#include <string.h>

/** @brief A valid PDU and what it means; data_offset is where its values begin in the PDU, 0 for none. */
typedef struct good_request {
    const char *pdu;
    ptk_modbus_request_t meaning;
    size_t data_offset;
} good_request_t;

/** @brief Most are the examples of AP 6. */
static const good_request_t good_requests[] = {
    {"01 0013 0013", {.function = 1, .address = 0x13, .quantity = 0x13}, 0},
    {"02 00c4 0016", {.function = 2, .address = 0xC4, .quantity = 0x16}, 0},
    {"03 006b 0003", {.function = 3, .address = 0x6B, .quantity = 3}, 0},
    {"04 0008 0001", {.function = 4, .address = 8, .quantity = 1}, 0},
    {"05 00ac ff00", {.function = 5, .address = 0xAC, .quantity = 1, .value = 0xFF00}, 0},
    {"05 ffff 0000", {.function = 5, .address = 0xFFFF, .quantity = 1, .value = 0}, 0},
    {"06 0001 0003", {.function = 6, .address = 1, .quantity = 1, .value = 3}, 0},
    {"0f 0013 000a 02 cd01", {.function = 15, .address = 0x13, .quantity = 10, .data_length = 2}, 6},
    {"10 0001 0002 04 000a 0102", {.function = 16, .address = 1, .quantity = 2, .data_length = 4}, 6},
    {"16 0004 00f2 0025", {.function = 22, .address = 4, .quantity = 1, .and_mask = 0xF2, .or_mask = 0x25}, 0},
    {"17 0003 0006 000e 0003 06 00ff 00ff 00ff",
     {.function = 23, .address = 3, .quantity = 6, .write_address = 14, .write_quantity = 3, .data_length = 6},
     10},
    {"2b 0e 01 00", {.function = 43, .device_id_code = 1}, 0},
    {"2b 0e 04 80", {.function = 43, .device_id_code = 4, .object_id = 0x80}, 0},
};

/** @brief Number of valid PDUs. */
#define GOOD_COUNT (sizeof good_requests / sizeof good_requests[0])

/** @brief Two requests have the same fields. */
static void check_requests_equal(const ptk_modbus_request_t *got, const ptk_modbus_request_t *wanted) {
    CHECK_EQUAL(got->function, wanted->function);
    CHECK_EQUAL(got->device_id_code, wanted->device_id_code);
    CHECK_EQUAL(got->object_id, wanted->object_id);
    CHECK_EQUAL(got->address, wanted->address);
    CHECK_EQUAL(got->quantity, wanted->quantity);
    CHECK_EQUAL(got->value, wanted->value);
    CHECK_EQUAL(got->and_mask, wanted->and_mask);
    CHECK_EQUAL(got->or_mask, wanted->or_mask);
    CHECK_EQUAL(got->write_address, wanted->write_address);
    CHECK_EQUAL(got->write_quantity, wanted->write_quantity);
    CHECK_EQUAL(got->data_length, wanted->data_length);
}

/** @brief Valid requests are decoded, encoded, and are the same. */
static void test_good_requests_there_and_back(void) {
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        test_frame_t memory = frame_from_hex(good_requests[i].pdu);
        uint8_t encoded[PTK_MODBUS_MAX_FRAME_SIZE];
        ptk_modbus_frame_t frame;

        CHECK_EQUAL(ptk_modbus_frame_take(&memory.buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
        ptk_modbus_request_t request;
        CHECK_EQUAL(ptk_modbus_request_decode(&frame, &request), PTK_MODBUS_EXCEPTION_NONE);
        check_requests_equal(&request, &good_requests[i].meaning);
        check_data(&memory, good_requests[i].data_offset, request.data);
        ptk_buf_t buf;
        CHECK_EQUAL(ptk_buf_init(&buf, encoded, sizeof encoded), PTK_ERR_OK);
        CHECK_EQUAL(ptk_modbus_request_encode(&buf, TEST_TRANSACTION, TEST_UNIT, &request), PTK_ERR_OK);
        check_same_bytes(&memory, &buf);
    }
}

/** @brief Decodes a PDU and forgets the result. */
static int32_t decode(const uint8_t *pdu, size_t size) {
    return decode_request_pdu(pdu, size, NULL);
}

/** @brief A wrong length is exception 3 (AP 7). */
static void test_wrong_lengths(void) {
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        check_lengths(good_requests[i].pdu, decode, PTK_MODBUS_EXCEPTION_NONE, PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE);
    }
}

/** @brief An invalid PDU and its exception. */
typedef struct bad_request {
    const char *pdu;
    uint8_t exception;
} bad_request_t;

/** @brief Invalid PDUs. */
static const bad_request_t bad_requests[] = {
    {"00", 1},                                  /* no function */
    {"07", 1},                                  /* serial line only */
    {"18 0000", 1},                             /* read FIFO queue: not here */
    {"2b 0d 01 00", 1},                         /* CANopen */
    {"80 0000 0001", 1},                        /* the exception flag */
    {"83 0000 0001", 1},                        /* a response */
    {"ff", 1},                                  /* the last code */
    {"05 0000 0001", 3},                        /* neither on nor off */
    {"05 0000 ff01", 3},                        /* neither on nor off */
    {"05 0000 00ff", 3},                        /* neither on nor off */
    {"0f 0000 000a 01 cd", 3},                  /* one byte for ten bits */
    {"0f 0000 000a 03 cd01 00", 3},             /* three bytes for ten bits */
    {"0f 0000 000a 02 cd", 3},                  /* count says two, there is one */
    {"0f 0000 000a 01 cd01", 3},                /* count says one, there are two */
    {"0f 0000 0000 00", 3},                     /* nothing to write */
    {"0f ffff 0002 01 03", 2},                  /* beyond the last address */
    {"10 0000 0002 03 000a 01", 3},             /* odd count */
    {"10 0000 0002 02 000a", 3},                /* too few */
    {"10 0000 0001 04 000a 0102", 3},           /* too many */
    {"10 0000 0000 00", 3},                     /* nothing to write */
    {"10 ffff 0002 04 000a 0102", 2},           /* beyond the last address */
    {"17 0000 0000 0000 0001 02 0000", 3},      /* nothing to read */
    {"17 0000 0001 0000 0000 00", 3},           /* nothing to write */
    {"17 0000 0001 0000 0001 04 0000 0000", 3}, /* count and quantity differ */
    {"17 ffff 0002 0000 0001 02 0000", 2},      /* reads beyond the last address */
    {"17 0000 0001 ffff 0002 04 0000 0000", 2}, /* writes beyond the last address */
    {"2b 0e 00 00", 3},                         /* no such code */
    {"2b 0e 05 00", 3},                         /* no such code */
};

/** @brief Invalid requests are refused. */
static void test_bad_requests(void) {
    for (size_t i = 0; i < sizeof bad_requests / sizeof bad_requests[0]; i++) {
        uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE];
        size_t size = bytes_from_hex(bad_requests[i].pdu, pdu, sizeof pdu);
        ptk_modbus_request_t request;

        CHECK_EQUAL(decode_request_pdu(pdu, size, &request), bad_requests[i].exception);
        CHECK_EQUAL(request.function, pdu[0]);
    }
}

/** @brief Whether the codec knows a function. */
static bool known(unsigned function) {
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        if (good_requests[i].meaning.function == function) {
            return true;
        }
    }
    return false;
}

/** @brief A function code alone is illegal if it is unknown, and too short if it is known. */
static void test_every_function_code(void) {
    for (unsigned function = 0; function <= 0xFF; function++) {
        uint8_t pdu = (uint8_t)function;

        CHECK_EQUAL(decode_request_pdu(&pdu, 1, NULL),
                    known(function) ? PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE : PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION);
    }
}

/** @brief The PDU of a function that has quantities, with its bytes of values, but at most 246. */
static size_t make_pdu(uint8_t *pdu, const ptk_modbus_request_t *fields) {
    size_t bytes = fields->function == 15   ? ptk_modbus_bits_size(fields->quantity)
                   : fields->function == 16 ? 2u * (size_t)fields->quantity
                   : fields->function == 23 ? 2u * (size_t)fields->write_quantity
                                            : 0;
    size_t most = fields->function == 23 ? 243 : 247;
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_init(&buf, pdu, PTK_MODBUS_MAX_PDU_SIZE) == PTK_ERR_OK, 0);
    ptk_buf_put_u8(&buf, fields->function);
    ptk_buf_put_u16_be(&buf, fields->address);
    ptk_buf_put_u16_be(&buf, fields->quantity);
    if (fields->function == 23) {
        ptk_buf_put_u16_be(&buf, fields->write_address);
        ptk_buf_put_u16_be(&buf, fields->write_quantity);
    }
    if (bytes > 0) {
        bytes = bytes < most ? bytes : most;
        ptk_buf_put_u8(&buf, (uint8_t)bytes);
        ptk_buf_put_fill(&buf, 0x5A, bytes);
    }
    CHECK_OR_RETURN(ptk_buf_error(&buf) == PTK_ERR_OK, 0);
    return ptk_buf_length(&buf);
}

/** @brief Decodes a request that is made of fields, allowed or not. */
static uint8_t decode_fields(const ptk_modbus_request_t *fields) {
    uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE];
    size_t size = make_pdu(pdu, fields);

    return decode_request_pdu(pdu, size, NULL);
}

/** @brief At the greatest quantity and at the last address of a function. */
static void check_limits(uint8_t function, uint16_t most) {
    ptk_modbus_request_t fields = {.function = function, .write_quantity = 1};
    static const uint16_t never[] = {0x4000, 0x8000, 0xFFFF};

    fields.quantity = 1;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_NONE);
    fields.quantity = most;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_NONE);
    fields.address = (uint16_t)(65536u - most);
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_NONE);
    fields.address++;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
    fields.quantity = 1;
    fields.address = 65535;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_NONE);
    fields.quantity = (uint16_t)(most + 1);
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE);
    fields.quantity = 0;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE);
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        fields.quantity = never[i];
        CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE);
    }
}

/** @brief The least and greatest quantities of each function. */
static void test_quantities(void) {
    ptk_modbus_request_t fields = {.function = 23, .quantity = 125, .write_quantity = 121};

    check_limits(1, 2000);
    check_limits(2, 2000);
    check_limits(3, 125);
    check_limits(4, 125);
    check_limits(15, 1968);
    check_limits(16, 123);
    check_limits(23, 125);

    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_NONE);
    fields.write_address = 65536 - 121;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_NONE);
    fields.write_address++;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
    fields.write_address = 0;
    fields.write_quantity = 122;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE);
    fields.write_quantity = 0;
    CHECK_EQUAL(decode_fields(&fields), PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE);
}

/** @brief Requests that the decoder refuses are not encoded. */
static void test_encode_refuses(void) {
    static const uint8_t data[4] = {0};
    const ptk_modbus_request_t refused[] = {
        {.function = 0},
        {.function = 7},
        {.function = 0x83, .quantity = 1},
        {.function = 1, .quantity = 0},
        {.function = 1, .quantity = 2001},
        {.function = 3, .quantity = 126},
        {.function = 3, .address = 65535, .quantity = 2},
        {.function = 5, .value = 1},
        {.function = 15, .quantity = 9, .data = data, .data_length = 1},
        {.function = 16, .quantity = 2, .data = data, .data_length = 2},
        {.function = 16, .quantity = 2, .data = NULL, .data_length = 4},
        {.function = 23, .quantity = 1, .write_quantity = 1, .data = data, .data_length = 1},
        {.function = 43, .device_id_code = 0},
    };
    uint8_t memory[PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        check_refused(&buf, ptk_modbus_request_encode(&buf, 1, 1, &refused[i]), PTK_ERR_INVALID_ARGUMENT);
    }
}

/** @brief Encoding fails without room or arguments, and leaves the buffer as it was. */
static void test_encode_needs_room_and_arguments(void) {
    const ptk_modbus_request_t request = {.function = 3, .quantity = 1};
    uint8_t memory[12];
    ptk_buf_t buf;

    for (size_t room = 0; room < sizeof memory; room++) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, room), PTK_ERR_OK);
        check_refused(&buf, ptk_modbus_request_encode(&buf, 1, 1, &request), PTK_ERR_NO_SPACE);
    }
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_request_encode(NULL, 1, 1, &request), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_request_encode(&buf, 1, 1, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_request_encode(&buf, 1, 1, &request), PTK_ERR_OK);
    ptk_modbus_frame_t frame;
    CHECK_EQUAL(ptk_modbus_frame_take(&buf, &frame), PTK_MODBUS_SCAN_COMPLETE);
    CHECK_EQUAL(ptk_modbus_request_decode(&frame, NULL), PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE);
    ptk_modbus_request_t decoded;
    CHECK_EQUAL(ptk_modbus_request_decode(NULL, &decoded), PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE);
    ptk_buf_get_u8(&buf);
    CHECK_EQUAL(ptk_modbus_request_encode(&buf, 1, 1, &request), PTK_ERR_INVALID_ARGUMENT);
}

/** @brief Leftovers in fields that a function does not use are ignored and not sent. */
static void test_encode_ignores_unused_fields(void) {
    ptk_modbus_request_t request;
    uint8_t memory[PTK_MODBUS_MAX_FRAME_SIZE];

    memset(&request, 0xFF, sizeof request);
    request.function = 6;
    request.address = 65535;
    request.value = 0x0102;
    ptk_buf_t buf;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_request_encode(&buf, 7, 9, &request), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 12);
    CHECK(memcmp(memory, "\x00\x07\x00\x00\x00\x06\x09\x06\xFF\xFF\x01\x02", 12) == 0);
}

/** @brief The tests of this file. */
const harness_test_t request_tests[] = {
    {"request.good_requests_there_and_back", test_good_requests_there_and_back},
    {"request.wrong_lengths", test_wrong_lengths},
    {"request.bad_requests", test_bad_requests},
    {"request.every_function_code", test_every_function_code},
    {"request.quantities", test_quantities},
    {"request.encode_refuses", test_encode_refuses},
    {"request.encode_needs_room_and_arguments", test_encode_needs_room_and_arguments},
    {"request.encode_ignores_unused_fields", test_encode_ignores_unused_fields},
    {NULL, NULL},
};

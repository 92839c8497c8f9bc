/**
 * @file codec_any_bytes.c
 * @brief What must hold for any bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_any_bytes.h"

#include "guarded_memory.h"

#include <ptk_modbus.h>

#include <string.h>

/** @brief Returns what is wrong if a condition does not hold. */
#define REQUIRE(condition, what)                                                                                       \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            return (what);                                                                                             \
        }                                                                                                              \
    } while (0)

/** @brief Whether data lies within the PDU of its frame. */
static int inside(const ptk_modbus_frame_t *frame, const uint8_t *data, size_t length) {
    const uint8_t *first = frame->pdu.data;
    const uint8_t *end = first + ptk_buf_length(&frame->pdu);

    return data == NULL ? length == 0 : data >= first && data <= end && length <= (size_t)(end - data);
}

/** @brief The bytes of a frame in the memory that was scanned, header included. */
static const char *try_same_frame(const ptk_modbus_frame_t *frame, const ptk_buf_t *encoded) {
    size_t length = PTK_MODBUS_HEADER_SIZE + ptk_buf_length(&frame->pdu);

    REQUIRE(ptk_buf_length(encoded) == length, "another length after encoding");
    REQUIRE(memcmp(encoded->data, frame->pdu.data - PTK_MODBUS_HEADER_SIZE, length) == 0, "other bytes after encoding");
    return NULL;
}

/** @brief Decodes and encodes a request. Returns what is wrong, or NULL. */
static const char *try_request(const ptk_modbus_frame_t *frame) {
    uint8_t memory[PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_modbus_request_t request;
    ptk_buf_t encoded;
    uint8_t exception = ptk_modbus_request_decode(frame, &request);

    REQUIRE(exception <= PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE, "an exception that decoding does not have");
    REQUIRE(request.function == frame->function, "another function");
    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        REQUIRE(inside(frame, request.data, request.data_length), "request data outside of the frame");
        (void)ptk_buf_init(&encoded, memory, sizeof memory);
        REQUIRE(ptk_modbus_request_encode(&encoded, frame->transaction_id, frame->unit_id, &request) == PTK_ERR_OK,
                "a decoded request cannot be encoded");
        return try_same_frame(frame, &encoded);
    }
    return NULL;
}

/** @brief Decodes and encodes a response. Returns what is wrong, or NULL. */
static const char *try_response(const ptk_modbus_frame_t *frame) {
    uint8_t memory[PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_modbus_response_t response;
    size_t offset = 0;
    unsigned objects = 0;

    if (ptk_modbus_response_decode(frame, &response) != PTK_ERR_OK) {
        return NULL;
    }
    REQUIRE(inside(frame, response.data, response.data_length), "response data outside of the frame");
    ptk_modbus_object_t object;
    while (ptk_modbus_object_next(&response, &offset, &object)) {
        REQUIRE(inside(frame, object.value, object.length), "object outside of the frame");
        objects++;
    }
    REQUIRE(objects == response.object_count, "another number of objects");
    ptk_buf_t encoded;
    (void)ptk_buf_init(&encoded, memory, sizeof memory);
    REQUIRE(ptk_modbus_response_encode(&encoded, frame->transaction_id, frame->unit_id, &response) == PTK_ERR_OK,
            "a decoded response cannot be encoded");
    if (response.exception != PTK_MODBUS_EXCEPTION_NONE && ptk_buf_length(&frame->pdu) > 2) {
        return NULL; /* what came after the code is not kept */
    }
    return try_same_frame(frame, &encoded);
}

const char *codec_any_bytes(const uint8_t *data, size_t size) {
    ptk_modbus_frame_t frame;

    size = size < GUARDED_MEMORY_MAX ? size : GUARDED_MEMORY_MAX;
    ptk_buf_t buf;
    (void)ptk_buf_wrap(&buf, guarded_copy(data, size), size);
    size_t announced;
    while (ptk_modbus_frame_scan(&buf, &announced) == PTK_MODBUS_SCAN_COMPLETE) {
        size_t before = ptk_buf_length(&buf);

        REQUIRE(ptk_modbus_frame_take(&buf, &frame) == PTK_MODBUS_SCAN_COMPLETE, "a whole frame was not taken");
        REQUIRE(before - ptk_buf_length(&buf) == announced, "another length was taken than announced");
        const char *wrong = try_request(&frame);
        if (wrong == NULL) {
            wrong = try_response(&frame);
        }
        REQUIRE(wrong == NULL, wrong);
    }
    REQUIRE(announced == 0, "a length without a frame");
    return NULL;
}

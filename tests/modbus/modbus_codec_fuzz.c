/*
 * Feeds arbitrary bytes to the codec, and checks what must hold for any bytes: nothing is read out of bounds, a frame
 * that is taken has the length that was announced, and what was decoded is encoded to the same bytes again.
 *
 * With Clang and PTK_BUILD_FUZZERS=ON this is a libFuzzer program; everywhere else modbus_codec_corpus.c calls it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ptk_modbus.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "modbus_codec_fuzz: %s\n", what);
        abort();
    }
}

/* Whether data lies within the PDU of its frame. */
static int inside(const ptk_modbus_frame_t *frame, const uint8_t *data, size_t length) {
    const uint8_t *first = frame->pdu.data;
    const uint8_t *end = first + ptk_buf_length(&frame->pdu);

    return data == NULL ? length == 0 : data >= first && data <= end && length <= (size_t)(end - data);
}

/* The bytes of a frame in the memory that was scanned, header included. */
static void require_same_frame(const ptk_modbus_frame_t *frame, const ptk_buf_t *encoded) {
    size_t length = PTK_MODBUS_HEADER_SIZE + ptk_buf_length(&frame->pdu);

    require(ptk_buf_length(encoded) == length, "another length after encoding");
    require(memcmp(encoded->data, frame->pdu.data - PTK_MODBUS_HEADER_SIZE, length) == 0, "other bytes after encoding");
}

static void try_request(const ptk_modbus_frame_t *frame) {
    uint8_t memory[PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_modbus_request_t request;
    ptk_buf_t encoded;
    uint8_t exception = ptk_modbus_request_decode(frame, &request);

    require(exception <= PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE, "an exception that decoding does not have");
    require(request.function == frame->function, "another function");
    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        require(inside(frame, request.data, request.data_length), "request data outside of the frame");
        (void)ptk_buf_init(&encoded, memory, sizeof memory);
        require(ptk_modbus_request_encode(&encoded, frame->transaction_id, frame->unit_id, &request) == PTK_ERR_OK,
                "a decoded request cannot be encoded");
        require_same_frame(frame, &encoded);
    }
}

static void try_response(const ptk_modbus_frame_t *frame) {
    uint8_t memory[PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_modbus_response_t response;
    ptk_modbus_object_t object;
    ptk_buf_t encoded;
    size_t offset = 0;
    unsigned objects = 0;

    if (ptk_modbus_response_decode(frame, &response) != PTK_ERR_OK) {
        return;
    }
    require(inside(frame, response.data, response.data_length), "response data outside of the frame");
    while (ptk_modbus_object_next(&response, &offset, &object)) {
        require(inside(frame, object.value, object.length), "object outside of the frame");
        objects++;
    }
    require(objects == response.object_count, "another number of objects");
    (void)ptk_buf_init(&encoded, memory, sizeof memory);
    require(ptk_modbus_response_encode(&encoded, frame->transaction_id, frame->unit_id, &response) == PTK_ERR_OK,
            "a decoded response cannot be encoded");
    require_same_frame(frame, &encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* A copy of exactly that size, so that a sanitizer sees a read of one byte too many. */
    uint8_t *memory = (uint8_t *)malloc(size > 0 ? size : 1);
    ptk_modbus_frame_t frame;
    ptk_buf_t buf;
    size_t announced;

    require(memory != NULL, "no memory");
    if (size > 0) {
        memcpy(memory, data, size);
    }
    (void)ptk_buf_wrap(&buf, memory, size);
    while (ptk_modbus_frame_scan(&buf, &announced) == PTK_MODBUS_SCAN_COMPLETE) {
        size_t before = ptk_buf_length(&buf);

        require(ptk_modbus_frame_take(&buf, &frame) == PTK_MODBUS_SCAN_COMPLETE, "a whole frame was not taken");
        require(before - ptk_buf_length(&buf) == announced, "another length was taken than announced");
        try_request(&frame);
        try_response(&frame);
    }
    require(announced == 0, "a length without a frame");
    free(memory);
    return 0;
}

/*
 * SPDX-License-Identifier: MIT
 */
#include "codec_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(const char *why) {
    fprintf(stderr, "codec_support: %s\n", why);
    abort();
}

size_t bytes_from_hex(const char *text, uint8_t *bytes, size_t max) {
    static const char digits[] = "0123456789abcdef";
    size_t half_bytes = 0;

    for (; *text != '\0'; text++) {
        const char *digit = strchr(digits, *text);

        if (*text == ' ') {
            continue;
        }
        if (digit == NULL || half_bytes / 2 == max) {
            give_up("bad hexadecimal text");
            return 0;
        }
        if (half_bytes % 2 == 0) {
            bytes[half_bytes / 2] = 0;
        }
        bytes[half_bytes / 2] = (uint8_t)((unsigned)bytes[half_bytes / 2] * 16u + (unsigned)(digit - digits));
        half_bytes++;
    }
    if (half_bytes % 2 != 0) {
        give_up("half a byte in hexadecimal text");
    }
    return half_bytes / 2;
}

test_frame_t frame_from_pdu(const uint8_t *pdu, size_t size) {
    test_frame_t frame;

    frame.size = PTK_MODBUS_HEADER_SIZE + size;
    frame.memory = (uint8_t *)malloc(frame.size);
    if (frame.memory == NULL || ptk_buf_init(&frame.buf, frame.memory, frame.size) != PTK_ERR_OK) {
        give_up("no memory");
    }
    ptk_buf_put_u16_be(&frame.buf, TEST_TRANSACTION);
    ptk_buf_put_u16_be(&frame.buf, 0);
    ptk_buf_put_u16_be(&frame.buf, (uint16_t)(size + 1));
    ptk_buf_put_u8(&frame.buf, TEST_UNIT);
    ptk_buf_put_bytes(&frame.buf, pdu, size);
    if (ptk_buf_error(&frame.buf) != PTK_ERR_OK) {
        give_up("bad frame");
    }
    return frame;
}

test_frame_t frame_from_hex(const char *pdu_text) {
    uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE];
    size_t size = bytes_from_hex(pdu_text, pdu, sizeof pdu);

    return frame_from_pdu(pdu, size);
}

void frame_free(test_frame_t *frame) {
    free(frame->memory);
    frame->memory = NULL;
}

/* Takes the only frame out of its buffer. */
static void take_frame(test_frame_t *memory, ptk_modbus_frame_t *frame) {
    if (ptk_modbus_frame_take(&memory->buf, frame) != PTK_MODBUS_SCAN_COMPLETE) {
        give_up("the test's own frame was not taken");
    }
}

uint8_t decode_request_pdu(const uint8_t *pdu, size_t size, ptk_modbus_request_t *request) {
    test_frame_t memory = frame_from_pdu(pdu, size);
    ptk_modbus_request_t unused;
    ptk_modbus_frame_t frame;
    uint8_t exception;

    take_frame(&memory, &frame);
    exception = ptk_modbus_request_decode(&frame, request != NULL ? request : &unused);
    frame_free(&memory);
    return exception;
}

ptk_err_t decode_response_pdu(const uint8_t *pdu, size_t size, ptk_modbus_response_t *response) {
    test_frame_t memory = frame_from_pdu(pdu, size);
    ptk_modbus_response_t unused;
    ptk_modbus_frame_t frame;
    ptk_err_t error;

    take_frame(&memory, &frame);
    error = ptk_modbus_response_decode(&frame, response != NULL ? response : &unused);
    frame_free(&memory);
    return error;
}

/**
 * @file codec_support.c
 * @brief Frames from hexadecimal text, and checks of the codec.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_support.h"

#include "guarded_memory.h"

#include <string.h>

/* ---- frames ---- */

size_t bytes_from_hex(const char *text, uint8_t *bytes, size_t max) {
    static const char digits[] = "0123456789abcdef";
    size_t half_bytes = 0;

    for (; *text != '\0'; text++) {
        const char *digit = strchr(digits, *text);

        if (*text == ' ') {
            continue;
        }
        CHECK_OR_RETURN(digit != NULL && half_bytes / 2 < max, 0);
        if (half_bytes % 2 == 0) {
            bytes[half_bytes / 2] = 0;
        }
        bytes[half_bytes / 2] = (uint8_t)((unsigned)bytes[half_bytes / 2] * 16u + (unsigned)(digit - digits));
        half_bytes++;
    }
    CHECK_OR_RETURN(half_bytes % 2 == 0, 0);
    return half_bytes / 2;
}

test_frame_t frame_from_pdu(const uint8_t *pdu, size_t size) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];
    test_frame_t frame = {0};

    CHECK_OR_RETURN(ptk_buf_init(&frame.buf, bytes, sizeof bytes) == PTK_ERR_OK, frame);
    ptk_buf_put_u16_be(&frame.buf, TEST_TRANSACTION);
    ptk_buf_put_u16_be(&frame.buf, 0);
    ptk_buf_put_u16_be(&frame.buf, (uint16_t)(size + 1));
    ptk_buf_put_u8(&frame.buf, TEST_UNIT);
    ptk_buf_put_bytes(&frame.buf, pdu, size);
    CHECK_OR_RETURN(ptk_buf_error(&frame.buf) == PTK_ERR_OK, frame);
    frame.size = ptk_buf_length(&frame.buf);
    frame.memory = guarded_copy(bytes, frame.size);
    CHECK_OR_RETURN(ptk_buf_wrap(&frame.buf, frame.memory, frame.size) == PTK_ERR_OK, frame);
    return frame;
}

test_frame_t frame_from_hex(const char *pdu_text) {
    uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE];
    size_t size = bytes_from_hex(pdu_text, pdu, sizeof pdu);

    return frame_from_pdu(pdu, size);
}

/* ---- decoding ---- */

/** @brief Takes the only frame out of its buffer. */
static bool take_frame(test_frame_t *memory, ptk_modbus_frame_t *frame) {
    CHECK_OR_RETURN(ptk_modbus_frame_take(&memory->buf, frame) == PTK_MODBUS_SCAN_COMPLETE, false);
    return true;
}

uint8_t decode_request_pdu(const uint8_t *pdu, size_t size, ptk_modbus_request_t *request) {
    test_frame_t memory = frame_from_pdu(pdu, size);
    ptk_modbus_frame_t frame;

    if (!take_frame(&memory, &frame)) {
        return UINT8_MAX;
    }
    ptk_modbus_request_t unused;
    return ptk_modbus_request_decode(&frame, request != NULL ? request : &unused);
}

ptk_err_t decode_response_pdu(const uint8_t *pdu, size_t size, ptk_modbus_response_t *response) {
    test_frame_t memory = frame_from_pdu(pdu, size);
    ptk_modbus_frame_t frame;

    if (!take_frame(&memory, &frame)) {
        return PTK_ERR_SYSTEM;
    }
    ptk_modbus_response_t unused;
    return ptk_modbus_response_decode(&frame, response != NULL ? response : &unused);
}

/* ---- checks ---- */

void check_lengths(const char *pdu_text, decode_pdu_t decode, int32_t good, int32_t wrong) {
    uint8_t pdu[PTK_MODBUS_MAX_PDU_SIZE] = {0};
    size_t size = bytes_from_hex(pdu_text, pdu, sizeof pdu - 1);

    for (size_t cut = 1; cut < size; cut++) {
        CHECK_EQUAL(decode(pdu, cut), wrong);
    }
    CHECK_EQUAL(decode(pdu, size), good);
    CHECK_EQUAL(decode(pdu, size + 1), wrong);
}

void check_data(const test_frame_t *frame, size_t data_offset, const uint8_t *data) {
    if (data_offset != 0) {
        CHECK(data == frame->memory + PTK_MODBUS_HEADER_SIZE + data_offset);
    } else {
        CHECK(data == NULL);
    }
}

void check_same_bytes(const test_frame_t *frame, const ptk_buf_t *encoded) {
    CHECK_EQUAL(ptk_buf_length(encoded), frame->size);
    CHECK(memcmp(ptk_buf_first(encoded), frame->memory, frame->size) == 0);
}

void check_refused(const ptk_buf_t *buf, ptk_err_t error, ptk_err_t wanted) {
    CHECK_EQUAL(error, wanted);
    CHECK_EQUAL(ptk_buf_length(buf), 0);
    CHECK_EQUAL(ptk_buf_error(buf), PTK_ERR_OK);
}

/*
 * What the codec tests share: frames from readable hexadecimal text, in memory of exactly their size, so that the
 * address sanitizer sees a read of one byte too many.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_CODEC_SUPPORT_H
#define TESTS_MODBUS_CODEC_SUPPORT_H

#include <ptk_modbus.h>

#include <stddef.h>
#include <stdint.h>

/* Every test frame has these two. */
#define TEST_TRANSACTION 0x1234
#define TEST_UNIT 0x11

/* Bytes from text such as "01 0013 0025"; returns how many. At most max bytes, else it fails the program. */
size_t bytes_from_hex(const char *text, uint8_t *bytes, size_t max);

/* A frame around a PDU, allocated with exactly its size. Its memory is frame_memory's result; free() it. */
typedef struct test_frame {
    uint8_t *memory;
    size_t size;
    ptk_buf_t buf; /* full, over memory */
} test_frame_t;

test_frame_t frame_from_pdu(const uint8_t *pdu, size_t size);
test_frame_t frame_from_hex(const char *pdu_text);
void frame_free(test_frame_t *frame);

/* Decodes a PDU as a request and returns the exception; request may be NULL. Its data is void afterwards. */
uint8_t decode_request_pdu(const uint8_t *pdu, size_t size, ptk_modbus_request_t *request);

/* Decodes a PDU as a response and returns the error; response may be NULL. Its data is void afterwards. */
ptk_err_t decode_response_pdu(const uint8_t *pdu, size_t size, ptk_modbus_response_t *response);

#endif

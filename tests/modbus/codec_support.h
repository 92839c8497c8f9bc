/**
 * @file codec_support.h
 * @brief What the codec tests share: frames from readable hexadecimal text, in memory of exactly their size, so that
 *        the address sanitizer sees a read of one byte too many; and what must hold for requests and responses alike.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_CODEC_SUPPORT_H
#define TESTS_MODBUS_CODEC_SUPPORT_H

#include "harness.h"

#include <ptk_modbus.h>

/* Every test frame has these two. */
#define TEST_TRANSACTION 0x1234
#define TEST_UNIT 0x11

/* Bytes from text such as "01 0013 0025"; returns how many. At most max bytes, else the test fails. */
size_t bytes_from_hex(const char *text, uint8_t *bytes, size_t max);

/** @brief A frame around a PDU, good until three more were made. */
typedef struct test_frame {
    uint8_t *memory;
    size_t size;
    ptk_buf_t buf; /* full, over memory */
} test_frame_t;

test_frame_t frame_from_pdu(const uint8_t *pdu, size_t size);
test_frame_t frame_from_hex(const char *pdu_text);

/* Decodes a PDU as a request and returns the exception; request may be NULL. Its data is void afterwards. */
uint8_t decode_request_pdu(const uint8_t *pdu, size_t size, ptk_modbus_request_t *request);

/* Decodes a PDU as a response and returns the error; response may be NULL. Its data is void afterwards. */
ptk_err_t decode_response_pdu(const uint8_t *pdu, size_t size, ptk_modbus_response_t *response);

/** @brief Decodes a PDU as one or the other and returns the exception or the error. */
typedef int32_t (*decode_pdu_t)(const uint8_t *pdu, size_t size);

/* A good PDU is good; with one byte less than needed anywhere, or one too many, it is wrong. */
void check_lengths(const char *pdu_text, decode_pdu_t decode, int32_t good, int32_t wrong);

/* The values of a decoded frame are where they came in, data_offset bytes into the PDU; nowhere if that is 0. */
void check_data(const test_frame_t *frame, size_t data_offset, const uint8_t *data);

/* What was decoded from a frame was encoded to the same bytes. */
void check_same_bytes(const test_frame_t *frame, const ptk_buf_t *encoded);

/* Encoding was refused with this error and has left nothing behind. */
void check_refused(const ptk_buf_t *buf, ptk_err_t error, ptk_err_t wanted);

#endif

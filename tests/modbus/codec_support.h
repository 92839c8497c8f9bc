/**
 * @file codec_support.h
 * @brief What the codec tests share: frames from readable hexadecimal text, in memory of exactly their size, so that
 * the address sanitizer sees a read of one byte too many; and what must hold for requests and responses alike.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_CODEC_SUPPORT_H
#define TESTS_MODBUS_CODEC_SUPPORT_H

#include "harness.h"

#include <ptk_modbus.h>

/** @brief Every test frame has these two. */
#define TEST_TRANSACTION 0x1234
/** @brief The unit of all frames. */
#define TEST_UNIT 0x11

/** @brief Bytes from text such as "01 0013 0025"; returns how many. At most max bytes, else the test fails. */
size_t bytes_from_hex(const char *text, uint8_t *bytes, size_t max);

/** @brief A frame around a PDU, valid until three more were made. */
typedef struct test_frame {
    uint8_t *memory;
    size_t size;
    ptk_buf_t buf; /* full, over memory */
} test_frame_t;

/** @brief A frame around a PDU. */
test_frame_t frame_from_pdu(const uint8_t *pdu, size_t size);
/** @brief A frame around a PDU in hexadecimal text. */
test_frame_t frame_from_hex(const char *pdu_text);

/** @brief Decodes a PDU as a request and returns the exception; request may be NULL. Its data is void afterwards. */
uint8_t decode_request_pdu(const uint8_t *pdu, size_t size, ptk_modbus_request_t *request);

/** @brief Decodes a PDU as a response and returns the error; response may be NULL. Its data is void afterwards. */
ptk_err_t decode_response_pdu(const uint8_t *pdu, size_t size, ptk_modbus_response_t *response);

/** @brief Decodes a PDU as one or the other and returns the exception or the error. */
typedef int32_t (*decode_pdu_t)(const uint8_t *pdu, size_t size);

/** @brief A valid PDU is accepted; with any number of bytes less, or one too many, it is refused. */
void check_lengths(const char *pdu_text, decode_pdu_t decode, int32_t good, int32_t wrong);

/** @brief The values of a decoded frame are data_offset bytes into the PDU; there are none if that is 0. */
void check_data(const test_frame_t *frame, size_t data_offset, const uint8_t *data);

/** @brief What was decoded from a frame was encoded to the same bytes. */
void check_same_bytes(const test_frame_t *frame, const ptk_buf_t *encoded);

/** @brief Encoding was refused with this error and has put nothing. */
void check_refused(const ptk_buf_t *buf, ptk_err_t error, ptk_err_t wanted);

#endif

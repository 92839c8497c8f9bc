/**
 * @file modbus_frame.c
 * @brief The MBAP header: finding frames in a stream and putting headers (TCP 3.1.3).
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_internal.h"

/** @brief The one protocol identifier that there is. */
#define PROTOCOL_MODBUS 0u

ptk_modbus_scan_t ptk_modbus_frame_scan(const ptk_buf_t *buf, size_t *frame_length) {
    ptk_buf_t view;
    uint16_t length;

    if (frame_length != NULL) {
        *frame_length = 0;
    }
    if (ptk_buf_error(buf) != PTK_ERR_OK) {
        return PTK_MODBUS_SCAN_INVALID;
    }
    /* A copy of the buffer's bookkeeping takes without taking from the buffer itself. */
    view = *buf;
    ptk_buf_skip(&view, sizeof(uint16_t));
    if (ptk_buf_get_u16_be(&view) != PROTOCOL_MODBUS) {
        return PTK_MODBUS_SCAN_INVALID;
    }
    length = ptk_buf_get_u16_be(&view);
    if (ptk_buf_error(&view) != PTK_ERR_OK) {
        return PTK_MODBUS_SCAN_INCOMPLETE;
    }
    if (length < PTK_MODBUS_MIN_LENGTH || length > PTK_MODBUS_MAX_LENGTH) {
        return PTK_MODBUS_SCAN_INVALID;
    }
    if (ptk_buf_length(&view) < length) {
        return PTK_MODBUS_SCAN_INCOMPLETE;
    }
    if (frame_length != NULL) {
        *frame_length = (size_t)PTK_MODBUS_PREFIX_SIZE + length;
    }
    return PTK_MODBUS_SCAN_COMPLETE;
}

ptk_modbus_scan_t ptk_modbus_frame_take(ptk_buf_t *buf, ptk_modbus_frame_t *frame) {
    size_t frame_length;
    ptk_modbus_scan_t scan = ptk_modbus_frame_scan(buf, &frame_length);

    if (frame == NULL) {
        return PTK_MODBUS_SCAN_INVALID;
    }
    if (scan == PTK_MODBUS_SCAN_COMPLETE) {
        frame->transaction_id = ptk_buf_get_u16_be(buf);
        ptk_buf_skip(buf, 2 * sizeof(uint16_t));
        frame->unit_id = ptk_buf_get_u8(buf);
        frame->pdu = ptk_buf_get_view(buf, frame_length - PTK_MODBUS_HEADER_SIZE);
        frame->function = *ptk_buf_first(&frame->pdu);
    }
    return scan;
}

ptk_err_t ptk_modbus_header_put(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id, size_t pdu_size) {
    if (ptk_buf_error(buf) != PTK_ERR_OK || pdu_size == 0 || pdu_size > PTK_MODBUS_MAX_PDU_SIZE) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_buf_room(buf) < PTK_MODBUS_HEADER_SIZE + pdu_size) {
        return PTK_ERR_NO_SPACE;
    }
    ptk_buf_put_u16_be(buf, transaction_id);
    ptk_buf_put_u16_be(buf, PROTOCOL_MODBUS);
    ptk_buf_put_u16_be(buf, (uint16_t)(pdu_size + 1));
    ptk_buf_put_u8(buf, unit_id);
    return PTK_ERR_OK;
}

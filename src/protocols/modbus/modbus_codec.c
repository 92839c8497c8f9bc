/**
 * @file modbus_codec.c
 * @brief What requests and responses have in common: the MBAP header (TCP 3.1.3), bits, registers (AP 4.2, 6.1),
 *        identification objects (AP 6.21) and the names of the exceptions (AP 7).
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_codec.h"

#include <string.h>

/** @brief The one protocol identifier that there is. */
#define PROTOCOL_MODBUS 0u

/* ------------------------------------------------------------------------------------------------ frames */

ptk_modbus_scan_t ptk_modbus_frame_scan(const ptk_buf_t *buf, size_t *frame_length) {
    if (frame_length != NULL) {
        *frame_length = 0;
    }
    if (ptk_buf_error(buf) != PTK_ERR_OK) {
        return PTK_MODBUS_SCAN_INVALID;
    }
    /* A copy of the buffer's bookkeeping takes without taking from the buffer itself. */
    ptk_buf_t view = *buf;
    ptk_buf_skip(&view, sizeof(uint16_t));
    if (ptk_buf_get_u16_be(&view) != PROTOCOL_MODBUS) {
        return PTK_MODBUS_SCAN_INVALID;
    }
    uint16_t length = ptk_buf_get_u16_be(&view);
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
    if (ptk_buf_error(buf) != PTK_ERR_OK) {
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

/* ------------------------------------------------------------------------------------------------ values */

size_t ptk_modbus_bits_size(size_t quantity) {
    return quantity / 8 + (quantity % 8 != 0 ? 1u : 0u);
}

uint8_t ptk_modbus_bit_get(const uint8_t *data, size_t index) {
    return (uint8_t)(((unsigned)data[index / 8] >> (index % 8)) & 1u);
}

void ptk_modbus_bits_pack(uint8_t *data, const uint8_t *bits, size_t quantity) {
    memset(data, 0, ptk_modbus_bits_size(quantity));
    for (size_t index = 0; index < quantity; index++) {
        if (bits[index] != 0) {
            data[index / 8] = (uint8_t)(data[index / 8] | (1u << (index % 8)));
        }
    }
}

void ptk_modbus_bits_unpack(uint8_t *bits, const uint8_t *data, size_t quantity) {
    for (size_t index = 0; index < quantity; index++) {
        bits[index] = ptk_modbus_bit_get(data, index);
    }
}

uint16_t ptk_modbus_register_get(const uint8_t *data, size_t index) {
    return (uint16_t)(((unsigned)data[2 * index] << 8) | data[2 * index + 1]);
}

void ptk_modbus_registers_pack(uint8_t *data, const uint16_t *registers, size_t quantity) {
    for (size_t index = 0; index < quantity; index++) {
        data[2 * index] = (uint8_t)(registers[index] >> 8);
        data[2 * index + 1] = (uint8_t)(registers[index] & 0xFFu);
    }
}

void ptk_modbus_registers_unpack(uint16_t *registers, const uint8_t *data, size_t quantity) {
    for (size_t index = 0; index < quantity; index++) {
        registers[index] = ptk_modbus_register_get(data, index);
    }
}

/* ------------------------------------------------------------------------------------------------ objects */

bool ptk_modbus_objects_are_valid(const uint8_t *data, size_t length, uint8_t count) {
    if (data == NULL) {
        return length == 0 && count == 0;
    }
    size_t offset = 0;
    for (unsigned found = 0; found < count; found++) {
        if (length - offset < PTK_MODBUS_OBJECT_HEADER_SIZE ||
            length - offset - PTK_MODBUS_OBJECT_HEADER_SIZE < data[offset + 1]) {
            return false;
        }
        offset += PTK_MODBUS_OBJECT_HEADER_SIZE + data[offset + 1];
    }
    return offset == length;
}

bool ptk_modbus_object_next(const ptk_modbus_response_t *response, size_t *offset, ptk_modbus_object_t *object) {
    if (response == NULL || offset == NULL || object == NULL || response->data == NULL ||
        response->function != PTK_MODBUS_READ_DEVICE_IDENTIFICATION || *offset >= response->data_length) {
        return false;
    }
    const uint8_t *place = response->data + *offset;
    size_t left = response->data_length - *offset;
    if (left < PTK_MODBUS_OBJECT_HEADER_SIZE || left - PTK_MODBUS_OBJECT_HEADER_SIZE < place[1]) {
        return false;
    }
    object->id = place[0];
    object->length = place[1];
    object->value = place + PTK_MODBUS_OBJECT_HEADER_SIZE;
    *offset += PTK_MODBUS_OBJECT_HEADER_SIZE + place[1];
    return true;
}

/* ------------------------------------------------------------------------------------------------ exceptions */

const char *ptk_modbus_exception_string(uint8_t exception) {
    switch (exception) {
    case PTK_MODBUS_EXCEPTION_NONE:
        return "no exception";
    case PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION:
        return "illegal function";
    case PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS:
        return "illegal data address";
    case PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE:
        return "illegal data value";
    case PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE:
        return "server device failure";
    case PTK_MODBUS_EXCEPTION_ACKNOWLEDGE:
        return "acknowledge";
    case PTK_MODBUS_EXCEPTION_SERVER_DEVICE_BUSY:
        return "server device busy";
    case PTK_MODBUS_EXCEPTION_MEMORY_PARITY_ERROR:
        return "memory parity error";
    case PTK_MODBUS_EXCEPTION_GATEWAY_PATH_UNAVAILABLE:
        return "gateway path unavailable";
    case PTK_MODBUS_EXCEPTION_GATEWAY_TARGET_FAILED:
        return "gateway target device failed to respond";
    default:
        return "unknown exception";
    }
}

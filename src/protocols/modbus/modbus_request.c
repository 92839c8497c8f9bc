/**
 * @file modbus_request.c
 * @brief Requests: checking, decoding and encoding (AP 6).
 *
 * The order of checks is that of the state diagrams of AP 6: function (exception 1), quantities, values and lengths
 * (exception 3), addresses (exception 2). A PDU whose length does not fit its function is exception 3, "the implied
 * length is incorrect" (AP 7).
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_codec.h"

#include <string.h>

/** @brief Whether quantities, values and byte counts are allowed, with the greatest quantities as in AP 6. */
static bool values_are_valid(const ptk_modbus_request_t *request) {
    switch (request->function) {
    case PTK_MODBUS_READ_COILS:
    case PTK_MODBUS_READ_DISCRETE_INPUTS:
        return ptk_modbus_in_range(request->quantity, 1, PTK_MODBUS_MAX_READ_BITS);
    case PTK_MODBUS_READ_HOLDING_REGISTERS:
    case PTK_MODBUS_READ_INPUT_REGISTERS:
        return ptk_modbus_in_range(request->quantity, 1, PTK_MODBUS_MAX_READ_REGISTERS);
    case PTK_MODBUS_WRITE_SINGLE_COIL:
        return request->value == PTK_MODBUS_COIL_ON || request->value == PTK_MODBUS_COIL_OFF;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
        return ptk_modbus_in_range(request->quantity, 1, PTK_MODBUS_MAX_WRITE_BITS) &&
               request->data_length == ptk_modbus_bits_size(request->quantity);
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        return ptk_modbus_in_range(request->quantity, 1, PTK_MODBUS_MAX_WRITE_REGISTERS) &&
               request->data_length == ptk_modbus_registers_size(request->quantity);
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        return ptk_modbus_in_range(request->quantity, 1, PTK_MODBUS_MAX_READ_REGISTERS) &&
               ptk_modbus_in_range(request->write_quantity, 1, PTK_MODBUS_MAX_READ_WRITE_REGISTERS) &&
               request->data_length == ptk_modbus_registers_size(request->write_quantity);
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        return ptk_modbus_in_range(request->device_id_code, PTK_MODBUS_DEVICE_ID_BASIC,
                                   PTK_MODBUS_DEVICE_ID_INDIVIDUAL);
    default:
        return true;
    }
}

/** @brief Whether the codec knows a function code. */
static bool function_is_known(uint8_t function) {
    return (function >= PTK_MODBUS_READ_COILS && function <= PTK_MODBUS_WRITE_SINGLE_REGISTER) ||
           function == PTK_MODBUS_WRITE_MULTIPLE_COILS || function == PTK_MODBUS_WRITE_MULTIPLE_REGISTERS ||
           function == PTK_MODBUS_MASK_WRITE_REGISTER || function == PTK_MODBUS_READ_WRITE_REGISTERS ||
           function == PTK_MODBUS_READ_DEVICE_IDENTIFICATION;
}

/** @brief Checks the fields of a request of a known function, on the way in or out; the exception to respond with. */
static uint8_t check(const ptk_modbus_request_t *request) {
    if (!values_are_valid(request)) {
        return PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE;
    }
    if (!ptk_modbus_addresses_exist(request->address, request->quantity) ||
        !ptk_modbus_addresses_exist(request->write_address, request->write_quantity)) {
        return PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS;
    }
    return PTK_MODBUS_EXCEPTION_NONE;
}

/** @brief Takes the byte count and the values after it; the rest of the PDU must be exactly these. */
static void get_data(ptk_buf_t *pdu, ptk_modbus_request_t *request) {
    uint8_t byte_count = ptk_buf_get_u8(pdu);
    ptk_buf_t view = ptk_buf_get_view(pdu, byte_count);

    request->data = ptk_buf_first(&view);
    request->data_length = ptk_buf_length(&view);
}

/** @brief Takes the fields of a known function; bytes that are missing leave an error in the buffer. */
static void get_fields(ptk_buf_t *pdu, ptk_modbus_request_t *request) {
    request->address = ptk_buf_get_u16_be(pdu);
    switch (request->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
        request->quantity = 1;
        request->value = ptk_buf_get_u16_be(pdu);
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        request->quantity = ptk_buf_get_u16_be(pdu);
        get_data(pdu, request);
        break;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        request->quantity = 1;
        request->and_mask = ptk_buf_get_u16_be(pdu);
        request->or_mask = ptk_buf_get_u16_be(pdu);
        break;
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        request->quantity = ptk_buf_get_u16_be(pdu);
        request->write_address = ptk_buf_get_u16_be(pdu);
        request->write_quantity = ptk_buf_get_u16_be(pdu);
        get_data(pdu, request);
        break;
    default:
        request->quantity = ptk_buf_get_u16_be(pdu);
        break;
    }
}

uint8_t ptk_modbus_request_decode(const ptk_modbus_frame_t *frame, ptk_modbus_request_t *request) {
    if (frame == NULL || request == NULL) {
        return PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE;
    }
    memset(request, 0, sizeof(*request));
    ptk_buf_t pdu = frame->pdu;
    request->function = ptk_buf_get_u8(&pdu);
    if (!function_is_known(request->function)) {
        return PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION;
    }
    if (request->function != PTK_MODBUS_READ_DEVICE_IDENTIFICATION) {
        get_fields(&pdu, request);
    } else {
        /* AP 6.19: another MEI type is another function, one that is not known here. */
        if (ptk_buf_length(&pdu) > 0 && ptk_buf_get_u8(&pdu) != PTK_MODBUS_MEI_DEVICE_IDENTIFICATION) {
            return PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION;
        }
        request->device_id_code = ptk_buf_get_u8(&pdu);
        request->object_id = ptk_buf_get_u8(&pdu);
    }
    if (ptk_buf_error(&pdu) != PTK_ERR_OK || ptk_buf_length(&pdu) != 0) {
        return PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_VALUE;
    }
    return check(request);
}

/** @brief Bytes of the PDU of a request that was checked. */
static size_t pdu_size(const ptk_modbus_request_t *request) {
    switch (request->function) {
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        return 6 + request->data_length;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        return 7;
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        return 10 + request->data_length;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        return 4;
    default:
        return 5;
    }
}

/** @brief Puts the byte count and the values. */
static void put_data(ptk_buf_t *buf, const ptk_modbus_request_t *request) {
    ptk_buf_put_u8(buf, (uint8_t)request->data_length);
    ptk_buf_put_bytes(buf, request->data, request->data_length);
}

/** @brief Puts the fields of a request that was checked. */
static void put_fields(ptk_buf_t *buf, const ptk_modbus_request_t *request) {
    ptk_buf_put_u16_be(buf, request->address);
    switch (request->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
        ptk_buf_put_u16_be(buf, request->value);
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        ptk_buf_put_u16_be(buf, request->quantity);
        put_data(buf, request);
        break;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        ptk_buf_put_u16_be(buf, request->and_mask);
        ptk_buf_put_u16_be(buf, request->or_mask);
        break;
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        ptk_buf_put_u16_be(buf, request->quantity);
        ptk_buf_put_u16_be(buf, request->write_address);
        ptk_buf_put_u16_be(buf, request->write_quantity);
        put_data(buf, request);
        break;
    default:
        ptk_buf_put_u16_be(buf, request->quantity);
        break;
    }
}

/** @brief Clears what the function does not use: leftovers in the caller's struct neither fail a check nor are sent. */
static void normalise(ptk_modbus_request_t *request) {
    bool writes_many = request->function == PTK_MODBUS_WRITE_MULTIPLE_COILS ||
                       request->function == PTK_MODBUS_WRITE_MULTIPLE_REGISTERS ||
                       request->function == PTK_MODBUS_READ_WRITE_REGISTERS;

    if (request->function != PTK_MODBUS_READ_WRITE_REGISTERS) {
        request->write_address = 0;
        request->write_quantity = 0;
    }
    if (!writes_many) {
        request->data_length = 0;
    }
    if (request->function == PTK_MODBUS_READ_DEVICE_IDENTIFICATION) {
        request->address = 0;
        request->quantity = 0;
    }
    if (request->function == PTK_MODBUS_WRITE_SINGLE_COIL || request->function == PTK_MODBUS_WRITE_SINGLE_REGISTER ||
        request->function == PTK_MODBUS_MASK_WRITE_REGISTER) {
        request->quantity = 1;
    }
}

ptk_err_t ptk_modbus_request_encode(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id,
                                    const ptk_modbus_request_t *request) {
    if (request == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_modbus_request_t used = *request;
    normalise(&used);
    if (!function_is_known(used.function) || check(&used) != PTK_MODBUS_EXCEPTION_NONE ||
        (used.data == NULL && used.data_length != 0)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t error = ptk_modbus_header_put(buf, transaction_id, unit_id, pdu_size(&used));
    if (error != PTK_ERR_OK) {
        return error;
    }
    ptk_buf_put_u8(buf, used.function);
    if (used.function == PTK_MODBUS_READ_DEVICE_IDENTIFICATION) {
        ptk_buf_put_u8(buf, PTK_MODBUS_MEI_DEVICE_IDENTIFICATION);
        ptk_buf_put_u8(buf, used.device_id_code);
        ptk_buf_put_u8(buf, used.object_id);
    } else {
        put_fields(buf, &used);
    }
    return PTK_ERR_OK;
}

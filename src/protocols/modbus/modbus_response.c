/**
 * @file modbus_response.c
 * @brief Responses: checking, decoding, encoding and comparing with the request (AP 6, 7).
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_codec.h"

#include <string.h>

/** @brief Whether address and quantity of a write's response are allowed. */
static bool echo_is_valid(const ptk_modbus_response_t *response, uint16_t most) {
    return ptk_modbus_in_range(response->quantity, 1, most) &&
           ptk_modbus_addresses_exist(response->address, response->quantity);
}

/** @brief Whether there are values, as many bytes as the function allows. */
static bool data_are_valid(const ptk_modbus_response_t *response, size_t unit) {
    return response->data != NULL && ptk_modbus_in_range(response->data_length, unit, PTK_MODBUS_MAX_DATA_SIZE) &&
           response->data_length % unit == 0;
}

/** @brief Whether the fields of a normal response are allowed. */
static bool fields_are_valid(const ptk_modbus_response_t *response) {
    switch (response->function) {
    case PTK_MODBUS_READ_COILS:
    case PTK_MODBUS_READ_DISCRETE_INPUTS:
        return data_are_valid(response, sizeof(uint8_t));
    case PTK_MODBUS_READ_HOLDING_REGISTERS:
    case PTK_MODBUS_READ_INPUT_REGISTERS:
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        return data_are_valid(response, sizeof(uint16_t));
    case PTK_MODBUS_WRITE_SINGLE_COIL:
        return response->value == PTK_MODBUS_COIL_ON || response->value == PTK_MODBUS_COIL_OFF;
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        return true;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
        return echo_is_valid(response, PTK_MODBUS_MAX_WRITE_BITS);
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        return echo_is_valid(response, PTK_MODBUS_MAX_WRITE_REGISTERS);
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        return ptk_modbus_in_range(response->device_id_code, PTK_MODBUS_DEVICE_ID_BASIC,
                                   PTK_MODBUS_DEVICE_ID_INDIVIDUAL) &&
               (response->more_follows == 0 || response->more_follows == 0xFF) &&
               response->data_length <= PTK_MODBUS_MAX_PDU_SIZE - PTK_MODBUS_OBJECTS_OFFSET &&
               ptk_modbus_objects_are_valid(response->data, response->data_length, response->object_count);
    default:
        return false;
    }
}

/** @brief Takes values or objects; the rest of the PDU must be exactly these. */
static void get_data(ptk_buf_t *pdu, size_t length, ptk_modbus_response_t *response) {
    ptk_buf_t view = ptk_buf_get_view(pdu, length);

    response->data = ptk_buf_first(&view);
    response->data_length = ptk_buf_length(&view);
}

/** @brief Takes the fields of a response to function 43. */
static void get_device_identification(ptk_buf_t *pdu, ptk_modbus_response_t *response) {
    /* Another MEI type leaves the code at 0, which is refused with the other fields. */
    if (ptk_buf_get_u8(pdu) == PTK_MODBUS_MEI_DEVICE_IDENTIFICATION) {
        response->device_id_code = ptk_buf_get_u8(pdu);
    }
    response->conformity_level = ptk_buf_get_u8(pdu);
    response->more_follows = ptk_buf_get_u8(pdu);
    response->next_object_id = ptk_buf_get_u8(pdu);
    response->object_count = ptk_buf_get_u8(pdu);
    get_data(pdu, ptk_buf_length(pdu), response);
}

/** @brief Takes the fields of a normal response; bytes that are missing leave an error in the buffer. */
static void get_fields(ptk_buf_t *pdu, ptk_modbus_response_t *response) {
    switch (response->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
        response->address = ptk_buf_get_u16_be(pdu);
        response->value = ptk_buf_get_u16_be(pdu);
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        response->address = ptk_buf_get_u16_be(pdu);
        response->quantity = ptk_buf_get_u16_be(pdu);
        break;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        response->address = ptk_buf_get_u16_be(pdu);
        response->and_mask = ptk_buf_get_u16_be(pdu);
        response->or_mask = ptk_buf_get_u16_be(pdu);
        break;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        get_device_identification(pdu, response);
        break;
    default:
        get_data(pdu, ptk_buf_get_u8(pdu), response);
        break;
    }
}

/**
 * @brief Takes the code of an exception.
 *
 * Some devices send more bytes after it: it is an exception anyway. Older editions of the specification (V1.1a,
 * 6.21) put the MEI type before the code of function 43.
 */
static uint8_t get_exception(ptk_buf_t *pdu, uint8_t function) {
    uint8_t code = ptk_buf_get_u8(pdu);

    if (function == PTK_MODBUS_READ_DEVICE_IDENTIFICATION && code == PTK_MODBUS_MEI_DEVICE_IDENTIFICATION &&
        ptk_buf_length(pdu) > 0) {
        uint8_t next = ptk_buf_get_u8(pdu);
        code = next != PTK_MODBUS_EXCEPTION_NONE ? next : code;
    }
    return code;
}

ptk_err_t ptk_modbus_response_decode(const ptk_modbus_frame_t *frame, ptk_modbus_response_t *response) {
    if (frame == NULL || response == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_modbus_response_t result;
    memset(&result, 0, sizeof(result));
    ptk_buf_t pdu = frame->pdu;
    result.function = ptk_buf_get_u8(&pdu);
    if ((result.function & PTK_MODBUS_EXCEPTION_FLAG) != 0) {
        result.function = (uint8_t)(result.function & ~(unsigned)PTK_MODBUS_EXCEPTION_FLAG);
        result.exception = get_exception(&pdu, result.function);
        if (result.exception == PTK_MODBUS_EXCEPTION_NONE) { /* 0, or no byte at all */
            return PTK_ERR_INVALID_ARGUMENT;
        }
    } else {
        get_fields(&pdu, &result);
        if (!fields_are_valid(&result) || ptk_buf_error(&pdu) != PTK_ERR_OK || ptk_buf_length(&pdu) != 0) {
            return PTK_ERR_INVALID_ARGUMENT;
        }
    }
    *response = result;
    return PTK_ERR_OK;
}

bool ptk_modbus_response_matches(const ptk_modbus_request_t *request, const ptk_modbus_response_t *response) {
    if (request == NULL || response == NULL || request->function != response->function) {
        return false;
    }
    if (response->exception != PTK_MODBUS_EXCEPTION_NONE) {
        return true;
    }
    switch (request->function) {
    case PTK_MODBUS_READ_COILS:
    case PTK_MODBUS_READ_DISCRETE_INPUTS:
        return response->data_length == ptk_modbus_bits_size(request->quantity);
    case PTK_MODBUS_READ_HOLDING_REGISTERS:
    case PTK_MODBUS_READ_INPUT_REGISTERS:
    case PTK_MODBUS_READ_WRITE_REGISTERS:
        return response->data_length == ptk_modbus_registers_size(request->quantity);
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
        return response->address == request->address && response->value == request->value;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        return response->address == request->address && response->quantity == request->quantity;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        return response->address == request->address && response->and_mask == request->and_mask &&
               response->or_mask == request->or_mask;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        return response->device_id_code == request->device_id_code &&
               (request->device_id_code != PTK_MODBUS_DEVICE_ID_INDIVIDUAL ||
                (response->object_count == 1 && response->data[0] == request->object_id));
    default:
        return false;
    }
}

/** @brief Bytes of the PDU of a normal response that was checked. */
static size_t pdu_size(const ptk_modbus_response_t *response) {
    switch (response->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        return 5;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        return 7;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        return PTK_MODBUS_OBJECTS_OFFSET + response->data_length;
    default:
        return 2 + response->data_length;
    }
}

/** @brief Puts the fields of a response to function 43. */
static void put_device_identification(ptk_buf_t *buf, const ptk_modbus_response_t *response) {
    ptk_buf_put_u8(buf, PTK_MODBUS_MEI_DEVICE_IDENTIFICATION);
    ptk_buf_put_u8(buf, response->device_id_code);
    ptk_buf_put_u8(buf, response->conformity_level);
    ptk_buf_put_u8(buf, response->more_follows);
    ptk_buf_put_u8(buf, response->next_object_id);
    ptk_buf_put_u8(buf, response->object_count);
    ptk_buf_put_bytes(buf, response->data, response->data_length);
}

/** @brief Puts the fields of a normal response that was checked. */
static void put_fields(ptk_buf_t *buf, const ptk_modbus_response_t *response) {
    switch (response->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
        ptk_buf_put_u16_be(buf, response->address);
        ptk_buf_put_u16_be(buf, response->value);
        break;
    case PTK_MODBUS_WRITE_MULTIPLE_COILS:
    case PTK_MODBUS_WRITE_MULTIPLE_REGISTERS:
        ptk_buf_put_u16_be(buf, response->address);
        ptk_buf_put_u16_be(buf, response->quantity);
        break;
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        ptk_buf_put_u16_be(buf, response->address);
        ptk_buf_put_u16_be(buf, response->and_mask);
        ptk_buf_put_u16_be(buf, response->or_mask);
        break;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        put_device_identification(buf, response);
        break;
    default:
        ptk_buf_put_u8(buf, (uint8_t)response->data_length);
        ptk_buf_put_bytes(buf, response->data, response->data_length);
        break;
    }
}

ptk_err_t ptk_modbus_response_encode(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id,
                                     const ptk_modbus_response_t *response) {
    if (response == NULL || (response->function & PTK_MODBUS_EXCEPTION_FLAG) != 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (response->exception != PTK_MODBUS_EXCEPTION_NONE) {
        return ptk_modbus_exception_encode(buf, transaction_id, unit_id, response->function, response->exception);
    }
    if (!fields_are_valid(response)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t error = ptk_modbus_header_put(buf, transaction_id, unit_id, pdu_size(response));
    if (error == PTK_ERR_OK) {
        ptk_buf_put_u8(buf, response->function);
        put_fields(buf, response);
    }
    return error;
}

ptk_err_t ptk_modbus_exception_encode(ptk_buf_t *buf, uint16_t transaction_id, uint8_t unit_id, uint8_t function,
                                      uint8_t exception) {
    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t error = ptk_modbus_header_put(buf, transaction_id, unit_id, 2);
    if (error == PTK_ERR_OK) {
        ptk_buf_put_u8(buf, (uint8_t)(function | PTK_MODBUS_EXCEPTION_FLAG));
        ptk_buf_put_u8(buf, exception);
    }
    return error;
}

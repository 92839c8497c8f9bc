/**
 * @file modbus_client_requests.c
 * @brief One submitting function for each Modbus function, and the names of the client's errors.
 *
 * Limits are checked by the codec, when the request is encoded. Only what is packed here first is checked here, against
 * the room that there is for it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

#include <string.h>

const char *ptk_modbus_error_string(ptk_err_t error) {
    switch (error) {
    case PTK_MODBUS_ERR_EXCEPTION:
        return "PTK_MODBUS_ERR_EXCEPTION";
    case PTK_MODBUS_ERR_BAD_RESPONSE:
        return "PTK_MODBUS_ERR_BAD_RESPONSE";
    default:
        return ptk_error_string(error);
    }
}

static ptk_modbus_request_t make_request(uint8_t function, uint16_t address, uint16_t quantity) {
    ptk_modbus_request_t request;

    memset(&request, 0, sizeof request);
    request.function = function;
    request.address = address;
    request.quantity = quantity;
    return request;
}

ptk_modbus_request_id_t ptk_modbus_client_read_coils(ptk_modbus_client_t *client, uint8_t unit_id, uint16_t address,
                                                     uint16_t quantity, ptk_modbus_callback_t callback,
                                                     void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_READ_COILS, address, quantity);

    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_read_discrete_inputs(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity,
                                                               ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_READ_DISCRETE_INPUTS, address, quantity);

    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_read_holding_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                 uint16_t address, uint16_t quantity,
                                                                 ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_READ_HOLDING_REGISTERS, address, quantity);

    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_read_input_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity,
                                                               ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_READ_INPUT_REGISTERS, address, quantity);

    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_write_single_coil(ptk_modbus_client_t *client, uint8_t unit_id,
                                                            uint16_t address, bool value,
                                                            ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_WRITE_SINGLE_COIL, address, 0);

    request.value = value ? PTK_MODBUS_COIL_ON : PTK_MODBUS_COIL_OFF;
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_write_single_register(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                uint16_t address, uint16_t value,
                                                                ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_WRITE_SINGLE_REGISTER, address, 0);

    request.value = value;
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_write_multiple_coils(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity, const uint8_t *bits,
                                                               ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_WRITE_MULTIPLE_COILS, address, quantity);
    uint8_t packed[PTK_MODBUS_MAX_DATA_SIZE];

    if (bits == NULL || quantity > PTK_MODBUS_MAX_WRITE_BITS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_modbus_bits_pack(packed, bits, quantity);
    request.data = packed;
    request.data_length = ptk_modbus_bits_size(quantity);
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_write_multiple_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                   uint16_t address, uint16_t quantity,
                                                                   const uint16_t *registers,
                                                                   ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_WRITE_MULTIPLE_REGISTERS, address, quantity);
    uint8_t packed[PTK_MODBUS_MAX_DATA_SIZE];

    if (registers == NULL || quantity > PTK_MODBUS_MAX_WRITE_REGISTERS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_modbus_registers_pack(packed, registers, quantity);
    request.data = packed;
    request.data_length = 2 * (size_t)quantity;
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_mask_write_register(ptk_modbus_client_t *client, uint8_t unit_id,
                                                              uint16_t address, uint16_t and_mask, uint16_t or_mask,
                                                              ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_MASK_WRITE_REGISTER, address, 0);

    request.and_mask = and_mask;
    request.or_mask = or_mask;
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_read_write_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t read_address, uint16_t read_quantity,
                                                               uint16_t write_address, uint16_t write_quantity,
                                                               const uint16_t *registers,
                                                               ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_READ_WRITE_REGISTERS, read_address, read_quantity);
    uint8_t packed[PTK_MODBUS_MAX_DATA_SIZE];

    if (registers == NULL || write_quantity > PTK_MODBUS_MAX_READ_WRITE_REGISTERS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_modbus_registers_pack(packed, registers, write_quantity);
    request.write_address = write_address;
    request.write_quantity = write_quantity;
    request.data = packed;
    request.data_length = 2 * (size_t)write_quantity;
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_read_device_identification(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                     uint8_t device_id_code, uint8_t object_id,
                                                                     ptk_modbus_callback_t callback, void *user_data) {
    ptk_modbus_request_t request = make_request(PTK_MODBUS_READ_DEVICE_IDENTIFICATION, 0, 0);

    request.device_id_code = device_id_code;
    request.object_id = object_id;
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

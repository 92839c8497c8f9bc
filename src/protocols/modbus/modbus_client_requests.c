/**
 * @file modbus_client_requests.c
 * @brief Requests of the application: submitting, one function for each Modbus function, cancelling, and reading what
 *        became of them.
 *
 * Limits are checked by the codec, when the request is encoded. Only values that are packed here are checked here,
 * against the room that there is for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"
#include "modbus_codec.h"

#include <string.h>

ptk_modbus_request_id_t ptk_modbus_client_submit(ptk_modbus_client_t *client, uint8_t unit_id,
                                                 const ptk_modbus_request_t *request, ptk_modbus_callback_t callback,
                                                 void *user_data) {
    if (client == NULL || request == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (!ptk_modbus_client_is_running(client)) {
        return PTK_ERR_INVALID_STATE;
    }
    ptk_modbus_request_id_t id = ptk_modbus_client_queue_add(client, unit_id, request, callback, user_data);
    if (id > 0 && client->calling == 0) { /* else the caller of the callback flushes, once for all of them */
        ptk_modbus_client_connection_flush(client);
    }
    return id;
}

ptk_err_t ptk_modbus_client_cancel(ptk_modbus_client_t *client, ptk_modbus_request_id_t id) {
    if (client == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    /* A stopped client has requests only while its callbacks are called; after that the array is no longer its own. */
    ptk_modbus_transaction_t *transaction = NULL;
    if (id > 0 && (ptk_modbus_client_is_running(client) || client->calling != 0)) {
        transaction = ptk_modbus_client_queue_find(client, id);
    }
    if (transaction == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    transaction->state = PTK_MODBUS_TRANSACTION_FREE;
    if (client->calling == 0) {
        ptk_modbus_client_connection_flush(client); /* now it may be the turn of the next one */
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ functions */

/** @brief A request with these fields and all others 0. */
static ptk_modbus_request_t make_request(uint8_t function, uint16_t address, uint16_t quantity) {
    ptk_modbus_request_t request;

    memset(&request, 0, sizeof request);
    request.function = function;
    request.address = address;
    request.quantity = quantity;
    return request;
}

/** @brief Submits a request with one number besides its address: a quantity, or the value of a single write. */
static ptk_modbus_request_id_t submit_number(ptk_modbus_client_t *client, uint8_t unit_id, uint16_t address,
                                             uint16_t number, ptk_modbus_callback_t callback, void *user_data,
                                             uint8_t function) {
    ptk_modbus_request_t request = make_request(function, address, number);

    request.value = number; /* the codec ignores what the function does not use */
    return ptk_modbus_client_submit(client, unit_id, &request, callback, user_data);
}

ptk_modbus_request_id_t ptk_modbus_client_read_coils(ptk_modbus_client_t *client, uint8_t unit_id, uint16_t address,
                                                     uint16_t quantity, ptk_modbus_callback_t callback,
                                                     void *user_data) {
    return submit_number(client, unit_id, address, quantity, callback, user_data, PTK_MODBUS_READ_COILS);
}

ptk_modbus_request_id_t ptk_modbus_client_read_discrete_inputs(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity,
                                                               ptk_modbus_callback_t callback, void *user_data) {
    return submit_number(client, unit_id, address, quantity, callback, user_data, PTK_MODBUS_READ_DISCRETE_INPUTS);
}

ptk_modbus_request_id_t ptk_modbus_client_read_holding_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                 uint16_t address, uint16_t quantity,
                                                                 ptk_modbus_callback_t callback, void *user_data) {
    return submit_number(client, unit_id, address, quantity, callback, user_data, PTK_MODBUS_READ_HOLDING_REGISTERS);
}

ptk_modbus_request_id_t ptk_modbus_client_read_input_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity,
                                                               ptk_modbus_callback_t callback, void *user_data) {
    return submit_number(client, unit_id, address, quantity, callback, user_data, PTK_MODBUS_READ_INPUT_REGISTERS);
}

ptk_modbus_request_id_t ptk_modbus_client_write_single_coil(ptk_modbus_client_t *client, uint8_t unit_id,
                                                            uint16_t address, bool value,
                                                            ptk_modbus_callback_t callback, void *user_data) {
    uint16_t number = value ? PTK_MODBUS_COIL_ON : PTK_MODBUS_COIL_OFF;

    return submit_number(client, unit_id, address, number, callback, user_data, PTK_MODBUS_WRITE_SINGLE_COIL);
}

ptk_modbus_request_id_t ptk_modbus_client_write_single_register(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                uint16_t address, uint16_t value,
                                                                ptk_modbus_callback_t callback, void *user_data) {
    return submit_number(client, unit_id, address, value, callback, user_data, PTK_MODBUS_WRITE_SINGLE_REGISTER);
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
    request.data_length = ptk_modbus_registers_size(quantity);
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
    request.data_length = ptk_modbus_registers_size(write_quantity);
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

/* ------------------------------------------------------------------------------------------------ results */

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

bool ptk_modbus_result_bit(const ptk_modbus_result_t *result, uint16_t index) {
    if (result == NULL || result->error != PTK_ERR_OK || index >= result->quantity ||
        (result->function != PTK_MODBUS_READ_COILS && result->function != PTK_MODBUS_READ_DISCRETE_INPUTS) ||
        ptk_modbus_bits_size((size_t)index + 1) > result->response.data_length) {
        return false;
    }
    return ptk_modbus_bit_get(result->response.data, index) != 0;
}

uint16_t ptk_modbus_result_register(const ptk_modbus_result_t *result, uint16_t index) {
    if (result == NULL || result->error != PTK_ERR_OK || index >= result->quantity ||
        (result->function != PTK_MODBUS_READ_HOLDING_REGISTERS && result->function != PTK_MODBUS_READ_INPUT_REGISTERS &&
         result->function != PTK_MODBUS_READ_WRITE_REGISTERS) ||
        ptk_modbus_registers_size(index) + 2 > result->response.data_length) {
        return 0;
    }
    return ptk_modbus_register_get(result->response.data, index);
}

/* ------------------------------------------------------------------------------------------------ protothreads */

void ptk_modbus_reply_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    ptk_modbus_reply_t *reply = (ptk_modbus_reply_t *)user_data;

    (void)client;
    if (reply == NULL || result == NULL) {
        return;
    }
    reply->result = *result;
    if (result->response.data != NULL && result->response.data_length <= sizeof reply->data) {
        memcpy(reply->data, result->response.data, result->response.data_length);
        reply->result.response.data = reply->data;
    }
    (void)ptk_semaphore_signal(&reply->done); /* fails only if the loop is gone: then nothing waits for it */
}

ptk_err_t ptk_modbus_reply_prepare(ptk_modbus_reply_t *reply, ptk_handle_t loop, ptk_modbus_request_id_t id) {
    if (reply == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    memset(&reply->result, 0, sizeof reply->result);
    reply->result.id = id;
    reply->result.error = id < 0 ? id : PTK_ERR_OK;
    ptk_err_t error = ptk_semaphore_init(&reply->done, loop, id < 0 ? 1u : 0u);
    if (error != PTK_ERR_OK) {
        reply->result.error = error;
    }
    return error;
}

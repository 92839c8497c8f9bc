/**
 * @file modbus_client_reply.c
 * @brief Looking into results, and waiting for one in a protothread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ results */

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
        2 * ((size_t)index + 1) > result->response.data_length) {
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
    (void)ptk_semaphore_signal(&reply->done); /* fails only if the loop is gone: then nobody waits any more */
}

ptk_err_t ptk_modbus_reply_prepare(ptk_modbus_reply_t *reply, ptk_handle_t loop, ptk_modbus_request_id_t id) {
    ptk_err_t error;

    if (reply == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    memset(&reply->result, 0, sizeof reply->result);
    reply->result.id = id;
    reply->result.error = id < 0 ? id : PTK_ERR_OK;
    error = ptk_semaphore_init(&reply->done, loop, id < 0 ? 1u : 0u);
    if (error != PTK_ERR_OK) {
        reply->result.error = error;
    }
    return error;
}

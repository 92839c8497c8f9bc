/**
 * @file modbus_client_transactions.c
 * @brief The life of a request: queued, sent, answered, and its callback.
 *
 * Each function scans the whole array of transactions: there are few of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

#include <string.h>

/* The transaction in a state that was submitted first, or NULL. Ids wrap, so their distance tells the order. */
static ptk_modbus_transaction_t *find_oldest(ptk_modbus_transaction_t *transactions, uint32_t count, uint8_t state) {
    ptk_modbus_transaction_t *oldest = NULL;
    uint32_t i;

    for (i = 0; i < count; i++) {
        ptk_modbus_transaction_t *transaction = &transactions[i];
        if (transaction->state == state &&
            (oldest == NULL || (((uint32_t)oldest->id - (uint32_t)transaction->id) & 0x7FFFFFFFu) < 0x40000000u)) {
            oldest = transaction;
        }
    }
    return oldest;
}

static ptk_modbus_transaction_t *find_sent(ptk_modbus_client_t *client, uint16_t transaction_id) {
    uint32_t i;

    for (i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        if (transaction->state == PTK_MODBUS_TRANSACTION_SENT && transaction->transaction_id == transaction_id) {
            return transaction;
        }
    }
    return NULL;
}

/* A pending transaction by its id, or with id 0 any free one; NULL if there is none. */
static ptk_modbus_transaction_t *find_by_id(ptk_modbus_client_t *client, ptk_modbus_request_id_t id) {
    uint32_t i;

    for (i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        bool is_free = transaction->state == PTK_MODBUS_TRANSACTION_FREE;
        if (id == 0 ? is_free : (!is_free && transaction->id == id)) {
            return transaction;
        }
    }
    return NULL;
}

uint32_t ptk_modbus_client_free_places(const ptk_modbus_client_t *client) {
    uint32_t places = client->config.max_in_flight != 0 ? client->config.max_in_flight : UINT32_MAX;
    uint32_t i;

    for (i = 0; i < client->config.num_transactions && places > 0; i++) {
        places -= client->config.transactions[i].state == PTK_MODBUS_TRANSACTION_SENT ? 1 : 0;
    }
    return places;
}

/* ------------------------------------------------------------------------------------------------ submitting */

ptk_modbus_request_id_t ptk_modbus_client_submit(ptk_modbus_client_t *client, uint8_t unit_id,
                                                 const ptk_modbus_request_t *request, ptk_modbus_callback_t callback,
                                                 void *user_data) {
    ptk_modbus_transaction_t *transaction;
    ptk_buf_t frame;
    uint64_t now_ms;

    if (client == NULL || request == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (!ptk_modbus_client_is_running(client)) {
        return PTK_ERR_INVALID_STATE;
    }
    transaction = find_by_id(client, 0);
    if (transaction == NULL) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    (void)ptk_buf_init(&frame, transaction->frame, sizeof transaction->frame);
    if (ptk_modbus_request_encode(&frame, 0, unit_id, request) != PTK_ERR_OK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    now_ms = ptk_clock_now_ms();
    client->last_id = client->last_id == INT32_MAX ? 1 : client->last_id + 1;
    transaction->request = *request;
    transaction->request.data = NULL;
    transaction->request.data_length = 0;
    transaction->callback = callback;
    transaction->user_data = user_data;
    transaction->deadline_ms = ptk_modbus_client_next_deadline(client, now_ms);
    transaction->id = client->last_id;
    transaction->error = PTK_ERR_OK;
    transaction->retries_left = client->config.retries;
    transaction->frame_length = (uint16_t)ptk_buf_length(&frame);
    transaction->unit_id = unit_id;
    transaction->state = PTK_MODBUS_TRANSACTION_QUEUED;
    ptk_modbus_client_set_timer(client, now_ms, transaction->deadline_ms);
    if (client->calling == 0) { /* else the caller of the callback flushes, once for all of them */
        ptk_modbus_client_flush(client);
    }
    return transaction->id;
}

ptk_err_t ptk_modbus_client_cancel(ptk_modbus_client_t *client, ptk_modbus_request_id_t id) {
    ptk_modbus_transaction_t *transaction = NULL;

    if (client == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    /* A stopped client has requests only while its callbacks are called; afterwards the array is not its own any more. */
    if (id > 0 && (ptk_modbus_client_is_running(client) || client->calling != 0)) {
        transaction = find_by_id(client, id);
    }
    if (transaction == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    transaction->state = PTK_MODBUS_TRANSACTION_FREE;
    if (client->calling == 0) {
        ptk_modbus_client_flush(client); /* it may have been the turn of the next one that it took */
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ sending */

static void on_writable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)socket;
    (void)event;
    (void)data;
    ptk_modbus_client_flush((ptk_modbus_client_t *)user_data);
}

/* Puts a frame into the transmit buffer under a number that no request in flight has. */
static void put_frame(ptk_modbus_client_t *client, ptk_modbus_transaction_t *transaction) {
    do {
        client->last_transaction_id++;
    } while (find_sent(client, client->last_transaction_id) != NULL);
    transaction->transaction_id = client->last_transaction_id;
    transaction->frame[0] = (uint8_t)(transaction->transaction_id >> 8);
    transaction->frame[1] = (uint8_t)(transaction->transaction_id & 0xFFu);
    ptk_buf_put_bytes(&client->transmit, transaction->frame, transaction->frame_length);
    transaction->state = PTK_MODBUS_TRANSACTION_SENT;
    if (client->config.max_in_flight != 0) { /* it may have waited for its turn, which is no fault of the server's */
        transaction->deadline_ms = ptk_modbus_client_next_deadline(client, ptk_clock_now_ms());
    }
    client->stats.requests++;
}

/* While a frame is incomplete nothing is sent: if it stays so the connection ends, and a write would end with it. */
static void fill_transmit_buffer(ptk_modbus_client_t *client) {
    ptk_modbus_transaction_t *transactions = client->config.transactions;
    ptk_modbus_transaction_t *transaction;
    uint32_t places = client->frame_deadline_ms == 0 ? ptk_modbus_client_free_places(client) : 0;

    ptk_buf_compact(&client->transmit);
    for (; places > 0 && ptk_buf_room(&client->transmit) >= PTK_MODBUS_MAX_FRAME_SIZE; places--) {
        transaction = find_oldest(transactions, client->config.num_transactions, PTK_MODBUS_TRANSACTION_QUEUED);
        if (transaction == NULL) {
            break;
        }
        put_frame(client, transaction);
    }
}

void ptk_modbus_client_flush(ptk_modbus_client_t *client) {
    ptk_err_t error = PTK_ERR_OK;

    if (!client->connected) {
        return;
    }
    fill_transmit_buffer(client);
    while (error == PTK_ERR_OK && ptk_buf_length(&client->transmit) > 0) {
        error = ptk_socket_send(client->socket, &client->transmit);
        if (error == PTK_ERR_OK) {
            fill_transmit_buffer(client);
        }
    }
    if ((error == PTK_ERR_WOULD_BLOCK || error == PTK_ERR_OUT_OF_SYSTEM_MEMORY) && !client->awaiting_room) {
        error = ptk_set_event_handler(client->socket, PTK_EVENT_WRITABLE, on_writable, client);
        client->awaiting_room = error == PTK_ERR_OK;
    } else if (error == PTK_ERR_OK && client->awaiting_room) {
        (void)ptk_remove_event_handler(client->socket, PTK_EVENT_WRITABLE);
        client->awaiting_room = 0;
    }
    /* After another error the socket's error event ends the connection; here no callback may be called. */
}

/* ------------------------------------------------------------------------------------------------ completing */

/* Everything of a result that does not depend on the outcome. */
static void describe(const ptk_modbus_transaction_t *transaction, ptk_modbus_result_t *result) {
    const ptk_modbus_request_t *request = &transaction->request;

    memset(result, 0, sizeof *result);
    result->id = transaction->id;
    result->unit_id = transaction->unit_id;
    result->function = request->function;
    result->address = request->address;
    switch (request->function) {
    case PTK_MODBUS_WRITE_SINGLE_COIL:
    case PTK_MODBUS_WRITE_SINGLE_REGISTER:
    case PTK_MODBUS_MASK_WRITE_REGISTER:
        result->quantity = 1;
        break;
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        break;
    default:
        result->quantity = request->quantity;
        break;
    }
}

/* The transaction is free before the callback is called, so that the callback can submit the next request. */
static void complete(ptk_modbus_client_t *client, ptk_modbus_transaction_t *transaction,
                     const ptk_modbus_result_t *result) {
    transaction->state = PTK_MODBUS_TRANSACTION_FREE;
    if (transaction->callback != NULL) {
        client->calling++;
        transaction->callback(client, result, transaction->user_data);
        client->calling--;
    }
}

/* Compares a frame with the request that it carries the number of. */
static ptk_err_t judge(const ptk_modbus_transaction_t *transaction, const ptk_modbus_frame_t *frame,
                       ptk_modbus_result_t *result) {
    ptk_modbus_response_t response;

    if (frame->unit_id != transaction->unit_id || ptk_modbus_response_decode(frame, &response) != PTK_ERR_OK ||
        !ptk_modbus_response_matches(&transaction->request, &response)) {
        return PTK_MODBUS_ERR_BAD_RESPONSE;
    }
    if (response.exception != PTK_MODBUS_EXCEPTION_NONE) {
        result->exception = response.exception;
        return PTK_MODBUS_ERR_EXCEPTION;
    }
    result->response = response;
    return PTK_ERR_OK;
}

ptk_err_t ptk_modbus_client_take_frames(ptk_modbus_client_t *client) {
    uint64_t now_ms = ptk_clock_now_ms();
    ptk_modbus_frame_t frame;
    ptk_modbus_scan_t scan;

    /* A callback that stops the client empties the buffer, and so ends this, too. */
    while ((scan = ptk_modbus_frame_take(&client->receive, &frame)) == PTK_MODBUS_SCAN_COMPLETE) {
        ptk_modbus_transaction_t *transaction = find_sent(client, frame.transaction_id);
        ptk_modbus_result_t result;
        client->silent_timeouts = 0;
        client->silence_begin_ms = now_ms;
        client->frame_deadline_ms = 0;
        if (transaction == NULL) {
            client->stats.discarded++;
            continue;
        }
        client->stats.responses++;
        client->delay_ms = 0; /* a server that answers is well: the next reconnect need not wait long */
        describe(transaction, &result);
        result.error = judge(transaction, &frame, &result);
        complete(client, transaction, &result);
    }
    ptk_buf_compact(&client->receive);
    if (scan == PTK_MODBUS_SCAN_INVALID) {
        return PTK_MODBUS_ERR_BAD_RESPONSE;
    }
    if (ptk_buf_length(&client->receive) > 0 && client->frame_deadline_ms == 0) {
        client->frame_deadline_ms = ptk_modbus_client_next_deadline(client, now_ms);
        ptk_modbus_client_set_timer(client, now_ms, client->frame_deadline_ms);
    }
    return PTK_ERR_OK;
}

void ptk_modbus_client_deliver(ptk_modbus_client_t *client) {
    /* A callback may start the client anew with another array; what is finished in this one is told all the same. */
    ptk_modbus_transaction_t *transactions = client->config.transactions;
    uint32_t count = client->config.num_transactions;
    ptk_modbus_transaction_t *transaction;

    if (client->notify) {
        client->notify = 0;
        if (client->config.connection_callback != NULL) {
            client->calling++;
            client->config.connection_callback(client, client->connected ? PTK_ERR_OK : client->connection_error,
                                               client->config.user_data);
            client->calling--;
        }
    }
    while ((transaction = find_oldest(transactions, count, PTK_MODBUS_TRANSACTION_FINISHED)) != NULL) {
        ptk_modbus_result_t result;
        describe(transaction, &result);
        result.error = transaction->error;
        complete(client, transaction, &result);
    }
    if (client->calling == 0 && ptk_modbus_client_is_running(client)) {
        ptk_modbus_client_flush(client);
    }
}

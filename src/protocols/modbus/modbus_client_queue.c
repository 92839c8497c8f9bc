/**
 * @file modbus_client_queue.c
 * @brief The requests of a client: queued, sent, matched with a response, expired. No socket and no callbacks.
 *
 * Each function scans the whole array of transactions: there are few of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ deadlines */

uint64_t ptk_modbus_client_queue_deadline(const ptk_modbus_client_t *client, uint64_t now_ms) {
    return now_ms + client->config.response_timeout_ms + 1; /* the clock's value may be almost one ms old */
}

void ptk_modbus_client_queue_set_timer(ptk_modbus_client_t *client, uint64_t now_ms, uint64_t deadline_ms) {
    if (!client->deadline_set) {
        uint64_t wait_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 1;
        client->deadline_set = ptk_timer_start(client->deadline_timer, wait_ms) == PTK_ERR_OK;
    }
}

/* ------------------------------------------------------------------------------------------------ finding */

/** @brief The transaction in a state that was submitted first, or NULL. Ids wrap: their distance gives the order. */
static ptk_modbus_transaction_t *find_oldest(ptk_modbus_transaction_t *transactions, uint32_t count, uint8_t state) {
    ptk_modbus_transaction_t *oldest = NULL;

    for (uint32_t i = 0; i < count; i++) {
        ptk_modbus_transaction_t *transaction = &transactions[i];
        if (transaction->state == state &&
            (oldest == NULL || (((uint32_t)oldest->id - (uint32_t)transaction->id) & 0x7FFFFFFFu) < 0x40000000u)) {
            oldest = transaction;
        }
    }
    return oldest;
}

/** @brief The transaction in flight with a number, or NULL. */
static ptk_modbus_transaction_t *find_sent(const ptk_modbus_client_t *client, uint16_t transaction_id) {
    for (uint32_t i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        if (transaction->state == PTK_MODBUS_TRANSACTION_SENT && transaction->transaction_id == transaction_id) {
            return transaction;
        }
    }
    return NULL;
}

ptk_modbus_transaction_t *ptk_modbus_client_queue_find(const ptk_modbus_client_t *client, ptk_modbus_request_id_t id) {
    for (uint32_t i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        bool is_free = transaction->state == PTK_MODBUS_TRANSACTION_FREE;
        if (id == 0 ? is_free : (!is_free && transaction->id == id)) {
            return transaction;
        }
    }
    return NULL;
}

/** @brief How many more requests may be in flight; 0: the rest has to wait for its turn. */
static uint32_t count_free_places(const ptk_modbus_client_t *client) {
    uint32_t places = client->config.max_in_flight != 0 ? client->config.max_in_flight : UINT32_MAX;

    for (uint32_t i = 0; i < client->config.num_transactions && places > 0; i++) {
        places -= client->config.transactions[i].state == PTK_MODBUS_TRANSACTION_SENT ? 1 : 0;
    }
    return places;
}

/* ------------------------------------------------------------------------------------------------ to the server */

ptk_modbus_request_id_t ptk_modbus_client_queue_add(ptk_modbus_client_t *client, uint8_t unit_id,
                                                    const ptk_modbus_request_t *request, ptk_modbus_callback_t callback,
                                                    void *user_data) {
    ptk_modbus_transaction_t *transaction = ptk_modbus_client_queue_find(client, 0);
    if (transaction == NULL) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    ptk_buf_t frame;
    (void)ptk_buf_init(&frame, transaction->frame, sizeof transaction->frame);
    if (ptk_modbus_request_encode(&frame, 0, unit_id, request) != PTK_ERR_OK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    uint64_t now_ms = ptk_clock_now_ms();
    client->last_id = client->last_id == INT32_MAX ? 1 : client->last_id + 1;
    transaction->request = *request;
    transaction->request.data = NULL;
    transaction->request.data_length = 0;
    transaction->callback = callback;
    transaction->user_data = user_data;
    transaction->deadline_ms = ptk_modbus_client_queue_deadline(client, now_ms);
    transaction->id = client->last_id;
    transaction->error = PTK_ERR_OK;
    transaction->retries_left = client->config.retries;
    transaction->frame_length = (uint16_t)ptk_buf_length(&frame);
    transaction->unit_id = unit_id;
    transaction->state = PTK_MODBUS_TRANSACTION_QUEUED;
    ptk_modbus_client_queue_set_timer(client, now_ms, transaction->deadline_ms);
    return transaction->id;
}

/** @brief Puts a frame into the transmit buffer, under a number that no request in flight has. */
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
        transaction->deadline_ms = ptk_modbus_client_queue_deadline(client, ptk_clock_now_ms());
    }
    client->stats.requests++;
}

void ptk_modbus_client_queue_fill(ptk_modbus_client_t *client) {
    /* While a frame is incomplete nothing is sent: if it stays so the connection ends, and a write would be lost. */
    uint32_t places = client->frame_deadline_ms == 0 ? count_free_places(client) : 0;

    ptk_buf_compact(&client->transmit);
    for (; places > 0 && ptk_buf_room(&client->transmit) >= PTK_MODBUS_MAX_FRAME_SIZE; places--) {
        ptk_modbus_transaction_t *transaction =
            find_oldest(client->config.transactions, client->config.num_transactions, PTK_MODBUS_TRANSACTION_QUEUED);
        if (transaction == NULL) {
            break;
        }
        put_frame(client, transaction);
    }
}

/* ------------------------------------------------------------------------------------------------ from the server */

/** @brief Fills in everything of a result but the response. */
static void describe(const ptk_modbus_transaction_t *transaction, ptk_modbus_result_t *result) {
    const ptk_modbus_request_t *request = &transaction->request;

    memset(result, 0, sizeof *result);
    result->error = transaction->error;
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

/** @brief Compares a frame with the request that has its number, and sets what the outcome says. */
static void compare(const ptk_modbus_transaction_t *transaction, const ptk_modbus_frame_t *frame,
                    ptk_modbus_result_t *result) {
    ptk_modbus_response_t *response = &result->response;

    if (frame->unit_id != transaction->unit_id || ptk_modbus_response_decode(frame, response) != PTK_ERR_OK ||
        !ptk_modbus_response_matches(&transaction->request, response)) {
        result->error = PTK_MODBUS_ERR_BAD_RESPONSE;
    } else if (response->exception != PTK_MODBUS_EXCEPTION_NONE) {
        result->exception = response->exception;
        result->error = PTK_MODBUS_ERR_EXCEPTION;
    } else {
        return;
    }
    memset(response, 0, sizeof *response);
}

ptk_modbus_transaction_t *ptk_modbus_client_queue_match(ptk_modbus_client_t *client, const ptk_modbus_frame_t *frame,
                                                        uint64_t now_ms, ptk_modbus_result_t *result) {
    ptk_modbus_transaction_t *transaction = find_sent(client, frame->transaction_id);

    client->silent_timeouts = 0;
    client->silence_begin_ms = now_ms;
    client->frame_deadline_ms = 0;
    if (transaction == NULL) {
        client->stats.discarded++;
        return NULL;
    }
    client->stats.responses++;
    client->delay_ms = 0; /* the server works: the next reconnect begins with the shortest delay */
    describe(transaction, result);
    compare(transaction, frame, result);
    return transaction;
}

ptk_modbus_transaction_t *ptk_modbus_client_queue_next_finished(ptk_modbus_transaction_t *transactions, uint32_t count,
                                                                ptk_modbus_result_t *result) {
    ptk_modbus_transaction_t *transaction = find_oldest(transactions, count, PTK_MODBUS_TRANSACTION_FINISHED);

    if (transaction != NULL) {
        describe(transaction, result);
    }
    return transaction;
}

/* ------------------------------------------------------------------------------------------------ failing */

/** @brief Whether a second execution of a function can undo something. */
static bool function_writes(uint8_t function) {
    switch (function) {
    case PTK_MODBUS_READ_COILS:
    case PTK_MODBUS_READ_DISCRETE_INPUTS:
    case PTK_MODBUS_READ_HOLDING_REGISTERS:
    case PTK_MODBUS_READ_INPUT_REGISTERS:
    case PTK_MODBUS_READ_DEVICE_IDENTIFICATION:
        return false;
    default:
        return true;
    }
}

/** @brief An attempt has failed: queues the next one, or finishes the request. */
static void retry_or_finish(ptk_modbus_client_t *client, ptk_modbus_transaction_t *transaction, uint64_t now_ms,
                            ptk_err_t error) {
    bool may_be_executed = transaction->state == PTK_MODBUS_TRANSACTION_SENT &&
                           function_writes(transaction->request.function) && !client->config.retry_writes;

    if (transaction->retries_left > 0 && !may_be_executed) {
        transaction->retries_left--;
        transaction->state = PTK_MODBUS_TRANSACTION_QUEUED;
        transaction->deadline_ms = ptk_modbus_client_queue_deadline(client, now_ms);
        client->stats.retries++;
    } else {
        transaction->error = error;
        transaction->state = PTK_MODBUS_TRANSACTION_FINISHED;
    }
}

void ptk_modbus_client_queue_requeue(ptk_modbus_client_t *client, ptk_err_t error) {
    uint64_t now_ms = ptk_clock_now_ms();

    for (uint32_t i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        if (transaction->state == PTK_MODBUS_TRANSACTION_SENT) {
            retry_or_finish(client, transaction, now_ms, error);
        }
    }
}

/**
 * @brief Counts a time-out of a sent request as silent if no whole frame came since the attempt began.
 *
 * Requests that waited at the same time are one silent time-out, not several.
 */
static void note_silence(ptk_modbus_client_t *client, const ptk_modbus_transaction_t *transaction, uint64_t now_ms) {
    if (transaction->deadline_ms >= ptk_modbus_client_queue_deadline(client, client->silence_begin_ms)) {
        client->silent_timeouts++;
        client->silence_begin_ms = now_ms;
    }
}

/** @brief A queued or sent request has reached its deadline. */
static void expire_one(ptk_modbus_client_t *client, ptk_modbus_transaction_t *transaction, uint64_t now_ms,
                       bool waits_for_turn) {
    ptk_err_t cause = PTK_ERR_TIMED_OUT;

    if (transaction->state == PTK_MODBUS_TRANSACTION_SENT) {
        note_silence(client, transaction, now_ms);
    } else if (waits_for_turn) {
        transaction->deadline_ms = ptk_modbus_client_queue_deadline(client, now_ms);
        return;
    } else if (client->connection_error != PTK_ERR_OK) {
        cause = client->connection_error;
    }
    client->stats.timeouts++;
    retry_or_finish(client, transaction, now_ms, cause);
}

void ptk_modbus_client_queue_expire(ptk_modbus_client_t *client) {
    uint64_t now_ms = ptk_clock_now_ms();
    uint64_t earliest_ms = client->frame_deadline_ms != 0 ? client->frame_deadline_ms : UINT64_MAX;
    bool waits_for_turn = count_free_places(client) == 0;

    for (uint32_t i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        if (transaction->state != PTK_MODBUS_TRANSACTION_SENT && transaction->state != PTK_MODBUS_TRANSACTION_QUEUED) {
            continue;
        }
        if (transaction->deadline_ms <= now_ms) {
            expire_one(client, transaction, now_ms, waits_for_turn);
        }
        if (transaction->state != PTK_MODBUS_TRANSACTION_FINISHED && transaction->deadline_ms < earliest_ms) {
            earliest_ms = transaction->deadline_ms;
        }
    }
    if (earliest_ms != UINT64_MAX) {
        ptk_modbus_client_queue_set_timer(client, now_ms, earliest_ms);
    }
}

void ptk_modbus_client_queue_finish_all(ptk_modbus_client_t *client, ptk_err_t error) {
    for (uint32_t i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        if (transaction->state == PTK_MODBUS_TRANSACTION_QUEUED || transaction->state == PTK_MODBUS_TRANSACTION_SENT) {
            transaction->error = error;
            transaction->state = PTK_MODBUS_TRANSACTION_FINISHED;
        }
    }
}

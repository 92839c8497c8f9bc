/**
 * @file modbus_client_deadlines.c
 * @brief What the client does not wait for any longer: requests that have expired or lost their connection, a frame
 *        that does not become whole, a server that is silent.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

void ptk_modbus_client_set_timer(ptk_modbus_client_t *client, uint64_t now_ms, uint64_t deadline_ms) {
    uint64_t wait_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 1;

    if (!client->deadline_set) {
        client->deadline_set = ptk_timer_start(client->deadline_timer, wait_ms) == PTK_ERR_OK;
    }
}

/* One ms more, as the clock's value may be almost one ms old. */
uint64_t ptk_modbus_client_next_deadline(const ptk_modbus_client_t *client, uint64_t now_ms) {
    return now_ms + client->config.response_timeout_ms + 1;
}

/* ------------------------------------------------------------------------------------------------ failing */

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

/* An attempt has failed: the next one, or the end. */
static void retry_or_finish(ptk_modbus_client_t *client, ptk_modbus_transaction_t *transaction, uint64_t now_ms,
                            ptk_err_t error) {
    bool executed_perhaps = transaction->state == PTK_MODBUS_TRANSACTION_SENT &&
                            function_writes(transaction->request.function) && !client->config.retry_writes;

    if (transaction->retries_left > 0 && !executed_perhaps) {
        transaction->retries_left--;
        transaction->state = PTK_MODBUS_TRANSACTION_QUEUED;
        transaction->deadline_ms = ptk_modbus_client_next_deadline(client, now_ms);
        client->stats.retries++;
    } else {
        transaction->error = error;
        transaction->state = PTK_MODBUS_TRANSACTION_FINISHED;
    }
}

void ptk_modbus_client_requeue(ptk_modbus_client_t *client, ptk_err_t error) {
    uint64_t now_ms = ptk_clock_now_ms();
    uint32_t i;

    for (i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        if (transaction->state == PTK_MODBUS_TRANSACTION_SENT) {
            retry_or_finish(client, transaction, now_ms, error);
        }
    }
}

/*
 * A request that was sent has expired. The time-out is silent if no whole frame came since the attempt began. Requests
 * that waited at the same time are one silent time-out, not several.
 */
static void note_silence(ptk_modbus_client_t *client, const ptk_modbus_transaction_t *transaction, uint64_t now_ms) {
    uint64_t begin_ms = transaction->deadline_ms - ptk_modbus_client_next_deadline(client, 0);

    if (begin_ms >= client->silence_begin_ms) {
        client->silent_timeouts++;
        client->silence_begin_ms = now_ms;
    }
}

static void expire_one(ptk_modbus_client_t *client, ptk_modbus_transaction_t *transaction, uint64_t now_ms,
                       bool waits_for_turn) {
    bool was_sent = transaction->state == PTK_MODBUS_TRANSACTION_SENT;
    ptk_err_t cause = was_sent || client->connection_error == PTK_ERR_OK ? PTK_ERR_TIMED_OUT : client->connection_error;

    if (!was_sent && waits_for_turn) {
        transaction->deadline_ms = ptk_modbus_client_next_deadline(client, now_ms);
        return;
    }
    if (was_sent) {
        note_silence(client, transaction, now_ms);
    }
    client->stats.timeouts++;
    retry_or_finish(client, transaction, now_ms, cause);
}

void ptk_modbus_client_expire(ptk_modbus_client_t *client) {
    uint64_t now_ms = ptk_clock_now_ms();
    uint64_t earliest_ms = client->frame_deadline_ms != 0 ? client->frame_deadline_ms : UINT64_MAX;
    bool waits_for_turn = ptk_modbus_client_free_places(client) == 0;
    uint32_t i;

    for (i = 0; i < client->config.num_transactions; i++) {
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
        ptk_modbus_client_set_timer(client, now_ms, earliest_ms);
    }
}

ptk_err_t ptk_modbus_client_overdue(const ptk_modbus_client_t *client) {
    if (client->frame_deadline_ms != 0 && client->frame_deadline_ms <= ptk_clock_now_ms()) {
        return PTK_MODBUS_ERR_BAD_RESPONSE;
    }
    if (client->config.silent_timeouts != PTK_MODBUS_CLIENT_NEVER_SILENT &&
        client->silent_timeouts >= client->config.silent_timeouts) {
        return PTK_ERR_TIMED_OUT;
    }
    return PTK_ERR_OK;
}

void ptk_modbus_client_finish_all(ptk_modbus_client_t *client, ptk_err_t error) {
    uint32_t i;

    for (i = 0; i < client->config.num_transactions; i++) {
        ptk_modbus_transaction_t *transaction = &client->config.transactions[i];
        if (transaction->state == PTK_MODBUS_TRANSACTION_QUEUED || transaction->state == PTK_MODBUS_TRANSACTION_SENT) {
            transaction->error = error;
            transaction->state = PTK_MODBUS_TRANSACTION_FINISHED;
        }
    }
}

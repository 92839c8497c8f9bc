/**
 * @file modbus_client_run.c
 * @brief Dispatch: the protothread that connects, receives and connects again, the handlers, and the one place that
 *        calls the application's functions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

/* ------------------------------------------------------------------------------------------------ callbacks */

/**
 * @brief Completes a request.
 *
 * The transaction is free before the callback is called, so that the callback can submit the next request.
 */
static void complete(ptk_modbus_client_t *client, ptk_modbus_transaction_t *transaction,
                     const ptk_modbus_result_t *result) {
    transaction->state = PTK_MODBUS_TRANSACTION_FREE;
    if (transaction->callback != NULL) {
        client->calling++;
        transaction->callback(client, result, transaction->user_data);
        client->calling--;
    }
}

/** @brief Reports that the connection was made, or why there is none. */
static void notify(ptk_modbus_client_t *client) {
    client->notify = 0;
    if (client->config.connection_callback != NULL) {
        client->calling++;
        client->config.connection_callback(client, client->connected ? PTK_ERR_OK : client->connection_error,
                                           client->config.user_data);
        client->calling--;
    }
}

void ptk_modbus_client_run_deliver(ptk_modbus_client_t *client) {
    /* A callback may start the client with another array: what is finished in this one is still reported. */
    ptk_modbus_transaction_t *transactions = client->config.transactions;
    uint32_t count = client->config.num_transactions;

    if (client->notify) {
        notify(client);
    }
    ptk_modbus_transaction_t *transaction;
    ptk_modbus_result_t result;
    while ((transaction = ptk_modbus_client_queue_next_finished(transactions, count, &result)) != NULL) {
        complete(client, transaction, &result);
    }
    if (client->calling == 0 && ptk_modbus_client_is_running(client)) {
        ptk_modbus_client_connection_flush(client);
    }
}

/* ------------------------------------------------------------------------------------------------ receiving */

/**
 * @brief Takes all whole frames from the receive buffer and completes the requests that they respond to.
 * @return PTK_ERR_OK, also when a callback stopped the client; PTK_MODBUS_ERR_BAD_RESPONSE: the framing is lost.
 */
static ptk_err_t take_frames(ptk_modbus_client_t *client) {
    uint64_t now_ms = ptk_clock_now_ms();

    /* A callback that stops the client empties the buffer, and so ends this, too. */
    ptk_modbus_frame_t frame;
    ptk_modbus_scan_t scan;
    while ((scan = ptk_modbus_frame_take(&client->receive, &frame)) == PTK_MODBUS_SCAN_COMPLETE) {
        ptk_modbus_result_t result;
        ptk_modbus_transaction_t *transaction = ptk_modbus_client_queue_match(client, &frame, now_ms, &result);
        if (transaction != NULL) {
            complete(client, transaction, &result);
        }
    }
    ptk_buf_compact(&client->receive);
    if (scan == PTK_MODBUS_SCAN_INVALID) {
        return PTK_MODBUS_ERR_BAD_RESPONSE;
    }
    if (ptk_buf_length(&client->receive) > 0 && client->frame_deadline_ms == 0) {
        client->frame_deadline_ms = ptk_modbus_client_queue_deadline(client, now_ms);
        ptk_modbus_client_queue_set_timer(client, now_ms, client->frame_deadline_ms);
    }
    return PTK_ERR_OK;
}

/**
 * @brief Takes all responses that have come.
 *
 * There are not more than requests, so a server that never stops sending does not keep the loop here. The receive after
 * the last of them finds an end of the stream that came with it, so that nothing, least of all a write, is sent into a
 * connection that has ended.
 * @return PTK_ERR_OK: the connection goes on.
 */
static ptk_err_t receive_frames(ptk_modbus_client_t *client) {
    uint32_t session = client->session;
    ptk_err_t error = PTK_ERR_OK;

    for (uint32_t left = client->config.num_transactions + 1;
         error == PTK_ERR_OK && left > 0 && client->session == session; left--) {
        error = ptk_socket_receive(client->socket, &client->receive);
        if (error == PTK_ERR_OK) {
            error = take_frames(client);
        }
    }
    return error == PTK_ERR_WOULD_BLOCK ? PTK_ERR_OK : error;
}

/* ------------------------------------------------------------------------------------------------ connecting */

/**
 * @brief The protothread's body.
 *
 * Wherever it has called functions of the application it leaves if they have stopped the client; run_client() then does
 * what is needed.
 */
static ptk_pt_status_t run_connection(ptk_pt_t *pt) {
    ptk_modbus_client_t *client = (ptk_modbus_client_t *)pt;
    uint32_t session = client->session;
    ptk_err_t error = PTK_ERR_OK; /* set again after each wait */

    PTK_PT_BEGIN(pt);
    for (;;) {
        if (client->delay_ms == 0) {
            PTK_PT_YIELD(pt, client->config.loop); /* no callback may be called before start has returned */
        } else {
            PTK_PT_SLEEP(pt, client->timer, client->delay_ms);
        }
        if (PTK_PT_ERROR(pt) == PTK_ERR_INVALID_HANDLE) {
            PTK_PT_EXIT(pt); /* the loop is gone */
        }
        error = ptk_modbus_client_connection_open(client);
        if (error == PTK_ERR_OK) {
            PTK_PT_CONNECT_TIMEOUT(pt, client->socket, &client->config.address, client->timer,
                                   client->config.connect_timeout_ms);
            error = PTK_PT_ERROR(pt);
        }
        if (error == PTK_ERR_OK) {
            ptk_modbus_client_connection_made(client);
            ptk_modbus_client_run_deliver(client);
        }
        while (error == PTK_ERR_OK && client->session == session) {
            PTK_PT_WAIT_EVENT(pt, client->socket, PTK_EVENT_READABLE);
            error = PTK_PT_ERROR(pt) == PTK_ERR_OK ? receive_frames(client) : PTK_PT_ERROR(pt);
            if (error == PTK_ERR_OK && client->session == session) {
                ptk_modbus_client_run_deliver(client);
            }
        }
        if (client->session == session) {
            ptk_modbus_client_connection_failed(client, error);
            ptk_modbus_client_run_deliver(client);
        }
        if (client->session != session) {
            return PTK_PT_WAITING;
        }
    }
    PTK_PT_END(pt);
}

/**
 * @brief The protothread.
 *
 * A running protothread can be neither cancelled nor initialised: a callback's stop, and start, take effect here.
 */
static ptk_pt_status_t run_client(ptk_pt_t *pt) {
    ptk_modbus_client_t *client = (ptk_modbus_client_t *)pt;
    uint32_t session = client->session;

    client->in_protothread = 1;
    ptk_pt_status_t status = run_connection(pt);
    client->in_protothread = 0;
    if (client->session != session) {
        if (!ptk_modbus_client_is_running(client)) {
            PTK_PT_EXIT(pt);
        }
        PTK_PT_RESTART(pt);
    }
    return status;
}

void ptk_modbus_client_run_begin(ptk_modbus_client_t *client) {
    if (!client->in_protothread) {
        (void)ptk_protothread_init(&client->pt, run_client);
        (void)ptk_protothread_run(&client->pt);
    }
}

void ptk_modbus_client_run_end(ptk_modbus_client_t *client) {
    if (!client->in_protothread && !ptk_protothread_is_finished(&client->pt)) { /* it ends when the loop is gone */
        (void)ptk_protothread_cancel(&client->pt);
    }
}

/* ------------------------------------------------------------------------------------------------ handlers */

/** @brief Ends the connection from outside of the protothread: ends its wait, and lets it begin with the delay. */
static void drop_connection(ptk_modbus_client_t *client, ptk_err_t error) {
    (void)ptk_protothread_cancel(&client->pt);
    (void)ptk_protothread_init(&client->pt, run_client);
    ptk_modbus_client_connection_failed(client, error);
    (void)ptk_protothread_run(&client->pt);
}

/** @brief Handler of the deadline timer: ends what has waited for too long. */
static void on_deadline(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_modbus_client_t *client = (ptk_modbus_client_t *)user_data;
    uint32_t session = client->session;

    (void)timer;
    (void)event;
    (void)data;
    /* A loop that was kept busy may be late for both, the responses and the deadline. */
    ptk_err_t error = client->connected ? receive_frames(client) : PTK_ERR_OK;
    if (client->session != session) {
        return;
    }
    if (error != PTK_ERR_OK) {
        drop_connection(client, error);
    }
    client->deadline_set = 0;
    ptk_modbus_client_queue_expire(client);
    error = client->connected ? ptk_modbus_client_connection_overdue(client) : PTK_ERR_OK;
    if (error != PTK_ERR_OK) {
        drop_connection(client, error);
    }
    ptk_modbus_client_run_deliver(client);
}

ptk_err_t ptk_modbus_client_run_create_timers(ptk_modbus_client_t *client, ptk_handle_t loop) {
    ptk_handle_t timer = ptk_timer_create(loop);
    if (timer < 0) {
        return (ptk_err_t)timer;
    }
    ptk_handle_t deadline_timer = ptk_timer_create(loop);
    if (deadline_timer < 0) {
        (void)ptk_timer_destroy(timer);
        return (ptk_err_t)deadline_timer;
    }
    (void)ptk_set_event_handler(deadline_timer, PTK_EVENT_EXPIRED, on_deadline,
                                client); /* a new timer has room for it */
    client->timer = timer;
    client->deadline_timer = deadline_timer;
    return PTK_ERR_OK;
}

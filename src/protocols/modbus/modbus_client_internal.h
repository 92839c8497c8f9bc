/**
 * @file modbus_client_internal.h
 * @brief What the files of the client share, from the bottom up: a file calls those below it and none above.
 *
 *     modbus_client.c, modbus_client_requests.c    what the application calls: start, stop; submit, cancel
 *     modbus_client_run.c                          dispatch: the protothread, the handlers, and the only calls of the
 *                                                  application's functions
 *     modbus_client_connection.c                   one connection: its socket, and sending
 *     modbus_client_queue.c                        the requests: queued, sent, finished; no socket, no callbacks
 *     modbus_request.c, modbus_response.c, modbus_codec.c
 *
 * After each call of an application's function the client may have been stopped, and started again: its session number
 * has changed then.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MODBUS_CLIENT_INTERNAL_H
#define PTK_MODBUS_CLIENT_INTERNAL_H

#include <ptk_modbus_client.h>

/** @brief ptk_modbus_client_t::magic of a running client. */
#define PTK_MODBUS_CLIENT_MAGIC 0x4D42434Cu

/** @brief Where a transaction is; ptk_modbus_transaction_t::state. */
enum {
    PTK_MODBUS_TRANSACTION_FREE = 0,    /**< @brief Not in use; so is zeroed memory. */
    PTK_MODBUS_TRANSACTION_QUEUED = 1,  /**< @brief Waits to be sent. */
    PTK_MODBUS_TRANSACTION_SENT = 2,    /**< @brief Is in flight, or on its way to the socket. */
    PTK_MODBUS_TRANSACTION_FINISHED = 3 /**< @brief Has failed; its callback is due. */
};

/** @brief Whether a client runs. @param client the client, not NULL. */
static inline bool ptk_modbus_client_is_running(const ptk_modbus_client_t *client) {
    return client->magic == PTK_MODBUS_CLIENT_MAGIC;
}

/* ------------------------------------------------------------------------------------------------ queue */

/**
 * @brief When something that begins now has to be complete: one response time-out from now.
 * @param client the client. @param now_ms the clock.
 */
uint64_t ptk_modbus_client_queue_deadline(const ptk_modbus_client_t *client, uint64_t now_ms);

/**
 * @brief Starts the deadline timer unless it runs: all deadlines are equally far ahead, so a new one is never earlier.
 * @param client a running client. @param now_ms the clock. @param deadline_ms when it has to expire.
 */
void ptk_modbus_client_queue_set_timer(ptk_modbus_client_t *client, uint64_t now_ms, uint64_t deadline_ms);

/**
 * @brief Finds a pending transaction.
 * @param client the client. @param id its id; or 0: any free one.
 * @return The transaction or NULL.
 */
ptk_modbus_transaction_t *ptk_modbus_client_queue_find(const ptk_modbus_client_t *client, ptk_modbus_request_id_t id);

/**
 * @brief Queues a request.
 * @param client a running client. @param unit_id @param request @param callback @param user_data as submitted.
 * @return Its id, PTK_ERR_OUT_OF_MEMORY (no free transaction), PTK_ERR_INVALID_ARGUMENT (the request).
 */
ptk_modbus_request_id_t ptk_modbus_client_queue_add(ptk_modbus_client_t *client, uint8_t unit_id,
                                                    const ptk_modbus_request_t *request, ptk_modbus_callback_t callback,
                                                    void *user_data);

/**
 * @brief Moves queued requests to the transmit buffer, the oldest first, as many as fit and may be in flight.
 * @param client a running client that is connected.
 */
void ptk_modbus_client_queue_fill(ptk_modbus_client_t *client);

/**
 * @brief A whole frame came: ends the silence, and finds the request that it responds to and what it says.
 * @param client a running client. @param frame the frame. @param now_ms the clock.
 * @param[out] result the outcome, if there is a request.
 * @return The transaction, still sent; NULL if none in flight has the frame's number.
 */
ptk_modbus_transaction_t *ptk_modbus_client_queue_match(ptk_modbus_client_t *client, const ptk_modbus_frame_t *frame,
                                                        uint64_t now_ms, ptk_modbus_result_t *result);

/**
 * @brief The oldest transaction that has failed.
 * @param transactions the array. @param count its length. @param[out] result the outcome, if there is one.
 * @return The transaction, still finished; or NULL.
 */
ptk_modbus_transaction_t *ptk_modbus_client_queue_next_finished(ptk_modbus_transaction_t *transactions, uint32_t count,
                                                                ptk_modbus_result_t *result);

/**
 * @brief The connection is gone: queues again what was sent and may be retried, finishes the rest.
 * @param client a running client. @param error why.
 */
void ptk_modbus_client_queue_requeue(ptk_modbus_client_t *client, ptk_err_t error);

/**
 * @brief Queues again, or finishes, what has reached its deadline, and starts the timer for the next deadline.
 * @param client a running client.
 */
void ptk_modbus_client_queue_expire(ptk_modbus_client_t *client);

/**
 * @brief Finishes every pending request.
 * @param client the client. @param error why.
 */
void ptk_modbus_client_queue_finish_all(ptk_modbus_client_t *client, ptk_err_t error);

/* ------------------------------------------------------------------------------------------------ connection */

/**
 * @brief Creates the socket.
 * @param client a running client without a socket.
 * @return PTK_ERR_OK, or the error of the socket.
 */
ptk_err_t ptk_modbus_client_connection_open(ptk_modbus_client_t *client);

/**
 * @brief Closes the socket if there is one, and drops what the buffers hold.
 * @param client the client.
 */
void ptk_modbus_client_connection_close(ptk_modbus_client_t *client);

/**
 * @brief From now on requests can be sent; the connection callback is due.
 * @param client a running client whose socket is connected.
 */
void ptk_modbus_client_connection_made(ptk_modbus_client_t *client);

/**
 * @brief The connection is lost, or could not be made: closes it, queues its requests again or finishes them. The
 *        connection callback is due.
 * @param client a running client. @param error why.
 */
void ptk_modbus_client_connection_failed(ptk_modbus_client_t *client, ptk_err_t error);

/**
 * @brief Sends what is queued, as much as the socket takes.
 * @param client a running client, connected or not.
 */
void ptk_modbus_client_connection_flush(ptk_modbus_client_t *client);

/**
 * @brief Whether the connection has to end: a frame has been incomplete for too long, or the server is silent.
 * @param client a running client that is connected, after ptk_modbus_client_queue_expire().
 * @return PTK_ERR_OK if it goes on; PTK_MODBUS_ERR_BAD_RESPONSE or PTK_ERR_TIMED_OUT.
 */
ptk_err_t ptk_modbus_client_connection_overdue(const ptk_modbus_client_t *client);

/* ------------------------------------------------------------------------------------------------ run */

/**
 * @brief Creates both timers of a client, or none, and sets the handler of the deadline timer.
 * @param client a client that is being started. @param loop its loop.
 * @return PTK_ERR_OK, or the error of a timer; then nothing was changed.
 */
ptk_err_t ptk_modbus_client_run_create_timers(ptk_modbus_client_t *client, ptk_handle_t loop);

/**
 * @brief Starts the protothread; if it called a callback that started the client, it begins again by itself.
 * @param client a client that was just started.
 */
void ptk_modbus_client_run_begin(ptk_modbus_client_t *client);

/**
 * @brief Cancels the protothread, or lets it end by itself if it is running.
 * @param client a client that was just stopped.
 */
void ptk_modbus_client_run_end(ptk_modbus_client_t *client);

/**
 * @brief Calls the callbacks that are due: that of the connection, then those of finished requests. Then sends what is
 *        queued.
 * @param client the client, which may be stopped.
 */
void ptk_modbus_client_run_deliver(ptk_modbus_client_t *client);

#endif

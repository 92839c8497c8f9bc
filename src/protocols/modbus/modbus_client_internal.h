/**
 * @file modbus_client_internal.h
 * @brief What the files of the client share.
 *
 * modbus_client.c holds the life of the client and of its connection, modbus_client_transactions.c that of the
 * requests, modbus_client_deadlines.c how they, and the connection, come to an early end.
 * Functions of the application are called in one place only, ptk_modbus_client_deliver() and its caller for responses,
 * and after each of them the client may have been stopped, and started again: the session tells.
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
    PTK_MODBUS_TRANSACTION_FINISHED = 3 /**< @brief Has an error that its callback was not told yet. */
};

/** @brief Whether a client runs. @param client the client or NULL. */
bool ptk_modbus_client_is_running(const ptk_modbus_client_t *client);

/**
 * @brief Sends what is queued, as much as the socket takes. Calls no function of the application.
 * @param client a running client, connected or not.
 */
void ptk_modbus_client_flush(ptk_modbus_client_t *client);

/**
 * @brief How many more requests may be in flight.
 * @param client a running client.
 * @return 0 if the rest has to wait for its turn.
 */
uint32_t ptk_modbus_client_free_places(const ptk_modbus_client_t *client);

/**
 * @brief When something that begins now has to be complete.
 * @param client the client. @param now_ms the clock.
 * @return One response time-out from then.
 */
uint64_t ptk_modbus_client_next_deadline(const ptk_modbus_client_t *client, uint64_t now_ms);

/**
 * @brief Starts the deadline timer unless it runs: all deadlines are equally far ahead, so a new one is never earlier.
 * @param client a running client. @param now_ms the clock. @param deadline_ms when it shall expire.
 */
void ptk_modbus_client_set_timer(ptk_modbus_client_t *client, uint64_t now_ms, uint64_t deadline_ms);

/**
 * @brief Takes all whole frames from the receive buffer and completes the requests that they answer.
 * @param client a running client.
 * @return PTK_ERR_OK, also when a callback stopped the client; PTK_MODBUS_ERR_BAD_RESPONSE: the framing is lost.
 */
ptk_err_t ptk_modbus_client_take_frames(ptk_modbus_client_t *client);

/**
 * @brief The connection is gone: queues again what was sent and may be retried, finishes the rest.
 * @param client a running client. @param error why.
 */
void ptk_modbus_client_requeue(ptk_modbus_client_t *client, ptk_err_t error);

/**
 * @brief Queues again, or finishes, what has reached its deadline, and starts the timer for the next one.
 * @param client a running client.
 */
void ptk_modbus_client_expire(ptk_modbus_client_t *client);

/**
 * @brief Whether the connection has to end: a frame is incomplete for too long, or the server silent.
 * @param client a running client that is connected, after ptk_modbus_client_expire().
 * @return PTK_ERR_OK if it goes on; PTK_MODBUS_ERR_BAD_RESPONSE or PTK_ERR_TIMED_OUT.
 */
ptk_err_t ptk_modbus_client_overdue(const ptk_modbus_client_t *client);

/**
 * @brief Finishes every pending request.
 * @param client the client. @param error why.
 */
void ptk_modbus_client_finish_all(ptk_modbus_client_t *client, ptk_err_t error);

/**
 * @brief Calls the callbacks that are due: that of the connection, then those of finished requests.
 * @param client the client, which may be stopped.
 */
void ptk_modbus_client_deliver(ptk_modbus_client_t *client);

#endif

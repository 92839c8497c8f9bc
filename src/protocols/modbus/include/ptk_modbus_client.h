/**
 * @file ptk_modbus_client.h
 * @brief A Modbus TCP client with several transactions in flight, on protothreads. No heap; all state is in the
 *        application's memory.
 *
 * Each client needs 1 socket and 2 timers of the loop's pools, and no user event source.
 *
 * A client keeps one connection to one server. It connects when it is started, and reconnects after a delay whenever
 * the connection is lost. Requests may be submitted at any time. They are sent in the order of submission, as soon as
 * there is a connection, without waiting for earlier responses.
 *
 * **Every accepted request completes exactly once**: its callback is called once, at the latest
 * (retries + 1) * (response_timeout_ms + 2) ms after it was submitted, plus the time that handlers and other processes
 * take. It never completes before the function that submitted it has returned. (With max_in_flight it also waits for
 * its turn: at most twice that time for itself and for each request before it.) The outcome is one of:
 * - PTK_ERR_OK: the server has executed it.
 * - PTK_MODBUS_ERR_EXCEPTION: the server has refused it; the result has the exception code.
 * - PTK_MODBUS_ERR_BAD_RESPONSE: the response does not fit the request.
 * - PTK_ERR_TIMED_OUT: no response came in time.
 * - Another error: the connection was lost (PTK_ERR_CLOSED, PTK_ERR_CONNECTION_RESET, ...) or could not be made in time
 *   (PTK_ERR_CONNECTION_REFUSED, ...).
 * - PTK_ERR_CLOSED also when the client was stopped.
 *
 * **Retries.** A request that got no response in time, or whose connection was lost, is sent again while it has
 * retries left, with a new transaction identifier. Writes (functions 5, 6, 15, 16, 22, 23) are not repeated once they
 * were handed to the connection: the server may have executed them, and a second execution could undo a later write by
 * another master, or overtake a later request of this client. Their error then means that it is unknown whether they
 * were executed. If repeating is harmless, set retry_writes.
 *
 * **Late responses.** A response is discarded if no request in flight has its transaction identifier. Bytes that are
 * not Modbus end the connection with PTK_MODBUS_ERR_BAD_RESPONSE, since the framing is lost. So does a frame that is
 * not whole one response_timeout_ms after its first byte: its length may be wrong, and all later bytes would be taken
 * for its rest. Until it is whole, no further request is sent.
 *
 * **Silence.** A time-out is silent if no whole frame came from the server since the request was submitted or last sent
 * again; a late frame, or one of another unit, counts as a frame. Requests that wait at the same time count as one
 * silent time-out. After silent_timeouts of them in a row, 3 by default, the connection is taken for dead and ends with
 * PTK_ERR_TIMED_OUT, even if TCP has not noticed yet. A gateway that does not respond for units that are switched off
 * looks the same if no other unit is polled: PTK_MODBUS_CLIENT_NEVER_SILENT keeps its connection.
 *
 * **Pipelining.** By default requests are sent without waiting for responses, several in one TCP segment if they are
 * submitted together. Some devices take one request of each segment and drop the rest: for them set max_in_flight to 1.
 * With max_in_flight, response_timeout_ms counts from when a request is sent, not from when it was submitted, and a
 * request that waits for its turn does not expire. A request that has expired or was cancelled is no longer in flight.
 *
 * Section numbers marked "AP" are those of the MODBUS Application Protocol Specification V1.1b3, those marked "TCP" of
 * the MODBUS Messaging on TCP/IP Implementation Guide V1.0b.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MODBUS_CLIENT_H
#define PTK_MODBUS_CLIENT_H

#include <ptk_modbus.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief Bytes of the receive and the transmit buffer: frames that one system call can move. */
#define PTK_MODBUS_CLIENT_BUFFER_SIZE (4 * PTK_MODBUS_MAX_FRAME_SIZE)

/** @brief Silent time-outs in a row that end a connection, if the config has no number. */
#define PTK_MODBUS_CLIENT_SILENT_TIMEOUTS 3

/** @brief For ptk_modbus_client_config_t::silent_timeouts: silence does not end a connection. */
#define PTK_MODBUS_CLIENT_NEVER_SILENT UINT32_MAX

/** @brief Errors of the Modbus client, in addition to those of ptk_err_t. */
enum {
    PTK_MODBUS_ERR_EXCEPTION = -101,   /**< @brief The server responded with an exception. */
    PTK_MODBUS_ERR_BAD_RESPONSE = -102 /**< @brief The response does not fit the request, or is not Modbus at all. */
};

/**
 * @brief Name of an error: as ptk_error_string(), and for the client's own codes.
 * @param error any value.
 * @return A constant string, never NULL.
 * @note Any thread.
 */
const char *ptk_modbus_error_string(ptk_err_t error);

/* ------------------------------------------------------------------------------------------------ results */

/** @brief A client; the struct is further down. */
typedef struct ptk_modbus_client ptk_modbus_client_t;

/** @brief Identifies a request until it completes: 1 to 0x7FFFFFFF. Negative: a ptk_err_t, it was not accepted. */
typedef int32_t ptk_modbus_request_id_t;

/** @brief The outcome of a request. */
typedef struct ptk_modbus_result {
    ptk_err_t error;                /**< @brief PTK_ERR_OK, or why it failed; see the top of this file. */
    ptk_modbus_request_id_t id;     /**< @brief What the submitting function returned. */
    uint8_t unit_id;                /**< @brief Repeated from the request. */
    uint8_t function;               /**< @brief Repeated from the request. */
    uint8_t exception;              /**< @brief With PTK_MODBUS_ERR_EXCEPTION: the code, 1 to 255; else 0. */
    uint16_t address;               /**< @brief Repeated from the request; function 23: of the read. */
    uint16_t quantity;              /**< @brief Repeated from the request; 1 if it has none; 43: 0. */
    ptk_modbus_response_t response; /**< @brief With PTK_ERR_OK: the response; else zeroed. */
} ptk_modbus_result_t;

/**
 * @brief Called when a request completes.
 *
 * It may submit and cancel requests, stop the client, and start it again.
 * @param client the client.
 * @param result the outcome; it and the memory that it points to are valid only during the call.
 * @param user_data as passed to the submitting function.
 */
typedef void (*ptk_modbus_callback_t)(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data);

/**
 * @brief One bit of a response to function 1 or 2.
 * @param result the result. @param index which, from 0.
 * @return Its value; false also for NULL, an index out of range, or a result without bits.
 * @note Any thread.
 */
bool ptk_modbus_result_bit(const ptk_modbus_result_t *result, uint16_t index);

/**
 * @brief One register of a response to function 3, 4 or 23.
 * @param result the result. @param index which, from 0.
 * @return Its value; 0 also for NULL, an index out of range, or a result without registers.
 * @note Any thread.
 */
uint16_t ptk_modbus_result_register(const ptk_modbus_result_t *result, uint16_t index);

/* ------------------------------------------------------------------------------------------------ client */

/** @brief State of one request. The application declares an array; its content is private to the client. */
typedef struct ptk_modbus_transaction {
    ptk_modbus_request_t request;             /**< @brief To compare with the response; its data is not kept. */
    ptk_modbus_callback_t callback;           /**< @brief Called when it completes; may be NULL. */
    void *user_data;                          /**< @brief Passed to the callback. */
    uint64_t deadline_ms;                     /**< @brief When this attempt times out. */
    ptk_modbus_request_id_t id;               /**< @brief The request's id. */
    ptk_err_t error;                          /**< @brief The outcome, once it has failed. */
    uint32_t retries_left;                    /**< @brief Attempts that may follow. */
    uint16_t transaction_id;                  /**< @brief The identifier in the frame, new for each attempt. */
    uint16_t frame_length;                    /**< @brief Bytes at frame. */
    uint8_t unit_id;                          /**< @brief The addressed device. */
    uint8_t state;                            /**< @brief Free, queued, sent or finished. */
    uint8_t frame[PTK_MODBUS_MAX_FRAME_SIZE]; /**< @brief The request as on the wire. */
} ptk_modbus_transaction_t;

/**
 * @brief Called when the connection is made, lost, or could not be made.
 *
 * It may do what a ptk_modbus_callback_t may.
 * @param client the client.
 * @param error PTK_ERR_OK: the client is connected. Else why it is not; it will try again.
 * @param user_data from the config.
 */
typedef void (*ptk_modbus_connection_callback_t)(ptk_modbus_client_t *client, ptk_err_t error, void *user_data);

/**
 * @brief Configuration of a client. It is copied; the transactions belong to the client until it is stopped.
 *
 * Zero what is not needed. No time may be longer than PTK_MODBUS_MAX_TIME_MS.
 */
typedef struct ptk_modbus_client_config {
    ptk_handle_t loop;                      /**< @brief The client's loop. */
    ptk_address_t address;                  /**< @brief The server; port 0 means PTK_MODBUS_TCP_PORT. */
    ptk_modbus_transaction_t *transactions; /**< @brief One for each pending request; zeroed before its first use. */
    uint32_t num_transactions;              /**< @brief Length of transactions, 1 to 1024. */
    uint32_t retries;                       /**< @brief Attempts after the first, 0 to 1000. */
    uint32_t max_in_flight;                 /**< @brief Most requests in flight at a time; 0: no limit. */
    uint32_t silent_timeouts;               /**< @brief Silent time-outs in a row that end a connection; 0: 3. */
    uint64_t response_timeout_ms;           /**< @brief Longest wait for a response, ms; 0 means 1000. */
    uint64_t connect_timeout_ms;            /**< @brief Longest attempt to connect, ms; 0 means 3000. */
    uint64_t reconnect_delay_ms;            /**< @brief Delay before the next attempt to connect, ms; 0 means 500. */
    uint64_t reconnect_delay_limit_ms;      /**< @brief The delay doubles up to this, ms; 0 means 30000. */
    bool retry_writes;                      /**< @brief Retries writes as well; see the top of this file. */
    ptk_modbus_connection_callback_t connection_callback; /**< @brief Called on each change; may be NULL. */
    void *user_data;                                      /**< @brief Passed to connection_callback. */
} ptk_modbus_client_config_t;

/** @brief Statistics of a client since it was started. */
typedef struct ptk_modbus_client_stats {
    uint32_t connections; /**< @brief Connections made. */
    uint32_t pending;     /**< @brief Requests that have not completed now. */
    uint64_t requests;    /**< @brief Requests sent, retries included. */
    uint64_t responses;   /**< @brief Responses to a request in flight, valid or not. */
    uint64_t retries;     /**< @brief Further attempts, sent or not. */
    uint64_t timeouts;    /**< @brief Attempts without a response in time. */
    uint64_t discarded;   /**< @brief Responses that came too late, or to no request. */
} ptk_modbus_client_stats_t;

/** @brief A client. The application declares it and zeroes it before its first use; its content is private. */
struct ptk_modbus_client {
    ptk_pt_t pt;                 /**< @brief The connection's protothread. */
    uint32_t magic;              /**< @brief Marks a running client. */
    uint32_t session;            /**< @brief Counts starts and stops, so that callers of a callback notice them. */
    ptk_handle_t socket;         /**< @brief The connection, 0 while there is none. */
    ptk_handle_t timer;          /**< @brief For the waits of the protothread. */
    ptk_handle_t deadline_timer; /**< @brief For the deadlines of the requests. */
    ptk_modbus_client_config_t config; /**< @brief As given, defaults filled in. */
    ptk_modbus_client_stats_t stats;   /**< @brief Statistics. */
    uint64_t delay_ms;          /**< @brief Last delay before an attempt to connect; 0: none since the last response. */
    uint32_t calling;           /**< @brief Callbacks that are running. */
    uint32_t silent_timeouts;   /**< @brief Silent time-outs since the last whole frame. */
    uint64_t silence_begin_ms;  /**< @brief Last whole frame or end of the last silent time-out; 0: none so far. */
    uint64_t frame_deadline_ms; /**< @brief When an incomplete frame must be whole; 0: there is none. */
    ptk_err_t connection_error; /**< @brief Why there is no connection, or PTK_ERR_OK. */
    ptk_modbus_request_id_t last_id;                       /**< @brief The last request id given out. */
    uint16_t last_transaction_id;                          /**< @brief The last transaction identifier. */
    uint8_t connected;                                     /**< @brief 1 while requests can be sent. */
    uint8_t notify;                                        /**< @brief 1 while a call of connection_callback is due. */
    uint8_t in_protothread;                                /**< @brief 1 while the protothread runs. */
    uint8_t deadline_set;                                  /**< @brief 1 while the deadline timer runs. */
    uint8_t awaiting_room;                                 /**< @brief 1 while the writable event has a handler. */
    ptk_buf_t receive;                                     /**< @brief Received bytes that are not a whole frame yet. */
    ptk_buf_t transmit;                                    /**< @brief Frames to be sent. */
    uint8_t receive_memory[PTK_MODBUS_CLIENT_BUFFER_SIZE]; /**< @brief Memory of receive. */
    uint8_t transmit_memory[PTK_MODBUS_CLIENT_BUFFER_SIZE]; /**< @brief Memory of transmit. */
};

/**
 * @brief Starts a client: it connects in the loop's next pass, and accepts requests at once.
 * @param client zeroed, or stopped. It and the transactions must stay in place until it is stopped.
 * @param config the configuration; copied.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_STATE (it runs already), PTK_ERR_INVALID_HANDLE (the loop), PTK_ERR_OUT_OF_MEMORY
 *         (fewer than 2 free timers), PTK_ERR_INVALID_ARGUMENT (NULL, no address, no transactions, a number out of
 *         range), PTK_ERR_BUSY (called by a callback, with another loop than before). After an error nothing was
 *         changed.
 * @note Loop thread; also from a callback that stopped the client.
 */
ptk_err_t ptk_modbus_client_start(ptk_modbus_client_t *client, const ptk_modbus_client_config_t *config);

/**
 * @brief Stops a client: closes its connection and completes all pending requests with PTK_ERR_CLOSED, before it
 *        returns.
 * @param client a running client; its loop may have been destroyed.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (it does not run).
 * @note Loop thread; also from the client's own callbacks: then its memory must stay in place until the callback has
 *       returned.
 */
ptk_err_t ptk_modbus_client_stop(ptk_modbus_client_t *client);

/**
 * @brief Whether the client is connected.
 * @param client the client.
 * @return true if it is connected; false also for NULL or a client that does not run.
 * @note Loop thread.
 */
bool ptk_modbus_client_is_connected(const ptk_modbus_client_t *client);

/**
 * @brief Statistics of a client.
 * @param client a running client.
 * @param[out] stats the result; unchanged on error.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (it does not run).
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_client_get_stats(const ptk_modbus_client_t *client, ptk_modbus_client_stats_t *stats);

/* ------------------------------------------------------------------------------------------------ requests */

/**
 * @name Submitting a request
 * Each returns the request's id, or PTK_ERR_INVALID_ARGUMENT (NULL, or a quantity or address beyond the protocol's
 * limits), PTK_ERR_INVALID_STATE (the client does not run), PTK_ERR_OUT_OF_MEMORY (all transactions are in use); then
 * the callback is not called. Addresses count from 0, as on the wire. Values to write are copied. unit_id is 0 to 255;
 * a server that is no gateway expects 255 or 0 (TCP 4.4.2.2), many expect 1. callback may be NULL. Loop
 * thread; also from the client's own callbacks.
 * @{
 */
/** @brief Submits any request. */
ptk_modbus_request_id_t ptk_modbus_client_submit(ptk_modbus_client_t *client, uint8_t unit_id,
                                                 const ptk_modbus_request_t *request, ptk_modbus_callback_t callback,
                                                 void *user_data);
/** @brief Function 1 (AP 6.1): reads 1 to 2000 coils. */
ptk_modbus_request_id_t ptk_modbus_client_read_coils(ptk_modbus_client_t *client, uint8_t unit_id, uint16_t address,
                                                     uint16_t quantity, ptk_modbus_callback_t callback,
                                                     void *user_data);
/** @brief Function 2 (AP 6.2): reads 1 to 2000 discrete inputs. */
ptk_modbus_request_id_t ptk_modbus_client_read_discrete_inputs(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity,
                                                               ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 3 (AP 6.3): reads 1 to 125 holding registers. */
ptk_modbus_request_id_t ptk_modbus_client_read_holding_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                 uint16_t address, uint16_t quantity,
                                                                 ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 4 (AP 6.4): reads 1 to 125 input registers. */
ptk_modbus_request_id_t ptk_modbus_client_read_input_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity,
                                                               ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 5 (AP 6.5): switches one coil. */
ptk_modbus_request_id_t ptk_modbus_client_write_single_coil(ptk_modbus_client_t *client, uint8_t unit_id,
                                                            uint16_t address, bool value,
                                                            ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 6 (AP 6.6): writes one holding register. */
ptk_modbus_request_id_t ptk_modbus_client_write_single_register(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                uint16_t address, uint16_t value,
                                                                ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 15 (AP 6.11): switches 1 to 1968 coils; one byte for each at bits, not 0 means on. */
ptk_modbus_request_id_t ptk_modbus_client_write_multiple_coils(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity, const uint8_t *bits,
                                                               ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 16 (AP 6.12): writes 1 to 123 holding registers. */
ptk_modbus_request_id_t ptk_modbus_client_write_multiple_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                   uint16_t address, uint16_t quantity,
                                                                   const uint16_t *registers,
                                                                   ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 22 (AP 6.16): sets a register to (value AND and_mask) OR (or_mask AND NOT and_mask). */
ptk_modbus_request_id_t ptk_modbus_client_mask_write_register(ptk_modbus_client_t *client, uint8_t unit_id,
                                                              uint16_t address, uint16_t and_mask, uint16_t or_mask,
                                                              ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 23 (AP 6.17): writes 1 to 121 registers, then reads 1 to 125. */
ptk_modbus_request_id_t ptk_modbus_client_read_write_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t read_address, uint16_t read_quantity,
                                                               uint16_t write_address, uint16_t write_quantity,
                                                               const uint16_t *registers,
                                                               ptk_modbus_callback_t callback, void *user_data);
/**
 * @brief Function 43/14 (AP 6.21): reads the device identification.
 *
 * ptk_modbus_object_next() iterates over the objects. If the response has more_follows, read on from next_object_id.
 */
ptk_modbus_request_id_t ptk_modbus_client_read_device_identification(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                     uint8_t device_id_code, uint8_t object_id,
                                                                     ptk_modbus_callback_t callback, void *user_data);
/** @} */

/**
 * @brief Cancels a request: its callback is not called. If it was sent, the server may still execute it.
 * @param client the client.
 * @param id as the submitting function returned it.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_HANDLE (no such request is pending).
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_client_cancel(ptk_modbus_client_t *client, ptk_modbus_request_id_t id);

/* ------------------------------------------------------------------------------------------------ protothreads */

/** @brief A result that a protothread waits for. The application declares it in the protothread's context. */
typedef struct ptk_modbus_reply {
    ptk_modbus_result_t result;            /**< @brief The outcome; its data is valid until the next request. */
    ptk_semaphore_t done;                  /**< @brief Signalled when the request completes. */
    uint8_t data[PTK_MODBUS_MAX_PDU_SIZE]; /**< @brief What result.response.data points to. */
} ptk_modbus_reply_t;

/**
 * @brief The callback of a request that a protothread waits for with PTK_MODBUS_PT_AWAIT.
 * @param client the client. @param result the outcome; copied. @param user_data the ptk_modbus_reply_t.
 */
void ptk_modbus_reply_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data);

/**
 * @brief Prepares a reply for a request; PTK_MODBUS_PT_AWAIT calls it.
 * @param[out] reply the reply.
 * @param loop the client's loop.
 * @param id as the submitting function returned it: an error becomes the result at once.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL).
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_reply_prepare(ptk_modbus_reply_t *reply, ptk_handle_t loop, ptk_modbus_request_id_t id);

/**
 * @brief Submits a request and waits until it completes; then (reply)->result has the outcome.
 *
 * A request always completes, so no form with a time-out is needed. If the protothread is cancelled meanwhile, cancel
 * its request, too, with ptk_modbus_client_cancel() and (reply)->result.id, before the context goes away.
 *
 *     PTK_MODBUS_PT_AWAIT(pt, &app->reply, loop,
 *                         ptk_modbus_client_read_coils(&app->client, 1, 0, 8, ptk_modbus_reply_callback, &app->reply));
 *     if (app->reply.result.error == PTK_ERR_OK && ptk_modbus_result_bit(&app->reply.result, 3)) { ... }
 *
 * @param pt the protothread. @param reply a ptk_modbus_reply_t. @param loop the client's loop.
 * @param submit a call of a submitting function with ptk_modbus_reply_callback and reply; it is evaluated once.
 */
#define PTK_MODBUS_PT_AWAIT(pt, reply, loop, submit)                                                                   \
    do {                                                                                                               \
        (void)ptk_modbus_reply_prepare((reply), (loop), (submit));                                                     \
        PTK_PT_SEMAPHORE_WAIT((pt), &(reply)->done);                                                                   \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif

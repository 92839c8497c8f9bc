/**
 * @file ptk_modbus_client.h
 * @brief A Modbus TCP client with several transactions in flight, on protothreads. No heap, no state but in the
 *        application's memory.
 *
 * What the pools of the loop must hold for each client: 1 socket and 2 timers. No user event sources.
 *
 * A client keeps one connection to one server. It connects when it is started, and again, after a delay, whenever the
 * connection is lost. Requests may be submitted at any time; they go out in the order of submission, each as soon as
 * there is a connection, without waiting for the responses to those before it.
 *
 * **Every request that was accepted completes exactly once**, with one call of its callback, at the latest
 * (retries + 1) * (response_timeout_ms + 2) ms after it was submitted, plus what handlers and other processes take. It
 * never completes before the function that submitted it has returned. (With max_in_flight its turn comes on top: twice
 * that time at most for itself, and for each request before it.) What can become of it:
 * - PTK_ERR_OK: the server has done it.
 * - PTK_MODBUS_ERR_EXCEPTION: the server has refused it; the result tells the exception code.
 * - PTK_MODBUS_ERR_BAD_RESPONSE: the response does not fit the request.
 * - PTK_ERR_TIMED_OUT: no response came in time.
 * - Another error: the connection was lost (PTK_ERR_CLOSED, PTK_ERR_CONNECTION_RESET, ...) or could not be made in time
 *   (PTK_ERR_CONNECTION_REFUSED, ...).
 * - PTK_ERR_CLOSED also when the client was stopped.
 *
 * **Retries.** A request that got no response in time, or whose connection was lost, is sent again while it has
 * retries left, under a new transaction identifier. But a request that writes (functions 5, 6, 15, 16, 22, 23) is not
 * repeated once it was handed to the connection: the server may have executed it, and a second execution could undo what
 * another master has written since, or overtake a later request of this client. Its error then means that nobody knows
 * whether it was executed. An application that knows better sets retry_writes.
 *
 * **Late responses.** A response whose transaction identifier is not one of a request in flight is discarded. Bytes
 * that are not Modbus end the connection with PTK_MODBUS_ERR_BAD_RESPONSE, since its framing is lost. So does a frame
 * that is not whole one response_timeout_ms after its first byte: its length may be wrong, and all that follows would
 * be taken for the rest of it. Until it is whole, no further request is sent.
 *
 * **Silence.** A time-out is silent if no whole frame came from the server, not even a late one or that of another
 * unit, since the request was submitted or sent again. Requests that waited at the same time are one silent time-out,
 * however many they are. silent_timeouts of them in a row, 3 unless the config says otherwise, end the connection with
 * PTK_ERR_TIMED_OUT: it is dead, even if TCP does not know yet. A gateway that says nothing about units that are
 * switched off looks the same if no other unit is asked: PTK_MODBUS_CLIENT_NEVER_SILENT keeps its connection.
 *
 * **Pipelining.** Unless the config limits it, requests are sent without waiting for responses, several in one TCP
 * segment if they are submitted together. There are devices that take one request of each segment and drop the rest:
 * max_in_flight 1 is for them. Then response_timeout_ms counts from when a request is sent, not from when it was
 * submitted, and a request that waits for its turn does not expire. A request that has expired or was cancelled is not
 * in flight any more.
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

/** @brief Silent time-outs in a row that end a connection, unless the config says otherwise. */
#define PTK_MODBUS_CLIENT_SILENT_TIMEOUTS 3

/** @brief For ptk_modbus_client_config_t::silent_timeouts: silence does not end a connection. */
#define PTK_MODBUS_CLIENT_NEVER_SILENT UINT32_MAX

/** @brief Errors that only a Modbus client has; apart from the codes of ptk_err_t. */
enum {
    PTK_MODBUS_ERR_EXCEPTION = -101,   /**< @brief The server answered with an exception. */
    PTK_MODBUS_ERR_BAD_RESPONSE = -102 /**< @brief What came is no response to the request, or not Modbus at all. */
};

/**
 * @brief What an error of a result means, as ptk_error_string() with the client's own codes added.
 * @param error any value.
 * @return A constant string, never NULL.
 * @note Any thread.
 */
const char *ptk_modbus_error_string(ptk_err_t error);

/* ------------------------------------------------------------------------------------------------ results */

/** @brief A client; the struct is further down. */
typedef struct ptk_modbus_client ptk_modbus_client_t;

/** @brief Names a request until it completes: 1 to 0x7FFFFFFF. A negative value is a ptk_err_t: it was not accepted. */
typedef int32_t ptk_modbus_request_id_t;

/** @brief What became of a request. */
typedef struct ptk_modbus_result {
    ptk_err_t error;                /**< @brief PTK_ERR_OK, or why there is no response; see the top of this file. */
    ptk_modbus_request_id_t id;     /**< @brief What the submitting function returned. */
    uint8_t unit_id;                /**< @brief Repeated from the request. */
    uint8_t function;               /**< @brief Repeated from the request. */
    uint8_t exception;              /**< @brief With PTK_MODBUS_ERR_EXCEPTION: the code, 1 to 255; else 0. */
    uint16_t address;               /**< @brief Repeated from the request; of what is read in function 23. */
    uint16_t quantity;              /**< @brief Repeated from the request, 1 where it has none; 0 for function 43. */
    ptk_modbus_response_t response; /**< @brief With PTK_ERR_OK: the response; else zeroed. */
} ptk_modbus_result_t;

/**
 * @brief Told what became of a request.
 *
 * It may call anything: submit, cancel, stop the client, start it again.
 * @param client the client.
 * @param result what became of it; valid only during the call, and so is the memory that it points to.
 * @param user_data what was passed to the submitting function.
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

/** @brief What the client keeps for one request. The application declares an array, only the client looks inside. */
typedef struct ptk_modbus_transaction {
    ptk_modbus_request_t request;             /**< @brief To compare the response with; its data is not kept. */
    ptk_modbus_callback_t callback;           /**< @brief Who is told; NULL if nobody is. */
    void *user_data;                          /**< @brief Passed to the callback. */
    uint64_t deadline_ms;                     /**< @brief When this attempt is over. */
    ptk_modbus_request_id_t id;               /**< @brief The application's name for it. */
    ptk_err_t error;                          /**< @brief Outcome, once it is finished without a response. */
    uint32_t retries_left;                    /**< @brief Attempts that may follow this one. */
    uint16_t transaction_id;                  /**< @brief The number in the frame, a new one for each attempt. */
    uint16_t frame_length;                    /**< @brief Bytes at frame. */
    uint8_t unit_id;                          /**< @brief Who is meant. */
    uint8_t state;                            /**< @brief Free, queued, sent or finished. */
    uint8_t frame[PTK_MODBUS_MAX_FRAME_SIZE]; /**< @brief The request as on the wire. */
} ptk_modbus_transaction_t;

/**
 * @brief Told when the connection is made, lost, or could not be made.
 *
 * It may call anything, as a ptk_modbus_callback_t may.
 * @param client the client.
 * @param error PTK_ERR_OK: it is connected. Else why not; the client will try again.
 * @param user_data from the config.
 */
typedef void (*ptk_modbus_connection_callback_t)(ptk_modbus_client_t *client, ptk_err_t error, void *user_data);

/**
 * @brief How a client shall be. Zero what is not needed. Copied; the transactions stay the client's until it is stopped.
 *        No time may be longer than PTK_MODBUS_MAX_TIME_MS.
 */
typedef struct ptk_modbus_client_config {
    ptk_handle_t loop;                      /**< @brief The loop that the client runs on. */
    ptk_address_t address;                  /**< @brief The server; port 0 means PTK_MODBUS_TCP_PORT. */
    ptk_modbus_transaction_t *transactions; /**< @brief Zeroed before its first use: as many requests can be pending. */
    uint32_t num_transactions;              /**< @brief How many, 1 to 1024. */
    uint32_t retries;                       /**< @brief Further attempts after the first, 0 to 1000. */
    uint32_t max_in_flight;                 /**< @brief Most requests sent and not answered at a time; 0: no limit. */
    uint32_t silent_timeouts;               /**< @brief Silent time-outs in a row that end a connection; 0: 3. */
    uint64_t response_timeout_ms;           /**< @brief How long to wait for each response, ms; 0 means 1000. */
    uint64_t connect_timeout_ms;            /**< @brief How long an attempt to connect may take, ms; 0 means 3000. */
    uint64_t reconnect_delay_ms;            /**< @brief Wait before the next attempt to connect, ms; 0 means 500. */
    uint64_t reconnect_delay_limit_ms;      /**< @brief The wait doubles up to this, ms; 0 means 30000. */
    bool retry_writes;                      /**< @brief Retries writes as well; see the top of this file. */
    ptk_modbus_connection_callback_t connection_callback; /**< @brief Told of the connection; may be NULL. */
    void *user_data;                                      /**< @brief Passed to connection_callback. */
} ptk_modbus_client_config_t;

/** @brief What a client has done; counters start at 0 with it. */
typedef struct ptk_modbus_client_stats {
    uint32_t connections; /**< @brief Connections made. */
    uint32_t pending;     /**< @brief Requests that have not completed, now. */
    uint64_t requests;    /**< @brief Requests sent, retries included. */
    uint64_t responses;   /**< @brief Responses that belonged to a request, good or bad. */
    uint64_t retries;     /**< @brief Attempts that followed the first, sent or not. */
    uint64_t timeouts;    /**< @brief Attempts that ended without a response in time. */
    uint64_t discarded;   /**< @brief Responses that came too late, or belonged to no request. */
} ptk_modbus_client_stats_t;

/** @brief A client. Zeroed before its first use; the application declares it, only the client looks inside. */
struct ptk_modbus_client {
    ptk_pt_t pt;                       /**< @brief The connection's protothread. */
    uint32_t magic;                    /**< @brief Tells a running client from a stopped one. */
    uint32_t session;                  /**< @brief Counts starts and stops, so that code above a callback sees them. */
    ptk_handle_t socket;               /**< @brief The connection, 0 while there is none. */
    ptk_handle_t timer;                /**< @brief For the waits of the protothread. */
    ptk_handle_t deadline_timer;       /**< @brief For the deadlines of the requests. */
    ptk_modbus_client_config_t config; /**< @brief As given, defaults filled in. */
    ptk_modbus_client_stats_t stats;   /**< @brief Statistics. */
    uint64_t delay_ms;               /**< @brief Last wait before an attempt to connect; 0: none since all was well. */
    uint32_t calling;                /**< @brief Functions of the application that are being called. */
    uint32_t silent_timeouts;        /**< @brief Silent time-outs since the last whole frame. */
    uint64_t silence_begin_ms;       /**< @brief Last whole frame or end of the last silent time-out; 0: none so far. */
    uint64_t frame_deadline_ms;      /**< @brief When the frame that has begun must be whole; 0: none has begun. */
    ptk_err_t connection_error;      /**< @brief Why there is no connection; PTK_ERR_OK while nothing failed. */
    ptk_modbus_request_id_t last_id; /**< @brief The last request id given out. */
    uint16_t last_transaction_id;    /**< @brief The last number used in a frame. */
    uint8_t connected;               /**< @brief 1 while requests can be sent. */
    uint8_t notify;                  /**< @brief 1 while the connection callback has yet to be called. */
    uint8_t in_protothread;          /**< @brief 1 while the protothread's function runs. */
    uint8_t deadline_set;            /**< @brief 1 while the deadline timer runs. */
    uint8_t awaiting_room;           /**< @brief 1 while the writable event has a handler. */
    ptk_buf_t receive;               /**< @brief What came and is not a whole frame yet. */
    ptk_buf_t transmit;              /**< @brief Frames that were not sent yet. */
    uint8_t receive_memory[PTK_MODBUS_CLIENT_BUFFER_SIZE];  /**< @brief Memory of receive. */
    uint8_t transmit_memory[PTK_MODBUS_CLIENT_BUFFER_SIZE]; /**< @brief Memory of transmit. */
};

/**
 * @brief Starts a client: it begins to connect in the loop's next pass, and takes requests at once.
 * @param client zeroed, or stopped. It and the transactions must stay in place until it is stopped.
 * @param config how it shall be; copied.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_STATE (it runs already), PTK_ERR_INVALID_HANDLE (the loop), PTK_ERR_OUT_OF_MEMORY
 *         (fewer than 2 free timers), PTK_ERR_INVALID_ARGUMENT (NULL, no address, no transactions, a number out of range),
 *         PTK_ERR_BUSY (from a callback: with another loop than before): nothing was changed.
 * @note Loop thread; also from a callback that stopped the client.
 */
ptk_err_t ptk_modbus_client_start(ptk_modbus_client_t *client, const ptk_modbus_client_config_t *config);

/**
 * @brief Stops a client: closes its connection and completes every pending request with PTK_ERR_CLOSED before it returns.
 * @param client a running client; its loop may have been destroyed.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_STATE (it does not run).
 * @note Loop thread; also from the client's own callbacks: then its memory must stay in place until
 *       the callback has returned.
 */
ptk_err_t ptk_modbus_client_stop(ptk_modbus_client_t *client);

/**
 * @brief Whether the client has a connection now.
 * @param client the client.
 * @return true if it has; false also for NULL or a client that does not run.
 * @note Loop thread.
 */
bool ptk_modbus_client_is_connected(const ptk_modbus_client_t *client);

/**
 * @brief Tells what the client has done.
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
 * the callback is not called. Addresses count from 0, as on the wire. Values to be written are copied. unit_id is 0 to
 * 255; a server that is no gateway wants 255 or 0 (TCP 4.4.2.2), many want 1. callback may be NULL. All are for the
 * loop's thread and any handler, the client's own callbacks included.
 * @{
 */
/** @brief Any request, from its fields. */
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
/** @brief Function 15 (AP 6.11): switches 1 to 1968 coils; one byte for each at bits, anything but 0 is on. */
ptk_modbus_request_id_t ptk_modbus_client_write_multiple_coils(ptk_modbus_client_t *client, uint8_t unit_id,
                                                               uint16_t address, uint16_t quantity, const uint8_t *bits,
                                                               ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 16 (AP 6.12): writes 1 to 123 holding registers. */
ptk_modbus_request_id_t ptk_modbus_client_write_multiple_registers(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                   uint16_t address, uint16_t quantity,
                                                                   const uint16_t *registers,
                                                                   ptk_modbus_callback_t callback, void *user_data);
/** @brief Function 22 (AP 6.16): sets a register to (it AND and_mask) OR (or_mask AND NOT and_mask). */
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
 * @brief Function 43/14 (AP 6.21): reads the device identification; see ptk_modbus_object_next() for the objects, and
 *        more_follows and next_object_id of the response for how to go on.
 */
ptk_modbus_request_id_t ptk_modbus_client_read_device_identification(ptk_modbus_client_t *client, uint8_t unit_id,
                                                                     uint8_t device_id_code, uint8_t object_id,
                                                                     ptk_modbus_callback_t callback, void *user_data);
/** @} */

/**
 * @brief Forgets a request: its callback is not called any more. If it was sent, the server may still execute it.
 * @param client the client.
 * @param id what the submitting function returned.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_ARGUMENT (NULL), PTK_ERR_INVALID_HANDLE (no such request is pending).
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_client_cancel(ptk_modbus_client_t *client, ptk_modbus_request_id_t id);

/* ------------------------------------------------------------------------------------------------ protothreads */

/** @brief A result that a protothread waits for and keeps. The application declares it, in the protothread's context. */
typedef struct ptk_modbus_reply {
    ptk_modbus_result_t result;            /**< @brief The outcome; its data stays valid until the next request. */
    ptk_semaphore_t done;                  /**< @brief Signalled when it is there. */
    uint8_t data[PTK_MODBUS_MAX_PDU_SIZE]; /**< @brief What result.response.data points to. */
} ptk_modbus_reply_t;

/**
 * @brief The callback of a request that a protothread waits for with PTK_MODBUS_PT_AWAIT; user_data is the
 *        ptk_modbus_reply_t.
 * @param client the client. @param result the outcome; copied. @param user_data the ptk_modbus_reply_t.
 */
void ptk_modbus_reply_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data);

/**
 * @brief Prepares a reply for a request; PTK_MODBUS_PT_AWAIT calls it.
 * @param[out] reply the reply.
 * @param loop the client's loop.
 * @param id what the submitting function returned: an error becomes the result at once.
 * @return PTK_ERR_OK, PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_ARGUMENT (NULL).
 * @note Loop thread.
 */
ptk_err_t ptk_modbus_reply_prepare(ptk_modbus_reply_t *reply, ptk_handle_t loop, ptk_modbus_request_id_t id);

/**
 * @brief Submits a request and waits until it completes; then (reply)->result tells how.
 *
 * It always completes, so no timeout form is needed. A protothread that is cancelled meanwhile must cancel its request
 * as well, with ptk_modbus_client_cancel() and (reply)->result.id, before its context goes away.
 *
 *     PTK_MODBUS_PT_AWAIT(pt, &app->reply, loop,
 *                         ptk_modbus_client_read_coils(&app->client, 1, 0, 8, ptk_modbus_reply_callback, &app->reply));
 *     if (app->reply.result.error == PTK_ERR_OK && ptk_modbus_result_bit(&app->reply.result, 3)) { ... }
 *
 * @param pt the protothread. @param reply a ptk_modbus_reply_t. @param loop the client's loop.
 * @param submit a call of a submitting function with ptk_modbus_reply_callback and reply; evaluated once.
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

/**
 * @file modbus_server_connection.c
 * @brief One connection of the server: its protothread, its buffers and its deadlines.
 *
 * Invariants, between any two calls into the loop:
 * - a context is in use exactly while its socket handle is not 0;
 * - the transmit buffer never holds more than its memory: no request is taken unless the longest response fits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_server_internal.h"

/** @brief Time from the first byte of a request to its last one in a config that has none, in ms. */
#define DEFAULT_REQUEST_TIMEOUT_MS 3000
/** @brief Seconds after which the system probes a silent client, where there is no idle timeout. */
#define KEEP_ALIVE_SECONDS 60
/** @brief How long a client that does not speak Modbus has to read its responses and hang up, in ms. */
#define LINGER_MS 1000
/** @brief ptk_modbus_connection_t::deadline_ms of a connection that may wait for ever. */
#define NO_DEADLINE UINT64_MAX

/** @brief What a connection does next; ptk_modbus_connection_t::state. */
enum {
    STATE_RECEIVE = 0, /**< @brief There are responses to all whole requests: wait for more bytes. */
    STATE_RESPOND = 1, /**< @brief There may be whole requests left: let others run, then respond. */
    STATE_CLOSE = 2,   /**< @brief What came was not Modbus: send what is ready, then end the stream. */
    STATE_LINGER = 3,  /**< @brief The stream was ended: drop what comes until the client hangs up. */
    STATE_DONE = 4     /**< @brief It has had its time. */
};

/* ------------------------------------------------------------------------------------------------ deadlines */

/** @brief The connection has begun, or has sent a whole request: the idle timeout starts again. */
static void set_idle_deadline(ptk_modbus_connection_t *connection) {
    uint64_t idle_timeout_ms = connection->server->config.idle_timeout_ms;

    connection->deadline_ms = idle_timeout_ms != 0 ? ptk_clock_now_ms() + idle_timeout_ms : NO_DEADLINE;
    connection->incomplete = 0;
}

/**
 * @brief Before a wait for the rest of a request: sets its deadline, unless it has one or the idle timeout is earlier.
 *
 * Only a whole request ends it: further bytes of an incomplete one do not prolong it.
 */
static void set_request_deadline(ptk_modbus_connection_t *connection) {
    if (ptk_buf_length(&connection->receive) == 0 || connection->incomplete) {
        return;
    }
    uint64_t timeout_ms = connection->server->config.request_timeout_ms;
    uint64_t deadline_ms = ptk_clock_now_ms() + (timeout_ms != 0 ? timeout_ms : DEFAULT_REQUEST_TIMEOUT_MS);
    if (deadline_ms < connection->deadline_ms) {
        connection->deadline_ms = deadline_ms;
        connection->incomplete = 1;
    }
}

/** @brief The timer for a wait until the deadline, or none. */
static ptk_handle_t deadline_timer(const ptk_modbus_connection_t *connection) {
    return connection->deadline_ms == NO_DEADLINE ? PTK_NO_TIMER : connection->timer;
}

/** @brief Time until the deadline, at least 1 ms. */
static uint64_t time_left_ms(const ptk_modbus_connection_t *connection) {
    uint64_t now_ms = ptk_clock_now_ms();

    return now_ms < connection->deadline_ms ? connection->deadline_ms - now_ms : 1;
}

/* ------------------------------------------------------------------------------------------------ responses */

/** @brief Whether requests to a unit get a response. */
static bool unit_served(const ptk_modbus_server_config_t *config, uint8_t unit_id) {
    return config->unit_id == PTK_MODBUS_ANY_UNIT || unit_id == config->unit_id || unit_id == 0 || unit_id == 0xFF;
}

/**
 * @brief Responds to the whole requests that were received, in order, in one block: at most PTK_MODBUS_SERVER_BATCH,
 *        and only while the longest response fits.
 *
 * A wrong MBAP header discards the indication (TCP 4.4.2.2). Where the next frame begins is then unknown, so the
 * connection is closed, too.
 * @return The next state.
 */
static uint8_t respond_to_batch(ptk_modbus_connection_t *connection) {
    ptk_modbus_server_t *server = connection->server;

    for (unsigned taken = 0; ptk_buf_length(&connection->receive) > 0; taken++) {
        if (taken == PTK_MODBUS_SERVER_BATCH || ptk_buf_room(&connection->transmit) < PTK_MODBUS_MAX_FRAME_SIZE) {
            return STATE_RESPOND;
        }
        ptk_modbus_frame_t frame;
        ptk_modbus_scan_t scan = ptk_modbus_frame_take(&connection->receive, &frame);
        if (scan == PTK_MODBUS_SCAN_INVALID) {
            server->stats.malformed++;
            return STATE_CLOSE;
        }
        if (scan == PTK_MODBUS_SCAN_INCOMPLETE) {
            return STATE_RECEIVE;
        }
        set_idle_deadline(connection);
        if (unit_served(&server->config, frame.unit_id)) {
            ptk_modbus_server_respond(server, &frame, &connection->transmit);
        } else {
            server->stats.ignored++;
        }
    }
    return STATE_RECEIVE;
}

/* ------------------------------------------------------------------------------------------------ protothread */

/**
 * @brief What was not Modbus was responded to: ends the stream.
 *
 * A close while bytes come that are not read is a reset: responses that are still on their way are lost.
 */
static void begin_linger(ptk_modbus_connection_t *connection) {
    (void)ptk_socket_shutdown(connection->socket);
    connection->deadline_ms = ptk_clock_now_ms() + LINGER_MS;
    connection->state = STATE_LINGER;
    ptk_buf_clear(&connection->receive);
}

/** @brief Takes what has come. The next state. */
static uint8_t take(ptk_modbus_connection_t *connection) {
    if (connection->state != STATE_LINGER) {
        return respond_to_batch(connection);
    }
    ptk_buf_clear(&connection->receive);
    return ptk_clock_now_ms() < connection->deadline_ms ? STATE_LINGER : STATE_DONE;
}

/** @brief Receives once, after what is left of an incomplete request. Nothing to receive is no error. */
static ptk_err_t receive(ptk_modbus_connection_t *connection) {
    ptk_buf_compact(&connection->receive);
    ptk_err_t error = ptk_socket_receive(connection->socket, &connection->receive);

    return error == PTK_ERR_WOULD_BLOCK ? PTK_ERR_OK : error;
}

/** @brief Gives the context back and lets the acceptor take the next client. */
static void release(ptk_modbus_connection_t *connection) {
    ptk_modbus_server_t *server = connection->server;

    if (connection->pt.error == PTK_ERR_TIMED_OUT && connection->state < STATE_CLOSE) {
        server->stats.malformed += connection->incomplete;
        server->stats.idle_closed += 1u - connection->incomplete;
    }
    (void)ptk_socket_destroy(connection->socket);
    connection->socket = 0;
    server->stats.connections--;
    (void)ptk_semaphore_signal(&server->free_connections);
}

/**
 * @brief The protothread of a connection.
 *
 * Each turn waits in the loop, for more bytes or for the others to have had their turn, so a client that sends requests
 * without end cannot keep the loop to itself. Waiting first and receiving once also takes the fewest system calls.
 */
static ptk_pt_status_t run(ptk_pt_t *pt) {
    ptk_modbus_connection_t *connection = (ptk_modbus_connection_t *)pt;

    PTK_PT_BEGIN(pt);
    while (connection->state != STATE_DONE) {
        if (connection->state == STATE_RESPOND) {
            PTK_PT_YIELD(pt, connection->server->config.loop);
        } else {
            set_request_deadline(connection);
            PTK_PT_WAIT_EVENT_TIMEOUT(pt, connection->socket, PTK_EVENT_READABLE, deadline_timer(connection),
                                      time_left_ms(connection));
            if (PTK_PT_ERROR(pt) != PTK_ERR_OK || receive(connection) != PTK_ERR_OK) {
                break;
            }
        }
        connection->state = take(connection);
        if (ptk_buf_length(&connection->transmit) > 0) {
            /* A client that does not read holds up only itself, and not for longer than the idle timeout. */
            PTK_PT_SEND_ALL_TIMEOUT(pt, connection->socket, &connection->transmit, deadline_timer(connection),
                                    connection->server->config.idle_timeout_ms);
            if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
                break;
            }
            ptk_buf_clear(&connection->transmit);
        }
        if (connection->state == STATE_CLOSE) {
            begin_linger(connection);
        }
    }
    release(connection);
    PTK_PT_END(pt);
}

void ptk_modbus_server_connection_start(ptk_modbus_connection_t *connection, ptk_modbus_server_t *server) {
    connection->state = STATE_RECEIVE;
    set_idle_deadline(connection);
    (void)ptk_buf_init(&connection->receive, connection->receive_memory, sizeof connection->receive_memory);
    (void)ptk_buf_init(&connection->transmit, connection->transmit_memory, sizeof connection->transmit_memory);
    /*
     * TCP 4.3.2: responses are small and a client waits for each, so they are sent at once; and a client that has
     * crashed must not keep its context for ever. If the system refuses these options, the client is served without
     * them.
     */
    (void)ptk_socket_set_option(connection->socket, PTK_SOCKET_OPTION_NO_DELAY, 1);
    if (server->config.idle_timeout_ms == 0) {
        (void)ptk_socket_set_option(connection->socket, PTK_SOCKET_OPTION_KEEP_ALIVE, KEEP_ALIVE_SECONDS);
    }
    (void)ptk_protothread_init(&connection->pt, run);
    (void)ptk_protothread_run(&connection->pt);
}

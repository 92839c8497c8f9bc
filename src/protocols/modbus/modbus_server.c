/**
 * @file modbus_server.c
 * @brief The server: an acceptor and one protothread for each connection.
 *
 * Invariants, between any two calls into the loop:
 * - a context is in use exactly while its socket handle is not 0;
 * - free_connections counts the free contexts, less the one that the acceptor holds while it waits in accept;
 * - the transmit buffer never holds more than its memory: no request is taken unless the longest response fits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_internal.h"

#include <string.h>

/** @brief Marks a running server. */
#define SERVER_RUNNING 0x4D42544Bu
/** @brief What the acceptor waits after an error that it cannot do anything about, in ms. */
#define ACCEPT_RETRY_MS 100
/** @brief Backlog of a configuration that names none. */
#define DEFAULT_BACKLOG 128
/** @brief Seconds after which the system asks whether a silent client is still there, where no idle timeout does. */
#define KEEP_ALIVE_SECONDS 60
/** @brief How long a client that does not speak Modbus has to read its responses and hang up, in ms. */
#define LINGER_MS 1000

/** @brief What a connection does next. */
enum {
    STATE_RECEIVE = 0, /**< @brief All whole requests are answered: wait for more bytes. */
    STATE_ANSWER = 1,  /**< @brief There may be whole requests left: let others run, then answer. */
    STATE_CLOSE = 2    /**< @brief What came was not Modbus: send what is ready, then end the stream and close. */
};

/* ------------------------------------------------------------------------------------------------ answering */

static bool unit_answered(const ptk_modbus_server_config_t *config, uint8_t unit_id) {
    return config->unit_id == PTK_MODBUS_ANY_UNIT || unit_id == config->unit_id || unit_id == 0 || unit_id == 0xFF;
}

/* Answers one request. The transmit buffer has room for the longest frame, so encoding fails only for a bad response. */
static void answer(ptk_modbus_connection_t *connection, const ptk_modbus_frame_t *frame) {
    ptk_modbus_server_t *server = connection->server;
    ptk_modbus_request_t request;
    ptk_modbus_response_t response;
    uint8_t exception = PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION;

    server->stats.requests++;
    /* AP 6: this is the first question of each state diagram, before quantities, values and addresses. */
    if (ptk_modbus_function_exists(server, frame->function)) {
        exception = ptk_modbus_request_decode(frame, &request);
    }
    if (exception == PTK_MODBUS_EXCEPTION_NONE) {
        server->executing = 1;
        ptk_modbus_execute(server, &request, &response);
        server->executing = 0;
        exception = response.exception;
        if (exception == PTK_MODBUS_EXCEPTION_NONE &&
            ptk_modbus_response_encode(&connection->transmit, frame->transaction_id, frame->unit_id, &response) !=
                PTK_ERR_OK) {
            exception = PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE;
        }
    }
    if (exception != PTK_MODBUS_EXCEPTION_NONE) {
        server->stats.exceptions++;
        (void)ptk_modbus_exception_encode(&connection->transmit, frame->transaction_id, frame->unit_id, frame->function,
                                          exception);
    }
}

/*
 * Answers the whole requests that are buffered, in order, into one block of responses: at most PTK_MODBUS_SERVER_BATCH,
 * and only while the longest response fits. A wrong MBAP header discards the indication (TCP 4.4.2.2); as nobody can
 * tell where the next frame begins, the connection is closed too.
 */
static uint8_t answer_batch(ptk_modbus_connection_t *connection) {
    ptk_modbus_server_t *server = connection->server;
    unsigned taken;

    for (taken = 0; taken < PTK_MODBUS_SERVER_BATCH; taken++) {
        ptk_modbus_frame_t frame;
        ptk_modbus_scan_t scan;

        if (ptk_buf_room(&connection->transmit) < PTK_MODBUS_MAX_FRAME_SIZE) {
            return STATE_ANSWER;
        }
        scan = ptk_modbus_frame_take(&connection->receive, &frame);
        if (scan == PTK_MODBUS_SCAN_INVALID) {
            server->stats.malformed++;
            return STATE_CLOSE;
        }
        if (scan == PTK_MODBUS_SCAN_INCOMPLETE) {
            return STATE_RECEIVE;
        }
        connection->idle_since_ms = ptk_clock_now_ms();
        if (unit_answered(&server->config, frame.unit_id)) {
            answer(connection, &frame);
        } else {
            server->stats.ignored++;
        }
    }
    return STATE_ANSWER;
}

/* ------------------------------------------------------------------------------------------------ connections */

/* The timer of the connection's waits, or none if connections may be idle for ever. */
static ptk_handle_t idle_timer(const ptk_modbus_connection_t *connection) {
    return connection->server->config.idle_timeout_ms == 0 ? PTK_NO_TIMER : connection->timer;
}

/* What is left of the idle time; at least 1 ms, so that bytes that never make up a request do not prolong it. */
static uint64_t idle_time_left(const ptk_modbus_connection_t *connection) {
    uint64_t elapsed = ptk_clock_now_ms() - connection->idle_since_ms;
    uint64_t limit = connection->server->config.idle_timeout_ms;

    return elapsed < limit ? limit - elapsed : 1;
}

/* Gives the context back and lets the acceptor take the next client. */
static void connection_release(ptk_modbus_connection_t *connection) {
    ptk_modbus_server_t *server = connection->server;

    if (connection->pt.error == PTK_ERR_TIMED_OUT && connection->state != STATE_CLOSE) {
        server->stats.idle_closed++;
    }
    (void)ptk_socket_destroy(connection->socket);
    connection->socket = 0;
    server->stats.connections--;
    (void)ptk_semaphore_signal(&server->free_connections);
}

/* Receives once, behind what is left of a request that has not come whole. Nothing to receive is no error. */
static ptk_err_t receive(ptk_modbus_connection_t *connection) {
    ptk_err_t error;

    ptk_buf_compact(&connection->receive);
    error = ptk_socket_receive(connection->socket, &connection->receive);
    return error == PTK_ERR_WOULD_BLOCK ? PTK_ERR_OK : error;
}

/*
 * Each turn waits in the loop, for more bytes or for the others to have had their turn, so a client that never stops
 * asking cannot keep the loop to itself. Waiting first and receiving once is also what takes the fewest system calls.
 */
static ptk_pt_status_t connection_run(ptk_pt_t *pt) {
    ptk_modbus_connection_t *connection = (ptk_modbus_connection_t *)pt;

    PTK_PT_BEGIN(pt);
    while (connection->state != STATE_CLOSE) {
        if (connection->state == STATE_RECEIVE) {
            PTK_PT_WAIT_EVENT_TIMEOUT(pt, connection->socket, PTK_EVENT_READABLE, idle_timer(connection),
                                      idle_time_left(connection));
            if (PTK_PT_ERROR(pt) != PTK_ERR_OK || receive(connection) != PTK_ERR_OK) {
                break;
            }
        } else {
            PTK_PT_YIELD(pt, connection->server->config.loop);
        }
        connection->state = answer_batch(connection);
        if (ptk_buf_length(&connection->transmit) > 0) {
            /* A client that does not read holds up only itself, and not for longer than the idle timeout. */
            PTK_PT_SEND_ALL_TIMEOUT(pt, connection->socket, &connection->transmit, idle_timer(connection),
                                    connection->server->config.idle_timeout_ms);
            if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
                break;
            }
            ptk_buf_clear(&connection->transmit);
        }
    }
    if (connection->state == STATE_CLOSE && PTK_PT_ERROR(pt) == PTK_ERR_OK) {
        /* Closing while bytes come that nobody reads is a reset, and loses the responses that are still on their way. */
        (void)ptk_socket_shutdown(connection->socket);
        connection->idle_since_ms = ptk_clock_now_ms();
        do {
            ptk_buf_clear(&connection->receive);
            PTK_PT_WAIT_EVENT_TIMEOUT(pt, connection->socket, PTK_EVENT_READABLE, connection->timer, LINGER_MS);
        } while (PTK_PT_ERROR(pt) == PTK_ERR_OK && receive(connection) == PTK_ERR_OK &&
                 ptk_clock_now_ms() - connection->idle_since_ms < LINGER_MS);
    }
    connection_release(connection);
    PTK_PT_END(pt);
}

/* Finds a free context; the semaphore says that there is one. */
static ptk_modbus_connection_t *connection_find_free(ptk_modbus_server_t *server) {
    const uint32_t count = server->config.num_connections;

    while (server->config.connections[server->next_connection].socket != 0) {
        server->next_connection = (server->next_connection + 1) % count;
    }
    return &server->config.connections[server->next_connection];
}

/* Gives a new connection a context and starts its protothread. */
static void connection_start(ptk_modbus_server_t *server, ptk_handle_t socket) {
    ptk_modbus_connection_t *connection = connection_find_free(server);

    connection->socket = socket;
    connection->state = STATE_RECEIVE;
    connection->idle_since_ms = ptk_clock_now_ms();
    (void)ptk_buf_init(&connection->receive, connection->receive_memory, sizeof(connection->receive_memory));
    (void)ptk_buf_init(&connection->transmit, connection->transmit_memory, sizeof(connection->transmit_memory));
    /*
     * TCP 4.3.2: responses are small and somebody waits for each, so they are sent at once; and a client that has
     * crashed must not keep its context for ever. A system that refuses these options serves the client all the same.
     */
    (void)ptk_socket_set_option(socket, PTK_SOCKET_OPTION_NO_DELAY, 1);
    if (server->config.idle_timeout_ms == 0) {
        (void)ptk_socket_set_option(socket, PTK_SOCKET_OPTION_KEEP_ALIVE, KEEP_ALIVE_SECONDS);
    }
    server->stats.accepted++;
    server->stats.connections++;
    (void)ptk_protothread_init(&connection->pt, connection_run);
    (void)ptk_protothread_run(&connection->pt);
}

static ptk_pt_status_t acceptor_run(ptk_pt_t *pt) {
    ptk_modbus_server_t *server = (ptk_modbus_server_t *)pt;

    PTK_PT_BEGIN(pt);
    for (;;) {
        if (server->stats.connections == server->config.num_connections) {
            server->stats.refused++;
        }
        PTK_PT_SEMAPHORE_WAIT(pt, &server->free_connections);
        PTK_PT_ACCEPT(pt, server->listener, &server->accepted, NULL);
        while (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
            if (PTK_PT_ERROR(pt) == PTK_ERR_INVALID_HANDLE) {
                PTK_PT_EXIT(pt);
            }
            /* Nothing was accepted and the listener is as it was: try again later rather than at once. */
            PTK_PT_SLEEP(pt, server->timer, ACCEPT_RETRY_MS);
            PTK_PT_ACCEPT(pt, server->listener, &server->accepted, NULL);
        }
        connection_start(server, server->accepted);
        /* Clients that come and go at once must not keep the loop here. */
        PTK_PT_YIELD(pt, server->config.loop);
    }
    PTK_PT_END(pt);
}

/* ------------------------------------------------------------------------------------------------ start and stop */

static bool config_valid(const ptk_modbus_server_config_t *config) {
    return config->connections != NULL && config->num_connections > 0 && config->unit_id <= PTK_MODBUS_ANY_UNIT &&
           (config->map != NULL) != (config->callbacks != NULL) && config->backlog <= UINT16_MAX &&
           config->idle_timeout_ms <= PTK_MODBUS_MAX_TIME_MS &&
           ptk_modbus_device_objects_valid(config->objects, config->num_objects);
}

static bool counts_valid(const ptk_modbus_callbacks_t *callbacks) {
    unsigned table;

    for (table = 0; table < PTK_MODBUS_TABLE_COUNT; table++) {
        if (callbacks->counts[table] > PTK_MODBUS_ADDRESS_COUNT) {
            return false;
        }
    }
    return true;
}

/* Frees what the server owns in the loop's pools; what it does not own yet has a handle that nothing has. */
static void release_all(ptk_modbus_server_t *server) {
    uint32_t index;

    for (index = 0; index < server->config.num_connections; index++) {
        ptk_modbus_connection_t *connection = &server->config.connections[index];

        if (connection->socket != 0) {
            (void)ptk_protothread_cancel(&connection->pt);
            (void)ptk_socket_destroy(connection->socket);
            connection->socket = 0;
        }
        (void)ptk_timer_destroy(connection->timer);
        connection->timer = 0;
    }
    if (!ptk_protothread_is_finished(&server->pt)) {
        (void)ptk_protothread_cancel(&server->pt);
    }
    (void)ptk_timer_destroy(server->timer);
    (void)ptk_socket_destroy(server->listener);
}

/* All timers at once, so that a pool that is too small is an error of the start and not of the last client. */
static ptk_err_t create_timers(ptk_modbus_server_t *server) {
    uint32_t index;

    server->timer = ptk_timer_create(server->config.loop);
    if (server->timer < 0) {
        return (ptk_err_t)server->timer;
    }
    for (index = 0; index < server->config.num_connections; index++) {
        ptk_modbus_connection_t *connection = &server->config.connections[index];

        connection->timer = ptk_timer_create(server->config.loop);
        if (connection->timer < 0) {
            return (ptk_err_t)connection->timer;
        }
    }
    return PTK_ERR_OK;
}

static ptk_err_t start_listening(ptk_modbus_server_t *server) {
    const ptk_modbus_server_config_t *config = &server->config;
    uint32_t backlog = config->backlog != 0 ? config->backlog : DEFAULT_BACKLOG;
    ptk_err_t error;

    server->listener = ptk_socket_create(config->loop);
    if (server->listener < 0) {
        return (ptk_err_t)server->listener;
    }
    error = ptk_socket_set_option(server->listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1);
    if (error != PTK_ERR_OK) {
        return error;
    }
    return ptk_socket_listen(server->listener, &config->address, backlog);
}

/* Takes the configuration over: from here on release_all() can be called. */
static void prepare(ptk_modbus_server_t *server, const ptk_modbus_server_config_t *config,
                    const ptk_modbus_callbacks_t *callbacks) {
    uint32_t index;

    memset(server, 0, sizeof(*server));
    server->config = *config;
    server->callbacks = *callbacks;
    for (index = 0; index < config->num_connections; index++) {
        config->connections[index].server = server;
        config->connections[index].socket = 0;
        config->connections[index].timer = 0;
    }
}

#undef ptk_modbus_server_start /* the plain name, see PTK_MODBUS_LAYOUT_NAME */
ptk_err_t ptk_modbus_server_start(ptk_modbus_server_t *server, const ptk_modbus_server_config_t *config) {
    ptk_modbus_callbacks_t callbacks;
    ptk_err_t error;

    if (server == NULL || config == NULL || !config_valid(config)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (server->magic == SERVER_RUNNING) {
        return PTK_ERR_INVALID_STATE;
    }
    if (config->map != NULL) {
        ptk_modbus_map_callbacks(&callbacks, config->map);
    } else {
        callbacks = *config->callbacks;
    }
    if (!counts_valid(&callbacks)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    prepare(server, config, &callbacks);
    error = ptk_semaphore_init(&server->free_connections, config->loop, config->num_connections);
    if (error == PTK_ERR_OK) {
        error = create_timers(server);
    }
    if (error == PTK_ERR_OK) {
        error = start_listening(server);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_init(&server->pt, acceptor_run);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_run(&server->pt);
    }
    if (error != PTK_ERR_OK) {
        release_all(server);
        return error;
    }
    server->magic = SERVER_RUNNING;
    return PTK_ERR_OK;
}

ptk_err_t PTK_MODBUS_LAYOUT_NAME(ptk_modbus_server_start)(ptk_modbus_server_t *server,
                                                          const ptk_modbus_server_config_t *config) {
    return ptk_modbus_server_start(server, config);
}

ptk_err_t ptk_modbus_server_stop(ptk_modbus_server_t *server) {
    if (server == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (server->magic != SERVER_RUNNING) {
        return PTK_ERR_INVALID_STATE;
    }
    if (server->executing != 0) {
        return PTK_ERR_BUSY;
    }
    release_all(server);
    server->magic = 0;
    return PTK_ERR_OK;
}

ptk_err_t ptk_modbus_server_get_address(const ptk_modbus_server_t *server, ptk_address_t *address) {
    if (server == NULL || address == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (server->magic != SERVER_RUNNING) {
        return PTK_ERR_INVALID_STATE;
    }
    return ptk_socket_get_local_address(server->listener, address);
}

ptk_err_t ptk_modbus_server_get_stats(const ptk_modbus_server_t *server, ptk_modbus_server_stats_t *stats) {
    if (server == NULL || stats == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (server->magic != SERVER_RUNNING) {
        return PTK_ERR_INVALID_STATE;
    }
    *stats = server->stats;
    return PTK_ERR_OK;
}

/**
 * @file modbus_server.c
 * @brief Starting and stopping a server, and its acceptor.
 *
 * free_connections counts the free contexts, less the one that the acceptor holds while it waits in accept.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_server_internal.h"

#include <string.h>

/** @brief Marks a running server. */
#define SERVER_RUNNING 0x4D42544Bu
/** @brief How long the acceptor waits after an error that it cannot do anything about, in ms. */
#define ACCEPT_RETRY_MS 100
/** @brief Backlog of a config that has none. */
#define DEFAULT_BACKLOG 128

/* ------------------------------------------------------------------------------------------------ acceptor */

/** @brief Finds a free context; the semaphore says that there is one. */
static ptk_modbus_connection_t *find_free_connection(ptk_modbus_server_t *server) {
    while (server->config.connections[server->next_connection].socket != 0) {
        server->next_connection = (server->next_connection + 1) % server->config.num_connections;
    }
    return &server->config.connections[server->next_connection];
}

/** @brief Gives a new connection a context. */
static void serve_connection(ptk_modbus_server_t *server, ptk_handle_t socket) {
    ptk_modbus_connection_t *connection = find_free_connection(server);

    connection->socket = socket;
    server->stats.accepted++;
    server->stats.connections++;
    ptk_modbus_server_connection_start(connection, server);
}

/** @brief The protothread of the acceptor: a free context, a client, and again. */
static ptk_pt_status_t run_acceptor(ptk_pt_t *pt) {
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
        serve_connection(server, server->accepted);
        /* Clients that come and go at once must not keep the loop here. */
        PTK_PT_YIELD(pt, server->config.loop);
    }
    PTK_PT_END(pt);
}

/* ------------------------------------------------------------------------------------------------ start and stop */

/** @brief Whether a server can be started with a config. */
static bool config_is_valid(const ptk_modbus_server_config_t *config) {
    return config->connections != NULL && config->num_connections > 0 && config->unit_id <= PTK_MODBUS_ANY_UNIT &&
           (config->map != NULL) != (config->callbacks != NULL) && config->backlog <= UINT16_MAX &&
           config->idle_timeout_ms <= PTK_MODBUS_MAX_TIME_MS && config->request_timeout_ms <= PTK_MODBUS_MAX_TIME_MS &&
           ptk_modbus_server_objects_are_valid(config->objects, config->num_objects);
}

/** @brief Whether all tables are within the address space. */
static bool counts_are_valid(const ptk_modbus_callbacks_t *callbacks) {
    for (unsigned table = 0; table < PTK_MODBUS_TABLE_COUNT; table++) {
        if (callbacks->counts[table] > PTK_MODBUS_ADDRESS_COUNT) {
            return false;
        }
    }
    return true;
}

/** @brief Frees what the server owns in the loop's pools; what it does not own yet has an invalid handle. */
static void release_all(ptk_modbus_server_t *server) {
    for (uint32_t index = 0; index < server->config.num_connections; index++) {
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

/** @brief Creates all timers at once, so that a pool that is too small is an error of the start, not of a client. */
static ptk_err_t create_timers(ptk_modbus_server_t *server) {
    server->timer = ptk_timer_create(server->config.loop);
    if (server->timer < 0) {
        return (ptk_err_t)server->timer;
    }
    for (uint32_t index = 0; index < server->config.num_connections; index++) {
        ptk_modbus_connection_t *connection = &server->config.connections[index];
        connection->timer = ptk_timer_create(server->config.loop);
        if (connection->timer < 0) {
            return (ptk_err_t)connection->timer;
        }
    }
    return PTK_ERR_OK;
}

/** @brief Creates the listener. */
static ptk_err_t start_listening(ptk_modbus_server_t *server) {
    const ptk_modbus_server_config_t *config = &server->config;
    uint32_t backlog = config->backlog != 0 ? config->backlog : DEFAULT_BACKLOG;
    server->listener = ptk_socket_create(config->loop);
    if (server->listener < 0) {
        return (ptk_err_t)server->listener;
    }
    ptk_err_t error = ptk_socket_set_option(server->listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1);
    if (error != PTK_ERR_OK) {
        return error;
    }
    return ptk_socket_listen(server->listener, &config->address, backlog);
}

/** @brief Takes the config over: from here on release_all() can be called. */
static void prepare(ptk_modbus_server_t *server, const ptk_modbus_server_config_t *config,
                    const ptk_modbus_callbacks_t *callbacks) {
    memset(server, 0, sizeof *server);
    server->config = *config;
    server->callbacks = *callbacks;
    for (uint32_t index = 0; index < config->num_connections; index++) {
        config->connections[index].server = server;
        config->connections[index].socket = 0;
        config->connections[index].timer = 0;
    }
}

#undef ptk_modbus_server_start /* the plain name, see PTK_MODBUS_LAYOUT_NAME */
ptk_err_t ptk_modbus_server_start(ptk_modbus_server_t *server, const ptk_modbus_server_config_t *config) {
    if (server == NULL || config == NULL || !config_is_valid(config)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (server->magic == SERVER_RUNNING) {
        return PTK_ERR_INVALID_STATE;
    }
    ptk_modbus_callbacks_t callbacks;
    if (config->map != NULL) {
        ptk_modbus_server_map_callbacks(&callbacks, config->map);
    } else {
        callbacks = *config->callbacks;
    }
    if (!counts_are_valid(&callbacks)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    prepare(server, config, &callbacks);
    ptk_err_t error = ptk_semaphore_init(&server->free_connections, config->loop, config->num_connections);
    if (error == PTK_ERR_OK) {
        error = create_timers(server);
    }
    if (error == PTK_ERR_OK) {
        error = start_listening(server);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_init(&server->pt, run_acceptor);
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

/**
 * @file line_server.c
 * @brief The tutorial's server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "line_server.h"

/* [connection] */
/** @brief One connection, from its first byte to its end. */
static ptk_pt_status_t connection_run(ptk_pt_t *pt) {
    line_connection_t *connection = (line_connection_t *)pt;
    ptk_buf_t line;

    PTK_PT_BEGIN(pt);
    do {
        connection->error = line_take(&connection->in, &line);
        if (connection->error == PTK_ERR_OK) {
            line_execute(connection->server->points, &line, &connection->out);
            PTK_PT_SEND_ALL_TIMEOUT(pt, connection->socket, &connection->out, connection->timer,
                                    connection->server->idle_ms);
            connection->error = PTK_PT_ERROR(pt);
        } else if (connection->error == PTK_ERR_WOULD_BLOCK) {
            ptk_buf_compact(&connection->in);
            /* Without a pass in between, a client that never pauses would hold up the others. */
            PTK_PT_YIELD(pt, ptk_get_owning_event_loop(connection->socket));
            PTK_PT_RECEIVE_TIMEOUT(pt, connection->socket, &connection->in, connection->timer,
                                   connection->server->idle_ms);
            connection->error = PTK_PT_ERROR(pt);
        }
    } while (connection->error == PTK_ERR_OK);
    (void)ptk_socket_destroy(connection->socket); /* closed by the peer, silent for too long, a line too long, broken */
    connection->socket = 0;
    PTK_PT_END(pt);
}
/* [/connection] */

/* [accept] */
/** @brief Gives the accepted socket to a free connection. There is one: the socket pool has no more slots than that. */
static void start_connection(line_server_t *server) {
    line_connection_t *connection = server->connections;

    while (connection->socket != 0) {
        connection++;
    }
    connection->server = server;
    connection->socket = server->accepted;
    (void)ptk_buf_init(&connection->in, connection->in_memory, sizeof connection->in_memory);
    (void)ptk_buf_init(&connection->out, connection->out_memory, sizeof connection->out_memory);
    (void)ptk_protothread_init(&connection->pt, connection_run);
    (void)ptk_protothread_run(&connection->pt); /* returns at its first wait */
}

/** @brief Accepts for ever. While all socket slots are taken, clients wait in the backlog. */
static ptk_pt_status_t accept_run(ptk_pt_t *pt) {
    line_server_t *server = (line_server_t *)pt;

    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_ACCEPT(pt, server->listener, &server->accepted, NULL);
        if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
            PTK_PT_EXIT(pt); /* the listener was destroyed */
        }
        start_connection(server);
    }
    PTK_PT_END(pt);
}
/* [/accept] */

/* [start] */
ptk_err_t line_server_start(line_server_t *server, ptk_handle_t loop, const ptk_address_t *address, uint64_t idle_ms) {
    server->idle_ms = idle_ms;
    for (size_t i = 0; i < LINE_CONNECTIONS; i++) {
        server->connections[i].timer = ptk_timer_create(loop);
        if (server->connections[i].timer < 0) {
            return (ptk_err_t)server->connections[i].timer; /* a negative handle is an error */
        }
    }
    server->listener = ptk_socket_create(loop);
    ptk_err_t error = ptk_socket_set_option(server->listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1);
    if (error == PTK_ERR_OK) {
        error = ptk_socket_listen(server->listener, address, LINE_CONNECTIONS);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_protothread_init(&server->pt, accept_run);
    }
    return error == PTK_ERR_OK ? ptk_protothread_run(&server->pt) : error;
}
/* [/start] */

/*
 * TCP echo with ptk: plain event handlers, as in examples/echo_server.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#include <protocol_toolkit.h>

PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 0, BENCH_MAX_CONNECTIONS + 1, 0);

typedef struct connection {
    struct connection *next_free;
    ptk_buf_t buf;
    uint8_t buffer[BENCH_BUFFER_SIZE];
} connection_t;

static connection_t connections[BENCH_MAX_CONNECTIONS];
static connection_t *free_connections;
static uint32_t connections_touched; /* those after it were never used */

static connection_t *connection_take(void) {
    connection_t *connection = free_connections;

    if (connection == NULL) {
        return &connections
            [connections_touched++]; /* the socket pool has just as many slots, and one for the listener */
    }
    free_connections = connection->next_free;
    return connection;
}

static void connection_close(ptk_handle_t socket, connection_t *connection) {
    ptk_socket_destroy(socket);
    connection->next_free = free_connections;
    free_connections = connection;
}

static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    connection_t *connection = (connection_t *)user_data;
    ptk_err_t error = ptk_socket_receive(socket, &connection->buf);

    (void)event;
    (void)data;
    if (error == PTK_ERR_OK) {
        error = ptk_socket_send(socket, &connection->buf);
        if (error == PTK_ERR_OK && ptk_buf_length(&connection->buf) == 0) {
            ptk_buf_clear(&connection->buf);
        } else {
            connection_close(socket, connection);
        }
    } else if (error != PTK_ERR_WOULD_BLOCK) {
        connection_close(socket, connection);
    }
}

static void on_error(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)event;
    (void)data;
    connection_close(socket, (connection_t *)user_data);
}

static void on_connection(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_handle_t socket = ptk_socket_accept(listener, NULL);
    connection_t *connection;

    (void)event;
    (void)data;
    (void)user_data;
    if (socket < 0) {
        return;
    }
    connection = connection_take();
    (void)ptk_buf_init(&connection->buf, connection->buffer, sizeof connection->buffer);
    ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_readable, connection);
    ptk_set_event_handler(socket, PTK_EVENT_ERROR, on_error, connection);
}

int main(void) {
    ptk_handle_t loop;
    ptk_handle_t listener;
    ptk_address_t address;

    bench_server_begin("ptk");
    loop = ptk_event_loop_create(loops, 1, &resources);
    listener = ptk_socket_create(loop);
    if (ptk_address_parse("127.0.0.1", 0, &address) != PTK_ERR_OK ||
        ptk_socket_listen(listener, &address, BENCH_BACKLOG) != PTK_ERR_OK ||
        ptk_set_event_handler(listener, PTK_EVENT_READABLE, on_connection, NULL) != PTK_ERR_OK ||
        ptk_socket_get_local_address(listener, &address) != PTK_ERR_OK) {
        bench_fail("ptk");
    }
    bench_server_ready(address.port);
    while (ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER) == PTK_ERR_OK) {
    }
    return 1;
}

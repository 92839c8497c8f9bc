/**
 * @file echo_server.c
 * @brief Sends back what it receives over TCP, with plain event handlers.
 *
 * Each connection has a buffer in a static array, and nothing else. A handler receives once and sends once; if more
 * data is there it is simply called again. When a slow reader's connection is full, the server stops reading from it
 * and waits for the writable event instead: that is all the flow control there is.
 *
 * Try it:  ./echo_server --port 7777        and then        nc 127.0.0.1 7777
 *
 * For more connections than the system's limit of open files raise that first: ulimit -n 8192
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include "support/arguments.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MAX_CONNECTIONS 4096
#define BUFFER_SIZE 4096
#define BACKLOG 1024

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 0, MAX_CONNECTIONS + 1, 0);

/** @brief One connection. */
typedef struct connection {
    ptk_handle_t socket; /* 0 while the entry is free */
    ptk_buf_t buf;       /* what was received and not sent back yet */
    uint8_t memory[BUFFER_SIZE];
} connection_t;

/** @brief All connections. */
static connection_t connections[MAX_CONNECTIONS];
static uint32_t next_connection; /**< @brief Where the search for a free entry starts. */

/** @brief The loop. */
static ptk_handle_t loop;
/** @brief Ctrl-C was pressed. */
static volatile sig_atomic_t interrupted;

/** @brief There is something to receive, or the end. */
static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data);
/** @brief There is room again. */
static void on_writable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief The loop may be asleep: wake is allowed in a signal handler. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
    ptk_event_loop_wake(loop);
}

/** @brief Closes a connection and frees its entry. */
static void connection_close(connection_t *connection) {
    ptk_socket_destroy(connection->socket);
    connection->socket = 0;
}

/** @brief Sends what is in the buffer. Reading goes on only when all of it is gone. */
static void connection_send(connection_t *connection, bool was_waiting) {
    ptk_err_t error = PTK_ERR_OK;

    while (error == PTK_ERR_OK && ptk_buf_length(&connection->buf) > 0) {
        error = ptk_socket_send(connection->socket, &connection->buf);
    }
    if (error == PTK_ERR_OK) {
        ptk_buf_clear(&connection->buf);
        if (was_waiting) {
            ptk_remove_event_handler(connection->socket, PTK_EVENT_WRITABLE);
            ptk_set_event_handler(connection->socket, PTK_EVENT_READABLE, on_readable, connection);
        }
    } else if (error != PTK_ERR_WOULD_BLOCK) {
        connection_close(connection);
    } else if (!was_waiting) {
        ptk_remove_event_handler(connection->socket, PTK_EVENT_READABLE);
        ptk_set_event_handler(connection->socket, PTK_EVENT_WRITABLE, on_writable, connection);
    }
}

static void on_writable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)socket;
    (void)event;
    (void)data;
    connection_send((connection_t *)user_data, true);
}

static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    connection_t *connection = (connection_t *)user_data;
    ptk_err_t error;

    (void)event;
    (void)data;
    error = ptk_socket_receive(socket, &connection->buf);
    if (error == PTK_ERR_OK) {
        connection_send(connection, false);
    } else if (error != PTK_ERR_WOULD_BLOCK) {
        connection_close(connection); /* the end of the stream, or a broken connection */
    }
}

/** @brief The connection broke. */
static void on_error(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)socket;
    (void)event;
    (void)fprintf(stderr, "connection lost: %s\n", ptk_error_string(PTK_EVENT_ERROR_CODE(data)));
    connection_close((connection_t *)user_data);
}

/** @brief There is always one: the socket pool has no more slots than there are entries, but for the listener's. */
static connection_t *find_free_connection(void) {
    uint32_t tries;

    for (tries = 0; tries < MAX_CONNECTIONS; tries++) {
        connection_t *connection = &connections[next_connection];
        next_connection = (next_connection + 1) % MAX_CONNECTIONS;
        if (connection->socket == 0) {
            return connection;
        }
    }
    return NULL;
}

/**
 * @brief A connection waits at the listener. When the socket pool is full, accept returns that, and the listener is
 * paused until a connection ends: clients wait in the backlog.
 */
static void on_connection(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_handle_t socket = ptk_socket_accept(listener, NULL);
    connection_t *connection;

    (void)event;
    (void)data;
    (void)user_data;
    if (socket < 0) {
        return;
    }
    connection = find_free_connection();
    if (connection == NULL) {
        ptk_socket_destroy(socket);
        return;
    }
    connection->socket = socket;
    (void)ptk_buf_init(&connection->buf, connection->memory, sizeof connection->memory);
    ptk_socket_set_option(socket, PTK_SOCKET_OPTION_NO_DELAY, 1);
    ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_readable, connection);
    ptk_set_event_handler(socket, PTK_EVENT_ERROR, on_error, connection);
}

/** @brief Listens and prints where, which with port 0 only the system knows. */
static ptk_err_t listen_at(const ptk_address_t *address) {
    ptk_handle_t listener = ptk_socket_create(loop);
    ptk_address_t local;
    char text[PTK_ADDRESS_TEXT_SIZE];
    ptk_err_t error;

    ptk_socket_set_option(listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1);
    error = ptk_socket_listen(listener, address, BACKLOG);
    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(listener, PTK_EVENT_READABLE, on_connection, NULL);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(listener, &local);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_address_format(&local, text, sizeof text);
    }
    if (error == PTK_ERR_OK) {
        printf("listening on %s\n", text);
        fflush(stdout);
    }
    return error;
}

/** @brief Listens, and runs the loop until Ctrl-C. */
int main(int argc, char **argv) {
    const char *bind_text = "0.0.0.0";
    uint32_t port = 7777;
    bool help = false;
    const argument_option_t options[] = {{"--bind", &bind_text, NULL, 0, 0, NULL},
                                         {"--port", NULL, &port, 0, 65535, NULL},
                                         {"--help", NULL, NULL, 0, 0, &help}};
    size_t word_count;
    ptk_address_t address;
    ptk_err_t error;

    if (!arguments_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0, &word_count)) {
        return 2;
    }
    if (help) {
        printf("usage: echo_server [--bind ADDR] [--port N]     sends back what it receives; port 0 lets the system "
               "choose\n");
        return 0;
    }
    if (ptk_address_parse(bind_text, (uint16_t)port, &address) != PTK_ERR_OK) {
        fprintf(stderr, "echo_server: --bind must be a numeric address, not '%s'\n", bind_text);
        return 2;
    }
    loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    error = loop < 0 ? (ptk_err_t)loop : listen_at(&address);
    if (error != PTK_ERR_OK) {
        fprintf(stderr, "echo_server: cannot listen on %s port %u: %s\n", bind_text, (unsigned)address.port,
                ptk_error_string(error));
        return 1;
    }
    if (signal(SIGINT, on_interrupt) == SIG_ERR || signal(SIGTERM, on_interrupt) == SIG_ERR) {
        fprintf(stderr, "echo_server: cannot catch signals\n");
        return 1;
    }
    while (!interrupted && error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    ptk_event_loop_destroy(loop);
    return error == PTK_ERR_OK ? 0 : 1;
}

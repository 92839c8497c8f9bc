/**
 * @file modbus_client_connection.c
 * @brief One connection of a client: its socket, and sending. Calls no function of the application.
 *
 * SPDX-License-Identifier: MIT
 */
#include "modbus_client_internal.h"

/* ------------------------------------------------------------------------------------------------ life */

ptk_err_t ptk_modbus_client_connection_open(ptk_modbus_client_t *client) {
    ptk_handle_t socket = ptk_socket_create(client->config.loop);

    if (socket < 0) {
        return (ptk_err_t)socket;
    }
    client->socket = socket;
    /* TCP 4.3.2: small requests must go out at once. */
    return ptk_socket_set_option(socket, PTK_SOCKET_OPTION_NO_DELAY, 1);
}

void ptk_modbus_client_connection_close(ptk_modbus_client_t *client) {
    if (client->socket != 0) {
        (void)ptk_socket_destroy(client->socket); /* fails only if the loop was destroyed, and the socket with it */
        client->socket = 0;
    }
    client->connected = 0;
    client->awaiting_room = 0;
    client->frame_deadline_ms = 0;
    ptk_buf_clear(&client->receive);
    ptk_buf_clear(&client->transmit);
}

void ptk_modbus_client_connection_made(ptk_modbus_client_t *client) {
    client->connected = 1;
    client->connection_error = PTK_ERR_OK;
    client->silent_timeouts = 0;
    client->silence_begin_ms = 0; /* a request that waited for the connection counts as well */
    client->stats.connections++;
    client->notify = 1;
}

void ptk_modbus_client_connection_failed(ptk_modbus_client_t *client, ptk_err_t error) {
    uint64_t limit = client->config.reconnect_delay_limit_ms;

    ptk_modbus_client_connection_close(client);
    client->connection_error = error;
    client->notify = 1;
    /* The delay doubles until a response comes: a server that accepts and closes at once is not connected to often. */
    if (client->delay_ms == 0) {
        client->delay_ms = client->config.reconnect_delay_ms;
    } else {
        client->delay_ms = client->delay_ms > limit / 2 ? limit : client->delay_ms * 2;
    }
    ptk_modbus_client_queue_requeue(client, error);
}

ptk_err_t ptk_modbus_client_connection_overdue(const ptk_modbus_client_t *client) {
    if (client->frame_deadline_ms != 0 && client->frame_deadline_ms <= ptk_clock_now_ms()) {
        return PTK_MODBUS_ERR_BAD_RESPONSE;
    }
    if (client->config.silent_timeouts != PTK_MODBUS_CLIENT_NEVER_SILENT &&
        client->silent_timeouts >= client->config.silent_timeouts) {
        return PTK_ERR_TIMED_OUT;
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ sending */

/** @brief Handler of the writable event: the socket has room again. */
static void on_writable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)socket;
    (void)event;
    (void)data;
    ptk_modbus_client_connection_flush((ptk_modbus_client_t *)user_data);
}

void ptk_modbus_client_connection_flush(ptk_modbus_client_t *client) {
    if (!client->connected) {
        return;
    }
    ptk_err_t error = PTK_ERR_OK;
    ptk_modbus_client_queue_fill(client);
    while (error == PTK_ERR_OK && ptk_buf_length(&client->transmit) > 0) {
        error = ptk_socket_send(client->socket, &client->transmit);
        if (error == PTK_ERR_OK) {
            ptk_modbus_client_queue_fill(client);
        }
    }
    if ((error == PTK_ERR_WOULD_BLOCK || error == PTK_ERR_OUT_OF_SYSTEM_MEMORY) && !client->awaiting_room) {
        error = ptk_set_event_handler(client->socket, PTK_EVENT_WRITABLE, on_writable, client);
        client->awaiting_room = error == PTK_ERR_OK;
    } else if (error == PTK_ERR_OK && client->awaiting_room) {
        (void)ptk_remove_event_handler(client->socket, PTK_EVENT_WRITABLE);
        client->awaiting_room = 0;
    }
    /* After another error the socket is readable, and what it returns ends the connection; here no callback may be
     * called. */
}

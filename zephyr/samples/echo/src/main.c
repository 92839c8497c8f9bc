/**
 * @file main.c
 * @brief Sends back what four clients send over TCP to port 7777, with plain event handlers.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>

#include <zephyr/sys/printk.h>

/** @brief Clients at a time; further ones wait. */
#define CLIENTS 4
/** @brief Where it listens. */
#define PORT 7777

/** @brief Memory of the loop: a listener and its connections. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 0, CLIENTS + 1, 0);

/** @brief What is on its way back to a client. */
typedef struct client {
    ptk_handle_t socket; /**< @brief Its connection, or 0. */
    ptk_buf_t buf;       /**< @brief What was received and not sent back. */
    uint8_t memory[256]; /**< @brief The bytes of it. */
} client_t;

static client_t clients[CLIENTS]; /**< @brief All of them. */

/** @brief There is something to receive, or the end, or room to send: receives if all was sent, and sends. */
static void on_ready(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    client_t *client = user_data;
    ptk_err_t error = PTK_ERR_OK;

    (void)event;
    (void)data;
    if (ptk_buf_length(&client->buf) == 0) {
        ptk_buf_clear(&client->buf);
        error = ptk_socket_receive(socket, &client->buf);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_send(socket, &client->buf);
    }
    if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        (void)ptk_socket_destroy(socket);
        client->socket = 0;
        return;
    }
    /* While a slow reader has no room nothing is received from it. */
    const bool waits_for_room = ptk_buf_length(&client->buf) > 0;
    (void)ptk_remove_event_handler(socket, waits_for_room ? PTK_EVENT_READABLE : PTK_EVENT_WRITABLE);
    (void)ptk_set_event_handler(socket, waits_for_room ? PTK_EVENT_WRITABLE : PTK_EVENT_READABLE, on_ready, client);
}

/** @brief Accepts a client. There is an entry for each socket of the loop. */
static void on_client(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    const ptk_handle_t socket = ptk_socket_accept(listener, NULL);

    (void)event;
    (void)data;
    (void)user_data;
    for (size_t i = 0; i < CLIENTS && socket > 0; i++) {
        if (clients[i].socket == 0) {
            clients[i].socket = socket;
            (void)ptk_buf_init(&clients[i].buf, clients[i].memory, sizeof(clients[i].memory));
            (void)ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_ready, &clients[i]);
            return;
        }
    }
}

/** @brief Serves for ever. @return 1 after an error. */
int main(void) {
    const ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, PORT);
    const ptk_handle_t loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    const ptk_handle_t listener = ptk_socket_create(loop);
    ptk_err_t error = ptk_socket_listen(listener, &any, CLIENTS);

    if (error == PTK_ERR_OK) {
        error = ptk_set_event_handler(listener, PTK_EVENT_READABLE, on_client, NULL);
    }
    printk("echo on port %d: %s\n", PORT, ptk_error_string(error));
    while (error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    printk("ended: %s\n", ptk_error_string(error));
    return 1;
}

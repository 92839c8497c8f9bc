/* SPDX-License-Identifier: MIT */
/** @file ptk.c @brief The smallest echo server with Protocol Toolkit. Its argument is the port. */
#include <protocol_toolkit.h>
#include <stdlib.h>

PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 0, 64, 0);
static uint8_t buffer[512];

static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_buf_t buf;
    (void)event;
    (void)data;
    (void)user_data;
    (void)ptk_buf_init(&buf, buffer, sizeof buffer);
    ptk_err_t error = ptk_socket_receive(socket, &buf);
    if (error != PTK_ERR_WOULD_BLOCK && (error != PTK_ERR_OK || ptk_socket_send(socket, &buf) != PTK_ERR_OK)) {
        (void)ptk_socket_destroy(socket);
    }
}

static void on_connection(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)event;
    (void)data;
    (void)user_data;
    (void)ptk_set_event_handler(ptk_socket_accept(listener, NULL), PTK_EVENT_READABLE, on_readable, NULL);
}

int main(int argc, char **argv) {
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, (uint16_t)atoi(argc > 1 ? argv[1] : "7"));
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &resources);
    ptk_handle_t listener = ptk_socket_create(loop);
    if (ptk_socket_listen(listener, &address, 16) != PTK_ERR_OK) {
        return 1;
    }
    (void)ptk_set_event_handler(listener, PTK_EVENT_READABLE, on_connection, NULL);
    while (ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER) == PTK_ERR_OK) {
    }
    return 1;
}

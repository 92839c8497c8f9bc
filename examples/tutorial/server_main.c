/**
 * @file server_main.c
 * @brief line_server: the tutorial's server as a program. Usage: line_server [ADDRESS:PORT]
 *
 * SPDX-License-Identifier: MIT
 */
#include "line_server.h"

#include <stdio.h>

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, LINE_SERVER_TIMERS, LINE_SERVER_SOCKETS, 0);

static line_server_t server; /**< @brief All of its memory. */

/** @brief Starts the server and runs its loop. */
int main(int argc, char **argv) {
    ptk_address_t address;
    char text[PTK_ADDRESS_TEXT_SIZE];
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    ptk_err_t error = ptk_address_parse(argc > 1 ? argv[1] : "127.0.0.1", 7001, &address);

    if (error == PTK_ERR_OK) {
        error = line_server_start(&server, loop, &address, 60000);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(server.listener, &address); /* with port 0 the system has chosen one */
    }
    if (error == PTK_ERR_OK && ptk_address_format(&address, text, sizeof text) == PTK_ERR_OK) {
        (void)printf("listening on %s\n", text);
        (void)fflush(stdout);
    }
    while (error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    (void)fprintf(stderr, "line_server: %s\n", ptk_error_string(error));
    return 1;
}

/*
 * UDP echo with ptk: a plain event handler.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#include <protocol_toolkit.h>

PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 0, 1, 0);

static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    static uint8_t memory[BENCH_BUFFER_SIZE];
    ptk_address_t sender;
    ptk_buf_t buf;
    int i;

    (void)event;
    (void)data;
    (void)user_data;
    for (i = 0; i < BENCH_DATAGRAMS; i++) {
        (void)ptk_buf_init(&buf, memory, sizeof memory);
        if (ptk_socket_receive_from(socket, &buf, &sender) != PTK_ERR_OK) {
            return;
        }
        (void)ptk_socket_send_to(socket, &buf, &sender);
    }
}

int main(void) {
    ptk_handle_t loop;
    ptk_handle_t socket;
    ptk_address_t address;

    bench_server_begin("ptk");
    loop = ptk_event_loop_create(loops, 1, &resources);
    socket = ptk_socket_create(loop);
    if (ptk_address_parse("127.0.0.1", 0, &address) != PTK_ERR_OK ||
        ptk_socket_open_udp(socket, &address) != PTK_ERR_OK ||
        ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_readable, NULL) != PTK_ERR_OK ||
        ptk_socket_get_local_address(socket, &address) != PTK_ERR_OK) {
        bench_fail("ptk");
    }
    bench_server_ready(address.port);
    while (ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER) == PTK_ERR_OK) {
    }
    return 1;
}

/*
 * UDP echo with libuv, the reply with uv_udp_try_send, which spares the send request.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <uv.h>

static char memory[BENCH_BUFFER_SIZE];

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
    (void)handle;
    (void)size;
    *buffer = uv_buf_init(memory, sizeof memory);
}

static void on_readable(uv_udp_t *socket, ssize_t received, const uv_buf_t *buffer, const struct sockaddr *sender,
                        unsigned flags) {
    uv_buf_t reply;

    (void)flags;
    if (received < 0 || sender == NULL) {
        return; /* nothing more to read, for now */
    }
    reply = uv_buf_init(buffer->base, (unsigned)received);
    (void)uv_udp_try_send(socket, &reply, 1, sender);
}

int main(void) {
    uv_loop_t *loop = uv_default_loop();
    struct sockaddr_in address;
    int length = sizeof address;
    uv_udp_t socket;

    bench_server_begin("libuv_try");
    if (uv_udp_init(loop, &socket) != 0 || uv_ip4_addr("127.0.0.1", 0, &address) != 0 ||
        uv_udp_bind(&socket, (const struct sockaddr *)&address, 0) != 0 ||
        uv_udp_recv_start(&socket, on_allocate, on_readable) != 0 ||
        uv_udp_getsockname(&socket, (struct sockaddr *)&address, &length) != 0) {
        bench_fail("libuv");
    }
    bench_server_ready(ntohs(address.sin_port));
    uv_run(loop, UV_RUN_DEFAULT);
    return 1;
}

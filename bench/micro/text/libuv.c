/* SPDX-License-Identifier: MIT */
/** @file libuv.c @brief The smallest echo server with libuv. Its argument is the port. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <uv.h>

static char memory[512];
static uv_tcp_t sockets[64];
static unsigned used;

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
    (void)handle;
    (void)size;
    *buffer = uv_buf_init(memory, sizeof memory);
}

static void on_readable(uv_stream_t *stream, ssize_t received, const uv_buf_t *buffer) {
    uv_buf_t reply = uv_buf_init(buffer->base, (unsigned)(received > 0 ? received : 0));
    if (received < 0 || (received > 0 && uv_try_write(stream, &reply, 1) != received)) {
        uv_close((uv_handle_t *)stream, NULL);
    }
}

static void on_connection(uv_stream_t *listener, int status) {
    if (status == 0 && used < 63) {
        uv_tcp_t *socket = &sockets[++used];
        (void)uv_tcp_init(listener->loop, socket);
        (void)uv_accept(listener, (uv_stream_t *)socket);
        (void)uv_read_start((uv_stream_t *)socket, on_allocate, on_readable);
    }
}

int main(int argc, char **argv) {
    uv_loop_t *loop = uv_default_loop();
    struct sockaddr_in address;
    (void)uv_ip4_addr("0.0.0.0", atoi(argc > 1 ? argv[1] : "7"), &address);
    (void)uv_tcp_init(loop, &sockets[0]);
    if (uv_tcp_bind(&sockets[0], (const struct sockaddr *)&address, 0) != 0 ||
        uv_listen((uv_stream_t *)&sockets[0], 16, on_connection) != 0) {
        return 1;
    }
    (void)uv_run(loop, UV_RUN_DEFAULT);
    return 1;
}

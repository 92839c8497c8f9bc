/*
 * TCP echo with libuv, the reply with uv_write: what its documentation shows.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <uv.h>

typedef struct connection {
    uv_tcp_t tcp;
    uv_write_t request;
    char buffer[BENCH_BUFFER_SIZE];
} connection_t;

static void on_closed(uv_handle_t *handle) {
    free(handle);
}

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
    connection_t *connection = (connection_t *)handle;

    (void)size;
    *buffer = uv_buf_init(connection->buffer, BENCH_BUFFER_SIZE);
}

static void on_written(uv_write_t *request, int status) {
    if (status != 0 && !uv_is_closing((uv_handle_t *)request->handle)) {
        uv_close((uv_handle_t *)request->handle, on_closed);
    }
}

static void on_readable(uv_stream_t *stream, ssize_t received, const uv_buf_t *buffer) {
    connection_t *connection = (connection_t *)stream;
    uv_buf_t reply;

    if (received == 0) {
        return;
    }
    if (received < 0) {
        uv_close((uv_handle_t *)stream, on_closed);
        return;
    }
    reply = uv_buf_init(buffer->base, (unsigned)received);
    if (uv_write(&connection->request, stream, &reply, 1, on_written) != 0) {
        uv_close((uv_handle_t *)stream, on_closed);
    }
}

static void on_connection(uv_stream_t *listener, int status) {
    connection_t *connection;

    if (status != 0) {
        return;
    }
    connection = (connection_t *)malloc(sizeof *connection);
    if (connection == NULL || uv_tcp_init(listener->loop, &connection->tcp) != 0 ||
        uv_accept(listener, (uv_stream_t *)&connection->tcp) != 0 ||
        uv_read_start((uv_stream_t *)&connection->tcp, on_allocate, on_readable) != 0) {
        bench_fail("uv_accept");
    }
}

int main(void) {
    uv_loop_t *loop = uv_default_loop();
    struct sockaddr_in address;
    int length = sizeof address;
    uv_tcp_t listener;

    bench_server_begin("libuv_write");
    if (uv_tcp_init(loop, &listener) != 0 || uv_ip4_addr("127.0.0.1", 0, &address) != 0 ||
        uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0) != 0 ||
        uv_listen((uv_stream_t *)&listener, BENCH_BACKLOG, on_connection) != 0 ||
        uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length) != 0) {
        bench_fail("libuv");
    }
    bench_server_ready(ntohs(address.sin_port));
    uv_run(loop, UV_RUN_DEFAULT);
    return 1;
}

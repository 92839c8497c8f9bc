/*
 * UDP echo with libuv, the reply with uv_udp_send: what its documentation shows. A request and its buffer live until the
 * datagram was sent, so each reply has its own.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "bench.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <uv.h>

typedef struct reply {
    uv_udp_send_t request;
    char buffer[BENCH_BUFFER_SIZE];
} reply_t;

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer) {
    reply_t *reply = (reply_t *)malloc(sizeof *reply);

    (void)handle;
    (void)size;
    *buffer = reply == NULL ? uv_buf_init(NULL, 0) : uv_buf_init(reply->buffer, BENCH_BUFFER_SIZE);
}

static void on_sent(uv_udp_send_t *request, int status) {
    (void)status;
    free(request);
}

static void on_readable(uv_udp_t *socket, ssize_t received, const uv_buf_t *buffer, const struct sockaddr *sender,
                        unsigned flags) {
    reply_t *reply;
    uv_buf_t bytes;

    (void)flags;
    if (buffer->base == NULL) {
        return;
    }
    reply = (reply_t *)(void *)(buffer->base - offsetof(reply_t, buffer));
    bytes = uv_buf_init(reply->buffer, received > 0 ? (unsigned)received : 0);
    if (received < 0 || sender == NULL || uv_udp_send(&reply->request, socket, &bytes, 1, sender, on_sent) != 0) {
        free(reply);
    }
}

int main(void) {
    uv_loop_t *loop = uv_default_loop();
    struct sockaddr_in address;
    int length = sizeof address;
    uv_udp_t socket;

    bench_server_begin("libuv_send");
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

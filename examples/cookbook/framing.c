/**
 * @file framing.c
 * @brief Cookbook: complete messages from a stream.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cookbook.h"

/* [take] */
#define FRAME_HEADER 2u /**< @brief Bytes of the length. */
#define FRAME_MAX 256u  /**< @brief The longest frame; the buffer has FRAME_HEADER + FRAME_MAX bytes. */

/** @brief Takes a frame that begins with its length, 16 bits. PTK_ERR_WOULD_BLOCK: it is not complete yet. */
static ptk_err_t frame_take(ptk_buf_t *in, ptk_buf_t *frame) {
    if (ptk_buf_length(in) < FRAME_HEADER) {
        return PTK_ERR_WOULD_BLOCK;
    }
    size_t length = ptk_buf_peek_u16_be(in, 0);
    if (length > FRAME_MAX) {
        return PTK_ERR_MESSAGE_TOO_LONG; /* end the connection: no one knows where the next frame begins */
    }
    if (ptk_buf_length(in) < FRAME_HEADER + length) {
        return PTK_ERR_WOULD_BLOCK;
    }
    ptk_buf_skip(in, FRAME_HEADER);
    *frame = ptk_buf_get_view(in, length);
    return PTK_ERR_OK;
}
/* [/take] */

/* [put] */
/** @brief Puts a frame. The length is known when the rest was put: leave room for it, and patch it. */
static void frame_put(ptk_buf_t *out, uint8_t function, uint32_t value, const char *text, size_t text_length) {
    size_t start = ptk_buf_offset(out);

    ptk_buf_put_u16_be(out, 0);
    ptk_buf_put_u8(out, function);
    ptk_buf_put_u32_be(out, value);
    ptk_buf_put_bytes(out, text, text_length);
    ptk_buf_patch_u16_be(out, start, (uint16_t)(ptk_buf_offset(out) - start - FRAME_HEADER));
}
/* [/put] */

/* [receive] */
/** @brief The receiving side of a connection. */
typedef struct receiver {
    ptk_buf_t in;
    uint8_t memory[FRAME_HEADER + FRAME_MAX];
    uint32_t frames;
    bool closed;
} receiver_t;

/** @brief Receives once, and handles each complete frame. */
static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    receiver_t *receiver = (receiver_t *)user_data;
    ptk_buf_t frame;
    (void)event, (void)data;
    ptk_err_t error = ptk_socket_receive(socket, &receiver->in);
    while (error == PTK_ERR_OK) { /* one receive may bring several frames */
        error = frame_take(&receiver->in, &frame);
        if (error == PTK_ERR_OK) {
            receiver->frames++; /* here the frame is handled */
        }
    }
    ptk_buf_compact(&receiver->in); /* room for the rest of a frame */
    if (error != PTK_ERR_WOULD_BLOCK) {
        (void)ptk_socket_destroy(socket);
        receiver->closed = true;
    }
}
/* [/receive] */

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 0, 3, 0);

bool cookbook_try_framing(void) {
    static receiver_t receiver;
    uint8_t memory[64];
    ptk_buf_t out;
    ptk_buf_t half;
    ptk_handle_t pair[2];
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    bool connected = cookbook_connect(loop, pair);

    (void)ptk_buf_init(&receiver.in, receiver.memory, sizeof receiver.memory);
    (void)ptk_set_event_handler(pair[1], PTK_EVENT_READABLE, on_readable, &receiver);
    (void)ptk_buf_init(&out, memory, sizeof memory);
    frame_put(&out, 1, 7, "one", 3);
    frame_put(&out, 2, 8, "", 0);
    frame_put(&out, 3, 9, "three", 5);
    half = ptk_buf_get_view(&out, ptk_buf_length(&out) / 2); /* one frame and a half */
    bool right = connected && ptk_buf_error(&out) == PTK_ERR_OK && ptk_socket_send(pair[0], &half) == PTK_ERR_OK;
    while (right && receiver.frames < 1) {
        (void)ptk_event_loop_run(loop);
    }
    right = right && receiver.frames == 1 && ptk_socket_send(pair[0], &out) == PTK_ERR_OK;
    while (right && receiver.frames < 3) {
        (void)ptk_event_loop_run(loop);
    }
    ptk_buf_clear(&out);
    ptk_buf_put_u16_be(&out, 0xFFFF); /* longer than any frame */
    right = right && ptk_socket_send(pair[0], &out) == PTK_ERR_OK;
    while (right && !receiver.closed) {
        (void)ptk_event_loop_run(loop);
    }
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK && right;
}

/**
 * @file send_queue.c
 * @brief Cookbook: sending more than the system takes now, and peers that read slowly.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cookbook.h"

#include <string.h>

/* [queue] */
/** @brief The sending side of a connection. */
typedef struct sender {
    ptk_handle_t socket; /* 0: none */
    ptk_buf_t queue;     /* what the system has not taken yet */
    bool waiting;        /* for PTK_EVENT_WRITABLE */
    uint8_t memory[4096];
} sender_t;

static void on_writable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data);

/** @brief Sends as much as the system takes. Anything but PTK_ERR_OK: the connection is gone. */
static ptk_err_t sender_flush(sender_t *sender) {
    ptk_err_t error = PTK_ERR_OK;

    while (error == PTK_ERR_OK && ptk_buf_length(&sender->queue) > 0) {
        error = ptk_socket_send(sender->socket, &sender->queue);
    }
    if (error == PTK_ERR_WOULD_BLOCK && !sender->waiting) {
        sender->waiting = true;
        return ptk_set_event_handler(sender->socket, PTK_EVENT_WRITABLE, on_writable, sender);
    }
    if (error == PTK_ERR_OK && sender->waiting) {
        sender->waiting = false; /* a handler of writable that has nothing to send would be called in every pass */
        return ptk_remove_event_handler(sender->socket, PTK_EVENT_WRITABLE);
    }
    return error == PTK_ERR_WOULD_BLOCK ? PTK_ERR_OK : error;
}

/** @brief Queues a whole message, or nothing of it: PTK_ERR_NO_SPACE. */
static ptk_err_t sender_put(sender_t *sender, const void *bytes, size_t length) {
    ptk_buf_compact(&sender->queue);
    if (ptk_buf_room(&sender->queue) < length) {
        return PTK_ERR_NO_SPACE;
    }
    ptk_buf_put_bytes(&sender->queue, bytes, length);
    return sender->waiting ? PTK_ERR_OK : sender_flush(sender);
}
/* [/queue] */

/* [slow] */
/** @brief Receives only while nothing waits to be sent. */
static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    sender_t *sender = (sender_t *)user_data;
    (void)event, (void)data;
    ptk_err_t error = ptk_socket_receive(socket, &sender->queue); /* an echo: what is received is sent */
    if (error == PTK_ERR_OK) {
        error = sender_flush(sender);
    }
    if (error == PTK_ERR_OK && sender->waiting) {
        error = ptk_remove_event_handler(socket, PTK_EVENT_READABLE); /* stop reading: the peer reads too slowly */
    }
    if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        (void)ptk_socket_destroy(socket);
    }
}

/** @brief There is room again. */
static void on_writable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    sender_t *sender = (sender_t *)user_data;
    (void)event, (void)data;
    ptk_err_t error = sender_flush(sender);
    if (error == PTK_ERR_OK && !sender->waiting) { /* everything is sent: read again */
        ptk_buf_clear(&sender->queue);
        error = ptk_set_event_handler(socket, PTK_EVENT_READABLE, on_readable, sender);
    }
    if (error != PTK_ERR_OK) {
        (void)ptk_socket_destroy(socket);
    }
}
/* [/slow] */

/* [publish] */
/** @brief One message for many: no one waits for the slowest. */
static void publish(sender_t *subscribers, size_t count, const void *bytes, size_t length) {
    for (size_t i = 0; i < count; i++) {
        if (subscribers[i].socket != 0 && sender_put(&subscribers[i], bytes, length) != PTK_ERR_OK) {
            (void)ptk_socket_destroy(subscribers[i].socket); /* or drop the message, and count it */
            subscribers[i].socket = 0;
        }
    }
}
/* [/publish] */

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 0, 3, 0);

bool cookbook_try_send_queue(void) {
    static sender_t sender;
    static uint8_t message[1024];
    static uint8_t received[65536];
    ptk_handle_t pair[2];
    ptk_buf_t in;
    size_t sent = 0;
    size_t arrived = 0;
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    bool right = cookbook_connect(loop, pair);

    sender.socket = pair[1];
    (void)ptk_buf_init(&sender.queue, sender.memory, sizeof sender.memory);
    (void)ptk_set_event_handler(pair[1], PTK_EVENT_READABLE, on_readable, &sender);
    while (right &&
           sender_put(&sender, message, sizeof message) == PTK_ERR_OK) { /* until both system and queue are full */
        sent += sizeof message;
    }
    right = right && sender.waiting;
    while (right && arrived < sent) { /* now the peer reads: all of it comes */
        (void)ptk_buf_init(&in, received, sizeof received);
        ptk_err_t error = ptk_socket_receive(pair[0], &in);
        arrived += ptk_buf_length(&in);
        right = error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK;
        (void)ptk_event_loop_run(loop);
    }
    right = right && arrived == sent;
    while (right && sender.waiting) {
        (void)ptk_event_loop_run(loop);
    }
    (void)ptk_buf_wrap(&in, "echo", 4);
    right = right && ptk_socket_send(pair[0], &in) == PTK_ERR_OK;
    (void)ptk_buf_init(&in, received, sizeof received);
    while (right && ptk_buf_length(&in) < 4) {
        (void)ptk_event_loop_run(loop);
        ptk_err_t error = ptk_socket_receive(pair[0], &in);
        right = error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK;
    }
    right = right && memcmp(received, "echo", 4) == 0;
    (void)ptk_buf_init(&sender.queue, sender.memory, 16);
    publish(&sender, 1, message, sizeof message); /* does not fit: the subscriber is dropped */
    right = right && sender.socket == 0;
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK && right;
}

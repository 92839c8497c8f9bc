/**
 * @file deadline.c
 * @brief Cookbook: one time limit for several operations, and for silence.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cookbook.h"

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 4, 0);

/* [deadline] */
/** @brief A request with its response. */
typedef struct exchange {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t timer; /* created once; serves one wait after the other */
    ptk_address_t server;
    uint64_t deadline_ms; /* ptk_clock_now_ms() plus the time for all of it */
    ptk_buf_t request;
    ptk_buf_t response;
    ptk_err_t error;
} exchange_t;

/** @brief Connects, sends and receives, all before the deadline. */
static ptk_pt_status_t exchange_run(ptk_pt_t *pt) {
    exchange_t *exchange = (exchange_t *)pt;

    PTK_PT_BEGIN(pt);
    PTK_PT_CONNECT_DEADLINE(pt, exchange->socket, &exchange->server, exchange->timer, exchange->deadline_ms);
    if (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
        PTK_PT_SEND_ALL_DEADLINE(pt, exchange->socket, &exchange->request, exchange->timer, exchange->deadline_ms);
    }
    if (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
        PTK_PT_RECEIVE_EXACTLY_DEADLINE(pt, exchange->socket, &exchange->response, 8, exchange->timer,
                                        exchange->deadline_ms);
    }
    exchange->error = PTK_PT_ERROR(pt); /* PTK_ERR_TIMED_OUT if the deadline passed in any step */
    (void)ptk_socket_destroy(exchange->socket);
    PTK_PT_END(pt);
}
/* [/deadline] */

/* [silence] */
#define SILENCE_MS 30000 /**< @brief The longest silence. */

/** @brief A connection that must not be silent for long. */
typedef struct connection {
    ptk_handle_t socket;
    ptk_handle_t timer;
    uint64_t silence_ms; /* SILENCE_MS */
    bool closed;
} connection_t;

/** @brief Nothing came for too long: closes the connection. */
static void on_silence(ptk_handle_t timer, ptk_event_t event, uintptr_t data, void *user_data) {
    connection_t *connection = (connection_t *)user_data;
    (void)event, (void)data;
    (void)ptk_timer_destroy(timer);
    (void)ptk_socket_destroy(connection->socket);
    connection->closed = true;
}

/** @brief Something came. */
static void on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    connection_t *connection = (connection_t *)user_data;
    uint8_t memory[256];
    ptk_buf_t in;
    (void)event, (void)data;
    (void)ptk_buf_init(&in, memory, sizeof memory);
    if (ptk_socket_receive(socket, &in) == PTK_ERR_OK) {
        (void)ptk_timer_start(connection->timer, connection->silence_ms); /* starts it again: no system call */
    }
}
/* [/silence] */

bool cookbook_try_deadline(void) {
    static exchange_t exchange;
    static uint8_t memory[8];
    connection_t connection = {0, 0, 50 < SILENCE_MS ? 50 : SILENCE_MS, false};
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    ptk_handle_t pair[2];

    (void)cookbook_listen(loop, &exchange.server); /* never accepts, never responds */
    exchange.socket = ptk_socket_create(loop);
    exchange.timer = ptk_timer_create(loop);
    (void)ptk_buf_wrap(&exchange.request, "request!", 8);
    (void)ptk_buf_init(&exchange.response, memory, sizeof memory);
    exchange.deadline_ms = ptk_clock_now_ms() + 50;
    (void)ptk_protothread_init(&exchange.pt, exchange_run);
    (void)ptk_protothread_run(&exchange.pt);
    while (!ptk_protothread_is_finished(&exchange.pt)) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    bool timed_out = exchange.error == PTK_ERR_TIMED_OUT && ptk_clock_now_ms() >= exchange.deadline_ms;

    bool connected = cookbook_connect(loop, pair);
    connection.socket = pair[1];
    connection.timer = ptk_timer_create(loop);
    (void)ptk_set_event_handler(connection.timer, PTK_EVENT_EXPIRED, on_silence, &connection);
    (void)ptk_set_event_handler(connection.socket, PTK_EVENT_READABLE, on_readable, &connection);
    (void)ptk_timer_start(connection.timer, connection.silence_ms);
    while (connected && !connection.closed) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK && timed_out && connection.closed;
}

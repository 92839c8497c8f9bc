/**
 * @file program.c
 * @brief The program of docs/protothreads.md.
 *
 * SPDX-License-Identifier: MIT
 */
/* [program] */
/* A client sends framed requests over TCP, a server responds. Both are protothreads of one loop. */
#include <protocol_toolkit.h>

#include <stdio.h>

#define TIMEOUT_MS 1000
#define PAUSE_MS 100

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 3, 0);
static ptk_handle_t loop; /**< @brief The loop of both. */

/** @brief Responds to each byte with the next greater one, until the peer ends its stream. */
typedef struct server {
    ptk_pt_t pt; /* first member */
    ptk_handle_t listener;
    ptk_handle_t socket;
    ptk_buf_t buf;
    uint8_t memory[16];
} server_t;

/** @brief Accepts one connection and serves it. */
static ptk_pt_status_t server_run(ptk_pt_t *pt) {
    server_t *server = (server_t *)pt;

    PTK_PT_BEGIN(pt);
    PTK_PT_ACCEPT(pt, server->listener, &server->socket, NULL);
    while (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
        (void)ptk_buf_init(&server->buf, server->memory, sizeof server->memory);
        PTK_PT_RECEIVE(pt, server->socket, &server->buf);
        if (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
            server->memory[0]++;
            PTK_PT_SEND_ALL(pt, server->socket, &server->buf);
        }
    }
    printf("server: %s\n", ptk_error_string(PTK_PT_ERROR(pt)));
    (void)ptk_socket_destroy(server->socket);
    PTK_PT_END(pt);
}

/** @brief One request and its response: a child, with its result in its own context. */
typedef struct exchange {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t timer;
    uint8_t request;
    ptk_err_t result;
    ptk_buf_t buf;
    uint8_t memory[1];
} exchange_t;

/** @brief Sends the request and receives the response. */
static ptk_pt_status_t exchange_run(ptk_pt_t *pt) {
    exchange_t *exchange = (exchange_t *)pt;

    PTK_PT_BEGIN(pt);
    (void)ptk_buf_init(&exchange->buf, exchange->memory, sizeof exchange->memory);
    ptk_buf_put_u8(&exchange->buf, exchange->request);
    PTK_PT_SEND_ALL_TIMEOUT(pt, exchange->socket, &exchange->buf, exchange->timer, TIMEOUT_MS);
    if (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
        ptk_buf_clear(&exchange->buf);
        PTK_PT_RECEIVE_EXACTLY_TIMEOUT(pt, exchange->socket, &exchange->buf, 1, exchange->timer, TIMEOUT_MS);
    }
    exchange->result = PTK_PT_ERROR(pt);
    PTK_PT_END(pt);
}

/** @brief Makes three requests. */
typedef struct client {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t timer;
    ptk_address_t server;
    unsigned count; /* a local variable would not survive the waits */
    exchange_t exchange;
} client_t;

/** @brief Connects, and makes one request after the other. */
static ptk_pt_status_t client_run(ptk_pt_t *pt) {
    client_t *client = (client_t *)pt;

    PTK_PT_BEGIN(pt);
    PTK_PT_CONNECT_TIMEOUT(pt, client->socket, &client->server, client->timer, TIMEOUT_MS);
    if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
        printf("client: %s\n", ptk_error_string(PTK_PT_ERROR(pt)));
        PTK_PT_EXIT(pt);
    }
    for (client->count = 1; client->count <= 3; client->count++) {
        client->exchange.socket = client->socket;
        client->exchange.timer = client->timer;
        client->exchange.request = (uint8_t)(10 * client->count);
        PTK_PT_SPAWN(pt, &client->exchange.pt, exchange_run);
        printf("client: %u -> %u, %s\n", client->exchange.request, client->exchange.memory[0],
               ptk_error_string(client->exchange.result));
        PTK_PT_SLEEP(pt, client->timer, PAUSE_MS);
    }
    (void)ptk_socket_destroy(client->socket);
    PTK_PT_END(pt);
}

/** @brief Runs both until they have finished. */
int main(void) {
    static server_t server;
    static client_t client;
    ptk_address_t any_port;
    ptk_err_t error;

    loop = ptk_event_loop_create(loops, 1, &pools);
    server.listener = ptk_socket_create(loop);
    client.socket = ptk_socket_create(loop);
    client.timer = ptk_timer_create(loop);
    (void)ptk_address_parse("127.0.0.1", 0, &any_port);
    error = ptk_socket_listen(server.listener, &any_port, 1);
    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(server.listener, &client.server);
    }
    if (error != PTK_ERR_OK) {
        printf("cannot listen: %s\n", ptk_error_string(error));
        return 1;
    }
    (void)ptk_protothread_init(&server.pt, server_run);
    (void)ptk_protothread_init(&client.pt, client_run);
    (void)ptk_protothread_run(&server.pt);
    (void)ptk_protothread_run(&client.pt);
    while (!ptk_protothread_is_finished(&server.pt) || !ptk_protothread_is_finished(&client.pt)) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK ? 0 : 1;
}
/* [/program] */

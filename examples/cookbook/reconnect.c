/**
 * @file reconnect.c
 * @brief Cookbook: connecting again, with growing pauses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cookbook.h"

/** @brief Memory of the loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 1, 2, 0);

/* [reconnect] */
#define FIRST_PAUSE_MS 100u     /**< @brief The pause after the first failure. */
#define LONGEST_PAUSE_MS 30000u /**< @brief Pauses grow to this. */
#define CONNECT_MS 5000u        /**< @brief Time for an attempt. */

/** @brief A client with one connection. */
typedef struct client {
    ptk_pt_t pt;
    ptk_handle_t loop;
    ptk_handle_t socket;
    ptk_handle_t timer;
    ptk_address_t server;
    uint64_t pause_ms;
    uint32_t random; /* any seed but 0, different in each device: for example its serial number */
    uint32_t attempts;
    bool done;
} client_t;

/** @brief Between half of the pause and all of it, so that not all clients come at once when a server is back. */
static uint64_t next_pause(client_t *client) {
    uint64_t pause = client->pause_ms;

    client->pause_ms = pause < LONGEST_PAUSE_MS / 2 ? pause * 2 : LONGEST_PAUSE_MS;
    client->random ^= client->random << 13; /* xorshift32 */
    client->random ^= client->random >> 17;
    client->random ^= client->random << 5;
    return pause / 2 + client->random % (pause / 2 + 1);
}

/** @brief Connects until that succeeds. */
static ptk_pt_status_t client_run(ptk_pt_t *pt) {
    client_t *client = (client_t *)pt;

    PTK_PT_BEGIN(pt);
    client->pause_ms = FIRST_PAUSE_MS;
    while (!client->done) {
        client->attempts++;
        client->socket = ptk_socket_create(client->loop); /* a socket connects once: each attempt has a new one */
        PTK_PT_CONNECT_TIMEOUT(pt, client->socket, &client->server, client->timer, CONNECT_MS);
        if (PTK_PT_ERROR(pt) == PTK_ERR_OK) {
            client->pause_ms = FIRST_PAUSE_MS;
            client->done = true; /* here is the session, until the connection ends */
        }
        (void)ptk_socket_destroy(client->socket);
        if (!client->done) {
            PTK_PT_SLEEP(pt, client->timer, next_pause(client));
        }
    }
    PTK_PT_END(pt);
}
/* [/reconnect] */

bool cookbook_try_reconnect(void) {
    static client_t client;
    ptk_handle_t loop = ptk_event_loop_create(loops, 1, &pools);
    ptk_handle_t listener = cookbook_listen(loop, &client.server);
    ptk_err_t error = ptk_socket_destroy(listener); /* the server is away */

    client.loop = loop;
    client.timer = ptk_timer_create(loop);
    client.random = 1;
    (void)ptk_protothread_init(&client.pt, client_run);
    (void)ptk_protothread_run(&client.pt);
    while (error == PTK_ERR_OK && client.attempts < 3) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    bool grown = client.pause_ms >= 4 * FIRST_PAUSE_MS;
    do { /* the server is back; the client may hold the only free slot */
        listener = ptk_socket_create(loop);
        error = ptk_socket_set_option(listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1);
        error = error == PTK_ERR_OK ? ptk_socket_listen(listener, &client.server, 1) : error;
    } while (error != PTK_ERR_OK && listener < 0 && ptk_event_loop_run(loop) == PTK_ERR_OK);
    while (error == PTK_ERR_OK && !ptk_protothread_is_finished(&client.pt)) {
        (void)ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER);
    }
    return ptk_event_loop_destroy(loop) == PTK_ERR_OK && grown && client.done;
}

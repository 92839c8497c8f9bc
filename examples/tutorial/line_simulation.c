/**
 * @file line_simulation.c
 * @brief A test of the tutorial's protocol in simulated time: a server and four clients, each on a host of its own, and a
 *        network that a seed decides. Usage: line_simulation [SEEDS]
 *
 * SPDX-License-Identifier: MIT
 */
#include "line_client.h"
#include "line_server.h"

#include <ptk_sim.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS 4                          /**< @brief Clients, on hosts 1 to 4; the server is on host 0. */
#define ROUNDS 20                          /**< @brief Values that each of them sets, and gets again. */
#define IDLE_MS (10 * 60 * (uint64_t)1000) /**< @brief Ten minutes, which the test does not wait for. */

/** @brief Memory of the world and of the loops. */
PTK_SIM_DECLARE_WORLD(world, 1 + CLIENTS, CLIENTS, 1 + CLIENTS, 64, 256);
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1 + CLIENTS);
PTK_DECLARE_EVENT_LOOP_RESOURCES(server_pools, LINE_SERVER_TIMERS, LINE_SERVER_SOCKETS, 0);

/* [simulated] */
/** @brief A client's program, and the memory of its loop. */
typedef struct simulated_client {
    ptk_pt_t pt;
    line_request_t request;
    ptk_address_t server;
    int point; /* its own */
    int round;
    int good;
    char text[LINE_SIZE];
    ptk_timer_internal_t timers[1];
    ptk_socket_internal_t sockets[1];
} simulated_client_t;

static line_server_t server;                /**< @brief The server. */
static simulated_client_t clients[CLIENTS]; /**< @brief The clients. */

/** @brief Sets its point to a new value each time, and gets it back; then it is silent, and does not close. */
static ptk_pt_status_t client_run(ptk_pt_t *pt) {
    simulated_client_t *client = (simulated_client_t *)pt;
    line_request_t *request = &client->request;

    PTK_PT_BEGIN(pt);
    PTK_PT_CONNECT_TIMEOUT(pt, request->socket, &client->server, request->timer, 60000);
    for (client->round = 0; PTK_PT_ERROR(pt) == PTK_ERR_OK && client->round < ROUNDS; client->round++) {
        request->deadline_ms = ptk_clock_now_ms() + 60000;
        (void)snprintf(client->text, sizeof client->text, "SET %d %d", client->point, client->round);
        request->text = client->text;
        PTK_PT_SPAWN(pt, &request->pt, line_request_run);
        (void)snprintf(client->text, sizeof client->text, "GET %d", client->point);
        PTK_PT_SPAWN(pt, &request->pt, line_request_run);
        (void)snprintf(client->text, sizeof client->text, "VALUE %d %d", client->point, client->round);
        client->good += request->error == PTK_ERR_OK && strcmp(request->response, client->text) == 0;
    }
    PTK_PT_END(pt);
}

/** @brief Starts a client on its host. */
static void start_client(int index, const ptk_address_t *remote) {
    simulated_client_t *client = &clients[index];
    ptk_event_loop_resources_t pools = {
        .timers = client->timers, .num_timers = 1, .sockets = client->sockets, .num_sockets = 1};

    (void)ptk_sim_enter(1 + index);
    ptk_handle_t loop = ptk_event_loop_create(loops, 1 + CLIENTS, &pools);
    (void)ptk_sim_add_loop(loop);
    client->point = index;
    client->server = *remote;
    client->request.socket = ptk_socket_create(loop);
    client->request.timer = ptk_timer_create(loop);
    (void)ptk_protothread_init(&client->pt, client_run);
    (void)ptk_protothread_run(&client->pt);
}

/** @brief Heals the first client's link, or cuts it. @param is_cut NULL: heals. */
static void cut_link(void *is_cut) {
    (void)ptk_sim_cut(0, -1, is_cut != NULL);
}

/** @brief The last client's host loses its power: the server gets no FIN and no RST. */
static void lose_power(void *unused) {
    (void)unused;
    (void)ptk_sim_crash(CLIENTS, false);
    (void)ptk_event_loop_destroy(ptk_get_owning_event_loop(clients[CLIENTS - 1].request.timer));
}

/** @brief Half an hour with one seed. Returns what does not hold, or NULL. */
static const char *run(uint64_t seed) {
    const ptk_sim_link_properties_t bad = {.latency_max_us = 50000, .loss_per_million = 50000};
    ptk_sim_action_t actions[3];
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 7001);

    memset(&server, 0, sizeof server);
    memset(clients, 0, sizeof clients);
    (void)ptk_sim_start(&world, seed);
    memcpy(address.bytes, (uint8_t[4]){192, 0, 2, 1}, 4);
    (void)ptk_sim_add_host(&address);
    ptk_handle_t loop = ptk_event_loop_create(loops, 1 + CLIENTS, &server_pools);
    (void)ptk_sim_add_loop(loop);
    if (line_server_start(&server, loop, &address, IDLE_MS) != PTK_ERR_OK) {
        return "the server does not start";
    }
    ptk_address_t remote = address;
    for (int i = 0; i < CLIENTS; i++) {
        address.bytes[3]++;
        (void)ptk_sim_add_host(&address);
        (void)ptk_sim_add_link(0, 1 + i, &bad);
        start_client(i, &remote);
    }
    (void)ptk_sim_set_fault(PTK_SIM_FAULT_SEND_SHORT, 300000);    /* three in ten send or receive fewer bytes */
    (void)ptk_sim_set_fault(PTK_SIM_FAULT_RECEIVE_SHORT, 300000); /* than they could, or none */
    (void)ptk_sim_plan(&actions[0], ptk_sim_now_ms() + 300, cut_link, &actions);
    (void)ptk_sim_plan(&actions[1], ptk_sim_now_ms() + 5300, cut_link, NULL);
    (void)ptk_sim_plan(&actions[2], ptk_sim_now_ms() + 1000, lose_power, NULL);
    (void)ptk_sim_run_until(ptk_sim_now_ms() + 30 * 60000);

    for (int i = 0; i < CLIENTS - 1; i++) {
        if (clients[i].good != ROUNDS) {
            return "a client has not got what it had set";
        }
    }
    if (ptk_sim_world()->socket_count != CLIENTS) { /* the listener, and the ends of those who have not closed */
        return "the server keeps the connection of a silent client, or of one that is gone";
    }
    for (int i = 0; i <= CLIENTS; i++) {
        (void)ptk_event_loop_destroy(loops[i].handle); /* one of them is gone already */
    }
    return NULL;
}
/* [/simulated] */

/** @brief Runs the seeds. */
int main(int argc, char **argv) {
    uint64_t seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : 100;

    for (uint64_t seed = 1; seed <= seeds; seed++) {
        const char *failure = run(seed);
        if (failure != NULL) {
            (void)printf("seed %llu: %s\n", (unsigned long long)seed, failure);
            return 1;
        }
    }
    (void)printf("%llu seeds\n", (unsigned long long)seeds);
    return 0;
}

/**
 * @file plant_chaos.c
 * @brief What goes wrong in the plant.
 *
 * SPDX-License-Identifier: MIT
 */
#include "plant.h"

/** @brief Cuts a link in one direction or both, or heals it. */
static void cut_or_heal(void) {
    uint32_t count = ptk_sim_world()->link_count;
    int32_t link = (int32_t)plant_random(count);
    uint32_t client = (uint32_t)link / plant.run.servers;
    int32_t from = plant_random(2) == 0 ? -1 : plant.clients[client].host;
    (void)ptk_sim_cut(link, from, plant_random(2) == 0);
}

/** @brief A host loses its network, or has it again. */
static void network(void) {
    (void)ptk_sim_set_network((int32_t)plant_random(ptk_sim_world()->host_count), plant_random(3) != 0);
}

/** @brief A program dies, or its host loses its power; its loop is gone. */
static void crash(int32_t host, ptk_handle_t *loop, bool with_reset) {
    if (*loop != 0) {
        (void)ptk_sim_crash(host, with_reset);
        (void)ptk_event_loop_destroy(*loop);
        *loop = 0;
    }
}

/** @brief A server crashes, or comes back. */
static void crash_server(void) {
    plant_server_t *server = &plant.servers[plant_random(plant.run.servers)];
    if (server->loop != 0) {
        crash(server->host, &server->loop, plant_random(2) == 0);
    } else {
        (void)ptk_sim_restart(server->host); /* refused if only its program died */
        plant_start_server(server);
    }
}

/** @brief A client crashes, or comes back. */
static void crash_client(void) {
    plant_client_t *client = &plant.clients[plant_random(plant.run.clients)];
    if (client->loop != 0) {
        crash(client->host, &client->loop, plant_random(2) == 0);
    } else {
        (void)ptk_sim_restart(client->host);
        plant_start_client(client);
    }
}

/** @brief Another thread raises events, more than fit into the queue. */
static void raise_events(void) {
    plant_client_t *client = &plant.clients[plant_random(plant.run.clients)];
    uint32_t count = 1 + plant_random(2 * PTK_USER_EVENT_QUEUE_SIZE);
    for (uint32_t i = 0; client->loop != 0 && i < count; i++) {
        ptk_err_t error = ptk_raise_event(client->source, 1, client->raised);
        if (error == PTK_ERR_OK) {
            client->raised++;
            client->raised_ms = ptk_sim_now_ms();
        } else if (error != PTK_ERR_WOULD_BLOCK) {
            plant_fail("raising failed");
        }
    }
}

/** @brief Calls fail more often, or less. */
static void faults(void) {
    for (uint32_t kind = 0; kind < PTK_SIM_FAULT_COUNT; kind++) {
        (void)ptk_sim_set_fault(kind, plant_random(4) == 0 ? plant_random(20000) : 0);
    }
}

void plant_chaos(void *action) {
    if (plant.is_calm) {
        return;
    }
    int32_t host = (int32_t)plant_random(ptk_sim_world()->host_count);
    switch (plant_random(8)) {
    case 0:
        network();
        break;
    case 1:
        plant.frozen_ms[host] = ptk_sim_now_ms() + plant_random(4000);
        (void)ptk_sim_freeze(host, plant.frozen_ms[host]);
        break;
    case 2:
        (void)ptk_sim_set_drift(host, (int32_t)plant_random(20000) - 10000);
        break;
    case 3:
        if (plant.run.has_crashes) {
            crash_server();
        }
        break;
    case 4:
        if (plant.run.has_crashes) {
            crash_client();
        }
        break;
    case 5:
        if (plant.run.has_faults) {
            faults();
        }
        break;
    case 6:
        raise_events();
        break;
    default:
        cut_or_heal();
        break;
    }
    (void)ptk_sim_plan(action, ptk_sim_now_ms() + 50 + plant_random(800), plant_chaos, action);
}

void plant_heal(void) {
    plant.is_calm = true;
    for (uint32_t kind = 0; kind < PTK_SIM_FAULT_COUNT; kind++) {
        (void)ptk_sim_set_fault(kind, 0);
    }
    for (uint32_t i = 0; i < ptk_sim_world()->link_count; i++) {
        (void)ptk_sim_cut((int32_t)i, -1, false);
    }
    for (uint32_t i = 0; i < ptk_sim_world()->host_count; i++) {
        (void)ptk_sim_set_network((int32_t)i, true);
        (void)ptk_sim_freeze((int32_t)i, 0);
        (void)ptk_sim_restart((int32_t)i);
    }
    for (uint32_t i = 0; i < plant.run.servers; i++) {
        if (plant.servers[i].loop == 0) {
            plant_start_server(&plant.servers[i]);
        }
    }
    for (uint32_t i = 0; i < plant.run.clients; i++) {
        if (plant.clients[i].loop == 0) {
            plant_start_client(&plant.clients[i]);
        }
    }
    plant_heal_streams();
}

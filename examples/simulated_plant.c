/**
 * @file simulated_plant.c
 * @brief simulated_plant: half a minute of a Modbus client and a server on two simulated hosts, drawn as a timeline.
 *
 * The client reads a register each second. After 8 s the link between them is cut for 6 s, at 20 s the server loses its
 * power and is back at 23 s. The same seed draws the same picture.
 *
 * Try it:  ./simulated_plant 42
 *
 * SPDX-License-Identifier: MIT
 */
#include <ptk_modbus_client.h>
#include <ptk_modbus_server.h>
#include <ptk_sim.h>

#include <stdio.h>
#include <stdlib.h>

/** @brief How long the plant runs, s. */
enum { SECONDS = 30 };
/** @brief The hosts. */
enum { SERVER = 0, CLIENT = 1 };

/** @brief The world's memory. */
PTK_SIM_DECLARE_WORLD(memory, 2, 1, 2, 16, 64);
/** @brief The loops' slots. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 2);
/** @brief The server's pools: the acceptor and two connections. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(server_resources, 4, 4, 0);
/** @brief The client's pools. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(client_resources, 3, 1, 0);

static ptk_modbus_server_t server;               /**< @brief The server. */
static ptk_modbus_connection_t connections[2];   /**< @brief Its connections. */
static uint16_t registers[1];                    /**< @brief Its data. */
static ptk_modbus_client_t client;               /**< @brief The client. */
static ptk_modbus_transaction_t transactions[4]; /**< @brief Its requests. */
static ptk_address_t addresses[2];               /**< @brief The hosts' addresses. */
static ptk_handle_t server_loop;                 /**< @brief The server's loop. */
static char timeline[SECONDS + 1];               /**< @brief What became of the request of each second. */
/** @brief The server's data. */
static const ptk_modbus_map_t map = {.holding_registers = registers, .num_holding_registers = 1};

/** @brief Starts the server's program on its host. */
static void start_server(void *unused) {
    (void)unused;
    (void)ptk_sim_restart(SERVER); /* refused while it is up */
    (void)ptk_sim_enter(SERVER);
    server_loop = ptk_event_loop_create(loops, 2, &server_resources);
    ptk_modbus_server_config_t config = {.loop = server_loop,
                                         .connections = connections,
                                         .num_connections = 2,
                                         .unit_id = PTK_MODBUS_ANY_UNIT,
                                         .map = &map};
    config.address = ptk_address_any(PTK_ADDRESS_IPV4, PTK_MODBUS_TCP_PORT);
    if (ptk_modbus_server_start(&server, &config) != PTK_ERR_OK || ptk_sim_add_loop(server_loop) != PTK_ERR_OK) {
        fprintf(stderr, "simulated_plant: the server does not start\n");
        exit(1);
    }
}

/** @brief The server's host loses its power: nothing is closed, its program is gone. */
static void lose_power(void *unused) {
    (void)unused;
    (void)ptk_sim_crash(SERVER, false);
    (void)ptk_event_loop_destroy(server_loop);
    server = (ptk_modbus_server_t){0};
    for (size_t i = 0; i < sizeof connections / sizeof connections[0]; i++) {
        connections[i] = (ptk_modbus_connection_t){0};
    }
}

/** @brief Cuts the link, or heals it. @param is_cut not NULL: cuts. */
static void cut_link(void *is_cut) {
    (void)ptk_sim_cut(0, -1, is_cut != NULL);
}

/** @brief Notes what became of a request. @param cell its place in the timeline. */
static void on_result(ptk_modbus_client_t *from, const ptk_modbus_result_t *result, void *cell) {
    (void)from;
    *(char *)cell = result->error == PTK_ERR_OK ? '#' : result->error == PTK_ERR_TIMED_OUT ? 't' : 'x';
}

/** @brief Each second: reads the register. */
static void on_second(ptk_handle_t timer, ptk_event_t event, uintptr_t missed, void *user_data) {
    static size_t second;
    (void)timer, (void)event, (void)missed, (void)user_data;
    if (second < SECONDS) {
        (void)ptk_modbus_client_read_holding_registers(&client, 1, 0, 1, on_result, &timeline[second++]);
    }
}

/** @brief Starts the client's program on its host. */
static void start_client(void) {
    (void)ptk_sim_enter(CLIENT);
    ptk_handle_t loop = ptk_event_loop_create(loops, 2, &client_resources);
    ptk_modbus_client_config_t config = {.loop = loop,
                                         .address = addresses[SERVER],
                                         .transactions = transactions,
                                         .num_transactions = 4,
                                         .response_timeout_ms = 900,
                                         .connect_timeout_ms = 900,
                                         .reconnect_delay_limit_ms = 1000};
    ptk_handle_t timer = ptk_timer_create(loop);
    (void)ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, on_second, NULL);
    if (ptk_modbus_client_start(&client, &config) != PTK_ERR_OK || ptk_sim_add_loop(loop) != PTK_ERR_OK ||
        ptk_timer_start_repeating(timer, 1000) != PTK_ERR_OK) {
        fprintf(stderr, "simulated_plant: the client does not start\n");
        exit(1);
    }
}

/** @brief Runs the plant. @param count 1 or 2. @param arguments a seed. */
int main(int count, char **arguments) {
    const ptk_sim_link_properties_t properties = {
        .latency_min_us = 500, .latency_max_us = 40000, .loss_per_million = 20000};
    uint64_t seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    ptk_sim_action_t actions[4];

    (void)ptk_sim_start(&memory, seed);
    (void)ptk_address_parse("192.0.2.1", 0, &addresses[SERVER]);
    (void)ptk_address_parse("192.0.2.2", 0, &addresses[CLIENT]);
    (void)ptk_sim_add_host(&addresses[SERVER]);
    (void)ptk_sim_add_host(&addresses[CLIENT]);
    (void)ptk_sim_add_link(SERVER, CLIENT, &properties);
    for (size_t i = 0; i < SECONDS; i++) {
        timeline[i] = '.';
    }
    uint64_t begin = ptk_sim_now_ms();
    start_server(NULL);
    start_client();
    (void)ptk_sim_plan(&actions[0], begin + 8000, cut_link, &actions);
    (void)ptk_sim_plan(&actions[1], begin + 14000, cut_link, NULL);
    (void)ptk_sim_plan(&actions[2], begin + 20000, lose_power, NULL);
    (void)ptk_sim_plan(&actions[3], begin + 23000, start_server, NULL);
    uint64_t steps = ptk_sim_run_until(begin + SECONDS * 1000u + 3000u);

    printf("seconds  0         10        20\n");
    printf("link     --------      ----------------\n");
    printf("server   --------------------   -------\n");
    printf("requests %s   # read, t time-out, x no connection, . none\n", timeline);
    printf("seed %llu, %llu steps, trace %016llx\n", (unsigned long long)seed, (unsigned long long)steps,
           (unsigned long long)ptk_sim_trace_hash());
    return 0;
}

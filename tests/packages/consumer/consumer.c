/**
 * @file consumer.c
 * @brief A program that uses each part of an installed Protocol Toolkit: timers, events of another thread's kind, TCP, a
 *        protothread, Modbus.
 *
 * With CONSUMER_TWO_FILES the one header has everything.
 *
 * SPDX-License-Identifier: MIT
 */
#include <protocol_toolkit.h>
#if !defined(CONSUMER_TWO_FILES)
#include <ptk_modbus_client.h>
#include <ptk_modbus_server.h>
#endif

#include <stdio.h>
#include <string.h>

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(loops, 1);
/** @brief Its pools. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources, 8, 8, 1);

/** @brief A protothread that makes a Modbus request. */
typedef struct session {
    ptk_pt_t pt;              /**< @brief First. */
    ptk_modbus_reply_t reply; /**< @brief The response. */
    uint16_t value;           /**< @brief The register that it read. */
    ptk_err_t error;          /**< @brief The outcome. */
    bool is_finished;         /**< @brief It ran to its end. */
} session_t;

/** @brief The loop. */
static ptk_handle_t loop;
/** @brief The server's registers. */
static uint16_t registers[4] = {1, 2, 4242, 4};
/** @brief The server. */
static ptk_modbus_server_t server;
/** @brief Its connections. */
static ptk_modbus_connection_t connections[1];
/** @brief The client. */
static ptk_modbus_client_t client;
/** @brief Its requests. */
static ptk_modbus_transaction_t transactions[1];
/** @brief The data of the event that was raised. */
static uintptr_t raised;

/** @brief Handler: keeps the event's data. */
static void on_event(ptk_handle_t source, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)source;
    (void)event;
    (void)user_data;
    raised = data;
}

/** @brief Reads the third register. */
static ptk_pt_status_t read_register(ptk_pt_t *pt) {
    session_t *session = (session_t *)pt;
    PTK_PT_BEGIN(pt);
    PTK_MODBUS_PT_AWAIT(
        pt, &session->reply, loop,
        ptk_modbus_client_read_holding_registers(&client, 255, 2, 1, ptk_modbus_reply_callback, &session->reply));
    session->error = session->reply.result.error;
    session->value = ptk_modbus_result_register(&session->reply.result, 0);
    session->is_finished = true;
    PTK_PT_END(pt);
}

/** @brief Starts the server on a free port of this machine, and the client for it. */
static ptk_err_t start(void) {
    static ptk_modbus_map_t map;
    ptk_modbus_server_config_t server_config;
    ptk_modbus_client_config_t client_config;
    ptk_address_t address;
    ptk_err_t error = ptk_address_parse("127.0.0.1", 0, &address);
    (void)memset(&server_config, 0, sizeof server_config);
    (void)memset(&client_config, 0, sizeof client_config);
    map.holding_registers = registers;
    map.num_holding_registers = 4;
    server_config.loop = loop;
    server_config.address = address;
    server_config.connections = connections;
    server_config.num_connections = 1;
    server_config.unit_id = 255;
    server_config.map = &map;
    if (error == PTK_ERR_OK) {
        error = ptk_modbus_server_start(&server, &server_config);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_modbus_server_get_address(&server, &address);
    }
    client_config.loop = loop;
    client_config.address = address;
    client_config.transactions = transactions;
    client_config.num_transactions = 1;
    if (error == PTK_ERR_OK) {
        error = ptk_modbus_client_start(&client, &client_config);
    }
    return error;
}

/** @brief Raises an event, reads a register by way of the network, and prints "ok" if all is right. */
int main(void) {
    static session_t session;
    ptk_handle_t source;
    uint64_t end = ptk_clock_now_ms() + 20000;
    if (strcmp(ptk_version_string(), PTK_VERSION_STRING) != 0) {
        return 1;
    }
    loop = ptk_event_loop_create(loops, 1, &resources);
    source = ptk_user_event_source_create(loop);
    if (ptk_set_event_handler(source, 7, on_event, NULL) != PTK_ERR_OK ||
        ptk_raise_event(source, 7, 99) != PTK_ERR_OK || start() != PTK_ERR_OK) {
        return 2;
    }
    if (ptk_protothread_init(&session.pt, read_register) != PTK_ERR_OK ||
        ptk_protothread_run(&session.pt) != PTK_ERR_OK) {
        return 3;
    }
    while (!session.is_finished && ptk_clock_now_ms() < end) {
        if (ptk_event_loop_run(loop) != PTK_ERR_OK) {
            return 4;
        }
    }
    if (!session.is_finished || session.error != PTK_ERR_OK || session.value != 4242 || raised != 99) {
        return 5;
    }
    if (ptk_modbus_client_stop(&client) != PTK_ERR_OK || ptk_modbus_server_stop(&server) != PTK_ERR_OK ||
        ptk_event_loop_destroy(loop) != PTK_ERR_OK) {
        return 6;
    }
    printf("ok %s %s\n", ptk_version_string(), PTK_PLATFORM_NAME);
    return 0;
}

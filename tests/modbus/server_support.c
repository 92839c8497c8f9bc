/**
 * @file server_support.c
 * @brief The server and the raw clients of the server tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server_support.h"

#include "codec_support.h"

#include <string.h>

/** @brief Pools of the loop: server and clients. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(server_resources, TEST_CONTEXTS + 1, TEST_CONTEXTS + 1 + TEST_CLIENTS, 1);

/** @brief The server. */
ptk_modbus_server_t test_server;
/** @brief Its connections. */
ptk_modbus_connection_t test_contexts[TEST_CONTEXTS];
/** @brief Its coils. */
uint8_t test_coils[TEST_VALUES];
/** @brief Its discrete inputs. */
uint8_t test_inputs[TEST_VALUES];
/** @brief Its holding registers. */
uint16_t test_holding[TEST_VALUES];
/** @brief Its input registers. */
uint16_t test_input_registers[TEST_VALUES];
/** @brief Its data. */
ptk_modbus_map_t test_map;

bool server_set_up(void) {
    const ptk_modbus_map_t map = {
        .coils = test_coils,
        .discrete_inputs = test_inputs,
        .holding_registers = test_holding,
        .input_registers = test_input_registers,
        .num_coils = TEST_VALUES,
        .num_discrete_inputs = TEST_VALUES,
        .num_holding_registers = TEST_VALUES,
        .num_input_registers = TEST_VALUES,
    };

    test_map = map;
    for (size_t i = 0; i < TEST_VALUES; i++) {
        test_coils[i] = 0;
        test_inputs[i] = (uint8_t)(i % 3 == 0 ? 1 : 0);
        test_holding[i] = (uint16_t)i;
        test_input_registers[i] = (uint16_t)(0x1000 + i);
    }
    return loop_open(&server_resources);
}

void server_run(void (*test)(void)) {
    if (server_set_up()) {
        test();
    }
    (void)ptk_modbus_server_stop(&test_server); /* some tests have stopped it */
    CHECK_EQUAL(ptk_event_loop_destroy(test_loop), PTK_ERR_OK);
}

ptk_modbus_server_config_t default_config(void) {
    ptk_modbus_server_config_t config = {
        .loop = test_loop,
        .connections = test_contexts,
        .num_connections = TEST_CONTEXTS,
        .unit_id = 1,
        .map = &test_map,
    };

    CHECK_OR_RETURN(ptk_address_parse("127.0.0.1", 0, &config.address) == PTK_ERR_OK, config);
    return config;
}

void start_server(const ptk_modbus_server_config_t *config) {
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, config), PTK_ERR_OK);
}

ptk_modbus_server_stats_t server_stats(void) {
    ptk_modbus_server_stats_t stats = {0};

    CHECK_OR_RETURN(ptk_modbus_server_get_stats(&test_server, &stats) == PTK_ERR_OK, stats);
    return stats;
}

/* ------------------------------------------------------------------------------------------------ clients */

/** @brief Handler of the connected event. */
static void on_connected(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)socket;
    (void)event;
    (void)data;
    ((raw_client_t *)user_data)->connected = true;
}

/** @brief Creates a client's socket. */
static void client_create(raw_client_t *client) {
    client->connected = false;
    client->closed = false;
    client->length = 0;
    client->socket = ptk_socket_create(test_loop);
    CHECK(client->socket > 0);
}

/** @brief Connects a client's socket. */
static void client_open(raw_client_t *client) {
    ptk_address_t address;

    CHECK_EQUAL(ptk_modbus_server_get_address(&test_server, &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_set_option(client->socket, PTK_SOCKET_OPTION_NO_DELAY, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(client->socket, PTK_EVENT_CONNECTED, on_connected, client), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(client->socket, &address), PTK_ERR_OK);
    RUN_UNTIL(client->connected);
}

void client_connect(raw_client_t *client) {
    client_create(client);
    client_open(client);
}

void client_connect_small(raw_client_t *client) {
    client_create(client);
    CHECK_EQUAL(ptk_socket_set_option(client->socket, PTK_SOCKET_OPTION_RECEIVE_BUFFER, 4096), PTK_ERR_OK);
    client_open(client);
    CHECK(make_send_buffer_small(client->socket));
}

void client_send(raw_client_t *client, const void *bytes, size_t length) {
    uint8_t memory[4096];
    ptk_buf_t buf;

    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    ptk_buf_put_bytes(&buf, bytes, length);
    CHECK_EQUAL(ptk_socket_send(client->socket, &buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
}

void client_send_hex(raw_client_t *client, const char *text) {
    uint8_t bytes[1024];
    size_t length = bytes_from_hex(text, bytes, sizeof bytes);

    client_send(client, bytes, length);
}

void client_poll(raw_client_t *client) {
    ptk_err_t error = PTK_ERR_OK;

    while (error == PTK_ERR_OK && !client->closed && client->length < sizeof client->received) {
        ptk_buf_t buf;

        CHECK_EQUAL(ptk_buf_init(&buf, client->received + client->length, sizeof client->received - client->length),
                    PTK_ERR_OK);
        error = ptk_socket_receive(client->socket, &buf);
        client->length += ptk_buf_length(&buf);
        client->closed = error == PTK_ERR_CLOSED || error == PTK_ERR_CONNECTION_RESET;
    }
    CHECK(client->closed || error == PTK_ERR_WOULD_BLOCK || client->length == sizeof client->received);
}

/** @brief For RUN_UNTIL: receives, and whether that is enough. */
static bool has_received(raw_client_t *client, size_t length) {
    client_poll(client);
    return client->length >= length || client->closed;
}

/** @brief For RUN_UNTIL: receives, and whether the connection is closed. */
static bool is_closed(raw_client_t *client) {
    client_poll(client);
    return client->closed;
}

void client_wait_for(raw_client_t *client, size_t length) {
    RUN_UNTIL(has_received(client, length));
    CHECK(client->length >= length);
}

void client_expect(raw_client_t *client, const void *bytes, size_t length) {
    client_wait_for(client, length);
    CHECK(client->length >= length);
    CHECK(memcmp(client->received, bytes, length) == 0);
    client->length -= length;
    memmove(client->received, client->received + length, client->length);
}

void client_expect_hex(raw_client_t *client, const char *text) {
    uint8_t bytes[1024];
    size_t length = bytes_from_hex(text, bytes, sizeof bytes);

    client_expect(client, bytes, length);
}

void client_expect_closed(raw_client_t *client) {
    RUN_UNTIL(is_closed(client));
    CHECK_EQUAL(client->length, 0);
}

void client_exchange(raw_client_t *client, const char *request_pdu, const char *response_pdu) {
    test_frame_t request = frame_from_hex(request_pdu);
    test_frame_t response = frame_from_hex(response_pdu);

    if (harness_failed()) {
        return;
    }
    request.memory[6] = 1;
    response.memory[6] = 1;
    client_send(client, request.memory, request.size);
    client_expect(client, response.memory, response.size);
}

void client_close(raw_client_t *client) {
    CHECK_EQUAL(ptk_socket_destroy(client->socket), PTK_ERR_OK);
}

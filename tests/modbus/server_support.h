/**
 * @file server_support.h
 * @brief What the server tests share: a loop, a server on a free port of the loopback interface, and raw clients in the
 * same loop that send and expect bytes, not Modbus.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_SERVER_SUPPORT_H
#define TESTS_MODBUS_SERVER_SUPPORT_H

#include "loop_support.h"

#include <ptk_modbus_server.h>

/** @brief Connections of the server. */
#define TEST_CONTEXTS 128
/** @brief Most clients of a test. */
#define TEST_CLIENTS 160
/** @brief Values of each table. */
#define TEST_VALUES 300

/** @brief A client: a connection and what came over it. */
typedef struct raw_client {
    ptk_handle_t socket;
    bool connected;
    bool closed; /* end of stream or reset */
    size_t length;
    uint8_t received[8 * 1024];
} raw_client_t;

/** @brief The server. */
extern ptk_modbus_server_t test_server;
/** @brief Its connections. */
extern ptk_modbus_connection_t test_contexts[TEST_CONTEXTS];
/** @brief Its coils. */
extern uint8_t test_coils[TEST_VALUES];
/** @brief Its discrete inputs. */
extern uint8_t test_inputs[TEST_VALUES];
/** @brief Its holding registers. */
extern uint16_t test_holding[TEST_VALUES];
/** @brief Its input registers. */
extern uint16_t test_input_registers[TEST_VALUES];
/** @brief Its data. */
extern ptk_modbus_map_t test_map;

/** @brief Set-up: a loop, known values, no server yet. Whether the loop is there. */
bool server_set_up(void);
/** @brief Calls a test between that and its tear-down, which stops the server and destroys the loop. */
void server_run(void (*test)(void));

/** @brief Begins the definition of a test with a loop and known values. */
#define SERVER_TEST(name) TEST_WITHIN(server_run, name)

/** @brief A configuration with the map, all contexts, unit 1, no idle timeout. */
ptk_modbus_server_config_t default_config(void);

/** @brief Starts test_server; fails the test if it does not start. */
void start_server(const ptk_modbus_server_config_t *config);

/** @brief Statistics of test_server. */
ptk_modbus_server_stats_t server_stats(void);

/** @brief Connects a client to test_server and waits until it is connected. */
void client_connect(raw_client_t *client);

/** @brief The same with buffers of the system that are as small as it allows, so that back-pressure comes soon. */
void client_connect_small(raw_client_t *client);

/** @brief Sends bytes that fit the system's send buffer. */
void client_send(raw_client_t *client, const void *bytes, size_t length);

/** @brief Sends bytes of hexadecimal text. */
void client_send_hex(raw_client_t *client, const char *text);

/** @brief Takes over what came, as much as there is room for, without waiting. */
void client_poll(raw_client_t *client);

/** @brief Waits until exactly these bytes have come, and forgets them. */
void client_expect(raw_client_t *client, const void *bytes, size_t length);
/** @brief The same with hexadecimal text. */
void client_expect_hex(raw_client_t *client, const char *text);

/** @brief Waits until so many bytes have come. */
void client_wait_for(raw_client_t *client, size_t length);

/** @brief Waits until the server has closed the connection; everything that came before must have been expected. */
void client_expect_closed(raw_client_t *client);

/** @brief Sends a request and expects a response, both hexadecimal text of PDUs; frames are put around them, unit 1. */
void client_exchange(raw_client_t *client, const char *request_pdu, const char *response_pdu);

/** @brief Closes the client's end. */
void client_close(raw_client_t *client);

#endif

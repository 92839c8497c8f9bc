/**
 * @file client_support.h
 * @brief What the tests of the client share: one loop, a client, a record of what it reported, and a peer on the other
 * end of the connection that does exactly what a test orders. All of it on the public API.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_CLIENT_SUPPORT_H
#define TESTS_MODBUS_CLIENT_SUPPORT_H

#include "loop_support.h"

#include <ptk_modbus_client.h>

/** @brief Transactions of the client. */
#define TEST_TRANSACTIONS 8
/** @brief A short response time-out. */
#define TEST_TIMEOUT_MS 60
/** @brief The unit of all requests. */
#define TEST_UNIT_ID 17
/** @brief Most results of a test. */
#define MAX_RECORDS 64
/** @brief Most requests that the peer receives in a test. */
#define MAX_FRAMES 1100

/** @brief One completed request. */
typedef struct record {
    ptk_modbus_result_t result; /* its data is no longer valid */
    uint16_t registers[4];
    bool bits[16];
} record_t;

/** @brief One request that came to the peer. */
typedef struct peer_frame {
    uint16_t transaction_id;
    uint8_t unit_id;
    ptk_modbus_request_t request;
} peer_frame_t;

/** @brief The other end: listens, records the requests, and sends what a test orders. */
typedef struct peer {
    ptk_handle_t listener;
    ptk_handle_t socket; /* the last connection, 0 if there is none */
    ptk_address_t address;
    unsigned connections; /* so far */
    bool deaf;            /* does not read */
    unsigned count;
    peer_frame_t frames[MAX_FRAMES];
    ptk_buf_t received;
    uint8_t memory[4096];
} peer_t;

/** @brief What the tests of the client share. */
typedef struct fixture {
    ptk_modbus_client_t client;
    ptk_modbus_client_config_t config;
    ptk_modbus_transaction_t transactions[TEST_TRANSACTIONS];
    peer_t peer;
    unsigned count; /* completed requests */
    record_t records[MAX_RECORDS];
    unsigned connected;    /* reports of the connection callback: made */
    unsigned disconnected; /* reports of the connection callback: lost or not made */
    ptk_err_t connection_error;
} fixture_t;

/** @brief The fixture of the test that runs. */
extern fixture_t fixture;

/** @brief Set-up: a loop, a peer that listens, a config with its address, no client yet. Whether all was created. */
bool client_set_up(void);
/** @brief Tear-down: stops the client and destroys the loop; only the peer's slots may be in use then. */
void client_tear_down(void);
/** @brief Calls a test between set-up and tear-down. */
void client_run(void (*test)(void));

/** @brief Begins the definition of a test with a loop, a peer and a client. */
#define CLIENT_TEST(name) TEST_WITHIN(client_run, name)

/** @brief Starts the client with fixture.config. */
void client_start(void);
/** @brief The same, and waits until it and the peer are connected. */
void client_start_connected(void);
/** @brief Submits a write of one register that must be accepted. Returns its id, 0 if it was not. */
ptk_modbus_request_id_t write_register(uint16_t address, uint16_t value);
/** @brief A callback that records the result. */
void record_result(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data);
/** @brief Submits a read of holding registers that must be accepted. Returns its id, 0 if it was not. */
ptk_modbus_request_id_t read_registers(uint16_t address, uint16_t quantity);
/** @brief Checks that the client works: reads a register, and gets the value that the peer responds with. @param frame how
 *  many requests the peer has got before. @param record how many have completed before. @param value the value. */
void client_exchange_register(unsigned frame, unsigned record, uint16_t value);
/** @brief Statistics of the client. */
ptk_modbus_client_stats_t client_stats(void);

/** @brief Lets the peer listen at an address. */
void peer_listen(const ptk_address_t *address);
/** @brief Replaces the listener by one whose connections have small receive buffers. */
void peer_listen_with_small_buffer(void);
/** @brief Closes the peer's listener. */
void peer_stop_listening(void);
/** @brief Closes the peer's connection if there is one. */
void peer_hang_up(void);
/** @brief Lets the peer read again. */
void peer_listen_up(void);
/** @brief Sends bytes as they are. */
void peer_send(const void *bytes, size_t length);
/** @brief Makes the response to a read of registers, values counting from first_value. Returns its length. */
size_t peer_make_registers(unsigned frame, uint16_t first_value, uint8_t *bytes, size_t size);
/** @brief Makes and sends the response to a read of registers. */
void peer_respond_registers(unsigned frame, uint16_t first_value);
/** @brief The response to any request that writes registers or coils. */
void peer_respond_write(unsigned frame);

#endif

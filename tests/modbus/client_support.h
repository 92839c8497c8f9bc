/*
 * What the tests of the client share: one loop, a client, a record of what it reported, and a peer on the other end of
 * the connection that does exactly what a test tells it to. All of it on the public API.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_MODBUS_CLIENT_SUPPORT_H
#define TESTS_MODBUS_CLIENT_SUPPORT_H

#include "cmocka_headers.h"

#include <ptk_modbus_client.h>

#define TEST_TRANSACTIONS 8
#define TEST_TIMEOUT_MS 60
#define TEST_UNIT_ID 17
#define MAX_RECORDS 64
#define MAX_FRAMES 1100
/* For what must happen: a machine that is busy with something else may take its time. */
#define PATIENCE_MS 20000

/* One completed request. */
typedef struct record {
    ptk_modbus_result_t result; /* its data is not valid any more */
    uint16_t registers[4];
    bool bits[16];
} record_t;

/* One request that came to the peer. */
typedef struct peer_frame {
    uint16_t transaction_id;
    uint8_t unit_id;
    ptk_modbus_request_t request;
} peer_frame_t;

/* The other end: listens, remembers the requests, and sends what it is told to. */
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

typedef struct fixture {
    ptk_handle_t loop;
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

extern fixture_t fixture;

/* Runs the loop until a condition holds. */
#define RUN_UNTIL(condition)                                                                                           \
    do {                                                                                                               \
        uint64_t run_until_end = ptk_clock_now_ms() + PATIENCE_MS;                                                     \
        while (!(condition)) {                                                                                         \
            if (ptk_clock_now_ms() > run_until_end) {                                                                  \
                fail_msg("never came: %s", #condition);                                                                \
            }                                                                                                          \
            assert_int_equal(ptk_event_loop_run(fixture.loop), PTK_ERR_OK);                                            \
        }                                                                                                              \
    } while (0)

/* Runs the loop for some time: to see that something does not happen, or to let a time-out pass. */
void run_for_ms(uint64_t duration_ms);

/* cmocka's setup and teardown: a loop and a config for the peer's address; the peer listens, the client is stopped. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

#define CLIENT_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

/* Starts the client with fixture.config. */
void client_start(void);
/* The same, and waits until it and the peer are connected. */
void client_start_connected(void);
/* A callback that writes down what became of a request. */
void record_result(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data);
/* Submits a read of holding registers that must be accepted. */
ptk_modbus_request_id_t read_registers(uint16_t address, uint16_t quantity);
ptk_modbus_client_stats_t client_stats(void);

void peer_listen(const ptk_address_t *address);
/* In place of the listener that is there: one whose connections hold little that was not read. */
void peer_listen_with_small_buffer(void);
void peer_stop_listening(void);
void peer_hang_up(void);
/* Reads again after it was deaf. */
void peer_listen_up(void);
/* Sends bytes as they are. */
void peer_send(const void *bytes, size_t length);
/* Makes the response to a request that read registers: the values count up from first_value. Returns its length. */
size_t peer_make_registers(unsigned frame, uint16_t first_value, uint8_t *bytes, size_t size);
/* Makes and sends it. */
void peer_answer_registers(unsigned frame, uint16_t first_value);

#endif

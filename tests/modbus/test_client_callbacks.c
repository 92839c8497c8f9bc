/**
 * @file test_client_callbacks.c
 * @brief What callbacks do to the client that calls them: submit, stop, stop and start again, from every place where
 * they are called; and that every request completes exactly once, whatever happens.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/* ---- submitting ---- */

/** @brief Callback: submits the next read. */
static void read_the_next(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (result->error == PTK_ERR_OK && result->address < 5) {
        CHECK(ptk_modbus_client_read_holding_registers(client, TEST_UNIT_ID, (uint16_t)(result->address + 1), 1,
                                                       read_the_next, &fixture) > 0);
        /* The values of this response are still there. */
        CHECK_EQUAL(ptk_modbus_result_register(result, 0), 100 + result->address);
    }
}

/** @brief A callback can submit the next request. */
CLIENT_TEST(test_submit_in_callback) {
    fixture.config.num_transactions = 1; /* the one that has completed is free for the next */
    client_start_connected();
    CHECK(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, 0, 1, read_the_next, &fixture) > 0);
    for (unsigned i = 0; i <= 5; i++) {
        RUN_UNTIL(fixture.peer.count == i + 1);
        CHECK_EQUAL(fixture.peer.frames[i].request.address, i);
        peer_respond_registers(i, (uint16_t)(100 + i));
        RUN_UNTIL(fixture.count == i + 1);
    }
    CHECK_EQUAL(client_stats().pending, 0);
}

/* ---- stopping ---- */

/** @brief Each request has completed exactly once. */
static void check_all_completed_once(unsigned count) {
    CHECK_EQUAL(fixture.count, count);
    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < i; j++) {
            CHECK(fixture.records[i].result.id != fixture.records[j].result.id);
        }
    }
}

/** @brief A stop completes each pending request with PTK_ERR_CLOSED. */
CLIENT_TEST(test_stop_completes_everything) {
    client_start_connected();
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        read_registers((uint16_t)i, 1);
    }
    RUN_UNTIL(fixture.peer.count == TEST_TRANSACTIONS);
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    check_all_completed_once(TEST_TRANSACTIONS);
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_CLOSED);
        CHECK_EQUAL(fixture.records[i].result.address, i);
    }
    run_for_ms(20);
    check_all_completed_once(TEST_TRANSACTIONS);
    RUN_UNTIL(fixture.peer.socket == 0); /* it hung up */
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_INVALID_STATE);
}

/** @brief Before the first pass, while it connects, and while it waits to connect again. */
CLIENT_TEST(test_stop_without_a_connection) {
    client_start();
    read_registers(0, 1);
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    CHECK_EQUAL(fixture.count, 1);
    client_start();
    CHECK_EQUAL(ptk_event_loop_run_for(test_loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    peer_stop_listening();
    client_start();
    RUN_UNTIL(fixture.disconnected == 1);
    read_registers(0, 1);
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    check_all_completed_once(2);
    run_for_ms(30);
    CHECK_EQUAL(fixture.disconnected, 1);
}

/** @brief Whether the callback starts the client again. */
static bool restart;
/** @brief Calls of the callback that acts. */
static unsigned acted;

/** @brief The first call stops the client, and starts it again and submits a request if restart is set. */
static void act(ptk_modbus_client_t *client) {
    if (acted++ == 0) {
        CHECK_EQUAL(ptk_modbus_client_stop(client), PTK_ERR_OK);
        CHECK_EQUAL(ptk_modbus_client_read_coils(client, 1, 0, 1, NULL, NULL), PTK_ERR_INVALID_STATE);
        if (restart) {
            client_start();
            read_registers(77, 1);
        }
    }
}

/** @brief Callback: stops the client, and starts it again if restart is set. */
static void stop_in_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    act(client);
}

/** @brief Submits three reads. */
static void submit_three(void) {
    acted = 0;
    for (unsigned i = 0; i < 3; i++) {
        CHECK(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i, 1, stop_in_callback,
                                                       &fixture) > 0);
    }
}

/** @brief What follows when the client was stopped by one of three callbacks and started again. */
static void check_restarted(unsigned first_frame) {
    RUN_UNTIL(fixture.peer.count == first_frame + 1);
    CHECK_EQUAL(fixture.peer.frames[first_frame].request.address, 77);
    peer_respond_registers(first_frame, 5);
    RUN_UNTIL(fixture.count == 4);
    check_all_completed_once(4);
    for (unsigned i = 0; i < 3; i++) {
        CHECK(fixture.records[i].result.address < 3);
    }
    CHECK_EQUAL(fixture.records[3].result.address, 77);
    CHECK_EQUAL(fixture.records[3].result.error, PTK_ERR_OK);
}

/** @brief Called with a response: all three are in one segment, the second and third are not taken any more. */
static void respond_to_all_three(void) {
    uint8_t bytes[3 * PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length = 0;

    RUN_UNTIL(fixture.peer.count == 3);
    for (unsigned i = 0; i < 3; i++) {
        length += peer_make_registers(i, 1, bytes + length, sizeof bytes - length);
    }
    peer_send(bytes, length);
}

/** @brief What follows when the callback of the first of three responses has stopped the client for good. */
static void check_stopped_by_the_first(void) {
    RUN_UNTIL(fixture.count == 3);
    check_all_completed_once(3);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_CLOSED);
    CHECK_EQUAL(fixture.records[2].result.error, PTK_ERR_CLOSED);
    run_for_ms(30);
    CHECK_EQUAL(fixture.connected, 1);
}

/** @brief A callback of a response stops the client. */
CLIENT_TEST(test_stop_in_callback_of_a_response) {
    restart = false;
    client_start_connected();
    submit_three();
    respond_to_all_three();
    check_stopped_by_the_first();
    CHECK_EQUAL(fixture.peer.connections, 1);
    CHECK_EQUAL(fixture.disconnected, 0); /* a stop is not reported */
}

/** @brief The same when the loop was so late that the deadline comes first. */
CLIENT_TEST(test_stop_in_callback_of_a_late_response) {
    restart = false;
    fixture.config.response_timeout_ms = 1000;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    submit_three();
    respond_to_all_three();
    support_stand_still_until(begin + 1100);
    check_stopped_by_the_first();
}

/** @brief A callback of a response stops the client and starts it again. */
CLIENT_TEST(test_restart_in_callback_of_a_response) {
    restart = true;
    client_start_connected();
    submit_three();
    respond_to_all_three();
    check_restarted(3);
    CHECK_EQUAL(fixture.peer.connections, 2);
    CHECK_EQUAL(fixture.connected, 2);
    CHECK_EQUAL(fixture.disconnected, 0);
}

/** @brief The same in a callback of a time-out. */
CLIENT_TEST(test_restart_in_callback_of_a_time_out) {
    restart = true;
    fixture.config.response_timeout_ms = 10 * TEST_TIMEOUT_MS;
    client_start_connected();
    submit_three();
    RUN_UNTIL(fixture.count >= 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    check_restarted(3);
}

/** @brief The same in a callback of a lost connection. */
CLIENT_TEST(test_restart_in_callback_of_a_loss) {
    restart = true;
    client_start_connected();
    submit_three();
    RUN_UNTIL(fixture.peer.count == 3);
    peer_hang_up();
    check_restarted(3);
}

/** @brief A callback of a stop starts the client again. */
CLIENT_TEST(test_restart_in_callback_of_a_stop) {
    client_start_connected();
    submit_three();
    RUN_UNTIL(fixture.peer.count == 3);
    acted = 1; /* the callbacks only write down */
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    check_all_completed_once(3);
    client_start();
    read_registers(77, 1);
    check_restarted(3);
}

/** @brief Transactions for the second start. */
static ptk_modbus_transaction_t other_transactions[2];

/** @brief Callback: starts the client with other transactions. */
static void start_in_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (acted++ == 0) {
        fixture.config.transactions = other_transactions;
        fixture.config.num_transactions = 2;
        client_start();
        read_registers(77, 1);
    }
}

/** @brief The client starts again, with other transactions, while stop still has callbacks to call. */
CLIENT_TEST(test_start_while_stop_completes) {
    acted = 0;
    client_start_connected();
    for (unsigned i = 0; i < 3; i++) {
        CHECK(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i, 1, start_in_callback,
                                                       &fixture) > 0);
    }
    RUN_UNTIL(fixture.peer.count == 3);
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    check_all_completed_once(3);
    check_restarted(3);
}

/** @brief Ids of the requests. */
static ptk_modbus_request_id_t ids[3];

/** @brief Callback: cancels the other requests. */
static void cancel_in_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    CHECK_EQUAL(ptk_modbus_client_cancel(client, ids[0]), PTK_ERR_INVALID_HANDLE); /* it is this one */
    CHECK_EQUAL(ptk_modbus_client_cancel(client, ids[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_client_cancel(client, ids[1]), PTK_ERR_INVALID_HANDLE);
}

/** @brief Requests that a stop has not completed yet can be cancelled: their context may be about to go. */
CLIENT_TEST(test_cancel_while_stop_completes) {
    client_start_connected();
    for (unsigned i = 0; i < 3; i++) {
        ids[i] = ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i, 1,
                                                          i == 0 ? cancel_in_callback : record_result, &fixture);
        CHECK(ids[i] > 0);
    }
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    check_all_completed_once(2);
    CHECK_EQUAL(fixture.records[0].result.id, ids[0]);
    CHECK_EQUAL(fixture.records[1].result.id, ids[2]);
    CHECK_EQUAL(ptk_modbus_client_cancel(&fixture.client, ids[2]), PTK_ERR_INVALID_HANDLE);
}

/** @brief Connection callback: stops the client, and starts it again if restart is set. */
static void act_on_connection(ptk_modbus_client_t *client, ptk_err_t error, void *user_data) {
    (void)error;
    (void)user_data;
    act(client);
}

/** @brief The connection callback stops the client and starts it again. */
CLIENT_TEST(test_restart_in_connection_callback) {
    restart = true;
    acted = 0;
    fixture.config.connection_callback = act_on_connection;
    client_start();
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    CHECK_EQUAL(fixture.count, 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_CLOSED);
    CHECK_EQUAL(fixture.peer.frames[0].request.address, 77);
    peer_respond_registers(0, 1);
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_OK);
}

/** @brief Another loop. */
PTK_DECLARE_EVENT_LOOP_SLOTS(other_slots, 1);
/** @brief Its pools. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(other_resources, 2, 1, 0);
/** @brief What a start with that loop returned. */
static ptk_err_t other_result;

/** @brief Connection callback: moves the client to another loop, which it must not from here, and starts it again. */
static void start_in_another_loop(ptk_modbus_client_t *client, ptk_err_t error, void *user_data) {
    ptk_modbus_client_config_t config = fixture.config;

    (void)error;
    (void)user_data;
    if (acted++ == 0) {
        CHECK_EQUAL(ptk_modbus_client_stop(client), PTK_ERR_OK);
        config.loop = ptk_event_loop_create(other_slots, 1, &other_resources);
        other_result = ptk_modbus_client_start(client, &config);
        CHECK_EQUAL(ptk_event_loop_destroy(config.loop), PTK_ERR_OK);
        client_start();
    }
}

/** @brief The connection callback cannot move the client to another loop: its protothread runs in this one. */
CLIENT_TEST(test_another_loop_in_connection_callback) {
    acted = 0;
    other_result = PTK_ERR_OK;
    fixture.config.connection_callback = start_in_another_loop;
    client_start();
    RUN_UNTIL(acted == 2);
    CHECK_EQUAL(other_result, PTK_ERR_BUSY);
    client_exchange_register(0, 0, 1);
}

/* ---- the loop goes ---- */

/** @brief Callback: destroys the loop. */
static void destroy_loop_in_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (result->error == PTK_ERR_OK) {
        CHECK_EQUAL(ptk_event_loop_destroy(test_loop), PTK_ERR_OK);
    }
}

/** @brief A callback destroys the loop. */
CLIENT_TEST(test_loop_destroyed_in_callback) {
    client_start_connected();
    for (unsigned i = 0; i < 2; i++) {
        CHECK(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i, 1,
                                                       destroy_loop_in_callback, &fixture) > 0);
    }
    RUN_UNTIL(fixture.peer.count == 2);
    peer_respond_registers(0, 1);
    uint64_t begin_ms = ptk_clock_now_ms();
    while (ptk_event_loop_run(test_loop) == PTK_ERR_OK) {
        CHECK_EQUAL(fixture.count, 0);
        CHECK(ptk_clock_now_ms() - begin_ms < PATIENCE_MS);
    }
    if (fixture.count < 2) { /* what is left completes when the client is stopped */
        CHECK_EQUAL(fixture.count, 1);
        CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    }
    check_all_completed_once(2);
    CHECK(fixture.records[1].result.error != PTK_ERR_OK);
}

/** @brief The tests of this file. */
const harness_test_t client_callbacks_tests[] = {
    {"client_callbacks.submit_in_callback", test_submit_in_callback},
    {"client_callbacks.stop_completes_everything", test_stop_completes_everything},
    {"client_callbacks.stop_without_a_connection", test_stop_without_a_connection},
    {"client_callbacks.stop_in_callback_of_a_response", test_stop_in_callback_of_a_response},
    {"client_callbacks.stop_in_callback_of_a_late_response", test_stop_in_callback_of_a_late_response},
    {"client_callbacks.another_loop_in_connection_callback", test_another_loop_in_connection_callback},
    {"client_callbacks.restart_in_callback_of_a_response", test_restart_in_callback_of_a_response},
    {"client_callbacks.restart_in_callback_of_a_time_out", test_restart_in_callback_of_a_time_out},
    {"client_callbacks.restart_in_callback_of_a_loss", test_restart_in_callback_of_a_loss},
    {"client_callbacks.restart_in_callback_of_a_stop", test_restart_in_callback_of_a_stop},
    {"client_callbacks.start_while_stop_completes", test_start_while_stop_completes},
    {"client_callbacks.cancel_while_stop_completes", test_cancel_while_stop_completes},
    {"client_callbacks.restart_in_connection_callback", test_restart_in_connection_callback},
    {"client_callbacks.loop_destroyed_in_callback", test_loop_destroyed_in_callback},
    {NULL, NULL},
};

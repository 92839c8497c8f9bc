/*
 * What callbacks do to the client that calls them: submit, stop, stop and start again, from every place where they are
 * called; and that every request completes exactly once, whatever happens.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/* ---- submitting ---- */

static void read_the_next(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (result->error == PTK_ERR_OK && result->address < 5) {
        assert_true(ptk_modbus_client_read_holding_registers(client, TEST_UNIT_ID, (uint16_t)(result->address + 1), 1,
                                                             read_the_next, &fixture) > 0);
        /* The values of this response are still there. */
        assert_int_equal(ptk_modbus_result_register(result, 0), 100 + result->address);
    }
}

static void test_submit_in_callback(void **state) {
    unsigned i;

    (void)state;
    fixture.config.num_transactions = 1; /* the one that has completed is free for the next */
    client_start_connected();
    assert_true(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, 0, 1, read_the_next, &fixture) >
                0);
    for (i = 0; i <= 5; i++) {
        RUN_UNTIL(fixture.peer.count == i + 1);
        assert_int_equal(fixture.peer.frames[i].request.address, i);
        peer_answer_registers(i, (uint16_t)(100 + i));
        RUN_UNTIL(fixture.count == i + 1);
    }
    assert_int_equal(client_stats().pending, 0);
}

/* ---- stopping ---- */

static void assert_all_completed_once(unsigned count) {
    unsigned i;
    unsigned j;

    assert_int_equal(fixture.count, count);
    for (i = 0; i < count; i++) {
        for (j = 0; j < i; j++) {
            assert_int_not_equal(fixture.records[i].result.id, fixture.records[j].result.id);
        }
    }
}

static void test_stop_completes_everything(void **state) {
    unsigned i;

    (void)state;
    client_start_connected();
    for (i = 0; i < TEST_TRANSACTIONS; i++) {
        read_registers((uint16_t)i, 1);
    }
    RUN_UNTIL(fixture.peer.count == TEST_TRANSACTIONS);
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    assert_all_completed_once(TEST_TRANSACTIONS);
    for (i = 0; i < TEST_TRANSACTIONS; i++) {
        assert_int_equal(fixture.records[i].result.error, PTK_ERR_CLOSED);
        assert_int_equal(fixture.records[i].result.address, i);
    }
    run_for_ms(20);
    assert_all_completed_once(TEST_TRANSACTIONS);
    RUN_UNTIL(fixture.peer.socket == 0); /* it hung up */
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_INVALID_STATE);
}

/* Before the first pass, while it connects, and while it waits to connect again. */
static void test_stop_without_a_connection(void **state) {
    (void)state;
    client_start();
    read_registers(0, 1);
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    assert_int_equal(fixture.count, 1);
    client_start();
    assert_int_equal(ptk_event_loop_run_for(fixture.loop, 0), PTK_ERR_OK);
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    peer_stop_listening();
    client_start();
    RUN_UNTIL(fixture.disconnected == 1);
    read_registers(0, 1);
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    assert_all_completed_once(2);
    run_for_ms(30);
    assert_int_equal(fixture.disconnected, 1);
}

static bool restart;
static unsigned acted;

/* Stops the client, and perhaps starts it again and asks, the first time it is called. */
static void act(ptk_modbus_client_t *client) {
    if (acted++ == 0) {
        assert_int_equal(ptk_modbus_client_stop(client), PTK_ERR_OK);
        assert_int_equal(ptk_modbus_client_read_coils(client, 1, 0, 1, NULL, NULL), PTK_ERR_INVALID_STATE);
        if (restart) {
            client_start();
            read_registers(77, 1);
        }
    }
}

static void stop_in_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    act(client);
}

static void submit_three(void) {
    unsigned i;

    acted = 0;
    for (i = 0; i < 3; i++) {
        assert_true(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i, 1,
                                                             stop_in_callback, &fixture) > 0);
    }
}

/* What follows when the client was stopped by one of three callbacks and started again. */
static void assert_restarted(unsigned first_frame) {
    unsigned i;

    RUN_UNTIL(fixture.peer.count == first_frame + 1);
    assert_int_equal(fixture.peer.frames[first_frame].request.address, 77);
    peer_answer_registers(first_frame, 5);
    RUN_UNTIL(fixture.count == 4);
    assert_all_completed_once(4);
    for (i = 0; i < 3; i++) {
        assert_true(fixture.records[i].result.address < 3);
    }
    assert_int_equal(fixture.records[3].result.address, 77);
    assert_int_equal(fixture.records[3].result.error, PTK_ERR_OK);
}

/* Called with a response: all three are in one segment, the second and third are not looked at any more. */
static void answer_all_three(void) {
    uint8_t bytes[3 * PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length = 0;
    unsigned i;

    RUN_UNTIL(fixture.peer.count == 3);
    for (i = 0; i < 3; i++) {
        length += peer_make_registers(i, 1, bytes + length, sizeof bytes - length);
    }
    peer_send(bytes, length);
}

static void test_stop_in_callback_of_a_response(void **state) {
    (void)state;
    restart = false;
    client_start_connected();
    submit_three();
    answer_all_three();
    RUN_UNTIL(fixture.count == 3);
    assert_all_completed_once(3);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_OK);
    assert_int_equal(fixture.records[1].result.error, PTK_ERR_CLOSED);
    assert_int_equal(fixture.records[2].result.error, PTK_ERR_CLOSED);
    run_for_ms(30);
    assert_int_equal(fixture.peer.connections, 1);
    assert_int_equal(fixture.connected, 1);
    assert_int_equal(fixture.disconnected, 0); /* who stops the client is not told that it has */
}

static void test_restart_in_callback_of_a_response(void **state) {
    (void)state;
    restart = true;
    client_start_connected();
    submit_three();
    answer_all_three();
    assert_restarted(3);
    assert_int_equal(fixture.peer.connections, 2);
    assert_int_equal(fixture.connected, 2);
    assert_int_equal(fixture.disconnected, 0);
}

static void test_restart_in_callback_of_a_time_out(void **state) {
    (void)state;
    restart = true;
    fixture.config.response_timeout_ms = 10 * TEST_TIMEOUT_MS;
    client_start_connected();
    submit_three();
    RUN_UNTIL(fixture.count >= 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    assert_restarted(3);
}

static void test_restart_in_callback_of_a_loss(void **state) {
    (void)state;
    restart = true;
    client_start_connected();
    submit_three();
    RUN_UNTIL(fixture.peer.count == 3);
    peer_hang_up();
    assert_restarted(3);
}

static void test_restart_in_callback_of_a_stop(void **state) {
    (void)state;
    client_start_connected();
    submit_three();
    RUN_UNTIL(fixture.peer.count == 3);
    acted = 1; /* the callbacks only write down */
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    assert_all_completed_once(3);
    client_start();
    read_registers(77, 1);
    assert_restarted(3);
}

static ptk_modbus_transaction_t other_transactions[2];

static void start_in_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (acted++ == 0) {
        fixture.config.transactions = other_transactions;
        fixture.config.num_transactions = 2;
        client_start();
        read_registers(77, 1);
    }
}

/* The client starts again, with other transactions, while stop still has callbacks to call. */
static void test_start_while_stop_completes(void **state) {
    unsigned i;

    (void)state;
    acted = 0;
    client_start_connected();
    for (i = 0; i < 3; i++) {
        assert_true(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i, 1,
                                                             start_in_callback, &fixture) > 0);
    }
    RUN_UNTIL(fixture.peer.count == 3);
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    assert_all_completed_once(3);
    assert_restarted(3);
}

static void act_on_connection(ptk_modbus_client_t *client, ptk_err_t error, void *user_data) {
    (void)error;
    (void)user_data;
    act(client);
}

static void test_restart_in_connection_callback(void **state) {
    (void)state;
    restart = true;
    acted = 0;
    fixture.config.connection_callback = act_on_connection;
    client_start();
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    assert_int_equal(fixture.count, 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_CLOSED);
    assert_int_equal(fixture.peer.frames[0].request.address, 77);
    peer_answer_registers(0, 1);
    RUN_UNTIL(fixture.count == 2);
    assert_int_equal(fixture.records[1].result.error, PTK_ERR_OK);
}

/* ---- the loop goes ---- */

static void destroy_loop_in_callback(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (result->error == PTK_ERR_OK) {
        assert_int_equal(ptk_event_loop_destroy(fixture.loop), PTK_ERR_OK);
    }
}

static void test_loop_destroyed_in_callback(void **state) {
    unsigned i;

    (void)state;
    client_start_connected();
    for (i = 0; i < 2; i++) {
        assert_true(ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i, 1,
                                                             destroy_loop_in_callback, &fixture) > 0);
    }
    RUN_UNTIL(fixture.peer.count == 2);
    peer_answer_registers(0, 1);
    while (ptk_event_loop_run(fixture.loop) == PTK_ERR_OK) {
        assert_int_equal(fixture.count, 0);
    }
    if (fixture.count < 2) { /* what is left completes when the client is stopped */
        assert_int_equal(fixture.count, 1);
        assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    }
    assert_all_completed_once(2);
    assert_true(fixture.records[1].result.error != PTK_ERR_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(test_submit_in_callback),
        CLIENT_TEST(test_stop_completes_everything),
        CLIENT_TEST(test_stop_without_a_connection),
        CLIENT_TEST(test_stop_in_callback_of_a_response),
        CLIENT_TEST(test_restart_in_callback_of_a_response),
        CLIENT_TEST(test_restart_in_callback_of_a_time_out),
        CLIENT_TEST(test_restart_in_callback_of_a_loss),
        CLIENT_TEST(test_restart_in_callback_of_a_stop),
        CLIENT_TEST(test_start_while_stop_completes),
        CLIENT_TEST(test_restart_in_connection_callback),
        CLIENT_TEST(test_loop_destroyed_in_callback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

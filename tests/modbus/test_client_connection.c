/*
 * The client's connection: made, lost, refused, silent, and made again; and what becomes of the requests meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/* A length field that no frame has. */
static const uint8_t garbage[] = {0, 1, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4};

/* ---- lost ---- */

static void test_reconnects_and_asks_again(void **state) {
    (void)state;
    fixture.config.retries = 1;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_hang_up();
    RUN_UNTIL(fixture.peer.count == 2); /* on a new connection */
    assert_int_equal(fixture.peer.connections, 2);
    assert_int_equal(fixture.disconnected, 1);
    peer_answer_registers(1, 9);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_OK);
    assert_int_equal(fixture.records[0].registers[0], 9);
    assert_int_equal(fixture.connected, 2);
    assert_int_equal(client_stats().connections, 2);
    assert_int_equal(client_stats().retries, 1);
}

static void test_lost_without_retries(void **state) {
    (void)state;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    assert_int_equal(ptk_socket_shutdown(fixture.peer.socket), PTK_ERR_OK);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_CLOSED);
    RUN_UNTIL(fixture.peer.connections == 2);
    run_for_ms(20);
    assert_int_equal(fixture.peer.count, 1); /* it is not asked again */
}

static void test_write_is_not_repeated_after_a_loss(void **state) {
    (void)state;
    fixture.config.retries = 3;
    client_start_connected();
    assert_true(ptk_modbus_client_write_single_coil(&fixture.client, TEST_UNIT_ID, 1, true, record_result, &fixture) >
                0);
    RUN_UNTIL(fixture.peer.count == 1);
    read_registers(2, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    peer_hang_up();
    RUN_UNTIL(fixture.count == 1 && fixture.peer.count == 3);
    assert_int_equal(fixture.records[0].result.function, PTK_MODBUS_WRITE_SINGLE_COIL);
    assert_true(fixture.records[0].result.error != PTK_ERR_OK);
    assert_int_equal(fixture.peer.frames[2].request.function, PTK_MODBUS_READ_HOLDING_REGISTERS);
}

/* What was never sent can be sent later, a write as well. */
static void test_write_waits_for_a_connection(void **state) {
    (void)state;
    client_start();
    assert_true(ptk_modbus_client_write_single_coil(&fixture.client, TEST_UNIT_ID, 1, true, record_result, &fixture) >
                0);
    assert_int_equal(client_stats().requests, 0);
    RUN_UNTIL(fixture.peer.count == 1);
    assert_int_equal(fixture.peer.frames[0].request.value, PTK_MODBUS_COIL_ON);
    assert_int_equal(fixture.peer.frames[0].unit_id, TEST_UNIT_ID);
}

static void test_peer_closes_in_the_middle_of_a_frame(void **state) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length;

    (void)state;
    fixture.config.retries = 1;
    client_start_connected();
    read_registers(0, 4);
    RUN_UNTIL(fixture.peer.count == 1);
    length = peer_make_registers(0, 1, bytes, sizeof bytes);
    peer_send(bytes, length - 3);
    run_for_ms(10);
    peer_hang_up();
    RUN_UNTIL(fixture.peer.count == 2);
    peer_answer_registers(1, 50); /* what came of the first frame is forgotten */
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_OK);
    assert_int_equal(fixture.records[0].registers[0], 50);
}

static void test_garbage_ends_the_connection(void **state) {
    (void)state;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_send(garbage, sizeof garbage);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_MODBUS_ERR_BAD_RESPONSE);
    assert_int_equal(fixture.connection_error, PTK_MODBUS_ERR_BAD_RESPONSE);
    RUN_UNTIL(fixture.peer.connections == 2 && ptk_modbus_client_is_connected(&fixture.client));
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    peer_answer_registers(1, 3);
    RUN_UNTIL(fixture.count == 2);
    assert_int_equal(fixture.records[1].result.error, PTK_ERR_OK);
}

/* A server that died without a word, behind a connection that looks good. */
static void test_silent_connection_is_dropped(void **state) {
    unsigned i;

    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    for (i = 0; i < PTK_MODBUS_CLIENT_SILENT_TIMEOUTS; i++) {
        assert_int_equal(fixture.peer.connections, 1);
        read_registers(0, 1);
        RUN_UNTIL(fixture.count == i + 1);
        assert_int_equal(fixture.records[i].result.error, PTK_ERR_TIMED_OUT);
    }
    RUN_UNTIL(fixture.peer.connections == 2);
    assert_int_equal(fixture.connection_error == PTK_ERR_OK || fixture.connection_error == PTK_ERR_TIMED_OUT, 1);
    assert_int_equal(fixture.disconnected, 1);
}

/* A response, even one that comes too late, shows that the server lives. */
static void test_late_responses_keep_the_connection(void **state) {
    unsigned i;

    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    for (i = 0; i < 2 * PTK_MODBUS_CLIENT_SILENT_TIMEOUTS; i++) {
        read_registers(0, 1);
        RUN_UNTIL(fixture.count == i + 1 && fixture.peer.count == i + 1);
        assert_int_equal(fixture.records[i].result.error, PTK_ERR_TIMED_OUT);
        peer_answer_registers(i, 1);
        RUN_UNTIL(client_stats().discarded == i + 1);
    }
    assert_int_equal(client_stats().connections, 1);
}

/* ---- refused ---- */

static void test_delay_doubles(void **state) {
    uint64_t begin = ptk_clock_now_ms();

    (void)state;
    peer_stop_listening();
    fixture.config.reconnect_delay_ms = 20;
    fixture.config.reconnect_delay_limit_ms = 80;
    client_start();
    RUN_UNTIL(fixture.disconnected == 5);
    assert_true(ptk_clock_now_ms() - begin >= 20 + 40 + 80 + 80);
}

static void test_listener_appears_later(void **state) {
    ptk_address_t address = fixture.peer.address;

    (void)state;
    peer_stop_listening();
    client_start();
    read_registers(0, 1);
    RUN_UNTIL(fixture.disconnected >= 2);
    assert_int_equal(fixture.connection_error, PTK_ERR_CONNECTION_REFUSED);
    assert_int_equal(fixture.connected, 0);
    assert_int_equal(fixture.count, 0);
    peer_listen(&address);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_answer_registers(0, 4);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_OK);
    assert_int_equal(fixture.connected, 1);
}

static void test_never_connected(void **state) {
    (void)state;
    peer_stop_listening();
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 1;
    client_start();
    read_registers(0, 1);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_CONNECTION_REFUSED);
    assert_int_equal(client_stats().requests, 0);
}

/* Without a free socket slot the client waits for one, as it waits for a server. */
static void test_no_free_socket(void **state) {
    ptk_handle_t sockets[16];
    unsigned count = 0;
    unsigned i;

    (void)state;
    while ((sockets[count] = ptk_socket_create(fixture.loop)) > 0) {
        count++;
    }
    client_start();
    RUN_UNTIL(fixture.disconnected == 2);
    assert_int_equal(fixture.connection_error, PTK_ERR_OUT_OF_MEMORY);
    for (i = 0; i < count; i++) {
        assert_int_equal(ptk_socket_destroy(sockets[i]), PTK_ERR_OK);
    }
    RUN_UNTIL(ptk_modbus_client_is_connected(&fixture.client));
}

/* ---- a peer that does not read ---- */

#define MANY 1024

static ptk_modbus_transaction_t many_transactions[MANY];
static unsigned many_completed;

static void count_completed(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    (void)client;
    (void)user_data;
    assert_int_not_equal(result->error, PTK_ERR_OK);
    many_completed++;
}

/* Connects to a peer that does not read, and writes more than the two systems hold. */
static void write_to_the_deaf(void) {
    uint16_t registers[PTK_MODBUS_MAX_WRITE_REGISTERS];
    unsigned i;

    memset(registers, 0x5A, sizeof registers);
    memset(many_transactions, 0, sizeof many_transactions);
    many_completed = 0;
    fixture.config.transactions = many_transactions;
    fixture.config.num_transactions = MANY;
    fixture.peer.deaf = true;
    peer_listen_with_small_buffer();
    fixture.config.address = fixture.peer.address;
    client_start_connected();
    assert_int_equal(ptk_socket_set_option(fixture.client.socket, PTK_SOCKET_OPTION_SEND_BUFFER, 4096), PTK_ERR_OK);
    for (i = 0; i < MANY; i++) {
        assert_true(ptk_modbus_client_write_multiple_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i,
                                                               PTK_MODBUS_MAX_WRITE_REGISTERS, registers,
                                                               count_completed, NULL) > 0);
    }
    run_for_ms(20);
    assert_true(client_stats().requests < MANY); /* the rest waits for room */
}

static void test_peer_reads_late(void **state) {
    unsigned i;

    (void)state;
    write_to_the_deaf();
    peer_listen_up();
    RUN_UNTIL(fixture.peer.count == MANY);
    for (i = 0; i < MANY; i++) {
        assert_int_equal(fixture.peer.frames[i].request.address, i);
    }
    assert_int_equal(many_completed, 0);
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    assert_int_equal(many_completed, MANY);
}

/* What was handed to the lost connection is not sent on the next one, not even the part that had not gone out. */
static void test_lost_while_it_waits_for_room(void **state) {
    unsigned sent;
    unsigned i;

    (void)state;
    write_to_the_deaf();
    sent = (unsigned)client_stats().requests;
    fixture.peer.deaf = false;
    peer_hang_up();
    RUN_UNTIL(fixture.peer.count == MANY - sent);
    for (i = 0; i < MANY - sent; i++) {
        assert_int_equal(fixture.peer.frames[i].request.address, sent + i);
    }
    assert_int_equal(many_completed, sent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(test_reconnects_and_asks_again),
        CLIENT_TEST(test_lost_without_retries),
        CLIENT_TEST(test_write_is_not_repeated_after_a_loss),
        CLIENT_TEST(test_write_waits_for_a_connection),
        CLIENT_TEST(test_peer_closes_in_the_middle_of_a_frame),
        CLIENT_TEST(test_garbage_ends_the_connection),
        CLIENT_TEST(test_silent_connection_is_dropped),
        CLIENT_TEST(test_late_responses_keep_the_connection),
        CLIENT_TEST(test_delay_doubles),
        CLIENT_TEST(test_listener_appears_later),
        CLIENT_TEST(test_never_connected),
        CLIENT_TEST(test_no_free_socket),
        CLIENT_TEST(test_peer_reads_late),
        CLIENT_TEST(test_lost_while_it_waits_for_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

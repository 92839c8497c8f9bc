/**
 * @file test_client_connection.c
 * @brief The client's connection: made, lost, refused, silent, and made again; and what becomes of the requests
 *        meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/** @brief A length field that no frame has. */
static const uint8_t garbage[] = {0, 1, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4};

/* ---- lost ---- */

/** @brief After a loss the client reconnects and sends the request again. */
CLIENT_TEST(test_reconnects_and_sends_again) {
    fixture.config.retries = 1;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_hang_up();
    RUN_UNTIL(fixture.peer.count == 2); /* on a new connection */
    CHECK_EQUAL(fixture.peer.connections, 2);
    CHECK_EQUAL(fixture.disconnected, 1);
    peer_respond_registers(1, 9);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[0].registers[0], 9);
    CHECK_EQUAL(fixture.connected, 2);
    CHECK_EQUAL(client_stats().connections, 2);
    CHECK_EQUAL(client_stats().retries, 1);
}

/** @brief Without retries a lost connection fails the request. */
CLIENT_TEST(test_lost_without_retries) {
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    CHECK_EQUAL(ptk_socket_shutdown(fixture.peer.socket), PTK_ERR_OK);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_CLOSED);
    RUN_UNTIL(fixture.peer.connections == 2);
    run_for_ms(20);
    CHECK_EQUAL(fixture.peer.count, 1); /* it is not asked again */
}

/** @brief A write is not repeated after a loss. */
CLIENT_TEST(test_write_is_not_repeated_after_a_loss) {
    fixture.config.retries = 3;
    client_start_connected();
    CHECK(ptk_modbus_client_write_single_coil(&fixture.client, TEST_UNIT_ID, 1, true, record_result, &fixture) > 0);
    RUN_UNTIL(fixture.peer.count == 1);
    read_registers(2, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    peer_hang_up();
    RUN_UNTIL(fixture.count == 1 && fixture.peer.count == 3);
    CHECK_EQUAL(fixture.records[0].result.function, PTK_MODBUS_WRITE_SINGLE_COIL);
    CHECK(fixture.records[0].result.error != PTK_ERR_OK);
    CHECK_EQUAL(fixture.peer.frames[2].request.function, PTK_MODBUS_READ_HOLDING_REGISTERS);
}

/** @brief A request that was never sent can be sent later, a write as well. */
CLIENT_TEST(test_write_waits_for_a_connection) {
    client_start();
    CHECK(ptk_modbus_client_write_single_coil(&fixture.client, TEST_UNIT_ID, 1, true, record_result, &fixture) > 0);
    CHECK_EQUAL(client_stats().requests, 0);
    RUN_UNTIL(fixture.peer.count == 1);
    CHECK_EQUAL(fixture.peer.frames[0].request.value, PTK_MODBUS_COIL_ON);
    CHECK_EQUAL(fixture.peer.frames[0].unit_id, TEST_UNIT_ID);
}

/** @brief An incomplete frame before the end of the stream is no response. */
CLIENT_TEST(test_peer_closes_in_the_middle_of_a_frame) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    fixture.config.retries = 1;
    client_start_connected();
    read_registers(0, 4);
    RUN_UNTIL(fixture.peer.count == 1);
    size_t length = peer_make_registers(0, 1, bytes, sizeof bytes);
    peer_send(bytes, length - 3);
    run_for_ms(10);
    peer_hang_up();
    RUN_UNTIL(fixture.peer.count == 2);
    peer_respond_registers(1, 50); /* what came of the first frame is forgotten */
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[0].registers[0], 50);
}

/** @brief Bytes that are not Modbus end the connection. */
CLIENT_TEST(test_garbage_ends_the_connection) {
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_send(garbage, sizeof garbage);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_MODBUS_ERR_BAD_RESPONSE);
    CHECK_EQUAL(fixture.connection_error, PTK_MODBUS_ERR_BAD_RESPONSE);
    RUN_UNTIL(fixture.peer.connections == 2 && ptk_modbus_client_is_connected(&fixture.client));
    client_exchange_register(1, 1, 3);
}

/** @brief The server responds and resets the connection: what has arrived is taken. */
CLIENT_TEST(test_responses_before_a_reset) {
    uint8_t bytes[TEST_TRANSACTIONS * PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length = 0;

    if (strcmp(PTK_PLATFORM_NAME, "windows") == 0) {
        harness_skip("Windows drops what came before a reset");
        return;
    }
    client_start_connected();
    unsigned i;
    for (i = 0; i < TEST_TRANSACTIONS - 1; i++) {
        read_registers((uint16_t)i, 125);
    }
    RUN_UNTIL(fixture.peer.count == TEST_TRANSACTIONS - 1);
    CHECK_EQUAL(ptk_remove_event_handler(fixture.peer.socket, PTK_EVENT_READABLE), PTK_ERR_OK);
    read_registers((uint16_t)i, 125);
    run_some();
    for (i = 0; i < TEST_TRANSACTIONS - 1; i++) {
        length += peer_make_registers(i, (uint16_t)i, bytes + length, sizeof bytes - length);
    }
    CHECK(length > PTK_MODBUS_CLIENT_BUFFER_SIZE);
    peer_send(bytes, length);
    peer_hang_up(); /* with a request unread, which makes it a reset */
    RUN_UNTIL(fixture.count == TEST_TRANSACTIONS);
    for (i = 0; i < TEST_TRANSACTIONS - 1; i++) {
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
        CHECK_EQUAL(fixture.records[i].registers[0], i);
    }
    CHECK(fixture.records[i].result.error != PTK_ERR_OK);
}

/** @brief A request that is sent into a connection that the server has reset. */
CLIENT_TEST(test_sent_after_a_reset) {
    client_start_connected();
    CHECK_EQUAL(ptk_remove_event_handler(fixture.peer.socket, PTK_EVENT_READABLE), PTK_ERR_OK);
    read_registers(0, 1);
    run_some();
    peer_hang_up(); /* with a request unread, which makes it a reset */
    read_registers(1, 1);
    RUN_UNTIL(fixture.count == 2);
    CHECK(fixture.records[0].result.error != PTK_ERR_OK);
    CHECK(fixture.records[1].result.error != PTK_ERR_OK);
    CHECK_EQUAL(fixture.disconnected, 1);
    RUN_UNTIL(fixture.peer.connections == 2 && ptk_modbus_client_is_connected(&fixture.client));
    client_exchange_register(0, 2, 5);
}

/** @brief The loop is late, and finds the end of the stream together with the deadline. */
CLIENT_TEST(test_lost_while_the_loop_is_late) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_hang_up();
    support_stand_still_until(begin + 2 * TEST_TIMEOUT_MS);
    RUN_UNTIL(fixture.count == 1);
    CHECK(fixture.records[0].result.error != PTK_ERR_OK);
    RUN_UNTIL(fixture.peer.connections == 2);
    CHECK_EQUAL(fixture.disconnected, 1);
}

/** @brief A server that has died, while its connection still seems to work. */
CLIENT_TEST(test_silent_connection_is_dropped) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    for (unsigned i = 0; i < PTK_MODBUS_CLIENT_SILENT_TIMEOUTS; i++) {
        CHECK_EQUAL(fixture.peer.connections, 1);
        read_registers(0, 1);
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_TIMED_OUT);
    }
    RUN_UNTIL(fixture.peer.connections == 2);
    CHECK_EQUAL(fixture.connection_error == PTK_ERR_OK || fixture.connection_error == PTK_ERR_TIMED_OUT, 1);
    CHECK_EQUAL(fixture.disconnected, 1);
}

/** @brief A response, even one that comes too late, shows that the server lives. */
CLIENT_TEST(test_late_responses_keep_the_connection) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    for (unsigned i = 0; i < 2 * PTK_MODBUS_CLIENT_SILENT_TIMEOUTS; i++) {
        read_registers(0, 1);
        RUN_UNTIL(fixture.count == i + 1 && fixture.peer.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_TIMED_OUT);
        peer_respond_registers(i, 1);
        RUN_UNTIL(client_stats().discarded == i + 1);
    }
    CHECK_EQUAL(client_stats().connections, 1);
}

/* ---- refused ---- */

/** @brief The time between attempts; an attempt itself may take two seconds on some systems. */
CLIENT_TEST(test_delay_doubles) {
    uint64_t begin = ptk_clock_now_ms();

    peer_stop_listening();
    fixture.config.connect_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.reconnect_delay_ms = 20;
    fixture.config.reconnect_delay_limit_ms = 80;
    client_start();
    RUN_UNTIL(fixture.disconnected == 5);
    CHECK(ptk_clock_now_ms() - begin >= 20 + 40 + 80 + 80);
}

/** @brief The client connects when the server appears. */
CLIENT_TEST(test_listener_appears_later) {
    ptk_address_t address = fixture.peer.address;

    peer_stop_listening();
    client_start();
    read_registers(0, 1);
    RUN_UNTIL(fixture.disconnected >= 2);
    CHECK_EQUAL(fixture.connection_error, PTK_ERR_CONNECTION_REFUSED);
    CHECK_EQUAL(fixture.connected, 0);
    CHECK_EQUAL(fixture.count, 0);
    peer_listen(&address);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_respond_registers(0, 4);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.connected, 1);
}

/** @brief The connection callback is optional. */
CLIENT_TEST(test_without_a_connection_callback) {
    fixture.config.connection_callback = NULL;
    client_start_connected();
    peer_hang_up();
    RUN_UNTIL(fixture.peer.connections == 2);
    client_exchange_register(0, 0, 4);
}

/** @brief A server at an IPv6 address. */
CLIENT_TEST(test_ipv6) {
    ptk_handle_t probe = ptk_socket_create(test_loop);

    CHECK_EQUAL(ptk_address_parse("::1", 0, &fixture.config.address), PTK_ERR_OK);
    if (ptk_socket_listen(probe, &fixture.config.address, 1) == PTK_ERR_ADDRESS_NOT_AVAILABLE) {
        harness_skip("this machine has no IPv6");
        CHECK_EQUAL(ptk_socket_destroy(probe), PTK_ERR_OK);
        return;
    }
    CHECK_EQUAL(ptk_socket_destroy(probe), PTK_ERR_OK);
    peer_stop_listening();
    peer_listen(&fixture.config.address);
    fixture.config.address = fixture.peer.address;
    client_start_connected();
    client_exchange_register(0, 0, 4);
}

/** @brief A request that expires while the first connection is still being made. */
CLIENT_TEST(test_expired_before_the_first_connection) {
    fixture.config.response_timeout_ms = 1;
    client_start();
    uint64_t begin = ptk_clock_now_ms();
    read_registers(0, 1);
    support_stand_still_until(begin + 5);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
}

/** @brief Requests fail with the reason if there never is a connection. */
CLIENT_TEST(test_never_connected) {
    peer_stop_listening();
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 1;
    client_start();
    RUN_UNTIL(fixture.disconnected >= 1); /* how long that takes is the system's choice */
    CHECK_EQUAL(fixture.connection_error, PTK_ERR_CONNECTION_REFUSED);
    read_registers(0, 1);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_CONNECTION_REFUSED);
    CHECK_EQUAL(client_stats().requests, 0);
}

/** @brief Without a free socket slot the client waits for one, as it waits for a server. */
CLIENT_TEST(test_no_free_socket) {
    ptk_handle_t sockets[16];
    unsigned count = 0;

    while ((sockets[count] = ptk_socket_create(test_loop)) > 0) {
        count++;
    }
    client_start();
    RUN_UNTIL(fixture.disconnected == 2);
    CHECK_EQUAL(fixture.connection_error, PTK_ERR_OUT_OF_MEMORY);
    for (unsigned i = 0; i < count; i++) {
        CHECK_EQUAL(ptk_socket_destroy(sockets[i]), PTK_ERR_OK);
    }
    RUN_UNTIL(ptk_modbus_client_is_connected(&fixture.client));
}

/* ---- a peer that does not read ---- */

/** @brief More requests than buffers hold. */
#define MANY 1024

/** @brief Transactions for them. */
static ptk_modbus_transaction_t many_transactions[MANY];
/** @brief Requests that have completed. */
static unsigned many_completed;

/** @brief Callback: counts. */
static void count_completed(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    (void)client;
    (void)user_data;
    CHECK(result->error != PTK_ERR_OK);
    many_completed++;
}

/** @brief Connects to a peer that does not read, and writes more than the two systems hold. */
static void write_to_the_deaf(void) {
    uint16_t registers[PTK_MODBUS_MAX_WRITE_REGISTERS];

    memset(registers, 0x5A, sizeof registers);
    memset(many_transactions, 0, sizeof many_transactions);
    many_completed = 0;
    fixture.config.transactions = many_transactions;
    fixture.config.num_transactions = MANY;
    fixture.peer.deaf = true;
    peer_listen_with_small_buffer();
    fixture.config.address = fixture.peer.address;
    client_start_connected();
    CHECK(make_send_buffer_small(fixture.client.socket));
    for (unsigned i = 0; i < MANY; i++) {
        CHECK(ptk_modbus_client_write_multiple_registers(&fixture.client, TEST_UNIT_ID, (uint16_t)i,
                                                         PTK_MODBUS_MAX_WRITE_REGISTERS, registers, count_completed,
                                                         NULL) > 0);
    }
    run_for_ms(20);
    CHECK(client_stats().requests < MANY); /* the rest waits for room */
}

/** @brief Requests wait in the client while the peer does not read. */
CLIENT_TEST(test_peer_reads_late) {
    write_to_the_deaf();
    peer_listen_up();
    RUN_UNTIL(fixture.peer.count == MANY);
    for (unsigned i = 0; i < MANY; i++) {
        CHECK_EQUAL(fixture.peer.frames[i].request.address, i);
    }
    CHECK_EQUAL(many_completed, 0);
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);
    CHECK_EQUAL(many_completed, MANY);
}

/** @brief Bytes for the lost connection are not sent on the next one, not even those that had not been sent. */
CLIENT_TEST(test_lost_while_it_waits_for_room) {
    write_to_the_deaf();
    unsigned sent = (unsigned)client_stats().requests;
    fixture.peer.deaf = false;
    peer_hang_up();
    RUN_UNTIL(fixture.peer.count == MANY - sent);
    for (unsigned i = 0; i < MANY - sent; i++) {
        CHECK_EQUAL(fixture.peer.frames[i].request.address, sent + i);
    }
    CHECK_EQUAL(many_completed, sent);
}

/** @brief The tests of this file. */
const harness_test_t client_connection_tests[] = {
    {"client_connection.reconnects_and_sends_again", test_reconnects_and_sends_again},
    {"client_connection.lost_without_retries", test_lost_without_retries},
    {"client_connection.write_is_not_repeated_after_a_loss", test_write_is_not_repeated_after_a_loss},
    {"client_connection.write_waits_for_a_connection", test_write_waits_for_a_connection},
    {"client_connection.peer_closes_in_the_middle_of_a_frame", test_peer_closes_in_the_middle_of_a_frame},
    {"client_connection.garbage_ends_the_connection", test_garbage_ends_the_connection},
    {"client_connection.sent_after_a_reset", test_sent_after_a_reset},
    {"client_connection.lost_while_the_loop_is_late", test_lost_while_the_loop_is_late},
    {"client_connection.without_a_connection_callback", test_without_a_connection_callback},
    {"client_connection.ipv6", test_ipv6},
    {"client_connection.expired_before_the_first_connection", test_expired_before_the_first_connection},
    {"client_connection.responses_before_a_reset", test_responses_before_a_reset},
    {"client_connection.silent_connection_is_dropped", test_silent_connection_is_dropped},
    {"client_connection.late_responses_keep_the_connection", test_late_responses_keep_the_connection},
    {"client_connection.delay_doubles", test_delay_doubles},
    {"client_connection.listener_appears_later", test_listener_appears_later},
    {"client_connection.never_connected", test_never_connected},
    {"client_connection.no_free_socket", test_no_free_socket},
    {"client_connection.peer_reads_late", test_peer_reads_late},
    {"client_connection.lost_while_it_waits_for_room", test_lost_while_it_waits_for_room},
    {NULL, NULL},
};

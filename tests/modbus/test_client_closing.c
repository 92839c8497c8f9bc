/**
 * @file test_client_closing.c
 * @brief A server that responds and closes, so that the end of the stream comes with the last response. There are
 * devices that do so after each response. The client has to notice at once: what is sent into such a connection is
 * lost.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

/** @brief Responds to the last request and ends the connection at once, so that the client finds both together. */
static void respond_and_close(void) {
    unsigned last = fixture.peer.count - 1;

    if (fixture.peer.frames[last].request.function == PTK_MODBUS_READ_HOLDING_REGISTERS) {
        peer_respond_registers(last, (uint16_t)(100 + last));
    } else {
        peer_respond_write(last);
    }
    peer_hang_up();
}

/** @brief The connection is known to have ended, without a request that finds out, or a deadline. */
static void check_end_is_noticed(void) {
    RUN_UNTIL(fixture.count == 1 && fixture.disconnected == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.connection_error, PTK_ERR_CLOSED);
    CHECK_EQUAL(client_stats().requests, 1);
    CHECK_EQUAL(client_stats().timeouts, 0);
}

/** @brief A response that comes together with the end of the stream is taken. */
CLIENT_TEST(test_read_and_closed) {
    client_start_connected();
    read_registers(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    respond_and_close();
    check_end_is_noticed();
    CHECK_EQUAL(fixture.records[0].registers[0], 100);
}

/** @brief The same for a write. */
CLIENT_TEST(test_write_and_closed) {
    client_start_connected();
    write_register(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    respond_and_close();
    check_end_is_noticed();
}

/** @brief Half-closed: the peer would still read, and never respond. */
CLIENT_TEST(test_response_and_half_close) {
    client_start_connected();
    write_register(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_respond_write(0);
    CHECK_EQUAL(ptk_socket_shutdown(fixture.peer.socket), PTK_ERR_OK);
    check_end_is_noticed();
}

/** @brief The end comes some time after the response, while nothing is in flight. */
CLIENT_TEST(test_response_and_later_close) {
    client_start_connected();
    write_register(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_respond_write(0);
    RUN_UNTIL(fixture.count == 1);
    run_some();
    peer_hang_up();
    check_end_is_noticed();
}

/**
 * @brief One connection for each request: reads and writes in turn, each submitted as soon as the one before has
 * completed. None is lost, though writes are not repeated.
 */
CLIENT_TEST(test_every_response_closes) {
    client_start_connected();
    for (unsigned i = 0; i < 12; i++) {
        if (i % 2 == 0) {
            write_register((uint16_t)i, (uint16_t)i);
        } else {
            read_registers((uint16_t)i, 1);
        }
        RUN_UNTIL(fixture.peer.count == i + 1);
        CHECK_EQUAL(fixture.peer.connections, i + 1);
        CHECK_EQUAL(fixture.peer.frames[i].request.address, i);
        respond_and_close();
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
    }
    CHECK_EQUAL(client_stats().requests, 12);
    CHECK_EQUAL(client_stats().retries, 0);
}

/** @brief Callback: submits the next write. */
static void write_the_next(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (result->error == PTK_ERR_OK && result->address < 5) {
        CHECK(ptk_modbus_client_write_single_register(client, TEST_UNIT_ID, (uint16_t)(result->address + 1), 1,
                                                      write_the_next, &fixture) > 0);
    }
}

/** @brief The same with writes that the previous one's callback submits: the end has come, but was not received yet. */
CLIENT_TEST(test_every_response_closes_and_the_callback_writes) {
    client_start_connected();
    CHECK(ptk_modbus_client_write_single_register(&fixture.client, TEST_UNIT_ID, 0, 1, write_the_next, &fixture) > 0);
    for (unsigned i = 0; i <= 5; i++) {
        RUN_UNTIL(fixture.peer.count == i + 1);
        CHECK_EQUAL(fixture.peer.connections, i + 1);
        respond_and_close();
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
    }
    CHECK_EQUAL(client_stats().requests, 6);
}

/** @brief Several in flight, a response to the first only: the write's outcome is unknown, the read is sent again. */
CLIENT_TEST(test_first_of_several_and_closed) {
    fixture.config.retries = 1;
    client_start_connected();
    read_registers(0, 1);
    write_register(1, 1);
    read_registers(2, 1);
    RUN_UNTIL(fixture.peer.count == 3);
    peer_respond_registers(0, 5);
    peer_hang_up();
    RUN_UNTIL(fixture.count == 2 && fixture.peer.count == 4);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[0].registers[0], 5);
    CHECK_EQUAL(fixture.records[1].result.address, 1);
    CHECK(fixture.records[1].result.error != PTK_ERR_OK);
    CHECK_EQUAL(fixture.peer.frames[3].request.address, 2);
    peer_respond_registers(3, 6);
    RUN_UNTIL(fixture.count == 3);
    CHECK_EQUAL(fixture.records[2].result.error, PTK_ERR_OK);
    CHECK_EQUAL(client_stats().timeouts, 0);
}

/** @brief A write that is submitted while there is no connection goes out on the next one. */
CLIENT_TEST(test_write_while_it_reconnects) {
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    respond_and_close();
    RUN_UNTIL(fixture.disconnected == 1);
    write_register(1, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    CHECK_EQUAL(fixture.peer.connections, 2);
    peer_respond_write(1);
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_OK);
}

/** @brief Part of a response, and the end. */
CLIENT_TEST(test_closed_after_half_a_response) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    client_start_connected();
    read_registers(0, 2);
    RUN_UNTIL(fixture.peer.count == 1);
    size_t length = peer_make_registers(0, 1, bytes, sizeof bytes);
    peer_send(bytes, length - 1);
    peer_hang_up();
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_CLOSED);
    CHECK_EQUAL(client_stats().timeouts, 0);
}

/** @brief The tests of this file. */
const harness_test_t client_closing_tests[] = {
    {"client_closing.read_and_closed", test_read_and_closed},
    {"client_closing.write_and_closed", test_write_and_closed},
    {"client_closing.response_and_half_close", test_response_and_half_close},
    {"client_closing.response_and_later_close", test_response_and_later_close},
    {"client_closing.every_response_closes", test_every_response_closes},
    {"client_closing.every_response_closes_and_the_callback_writes",
     test_every_response_closes_and_the_callback_writes},
    {"client_closing.first_of_several_and_closed", test_first_of_several_and_closed},
    {"client_closing.write_while_it_reconnects", test_write_while_it_reconnects},
    {"client_closing.closed_after_half_a_response", test_closed_after_half_a_response},
    {NULL, NULL},
};

/**
 * @file test_client_closing.c
 * @brief A server that answers and closes, so that the end of the stream comes with the last response.
 *
 * There are devices that do so after each response. The client has to notice at once: what is sent into such a
 * connection is lost.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

/** @brief Answers the request that came last and ends the connection, in one go, so that the client finds both at
 *  once. */
static void answer_and_close(void) {
    unsigned last = fixture.peer.count - 1;

    if (fixture.peer.frames[last].request.function == PTK_MODBUS_READ_HOLDING_REGISTERS) {
        peer_answer_registers(last, (uint16_t)(100 + last));
    } else {
        peer_answer_write(last);
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

CLIENT_TEST(test_read_answered_and_closed) {
    client_start_connected();
    read_registers(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    answer_and_close();
    check_end_is_noticed();
    CHECK_EQUAL(fixture.records[0].registers[0], 100);
}

CLIENT_TEST(test_write_answered_and_closed) {
    client_start_connected();
    write_register(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    answer_and_close();
    check_end_is_noticed();
}

/** @brief Half-closed: the peer would still read, and never answer. */
CLIENT_TEST(test_answered_and_half_closed) {
    client_start_connected();
    write_register(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_answer_write(0);
    CHECK_EQUAL(ptk_socket_shutdown(fixture.peer.socket), PTK_ERR_OK);
    check_end_is_noticed();
}

/* The end comes some time after the response, while nothing is in flight. */
CLIENT_TEST(test_answered_and_closed_later) {
    client_start_connected();
    write_register(7, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_answer_write(0);
    RUN_UNTIL(fixture.count == 1);
    run_some();
    peer_hang_up();
    check_end_is_noticed();
}

/** @brief One connection for each request: reads and writes in turn, each submitted as soon as the one before has
 *  completed. None is lost, though writes are not repeated. */
CLIENT_TEST(test_every_answer_closes) {
    unsigned i;

    client_start_connected();
    for (i = 0; i < 12; i++) {
        if (i % 2 == 0) {
            write_register((uint16_t)i, (uint16_t)i);
        } else {
            read_registers((uint16_t)i, 1);
        }
        RUN_UNTIL(fixture.peer.count == i + 1);
        CHECK_EQUAL(fixture.peer.connections, i + 1);
        CHECK_EQUAL(fixture.peer.frames[i].request.address, i);
        answer_and_close();
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
    }
    CHECK_EQUAL(client_stats().requests, 12);
    CHECK_EQUAL(client_stats().retries, 0);
}

static void write_the_next(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_result(client, result, user_data);
    if (result->error == PTK_ERR_OK && result->address < 5) {
        CHECK(ptk_modbus_client_write_single_register(client, TEST_UNIT_ID, (uint16_t)(result->address + 1), 1,
                                                      write_the_next, &fixture) > 0);
    }
}

/** @brief The same with writes that the callback of the one before submits: the end has come, but was not looked for
 *  yet. */
CLIENT_TEST(test_every_answer_closes_and_the_callback_writes) {
    unsigned i;

    client_start_connected();
    CHECK(ptk_modbus_client_write_single_register(&fixture.client, TEST_UNIT_ID, 0, 1, write_the_next, &fixture) > 0);
    for (i = 0; i <= 5; i++) {
        RUN_UNTIL(fixture.peer.count == i + 1);
        CHECK_EQUAL(fixture.peer.connections, i + 1);
        answer_and_close();
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
    }
    CHECK_EQUAL(client_stats().requests, 6);
}

/* Several in flight, and only the first is answered: the write's outcome is not known, the read is asked again. */
CLIENT_TEST(test_first_of_several_answered_and_closed) {
    fixture.config.retries = 1;
    client_start_connected();
    read_registers(0, 1);
    write_register(1, 1);
    read_registers(2, 1);
    RUN_UNTIL(fixture.peer.count == 3);
    peer_answer_registers(0, 5);
    peer_hang_up();
    RUN_UNTIL(fixture.count == 2 && fixture.peer.count == 4);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[0].registers[0], 5);
    CHECK_EQUAL(fixture.records[1].result.address, 1);
    CHECK(fixture.records[1].result.error != PTK_ERR_OK);
    CHECK_EQUAL(fixture.peer.frames[3].request.address, 2);
    peer_answer_registers(3, 6);
    RUN_UNTIL(fixture.count == 3);
    CHECK_EQUAL(fixture.records[2].result.error, PTK_ERR_OK);
    CHECK_EQUAL(client_stats().timeouts, 0);
}

/** @brief A write that is submitted while there is no connection goes out on the next one. */
CLIENT_TEST(test_write_while_it_reconnects) {
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    answer_and_close();
    RUN_UNTIL(fixture.disconnected == 1);
    write_register(1, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    CHECK_EQUAL(fixture.peer.connections, 2);
    peer_answer_write(1);
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_OK);
}

/* Part of a response, and the end. */
CLIENT_TEST(test_closed_behind_half_an_answer) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length;

    client_start_connected();
    read_registers(0, 2);
    RUN_UNTIL(fixture.peer.count == 1);
    length = peer_make_registers(0, 1, bytes, sizeof bytes);
    peer_send(bytes, length - 1);
    peer_hang_up();
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_CLOSED);
    CHECK_EQUAL(client_stats().timeouts, 0);
}

const harness_test_t client_closing_tests[] = {
    {"client_closing.read_answered_and_closed", test_read_answered_and_closed},
    {"client_closing.write_answered_and_closed", test_write_answered_and_closed},
    {"client_closing.answered_and_half_closed", test_answered_and_half_closed},
    {"client_closing.answered_and_closed_later", test_answered_and_closed_later},
    {"client_closing.every_answer_closes", test_every_answer_closes},
    {"client_closing.every_answer_closes_and_the_callback_writes", test_every_answer_closes_and_the_callback_writes},
    {"client_closing.first_of_several_answered_and_closed", test_first_of_several_answered_and_closed},
    {"client_closing.write_while_it_reconnects", test_write_while_it_reconnects},
    {"client_closing.closed_behind_half_an_answer", test_closed_behind_half_an_answer},
    {NULL, NULL},
};

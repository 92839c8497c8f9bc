/**
 * @file test_client_incomplete.c
 * @brief Frames that do not become whole: a length field that is wrong but allowed, and a server that stops in the
 * middle. What comes after would be taken for the rest of such a frame, so the connection ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

/** @brief Sends a response whose length field says something else. */
static void respond_with_length(unsigned frame, uint8_t length_field) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length = peer_make_registers(frame, 1, bytes, sizeof bytes);

    bytes[4] = 0;
    bytes[5] = length_field;
    peer_send(bytes, length);
}

/** @brief The request that got it fails; the next one is sent on a new connection, and succeeds. */
static void check_wrong_length(uint8_t length_field) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    respond_with_length(0, length_field);
    RUN_UNTIL(fixture.disconnected == 1);
    CHECK_EQUAL(fixture.connection_error, PTK_MODBUS_ERR_BAD_RESPONSE);
    CHECK_EQUAL(fixture.count, 1);
    CHECK(fixture.records[0].result.error != PTK_ERR_OK);
    fixture.client.config.response_timeout_ms = PATIENCE_MS;
    client_exchange_register(1, 1, 9);
    CHECK_EQUAL(fixture.peer.connections, 2);
}

/** @brief The greatest length, which is wrong. */
CLIENT_TEST(test_length_of_254) {
    check_wrong_length(254);
}

/** @brief A length in between that is wrong. */
CLIENT_TEST(test_length_of_71) {
    check_wrong_length(71);
}

/** @brief A length that is one too great. */
CLIENT_TEST(test_length_of_one_more) {
    check_wrong_length(6);
}

/** @brief One less: the frame is whole, and what is left of it begins the next one, for ever. */
CLIENT_TEST(test_length_of_one_less) {
    check_wrong_length(4);
}

/** @brief Parts of a header, and nothing more. There is no request whose deadline could detect it. */
CLIENT_TEST(test_part_of_a_header) {
    static const uint8_t part[] = {0, 1, 0, 0, 0};

    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    peer_send(part, 1);
    RUN_UNTIL(fixture.disconnected == 1);
    RUN_UNTIL(fixture.peer.connections == 2);
    peer_send(part, sizeof part);
    RUN_UNTIL(fixture.disconnected == 2);
    CHECK_EQUAL(fixture.connection_error, PTK_MODBUS_ERR_BAD_RESPONSE);
}

/** @brief The deadline of a frame counts from its first byte, not from the request whose deadline comes before. */
CLIENT_TEST(test_first_byte_late) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    run_for_ms(TEST_TIMEOUT_MS / 2);
    respond_with_length(0, 200);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    RUN_UNTIL(fixture.disconnected == 1);
    CHECK_EQUAL(fixture.connection_error, PTK_MODBUS_ERR_BAD_RESPONSE);
    CHECK(ptk_clock_now_ms() - begin >= TEST_TIMEOUT_MS + TEST_TIMEOUT_MS / 2);
}

/** @brief Bytes that keep coming do not make it whole. */
CLIENT_TEST(test_bytes_that_never_end) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE] = {0, 1, 0, 0, 0, 254};

    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    for (unsigned i = 0; i < 200 && fixture.disconnected == 0; i++) {
        peer_send(bytes + i, 1);
        run_for_ms(5);
    }
    CHECK_EQUAL(fixture.disconnected, 1);
    CHECK(ptk_clock_now_ms() - begin >= TEST_TIMEOUT_MS);
}

/** @brief A slow frame that is whole in time is taken, and the next one has a time of its own. */
CLIENT_TEST(test_pieces_in_time) {
    uint8_t bytes[2 * PTK_MODBUS_MAX_FRAME_SIZE];

    fixture.config.response_timeout_ms = 1000;
    client_start_connected();
    read_registers(0, 2);
    read_registers(1, 2);
    RUN_UNTIL(fixture.peer.count == 2);
    size_t first = peer_make_registers(0, 10, bytes, sizeof bytes);
    size_t length = first + peer_make_registers(1, 20, bytes + first, sizeof bytes - first);
    peer_send(bytes, 3);
    run_for_ms(20);
    peer_send(bytes + 3, first); /* and three bytes of the second */
    run_for_ms(20);
    peer_send(bytes + first + 3, length - first - 3);
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(fixture.records[0].registers[0], 10);
    CHECK_EQUAL(fixture.records[1].registers[0], 20);
    run_for_ms(1200);
    CHECK_EQUAL(fixture.disconnected, 0);
}

/** @brief While a frame is incomplete nothing is sent, so no write is lost with the connection. */
CLIENT_TEST(test_writes_wait_for_the_next_connection) {
    fixture.config.response_timeout_ms = 300;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    respond_with_length(0, 200);
    run_some();
    fixture.client.config.response_timeout_ms = PATIENCE_MS;
    write_register(1, 1);
    write_register(2, 2);
    RUN_UNTIL(fixture.peer.count == 3);
    CHECK_EQUAL(fixture.peer.connections, 2);
    CHECK_EQUAL(fixture.peer.frames[1].request.address, 1);
    CHECK_EQUAL(fixture.peer.frames[2].request.address, 2);
    peer_respond_write(1);
    peer_respond_write(2);
    RUN_UNTIL(fixture.count == 3);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[2].result.error, PTK_ERR_OK);
}

/** @brief They are sent when it has become whole after all. */
CLIENT_TEST(test_requests_go_on_after_the_rest) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    size_t length = peer_make_registers(0, 1, bytes, sizeof bytes);
    peer_send(bytes, length - 1);
    run_some();
    write_register(1, 1);
    run_some();
    CHECK_EQUAL(fixture.peer.count, 1);
    peer_send(bytes + length - 1, 1);
    RUN_UNTIL(fixture.count == 1 && fixture.peer.count == 2);
    CHECK_EQUAL(fixture.peer.connections, 1);
}

/** @brief A read that was in flight is sent again, a write is not. */
CLIENT_TEST(test_retries_on_the_next_connection) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 100;
    client_start_connected();
    read_registers(0, 1);
    write_register(1, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    respond_with_length(0, 254);
    RUN_UNTIL(fixture.disconnected == 1 && fixture.peer.count >= 3);
    CHECK_EQUAL(fixture.count, 1);
    CHECK_EQUAL(fixture.records[0].result.function, PTK_MODBUS_WRITE_SINGLE_REGISTER);
    CHECK(fixture.records[0].result.error != PTK_ERR_OK);
    CHECK_EQUAL(fixture.peer.frames[2].request.function, PTK_MODBUS_READ_HOLDING_REGISTERS);
    peer_respond_registers(fixture.peer.count - 1, 4);
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_OK);
}

/** @brief The tests of this file. */
const harness_test_t client_incomplete_tests[] = {
    {"client_incomplete.length_of_254", test_length_of_254},
    {"client_incomplete.length_of_71", test_length_of_71},
    {"client_incomplete.length_of_one_more", test_length_of_one_more},
    {"client_incomplete.length_of_one_less", test_length_of_one_less},
    {"client_incomplete.part_of_a_header", test_part_of_a_header},
    {"client_incomplete.first_byte_late", test_first_byte_late},
    {"client_incomplete.bytes_that_never_end", test_bytes_that_never_end},
    {"client_incomplete.pieces_in_time", test_pieces_in_time},
    {"client_incomplete.writes_wait_for_the_next_connection", test_writes_wait_for_the_next_connection},
    {"client_incomplete.requests_go_on_after_the_rest", test_requests_go_on_after_the_rest},
    {"client_incomplete.retries_on_the_next_connection", test_retries_on_the_next_connection},
    {NULL, NULL},
};

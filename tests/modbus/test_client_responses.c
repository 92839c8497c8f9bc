/**
 * @file test_client_responses.c
 * @brief Responses in any order and in any pieces, late ones, wrong ones, and none at all.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/* ---- pieces and order ---- */

/** @brief Responses in one piece and in another order. */
CLIENT_TEST(test_merged_and_out_of_order) {
    uint8_t bytes[3 * PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_modbus_request_id_t ids[3];
    size_t length = 0;

    client_start_connected();
    for (unsigned i = 0; i < 3; i++) {
        ids[i] = read_registers((uint16_t)(10 * i), 2);
    }
    RUN_UNTIL(fixture.peer.count == 3);
    for (unsigned i = 3; i > 0; i--) {
        length += peer_make_registers(i - 1, (uint16_t)(100 * i), bytes + length, sizeof bytes - length);
    }
    peer_send(bytes, length); /* the last one first, all in one segment */
    RUN_UNTIL(fixture.count == 3);
    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
        CHECK_EQUAL(fixture.records[i].result.id, ids[2 - i]);
        CHECK_EQUAL(fixture.records[i].result.address, 10 * (2 - i));
        CHECK_EQUAL(fixture.records[i].registers[0], 100 * (3 - i));
        CHECK_EQUAL(fixture.records[i].registers[1], 100 * (3 - i) + 1);
    }
    CHECK_EQUAL(client_stats().requests, 3);
    CHECK_EQUAL(client_stats().responses, 3);
    CHECK_EQUAL(client_stats().discarded, 0);
}

/** @brief A response that comes in two pieces, cut at every byte. */
CLIENT_TEST(test_split_at_every_byte) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    client_start_connected();
    read_registers(0, 4);
    RUN_UNTIL(fixture.peer.count == 1);
    size_t length = peer_make_registers(0, 0x1234, bytes, sizeof bytes);
    for (size_t i = 0; i < length; i++) {
        CHECK_EQUAL(fixture.count, 0);
        peer_send(bytes + i, 1);
        run_for_ms(2);
    }
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[0].registers[3], 0x1237);
}

/** @brief More responses in one segment than the receive buffer holds. */
CLIENT_TEST(test_more_than_a_buffer) {
    uint8_t bytes[TEST_TRANSACTIONS * PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length = 0;

    client_start_connected();
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        read_registers(0, 125);
    }
    RUN_UNTIL(fixture.peer.count == TEST_TRANSACTIONS);
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        length += peer_make_registers(i, (uint16_t)i, bytes + length, sizeof bytes - length);
    }
    CHECK(length > PTK_MODBUS_CLIENT_BUFFER_SIZE);
    peer_send(bytes, length);
    RUN_UNTIL(fixture.count == TEST_TRANSACTIONS);
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
        CHECK_EQUAL(fixture.records[i].registers[0], i);
    }
}

/* ---- late, unknown, wrong ---- */

/** @brief A response after the time-out is discarded. */
CLIENT_TEST(test_late_response_is_discarded) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.count == 1 && fixture.peer.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(fixture.records[0].registers[0], 0);
    fixture.client.config.response_timeout_ms = PATIENCE_MS; /* so that a slow machine does not lose the second one */
    read_registers(5, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    peer_respond_registers(0, 111);
    peer_respond_registers(1, 222);
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[1].result.address, 5);
    CHECK_EQUAL(fixture.records[1].registers[0], 222);
    CHECK_EQUAL(client_stats().discarded, 1);
    CHECK_EQUAL(client_stats().connections, 1);
}

/** @brief A response to the first attempt comes after the second attempt was sent. */
CLIENT_TEST(test_late_response_to_the_first_attempt) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 100;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    CHECK(fixture.peer.frames[0].transaction_id != fixture.peer.frames[1].transaction_id);
    peer_respond_registers(0, 111);
    RUN_UNTIL(client_stats().discarded == 1);
    CHECK_EQUAL(fixture.count, 0);
    peer_respond_registers(fixture.peer.count - 1, 222);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[0].registers[0], 222);
    CHECK_EQUAL(client_stats().timeouts, client_stats().retries);
}

/** @brief The second response to a request is discarded. */
CLIENT_TEST(test_response_twice) {
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_respond_registers(0, 1);
    peer_respond_registers(0, 2);
    RUN_UNTIL(client_stats().discarded == 1);
    CHECK_EQUAL(fixture.count, 1);
    CHECK_EQUAL(fixture.records[0].registers[0], 1);
}

/** @brief One change that makes a response to a read of two registers invalid. */
typedef struct damage {
    size_t offset;
    uint8_t value;
} damage_t;

/** @brief Responses that do not fit the request. */
CLIENT_TEST(test_wrong_responses) {
    static const damage_t damages[] = {
        {6, TEST_UNIT_ID + 1}, /* unit */
        {7, 4},                /* function */
        {7, 0x84},             /* exception of another function, and too long for one */
        {7, 99},               /* unknown function */
        {8, 2},                /* byte count and length disagree */
        {8, 255},
    };
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    client_start_connected();
    for (unsigned i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        read_registers(0, 2);
        RUN_UNTIL(fixture.peer.count == i + 1);
        size_t length = peer_make_registers(i, 7, bytes, sizeof bytes);
        bytes[damages[i].offset] = damages[i].value;
        peer_send(bytes, length);
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_MODBUS_ERR_BAD_RESPONSE);
        CHECK_EQUAL(fixture.records[i].registers[0], 0);
    }
    CHECK_EQUAL(client_stats().connections, 1); /* the framing is good all the time */
    CHECK_EQUAL(fixture.disconnected, 0);
}

/** @brief Valid by themselves, but responses to other requests. */
CLIENT_TEST(test_wrong_quantity) {
    client_start_connected();
    read_registers(0, 2);
    RUN_UNTIL(fixture.peer.count == 1);
    fixture.peer.frames[0].request.quantity = 1;
    peer_respond_registers(0, 7);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_MODBUS_ERR_BAD_RESPONSE);
}

/** @brief The result has the exception code. */
CLIENT_TEST(test_exception_response) {
    uint8_t bytes[] = {0, 0, 0, 0, 0, 3, TEST_UNIT_ID, 0x83, PTK_MODBUS_EXCEPTION_GATEWAY_TARGET_FAILED};

    client_start_connected();
    read_registers(3, 2);
    RUN_UNTIL(fixture.peer.count == 1);
    bytes[0] = (uint8_t)(fixture.peer.frames[0].transaction_id >> 8);
    bytes[1] = (uint8_t)fixture.peer.frames[0].transaction_id;
    peer_send(bytes, sizeof bytes);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_MODBUS_ERR_EXCEPTION);
    CHECK_EQUAL(fixture.records[0].result.exception, PTK_MODBUS_EXCEPTION_GATEWAY_TARGET_FAILED);
    CHECK_EQUAL(fixture.records[0].result.function, PTK_MODBUS_READ_HOLDING_REGISTERS);
    CHECK_EQUAL(fixture.records[0].result.address, 3);
    CHECK_EQUAL(fixture.records[0].result.quantity, 2);
}

/* ---- none ---- */

/** @brief A request without a response is sent again as often as the config says. */
CLIENT_TEST(test_time_out_and_retries) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 1;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    read_registers(0, 1);
    RUN_UNTIL(fixture.count == 1);
    CHECK(ptk_clock_now_ms() - begin >= 2 * TEST_TIMEOUT_MS); /* never early */
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    RUN_UNTIL(fixture.peer.count == 2);
    for (unsigned i = 0; i < 2; i++) {
        CHECK_EQUAL(fixture.peer.frames[i].request.function, PTK_MODBUS_READ_HOLDING_REGISTERS);
    }
    CHECK_EQUAL(client_stats().requests, 2);
    CHECK_EQUAL(client_stats().timeouts, 2);
    CHECK_EQUAL(client_stats().retries, 1);
    run_for_ms(2 * TEST_TIMEOUT_MS);
    CHECK_EQUAL(fixture.count, 1);
    CHECK_EQUAL(fixture.peer.count, 2);
}

/** @brief The application blocks the loop for longer than the time-out, with more responses than one receive takes. */
CLIENT_TEST(test_loop_is_late) {
    uint8_t bytes[TEST_TRANSACTIONS * PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length = 0;

    fixture.config.response_timeout_ms = 1000;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        read_registers((uint16_t)i, 125);
    }
    RUN_UNTIL(fixture.peer.count == TEST_TRANSACTIONS);
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        length += peer_make_registers(i, (uint16_t)i, bytes + length, sizeof bytes - length);
    }
    CHECK(length > PTK_MODBUS_CLIENT_BUFFER_SIZE);
    peer_send(bytes, length);
    support_stand_still_until(begin + 1200);
    RUN_UNTIL(fixture.count == TEST_TRANSACTIONS);
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
        CHECK_EQUAL(fixture.records[i].registers[0], i);
    }
    CHECK_EQUAL(client_stats().timeouts, 0);
    CHECK_EQUAL(fixture.disconnected, 0); /* it was not silent */
}

/** @brief Each request has its own deadline. */
CLIENT_TEST(test_response_to_one_of_two) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    ptk_modbus_request_id_t other = read_registers(0, 1);
    run_for_ms(TEST_TIMEOUT_MS / 2);
    read_registers(1, 1);
    RUN_UNTIL(fixture.count > 0 || fixture.peer.count == 2);
    if (fixture.count == 0) {
        peer_respond_registers(1, 5);
    }
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(client_stats().pending, 0);
    CHECK(fixture.records[0].result.id != fixture.records[1].result.id);
    CHECK_EQUAL(fixture.records[fixture.records[0].result.id == other ? 0 : 1].result.error, PTK_ERR_TIMED_OUT);
}

/** @brief The first one's deadline does not end the second one's wait. */
CLIENT_TEST(test_each_has_its_own_deadline) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    read_registers(0, 1);
    run_for_ms(TEST_TIMEOUT_MS / 3);
    uint64_t begin = ptk_clock_now_ms();
    read_registers(1, 1);
    RUN_UNTIL(fixture.count == 2);
    CHECK(ptk_clock_now_ms() - begin >= TEST_TIMEOUT_MS);
    CHECK_EQUAL(fixture.records[0].result.address, 0);
    CHECK_EQUAL(fixture.records[1].result.address, 1);
    CHECK_EQUAL(fixture.records[1].result.error, PTK_ERR_TIMED_OUT);
}

/** @brief A write is not repeated after a time-out. */
CLIENT_TEST(test_writes_are_not_repeated) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 5;
    client_start_connected();
    CHECK(ptk_modbus_client_write_single_register(&fixture.client, TEST_UNIT_ID, 1, 2, record_result, &fixture) > 0);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(client_stats().requests, 1);
}

/** @brief With retry_writes it is. */
CLIENT_TEST(test_writes_are_repeated_on_request) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 1;
    fixture.config.retry_writes = true;
    client_start_connected();
    CHECK(ptk_modbus_client_write_single_register(&fixture.client, TEST_UNIT_ID, 1, 2, record_result, &fixture) > 0);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(client_stats().requests, 2);
}

/** @brief A cancelled request does not complete, and its response is discarded. */
CLIENT_TEST(test_cancelled_request) {
    client_start_connected();
    ptk_modbus_request_id_t cancelled = read_registers(0, 1);
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    CHECK_EQUAL(ptk_modbus_client_cancel(&fixture.client, cancelled), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_client_cancel(&fixture.client, cancelled), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_modbus_client_cancel(&fixture.client, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_modbus_client_cancel(&fixture.client, -1), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_modbus_client_cancel(NULL, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(client_stats().pending, 1);
    peer_respond_registers(0, 1);
    peer_respond_registers(1, 2);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].registers[0], 2);
    CHECK_EQUAL(client_stats().discarded, 1);
}

/** @brief A transaction identifier is not used again while its request is in flight. */
CLIENT_TEST(test_identifiers_in_flight) {
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    uint16_t first = fixture.peer.frames[0].transaction_id;
    fixture.client.last_transaction_id = (uint16_t)(first - 1u); /* after 65535 more requests */
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    CHECK_EQUAL(fixture.peer.frames[1].transaction_id, (uint16_t)(first + 1u));
    peer_respond_registers(1, 8);
    peer_respond_registers(0, 9);
    RUN_UNTIL(fixture.count == 2);
    CHECK_EQUAL(fixture.records[0].registers[0], 8);
    CHECK_EQUAL(fixture.records[1].registers[0], 9);
}

/** @brief More frames at once, all of them late, than the client takes in one turn; then the response. */
CLIENT_TEST(test_more_than_a_turn) {
    uint8_t bytes[4 * PTK_MODBUS_CLIENT_BUFFER_SIZE - PTK_MODBUS_MAX_FRAME_SIZE];
    const size_t count = sizeof bytes / 9;

    fixture.config.num_transactions = 1;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    for (size_t i = 0; i < count; i++) {
        const uint8_t late[9] = {0x7F, 0xFF, 0, 0, 0, 3, TEST_UNIT_ID, 0x83, 1};
        memcpy(bytes + 9 * i, late, 9);
    }
    peer_send(bytes, 9 * count);
    peer_respond_registers(0, 6);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].registers[0], 6);
    CHECK_EQUAL(client_stats().discarded, count);
    CHECK_EQUAL(fixture.disconnected, 0);
}

/** @brief The tests of this file. */
const harness_test_t client_responses_tests[] = {
    {"client_responses.merged_and_out_of_order", test_merged_and_out_of_order},
    {"client_responses.split_at_every_byte", test_split_at_every_byte},
    {"client_responses.more_than_a_buffer", test_more_than_a_buffer},
    {"client_responses.late_response_is_discarded", test_late_response_is_discarded},
    {"client_responses.late_response_to_the_first_attempt", test_late_response_to_the_first_attempt},
    {"client_responses.response_twice", test_response_twice},
    {"client_responses.wrong_responses", test_wrong_responses},
    {"client_responses.wrong_quantity", test_wrong_quantity},
    {"client_responses.exception_response", test_exception_response},
    {"client_responses.time_out_and_retries", test_time_out_and_retries},
    {"client_responses.loop_is_late", test_loop_is_late},
    {"client_responses.response_to_one_of_two", test_response_to_one_of_two},
    {"client_responses.each_has_its_own_deadline", test_each_has_its_own_deadline},
    {"client_responses.writes_are_not_repeated", test_writes_are_not_repeated},
    {"client_responses.writes_are_repeated_on_request", test_writes_are_repeated_on_request},
    {"client_responses.cancelled_request", test_cancelled_request},
    {"client_responses.identifiers_in_flight", test_identifiers_in_flight},
    {"client_responses.more_than_a_turn", test_more_than_a_turn},
    {NULL, NULL},
};

/**
 * @file test_client_in_flight.c
 * @brief A limit to the requests in flight, for devices that take one at a time; and what it does to the time-outs of
 * those that wait for their turn.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

/** @brief With max_in_flight 1 each request waits for the response before it. */
CLIENT_TEST(test_one_at_a_time) {
    fixture.config.max_in_flight = 1;
    client_start_connected();
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        read_registers((uint16_t)i, 1);
    }
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        RUN_UNTIL(fixture.peer.count == i + 1);
        run_some();
        CHECK_EQUAL(fixture.peer.count, i + 1); /* no more before its response */
        CHECK_EQUAL(fixture.peer.frames[i].request.address, i);
        peer_respond_registers(i, (uint16_t)(10 + i));
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
        CHECK_EQUAL(fixture.records[i].registers[0], 10 + i);
    }
}

/** @brief With max_in_flight 3 three requests are in flight. */
CLIENT_TEST(test_three_at_a_time) {
    fixture.config.max_in_flight = 3;
    client_start_connected();
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        write_register((uint16_t)i, 1);
    }
    RUN_UNTIL(fixture.peer.count == 3);
    run_some();
    CHECK_EQUAL(fixture.peer.count, 3);
    peer_respond_write(1);
    RUN_UNTIL(fixture.peer.count == 4);
    run_some();
    CHECK_EQUAL(fixture.peer.count, 4);
    peer_respond_write(0);
    peer_respond_write(3);
    RUN_UNTIL(fixture.peer.count == 6);
    CHECK_EQUAL(fixture.count, 3);
}

/** @brief Each gets its response within its time; all of them together take much longer. */
CLIENT_TEST(test_waiting_for_the_turn_is_no_time_out) {
    fixture.config.max_in_flight = 1;
    fixture.config.response_timeout_ms = 1000;
    client_start_connected();
    for (unsigned i = 0; i < 4; i++) {
        read_registers((uint16_t)i, 1);
    }
    for (unsigned i = 0; i < 4; i++) {
        RUN_UNTIL(fixture.peer.count == i + 1);
        run_for_ms(400);
        peer_respond_registers(i, 1);
        RUN_UNTIL(fixture.count == i + 1);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_OK);
    }
    CHECK_EQUAL(client_stats().timeouts, 0);
}

/** @brief A device that does not respond: each request in turn has its whole time. */
CLIENT_TEST(test_each_expires_in_its_turn) {
    fixture.config.max_in_flight = 1;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.silent_timeouts = PTK_MODBUS_CLIENT_NEVER_SILENT;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    for (unsigned i = 0; i < 4; i++) {
        write_register((uint16_t)i, 1);
    }
    for (unsigned i = 0; i < 4; i++) {
        RUN_UNTIL(fixture.count == i + 1);
        CHECK(ptk_clock_now_ms() - begin >= (i + 1) * TEST_TIMEOUT_MS);
        CHECK_EQUAL(fixture.records[i].result.address, i);
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_TIMED_OUT);
    }
    RUN_UNTIL(fixture.peer.count == 4); /* each was sent */
    CHECK_EQUAL(client_stats().timeouts, 4);
}

/** @brief Without a connection no request has its turn, and waiting ends as it does without a limit. */
CLIENT_TEST(test_never_connected) {
    peer_stop_listening();
    fixture.config.max_in_flight = 1;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start();
    read_registers(0, 1);
    write_register(1, 1);
    RUN_UNTIL(fixture.count == 2);
    CHECK(fixture.records[0].result.error != PTK_ERR_OK);
    CHECK(fixture.records[1].result.error != PTK_ERR_OK);
    CHECK_EQUAL(client_stats().requests, 0);
}

/** @brief Requests that wait when the connection is lost are sent on the next one, in their order. */
CLIENT_TEST(test_lost_while_others_wait) {
    fixture.config.max_in_flight = 1;
    client_start_connected();
    write_register(0, 1);
    write_register(1, 1);
    write_register(2, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_hang_up();
    RUN_UNTIL(fixture.count == 1 && fixture.peer.count == 2);
    CHECK_EQUAL(fixture.records[0].result.address, 0);
    CHECK_EQUAL(fixture.peer.frames[1].request.address, 1);
    peer_respond_write(1);
    RUN_UNTIL(fixture.peer.count == 3);
    CHECK_EQUAL(fixture.peer.frames[2].request.address, 2);
}

/** @brief The one that has its turn is cancelled: the next one takes it. */
CLIENT_TEST(test_cancel_gives_the_turn_away) {
    fixture.config.max_in_flight = 1;
    client_start_connected();
    ptk_modbus_request_id_t id = read_registers(0, 1);
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    CHECK_EQUAL(ptk_modbus_client_cancel(&fixture.client, id), PTK_ERR_OK);
    RUN_UNTIL(fixture.peer.count == 2);
    peer_respond_registers(0, 1);
    peer_respond_registers(1, 2);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].registers[0], 2);
}

/** @brief A retry takes its turn before what was submitted later. */
CLIENT_TEST(test_retry_comes_first) {
    fixture.config.max_in_flight = 1;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 1;
    client_start_connected();
    read_registers(0, 1);
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 3);
    CHECK_EQUAL(fixture.peer.frames[1].request.address, 0);
    CHECK_EQUAL(fixture.peer.frames[2].request.address, 1);
}

/** @brief Responds to requests that come one at a time, and checks their addresses. */
static void respond_in_order(unsigned first_frame, const uint16_t *addresses, unsigned count) {
    unsigned completed = fixture.count;

    for (unsigned i = 0; i < count; i++) {
        RUN_UNTIL(fixture.peer.count == first_frame + i + 1);
        CHECK_EQUAL(fixture.peer.frames[first_frame + i].request.address, addresses[i]);
        peer_respond_registers(first_frame + i, 1);
        RUN_UNTIL(fixture.count == completed + i + 1);
    }
}

/** @brief What waits longest is sent first, whatever transaction it took. */
CLIENT_TEST(test_oldest_first) {
    static const uint16_t addresses[] = {1, 2, 3};

    fixture.config.max_in_flight = 1;
    client_start_connected();
    read_registers(0, 1);
    read_registers(1, 1);
    read_registers(2, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_respond_registers(0, 1);
    RUN_UNTIL(fixture.count == 1);
    read_registers(3, 1); /* takes the transaction of the first */
    respond_in_order(1, addresses, 3);
}

/** @brief Ids begin with 1 again after the greatest, and what waits longest is still sent first. */
CLIENT_TEST(test_ids_wrap) {
    static const uint16_t addresses[] = {0, 1, 2};

    fixture.config.max_in_flight = 1;
    client_start_connected();
    fixture.client.last_id = INT32_MAX - 2; /* after two thousand million requests */
    CHECK_EQUAL(read_registers(0, 1), INT32_MAX - 1);
    CHECK_EQUAL(read_registers(1, 1), INT32_MAX);
    CHECK_EQUAL(read_registers(2, 1), 1);
    respond_in_order(0, addresses, 3);
    CHECK_EQUAL(fixture.records[2].result.id, 1);
}

/** @brief The tests of this file. */
const harness_test_t client_in_flight_tests[] = {
    {"client_in_flight.one_at_a_time", test_one_at_a_time},
    {"client_in_flight.three_at_a_time", test_three_at_a_time},
    {"client_in_flight.waiting_for_the_turn_is_no_time_out", test_waiting_for_the_turn_is_no_time_out},
    {"client_in_flight.each_expires_in_its_turn", test_each_expires_in_its_turn},
    {"client_in_flight.never_connected", test_never_connected},
    {"client_in_flight.lost_while_others_wait", test_lost_while_others_wait},
    {"client_in_flight.cancel_gives_the_turn_away", test_cancel_gives_the_turn_away},
    {"client_in_flight.retry_comes_first", test_retry_comes_first},
    {"client_in_flight.oldest_first", test_oldest_first},
    {"client_in_flight.ids_wrap", test_ids_wrap},
    {NULL, NULL},
};

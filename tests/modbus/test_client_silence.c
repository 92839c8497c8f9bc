/**
 * @file test_client_silence.c
 * @brief Silence: how long nothing whole comes from the server before the connection counts as dead. Requests that wait
 * at the same time are not a longer silence, and a gateway that does not know some units is not a dead one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

/** @brief A unit that does not respond. */
#define DEAD_UNIT 5

/** @brief Submits a read to a unit. */
static void read_unit(uint8_t unit_id, uint16_t address) {
    CHECK(ptk_modbus_client_read_holding_registers(&fixture.client, unit_id, address, 1, record_result, &fixture) > 0);
}

/** @brief Requests to a unit that is off, all at the same time; they expire together. */
static void ask_the_dead_unit(unsigned requests) {
    unsigned done = fixture.count + requests;

    for (unsigned i = 0; i < requests; i++) {
        read_unit(DEAD_UNIT, (uint16_t)i);
    }
    RUN_UNTIL(fixture.count == done);
    for (unsigned i = done - requests; i < done; i++) {
        CHECK_EQUAL(fixture.records[i].result.error, PTK_ERR_TIMED_OUT);
    }
}

/** @brief However many requests expire together, they are one silent time-out; the third one ends the connection. */
CLIENT_TEST(test_requests_in_flight_are_one_silence) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    for (unsigned i = 0; i < PTK_MODBUS_CLIENT_SILENT_TIMEOUTS; i++) {
        CHECK_EQUAL(fixture.disconnected, 0);
        ask_the_dead_unit(TEST_TRANSACTIONS);
    }
    RUN_UNTIL(fixture.peer.connections == 2);
    CHECK_EQUAL(fixture.disconnected, 1);
}

/** @brief Requests that overlap, as those of a fast poll do: not before three response time-outs have passed. */
CLIENT_TEST(test_overlapping_requests) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    uint64_t begin = ptk_clock_now_ms();
    for (unsigned i = 0; fixture.disconnected == 0; i++) {
        CHECK(i < MAX_RECORDS);
        read_unit(DEAD_UNIT, (uint16_t)i);
        run_for_ms(TEST_TIMEOUT_MS / 4);
    }
    CHECK(ptk_clock_now_ms() - begin >= PTK_MODBUS_CLIENT_SILENT_TIMEOUTS * TEST_TIMEOUT_MS);
}

/**
 * @brief A gateway: one unit is off, and three requests to it expire together; another unit responds meanwhile. A write
 * that is in flight at that moment is executed, and said to be.
 */
CLIENT_TEST(test_another_unit_responds) {
    fixture.config.response_timeout_ms = 500;
    fixture.config.silent_timeouts = 1;
    client_start_connected();
    read_unit(DEAD_UNIT, 0);
    read_unit(DEAD_UNIT, 10);
    read_unit(DEAD_UNIT, 20);
    run_for_ms(5);
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 4);
    peer_respond_registers(3, 4);
    RUN_UNTIL(fixture.count >= 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK); /* unless the machine was busy for all that time */
    fixture.client.config.response_timeout_ms = PATIENCE_MS;  /* so that a slow machine does not lose the write */
    write_register(2, 77);
    RUN_UNTIL(fixture.count == 4 && fixture.peer.count == 5);
    peer_respond_write(4);
    RUN_UNTIL(fixture.count == 5);
    CHECK_EQUAL(fixture.records[4].result.function, PTK_MODBUS_WRITE_SINGLE_REGISTER);
    CHECK_EQUAL(fixture.records[4].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.peer.connections, 1);
    CHECK_EQUAL(fixture.disconnected, 0);
}

/** @brief A response between the time-outs, even a late one, however long they take together. */
CLIENT_TEST(test_a_response_ends_the_silence) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    for (unsigned i = 1; i <= 5; i++) {
        ask_the_dead_unit(1);
        read_registers(0, 1);
        RUN_UNTIL(fixture.peer.count == 2 * i);
        peer_respond_registers(fixture.peer.count - 1, 1);
        RUN_UNTIL(fixture.count == 2 * i && client_stats().responses + client_stats().discarded == i);
    }
    CHECK_EQUAL(fixture.disconnected, 0);
}

/** @brief PTK_MODBUS_CLIENT_NEVER_SILENT keeps a silent connection. */
CLIENT_TEST(test_never) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS / 4;
    fixture.config.silent_timeouts = PTK_MODBUS_CLIENT_NEVER_SILENT;
    client_start_connected();
    for (unsigned i = 0; i < 4 * PTK_MODBUS_CLIENT_SILENT_TIMEOUTS; i++) {
        ask_the_dead_unit(2);
    }
    CHECK_EQUAL(client_stats().connections, 1);
    CHECK_EQUAL(fixture.disconnected, 0);
}

/** @brief silent_timeouts 1 ends the connection at the first silent time-out. */
CLIENT_TEST(test_the_first) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.silent_timeouts = 1;
    client_start_connected();
    ask_the_dead_unit(1);
    CHECK_EQUAL(fixture.disconnected, 1);
    CHECK_EQUAL(fixture.connection_error, PTK_ERR_TIMED_OUT);
}

/** @brief Without a request no response is due: the time between requests is no silence. */
CLIENT_TEST(test_idle_is_not_silent) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    for (unsigned i = 0; i < PTK_MODBUS_CLIENT_SILENT_TIMEOUTS; i++) {
        run_for_ms(4 * TEST_TIMEOUT_MS);
        CHECK_EQUAL(fixture.disconnected, 0);
        ask_the_dead_unit(1);
    }
    CHECK_EQUAL(fixture.disconnected, 1);
}

/** @brief Each attempt of a request that is retried is a time-out of its own. */
CLIENT_TEST(test_retries_in_silence) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 100;
    client_start_connected();
    read_unit(DEAD_UNIT, 0);
    read_unit(DEAD_UNIT, 1);
    RUN_UNTIL(fixture.disconnected == 1);
    /* If a tick came between the requests, the last time-out of the first one ends what the other waits for. */
    CHECK(client_stats().timeouts == 2 * PTK_MODBUS_CLIENT_SILENT_TIMEOUTS ||
          client_stats().timeouts == 2 * PTK_MODBUS_CLIENT_SILENT_TIMEOUTS - 1);
    CHECK_EQUAL(fixture.count, 0);
    RUN_UNTIL(fixture.peer.connections == 2);
}

/** @brief A new connection has a silence of its own. */
CLIENT_TEST(test_new_connection_new_silence) {
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.silent_timeouts = 2;
    client_start_connected();
    for (unsigned i = 1; i <= 3; i++) {
        ask_the_dead_unit(1);
        CHECK_EQUAL(fixture.disconnected, i - 1);
        ask_the_dead_unit(1);
        CHECK_EQUAL(fixture.disconnected, i);
        RUN_UNTIL(fixture.connected == i + 1 && ptk_modbus_client_is_connected(&fixture.client));
    }
}

/** @brief The tests of this file. */
const harness_test_t client_silence_tests[] = {
    {"client_silence.requests_in_flight_are_one_silence", test_requests_in_flight_are_one_silence},
    {"client_silence.overlapping_requests", test_overlapping_requests},
    {"client_silence.another_unit_responds", test_another_unit_responds},
    {"client_silence.a_response_ends_the_silence", test_a_response_ends_the_silence},
    {"client_silence.never", test_never},
    {"client_silence.the_first", test_the_first},
    {"client_silence.idle_is_not_silent", test_idle_is_not_silent},
    {"client_silence.retries_in_silence", test_retries_in_silence},
    {"client_silence.new_connection_new_silence", test_new_connection_new_silence},
    {NULL, NULL},
};

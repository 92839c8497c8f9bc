/*
 * What comes back: responses in any order and in any pieces, late ones, wrong ones, and none at all.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/* ---- pieces and order ---- */

static void test_merged_and_out_of_order(void **state) {
    uint8_t bytes[3 * PTK_MODBUS_MAX_FRAME_SIZE];
    ptk_modbus_request_id_t ids[3];
    size_t length = 0;
    unsigned i;

    (void)state;
    client_start_connected();
    for (i = 0; i < 3; i++) {
        ids[i] = read_registers((uint16_t)(10 * i), 2);
    }
    RUN_UNTIL(fixture.peer.count == 3);
    for (i = 3; i > 0; i--) {
        length += peer_make_registers(i - 1, (uint16_t)(100 * i), bytes + length, sizeof bytes - length);
    }
    peer_send(bytes, length); /* the last one first, all in one segment */
    RUN_UNTIL(fixture.count == 3);
    for (i = 0; i < 3; i++) {
        assert_int_equal(fixture.records[i].result.error, PTK_ERR_OK);
        assert_int_equal(fixture.records[i].result.id, ids[2 - i]);
        assert_int_equal(fixture.records[i].result.address, 10 * (2 - i));
        assert_int_equal(fixture.records[i].registers[0], 100 * (3 - i));
        assert_int_equal(fixture.records[i].registers[1], 100 * (3 - i) + 1);
    }
    assert_int_equal(client_stats().requests, 3);
    assert_int_equal(client_stats().responses, 3);
    assert_int_equal(client_stats().discarded, 0);
}

static void test_split_at_every_byte(void **state) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length;
    size_t i;

    (void)state;
    client_start_connected();
    read_registers(0, 4);
    RUN_UNTIL(fixture.peer.count == 1);
    length = peer_make_registers(0, 0x1234, bytes, sizeof bytes);
    for (i = 0; i < length; i++) {
        assert_int_equal(fixture.count, 0);
        peer_send(bytes + i, 1);
        run_for_ms(2);
    }
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_OK);
    assert_int_equal(fixture.records[0].registers[3], 0x1237);
}

/* More responses in one segment than the receive buffer holds. */
static void test_more_than_a_buffer(void **state) {
    uint8_t bytes[TEST_TRANSACTIONS * PTK_MODBUS_MAX_FRAME_SIZE];
    size_t length = 0;
    unsigned i;

    (void)state;
    client_start_connected();
    for (i = 0; i < TEST_TRANSACTIONS; i++) {
        read_registers(0, 125);
    }
    RUN_UNTIL(fixture.peer.count == TEST_TRANSACTIONS);
    for (i = 0; i < TEST_TRANSACTIONS; i++) {
        length += peer_make_registers(i, (uint16_t)i, bytes + length, sizeof bytes - length);
    }
    assert_true(length > PTK_MODBUS_CLIENT_BUFFER_SIZE);
    peer_send(bytes, length);
    RUN_UNTIL(fixture.count == TEST_TRANSACTIONS);
    for (i = 0; i < TEST_TRANSACTIONS; i++) {
        assert_int_equal(fixture.records[i].result.error, PTK_ERR_OK);
        assert_int_equal(fixture.records[i].registers[0], i);
    }
}

/* ---- late, unknown, wrong ---- */

static void test_late_response_is_discarded(void **state) {
    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.count == 1 && fixture.peer.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    assert_int_equal(fixture.records[0].registers[0], 0);
    fixture.client.config.response_timeout_ms = PATIENCE_MS; /* so that a slow machine does not lose the second one */
    read_registers(5, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    peer_answer_registers(0, 111);
    peer_answer_registers(1, 222);
    RUN_UNTIL(fixture.count == 2);
    assert_int_equal(fixture.records[1].result.error, PTK_ERR_OK);
    assert_int_equal(fixture.records[1].result.address, 5);
    assert_int_equal(fixture.records[1].registers[0], 222);
    assert_int_equal(client_stats().discarded, 1);
    assert_int_equal(client_stats().connections, 1);
}

/* A response to the first attempt comes after the second attempt was sent. */
static void test_late_response_to_the_first_attempt(void **state) {
    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 100;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    assert_int_not_equal(fixture.peer.frames[0].transaction_id, fixture.peer.frames[1].transaction_id);
    peer_answer_registers(0, 111);
    RUN_UNTIL(client_stats().discarded == 1);
    assert_int_equal(fixture.count, 0);
    peer_answer_registers(fixture.peer.count - 1, 222);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_OK);
    assert_int_equal(fixture.records[0].registers[0], 222);
    assert_int_equal(client_stats().timeouts, client_stats().retries);
}

static void test_response_twice(void **state) {
    (void)state;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    peer_answer_registers(0, 1);
    peer_answer_registers(0, 2);
    RUN_UNTIL(client_stats().discarded == 1);
    assert_int_equal(fixture.count, 1);
    assert_int_equal(fixture.records[0].registers[0], 1);
}

/* One change to a good response to a read of two registers, which is then not one any more. */
typedef struct damage {
    size_t offset;
    uint8_t value;
} damage_t;

static void test_wrong_responses(void **state) {
    static const damage_t damages[] = {
        {6, TEST_UNIT_ID + 1}, /* unit */
        {7, 4},                /* function */
        {7, 0x84},             /* exception of another function, and too long for one */
        {7, 99},               /* unknown function */
        {8, 2},                /* byte count and length disagree */
        {8, 255},
    };
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];
    unsigned i;

    (void)state;
    client_start_connected();
    for (i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        size_t length;
        read_registers(0, 2);
        RUN_UNTIL(fixture.peer.count == i + 1);
        length = peer_make_registers(i, 7, bytes, sizeof bytes);
        bytes[damages[i].offset] = damages[i].value;
        peer_send(bytes, length);
        RUN_UNTIL(fixture.count == i + 1);
        assert_int_equal(fixture.records[i].result.error, PTK_MODBUS_ERR_BAD_RESPONSE);
        assert_int_equal(fixture.records[i].registers[0], 0);
    }
    assert_int_equal(client_stats().connections, 1); /* the framing is good all the time */
    assert_int_equal(fixture.disconnected, 0);
}

/* Good by itself, but to another question. */
static void test_wrong_quantity(void **state) {
    (void)state;
    client_start_connected();
    read_registers(0, 2);
    RUN_UNTIL(fixture.peer.count == 1);
    fixture.peer.frames[0].request.quantity = 1;
    peer_answer_registers(0, 7);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_MODBUS_ERR_BAD_RESPONSE);
}

static void test_exception_response(void **state) {
    uint8_t bytes[] = {0, 0, 0, 0, 0, 3, TEST_UNIT_ID, 0x83, PTK_MODBUS_EXCEPTION_GATEWAY_TARGET_FAILED};

    (void)state;
    client_start_connected();
    read_registers(3, 2);
    RUN_UNTIL(fixture.peer.count == 1);
    bytes[0] = (uint8_t)(fixture.peer.frames[0].transaction_id >> 8);
    bytes[1] = (uint8_t)fixture.peer.frames[0].transaction_id;
    peer_send(bytes, sizeof bytes);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_MODBUS_ERR_EXCEPTION);
    assert_int_equal(fixture.records[0].result.exception, PTK_MODBUS_EXCEPTION_GATEWAY_TARGET_FAILED);
    assert_int_equal(fixture.records[0].result.function, PTK_MODBUS_READ_HOLDING_REGISTERS);
    assert_int_equal(fixture.records[0].result.address, 3);
    assert_int_equal(fixture.records[0].result.quantity, 2);
}

/* ---- none ---- */

static void test_time_out_and_retries(void **state) {
    uint64_t begin;
    unsigned i;

    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 1;
    client_start_connected();
    begin = ptk_clock_now_ms();
    read_registers(0, 1);
    RUN_UNTIL(fixture.count == 1);
    assert_true(ptk_clock_now_ms() - begin >= 2 * TEST_TIMEOUT_MS); /* never early */
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    RUN_UNTIL(fixture.peer.count == 2);
    for (i = 0; i < 2; i++) {
        assert_int_equal(fixture.peer.frames[i].request.function, PTK_MODBUS_READ_HOLDING_REGISTERS);
    }
    assert_int_equal(client_stats().requests, 2);
    assert_int_equal(client_stats().timeouts, 2);
    assert_int_equal(client_stats().retries, 1);
    run_for_ms(2 * TEST_TIMEOUT_MS);
    assert_int_equal(fixture.count, 1);
    assert_int_equal(fixture.peer.count, 2);
}

/* Each request has its own deadline. */
static void test_one_is_answered_the_other_not(void **state) {
    ptk_modbus_request_id_t unanswered;

    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    client_start_connected();
    unanswered = read_registers(0, 1);
    run_for_ms(TEST_TIMEOUT_MS / 2);
    read_registers(1, 1);
    RUN_UNTIL(fixture.count > 0 || fixture.peer.count == 2);
    if (fixture.count == 0) {
        peer_answer_registers(1, 5);
    }
    RUN_UNTIL(fixture.count == 2);
    assert_int_equal(client_stats().pending, 0);
    assert_int_not_equal(fixture.records[0].result.id, fixture.records[1].result.id);
    assert_int_equal(fixture.records[fixture.records[0].result.id == unanswered ? 0 : 1].result.error,
                     PTK_ERR_TIMED_OUT);
}

static void test_writes_are_not_repeated(void **state) {
    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 5;
    client_start_connected();
    assert_true(ptk_modbus_client_write_single_register(&fixture.client, TEST_UNIT_ID, 1, 2, record_result, &fixture) >
                0);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    assert_int_equal(client_stats().requests, 1);
}

static void test_writes_are_repeated_if_wanted(void **state) {
    (void)state;
    fixture.config.response_timeout_ms = TEST_TIMEOUT_MS;
    fixture.config.retries = 1;
    fixture.config.retry_writes = true;
    client_start_connected();
    assert_true(ptk_modbus_client_write_single_register(&fixture.client, TEST_UNIT_ID, 1, 2, record_result, &fixture) >
                0);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].result.error, PTK_ERR_TIMED_OUT);
    assert_int_equal(client_stats().requests, 2);
}

static void test_cancelled_request(void **state) {
    ptk_modbus_request_id_t cancelled;

    (void)state;
    client_start_connected();
    cancelled = read_registers(0, 1);
    read_registers(1, 1);
    RUN_UNTIL(fixture.peer.count == 2);
    assert_int_equal(ptk_modbus_client_cancel(&fixture.client, cancelled), PTK_ERR_OK);
    assert_int_equal(ptk_modbus_client_cancel(&fixture.client, cancelled), PTK_ERR_INVALID_HANDLE);
    assert_int_equal(ptk_modbus_client_cancel(&fixture.client, 0), PTK_ERR_INVALID_HANDLE);
    assert_int_equal(ptk_modbus_client_cancel(&fixture.client, -1), PTK_ERR_INVALID_HANDLE);
    assert_int_equal(ptk_modbus_client_cancel(NULL, 1), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(client_stats().pending, 1);
    peer_answer_registers(0, 1);
    peer_answer_registers(1, 2);
    RUN_UNTIL(fixture.count == 1);
    assert_int_equal(fixture.records[0].registers[0], 2);
    assert_int_equal(client_stats().discarded, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(test_merged_and_out_of_order),
        CLIENT_TEST(test_split_at_every_byte),
        CLIENT_TEST(test_more_than_a_buffer),
        CLIENT_TEST(test_late_response_is_discarded),
        CLIENT_TEST(test_late_response_to_the_first_attempt),
        CLIENT_TEST(test_response_twice),
        CLIENT_TEST(test_wrong_responses),
        CLIENT_TEST(test_wrong_quantity),
        CLIENT_TEST(test_exception_response),
        CLIENT_TEST(test_time_out_and_retries),
        CLIENT_TEST(test_one_is_answered_the_other_not),
        CLIENT_TEST(test_writes_are_not_repeated),
        CLIENT_TEST(test_writes_are_repeated_if_wanted),
        CLIENT_TEST(test_cancelled_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

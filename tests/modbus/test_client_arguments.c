/**
 * @file test_client_arguments.c
 * @brief The client's functions with everything that they must refuse.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/** @brief Each time of a config is refused if it is this one. */
static void check_times_refused(uint64_t time_ms) {
    ptk_modbus_client_config_t configs[4];

    for (unsigned i = 0; i < 4; i++) {
        configs[i] = fixture.config;
    }
    configs[0].response_timeout_ms = time_ms;
    configs[1].connect_timeout_ms = time_ms;
    configs[2].reconnect_delay_ms = time_ms;
    configs[3].reconnect_delay_limit_ms = time_ms;
    for (unsigned i = 0; i < 4; i++) {
        CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &configs[i]), PTK_ERR_INVALID_ARGUMENT);
    }
}

/** @brief A config that is wrong is refused, and nothing is taken from the pools. */
CLIENT_TEST(test_bad_start) {
    ptk_modbus_client_config_t config = fixture.config;

    CHECK_EQUAL(ptk_modbus_client_start(NULL, &config), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, NULL), PTK_ERR_INVALID_ARGUMENT);
    config.loop = fixture.peer.listener;
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_HANDLE);
    config = fixture.config;
    config.transactions = NULL;
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config = fixture.config;
    config.num_transactions = 0;
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config.num_transactions = 1025;
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config = fixture.config;
    config.address.family = PTK_ADDRESS_NONE;
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config = fixture.config;
    config.retries = 1001;
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    check_times_refused(PTK_MODBUS_MAX_TIME_MS + 1);
    check_times_refused(UINT64_MAX);
    ptk_event_loop_stats_t loop_stats;
    CHECK_EQUAL(ptk_event_loop_get_stats(test_loop, &loop_stats), PTK_ERR_OK);
    CHECK_EQUAL(loop_stats.timers.in_use, 0);

    CHECK(!ptk_modbus_client_is_connected(&fixture.client));
    CHECK(!ptk_modbus_client_is_connected(NULL));
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_modbus_client_stop(NULL), PTK_ERR_INVALID_ARGUMENT);
    ptk_modbus_client_stats_t stats;
    CHECK_EQUAL(ptk_modbus_client_get_stats(&fixture.client, &stats), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_modbus_client_get_stats(NULL, &stats), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_coils(&fixture.client, 1, 0, 1, record_result, &fixture), PTK_ERR_INVALID_STATE);
    client_start();
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &fixture.config), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_modbus_client_get_stats(&fixture.client, NULL), PTK_ERR_INVALID_ARGUMENT);
}

/** @brief Members that are 0 have defaults, and the longest delay is at least the first one. */
CLIENT_TEST(test_defaults) {
    fixture.config.address.port = 0;
    fixture.config.reconnect_delay_ms = 30;
    fixture.config.reconnect_delay_limit_ms = 1;
    client_start();
    CHECK_EQUAL(fixture.client.config.address.port, PTK_MODBUS_TCP_PORT);
    CHECK_EQUAL(ptk_modbus_client_stop(&fixture.client), PTK_ERR_OK);

    fixture.config.address = fixture.peer.address;
    peer_stop_listening();
    uint64_t begin = ptk_clock_now_ms();
    client_start();
    RUN_UNTIL(fixture.disconnected == 3);
    CHECK(ptk_clock_now_ms() - begin >= 60);
}

/** @brief A start needs two timers. */
CLIENT_TEST(test_too_few_timers) {
    ptk_handle_t timers[16];

    for (unsigned i = 0; i < 15; i++) {
        timers[i] = ptk_timer_create(test_loop);
        CHECK(timers[i] > 0);
    }
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &fixture.config), PTK_ERR_OUT_OF_MEMORY);
    ptk_event_loop_stats_t stats;
    CHECK_EQUAL(ptk_event_loop_get_stats(test_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.timers.in_use, 15);
    for (unsigned i = 0; i < 15; i++) {
        CHECK_EQUAL(ptk_timer_destroy(timers[i]), PTK_ERR_OK);
    }
}

/** @brief Times that do not fit 32 bits, as long as they say: none of them is over at once. */
static void run_with_times(uint64_t time_ms) {
    fixture.config.response_timeout_ms = time_ms;
    fixture.config.connect_timeout_ms = time_ms;
    fixture.config.reconnect_delay_ms = time_ms;
    fixture.config.reconnect_delay_limit_ms = time_ms;
    client_start_connected();
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == 1);
    run_for_ms(50);
    CHECK_EQUAL(fixture.count, 0);
    peer_respond_registers(0, 3);
    RUN_UNTIL(fixture.count == 1);
    CHECK_EQUAL(fixture.records[0].result.error, PTK_ERR_OK);
    peer_hang_up();
    RUN_UNTIL(fixture.disconnected == 1);
    run_for_ms(50);
    CHECK_EQUAL(fixture.peer.connections, 1);
    CHECK_EQUAL(fixture.disconnected, 1);
}

/** @brief Times above 32 bits are as long as they say. */
CLIENT_TEST(test_long_times) {
    run_with_times((UINT64_C(1) << 32) + 5);
}

/** @brief Times whose lower 32 bits are 0 are not 0. */
CLIENT_TEST(test_times_of_zero_low_bits) {
    run_with_times(UINT64_C(1) << 32);
}

/** @brief The longest times are accepted; longer ones are refused. */
CLIENT_TEST(test_longest_times) {
    run_with_times(PTK_MODBUS_MAX_TIME_MS);
}

/** @brief Invalid requests are refused. */
CLIENT_TEST(test_bad_requests) {
    static const uint16_t registers[200] = {0};
    static const uint8_t bits[2000] = {0};
    ptk_modbus_client_t *client = &fixture.client;
    ptk_modbus_request_t request;

    memset(&request, 0, sizeof request);
    request.function = 99;
    client_start();
    CHECK_EQUAL(ptk_modbus_client_read_coils(NULL, 1, 0, 1, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_submit(client, 1, NULL, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_submit(client, 1, &request, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_coils(client, 1, 0, 0, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_coils(client, 1, 0, 2001, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_discrete_inputs(client, 1, 0, 2001, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_holding_registers(client, 1, 0, 126, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_input_registers(client, 1, 65535, 2, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_write_multiple_coils(client, 1, 0, 1969, bits, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_write_multiple_coils(client, 1, 0, 1, NULL, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_write_multiple_coils(client, 1, 0, 0, bits, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_write_multiple_registers(client, 1, 0, 124, registers, NULL, NULL),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_write_multiple_registers(client, 1, 0, 1, NULL, NULL, NULL),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_write_registers(client, 1, 0, 126, 0, 1, registers, NULL, NULL),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_write_registers(client, 1, 0, 1, 0, 122, registers, NULL, NULL),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_write_registers(client, 1, 0, 1, 0, 1, NULL, NULL, NULL),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_client_read_device_identification(client, 1, 5, 0, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(client_stats().pending, 0);
    CHECK(!ptk_modbus_result_bit(NULL, 0));
    CHECK_EQUAL(ptk_modbus_result_register(NULL, 0), 0);
    ptk_modbus_reply_callback(client, NULL, &request); /* and nothing happens */
    const ptk_modbus_result_t result = {.error = PTK_ERR_OK};
    ptk_modbus_reply_callback(client, &result, NULL);
    CHECK(strcmp(ptk_modbus_error_string(PTK_MODBUS_ERR_EXCEPTION), "PTK_MODBUS_ERR_EXCEPTION") == 0);
    CHECK(strcmp(ptk_modbus_error_string(PTK_MODBUS_ERR_BAD_RESPONSE), "PTK_MODBUS_ERR_BAD_RESPONSE") == 0);
    CHECK(strcmp(ptk_modbus_error_string(PTK_ERR_CLOSED), "PTK_ERR_CLOSED") == 0);
}

/** @brief A result that an application made up: no value is read that is not there, and no more is copied than fits. */
CLIENT_TEST(test_results_made_up) {
    static const uint8_t data[2 * PTK_MODBUS_MAX_PDU_SIZE] = {1, 1};
    ptk_modbus_result_t result = {.function = PTK_MODBUS_READ_COILS, .quantity = 9};

    result.response.data = data;
    result.response.data_length = 1;
    CHECK(ptk_modbus_result_bit(&result, 0));
    CHECK(!ptk_modbus_result_bit(&result, 8));
    result.response.data_length = 2;
    CHECK(ptk_modbus_result_bit(&result, 8));
    result.function = PTK_MODBUS_READ_HOLDING_REGISTERS;
    result.quantity = 2;
    CHECK_EQUAL(ptk_modbus_result_register(&result, 0), 0x101);
    CHECK_EQUAL(ptk_modbus_result_register(&result, 1), 0);
    result.response.data_length = 1;
    CHECK_EQUAL(ptk_modbus_result_register(&result, 0), 0);

    ptk_modbus_reply_t reply;
    CHECK_EQUAL(ptk_modbus_reply_prepare(&reply, test_loop, 1), PTK_ERR_OK);
    result.response.data_length = sizeof reply.data;
    ptk_modbus_reply_callback(&fixture.client, &result, &reply);
    CHECK(reply.result.response.data == reply.data);
    CHECK_EQUAL(reply.data[1], 1);
    result.response.data_length = sizeof reply.data + 1;
    ptk_modbus_reply_callback(&fixture.client, &result, &reply);
    CHECK(reply.result.response.data == data);
}

/** @brief The tests of this file. */
const harness_test_t client_arguments_tests[] = {
    {"client_arguments.bad_start", test_bad_start},
    {"client_arguments.defaults", test_defaults},
    {"client_arguments.results_made_up", test_results_made_up},
    {"client_arguments.too_few_timers", test_too_few_timers},
    {"client_arguments.long_times", test_long_times},
    {"client_arguments.times_of_zero_low_bits", test_times_of_zero_low_bits},
    {"client_arguments.longest_times", test_longest_times},
    {"client_arguments.bad_requests", test_bad_requests},
    {NULL, NULL},
};

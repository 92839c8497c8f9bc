/*
 * The client's functions with everything that they must refuse.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

static void test_bad_start(void **state) {
    ptk_modbus_client_config_t config = fixture.config;
    ptk_modbus_client_stats_t stats;
    ptk_event_loop_stats_t loop_stats;

    (void)state;
    assert_int_equal(ptk_modbus_client_start(NULL, &config), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_start(&fixture.client, NULL), PTK_ERR_INVALID_ARGUMENT);
    config.loop = fixture.peer.listener;
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_HANDLE);
    config = fixture.config;
    config.transactions = NULL;
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config = fixture.config;
    config.num_transactions = 0;
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config.num_transactions = 1025;
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config = fixture.config;
    config.address.family = PTK_ADDRESS_NONE;
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    config = fixture.config;
    config.retries = 1001;
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &config), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_event_loop_get_stats(fixture.loop, &loop_stats), PTK_ERR_OK);
    assert_int_equal(loop_stats.timers.in_use, 0);

    assert_false(ptk_modbus_client_is_connected(&fixture.client));
    assert_false(ptk_modbus_client_is_connected(NULL));
    assert_int_equal(ptk_modbus_client_stop(&fixture.client), PTK_ERR_INVALID_STATE);
    assert_int_equal(ptk_modbus_client_stop(NULL), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_get_stats(&fixture.client, &stats), PTK_ERR_INVALID_STATE);
    assert_int_equal(ptk_modbus_client_get_stats(NULL, &stats), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_coils(&fixture.client, 1, 0, 1, record_result, &fixture),
                     PTK_ERR_INVALID_STATE);
    client_start();
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &fixture.config), PTK_ERR_INVALID_STATE);
    assert_int_equal(ptk_modbus_client_get_stats(&fixture.client, NULL), PTK_ERR_INVALID_ARGUMENT);
}

static void test_too_few_timers(void **state) {
    ptk_handle_t timers[16];
    ptk_event_loop_stats_t stats;
    unsigned i;

    (void)state;
    for (i = 0; i < 15; i++) {
        timers[i] = ptk_timer_create(fixture.loop);
        assert_true(timers[i] > 0);
    }
    assert_int_equal(ptk_modbus_client_start(&fixture.client, &fixture.config), PTK_ERR_OUT_OF_MEMORY);
    assert_int_equal(ptk_event_loop_get_stats(fixture.loop, &stats), PTK_ERR_OK);
    assert_int_equal(stats.timers.in_use, 15);
    for (i = 0; i < 15; i++) {
        assert_int_equal(ptk_timer_destroy(timers[i]), PTK_ERR_OK);
    }
}

static void test_bad_requests(void **state) {
    static const uint16_t registers[200] = {0};
    static const uint8_t bits[2000] = {0};
    ptk_modbus_client_t *client = &fixture.client;
    ptk_modbus_request_t request;

    (void)state;
    memset(&request, 0, sizeof request);
    request.function = 99;
    client_start();
    assert_int_equal(ptk_modbus_client_read_coils(NULL, 1, 0, 1, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_submit(client, 1, NULL, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_submit(client, 1, &request, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_coils(client, 1, 0, 0, record_result, &fixture), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_coils(client, 1, 0, 2001, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_discrete_inputs(client, 1, 0, 2001, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_holding_registers(client, 1, 0, 126, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_input_registers(client, 1, 65535, 2, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_write_multiple_coils(client, 1, 0, 1969, bits, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_write_multiple_coils(client, 1, 0, 1, NULL, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_write_multiple_coils(client, 1, 0, 0, bits, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_write_multiple_registers(client, 1, 0, 124, registers, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_write_multiple_registers(client, 1, 0, 1, NULL, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_write_registers(client, 1, 0, 126, 0, 1, registers, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_write_registers(client, 1, 0, 1, 0, 122, registers, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_write_registers(client, 1, 0, 1, 0, 1, NULL, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_client_read_device_identification(client, 1, 5, 0, NULL, NULL),
                     PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(client_stats().pending, 0);
    assert_false(ptk_modbus_result_bit(NULL, 0));
    assert_int_equal(ptk_modbus_result_register(NULL, 0), 0);
    assert_string_equal(ptk_modbus_error_string(PTK_MODBUS_ERR_EXCEPTION), "PTK_MODBUS_ERR_EXCEPTION");
    assert_string_equal(ptk_modbus_error_string(PTK_MODBUS_ERR_BAD_RESPONSE), "PTK_MODBUS_ERR_BAD_RESPONSE");
    assert_string_equal(ptk_modbus_error_string(PTK_ERR_CLOSED), "PTK_ERR_CLOSED");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(test_bad_start),
        CLIENT_TEST(test_too_few_timers),
        CLIENT_TEST(test_bad_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The client's requests: every function against the library's own server, exceptions, ids, a full array of transactions,
 * and waiting for a request in a protothread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <ptk_modbus_server.h>

#include <string.h>

#define VALUES 300

static ptk_modbus_server_t server;
static ptk_modbus_connection_t server_connections[2];
static uint8_t coils[VALUES];
static uint8_t discrete_inputs[VALUES];
static uint16_t holding_registers[VALUES];
static uint16_t input_registers[VALUES];

/* A server in the same loop as the client. */
static int server_setup(void **state) {
    static const ptk_modbus_device_object_t objects[] = {{PTK_MODBUS_OBJECT_VENDOR_NAME, "vendor"},
                                                         {PTK_MODBUS_OBJECT_PRODUCT_CODE, "code"},
                                                         {PTK_MODBUS_OBJECT_REVISION, "1.0"}};
    static const ptk_modbus_map_t map = {.coils = coils,
                                         .discrete_inputs = discrete_inputs,
                                         .holding_registers = holding_registers,
                                         .input_registers = input_registers,
                                         .num_coils = VALUES,
                                         .num_discrete_inputs = VALUES,
                                         .num_holding_registers = VALUES,
                                         .num_input_registers = VALUES};
    ptk_modbus_server_config_t config;
    uint16_t i;

    fixture_setup(state);
    for (i = 0; i < VALUES; i++) {
        coils[i] = i % 3 == 0;
        discrete_inputs[i] = i % 5 == 0;
        holding_registers[i] = (uint16_t)(1000 + i);
        input_registers[i] = (uint16_t)(0xF000 + i);
    }
    memset(&server, 0, sizeof server);
    memset(&config, 0, sizeof config);
    config.loop = fixture.loop;
    assert_int_equal(ptk_address_parse("127.0.0.1", 0, &config.address), PTK_ERR_OK);
    config.connections = server_connections;
    config.num_connections = 2;
    config.unit_id = PTK_MODBUS_ANY_UNIT;
    config.map = &map;
    config.objects = objects;
    config.num_objects = 3;
    assert_int_equal(ptk_modbus_server_start(&server, &config), PTK_ERR_OK);
    assert_int_equal(ptk_modbus_server_get_address(&server, &fixture.config.address), PTK_ERR_OK);
    return 0;
}

static int server_teardown(void **state) {
    assert_int_equal(ptk_modbus_server_stop(&server), PTK_ERR_OK);
    return fixture_teardown(state);
}

/* The outcome of the only request in flight. */
static const record_t *await_record(ptk_modbus_request_id_t id) {
    unsigned before = fixture.count;

    assert_true(id > 0);
    RUN_UNTIL(fixture.count == before + 1);
    assert_int_equal(fixture.records[before].result.id, id);
    return &fixture.records[before];
}

static void assert_ok(const record_t *record, uint8_t function, uint16_t address, uint16_t quantity) {
    assert_int_equal(record->result.error, PTK_ERR_OK);
    assert_int_equal(record->result.exception, PTK_MODBUS_EXCEPTION_NONE);
    assert_int_equal(record->result.unit_id, TEST_UNIT_ID);
    assert_int_equal(record->result.function, function);
    assert_int_equal(record->result.address, address);
    assert_int_equal(record->result.quantity, quantity);
}

/* ---- every function ---- */

static void test_reads(void **state) {
    ptk_modbus_client_t *client = &fixture.client;
    const record_t *record;
    unsigned i;

    (void)state;
    client_start();
    record = await_record(ptk_modbus_client_read_coils(client, TEST_UNIT_ID, 2, 16, record_result, &fixture));
    assert_ok(record, PTK_MODBUS_READ_COILS, 2, 16);
    for (i = 0; i < 16; i++) {
        assert_int_equal(record->bits[i], (i + 2) % 3 == 0);
    }
    assert_int_equal(record->registers[0], 0); /* it has none */
    record = await_record(ptk_modbus_client_read_discrete_inputs(client, TEST_UNIT_ID, 5, 9, record_result, &fixture));
    assert_ok(record, PTK_MODBUS_READ_DISCRETE_INPUTS, 5, 9);
    for (i = 0; i < 16; i++) {
        assert_int_equal(record->bits[i], i < 9 && i % 5 == 0); /* nothing beyond the quantity */
    }
    record =
        await_record(ptk_modbus_client_read_holding_registers(client, TEST_UNIT_ID, 7, 3, record_result, &fixture));
    assert_ok(record, PTK_MODBUS_READ_HOLDING_REGISTERS, 7, 3);
    assert_int_equal(record->registers[0], 1007);
    assert_int_equal(record->registers[2], 1009);
    assert_int_equal(record->registers[3], 0); /* beyond the quantity */
    assert_false(record->bits[0]);             /* it has none */
    record =
        await_record(ptk_modbus_client_read_input_registers(client, TEST_UNIT_ID, 0, 125, record_result, &fixture));
    assert_ok(record, PTK_MODBUS_READ_INPUT_REGISTERS, 0, 125);
    assert_int_equal(record->registers[3], 0xF003);
}

static void test_writes(void **state) {
    static const uint8_t bits[11] = {1, 1, 0, 9, 0, 0, 0, 0, 0, 0, 1};
    ptk_modbus_client_t *client = &fixture.client;
    uint16_t registers[PTK_MODBUS_MAX_WRITE_REGISTERS];
    uint16_t i;

    (void)state;
    client_start();
    assert_ok(await_record(ptk_modbus_client_write_single_coil(client, TEST_UNIT_ID, 1, true, record_result, &fixture)),
              PTK_MODBUS_WRITE_SINGLE_COIL, 1, 1);
    assert_int_equal(coils[1], 1);
    assert_ok(
        await_record(ptk_modbus_client_write_single_coil(client, TEST_UNIT_ID, 0, false, record_result, &fixture)),
        PTK_MODBUS_WRITE_SINGLE_COIL, 0, 1);
    assert_int_equal(coils[0], 0);
    assert_ok(await_record(
                  ptk_modbus_client_write_single_register(client, TEST_UNIT_ID, 299, 0xBEEF, record_result, &fixture)),
              PTK_MODBUS_WRITE_SINGLE_REGISTER, 299, 1);
    assert_int_equal(holding_registers[299], 0xBEEF);
    assert_ok(await_record(
                  ptk_modbus_client_write_multiple_coils(client, TEST_UNIT_ID, 20, 11, bits, record_result, &fixture)),
              PTK_MODBUS_WRITE_MULTIPLE_COILS, 20, 11);
    for (i = 0; i < 11; i++) {
        assert_int_equal(coils[20 + i], bits[i] != 0);
    }
    for (i = 0; i < PTK_MODBUS_MAX_WRITE_REGISTERS; i++) {
        registers[i] = (uint16_t)(0x8000 + i);
    }
    assert_ok(await_record(ptk_modbus_client_write_multiple_registers(
                  client, TEST_UNIT_ID, 100, PTK_MODBUS_MAX_WRITE_REGISTERS, registers, record_result, &fixture)),
              PTK_MODBUS_WRITE_MULTIPLE_REGISTERS, 100, PTK_MODBUS_MAX_WRITE_REGISTERS);
    assert_memory_equal(&holding_registers[100], registers, sizeof registers);
}

static void test_mask_write_and_read_write(void **state) {
    static const uint16_t values[2] = {7, 8};
    ptk_modbus_client_t *client = &fixture.client;
    const record_t *record;

    (void)state;
    client_start();
    holding_registers[4] = 0x12;
    assert_ok(await_record(
                  ptk_modbus_client_mask_write_register(client, TEST_UNIT_ID, 4, 0xF2, 0x25, record_result, &fixture)),
              PTK_MODBUS_MASK_WRITE_REGISTER, 4, 1);
    assert_int_equal(holding_registers[4], 0x17); /* the example of AP 6.16 */
    record = await_record(
        ptk_modbus_client_read_write_registers(client, TEST_UNIT_ID, 9, 4, 10, 2, values, record_result, &fixture));
    assert_ok(record, PTK_MODBUS_READ_WRITE_REGISTERS, 9, 4);
    assert_int_equal(record->registers[0], 1009);
    assert_int_equal(record->registers[1], 7); /* it writes first */
    assert_int_equal(record->registers[2], 8);
    assert_int_equal(record->registers[3], 1012);
}

static char identification[64];

static void record_identification(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    ptk_modbus_object_t object;
    size_t offset = 0;
    size_t length = 0;

    while (ptk_modbus_object_next(&result->response, &offset, &object)) {
        memcpy(identification + length, object.value, object.length);
        length += object.length;
        identification[length++] = ';';
    }
    identification[length] = '\0';
    record_result(client, result, user_data);
}

static void test_device_identification(void **state) {
    (void)state;
    client_start();
    assert_ok(await_record(ptk_modbus_client_read_device_identification(
                  &fixture.client, TEST_UNIT_ID, PTK_MODBUS_DEVICE_ID_BASIC, 0, record_identification, &fixture)),
              PTK_MODBUS_READ_DEVICE_IDENTIFICATION, 0, 0);
    assert_string_equal(identification, "vendor;code;1.0;");
    assert_ok(await_record(ptk_modbus_client_read_device_identification(
                  &fixture.client, TEST_UNIT_ID, PTK_MODBUS_DEVICE_ID_INDIVIDUAL, 1, record_identification, &fixture)),
              PTK_MODBUS_READ_DEVICE_IDENTIFICATION, 0, 0);
    assert_string_equal(identification, "code;");
}

static void test_exception(void **state) {
    const record_t *record;

    (void)state;
    client_start();
    record = await_record(read_registers(VALUES, 1));
    assert_int_equal(record->result.error, PTK_MODBUS_ERR_EXCEPTION);
    assert_int_equal(record->result.exception, PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
    assert_int_equal(record->result.address, VALUES);
    assert_int_equal(record->registers[0], 0);
    assert_int_equal(await_record(read_registers(0, 1))->result.error, PTK_ERR_OK); /* and on it goes */
}

static void test_nobody_is_told(void **state) {
    (void)state;
    client_start();
    assert_true(ptk_modbus_client_write_single_register(&fixture.client, 1, 3, 33, NULL, NULL) > 0);
    RUN_UNTIL(client_stats().responses == 1);
    assert_int_equal(client_stats().pending, 0);
    assert_int_equal(holding_registers[3], 33);
}

/* ---- a protothread ---- */

typedef struct thread_context {
    ptk_pt_t pt;
    ptk_modbus_reply_t reply;
    ptk_modbus_reply_t refused;
    uint16_t value;
    bool finished;
} thread_context_t;

static ptk_pt_status_t read_twice(ptk_pt_t *pt) {
    thread_context_t *context = (thread_context_t *)pt;

    PTK_PT_BEGIN(pt);
    PTK_MODBUS_PT_AWAIT(pt, &context->reply, fixture.loop,
                        ptk_modbus_client_read_holding_registers(&fixture.client, 1, 30, 2, ptk_modbus_reply_callback,
                                                                 &context->reply));
    if (context->reply.result.error != PTK_ERR_OK) {
        PTK_PT_EXIT(pt);
    }
    context->value = ptk_modbus_result_register(&context->reply.result, 1);
    PTK_MODBUS_PT_AWAIT(pt, &context->reply, fixture.loop,
                        ptk_modbus_client_write_single_register(&fixture.client, 1, 50, (uint16_t)(context->value + 1),
                                                                ptk_modbus_reply_callback, &context->reply));
    PTK_MODBUS_PT_AWAIT(pt, &context->refused, fixture.loop,
                        ptk_modbus_client_read_holding_registers(&fixture.client, 1, 0, 0, ptk_modbus_reply_callback,
                                                                 &context->refused));
    context->finished = true;
    PTK_PT_END(pt);
}

static void test_protothread_awaits(void **state) {
    static thread_context_t context;

    (void)state;
    client_start();
    assert_int_equal(ptk_protothread_init(&context.pt, read_twice), PTK_ERR_OK);
    assert_int_equal(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    RUN_UNTIL(ptk_protothread_is_finished(&context.pt));
    assert_true(context.finished);
    assert_int_equal(context.value, 1031);
    assert_int_equal(context.reply.result.error, PTK_ERR_OK);
    assert_int_equal(context.reply.result.function, PTK_MODBUS_WRITE_SINGLE_REGISTER);
    assert_int_equal(holding_registers[50], 1032);
    assert_int_equal(context.refused.result.error, PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_reply_prepare(NULL, fixture.loop, 1), PTK_ERR_INVALID_ARGUMENT);
    assert_int_equal(ptk_modbus_reply_prepare(&context.reply, 0, 1), PTK_ERR_INVALID_HANDLE);
    assert_int_equal(context.reply.result.error, PTK_ERR_INVALID_HANDLE);
}

static void test_all_transactions_in_use(void **state) {
    ptk_modbus_request_id_t ids[TEST_TRANSACTIONS];
    unsigned i;
    unsigned j;

    (void)state;
    client_start();
    for (i = 0; i < TEST_TRANSACTIONS; i++) {
        ids[i] = read_registers((uint16_t)i, 1);
        for (j = 0; j < i; j++) {
            assert_int_not_equal(ids[i], ids[j]);
        }
    }
    assert_int_equal(ptk_modbus_client_read_coils(&fixture.client, 1, 0, 1, record_result, &fixture),
                     PTK_ERR_OUT_OF_MEMORY);
    assert_int_equal(client_stats().pending, TEST_TRANSACTIONS);
    RUN_UNTIL(fixture.count == TEST_TRANSACTIONS);
    for (i = 0; i < TEST_TRANSACTIONS; i++) {
        assert_int_equal(fixture.records[i].result.id, ids[i]); /* in the order of submission */
        assert_int_equal(fixture.records[i].registers[0], 1000 + i);
    }
    assert_int_equal(client_stats().pending, 0);
    assert_true(read_registers(0, 1) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reads, server_setup, server_teardown),
        cmocka_unit_test_setup_teardown(test_writes, server_setup, server_teardown),
        cmocka_unit_test_setup_teardown(test_mask_write_and_read_write, server_setup, server_teardown),
        cmocka_unit_test_setup_teardown(test_device_identification, server_setup, server_teardown),
        cmocka_unit_test_setup_teardown(test_exception, server_setup, server_teardown),
        cmocka_unit_test_setup_teardown(test_nobody_is_told, server_setup, server_teardown),
        cmocka_unit_test_setup_teardown(test_protothread_awaits, server_setup, server_teardown),
        cmocka_unit_test_setup_teardown(test_all_transactions_in_use, server_setup, server_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

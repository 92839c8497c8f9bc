/**
 * @file test_client_requests.c
 * @brief The client's requests: every function against the library's own server, exceptions, ids, a full array of
 * transactions, and waiting for a request in a protothread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <ptk_modbus_server.h>

#include <string.h>

/** @brief Values of each table. */
#define VALUES 300

/** @brief The server. */
static ptk_modbus_server_t server;
/** @brief Its connections. */
static ptk_modbus_connection_t server_connections[2];
/** @brief The coils. */
static uint8_t coils[VALUES];
/** @brief The discrete inputs. */
static uint8_t discrete_inputs[VALUES];
/** @brief The holding registers. */
static uint16_t holding_registers[VALUES];
/** @brief The input registers. */
static uint16_t input_registers[VALUES];

/** @brief A server in the same loop as the client. */
static bool both_set_up(void) {
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

    if (!client_set_up()) {
        return false;
    }
    for (uint16_t i = 0; i < VALUES; i++) {
        coils[i] = i % 3 == 0;
        discrete_inputs[i] = i % 5 == 0;
        holding_registers[i] = (uint16_t)(1000 + i);
        input_registers[i] = (uint16_t)(0xF000 + i);
    }
    memset(&server, 0, sizeof server);
    ptk_modbus_server_config_t config;
    memset(&config, 0, sizeof config);
    config.loop = test_loop;
    CHECK_OR_RETURN(ptk_address_parse("127.0.0.1", 0, &config.address) == PTK_ERR_OK, false);
    config.connections = server_connections;
    config.num_connections = 2;
    config.unit_id = PTK_MODBUS_ANY_UNIT;
    config.map = &map;
    config.objects = objects;
    config.num_objects = 3;
    CHECK_OR_RETURN(ptk_modbus_server_start(&server, &config) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_modbus_server_get_address(&server, &fixture.config.address) == PTK_ERR_OK, false);
    return true;
}

/** @brief Stops the server. */
static void stop_server(void) {
    CHECK_EQUAL(ptk_modbus_server_stop(&server), PTK_ERR_OK);
}

/** @brief Calls a test between set-up and tear-down of client and server. */
static void both_run(void (*test)(void)) {
    if (both_set_up()) {
        test();
    }
    stop_server();
    client_tear_down();
}

/** @brief Begins the definition of a test with a client and the library's own server. */
#define LOOPBACK_TEST(name) TEST_WITHIN(both_run, name)

/** @brief The outcome of the only request in flight; an empty one, and the test has failed, if there is none. */
static const record_t *await_record(ptk_modbus_request_id_t id) {
    static const record_t nothing;
    unsigned before = fixture.count;

    CHECK_OR_RETURN(id > 0, &nothing);
    RUN_UNTIL_OR_RETURN(fixture.count == before + 1, &nothing);
    CHECK_OR_RETURN(fixture.records[before].result.id == id, &nothing);
    return &fixture.records[before];
}

/** @brief A request has succeeded, and its result repeats it. */
static void check_ok(const record_t *record, uint8_t function, uint16_t address, uint16_t quantity) {
    CHECK_EQUAL(record->result.error, PTK_ERR_OK);
    CHECK_EQUAL(record->result.exception, PTK_MODBUS_EXCEPTION_NONE);
    CHECK_EQUAL(record->result.unit_id, TEST_UNIT_ID);
    CHECK_EQUAL(record->result.function, function);
    CHECK_EQUAL(record->result.address, address);
    CHECK_EQUAL(record->result.quantity, quantity);
}

/* ---- every function ---- */

/** @brief The four functions that read. */
LOOPBACK_TEST(test_reads) {
    ptk_modbus_client_t *client = &fixture.client;

    client_start();
    const record_t *record =
        await_record(ptk_modbus_client_read_coils(client, TEST_UNIT_ID, 2, 16, record_result, &fixture));
    check_ok(record, PTK_MODBUS_READ_COILS, 2, 16);
    for (unsigned i = 0; i < 16; i++) {
        CHECK_EQUAL(record->bits[i], (i + 2) % 3 == 0);
    }
    CHECK_EQUAL(record->registers[0], 0); /* it has none */
    record = await_record(ptk_modbus_client_read_discrete_inputs(client, TEST_UNIT_ID, 5, 9, record_result, &fixture));
    check_ok(record, PTK_MODBUS_READ_DISCRETE_INPUTS, 5, 9);
    for (unsigned i = 0; i < 16; i++) {
        CHECK_EQUAL(record->bits[i], i < 9 && i % 5 == 0); /* nothing beyond the quantity */
    }
    record =
        await_record(ptk_modbus_client_read_holding_registers(client, TEST_UNIT_ID, 7, 3, record_result, &fixture));
    check_ok(record, PTK_MODBUS_READ_HOLDING_REGISTERS, 7, 3);
    CHECK_EQUAL(record->registers[0], 1007);
    CHECK_EQUAL(record->registers[2], 1009);
    CHECK_EQUAL(record->registers[3], 0); /* beyond the quantity */
    CHECK(!(record->bits[0]));            /* it has none */
    record =
        await_record(ptk_modbus_client_read_input_registers(client, TEST_UNIT_ID, 0, 125, record_result, &fixture));
    check_ok(record, PTK_MODBUS_READ_INPUT_REGISTERS, 0, 125);
    CHECK_EQUAL(record->registers[3], 0xF003);
}

/** @brief The four functions that write. */
LOOPBACK_TEST(test_writes) {
    static const uint8_t bits[11] = {1, 1, 0, 9, 0, 0, 0, 0, 0, 0, 1};
    ptk_modbus_client_t *client = &fixture.client;
    uint16_t registers[PTK_MODBUS_MAX_WRITE_REGISTERS];

    client_start();
    check_ok(await_record(ptk_modbus_client_write_single_coil(client, TEST_UNIT_ID, 1, true, record_result, &fixture)),
             PTK_MODBUS_WRITE_SINGLE_COIL, 1, 1);
    CHECK_EQUAL(coils[1], 1);
    check_ok(await_record(ptk_modbus_client_write_single_coil(client, TEST_UNIT_ID, 0, false, record_result, &fixture)),
             PTK_MODBUS_WRITE_SINGLE_COIL, 0, 1);
    CHECK_EQUAL(coils[0], 0);
    check_ok(await_record(
                 ptk_modbus_client_write_single_register(client, TEST_UNIT_ID, 299, 0xBEEF, record_result, &fixture)),
             PTK_MODBUS_WRITE_SINGLE_REGISTER, 299, 1);
    CHECK_EQUAL(holding_registers[299], 0xBEEF);
    check_ok(await_record(
                 ptk_modbus_client_write_multiple_coils(client, TEST_UNIT_ID, 20, 11, bits, record_result, &fixture)),
             PTK_MODBUS_WRITE_MULTIPLE_COILS, 20, 11);
    for (uint16_t i = 0; i < 11; i++) {
        CHECK_EQUAL(coils[20 + i], bits[i] != 0);
    }
    for (uint16_t i = 0; i < PTK_MODBUS_MAX_WRITE_REGISTERS; i++) {
        registers[i] = (uint16_t)(0x8000 + i);
    }
    check_ok(await_record(ptk_modbus_client_write_multiple_registers(
                 client, TEST_UNIT_ID, 100, PTK_MODBUS_MAX_WRITE_REGISTERS, registers, record_result, &fixture)),
             PTK_MODBUS_WRITE_MULTIPLE_REGISTERS, 100, PTK_MODBUS_MAX_WRITE_REGISTERS);
    CHECK(memcmp(&holding_registers[100], registers, sizeof registers) == 0);
}

/** @brief Functions 22 and 23. */
LOOPBACK_TEST(test_mask_write_and_read_write) {
    static const uint16_t values[2] = {7, 8};
    ptk_modbus_client_t *client = &fixture.client;

    client_start();
    holding_registers[4] = 0x12;
    check_ok(await_record(
                 ptk_modbus_client_mask_write_register(client, TEST_UNIT_ID, 4, 0xF2, 0x25, record_result, &fixture)),
             PTK_MODBUS_MASK_WRITE_REGISTER, 4, 1);
    CHECK_EQUAL(holding_registers[4], 0x17); /* the example of AP 6.16 */
    const record_t *record = await_record(
        ptk_modbus_client_read_write_registers(client, TEST_UNIT_ID, 9, 4, 10, 2, values, record_result, &fixture));
    check_ok(record, PTK_MODBUS_READ_WRITE_REGISTERS, 9, 4);
    CHECK_EQUAL(record->registers[0], 1009);
    CHECK_EQUAL(record->registers[1], 7); /* it writes first */
    CHECK_EQUAL(record->registers[2], 8);
    CHECK_EQUAL(record->registers[3], 1012);
}

/** @brief The objects of the device identification, as text. */
static char identification[64];

/** @brief Callback: records the objects. */
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

/** @brief Function 43. */
LOOPBACK_TEST(test_device_identification) {
    client_start();
    check_ok(await_record(ptk_modbus_client_read_device_identification(
                 &fixture.client, TEST_UNIT_ID, PTK_MODBUS_DEVICE_ID_BASIC, 0, record_identification, &fixture)),
             PTK_MODBUS_READ_DEVICE_IDENTIFICATION, 0, 0);
    CHECK(strcmp(identification, "vendor;code;1.0;") == 0);
    check_ok(await_record(ptk_modbus_client_read_device_identification(
                 &fixture.client, TEST_UNIT_ID, PTK_MODBUS_DEVICE_ID_INDIVIDUAL, 1, record_identification, &fixture)),
             PTK_MODBUS_READ_DEVICE_IDENTIFICATION, 0, 0);
    CHECK(strcmp(identification, "code;") == 0);
}

/** @brief An exception of the server reaches the callback. */
LOOPBACK_TEST(test_exception) {
    client_start();
    const record_t *record = await_record(read_registers(VALUES, 1));
    CHECK_EQUAL(record->result.error, PTK_MODBUS_ERR_EXCEPTION);
    CHECK_EQUAL(record->result.exception, PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS);
    CHECK_EQUAL(record->result.address, VALUES);
    CHECK_EQUAL(record->registers[0], 0);
    CHECK_EQUAL(await_record(read_registers(0, 1))->result.error, PTK_ERR_OK); /* and on it goes */
}

/** @brief A request without a callback is executed. */
LOOPBACK_TEST(test_without_callback) {
    client_start();
    CHECK(ptk_modbus_client_write_single_register(&fixture.client, 1, 3, 33, NULL, NULL) > 0);
    RUN_UNTIL(client_stats().responses == 1);
    CHECK_EQUAL(client_stats().pending, 0);
    CHECK_EQUAL(holding_registers[3], 33);
}

/* ---- a protothread ---- */

/** @brief The context of a protothread that waits for results. */
typedef struct thread_context {
    ptk_pt_t pt;
    ptk_modbus_reply_t reply;
    ptk_modbus_reply_t refused;
    uint16_t value;
    bool finished;
} thread_context_t;

/** @brief The protothread: two reads, one after the other. */
static ptk_pt_status_t read_twice(ptk_pt_t *pt) {
    thread_context_t *context = (thread_context_t *)pt;

    PTK_PT_BEGIN(pt);
    PTK_MODBUS_PT_AWAIT(pt, &context->reply, test_loop,
                        ptk_modbus_client_read_holding_registers(&fixture.client, 1, 30, 2, ptk_modbus_reply_callback,
                                                                 &context->reply));
    if (context->reply.result.error != PTK_ERR_OK) {
        PTK_PT_EXIT(pt);
    }
    context->value = ptk_modbus_result_register(&context->reply.result, 1);
    PTK_MODBUS_PT_AWAIT(pt, &context->reply, test_loop,
                        ptk_modbus_client_write_single_register(&fixture.client, 1, 50, (uint16_t)(context->value + 1),
                                                                ptk_modbus_reply_callback, &context->reply));
    PTK_MODBUS_PT_AWAIT(pt, &context->refused, test_loop,
                        ptk_modbus_client_read_holding_registers(&fixture.client, 1, 0, 0, ptk_modbus_reply_callback,
                                                                 &context->refused));
    context->finished = true;
    PTK_PT_END(pt);
}

/** @brief A protothread waits for results. */
LOOPBACK_TEST(test_protothread_awaits) {
    static thread_context_t context;

    client_start();
    CHECK_EQUAL(ptk_protothread_init(&context.pt, read_twice), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&context.pt), PTK_ERR_OK);
    RUN_UNTIL(ptk_protothread_is_finished(&context.pt));
    CHECK(context.finished);
    CHECK_EQUAL(context.value, 1031);
    CHECK_EQUAL(context.reply.result.error, PTK_ERR_OK);
    CHECK_EQUAL(context.reply.result.function, PTK_MODBUS_WRITE_SINGLE_REGISTER);
    CHECK_EQUAL(holding_registers[50], 1032);
    CHECK_EQUAL(context.refused.result.error, PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_reply_prepare(NULL, test_loop, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_reply_prepare(&context.reply, 0, 1), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(context.reply.result.error, PTK_ERR_INVALID_HANDLE);
}

/** @brief A request is refused while all transactions are in use. */
LOOPBACK_TEST(test_all_transactions_in_use) {
    ptk_modbus_request_id_t ids[TEST_TRANSACTIONS];

    client_start();
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        ids[i] = read_registers((uint16_t)i, 1);
        for (unsigned j = 0; j < i; j++) {
            CHECK(ids[i] != ids[j]);
        }
    }
    CHECK_EQUAL(ptk_modbus_client_read_coils(&fixture.client, 1, 0, 1, record_result, &fixture), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(client_stats().pending, TEST_TRANSACTIONS);
    RUN_UNTIL(fixture.count == TEST_TRANSACTIONS);
    for (unsigned i = 0; i < TEST_TRANSACTIONS; i++) {
        CHECK_EQUAL(fixture.records[i].result.id, ids[i]); /* in the order of submission */
        CHECK_EQUAL(fixture.records[i].registers[0], 1000 + i);
    }
    CHECK_EQUAL(client_stats().pending, 0);
    CHECK(read_registers(0, 1) > 0);
}

/** @brief The tests of this file. */
const harness_test_t client_requests_tests[] = {
    {"client_requests.reads", test_reads},
    {"client_requests.writes", test_writes},
    {"client_requests.mask_write_and_read_write", test_mask_write_and_read_write},
    {"client_requests.device_identification", test_device_identification},
    {"client_requests.exception", test_exception},
    {"client_requests.without_callback", test_without_callback},
    {"client_requests.protothread_awaits", test_protothread_awaits},
    {"client_requests.all_transactions_in_use", test_all_transactions_in_use},
    {NULL, NULL},
};

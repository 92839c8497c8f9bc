/**
 * @file test_server_data.c
 * @brief The server's data: every function on a map and on callbacks, exceptions 1 to 4, device identification.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_support.h"
#include "server_support.h"

#include <string.h>

/** @brief A client. */
static raw_client_t client;

/** @brief Starts the server with the map, and connects a client. */
static void serve_map(void) {
    ptk_modbus_server_config_t config = default_config();

    start_server(&config);
    client_connect(&client);
}

/** @brief Functions 1, 2, 5 and 15. */
SERVER_TEST(test_bits) {
    serve_map();
    client_exchange(&client, "01 0000 0001", "01 01 00");
    client_exchange(&client, "02 0000 000a", "02 02 4902");
    client_exchange(&client, "05 0007 ff00", "05 0007 ff00");
    CHECK_EQUAL(test_coils[7], 1);
    client_exchange(&client, "0f 0008 000a 02 cdfd", "0f 0008 000a");
    client_exchange(&client, "01 0007 000c", "01 02 9b03");
    CHECK_EQUAL(test_coils[18], 0);
    client_exchange(&client, "05 0007 0000", "05 0007 0000");
    CHECK_EQUAL(test_coils[7], 0);
    test_coils[299] = 0x80; /* anything but 0 is on */
    client_exchange(&client, "01 012b 0001", "01 01 01");
}

/** @brief Functions 3, 4, 6, 16, 22 and 23. */
SERVER_TEST(test_registers) {
    serve_map();
    client_exchange(&client, "03 0001 0002", "03 04 0001 0002");
    client_exchange(&client, "04 0010 0001", "04 02 1010");
    client_exchange(&client, "06 0001 abcd", "06 0001 abcd");
    CHECK_EQUAL(test_holding[1], 0xABCD);
    client_exchange(&client, "10 0002 0002 04 0102 0304", "10 0002 0002");
    client_exchange(&client, "03 0000 0005", "03 0a 0000 abcd 0102 0304 0004");
    /* The example of AP 6.16: 0x12 masked with 0xF2 and 0x25 is 0x17. */
    test_holding[4] = 0x12;
    client_exchange(&client, "16 0004 00f2 0025", "16 0004 00f2 0025");
    CHECK_EQUAL(test_holding[4], 0x17);
    /* It writes first: what is read is new where the ranges overlap. */
    client_exchange(&client, "17 0005 0003 0006 0001 02 beef", "17 06 0005 beef 0007");
    CHECK_EQUAL(test_holding[6], 0xBEEF);
}

/** @brief The greatest quantity of each function. */
SERVER_TEST(test_greatest_quantities) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    serve_map();
    client_send_hex(&client, "0001 0000 0006 01 03 0000 007d");
    client_wait_for(&client, 259);
    CHECK_EQUAL(client.length, 259);
    for (size_t i = 0; i < 125; i++) {
        CHECK_EQUAL(ptk_modbus_register_get(client.received + 9, i), i);
    }
    client.length = 0;
    (void)bytes_from_hex("0002 0000 00fd 01 10 0000 007b f6", bytes, sizeof bytes);
    memset(bytes + 13, 0x11, 246);
    client_send(&client, bytes, 259);
    client_expect_hex(&client, "0002 0000 0006 01 10 0000 007b");
    CHECK_EQUAL(test_holding[122], 0x1111);
    CHECK_EQUAL(test_holding[123], 123);
}

/** @brief Requests that the server refuses. */
SERVER_TEST(test_exceptions) {
    test_map.discrete_inputs = NULL;
    serve_map();
    client_exchange(&client, "07", "87 01");
    client_exchange(&client, "2b 0e 01 00", "ab 01");  /* no identification was given */
    client_exchange(&client, "02 0000 0001", "82 01"); /* no such table */
    client_exchange(&client, "01 012c 0001", "81 02"); /* address 300 of 300 */
    client_exchange(&client, "03 012b 0002", "83 02"); /* the last one and one more */
    client_exchange(&client, "04 ffff 0002", "84 02"); /* beyond all addresses */
    client_exchange(&client, "05 012c ff00", "85 02"); /* coil 300 */
    client_exchange(&client, "10 012b 0002 04 0000 0000", "90 02");
    client_exchange(&client, "16 012c 0000 0000", "96 02");
    client_exchange(&client, "17 012b 0002 0000 0001 02 ffff", "97 02"); /* nothing is written either */
    CHECK_EQUAL(test_holding[0], 0);
    client_exchange(&client, "17 0000 0001 012c 0001 02 ffff", "97 02");
    client_exchange(&client, "03 0000 007e", "83 03");    /* 126 registers */
    client_exchange(&client, "05 0000 1234", "85 03");    /* neither on nor off */
    client_exchange(&client, "03 0000", "83 03");         /* too short */
    client_exchange(&client, "03 0000 0001 00", "83 03"); /* too long */
    client_exchange(&client, "00", "80 01");
    client_exchange(&client, "ff", "ff 01");
    client_exchange(&client, "03 0000 0001", "03 02 0000"); /* and it still works */
    ptk_modbus_server_stats_t stats = server_stats();
    CHECK_EQUAL(stats.requests, 18);
    CHECK_EQUAL(stats.exceptions, 17);
}

/** @brief AP 6: the function is checked before its quantity, value and addresses. */
SERVER_TEST(test_missing_functions_come_first) {
    test_map.coils = NULL;
    test_map.holding_registers = NULL;
    serve_map();
    client_exchange(&client, "01 0000 0000", "81 01");              /* no coils, and a quantity of 0 */
    client_exchange(&client, "01 ffff 0002", "81 01");              /* beyond all addresses */
    client_exchange(&client, "05 0000 1234", "85 01");              /* neither on nor off */
    client_exchange(&client, "0f 0000 07b1 00", "8f 01");           /* one coil too many, and no values */
    client_exchange(&client, "03 0000 007e", "83 01");              /* one register too many */
    client_exchange(&client, "06 0000", "86 01");                   /* too short */
    client_exchange(&client, "10 0000 0001 04 0000", "90 01");      /* byte count and length disagree */
    client_exchange(&client, "16 0000 0000", "96 01");              /* too short */
    client_exchange(&client, "17 0000 0001 0000 0000 00", "97 01"); /* nothing to write */
    client_exchange(&client, "2b 0e 05 00", "ab 01");               /* no identification, and no such code */
    client_exchange(&client, "2b", "ab 01");                        /* too short */
    client_exchange(&client, "02 0000 0000", "82 03");              /* these are there */
    client_exchange(&client, "04 ffff 0002", "84 02");
}

/* ------------------------------------------------------------------------------------------------ hooks of the map */

/** @brief The calls of the map's functions. */
typedef struct hook_log {
    unsigned reads;
    unsigned writes;
    ptk_modbus_table_t table;
    uint16_t address;
    uint16_t quantity;
} hook_log_t;

/** @brief ptk_modbus_map_t::on_read that records its arguments. */
static void log_read(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    hook_log_t *log = (hook_log_t *)user_data;

    log->reads++;
    log->table = table;
    log->address = address;
    log->quantity = quantity;
    test_input_registers[9] = 0x7777; /* before it is read */
}

/** @brief ptk_modbus_map_t::on_write that records its arguments. */
static void log_write(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity) {
    hook_log_t *log = (hook_log_t *)user_data;

    log->writes++;
    log->table = table;
    log->address = address;
    log->quantity = quantity;
}

/** @brief The functions of a map are called with what is read and written. */
SERVER_TEST(test_hooks) {
    hook_log_t log = {0};

    test_map.on_read = log_read;
    test_map.on_write = log_write;
    test_map.user_data = &log;
    serve_map();
    client_exchange(&client, "04 0009 0002", "04 04 7777 100a");
    CHECK_EQUAL(log.reads, 1);
    CHECK_EQUAL(log.table, PTK_MODBUS_TABLE_INPUT_REGISTERS);
    CHECK_EQUAL(log.address, 9);
    CHECK_EQUAL(log.quantity, 2);
    client_exchange(&client, "0f 0003 0002 01 03", "0f 0003 0002");
    CHECK_EQUAL(log.writes, 1);
    CHECK_EQUAL(log.table, PTK_MODBUS_TABLE_COILS);
    CHECK_EQUAL(log.address, 3);
    CHECK_EQUAL(log.quantity, 2);
    client_exchange(&client, "06 0005 0001", "06 0005 0001");
    CHECK_EQUAL(log.writes, 2);
    CHECK_EQUAL(log.table, PTK_MODBUS_TABLE_HOLDING_REGISTERS);
    client_exchange(&client, "06 0fff 0001", "86 02");
    CHECK_EQUAL(log.writes, 2);
}

/* ------------------------------------------------------------------------------------------------ callbacks */

/** @brief The value that the callbacks read and write. */
static uint16_t callback_value;
/** @brief The exception that they return. */
static uint8_t callback_exception;
/** @brief What stopping the server in a callback returned. */
static ptk_err_t stop_result;

/** @brief ptk_modbus_callbacks_t::read_registers of the test. */
static uint8_t read_registers(void *user_data, ptk_modbus_table_t table, uint16_t address, uint16_t quantity,
                              uint16_t *registers) {
    uint16_t i;

    CHECK_OR_RETURN(user_data == &callback_value, PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE);
    CHECK_OR_RETURN(table == PTK_MODBUS_TABLE_HOLDING_REGISTERS, PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE);
    for (i = 0; i < quantity; i++) {
        registers[i] = (uint16_t)(callback_value + address + i);
    }
    return callback_exception;
}

/** @brief ptk_modbus_callbacks_t::write_registers of the test. */
static uint8_t write_registers(void *user_data, uint16_t address, uint16_t quantity, const uint16_t *registers) {
    CHECK_OR_RETURN(user_data == &callback_value, PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE);
    CHECK_OR_RETURN(address == 0xFFFF, PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE);
    CHECK_OR_RETURN(quantity == 1, PTK_MODBUS_EXCEPTION_SERVER_DEVICE_FAILURE);
    callback_value = registers[0];
    stop_result = ptk_modbus_server_stop(&test_server);
    return callback_exception;
}

/** @brief Data of functions of the application. */
SERVER_TEST(test_callbacks) {
    const ptk_modbus_callbacks_t callbacks = {.read_registers = read_registers,
                                              .write_registers = write_registers,
                                              .counts = {10, 0, 65536, 0},
                                              .user_data = &callback_value};
    ptk_modbus_server_config_t config = default_config();
    static const char *const responses[] = {"83 01", "83 02", "83 03", "83 04"};

    config.map = NULL;
    config.callbacks = &callbacks;
    callback_value = 0x100;
    callback_exception = PTK_MODBUS_EXCEPTION_NONE;
    start_server(&config);
    client_connect(&client);
    client_exchange(&client, "03 fffe 0002", "03 04 00fe 00ff");
    client_exchange(&client, "01 0000 0001", "81 01"); /* there is a table but no function */
    client_exchange(&client, "05 0000 ff00", "85 01");
    client_exchange(&client, "04 0000 0001", "84 01"); /* there is a function but no table */
    client_exchange(&client, "06 ffff 1234", "06 ffff 1234");
    CHECK_EQUAL(callback_value, 0x1234);
    CHECK_EQUAL(stop_result, PTK_ERR_BUSY); /* a callback cannot stop the server under itself */
    for (uint8_t code = 1; code <= 4; code++) {
        callback_exception = code;
        client_exchange(&client, "03 0000 0001", responses[code - 1]);
    }
    client_exchange(&client, "16 ffff 0000 0000", "96 04");
    CHECK_EQUAL(callback_value, 0x1234); /* it could not be read, so it was not written */
    client_exchange(&client, "17 0000 0001 ffff 0001 02 5678", "97 04");
}

/** @brief Tables that can only be read, or only be written: a function that does both needs both. */
SERVER_TEST(test_half_of_the_callbacks) {
    ptk_modbus_callbacks_t callbacks = {
        .read_registers = read_registers, .counts = {0, 0, 65536, 0}, .user_data = &callback_value};
    ptk_modbus_server_config_t config = default_config();

    config.map = NULL;
    config.callbacks = &callbacks;
    callback_value = 0;
    callback_exception = PTK_MODBUS_EXCEPTION_NONE;
    start_server(&config);
    client_connect(&client);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    client_exchange(&client, "06 0000 0001", "86 01");
    client_exchange(&client, "10 0000 0001 02 0001", "90 01");
    client_exchange(&client, "16 0000 0001 0001", "96 01");
    client_exchange(&client, "17 0000 0001 0000 0001 02 0001", "97 01");
    client_close(&client);
    CHECK_EQUAL(ptk_modbus_server_stop(&test_server), PTK_ERR_OK);

    callbacks.read_registers = NULL;
    callbacks.write_registers = write_registers;
    start_server(&config);
    client_connect(&client);
    client_exchange(&client, "06 ffff 0007", "06 ffff 0007");
    CHECK_EQUAL(callback_value, 7);
    client_exchange(&client, "03 0001 0001", "83 01");
    client_exchange(&client, "16 ffff 0001 0001", "96 01");
    client_exchange(&client, "17 0000 0001 ffff 0001 02 0001", "97 01");
    CHECK_EQUAL(callback_value, 7);
}

/** @brief A map with one table: the functions on the others do not exist. */
SERVER_TEST(test_map_of_one_table) {
    ptk_modbus_server_config_t config = default_config();

    test_map.coils = NULL;
    test_map.discrete_inputs = NULL;
    test_map.input_registers = NULL;
    start_server(&config);
    client_connect(&client);
    client_exchange(&client, "01 0000 0001", "81 01");
    client_exchange(&client, "02 0000 0001", "82 01");
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    client_exchange(&client, "04 0000 0001", "84 01");
}

/** @brief Tables without functions: none of the Modbus functions on them exists. */
SERVER_TEST(test_no_callbacks) {
    const ptk_modbus_callbacks_t callbacks = {.counts = {10, 10, 10, 10}};
    ptk_modbus_server_config_t config = default_config();

    config.map = NULL;
    config.callbacks = &callbacks;
    start_server(&config);
    client_connect(&client);
    client_exchange(&client, "01 0000 0001", "81 01");
    client_exchange(&client, "02 0000 0001", "82 01");
    client_exchange(&client, "03 0000 0001", "83 01");
    client_exchange(&client, "04 0000 0001", "84 01");
    client_exchange(&client, "05 0000 ff00", "85 01");
    client_exchange(&client, "06 0000 0001", "86 01");
    client_exchange(&client, "0f 0000 0001 01 01", "8f 01");
    client_exchange(&client, "10 0000 0001 02 0001", "90 01");
    client_exchange(&client, "16 0000 0001 0001", "96 01");
    client_exchange(&client, "17 0000 0001 0000 0001 02 0001", "97 01");
}

/* ------------------------------------------------------------------------------------------------ identification */

/** @brief A text for an identification object. */
static char long_text[PTK_MODBUS_MAX_OBJECT_SIZE + 2];

/** @brief The device identification, as stream and single objects. */
SERVER_TEST(test_identification) {
    const ptk_modbus_device_object_t objects[] = {{0, "AB"}, {1, ""}, {2, "V1"}, {3, "url"}, {0x80, "X"}};
    ptk_modbus_server_config_t config = default_config();

    config.objects = objects;
    config.num_objects = 5;
    start_server(&config);
    client_connect(&client);
    /* Streams: basic, regular, extended; from an object; from one that is not there or of another category. */
    client_exchange(&client, "2b 0e 01 00", "2b 0e 01 83 00 00 03 00 02 4142 01 00 02 02 5631");
    client_exchange(&client, "2b 0e 02 02", "2b 0e 02 83 00 00 02 02 02 5631 03 03 75726c");
    client_exchange(&client, "2b 0e 03 80", "2b 0e 03 83 00 00 01 80 01 58");
    client_exchange(&client, "2b 0e 01 03", "2b 0e 01 83 00 00 03 00 02 4142 01 00 02 02 5631");
    client_exchange(&client, "2b 0e 01 77", "2b 0e 01 83 00 00 03 00 02 4142 01 00 02 02 5631");
    /* Single objects. */
    client_exchange(&client, "2b 0e 04 03", "2b 0e 04 83 00 00 01 03 03 75726c");
    client_exchange(&client, "2b 0e 04 04", "ab 02");
    client_exchange(&client, "2b 0e 05 00", "ab 03");
    client_exchange(&client, "2b 0d 01 00", "ab 01");
}

/** @brief A device without extended objects: its conformity level is regular. */
SERVER_TEST(test_regular_identification) {
    const ptk_modbus_device_object_t objects[] = {{0, "A"}, {1, "B"}, {2, "C"}, {3, "D"}};
    ptk_modbus_server_config_t config = default_config();

    config.objects = objects;
    config.num_objects = 4;
    start_server(&config);
    client_connect(&client);
    client_exchange(&client, "2b 0e 02 03", "2b 0e 02 82 00 00 01 03 01 44");
}

/** @brief Objects that do not fit one response go into the next, and the longest fits alone. */
SERVER_TEST(test_identification_in_parts) {
    const ptk_modbus_device_object_t objects[] = {{0, "AB"}, {1, ""}, {2, long_text}};
    ptk_modbus_server_config_t config = default_config();

    memset(long_text, 'x', PTK_MODBUS_MAX_OBJECT_SIZE);
    long_text[PTK_MODBUS_MAX_OBJECT_SIZE] = '\0';
    config.objects = objects;
    config.num_objects = 3;
    start_server(&config);
    client_connect(&client);
    client_exchange(&client, "2b 0e 03 00", "2b 0e 03 81 ff 02 02 00 02 4142 01 00");
    client_send_hex(&client, "0009 0000 0005 01 2b 0e 03 02");
    client_wait_for(&client, PTK_MODBUS_MAX_FRAME_SIZE);
    CHECK_EQUAL(client.length, PTK_MODBUS_MAX_FRAME_SIZE);
    CHECK(memcmp(client.received, "\x00\x09\x00\x00\x00\xFE\x01\x2B\x0E\x03\x81\x00\x00\x01\x02\xF4xxx", 19) == 0);
}

/** @brief Three objects that fill a response to the last byte, and one byte more. */
SERVER_TEST(test_identification_that_just_fits) {
    const ptk_modbus_device_object_t objects[] = {{0, "AB"}, {1, ""}, {2, long_text}};
    ptk_modbus_server_config_t config = default_config();

    memset(long_text, 'x', sizeof long_text);
    long_text[238] = '\0';
    config.objects = objects;
    config.num_objects = 3;
    start_server(&config);
    client_connect(&client);
    client_send_hex(&client, "0009 0000 0005 01 2b 0e 01 00");
    client_wait_for(&client, PTK_MODBUS_MAX_FRAME_SIZE);
    CHECK(memcmp(client.received + 7, "\x2B\x0E\x01\x81\x00\x00\x03", 7) == 0);
    client.length = 0;
    long_text[238] = 'x';
    long_text[239] = '\0';
    client_exchange(&client, "2b 0e 01 00", "2b 0e 01 81 ff 02 02 00 02 4142 01 00");
}

/** @brief Objects that a server cannot use. */
SERVER_TEST(test_bad_identification) {
    const ptk_modbus_device_object_t good[] = {{0, "A"}, {1, "B"}, {2, "C"}};
    const ptk_modbus_device_object_t gap[] = {{0, "A"}, {1, "B"}, {3, "C"}};
    const ptk_modbus_device_object_t twice[] = {{0, "A"}, {1, "B"}, {2, "C"}, {2, "D"}};
    const ptk_modbus_device_object_t no_value[] = {{0, "A"}, {1, NULL}, {2, "C"}};
    const ptk_modbus_device_object_t too_long[] = {{0, "A"}, {1, "B"}, {2, long_text}};
    ptk_modbus_server_config_t config = default_config();

    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    config.objects = good;
    config.num_objects = 2;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    config.num_objects = 257;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    config.num_objects = 3;
    config.objects = NULL;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    config.objects = gap;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    config.objects = no_value;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    config.objects = too_long;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    config.objects = twice;
    config.num_objects = 4;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    config.num_objects = 3;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_OK);
}

/** @brief The tests of this file. */
const harness_test_t server_data_tests[] = {
    {"server_data.bits", test_bits},
    {"server_data.registers", test_registers},
    {"server_data.exceptions", test_exceptions},
    {"server_data.missing_functions_come_first", test_missing_functions_come_first},
    {"server_data.greatest_quantities", test_greatest_quantities},
    {"server_data.hooks", test_hooks},
    {"server_data.callbacks", test_callbacks},
    {"server_data.identification", test_identification},
    {"server_data.identification_in_parts", test_identification_in_parts},
    {"server_data.bad_identification", test_bad_identification},
    {"server_data.no_callbacks", test_no_callbacks},
    {"server_data.half_of_the_callbacks", test_half_of_the_callbacks},
    {"server_data.map_of_one_table", test_map_of_one_table},
    {"server_data.regular_identification", test_regular_identification},
    {"server_data.identification_that_just_fits", test_identification_that_just_fits},
    {NULL, NULL},
};

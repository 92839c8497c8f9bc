/**
 * @file client_against_libmodbus.c
 * @brief Our client against a running libmodbus_server, in a protothread: every function that libmodbus has,
 * exceptions, and several requests in flight. Usage: client_against_libmodbus PORT. Ends with status 0 if everything
 * was right.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ptk_modbus_client.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** @brief Requests in flight at a time. */
#define IN_FLIGHT 16
/** @brief The unit of the peer. */
#define UNIT 1

/** @brief The loop's slot. */
PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 1);
/** @brief The loop's pools. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(app_resources, 2, 1, 0);

/** @brief The state of the program. */
typedef struct app {
    ptk_pt_t pt;
    ptk_handle_t loop;
    ptk_modbus_client_t client;
    ptk_modbus_transaction_t transactions[IN_FLIGHT];
    ptk_modbus_reply_t reply;
    unsigned completed;
} app_t;

/** @brief The state of the program. */
static app_t app;

/** @brief Ends the program if a condition does not hold. */
static void require(bool condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "client_against_libmodbus: %s: %s, exception %u\n", what,
                ptk_modbus_error_string(app.reply.result.error), (unsigned)app.reply.result.exception);
        exit(1);
    }
}

/** @brief Ends the program if the last request has failed. */
static void require_ok(const char *what) {
    require(app.reply.result.error == PTK_ERR_OK, what);
}

/** @brief Ends the program unless the last request got an exception. */
static void require_exception(uint8_t exception, const char *what) {
    require(app.reply.result.error == PTK_MODBUS_ERR_EXCEPTION && app.reply.result.exception == exception, what);
}

/** @brief One bit of the last result. */
static bool has_bit(uint16_t index) {
    return ptk_modbus_result_bit(&app.reply.result, index);
}

/** @brief One register of the last result. */
static uint16_t has_register(uint16_t index) {
    return ptk_modbus_result_register(&app.reply.result, index);
}

/** @brief To be used inside of the protothread: submits a request of the client and waits for its result. */
#define AWAIT(submit) PTK_MODBUS_PT_AWAIT(pt, &app.reply, app.loop, submit)
/** @brief The last arguments of every request. */
#define TO_REPLY ptk_modbus_reply_callback, &app.reply

/** @brief Called when one of many requests completes. */
static void on_response(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    (void)client;
    (void)user_data;
    require(result->error == PTK_ERR_OK, "one of many requests");
    require(ptk_modbus_result_register(result, 0) == 61440 + result->address, "the value of one of many requests");
    app.completed++;
}

/** @brief Submits requests until as many are in flight as there may be. */
static void submit_many(void) {
    for (uint16_t i = 0; i < IN_FLIGHT; i++) {
        require(ptk_modbus_client_read_input_registers(&app.client, UNIT, i, 100, on_response, NULL) > 0,
                "submit many");
    }
}

/** @brief The protothread: all functions of the peer, one after the other. */
static ptk_pt_status_t run(ptk_pt_t *pt) {
    static const uint8_t bits[10] = {1, 0, 1, 1, 0, 0, 0, 0, 1, 1};
    static const uint16_t registers[3] = {7, 0x8000, 0xFFFF};
    ptk_modbus_client_t *client = &app.client;

    PTK_PT_BEGIN(pt);
    AWAIT(ptk_modbus_client_read_coils(client, UNIT, 0, 200, TO_REPLY));
    require_ok("read coils");
    require(has_bit(0) && !has_bit(1) && has_bit(198) && !has_bit(199), "values of coils");
    AWAIT(ptk_modbus_client_read_discrete_inputs(client, UNIT, 3, 9, TO_REPLY));
    require_ok("read discrete inputs");
    require(!has_bit(0) && has_bit(2) && has_bit(7) && !has_bit(8), "values of discrete inputs");
    AWAIT(ptk_modbus_client_read_holding_registers(client, UNIT, 75, 125, TO_REPLY));
    require_ok("read holding registers");
    require(has_register(0) == 1075 && has_register(124) == 1199, "values of holding registers");
    AWAIT(ptk_modbus_client_read_input_registers(client, UNIT, 0, 1, TO_REPLY));
    require_ok("read an input register");
    require(has_register(0) == 61440, "value of an input register");

    AWAIT(ptk_modbus_client_write_single_coil(client, UNIT, 1, true, TO_REPLY));
    require_ok("write a coil");
    AWAIT(ptk_modbus_client_write_multiple_coils(client, UNIT, 20, 10, bits, TO_REPLY));
    require_ok("write coils");
    AWAIT(ptk_modbus_client_read_coils(client, UNIT, 1, 30, TO_REPLY));
    require(has_bit(0) && has_bit(19) && !has_bit(20) && has_bit(22) && has_bit(28) && !has_bit(26), "written coils");

    AWAIT(ptk_modbus_client_write_single_register(client, UNIT, 5, 0xBEEF, TO_REPLY));
    require_ok("write a register");
    AWAIT(ptk_modbus_client_write_multiple_registers(client, UNIT, 6, 3, registers, TO_REPLY));
    require_ok("write registers");
    AWAIT(ptk_modbus_client_read_holding_registers(client, UNIT, 5, 5, TO_REPLY));
    require(has_register(0) == 0xBEEF && has_register(1) == 7 && has_register(2) == 0x8000 &&
                has_register(3) == 0xFFFF && has_register(4) == 1009,
            "written registers");
    AWAIT(ptk_modbus_client_write_single_register(client, UNIT, 4, 0x12, TO_REPLY));
    AWAIT(ptk_modbus_client_mask_write_register(client, UNIT, 4, 0xF2, 0x25, TO_REPLY));
    require_ok("mask a register");
    AWAIT(ptk_modbus_client_read_write_registers(client, UNIT, 4, 3, 6, 3, registers, TO_REPLY));
    require_ok("read and write registers");
    require(has_register(0) == 0x17 && has_register(1) == 0xBEEF && has_register(2) == 7, "read with a write");

    AWAIT(ptk_modbus_client_read_coils(client, UNIT, 200, 1, TO_REPLY));
    require_exception(PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS, "coil 200 is no address");
    AWAIT(ptk_modbus_client_write_multiple_registers(client, UNIT, 199, 3, registers, TO_REPLY));
    require_exception(PTK_MODBUS_EXCEPTION_ILLEGAL_DATA_ADDRESS, "registers after the last one");
    AWAIT(ptk_modbus_client_read_device_identification(client, UNIT, PTK_MODBUS_DEVICE_ID_BASIC, 0, TO_REPLY));
    require_exception(PTK_MODBUS_EXCEPTION_ILLEGAL_FUNCTION, "libmodbus has no function 43");

    submit_many();
    PTK_PT_WAIT_UNTIL(pt, app.loop, app.completed == IN_FLIGHT);
    PTK_PT_END(pt);
}

/** @brief The program. */
int main(int argc, char **argv) {
    ptk_modbus_client_config_t config;
    int port = argc == 2 ? atoi(argv[1]) : 0;

    memset(&config, 0, sizeof config);
    app.loop = ptk_event_loop_create(app_event_loops, 1, &app_resources);
    config.loop = app.loop;
    config.transactions = app.transactions;
    config.num_transactions = IN_FLIGHT;
    config.response_timeout_ms = 20000;
    if (port < 1 || port > 65535 || ptk_address_parse("127.0.0.1", (uint16_t)port, &config.address) != PTK_ERR_OK) {
        fprintf(stderr, "usage: client_against_libmodbus PORT\n");
        return 2;
    }
    require(ptk_modbus_client_start(&app.client, &config) == PTK_ERR_OK, "start");
    require(ptk_protothread_init(&app.pt, run) == PTK_ERR_OK && ptk_protothread_run(&app.pt) == PTK_ERR_OK, "run");
    while (!ptk_protothread_is_finished(&app.pt)) {
        require(ptk_event_loop_run(app.loop) == PTK_ERR_OK, "run the loop");
    }
    ptk_modbus_client_stats_t stats;
    require(ptk_modbus_client_get_stats(&app.client, &stats) == PTK_ERR_OK && stats.connections == 1 &&
                stats.timeouts == 0 && stats.discarded == 0 && stats.requests == stats.responses,
            "one connection, and a response to each request");
    require(ptk_modbus_client_stop(&app.client) == PTK_ERR_OK, "stop");
    require(ptk_event_loop_destroy(app.loop) == PTK_ERR_OK, "destroy the loop");
    printf("our client and libmodbus agree\n");
    return 0;
}

/*
 * What TCP does to requests: pipelined, cut at every byte, merged, half-closed; and bytes that are not Modbus.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmocka_headers.h"
#include "server_support.h"

#include <string.h>

static raw_client_t client;
static raw_client_t other;

#define REQUEST "0001 0000 0006 01 03 0001 0002"
#define RESPONSE "0001 0000 0007 01 03 04 0001 0002"

static void serve(void) {
    ptk_modbus_server_config_t config = default_config();

    start_server(&config);
    client_connect(&client);
}

/* A request for one register, with this transaction; the answer has 11 bytes. */
static void put_request(ptk_buf_t *buf, uint16_t transaction_id, uint16_t address) {
    const ptk_modbus_request_t request = {
        .function = PTK_MODBUS_READ_HOLDING_REGISTERS, .address = address, .quantity = 1};

    assert_int_equal(ptk_modbus_request_encode(buf, transaction_id, 1, &request), PTK_ERR_OK);
}

/* More requests at once than one turn answers and more than a buffer holds. */
static void test_pipelined_requests_are_answered_in_order(void **state) {
    enum { COUNT = 300 };
    uint8_t memory[COUNT * 12];
    ptk_buf_t buf;
    int i;

    (void)state;
    serve();
    assert_int_equal(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    for (i = 0; i < COUNT; i++) {
        put_request(&buf, (uint16_t)(0x4000 + i), (uint16_t)i);
    }
    assert_true(COUNT > PTK_MODBUS_SERVER_BATCH);
    assert_true(sizeof memory > PTK_MODBUS_SERVER_BUFFER_SIZE);
    client_send(&client, memory, sizeof memory);
    client_wait_for(&client, COUNT * 11);
    assert_int_equal(client.length, COUNT * 11);
    for (i = 0; i < COUNT; i++) {
        const uint8_t *response = client.received + (size_t)i * 11;

        assert_int_equal(ptk_modbus_register_get(response, 0), 0x4000 + i);
        assert_int_equal(response[10], i & 0xFF);
    }
    assert_int_equal(server_stats().requests, COUNT);
}

static void test_a_request_cut_at_every_byte(void **state) {
    static const uint8_t request[] = {0, 1, 0, 0, 0, 6, 1, 3, 0, 1, 0, 2};
    size_t cut;

    (void)state;
    serve();
    for (cut = 1; cut < sizeof request; cut++) {
        client_send(&client, request, cut);
        run_some();
        client_poll(&client);
        assert_int_equal(client.length, 0);
        assert_false(client.closed);
        client_send(&client, request + cut, sizeof request - cut);
        client_expect_hex(&client, RESPONSE);
    }
    for (cut = 0; cut < sizeof request; cut++) {
        client_send(&client, request + cut, 1);
        run_some();
    }
    client_expect_hex(&client, RESPONSE);
}

/* Two and a half requests in one piece, then the other half and one more. */
static void test_merged_requests(void **state) {
    (void)state;
    serve();
    client_send_hex(&client, REQUEST REQUEST "0002 0000 0006 01");
    client_expect_hex(&client, RESPONSE RESPONSE);
    run_some();
    client_poll(&client);
    assert_int_equal(client.length, 0);
    client_send_hex(&client, "04 0000 0001" REQUEST);
    client_expect_hex(&client, "0002 0000 0005 01 04 02 1000" RESPONSE);
}

/* The client says that it has nothing more to ask, and still gets its answers. */
static void test_half_closed(void **state) {
    (void)state;
    serve();
    client_send_hex(&client, REQUEST REQUEST "0002 0000");
    assert_int_equal(ptk_socket_shutdown(client.socket), PTK_ERR_OK);
    client_expect_hex(&client, RESPONSE RESPONSE);
    client_expect_closed(&client);
    assert_int_equal(server_stats().malformed, 0);
}

/* Not Modbus: the connection is closed, others do not notice. */
static void test_malformed_headers(void **state) {
    static const char *const malformed[] = {
        "0001 0001 0006 01 03 0001 0002", /* protocol identifier */
        "0001 0100 0006 01 03 0001 0002",
        "0001 ffff 0006 01 03 0001 0002",
        "0001 0000 0000", /* length below 2 */
        "0001 0000 0001 01",
        "0001 0000 00ff 01 03 0001 0002", /* length above 254 */
        "0001 0000 ffff 01 03 0001 0002",
        "4745 5420 2f20 4854 5450 0d0a 0d0a", /* HTTP */
        "ffff ffff ffff ffff ffff ffff",
    };
    size_t i;

    (void)state;
    serve();
    client_connect(&other);
    for (i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        client_send_hex(&client, malformed[i]);
        client_expect_closed(&client);
        client_close(&client);
        client_ask(&other, "03 0001 0002", "03 04 0001 0002");
        assert_int_equal(server_stats().malformed, i + 1);
        assert_int_equal(server_stats().connections, 1);
        client_connect(&client);
    }
}

/* What was asked before the stream broke is answered first. */
static void test_good_requests_before_a_malformed_one(void **state) {
    (void)state;
    serve();
    client_send_hex(&client, REQUEST REQUEST "0002 0007 0006 01 03 0001 0002");
    client_expect_hex(&client, RESPONSE RESPONSE);
    client_expect_closed(&client);
}

static void test_unit_identifiers(void **state) {
    ptk_modbus_server_config_t config = default_config();

    (void)state;
    config.unit_id = 7;
    start_server(&config);
    client_connect(&client);
    client_send_hex(&client, "0001 0000 0006 07 03 0001 0001");
    client_expect_hex(&client, "0001 0000 0005 07 03 02 0001");
    client_send_hex(&client, "0002 0000 0006 ff 03 0001 0001");
    client_expect_hex(&client, "0002 0000 0005 ff 03 02 0001");
    client_send_hex(&client, "0006 0000 0002 ff 63");
    client_expect_hex(&client, "0006 0000 0003 ff e3 01");
    /* Another unit: no answer, not even an exception, but the connection lives. */
    client_send_hex(&client, "0003 0000 0006 08 03 0001 0001"
                             "0004 0000 0002 08 63"
                             "0005 0000 0006 00 03 0001 0001");
    client_expect_hex(&client, "0005 0000 0005 00 03 02 0001");
    assert_int_equal(client.length, 0);
    assert_int_equal(server_stats().ignored, 2);
    assert_int_equal(server_stats().requests, 4);
}

static void test_any_unit(void **state) {
    ptk_modbus_server_config_t config = default_config();
    unsigned unit;

    (void)state;
    config.unit_id = PTK_MODBUS_ANY_UNIT;
    start_server(&config);
    client_connect(&client);
    for (unit = 0; unit <= 0xFF; unit++) {
        uint8_t request[] = {0, 1, 0, 0, 0, 6, (uint8_t)unit, 3, 0, 1, 0, 1};
        uint8_t response[] = {0, 1, 0, 0, 0, 5, (uint8_t)unit, 3, 2, 0, 1};

        client_send(&client, request, sizeof request);
        client_expect(&client, response, sizeof response);
    }
    assert_int_equal(server_stats().ignored, 0);
}

/* A client that goes away in the middle of a request, or with answers unread, costs nothing but itself. */
static void test_client_goes_away(void **state) {
    (void)state;
    serve();
    client_connect(&other);
    client_send_hex(&client, "0001 0000 0006 01");
    run_some();
    client_close(&client);
    RUN_UNTIL(server_stats().connections == 1);
    client_connect(&client);
    client_send_hex(&client, REQUEST REQUEST REQUEST);
    run_some();
    client_close(&client); /* unread answers: the server sees a reset */
    RUN_UNTIL(server_stats().connections == 1);
    client_ask(&other, "03 0001 0002", "03 04 0001 0002");
}

/* xorshift32 (Marsaglia): the same bytes in every run. */
static uint32_t random_number(uint32_t limit) {
    static uint32_t random_state = 0x2545F491u;

    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

/* Connections that send a few frames with good headers and random PDUs, then random bytes. */
static void test_random_bytes(void **state) {
    unsigned round;

    (void)state;
    serve();
    client_connect(&other);
    for (round = 0; round < 500; round++) {
        uint8_t bytes[512];
        size_t length = 0;
        size_t i;

        for (i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)random_number(round % 2 == 0 ? 8 : 256);
        }
        while (random_number(4) != 0 && length < 400) {
            size_t size = 2 + random_number(40);

            memset(bytes + length, 0, 5);
            bytes[length + 5] = (uint8_t)size;
            bytes[length + 6] = 1;
            bytes[length + 7] = (uint8_t)random_number(50);
            length += 6 + size;
        }
        client_send(&client, bytes, length + random_number((uint32_t)(sizeof bytes - length)) + 1);
        if (random_number(2) == 0) {
            run_some();
            client_poll(&client);
        }
        client_close(&client);
        client_connect(&client);
    }
    client_ask(&other, "2b 0e 01 00", "ab 01");
    RUN_UNTIL(server_stats().connections == 2);
    assert_int_equal(server_stats().accepted, 502);
    assert_true(server_stats().malformed > 50);
    assert_true(server_stats().exceptions > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_loop, teardown_loop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_pipelined_requests_are_answered_in_order),
        TEST(test_a_request_cut_at_every_byte),
        TEST(test_merged_requests),
        TEST(test_half_closed),
        TEST(test_malformed_headers),
        TEST(test_good_requests_before_a_malformed_one),
        TEST(test_unit_identifiers),
        TEST(test_any_unit),
        TEST(test_client_goes_away),
        TEST(test_random_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/**
 * @file test_server_stream.c
 * @brief What TCP does to requests: pipelined, cut at every byte, merged, half-closed; and bytes that are not Modbus.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server_support.h"

#include <string.h>

/** @brief A client. */
static raw_client_t client;
/** @brief Another client. */
static raw_client_t other;

/** @brief A request for two registers. */
#define REQUEST "0001 0000 0006 01 03 0001 0002"
/** @brief The response to it. */
#define RESPONSE "0001 0000 0007 01 03 04 0001 0002"

/** @brief Starts the server. */
static void serve(void) {
    ptk_modbus_server_config_t config = default_config();

    start_server(&config);
    client_connect(&client);
}

/** @brief A request for one register, with this transaction; the response has 11 bytes. */
static void put_request(ptk_buf_t *buf, uint16_t transaction_id, uint16_t address) {
    const ptk_modbus_request_t request = {
        .function = PTK_MODBUS_READ_HOLDING_REGISTERS, .address = address, .quantity = 1};

    CHECK_EQUAL(ptk_modbus_request_encode(buf, transaction_id, 1, &request), PTK_ERR_OK);
}

/** @brief More requests at once than the server executes in one turn, and more than a buffer holds. */
SERVER_TEST(test_pipelined_responses_are_in_order) {
    enum { COUNT = 300 };
    uint8_t memory[COUNT * 12];

    serve();
    ptk_buf_t buf;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    for (int i = 0; i < COUNT; i++) {
        put_request(&buf, (uint16_t)(0x4000 + i), (uint16_t)i);
    }
    CHECK(COUNT > PTK_MODBUS_SERVER_BATCH);
    CHECK(sizeof memory > PTK_MODBUS_SERVER_BUFFER_SIZE);
    client_send(&client, memory, sizeof memory);
    client_wait_for(&client, COUNT * 11);
    CHECK_EQUAL(client.length, COUNT * 11);
    for (int i = 0; i < COUNT; i++) {
        const uint8_t *response = client.received + (size_t)i * 11;

        CHECK_EQUAL(ptk_modbus_register_get(response, 0), 0x4000 + i);
        CHECK_EQUAL(response[10], i & 0xFF);
    }
    CHECK_EQUAL(server_stats().requests, COUNT);
}

/** @brief A request that comes in two pieces, cut at every byte, or byte by byte. */
SERVER_TEST(test_a_request_cut_at_every_byte) {
    static const uint8_t request[] = {0, 1, 0, 0, 0, 6, 1, 3, 0, 1, 0, 2};

    serve();
    for (size_t cut = 1; cut < sizeof request; cut++) {
        client_send(&client, request, cut);
        run_some();
        client_poll(&client);
        CHECK_EQUAL(client.length, 0);
        CHECK(!client.closed);
        client_send(&client, request + cut, sizeof request - cut);
        client_expect_hex(&client, RESPONSE);
    }
    for (size_t cut = 0; cut < sizeof request; cut++) {
        client_send(&client, request + cut, 1);
        run_some();
    }
    client_expect_hex(&client, RESPONSE);
}

/** @brief Two and a half requests in one piece, then the other half and one more. */
SERVER_TEST(test_merged_requests) {
    serve();
    client_send_hex(&client, REQUEST REQUEST "0002 0000 0006 01");
    client_expect_hex(&client, RESPONSE RESPONSE);
    run_some();
    client_poll(&client);
    CHECK_EQUAL(client.length, 0);
    client_send_hex(&client, "04 0000 0001" REQUEST);
    client_expect_hex(&client, "0002 0000 0005 01 04 02 1000" RESPONSE);
}

/** @brief The client ends its stream, and still gets its responses. */
SERVER_TEST(test_half_closed) {
    serve();
    client_send_hex(&client, REQUEST REQUEST "0002 0000");
    CHECK_EQUAL(ptk_socket_shutdown(client.socket), PTK_ERR_OK);
    client_expect_hex(&client, RESPONSE RESPONSE);
    client_expect_closed(&client);
    CHECK_EQUAL(server_stats().malformed, 0);
}

/** @brief Not Modbus: the connection is closed, others do not notice. */
SERVER_TEST(test_malformed_headers) {
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

    serve();
    client_connect(&other);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        client_send_hex(&client, malformed[i]);
        client_expect_closed(&client);
        client_close(&client);
        client_exchange(&other, "03 0001 0002", "03 04 0001 0002");
        CHECK_EQUAL(server_stats().malformed, i + 1);
        RUN_UNTIL(server_stats().connections == 1);
        client_connect(&client);
    }
}

/** @brief Requests before the malformed one get their responses first. */
SERVER_TEST(test_good_requests_before_a_malformed_one) {
    serve();
    client_send_hex(&client, REQUEST REQUEST "0002 0007 0006 01 03 0001 0002");
    client_expect_hex(&client, RESPONSE RESPONSE);
    client_expect_closed(&client);
}

/** @brief The same for a client that reads slowly and sends more than the server reads: no response is lost. */
SERVER_TEST(test_responses_before_a_close_are_not_lost) {
    enum { COUNT = 40, SIZE = 259 };
    const ptk_modbus_request_t request = {.function = PTK_MODBUS_READ_HOLDING_REGISTERS, .quantity = 125};
    uint8_t memory[4096];

    serve();
    client_close(&client);
    client_connect_small(&client);
    ptk_buf_t buf;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    for (int i = 0; i < COUNT; i++) {
        CHECK_EQUAL(ptk_modbus_request_encode(&buf, (uint16_t)i, 1, &request), PTK_ERR_OK);
    }
    ptk_buf_put_fill(&buf, 0xFF, 3000);
    client_send(&client, memory, ptk_buf_length(&buf));
    RUN_UNTIL(server_stats().malformed == 1);
    for (int i = 0; i < COUNT; i++) {
        client_wait_for(&client, SIZE);
        CHECK(client.length >= SIZE);
        CHECK_EQUAL(ptk_modbus_register_get(client.received, 0), i);
        client.length -= SIZE;
        memmove(client.received, client.received + SIZE, client.length);
    }
    client_expect_closed(&client);
}

/** @brief A context is not kept for long by a client that neither hangs up nor stops sending. */
SERVER_TEST(test_malformed_client_that_stays) {
    static const uint8_t more[100];
    uint8_t memory[sizeof more];
    ptk_buf_t buf;

    serve();
    client_connect(&other);
    client_send_hex(&client, "0001 0001");
    client_send_hex(&other, "0001 0001");
    client_expect_closed(&client);
    client_expect_closed(&other);
    CHECK_EQUAL(server_stats().connections, 2);
    uint64_t begin_ms = ptk_clock_now_ms();
    while (server_stats().connections > 0) {
        CHECK(ptk_clock_now_ms() - begin_ms < PATIENCE_MS);
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
        ptk_buf_put_bytes(&buf, more, sizeof more);
        (void)ptk_socket_send(other.socket, &buf); /* refused once the server has closed */
        run_for_ms(1);
    }
    CHECK_EQUAL(server_stats().malformed, 2);
    CHECK_EQUAL(server_stats().idle_closed, 0);
}

/** @brief The server's unit, 0 and 255 are served; other units get no response. */
SERVER_TEST(test_unit_identifiers) {
    ptk_modbus_server_config_t config = default_config();

    config.unit_id = 7;
    start_server(&config);
    client_connect(&client);
    client_send_hex(&client, "0001 0000 0006 07 03 0001 0001");
    client_expect_hex(&client, "0001 0000 0005 07 03 02 0001");
    client_send_hex(&client, "0002 0000 0006 ff 03 0001 0001");
    client_expect_hex(&client, "0002 0000 0005 ff 03 02 0001");
    client_send_hex(&client, "0006 0000 0002 ff 63");
    client_expect_hex(&client, "0006 0000 0003 ff e3 01");
    /* Another unit: no response, not even an exception, but the connection lives. */
    client_send_hex(&client, "0003 0000 0006 08 03 0001 0001"
                             "0004 0000 0002 08 63"
                             "0005 0000 0006 00 03 0001 0001");
    client_expect_hex(&client, "0005 0000 0005 00 03 02 0001");
    CHECK_EQUAL(client.length, 0);
    CHECK_EQUAL(server_stats().ignored, 2);
    CHECK_EQUAL(server_stats().requests, 4);
}

/** @brief PTK_MODBUS_ANY_UNIT serves all units. */
SERVER_TEST(test_any_unit) {
    ptk_modbus_server_config_t config = default_config();

    config.unit_id = PTK_MODBUS_ANY_UNIT;
    start_server(&config);
    client_connect(&client);
    for (unsigned unit = 0; unit <= 0xFF; unit++) {
        uint8_t request[] = {0, 1, 0, 0, 0, 6, (uint8_t)unit, 3, 0, 1, 0, 1};
        uint8_t response[] = {0, 1, 0, 0, 0, 5, (uint8_t)unit, 3, 2, 0, 1};

        client_send(&client, request, sizeof request);
        client_expect(&client, response, sizeof response);
    }
    CHECK_EQUAL(server_stats().ignored, 0);
}

/** @brief A client that goes away in the middle of a request, or with unread responses, does not disturb others. */
SERVER_TEST(test_client_goes_away) {
    serve();
    client_connect(&other);
    client_send_hex(&client, "0001 0000 0006 01");
    run_some();
    client_close(&client);
    RUN_UNTIL(server_stats().connections == 1);
    client_connect(&client);
    client_send_hex(&client, REQUEST REQUEST REQUEST);
    run_some();
    client_close(&client); /* unread responses: the server sees a reset */
    RUN_UNTIL(server_stats().connections == 1);
    client_exchange(&other, "03 0001 0002", "03 04 0001 0002");
}

/** @brief xorshift32 (Marsaglia): the same bytes in every run. */
static uint32_t random_number(uint32_t limit) {
    static uint32_t random_state = 0x2545F491u;

    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

/** @brief Connections that send a few frames with valid headers and random PDUs, then random bytes. */
SERVER_TEST(test_random_bytes) {
    serve();
    client_connect(&other);
    for (unsigned round = 0; round < 500; round++) {
        uint8_t bytes[512];
        size_t length = 0;

        for (size_t i = 0; i < sizeof bytes; i++) {
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
    client_exchange(&other, "2b 0e 01 00", "ab 01");
    RUN_UNTIL(server_stats().connections == 2);
    CHECK_EQUAL(server_stats().accepted, 502);
    CHECK(server_stats().malformed > 50);
    CHECK(server_stats().exceptions > 100);
}

/** @brief The tests of this file. */
const harness_test_t server_stream_tests[] = {
    {"server_stream.pipelined_responses_are_in_order", test_pipelined_responses_are_in_order},
    {"server_stream.a_request_cut_at_every_byte", test_a_request_cut_at_every_byte},
    {"server_stream.merged_requests", test_merged_requests},
    {"server_stream.half_closed", test_half_closed},
    {"server_stream.malformed_headers", test_malformed_headers},
    {"server_stream.good_requests_before_a_malformed_one", test_good_requests_before_a_malformed_one},
    {"server_stream.responses_before_a_close_are_not_lost", test_responses_before_a_close_are_not_lost},
    {"server_stream.malformed_client_that_stays", test_malformed_client_that_stays},
    {"server_stream.unit_identifiers", test_unit_identifiers},
    {"server_stream.any_unit", test_any_unit},
    {"server_stream.client_goes_away", test_client_goes_away},
    {"server_stream.random_bytes", test_random_bytes},
    {NULL, NULL},
};

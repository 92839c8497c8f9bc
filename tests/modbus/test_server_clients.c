/**
 * @file test_server_clients.c
 * @brief Clients that are many, idle or slow, and starting and stopping the server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server_support.h"

#include <string.h>

/** @brief A client. */
static raw_client_t client;
/** @brief Another client. */
static raw_client_t other;
/** @brief A third client. */
static raw_client_t third;

/** @brief A request for two registers. */
#define REQUEST "0001 0000 0006 01 03 0001 0002"
/** @brief The response to it. */
#define RESPONSE "0001 0000 0007 01 03 04 0001 0002"

/** @brief Starts the server. */
static void serve(uint32_t contexts, uint64_t idle_timeout_ms) {
    ptk_modbus_server_config_t config = default_config();

    config.num_connections = contexts;
    config.idle_timeout_ms = idle_timeout_ms;
    start_server(&config);
}

/* ------------------------------------------------------------------------------------------------ idle clients */

/** @brief A connection without requests is closed after the idle timeout. */
SERVER_TEST(test_idle_connection_is_closed) {
    serve(2, 200);
    client_connect(&client);
    uint64_t begin_ms = ptk_clock_now_ms();
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    client_expect_closed(&client);
    CHECK(ptk_clock_now_ms() - begin_ms >= 199); /* never early, but for the fraction of a whole ms */
    CHECK_EQUAL(server_stats().idle_closed, 1);
    CHECK_EQUAL(server_stats().connections, 0);
}

/** @brief Times that do not fit 32 bits are as long as they say. */
SERVER_TEST(test_long_idle_timeouts) {
    const uint64_t times[] = {(UINT64_C(1) << 32) + 5, UINT64_C(1) << 32, PTK_MODBUS_MAX_TIME_MS};

    for (unsigned i = 0; i < sizeof times / sizeof times[0]; i++) {
        serve(2, times[i]);
        client_connect(&client);
        client_exchange(&client, "03 0001 0001", "03 02 0001");
        run_for_ms(50);
        client_exchange(&client, "03 0001 0001", "03 02 0001");
        CHECK_EQUAL(server_stats().idle_closed, 0);
        client_close(&client);
        CHECK_EQUAL(ptk_modbus_server_stop(&test_server), PTK_ERR_OK);
    }
}

/** @brief For RUN_UNTIL: receives, and whether the connection is closed. */
static bool is_closed(raw_client_t *idle) {
    client_poll(idle);
    return idle->closed;
}

/**
 * @brief Requests keep a connection alive beyond the timeout. Parts of a request do not: who sends only these is closed
 * together with who sends nothing.
 */
SERVER_TEST(test_only_whole_requests_count) {
    static const uint8_t part[1] = {0};
    uint64_t begin_ms;

    serve(3, 3000);
    client_connect(&client);
    client_connect(&other);
    client_connect(&third);
    for (unsigned turn = 0; !is_closed(&third); turn++) {
        begin_ms = ptk_clock_now_ms();
        client_exchange(&client, "03 0001 0001", "03 02 0001");
        if (turn < 5) { /* one byte more would be a length, and a wrong one */
            client_send(&other, part, sizeof part);
        }
        RUN_UNTIL(ptk_clock_now_ms() - begin_ms >= 150);
        CHECK(turn < 100);
    }
    begin_ms = ptk_clock_now_ms();
    RUN_UNTIL(ptk_clock_now_ms() - begin_ms >= 200);
    CHECK(is_closed(&other));
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    CHECK_EQUAL(server_stats().idle_closed, 2);
    CHECK_EQUAL(server_stats().malformed, 0);
}

/** @brief Without an idle timeout it is not. */
SERVER_TEST(test_no_idle_timeout) {
    serve(1, 0);
    client_connect(&client);
    uint64_t begin_ms = ptk_clock_now_ms();
    RUN_UNTIL(ptk_clock_now_ms() - begin_ms >= 300);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
}

/* ------------------------------------------------------------------------------------------------ incomplete */

/** @brief Starts the server with a request time-out and no idle timeout, and connects a client. */
static void serve_with_request_timeout(uint64_t request_timeout_ms) {
    ptk_modbus_server_config_t config = default_config();

    config.num_connections = 2;
    config.request_timeout_ms = request_timeout_ms;
    start_server(&config);
    client_connect(&client);
}

/** @brief A request that never becomes whole ends its connection, also where idle connections are kept for ever. */
SERVER_TEST(test_request_that_never_becomes_whole) {
    serve_with_request_timeout(200);
    client_connect(&other);
    uint64_t begin_ms = ptk_clock_now_ms();
    client_send_hex(&client, REQUEST "0002 0000 00fe 01 03"); /* a wrong length: 252 bytes more would be its rest */
    client_expect_hex(&client, RESPONSE);
    client_expect_closed(&client);
    CHECK(ptk_clock_now_ms() - begin_ms >= 199);
    CHECK_EQUAL(server_stats().malformed, 1);
    CHECK_EQUAL(server_stats().idle_closed, 0);
    CHECK_EQUAL(server_stats().connections, 1);
    client_exchange(&other, "03 0001 0001", "03 02 0001"); /* it was idle for as long */
}

/** @brief Bytes that keep coming do not prolong the time of a request. */
SERVER_TEST(test_bytes_that_never_make_up_a_request) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE] = {0, 1, 0, 0, 0, 254, 1, 3};
    unsigned sent = 0;

    serve_with_request_timeout(200);
    while (!is_closed(&client) && sent < sizeof bytes - 1) {
        client_send(&client, bytes + sent, 1);
        sent++;
        run_for_ms(4); /* all of them would take more than a second */
    }
    CHECK(is_closed(&client));
    CHECK_EQUAL(server_stats().malformed, 1);
}

/** @brief Pieces that come in time are served, and each request has a time of its own. */
SERVER_TEST(test_pieces_of_requests_in_time) {
    serve_with_request_timeout(2000);
    client_send_hex(&client, "0001 0000 0006");
    for (unsigned turn = 0; turn < 5; turn++) {
        run_for_ms(500);
        client_send_hex(&client, "01 03 0001 0002 0001 0000 0006"); /* the rest, and the begin of the next one */
        client_expect_hex(&client, RESPONSE);
    }
    CHECK_EQUAL(server_stats().malformed, 0);
    CHECK_EQUAL(server_stats().connections, 1);
}

/** @brief A config without a time gives a request a few seconds; the idle timeout is kept if it is shorter. */
SERVER_TEST(test_default_request_timeout) {
    serve_with_request_timeout(0);
    client_send_hex(&client, "00");
    run_for_ms(1000);
    CHECK(!is_closed(&client));
    client_expect_closed(&client);
    CHECK_EQUAL(server_stats().malformed, 1);
    CHECK_EQUAL(ptk_modbus_server_stop(&test_server), PTK_ERR_OK);
    serve(2, 100);
    client_connect(&other);
    client_send_hex(&other, "00");
    client_expect_closed(&other);
    CHECK_EQUAL(server_stats().malformed, 0);
    CHECK_EQUAL(server_stats().idle_closed, 1);
}

/* ------------------------------------------------------------------------------------------------ many clients */

/** @brief With all contexts in use a new client waits in the backlog, and is served when one is free. */
SERVER_TEST(test_full_server_lets_clients_wait) {
    serve(2, 0);
    client_connect(&client);
    client_connect(&other);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    client_exchange(&other, "03 0001 0001", "03 02 0001");
    client_connect(&third); /* by the system, on the server's behalf */
    client_send_hex(&third, REQUEST);
    run_some();
    client_poll(&third);
    CHECK_EQUAL(third.length, 0);
    CHECK(!third.closed);
    CHECK_EQUAL(server_stats().connections, 2);
    CHECK_EQUAL(server_stats().accepted, 2);
    CHECK_EQUAL(server_stats().refused, 1);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    client_close(&other);
    client_expect_hex(&third, RESPONSE);
    CHECK_EQUAL(server_stats().accepted, 3);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
}

/** @brief As many clients as contexts are served at once. */
SERVER_TEST(test_many_clients) {
    static raw_client_t clients[TEST_CONTEXTS];

    serve(TEST_CONTEXTS, 60000);
    for (size_t i = 0; i < TEST_CONTEXTS; i++) {
        client_connect(&clients[i]);
    }
    for (unsigned round = 0; round < 3; round++) {
        for (size_t i = 0; i < TEST_CONTEXTS; i++) {
            client_send_hex(&clients[i], REQUEST REQUEST);
        }
        for (size_t i = 0; i < TEST_CONTEXTS; i++) {
            client_expect_hex(&clients[i], RESPONSE RESPONSE);
        }
    }
    CHECK_EQUAL(server_stats().connections, TEST_CONTEXTS);
    CHECK_EQUAL(server_stats().requests, 3 * 2 * TEST_CONTEXTS);
    for (size_t i = 0; i < TEST_CONTEXTS; i++) {
        client_close(&clients[i]);
    }
    RUN_UNTIL(server_stats().connections == 0);
}

/* ------------------------------------------------------------------------------------------------ slow clients */

/**
 * @brief Puts requests for 125 registers, with growing transactions, until the server does not take any more. Returns
 * how many went out whole.
 */
static uint32_t flood(raw_client_t *slow) {
    const ptk_modbus_request_t request = {.function = PTK_MODBUS_READ_HOLDING_REGISTERS, .quantity = 125};
    uint8_t memory[4096];
    uint32_t requests = 0;
    uint32_t stuck = 0;
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_init(&buf, memory, sizeof memory) == PTK_ERR_OK, 0);
    /* Stuck for 50 passes in a row: nothing could be sent and no response was made. A system that lets a few bytes pass
     * now and then can make that take longer than the server's patience. */
    while (stuck < 50 && server_stats().idle_closed == 0 && !harness_failed()) {
        uint64_t executed = server_stats().requests;

        while (ptk_modbus_request_encode(&buf, (uint16_t)requests, 1, &request) == PTK_ERR_OK) {
            requests++;
        }
        ptk_err_t error = ptk_socket_send(slow->socket, &buf);
        CHECK_OR_RETURN(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK, 0);
        ptk_buf_compact(&buf);
        CHECK_OR_RETURN(ptk_event_loop_run_for(test_loop, 1) == PTK_ERR_OK, 0);
        stuck = error == PTK_ERR_OK || server_stats().requests != executed ? 0 : stuck + 1;
    }
    return requests - (uint32_t)((ptk_buf_length(&buf) + 11) / 12);
}

/** @brief Checks and forgets the whole responses that came; *next is the transaction that is due. */
static void take_responses(raw_client_t *slow, uint32_t *next) {
    enum { SIZE = 259 };
    size_t offset = 0;

    for (; slow->length - offset >= SIZE; offset += SIZE) {
        const uint8_t *response = slow->received + offset;

        CHECK_EQUAL(ptk_modbus_register_get(response, 0), *next & 0xFFFFu);
        CHECK_EQUAL(response[SIZE - 1], 124);
        (*next)++;
    }
    slow->length -= offset;
    memmove(slow->received, slow->received + offset, slow->length);
}

/** @brief For RUN_UNTIL: receives, and whether there is more than before. */
static bool has_more(raw_client_t *slow, size_t length) {
    client_poll(slow);
    return slow->length != length;
}

/** @brief A client that does not read does not delay others, and gets all responses in the end. */
SERVER_TEST(test_slow_reader_holds_up_only_itself) {
    uint32_t next = 0;

    serve(4, 0);
    client_connect(&other);
    client_connect_small(&client);
    uint32_t sent = flood(&client);
    uint64_t executed = server_stats().requests;
    CHECK(executed < sent);
    client_exchange(&other, "03 0001 0001", "03 02 0001");
    CHECK_EQUAL(server_stats().requests, executed + 1); /* the slow one's are not taken while it does not read */
    /* Then it reads, and gets every response, in order. */
    while (next < sent) {
        size_t before = client.length;

        RUN_UNTIL(has_more(&client, before));
        take_responses(&client, &next);
    }
    CHECK_EQUAL(next, sent);
    CHECK_EQUAL(client.length, 0);
    client_exchange(&other, "03 0001 0001", "03 02 0001");
}

/** @brief A client that never reads is closed after the idle timeout. */
SERVER_TEST(test_reader_that_never_reads_is_closed) {
    serve(1, 400);
    client_connect_small(&client);
    (void)flood(&client);
    RUN_UNTIL(server_stats().connections == 0);
    CHECK_EQUAL(server_stats().idle_closed, 1);
    client_close(&client);
    client_connect(&other);
    client_exchange(&other, "03 0001 0001", "03 02 0001");
}

/* ------------------------------------------------------------------------------------------------ start and stop */

/** @brief A config that is wrong is refused. */
SERVER_TEST(test_start_refuses) {
    const ptk_modbus_callbacks_t callbacks = {.counts = {0, 0, 65537, 0}};
    ptk_modbus_server_config_t config = default_config();

    CHECK_EQUAL(ptk_modbus_server_start(NULL, &config), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, NULL), PTK_ERR_INVALID_ARGUMENT);
    ptk_modbus_server_config_t bad = config;
    bad.connections = NULL;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.num_connections = 0;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.unit_id = 257;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.backlog = 65536;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.map = NULL;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad.callbacks = &callbacks;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.callbacks = &callbacks;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.address.family = PTK_ADDRESS_NONE;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.idle_timeout_ms = PTK_MODBUS_MAX_TIME_MS + 1;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad.idle_timeout_ms = UINT64_MAX;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.request_timeout_ms = PTK_MODBUS_MAX_TIME_MS + 1;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_ARGUMENT);
    bad = config;
    bad.loop = 0;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &bad), PTK_ERR_INVALID_HANDLE);
    test_map.num_coils = 65537;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_ARGUMENT);
    test_map.num_coils = TEST_VALUES;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_INVALID_STATE);
}

/** @brief Slots in use in the loop's pools. */
static uint32_t slots_in_use(void) {
    ptk_event_loop_stats_t stats;

    CHECK_OR_RETURN(ptk_event_loop_get_stats(test_loop, &stats) == PTK_ERR_OK, 0);
    return stats.timers.in_use + stats.sockets.in_use;
}

/** @brief A start that fails keeps nothing: no slot of a pool, no address. */
SERVER_TEST(test_failed_start_owns_nothing) {
    ptk_modbus_server_config_t config = default_config();
    ptk_handle_t blocker = ptk_socket_create(test_loop);
    ptk_handle_t timers[2];

    CHECK_EQUAL(ptk_socket_listen(blocker, &config.address, 1), PTK_ERR_OK);
    uint32_t before = slots_in_use();
    CHECK_EQUAL(ptk_socket_get_local_address(blocker, &config.address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_ADDRESS_IN_USE);
    CHECK_EQUAL(slots_in_use(), before);
    CHECK_EQUAL(ptk_socket_destroy(blocker), PTK_ERR_OK);

    /* One timer too few. */
    timers[0] = ptk_timer_create(test_loop);
    before = slots_in_use();
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(slots_in_use(), before);
    CHECK_EQUAL(ptk_timer_destroy(timers[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_OK);
}

/** @brief No timer, and no socket, is left for the server. */
SERVER_TEST(test_start_with_full_pools) {
    ptk_modbus_server_config_t config = default_config();
    ptk_handle_t timers[TEST_CONTEXTS + 2];
    ptk_handle_t sockets[TEST_CONTEXTS + TEST_CLIENTS + 2];
    unsigned count = 0;

    config.num_connections = 1;
    while ((timers[count] = ptk_timer_create(test_loop)) > 0) {
        count++;
    }
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_OUT_OF_MEMORY);
    while (count > 0) {
        CHECK_EQUAL(ptk_timer_destroy(timers[--count]), PTK_ERR_OK);
    }
    while ((sockets[count] = ptk_socket_create(test_loop)) > 0) {
        count++;
    }
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(slots_in_use(), count);
    while (count > 0) {
        CHECK_EQUAL(ptk_socket_destroy(sockets[--count]), PTK_ERR_OK);
    }
    config.backlog = 2;
    CHECK_EQUAL(ptk_modbus_server_start(&test_server, &config), PTK_ERR_OK);
    client_connect(&client);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
}

/** @brief The application has destroyed the listener: the connected client is served, and no other one accepted. */
SERVER_TEST(test_listener_destroyed) {
    serve(1, 0);
    client_connect(&client);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    CHECK_EQUAL(ptk_socket_destroy(test_server.listener), PTK_ERR_OK);
    run_some();
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    client_close(&client);
    RUN_UNTIL(server_stats().connections == 0); /* the server would accept the next one */
    run_some();
    CHECK_EQUAL(ptk_modbus_server_stop(&test_server), PTK_ERR_OK);
    CHECK_EQUAL(slots_in_use(), 0);
}

/** @brief Functions of a stopped server fail. */
SERVER_TEST(test_functions_of_a_stopped_server) {
    CHECK_EQUAL(ptk_modbus_server_stop(NULL), PTK_ERR_INVALID_ARGUMENT);
    ptk_address_t address;
    CHECK_EQUAL(ptk_modbus_server_get_address(NULL, &address), PTK_ERR_INVALID_ARGUMENT);
    ptk_modbus_server_stats_t stats;
    CHECK_EQUAL(ptk_modbus_server_get_stats(NULL, &stats), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_server_stop(&test_server), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_modbus_server_get_address(&test_server, &address), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_modbus_server_get_stats(&test_server, &stats), PTK_ERR_INVALID_STATE);
    serve(1, 0);
    CHECK_EQUAL(ptk_modbus_server_get_address(&test_server, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_server_get_stats(&test_server, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_modbus_server_get_address(&test_server, &address), PTK_ERR_OK);
    CHECK(address.port != 0);
}

/** @brief Stopped in the middle of everything: clients are closed, all slots are back, and it can be started again. */
SERVER_TEST(test_stop_and_start_again) {
    for (unsigned round = 0; round < 3; round++) {
        ptk_modbus_server_config_t config = default_config();
        config.num_connections = 4;
        config.request_timeout_ms = 60000; /* filling the third client's buffers may take some seconds */
        start_server(&config);
        client_connect(&client);
        client_connect(&other);
        client_connect_small(&third);
        client_exchange(&client, "03 0001 0001", "03 02 0001");
        client_send_hex(&other, "0001 0000 0006 01");
        (void)flood(&third);
        CHECK_EQUAL(server_stats().connections, 3);
        CHECK_EQUAL(ptk_modbus_server_stop(&test_server), PTK_ERR_OK);
        CHECK_EQUAL(slots_in_use(), 3); /* those of the clients */
        client_expect_closed(&client);
        client_expect_closed(&other);
        client_close(&client);
        client_close(&other);
        client_close(&third);
        run_some();
    }
}

/** @brief A server can be stopped after its loop was destroyed. */
SERVER_TEST(test_stop_after_the_loop_was_destroyed) {
    serve(4, 1000);
    client_connect(&client);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
    CHECK_EQUAL(ptk_event_loop_destroy(test_loop), PTK_ERR_OK);
    ptk_address_t address;
    CHECK_EQUAL(ptk_modbus_server_get_address(&test_server, &address), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_modbus_server_stop(&test_server), PTK_ERR_OK);
    CHECK(server_set_up());
    serve(4, 1000);
    client_connect(&client);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
}

/** @brief The server listens at an IPv6 address. */
SERVER_TEST(test_ipv6) {
    ptk_modbus_server_config_t config = default_config();

    CHECK_EQUAL(ptk_address_parse("::1", 0, &config.address), PTK_ERR_OK);
    if (ptk_modbus_server_start(&test_server, &config) == PTK_ERR_ADDRESS_NOT_AVAILABLE) {
        harness_skip("this machine has no IPv6");
        return;
    }
    client_connect(&client);
    client_exchange(&client, "03 0001 0001", "03 02 0001");
}

/** @brief The tests of this file. */
const harness_test_t server_clients_tests[] = {
    {"server_clients.idle_connection_is_closed", test_idle_connection_is_closed},
    {"server_clients.long_idle_timeouts", test_long_idle_timeouts},
    {"server_clients.only_whole_requests_count", test_only_whole_requests_count},
    {"server_clients.no_idle_timeout", test_no_idle_timeout},
    {"server_clients.request_that_never_becomes_whole", test_request_that_never_becomes_whole},
    {"server_clients.bytes_that_never_make_up_a_request", test_bytes_that_never_make_up_a_request},
    {"server_clients.pieces_of_requests_in_time", test_pieces_of_requests_in_time},
    {"server_clients.default_request_timeout", test_default_request_timeout},
    {"server_clients.full_server_lets_clients_wait", test_full_server_lets_clients_wait},
    {"server_clients.many_clients", test_many_clients},
    {"server_clients.slow_reader_holds_up_only_itself", test_slow_reader_holds_up_only_itself},
    {"server_clients.reader_that_never_reads_is_closed", test_reader_that_never_reads_is_closed},
    {"server_clients.start_refuses", test_start_refuses},
    {"server_clients.failed_start_owns_nothing", test_failed_start_owns_nothing},
    {"server_clients.start_with_full_pools", test_start_with_full_pools},
    {"server_clients.listener_destroyed", test_listener_destroyed},
    {"server_clients.functions_of_a_stopped_server", test_functions_of_a_stopped_server},
    {"server_clients.stop_and_start_again", test_stop_and_start_again},
    {"server_clients.stop_after_the_loop_was_destroyed", test_stop_after_the_loop_was_destroyed},
    {"server_clients.ipv6", test_ipv6},
    {NULL, NULL},
};

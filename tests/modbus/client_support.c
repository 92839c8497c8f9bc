/**
 * @file client_support.c
 * @brief The peer and the client of the client tests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client_support.h"

#include <string.h>

/** @brief Pools of the loop: client and peer. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(client_resources, 16, 16, 0);

/** @brief The fixture of the test that runs. */
fixture_t fixture;

/* ---- the peer ---- */

/** @brief Handler of the peer's connection: decodes the requests. */
static void peer_on_readable(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    peer_t *peer = &fixture.peer;
    ptk_err_t error = ptk_socket_receive(socket, &peer->received);

    (void)event;
    (void)data;
    (void)user_data;
    if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_OK);
        peer->socket = 0;
        return;
    }
    ptk_modbus_frame_t frame;
    while (ptk_modbus_frame_take(&peer->received, &frame) == PTK_MODBUS_SCAN_COMPLETE) {
        peer_frame_t *entry = &peer->frames[peer->count];
        CHECK(peer->count < MAX_FRAMES);
        entry->transaction_id = frame.transaction_id;
        entry->unit_id = frame.unit_id;
        CHECK_EQUAL(ptk_modbus_request_decode(&frame, &entry->request), PTK_MODBUS_EXCEPTION_NONE);
        peer->count++;
    }
    ptk_buf_compact(&peer->received);
}

/** @brief Handler of the peer's listener: replaces the connection by a new one. */
static void peer_on_connection(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    peer_t *peer = &fixture.peer;
    ptk_handle_t socket = ptk_socket_accept(listener, NULL);

    (void)event;
    (void)data;
    (void)user_data;
    if (socket == PTK_ERR_WOULD_BLOCK) {
        return;
    }
    CHECK(socket > 0);
    peer_hang_up();
    peer->socket = socket;
    peer->connections++;
    CHECK_EQUAL(ptk_buf_init(&peer->received, peer->memory, sizeof peer->memory), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_set_option(socket, PTK_SOCKET_OPTION_NO_DELAY, 1), PTK_ERR_OK);
    if (!peer->deaf) {
        peer_listen_up();
    }
}

void peer_listen_up(void) {
    fixture.peer.deaf = false;
    CHECK_EQUAL(ptk_set_event_handler(fixture.peer.socket, PTK_EVENT_READABLE, peer_on_readable, NULL), PTK_ERR_OK);
}

/** @brief Creates the peer's listener. */
static void create_listener(void) {
    fixture.peer.listener = ptk_socket_create(test_loop);
    CHECK_EQUAL(ptk_socket_set_option(fixture.peer.listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1), PTK_ERR_OK);
}

/** @brief Lets the peer listen at an address. */
static void open_listener(const ptk_address_t *address) {
    peer_t *peer = &fixture.peer;

    CHECK_EQUAL(ptk_socket_listen(peer->listener, address, 16), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_local_address(peer->listener, &peer->address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(peer->listener, PTK_EVENT_READABLE, peer_on_connection, NULL), PTK_ERR_OK);
}

void peer_listen(const ptk_address_t *address) {
    create_listener();
    open_listener(address);
}

void peer_listen_with_small_buffer(void) {
    peer_stop_listening();
    ptk_address_t loopback;
    CHECK_EQUAL(ptk_address_parse("127.0.0.1", 0, &loopback), PTK_ERR_OK);
    create_listener();
    CHECK_EQUAL(ptk_socket_set_option(fixture.peer.listener, PTK_SOCKET_OPTION_RECEIVE_BUFFER, 2048), PTK_ERR_OK);
    open_listener(&loopback);
}

void peer_stop_listening(void) {
    CHECK_EQUAL(ptk_socket_destroy(fixture.peer.listener), PTK_ERR_OK);
    fixture.peer.listener = 0;
}

void peer_hang_up(void) {
    if (fixture.peer.socket != 0) {
        CHECK_EQUAL(ptk_socket_destroy(fixture.peer.socket), PTK_ERR_OK);
        fixture.peer.socket = 0;
        wait_for_delivery();
    }
}

void peer_send(const void *bytes, size_t length) {
    uint8_t memory[4096];

    CHECK(length <= sizeof memory);
    memcpy(memory, bytes, length);
    ptk_buf_t buf;
    CHECK_EQUAL(ptk_buf_wrap(&buf, memory, length), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_send(fixture.peer.socket, &buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
}

size_t peer_make_registers(unsigned frame, uint16_t first_value, uint8_t *bytes, size_t size) {
    const peer_frame_t *entry = &fixture.peer.frames[frame];
    uint8_t values[PTK_MODBUS_MAX_DATA_SIZE];

    CHECK_OR_RETURN(frame < fixture.peer.count, 0);
    for (uint16_t i = 0; i < entry->request.quantity; i++) {
        values[2 * i] = (uint8_t)((first_value + i) >> 8);
        values[2 * i + 1] = (uint8_t)(first_value + i);
    }
    ptk_modbus_response_t response;
    memset(&response, 0, sizeof response);
    response.function = entry->request.function;
    response.data = values;
    response.data_length = 2u * entry->request.quantity;
    ptk_buf_t buf;
    CHECK_OR_RETURN(ptk_buf_init(&buf, bytes, size) == PTK_ERR_OK, 0);
    CHECK_OR_RETURN(ptk_modbus_response_encode(&buf, entry->transaction_id, entry->unit_id, &response) == PTK_ERR_OK,
                    0);
    return ptk_buf_length(&buf);
}

void peer_respond_registers(unsigned frame, uint16_t first_value) {
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    peer_send(bytes, peer_make_registers(frame, first_value, bytes, sizeof bytes));
}

void peer_respond_write(unsigned frame) {
    const peer_frame_t *entry = &fixture.peer.frames[frame];
    uint8_t bytes[PTK_MODBUS_MAX_FRAME_SIZE];

    CHECK(frame < fixture.peer.count);
    ptk_modbus_response_t response;
    memset(&response, 0, sizeof response);
    response.function = entry->request.function;
    response.address = entry->request.address;
    response.quantity = entry->request.quantity;
    response.value = entry->request.value;
    response.and_mask = entry->request.and_mask;
    response.or_mask = entry->request.or_mask;
    ptk_buf_t buf;
    CHECK_EQUAL(ptk_buf_init(&buf, bytes, sizeof bytes), PTK_ERR_OK);
    CHECK_EQUAL(ptk_modbus_response_encode(&buf, entry->transaction_id, entry->unit_id, &response), PTK_ERR_OK);
    peer_send(bytes, ptk_buf_length(&buf));
}

/* ---- the client ---- */

void record_result(ptk_modbus_client_t *client, const ptk_modbus_result_t *result, void *user_data) {
    record_t *record = &fixture.records[fixture.count];

    CHECK(client == &fixture.client);
    CHECK(user_data == &fixture);
    CHECK(fixture.count < MAX_RECORDS);
    record->result = *result;
    for (uint16_t i = 0; i < 4; i++) {
        record->registers[i] = ptk_modbus_result_register(result, i);
    }
    for (uint16_t i = 0; i < 16; i++) {
        record->bits[i] = ptk_modbus_result_bit(result, i);
    }
    fixture.count++;
}

/** @brief Connection callback: counts. */
static void record_connection(ptk_modbus_client_t *client, ptk_err_t error, void *user_data) {
    CHECK(client == &fixture.client);
    CHECK(user_data == &fixture);
    fixture.connected += error == PTK_ERR_OK ? 1 : 0;
    fixture.disconnected += error != PTK_ERR_OK ? 1 : 0;
    fixture.connection_error = error;
}

ptk_modbus_request_id_t read_registers(uint16_t address, uint16_t quantity) {
    ptk_modbus_request_id_t id = ptk_modbus_client_read_holding_registers(&fixture.client, TEST_UNIT_ID, address,
                                                                          quantity, record_result, &fixture);

    CHECK_OR_RETURN(id > 0, 0);
    return id;
}

void client_exchange_register(unsigned frame, unsigned record, uint16_t value) {
    read_registers(0, 1);
    RUN_UNTIL(fixture.peer.count == frame + 1);
    peer_respond_registers(frame, value);
    RUN_UNTIL(fixture.count == record + 1);
    CHECK_EQUAL(fixture.records[record].result.error, PTK_ERR_OK);
    CHECK_EQUAL(fixture.records[record].registers[0], value);
}

ptk_modbus_request_id_t write_register(uint16_t address, uint16_t value) {
    ptk_modbus_request_id_t id =
        ptk_modbus_client_write_single_register(&fixture.client, TEST_UNIT_ID, address, value, record_result, &fixture);

    CHECK_OR_RETURN(id > 0, 0);
    return id;
}

ptk_modbus_client_stats_t client_stats(void) {
    ptk_modbus_client_stats_t stats = {0};

    CHECK_OR_RETURN(ptk_modbus_client_get_stats(&fixture.client, &stats) == PTK_ERR_OK, stats);
    return stats;
}

void client_start(void) {
    CHECK_EQUAL(ptk_modbus_client_start(&fixture.client, &fixture.config), PTK_ERR_OK);
}

void client_start_connected(void) {
    client_start();
    RUN_UNTIL(ptk_modbus_client_is_connected(&fixture.client) && fixture.peer.socket != 0);
}

bool client_set_up(void) {
    memset(&fixture, 0, sizeof fixture);
    CHECK_OR_RETURN(loop_open(&client_resources), false);
    ptk_address_t loopback;
    CHECK_OR_RETURN(ptk_address_parse("127.0.0.1", 0, &loopback) == PTK_ERR_OK, false);
    peer_listen(&loopback);
    fixture.config.loop = test_loop;
    fixture.config.address = fixture.peer.address;
    fixture.config.transactions = fixture.transactions;
    fixture.config.num_transactions = TEST_TRANSACTIONS;
    fixture.config.response_timeout_ms = PATIENCE_MS;
    fixture.config.reconnect_delay_ms = 5;
    fixture.config.reconnect_delay_limit_ms = 20;
    fixture.config.connection_callback = record_connection;
    fixture.config.user_data = &fixture;
    return !harness_failed();
}

/** @brief The loop is destroyed before the checks, so that one failure stays one failure. */
void client_tear_down(void) {
    uint32_t peer_sockets = (fixture.peer.socket != 0 ? 1u : 0u) + (fixture.peer.listener != 0 ? 1u : 0u);

    fixture.count = 0; /* room for what completes now */
    (void)ptk_modbus_client_stop(&fixture.client);
    ptk_event_loop_stats_t stats;
    if (ptk_event_loop_get_stats(test_loop, &stats) == PTK_ERR_OK) { /* unless the test has destroyed it */
        CHECK_EQUAL(ptk_event_loop_destroy(test_loop), PTK_ERR_OK);
        CHECK_EQUAL(stats.timers.in_use, 0);
        CHECK_EQUAL(stats.sockets.in_use, peer_sockets);
    }
}

void client_run(void (*test)(void)) {
    if (client_set_up()) {
        test();
    }
    client_tear_down();
}

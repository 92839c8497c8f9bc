/**
 * @file test_tcp.c
 * @brief TCP over IPv4 and IPv6: connect, accept, echo, partial sends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief Bad arguments are refused. */
static void refuses_bad_arguments(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t none = ptk_address_any(0, 0);
    ptk_address_t address;
    uint8_t memory[8];
    size_t size;
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t socket = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_connect(socket, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_connect(socket, &none), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_listen(socket, NULL, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_listen(socket, &none, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_listen(socket, &local, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_listen(socket, &local, 65536), PTK_ERR_INVALID_ARGUMENT);
    /* A socket that is not open yet. */
    CHECK_EQUAL(ptk_socket_accept(socket, NULL), PTK_ERR_INVALID_STATE);
    CHECK(ptk_socket_send(socket, &buf) < 0);
    CHECK(ptk_socket_receive(socket, &buf) < 0);
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    CHECK_EQUAL(ptk_socket_shutdown(socket), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_get_local_address(socket, &address), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_get_remote_address(socket, &address), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_send_to(socket, &buf, &local), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_receive_from(socket, &buf, NULL), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_get_datagram_size(socket, &size), PTK_ERR_INVALID_STATE);
    /* After all these it can still be opened. */
    CHECK_EQUAL(ptk_socket_listen(socket, &local, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_local_address(socket, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_get_local_address(socket, &address), PTK_ERR_OK);
    CHECK(address.port != 0);
    CHECK(support_close());
}

/** @brief Calls that do not fit the state of a socket are refused. */
static void wrong_states(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    uint8_t memory[8];
    ptk_handle_t client;
    ptk_handle_t server;
    size_t size;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address);
    CHECK(listener > 0);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_listen(listener, &local, 1), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_connect(listener, &address), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_open_udp(listener, &local), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_shutdown(listener), PTK_ERR_INVALID_STATE);
    CHECK(ptk_socket_send(listener, &buf) < 0);
    CHECK(ptk_socket_receive(listener, &buf) < 0);
    CHECK(ptk_socket_get_remote_address(listener, &address) < 0);
    CHECK_EQUAL(ptk_socket_accept(listener, NULL), PTK_ERR_WOULD_BLOCK);
    ptk_handle_t connecting = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_connect(connecting, &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_shutdown(connecting), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_destroy(connecting), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_accept(client, NULL), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_send_to(client, &buf, &address), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_receive_from(client, &buf, &address), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_get_datagram_size(client, &size), PTK_ERR_INVALID_STATE);
    /* The refused calls took nothing and broke nothing. */
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    CHECK(support_send_text(client, "still"));
    CHECK(support_expect_text(server, "still"));
    CHECK(support_close());
}

/** @brief Bad buffers are refused. */
static void bad_buffers(void) {
    uint8_t memory[4];
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_socket_send(client, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_receive(client, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_send(client, &buf), PTK_ERR_NO_DATA);
    CHECK_EQUAL(ptk_socket_receive(client, &buf), PTK_ERR_WOULD_BLOCK);
    ptk_buf_put_u32_be(&buf, 1);
    CHECK_EQUAL(ptk_socket_receive(client, &buf), PTK_ERR_NO_SPACE);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_send(client, &buf), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_receive(client, &buf), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_length(&buf), 4);
    CHECK(support_close());
}

/** @brief Connects, compares all four addresses, echoes a text. */
static void connect_accept_echo(uint8_t family) {
    ptk_address_t address;
    ptk_address_t client_local;
    ptk_address_t client_remote;
    ptk_address_t server_local;
    ptk_address_t server_remote;
    ptk_address_t accepted_from;
    support_record_t connected = {0};
    support_record_t readable = {0};

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    ptk_handle_t listener = support_listen(support_loop, family, 4, &address);
    CHECK(listener > 0);
    CHECK_EQUAL(address.family, family);
    ptk_handle_t client = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, support_record, &readable), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_OK);
    /* Never before the call returned, and never twice. */
    CHECK_EQUAL(connected.count, 0);
    CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_INVALID_STATE);
    CHECK(support_run_until(&connected.count, 1));
    CHECK(support_run_until(&readable.count, 1));
    ptk_handle_t server = ptk_socket_accept(listener, &accepted_from);
    CHECK(server > 0);
    CHECK_EQUAL(PTK_HANDLE_TYPE(server), PTK_TYPE_SOCKET);
    CHECK_EQUAL(PTK_HANDLE_EVENT_LOOP_ID(server), PTK_HANDLE_EVENT_LOOP_ID(listener));
    CHECK_EQUAL(ptk_socket_accept(listener, NULL), PTK_ERR_WOULD_BLOCK);
    CHECK_EQUAL(ptk_socket_get_local_address(client, &client_local), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_remote_address(client, &client_remote), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_local_address(server, &server_local), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_remote_address(server, &server_remote), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_remote_address(server, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK(ptk_address_equal(&client_remote, &address));
    CHECK(ptk_address_equal(&server_local, &address));
    CHECK(ptk_address_equal(&client_local, &server_remote));
    CHECK(ptk_address_equal(&accepted_from, &server_remote));
    CHECK(support_send_text(client, "request"));
    CHECK(support_expect_text(server, "request"));
    CHECK(support_send_text(server, "response"));
    CHECK(support_expect_text(client, "response"));
    support_run_ms(10);
    CHECK_EQUAL(connected.count, 1);
    CHECK(support_close());
}

/** @brief Data goes both ways over a connection. */
static void connect_accept_echo_ipv4(void) {
    connect_accept_echo(PTK_ADDRESS_IPV4);
}

/** @brief The same with IPv6. */
static void connect_accept_echo_ipv6(void) {
    connect_accept_echo(PTK_ADDRESS_IPV6);
}

/** @brief The failure is an error event with the code in data and in the last error. */
static void refused_connect(uint8_t family) {
    const ptk_address_t dead = support_dead_address(family);
    support_record_t connected = {0};
    support_record_t failed = {0};
    support_record_t other = {0};

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    ptk_handle_t client = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_DISCONNECTED, support_record, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(client, &dead), PTK_ERR_OK);
    CHECK_EQUAL(failed.count, 0);
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(failed.event, PTK_EVENT_ERROR);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_REFUSED);
    CHECK_EQUAL(failed.last_error, PTK_ERR_CONNECTION_REFUSED);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(connected.count, 0);
    CHECK_EQUAL(other.count, 0);
    CHECK_EQUAL(ptk_socket_destroy(client), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A refused connection is an ERROR event. */
static void refused_connect_ipv4(void) {
    refused_connect(PTK_ADDRESS_IPV4);
}

/** @brief The same with IPv6. */
static void refused_connect_ipv6(void) {
    refused_connect(PTK_ADDRESS_IPV6);
}

/** @brief No handler is set yet when the events happen; they are delivered when handlers come. */
static void outcome_waits_for_its_handler(void) {
    ptk_address_t address;
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    support_record_t connected = {0};
    support_record_t failed = {0};
    ptk_handle_t clients[2];

    CHECK(support_open());
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address) > 0);
    clients[0] = ptk_socket_create(support_loop);
    clients[1] = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_connect(clients[0], &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(clients[1], &dead), PTK_ERR_OK);
    support_run_ms(50);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(clients[0], PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(clients[1], PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK(support_run_until(&connected.count, 1));
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(failed.last_error, PTK_ERR_CONNECTION_REFUSED);
    CHECK(support_close());
}

/** @brief Calls on a connection that is being established would block or are refused. */
static void not_connected_yet(void) {
    ptk_address_t address;
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address) > 0);
    ptk_handle_t client = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 1);
    /* Before the connected event a send is refused or would block, and takes nothing. */
    ptk_err_t error = ptk_socket_send(client, &buf);
    CHECK(error == PTK_ERR_NOT_CONNECTED || error == PTK_ERR_WOULD_BLOCK);
    error = ptk_socket_receive(client, &buf);
    CHECK(error == PTK_ERR_NOT_CONNECTED || error == PTK_ERR_WOULD_BLOCK);
    error = ptk_socket_shutdown(client);
    CHECK(error == PTK_ERR_NOT_CONNECTED || error == PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    /* And it can be given up. */
    CHECK_EQUAL(ptk_socket_destroy(client), PTK_ERR_OK);
    support_run_ms(10);
    CHECK(support_close());
}

/** @brief A socket whose address is in use can be opened with another one. */
static void address_in_use_leaves_the_socket_new(void) {
    ptk_address_t address;
    ptk_address_t strange = ptk_address_any(PTK_ADDRESS_IPV4, 0);
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);

    CHECK(support_open());
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address) > 0);
    ptk_handle_t socket = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_listen(socket, &address, 1), PTK_ERR_ADDRESS_IN_USE);
    /* 192.0.2.1 is for documentation (RFC 5737): no machine has it. */
    strange.bytes[0] = 192;
    strange.bytes[2] = 2;
    strange.bytes[3] = 1;
    CHECK_EQUAL(ptk_socket_listen(socket, &strange, 1), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    CHECK_EQUAL(ptk_socket_open_udp(socket, &strange), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    CHECK_EQUAL(ptk_socket_listen(socket, &local, 1), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Another program may have the port that the system chooses for one family, in the other one: then another
 *  port. */
static void both_families_share_a_port(void) {
    ptk_err_t error = PTK_ERR_ADDRESS_IN_USE;
    int tries;

    CHECK(support_open());
    if (!support_has_family(PTK_ADDRESS_IPV6)) {
        CHECK(support_close());
        return;
    }
    for (tries = 0; tries < 100 && error == PTK_ERR_ADDRESS_IN_USE; tries++) {
        ptk_handle_t first = ptk_socket_create(support_loop);
        ptk_handle_t second = ptk_socket_create(support_loop);
        ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV6, 0);
        ptk_address_t address;

        CHECK_EQUAL(ptk_socket_listen(first, &any, 1), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_get_local_address(first, &address), PTK_ERR_OK);
        any = ptk_address_any(PTK_ADDRESS_IPV4, address.port);
        error = ptk_socket_listen(second, &any, 1);
        CHECK_EQUAL(ptk_socket_destroy(first), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_destroy(second), PTK_ERR_OK);
    }
    CHECK_EQUAL(error, PTK_ERR_OK);
    CHECK(support_close());
}

const harness_test_t tcp_tests[] = {
    {"tcp.refuses_bad_arguments", refuses_bad_arguments},
    {"tcp.wrong_states", wrong_states},
    {"tcp.bad_buffers", bad_buffers},
    {"tcp.connect_accept_echo_ipv4", connect_accept_echo_ipv4},
    {"tcp.connect_accept_echo_ipv6", connect_accept_echo_ipv6},
    {"tcp.refused_connect_ipv4", refused_connect_ipv4},
    {"tcp.refused_connect_ipv6", refused_connect_ipv6},
    {"tcp.outcome_waits_for_its_handler", outcome_waits_for_its_handler},
    {"tcp.not_connected_yet", not_connected_yet},
    {"tcp.address_in_use_leaves_the_socket_new", address_in_use_leaves_the_socket_new},
    {"tcp.both_families_share_a_port", both_families_share_a_port},
    {NULL, NULL},
};

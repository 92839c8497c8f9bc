/**
 * @file test_requests.c
 * @brief What is requested of the socket driver, when, and what follows if it refuses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"
#include "support.h"
#include "wrapped_calls.h"

#include <string.h>

/** @brief What the driver calls data that can be received. */
enum { AFD_RECEIVE = 1 };

/** @brief The pools of a loop. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(larger, SUPPORT_TIMERS, SUPPORT_SOCKETS + 5, SUPPORT_SOURCES);

/** @brief Opens a connection in fresh pools. Returns whether that worked. */
static bool open_pair(ptk_handle_t *client, ptk_handle_t *server) {
    memset(larger.sockets, 0, larger.num_sockets * sizeof larger.sockets[0]);
    memset(larger.timers, 0, larger.num_timers * sizeof larger.timers[0]);
    memset(larger.user_event_sources, 0, larger.num_user_event_sources * sizeof larger.user_event_sources[0]);
    wrapped_reset();
    CHECK_OR_RETURN(support_open(), false);
    return support_pair(support_loop, PTK_ADDRESS_IPV4, client, server);
}

/** @brief No one waits for anything of a new connection; who does makes the first request. */
static void accepting_cancels_nothing(void) {
    support_record_t record = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(open_pair(&client, &server));
    wrapped_reset();
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, support_record, &record), PTK_ERR_OK);
    CHECK_EQUAL(wrapped.submitted, 1);
    CHECK_EQUAL(wrapped.cancelled, 0);
    CHECK(support_send_text(client, "x"));
    CHECK(support_run_until(&record.count, 1));
    CHECK_EQUAL(wrapped.cancelled, 0);
    CHECK(support_close());
}

/** @brief A UDP socket that only sends learns of ICMP errors from the moment that it has a peer. */
static void udp_peer_is_watched(void) {
    ptk_address_t address;
    ptk_address_t peer;

    wrapped_reset();
    CHECK(support_open());
    ptk_handle_t socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &peer);
    CHECK(socket > 0);
    socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    CHECK(socket > 0);
    CHECK_EQUAL(ptk_socket_connect(socket, &peer), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 3));
    CHECK((wrapped.events & AFD_RECEIVE) != 0);
    CHECK(support_close());
}

/** @brief A port that another socket holds exclusively is in use. */
static void held_port_is_in_use(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);

    wrapped_reset();
    CHECK(support_open());
    ptk_handle_t socket = ptk_socket_create(support_loop);
    wrapped.failure = WRAPPED_BIND;
    CHECK_EQUAL(ptk_socket_open_udp(socket, &local), PTK_ERR_ADDRESS_IN_USE);
    CHECK_EQUAL(ptk_socket_listen(socket, &local, 1), PTK_ERR_ADDRESS_IN_USE);
    wrapped.failure = WRAPPED_NONE;
    CHECK_EQUAL(ptk_socket_open_udp(socket, &local), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Handler: receives, and records. */
static void receive(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    support_record_t *record = user_data;
    uint8_t memory[16];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof memory);
    record->last_error = ptk_socket_receive(resource, &buf);
    record->event = event;
    record->data = data;
    record->count++;
}

/** @brief Sends until there is no room. */
static bool fill(ptk_handle_t socket) {
    static uint8_t memory[65536];
    ptk_err_t error = PTK_ERR_OK;
    ptk_buf_t buf;

    for (uint32_t i = 0; i < 10000 && error == PTK_ERR_OK; i++) {
        (void)ptk_buf_init(&buf, memory, sizeof memory);
        buf.end = sizeof memory;
        error = ptk_socket_send(socket, &buf);
    }
    return error == PTK_ERR_WOULD_BLOCK;
}

/** @brief The request that follows a cancelled one is refused. */
static void refusal_is_reported(void) {
    support_record_t failed = {0};
    support_record_t record = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(open_pair(&client, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, receive, &record), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK(fill(server));
    wrapped.refusals = 1;
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_WRITABLE, support_record, &record), PTK_ERR_OK);
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(wrapped.refusals, 0);
    CHECK(support_close());
}

/** @brief The only handler reads. It is called once, and however often the system refuses, the loop does not spin. */
static void refusal_after_resize_is_reported_to_a_reader(void) {
    support_record_t record = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(open_pair(&client, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, receive, &record), PTK_ERR_OK);
    support_run_ms(5);
    wrapped.refusals = 1000000;
    CHECK_EQUAL(ptk_event_loop_resize_resources(support_loop, &larger), PTK_ERR_OK);
    CHECK(support_run_until(&record.count, 1));
    CHECK_EQUAL(record.last_error, PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(record.count, 1);
    wrapped.refusals = 0;
    CHECK(support_close());
}

/** @brief Handler: accepts, and records. */
static void accept_one(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    support_record_t *record = user_data;

    record->last_error = (ptk_err_t)ptk_socket_accept(resource, NULL);
    record->event = event;
    record->data = data;
    record->count++;
}

/** @brief The same of a listener, which accepts no more. */
static void refusal_is_reported_to_an_acceptor(void) {
    support_record_t record = {0};
    ptk_address_t address;

    wrapped_reset();
    CHECK(support_open());
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address);
    wrapped.refusals = 1000000;
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, accept_one, &record), PTK_ERR_OK);
    CHECK(support_run_until(&record.count, 1));
    CHECK_EQUAL(record.last_error, PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(record.count, 1);
    wrapped.refusals = 0;
    CHECK(support_close());
}

/** @brief A UDP socket reports it, and goes on when there is memory again. */
static void refusal_is_not_fatal_to_udp(void) {
    support_record_t record = {0};
    ptk_address_t address;
    ptk_address_t from;
    uint8_t memory[4];
    ptk_buf_t buf;

    wrapped_reset();
    CHECK(support_open());
    ptk_handle_t socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    ptk_handle_t sender = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &from);
    CHECK(socket > 0 && sender > 0);
    wrapped.refusals = 1;
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_READABLE, receive, &record), PTK_ERR_OK);
    CHECK(support_run_until(&record.count, 1));
    CHECK_EQUAL(record.last_error, PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof memory), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_send_to(sender, &buf, &address), PTK_ERR_OK);
    for (uint32_t i = 0; i < 50 && record.last_error != PTK_ERR_OK; i++) {
        CHECK(support_run_until(&record.count, record.count + 1));
    }
    CHECK_EQUAL(record.last_error, PTK_ERR_OK);
    CHECK(support_close());
}

const harness_test_t requests_tests[] = {
    {"requests.accepting_cancels_nothing", accepting_cancels_nothing},
    {"requests.udp_peer_is_watched", udp_peer_is_watched},
    {"requests.held_port_is_in_use", held_port_is_in_use},
    {"requests.refusal_is_reported", refusal_is_reported},
    {"requests.refusal_after_resize_is_reported_to_a_reader", refusal_after_resize_is_reported_to_a_reader},
    {"requests.refusal_is_reported_to_an_acceptor", refusal_is_reported_to_an_acceptor},
    {"requests.refusal_is_not_fatal_to_udp", refusal_is_not_fatal_to_udp},
    {NULL, NULL},
};

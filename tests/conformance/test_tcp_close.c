/**
 * @file test_tcp_close.c
 * @brief The ends of TCP connections: half-close, end of stream, reset.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief Reads two bytes per call and notes the order: a letter for each read, C for the end, D for the event. */
typedef struct reader {
    char log[32];
    uint32_t length;
    uint32_t ended;
    uint32_t disconnected;
} reader_t;

/** @brief Adds a letter to the reader's log. */
static void note(reader_t *reader, char what) {
    if (reader->length < sizeof(reader->log)) {
        reader->log[reader->length++] = what;
    }
}

/** @brief Handler: receives two bytes, and logs what came. */
static void read_two(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    reader_t *reader = user_data;
    uint8_t memory[2];
    ptk_buf_t buf;

    (void)event;
    (void)data;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_err_t error = ptk_socket_receive(resource, &buf);
    if (error == PTK_ERR_OK) {
        note(reader, (char)memory[0]);
    } else if (error == PTK_ERR_CLOSED) {
        note(reader, 'C');
        reader->ended++;
    } else {
        CHECK_EQUAL(error, PTK_ERR_WOULD_BLOCK);
    }
}

/** @brief Handler: logs the end. */
static void note_disconnected(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    reader_t *reader = user_data;

    (void)resource;
    (void)data;
    CHECK_EQUAL(event, PTK_EVENT_DISCONNECTED);
    note(reader, 'D');
    reader->disconnected++;
}

/** @brief DISCONNECTED is reported after all data was received. */
static void disconnected_comes_after_the_data(uint8_t family) {
    reader_t reader = {{0}, 0, 0, 0};
    support_record_t failed = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    CHECK(support_pair(support_loop, family, &client, &server));
    CHECK(support_send_text(client, "a.b.c."));
    CHECK(support_end(client));
    support_run_ms(20);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, note_disconnected, &reader), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    /* Nothing was read, so it is not over yet. */
    support_run_ms(20);
    CHECK_EQUAL(reader.disconnected, 0);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, read_two, &reader), PTK_ERR_OK);
    CHECK(support_run_until(&reader.disconnected, 1));
    CHECK(memcmp(reader.log, "abc", 3) == 0);
    CHECK_EQUAL(reader.disconnected, 1);
    CHECK_EQUAL(failed.count, 0);
    /* Reported once, and the ended stream does not make the loop spin. */
    CHECK_EQUAL(ptk_remove_event_handler(server, PTK_EVENT_READABLE), PTK_ERR_OK);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(reader.disconnected, 1);
    CHECK(support_close());
}

/** @brief With IPv4. */
static void disconnected_comes_after_the_data_ipv4(void) {
    disconnected_comes_after_the_data(PTK_ADDRESS_IPV4);
}

/** @brief With IPv6. */
static void disconnected_comes_after_the_data_ipv6(void) {
    disconnected_comes_after_the_data(PTK_ADDRESS_IPV6);
}

/** @brief A reader that keeps its readable handler after the end of stream: bounded, whatever is reported to it. */
static void ended_stream_does_not_spin(void) {
    reader_t reader = {{0}, 0, 0, 0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, read_two, &reader), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, note_disconnected, &reader), PTK_ERR_OK);
    CHECK(support_end(client));
    CHECK(support_run_until(&reader.disconnected, 1));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(reader.disconnected, 1);
    CHECK(reader.ended <= 2);
    CHECK(support_close());
}

/** @brief Who only wants to know that the peer went away need not read. */
static void disconnected_without_reading(void) {
    support_record_t disconnected = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(client), PTK_ERR_OK);
    CHECK(support_run_until(&disconnected.count, 1));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(disconnected.count, 1);
    CHECK(support_close());
}

/** @brief Ends one direction, uses the other, then ends that too. */
static void half_close(bool client_first) {
    uint8_t memory[8];
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    ptk_handle_t first = client_first ? client : server;
    ptk_handle_t second = client_first ? server : client;
    CHECK(support_send_text(first, "request"));
    CHECK_EQUAL(ptk_socket_shutdown(first), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_shutdown(first), PTK_ERR_OK);
    CHECK(support_expect_text(second, "request"));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(support_receive(second, &buf), PTK_ERR_CLOSED);
    CHECK_EQUAL(support_receive(second, &buf), PTK_ERR_CLOSED);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    /* The other direction works on. */
    CHECK(support_send_text(second, "a late response"));
    CHECK(support_expect_text(first, "a late response"));
    /* Sending on the ended one does not, raises no signal, and takes nothing. */
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_send(first, &buf), PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    ptk_buf_clear(&buf);
    CHECK_EQUAL(ptk_socket_shutdown(second), PTK_ERR_OK);
    CHECK_EQUAL(support_receive(first, &buf), PTK_ERR_CLOSED);
    CHECK_EQUAL(ptk_socket_destroy(first), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(second), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief After a client's shutdown the server can still send. */
static void half_close_by_the_client(void) {
    half_close(true);
}

/** @brief After a server's shutdown the client can still send. */
static void half_close_by_the_server(void) {
    half_close(false);
}

/** @brief Ends the own stream while the end of the peer's, or data and the end, wait; then receives them. */
static bool end_while_the_end_waits(bool has_data) {
    uint8_t memory[8];
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_buf_t buf;

    CHECK_OR_RETURN(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server), false);
    CHECK_OR_RETURN(!has_data || support_send_text(client, "last"), false);
    CHECK_OR_RETURN(ptk_socket_shutdown(client) == PTK_ERR_OK, false);
    support_run_ms(2);
    CHECK_OR_RETURN(ptk_socket_shutdown(server) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(!has_data || support_expect_text(server, "last"), false);
    CHECK_OR_RETURN(ptk_buf_init(&buf, memory, sizeof(memory)) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(support_receive(server, &buf) == PTK_ERR_CLOSED, false);
    CHECK_OR_RETURN(support_receive(client, &buf) == PTK_ERR_CLOSED, false);
    support_run_ms(2); /* until the system has no use for the connection any more */
    CHECK_OR_RETURN(support_receive(server, &buf) == PTK_ERR_CLOSED, false);
    CHECK_OR_RETURN(ptk_socket_shutdown(server) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_socket_destroy(server) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_socket_destroy(client) == PTK_ERR_OK, false);
    return true;
}

/** @brief Both streams have ended and were received when the sockets are destroyed, whoever ended first. */
static void half_close_while_the_end_waits(void) {
    CHECK(support_open());
    for (uint32_t round = 0; round < 20; round++) {
        CHECK(end_while_the_end_waits(round % 2 != 0));
    }
    CHECK(support_close());
}

/** @brief Closing with unread data aborts a connection: the peer sees a reset. */
static bool reset_by_peer(ptk_handle_t *survivor) {
    ptk_handle_t peer;

    CHECK_OR_RETURN(support_pair(support_loop, PTK_ADDRESS_IPV4, survivor, &peer), false);
    CHECK_OR_RETURN(support_send_text(*survivor, "never read"), false);
    CHECK_OR_RETURN(support_run_until_readable(peer), false);
    CHECK_OR_RETURN(ptk_socket_destroy(peer) == PTK_ERR_OK, false);
    return true;
}

/** @brief The server responds and closes. Whether the whole response arrives depends on whether it has received the
 *  request: bytes that it leaves unread turn the end of the stream into a reset, which may overtake the response (RFC
 *  1122, 4.2.2.13). */
static void destroy_after(bool reading_all) {
    uint8_t memory[8];
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_err_t error = PTK_ERR_OK;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_send_text(client, "request"));
    CHECK_EQUAL(ptk_socket_shutdown(client), PTK_ERR_OK);
    support_run_ms(20);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    while (reading_all && error == PTK_ERR_OK) {
        ptk_buf_clear(&buf);
        error = support_receive(server, &buf);
    }
    CHECK_EQUAL(error, reading_all ? PTK_ERR_CLOSED : PTK_ERR_OK);
    CHECK(support_send_text(server, "response"));
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_init(&buf, conformance_scratch.bytes, sizeof(conformance_scratch.bytes)), PTK_ERR_OK);
    do {
        error = support_receive(client, &buf);
    } while (error == PTK_ERR_OK);
    if (reading_all) {
        CHECK_EQUAL(error, PTK_ERR_CLOSED);
        CHECK_EQUAL(ptk_buf_length(&buf), strlen("response"));
    } else { /* the BSDs end it in an orderly way */
        CHECK(error == PTK_ERR_CONNECTION_RESET || error == PTK_ERR_CLOSED);
    }
    CHECK(support_close());
}

/** @brief Destroying a socket that was read to the end ends the stream in order. */
static void destroy_after_reading_all(void) {
    destroy_after(true);
}

/** @brief Destroying a socket with input that was not read resets the connection. */
static void destroy_with_unread_input(void) {
    destroy_after(false);
}

/** @brief A reset is an ERROR event. */
static void reset_is_an_error_event(void) {
    support_record_t failed = {0};
    support_record_t disconnected = {0};
    ptk_handle_t survivor;

    CHECK(support_open());
    CHECK(reset_by_peer(&survivor));
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(failed.last_error, PTK_ERR_CONNECTION_RESET);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(disconnected.count, 0);
    CHECK(support_close());
}

/** @brief Calls on a reset connection fail. */
static void calls_after_a_reset(void) {
    uint8_t memory[4];
    ptk_handle_t survivor;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(reset_by_peer(&survivor));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(support_receive(survivor, &buf), PTK_ERR_CONNECTION_RESET);
    for (uint32_t i = 0; i < 3; i++) {
        ptk_buf_clear(&buf);
        ptk_buf_put_u8(&buf, 1);
        CHECK_EQUAL(ptk_socket_send(survivor, &buf), PTK_ERR_CONNECTION_RESET);
        CHECK_EQUAL(ptk_buf_length(&buf), 1);
    }
    CHECK_EQUAL(ptk_socket_shutdown(survivor), PTK_ERR_NOT_CONNECTED);
    CHECK_EQUAL(ptk_socket_destroy(survivor), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief The event has consumed the system's error; later calls still know of it. */
static void calls_after_the_error_event(void) {
    support_record_t failed = {0};
    uint8_t memory[4];
    ptk_handle_t survivor;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(reset_by_peer(&survivor));
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive(survivor, &buf), PTK_ERR_CONNECTION_RESET);
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_send(survivor, &buf), PTK_ERR_CONNECTION_RESET);
    CHECK(support_close());
}

/** @brief Sending to a peer that has closed fails in the end. */
static void send_to_a_peer_that_is_gone(void) {
    const uint64_t start = ptk_clock_now_ms();
    uint8_t memory[4];
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_err_t error = PTK_ERR_OK;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_OK);
    /* The first send still succeeds; the peer responds with a reset. */
    while ((error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK) && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        ptk_buf_put_u8(&buf, 1);
        error = ptk_socket_send(client, &buf);
        support_run_ms(2);
    }
    CHECK_EQUAL(error, PTK_ERR_CONNECTION_RESET);
    CHECK(support_close());
}

/** @brief The handle of a destroyed socket is invalid. */
static void stale_after_close(void) {
    uint8_t memory[4];
    support_record_t record = {0};
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    for (ptk_event_t event = PTK_EVENT_CONNECTED; event <= PTK_EVENT_ERROR; event++) {
        CHECK_EQUAL(ptk_set_event_handler(server, event, support_record, &record), PTK_ERR_OK);
    }
    CHECK(support_send_text(client, "waiting"));
    record.count = 0;
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive(server, &buf), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_socket_shutdown(server), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_INVALID_HANDLE);
    support_run_ms(20);
    CHECK_EQUAL(record.count, 0);
    CHECK(support_close());
}

const harness_test_t tcp_close_tests[] = {
    {"tcp_close.disconnected_comes_after_the_data_ipv4", disconnected_comes_after_the_data_ipv4},
    {"tcp_close.disconnected_comes_after_the_data_ipv6", disconnected_comes_after_the_data_ipv6},
    {"tcp_close.ended_stream_does_not_spin", ended_stream_does_not_spin},
    {"tcp_close.disconnected_without_reading", disconnected_without_reading},
    {"tcp_close.half_close_by_the_client", half_close_by_the_client},
    {"tcp_close.half_close_by_the_server", half_close_by_the_server},
    {"tcp_close.half_close_while_the_end_waits", half_close_while_the_end_waits},
    {"tcp_close.destroy_after_reading_all", destroy_after_reading_all},
    {"tcp_close.destroy_with_unread_input", destroy_with_unread_input},
    {"tcp_close.reset_is_an_error_event", reset_is_an_error_event},
    {"tcp_close.calls_after_a_reset", calls_after_a_reset},
    {"tcp_close.calls_after_the_error_event", calls_after_the_error_event},
    {"tcp_close.send_to_a_peer_that_is_gone", send_to_a_peer_that_is_gone},
    {"tcp_close.stale_after_close", stale_after_close},
    {NULL, NULL},
};

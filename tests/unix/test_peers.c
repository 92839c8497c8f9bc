/**
 * @file test_peers.c
 * @brief Peers that behave badly, made with the system's own calls.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include <sys/socket.h>
#include <unistd.h>

/** @brief Expects one ERROR event that says that the peer has reset the connection. */
static void expect_reset_event(ptk_handle_t server, support_record_t *failed) {
    CHECK(support_run_until(&failed->count, 1));
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed->data), PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(failed->last_error, PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(failed->resource, server);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(failed->count, 1);
}

/** @brief With each set of handlers that an application may have: the error comes exactly once, and nothing spins. */
static void abrupt_reset(void) {
    static const ptk_event_t others[] = {0, PTK_EVENT_DISCONNECTED, PTK_EVENT_CONNECTED};

    for (uint32_t i = 0; i < 3; i++) {
        support_record_t failed = {0};
        support_record_t other = {0};
        ptk_handle_t server;
        int raw;

        CHECK(support_open());
        CHECK(raw_pair(&raw, &server));
        CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
        if (others[i] != 0) {
            CHECK_EQUAL(ptk_set_event_handler(server, others[i], support_record, &other), PTK_ERR_OK);
        }
        CHECK(raw_reset(raw));
        expect_reset_event(server, &failed);
        CHECK_EQUAL(other.count, 0);
        CHECK(support_close());
    }
}

/** @brief A reset that came before there was a handler is reported to it. */
static void reset_before_the_handler(void) {
    support_record_t failed = {0};
    ptk_handle_t server;
    int raw;

    CHECK(support_open());
    CHECK(raw_pair(&raw, &server));
    CHECK(raw_reset(raw));
    support_run_ms(20);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    expect_reset_event(server, &failed);
    CHECK(support_close());
}

/** @brief What a handler read, and how the stream ended. */
typedef struct reader {
    uint32_t bytes;
    uint32_t ended;
    ptk_err_t end;
} reader_t;

/** @brief Handler: reads four bytes at a time until the end. */
static void read_all(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    reader_t *reader = user_data;
    uint8_t memory[4];
    ptk_buf_t buf;

    (void)event;
    (void)data;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_err_t error = ptk_socket_receive(resource, &buf);
    reader->bytes += (uint32_t)ptk_buf_length(&buf);
    if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        reader->end = error;
        reader->ended++;
        CHECK_EQUAL(ptk_remove_event_handler(resource, PTK_EVENT_READABLE), PTK_ERR_OK);
    }
}

/** @brief A reader that only has the readable event learns of a reset by receiving. */
static void reset_seen_by_a_reader(void) {
    reader_t reader = {0, 0, PTK_ERR_OK};
    ptk_handle_t server;
    int raw;

    CHECK(support_open());
    CHECK(raw_pair(&raw, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, read_all, &reader), PTK_ERR_OK);
    support_run_ms(10);
    CHECK(raw_reset(raw));
    CHECK(support_run_until(&reader.ended, 1));
    CHECK_EQUAL(reader.end, PTK_ERR_CONNECTION_RESET);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(support_close());
}

/** @brief What arrived before the end is delivered before the end, whatever the end is. */
static void last_words(bool reset) {
    reader_t reader = {0, 0, PTK_ERR_OK};
    ptk_handle_t server;
    int raw;

    CHECK(support_open());
    CHECK(raw_pair(&raw, &server));
    CHECK(raw_send_text(raw, "ten bytes!"));
    if (reset) {
        CHECK(raw_reset(raw));
    } else {
        CHECK_EQUAL(close(raw), 0);
    }
    support_run_ms(20);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, read_all, &reader), PTK_ERR_OK);
    CHECK(support_run_until(&reader.ended, 1));
    CHECK_EQUAL(reader.end, reset ? PTK_ERR_CONNECTION_RESET : PTK_ERR_CLOSED);
#if defined(__linux__)
    CHECK_EQUAL(reader.bytes, 10);
#else
    CHECK(reader.bytes == 10 || (reset && reader.bytes == 0)); /* other systems may drop it for a reset */
#endif
    CHECK(support_close());
}

/** @brief What the peer sent before the end of the stream is received before it is reported. */
static void last_words_before_the_end(void) {
    last_words(false);
}

/** @brief What the peer sent before a reset is received before it is reported. */
static void last_words_before_a_reset(void) {
    last_words(true);
}

/** @brief The peer accepts, says something and closes or resets, all before the loop looks whether it is connected. */
static void last_words_to_a_client(bool reset) {
    reader_t reader = {0, 0, PTK_ERR_OK};
    support_record_t connected = {0};
    support_record_t failed = {0};
    ptk_address_t address;
    int listener = raw_listen(&address);

    CHECK(support_open());
    CHECK(listener >= 0);
    ptk_handle_t client = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_OK);
    int raw = raw_accept(listener);
    CHECK(raw >= 0 && raw_send_text(raw, "ten bytes!"));
    raw_pause(); /* until it has arrived */
    if (reset) {
        CHECK(raw_reset(raw));
    } else {
        CHECK_EQUAL(close(raw), 0);
    }
    raw_pause();
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_READABLE, read_all, &reader), PTK_ERR_OK);
#if defined(__linux__)
    CHECK(support_run_until(&connected.count, 1));
    CHECK(support_run_until(&reader.ended, 1));
    CHECK_EQUAL(reader.bytes, 10);
    CHECK_EQUAL(reader.end, reset ? PTK_ERR_CONNECTION_RESET : PTK_ERR_CLOSED);
#else /* other systems may drop what came, for a reset: then the attempt has failed */
    CHECK(support_run_until(reset ? &failed.count : &reader.ended, 1));
    CHECK(reader.bytes == 10 || (reset && reader.bytes == 0));
#endif
    support_run_ms(20);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(failed.count, reset ? 1 : 0);
    CHECK(!reset || PTK_EVENT_ERROR_CODE(failed.data) == PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(close(listener), 0);
    CHECK(support_close());
}

/** @brief The same for a connection that was made by connect. */
static void last_words_to_a_client_before_the_end(void) {
    last_words_to_a_client(false);
}

/** @brief The same for a connection that was made by connect. */
static void last_words_to_a_client_before_a_reset(void) {
    last_words_to_a_client(true);
}

/** @brief Aborted while it still waits in the backlog: nothing spins, and the next connection comes through. */
static void reset_in_the_backlog(void) {
    support_record_t readable = {0};
    ptk_address_t address;
    uint32_t accepted = 0;

    CHECK(support_open());
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);
    int raw = raw_connect(address.port);
    CHECK(raw >= 0);
    CHECK(raw_reset(raw));
    support_run_ms(20);
    raw = raw_connect(address.port);
    CHECK(raw >= 0);
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, support_record, &readable), PTK_ERR_OK);
    CHECK(support_run_until(&readable.count, 1));
    CHECK_EQUAL(ptk_remove_event_handler(listener, PTK_EVENT_READABLE), PTK_ERR_OK);
    ptk_handle_t server = ptk_socket_accept(listener, NULL);
    while (server > 0 && accepted < 4) {
        accepted++;
        support_run_ms(5);
        CHECK(support_idle_passes(support_loop) <= 10);
        server = ptk_socket_accept(listener, NULL);
    }
    CHECK(accepted >= 1 && accepted <= 2);
    CHECK_EQUAL(server, PTK_ERR_WOULD_BLOCK);
    CHECK_EQUAL(close(raw), 0);
    CHECK(support_close());
}

/** @brief The failure comes after the end was read, or after data that is not read now: whoever handles it learns of
 *  it. */
static void late_reset(bool reads) {
    reader_t reader = {0, 0, PTK_ERR_OK};
    support_record_t failed = {0};
    support_record_t disconnected = {0};
    ptk_handle_t server;
    int raw;

    CHECK(support_open());
    CHECK(raw_pair(&raw, &server));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    CHECK(raw_send_text(raw, "request"));
    if (reads) {
        CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, read_all, &reader), PTK_ERR_OK);
        CHECK_EQUAL(shutdown(raw, SHUT_WR), 0);
        CHECK(support_run_until(&disconnected.count, 1));
        CHECK_EQUAL(reader.end, PTK_ERR_CLOSED);
    } else {
        support_run_ms(20);
    }
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(raw_reset(raw));
    expect_reset_event(server, &failed);
    CHECK_EQUAL(disconnected.count, reads ? 1 : 0);
    CHECK(support_close());
}

/** @brief A reset after the end of the stream is reported by the next send. */
static void reset_after_the_end(void) {
    late_reset(true);
}

/** @brief A reset is reported though there is data that was not read. */
static void reset_after_unread_data(void) {
    late_reset(false);
}

const harness_test_t peers_tests[] = {
    {"peers.abrupt_reset", abrupt_reset},
    {"peers.reset_before_the_handler", reset_before_the_handler},
    {"peers.reset_seen_by_a_reader", reset_seen_by_a_reader},
    {"peers.last_words_before_the_end", last_words_before_the_end},
    {"peers.last_words_before_a_reset", last_words_before_a_reset},
    {"peers.reset_after_the_end", reset_after_the_end},
    {"peers.reset_after_unread_data", reset_after_unread_data},
    {"peers.last_words_to_a_client_before_the_end", last_words_to_a_client_before_the_end},
    {"peers.last_words_to_a_client_before_a_reset", last_words_to_a_client_before_a_reset},
    {"peers.reset_in_the_backlog", reset_in_the_backlog},
    {NULL, NULL},
};

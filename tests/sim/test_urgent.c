/**
 * @file test_urgent.c
 * @brief Urgent data of a peer: receives stop at it, and leave it out; what comes after it is not forgotten.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

#include <string.h>

/** @brief What a handler has received. */
typedef struct reader {
    ptk_buf_t buf;
    uint8_t memory[64];
    int calls;
    int empty; /* calls that found nothing */
} reader_t;

/** @brief Sends text. @return whether all of it was sent. */
static bool send_text(ptk_handle_t socket, const char *text) {
    ptk_buf_t buf;
    (void)ptk_buf_wrap(&buf, text, strlen(text));
    return ptk_socket_send(socket, &buf) == PTK_ERR_OK && ptk_buf_length(&buf) == 0;
}

/** @brief Receives once, and checks what came. */
static bool comes(ptk_handle_t socket, const char *text) {
    uint8_t memory[32];
    ptk_buf_t buf;
    (void)ptk_buf_init(&buf, memory, sizeof memory);
    ptk_err_t error = ptk_socket_receive(socket, &buf);
    bool is_it = ptk_buf_length(&buf) == strlen(text) && memcmp(memory, text, strlen(text)) == 0;
    return is_it && error == (*text == 0 ? PTK_ERR_WOULD_BLOCK : PTK_ERR_OK);
}

/** @brief Handler: receives. */
static void receive(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    reader_t *reader = user_data;

    (void)event;
    (void)data;
    reader->calls++;
    reader->empty += ptk_socket_receive(resource, &reader->buf) == PTK_ERR_OK ? 0 : 1;
}

/** @brief A receive stops in front of the urgent byte, the next one leaves it out. */
static void stops_at_the_mark(void) {
    ptk_handle_t a;
    ptk_handle_t b;

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    CHECK(send_text(a, "abc"));
    CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_OK);
    CHECK(send_text(a, "def"));
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK(comes(b, "abc"));
    CHECK(comes(b, "def"));
    CHECK(comes(b, ""));
    /* Read up to the mark, and what comes after it later. */
    CHECK(send_text(a, "gh"));
    CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK(comes(b, "gh"));
    CHECK(comes(b, ""));
    CHECK(send_text(a, "ij"));
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK(comes(b, "ij"));
    sim_end();
}

/** @brief Only the last urgent byte is one: an earlier one that was not reached is data, RFC 6093, 3.1. */
static void only_the_last_one(void) {
    ptk_handle_t a;
    ptk_handle_t b;

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    CHECK(send_text(a, "a"));
    CHECK_EQUAL(ptk_sim_send_urgent(a, '1'), PTK_ERR_OK);
    CHECK(send_text(a, "b"));
    CHECK_EQUAL(ptk_sim_send_urgent(a, '2'), PTK_ERR_OK);
    CHECK(send_text(a, "c"));
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK(comes(b, "a1b"));
    CHECK(comes(b, "c"));
    /* One that is next to be read is left out when another one comes. */
    CHECK_EQUAL(ptk_sim_send_urgent(a, '3'), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(ptk_sim_send_urgent(a, '4'), PTK_ERR_OK);
    CHECK(send_text(a, "d"));
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK(comes(b, "d"));
    CHECK(comes(b, ""));
    sim_end();
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(ptk_sim_world()->segment_count, 0);
}

/** @brief A handler gets all data, and is not called for the urgent byte alone. */
static void in_a_handler(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    reader_t reader = {0};

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    CHECK_EQUAL(ptk_buf_init(&reader.buf, reader.memory, sizeof reader.memory), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(b, PTK_EVENT_READABLE, receive, &reader), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(reader.calls, 0);
    CHECK(send_text(a, "abc"));
    CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_OK);
    CHECK(send_text(a, "def"));
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(ptk_buf_length(&reader.buf), 6);
    CHECK(memcmp(reader.memory, "abcdef", 6) == 0);
    CHECK_EQUAL(reader.empty, 0);
    sim_end();
}

/** @brief The end of the stream comes after it, and unread it is unread data. */
static void at_the_end(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    sim_counter_t ended = {0};
    sim_counter_t failed = {0};

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    CHECK_EQUAL(ptk_set_event_handler(b, PTK_EVENT_DISCONNECTED, sim_count, &ended), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_shutdown(a), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(ended.count, 1);
    sim_end();
    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    CHECK_EQUAL(ptk_set_event_handler(a, PTK_EVENT_ERROR, sim_count, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(ptk_socket_destroy(b), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_RESET);
    sim_end();
}

/** @brief How many bytes fit into a connection. */
static size_t room_of(ptk_handle_t socket) {
    size_t room = 0;
    size_t sent = 0;

    while (sim_send(socket, 4096, &sent) == PTK_ERR_OK && sent > 0) {
        room += sent;
    }
    return room;
}

/** @brief An urgent byte that was passed takes no room any more. */
static void gives_its_room_back(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    size_t rooms[2];

    for (int round = 0; round < 2; round++) {
        CHECK(sim_begin(1, NULL));
        CHECK(sim_pair(&a, &b));
        for (int i = 0; i < 10 * round; i++) {
            CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_OK);
            (void)ptk_sim_run_until(NOW + 10);
            CHECK(comes(b, ""));
        }
        rooms[round] = room_of(a);
        sim_end();
    }
    CHECK(rooms[0] > 0);
    CHECK_EQUAL(rooms[0], rooms[1]);
}

/** @brief What cannot be sent. */
static void refused(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    size_t sent;

    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_send_urgent(0, '!'), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_sim_send_urgent(sim_listen(HOST_A), '!'), PTK_ERR_NOT_CONNECTED);
    CHECK_EQUAL(ptk_sim_send_urgent(sim_open_udp(HOST_A, 99), '!'), PTK_ERR_INVALID_ARGUMENT);
    CHECK(sim_pair(&a, &b));
    while (sim_send(a, 60000, &sent) == PTK_ERR_OK) {
    }
    CHECK_EQUAL(ptk_sim_send_urgent(a, '!'), PTK_ERR_WOULD_BLOCK);
    CHECK_EQUAL(ptk_socket_destroy(b), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_send_urgent(b, '!'), PTK_ERR_INVALID_HANDLE);
    sim_end();
}

const harness_test_t urgent_tests[] = {
    {"urgent.stops_at_the_mark", stops_at_the_mark},
    {"urgent.only_the_last_one", only_the_last_one},
    {"urgent.in_a_handler", in_a_handler},
    {"urgent.at_the_end", at_the_end},
    {"urgent.gives_its_room_back", gives_its_room_back},
    {"urgent.refused", refused},
    {NULL, NULL},
};

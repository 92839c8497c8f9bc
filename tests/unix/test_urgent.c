/**
 * @file test_urgent.c
 * @brief Urgent data, at which a receive of the system stops short: what comes after it is not forgotten.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/** @brief What is received around the urgent byte. */
typedef struct reader {
    ptk_pt_t pt;
    ptk_handle_t socket;
    size_t length; /* of each receive; 0 for as much as there is */
    uint32_t done;
    uint32_t calls;
    ptk_buf_t buf;
    uint8_t memory[16];
} reader_t;

/** @brief Opens a connection to a plain socket. Returns whether that worked. */
static bool prepare(reader_t *reader, int *raw) {
    memset(reader, 0, sizeof(*reader));
    CHECK_OR_RETURN(support_open(), false);
    CHECK_OR_RETURN(raw_pair(raw, &reader->socket), false);
    return ptk_buf_init(&reader->buf, reader->memory, sizeof(reader->memory)) == PTK_ERR_OK;
}

/** @brief "abc", a byte that is out of band, "def", all of it there before the loop looks. */
static bool send_urgent(int raw) {
    CHECK_OR_RETURN(raw_send_text(raw, "abc"), false);
    CHECK_OR_RETURN(send(raw, "!", 1, MSG_OOB) == 1, false);
    return raw_send_text(raw, "def");
}

/** @brief Whether all six bytes of the stream came. */
static bool has_all(const reader_t *reader) {
    return ptk_buf_length(&reader->buf) == 6 && memcmp(reader->memory, "abcdef", 6) == 0;
}

/** @brief Handler: receives. */
static void receive(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    reader_t *reader = user_data;

    (void)event;
    (void)data;
    reader->calls++;
    (void)ptk_socket_receive(resource, &reader->buf);
    reader->done = ptk_buf_length(&reader->buf) == 6;
}

/** @brief Urgent data does not disturb a handler that reads the stream. */
static void in_a_handler(void) {
    reader_t reader;
    int raw;

    CHECK(prepare(&reader, &raw));
    CHECK_EQUAL(ptk_set_event_handler(reader.socket, PTK_EVENT_READABLE, receive, &reader), PTK_ERR_OK);
    for (uint32_t round = 0; round < 3; round++) { /* also after the socket was found empty */
        CHECK(send_urgent(raw));
        CHECK(support_run_until(&reader.done, 1));
        CHECK(has_all(&reader));
        CHECK(support_idle_passes(support_loop) <= 10);
        ptk_buf_clear(&reader.buf);
        reader.done = 0;
    }
    /* Without urgent data a short receive is enough; kqueue does not report which it is. */
    reader.calls = 0;
    CHECK(raw_send_text(raw, "abcdef"));
    CHECK(support_run_until(&reader.done, 1));
    support_run_ms(5);
    CHECK(has_all(&reader));
    CHECK(reader.calls == 1 || strcmp(PTK_PLATFORM_NAME, "bsd") == 0 || strcmp(PTK_PLATFORM_NAME, "macos") == 0);
    CHECK_EQUAL(close(raw), 0);
    CHECK(support_close());
}

/** @brief Protothread: receives six bytes. */
static ptk_pt_status_t receive_six(ptk_pt_t *pt) {
    reader_t *reader = (reader_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    while (ptk_buf_length(&reader->buf) < 6) {
        if (reader->length == 0) {
            PTK_PT_RECEIVE(pt, reader->socket, &reader->buf);
        } else {
            PTK_PT_RECEIVE_EXACTLY(pt, reader->socket, &reader->buf, reader->length);
        }
    }
    reader->done = 1;
    PTK_PT_END(pt);
}

/** @brief Urgent data does not disturb a protothread that reads the stream. */
static void in_a_protothread(void) {
    for (size_t length = 0; length <= 6; length += 6) {
        reader_t reader;
        int raw;

        CHECK(prepare(&reader, &raw));
        reader.length = length;
        CHECK(send_urgent(raw));
        CHECK_EQUAL(ptk_protothread_init(&reader.pt, receive_six), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&reader.pt), PTK_ERR_OK);
        CHECK(support_run_until(&reader.done, 1));
        CHECK(has_all(&reader));
        CHECK_EQUAL(close(raw), 0);
        CHECK(support_close());
    }
}

const harness_test_t urgent_tests[] = {
    {"urgent.in_a_handler", in_a_handler},
    {"urgent.in_a_protothread", in_a_protothread},
    {NULL, NULL},
};

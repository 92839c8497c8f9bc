/**
 * @file test_broken.c
 * @brief Sockets that failed, with handlers that stay and try again: each learns of it, and then nothing happens any
 *        more.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

/** @brief What was reported to a handler that stays. */
typedef struct trial {
    uint32_t calls;
    uint32_t failures;
    ptk_err_t error;
} trial_t;

/** @brief Counts an outcome. */
static void note(trial_t *trial, ptk_err_t error) {
    trial->calls++;
    if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        trial->failures++;
        trial->error = error;
    }
}

/** @brief Handler: receives, and notes the outcome. */
static void receive_again(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t memory[64];
    ptk_buf_t buf;

    (void)event;
    (void)data;
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    note(user_data, ptk_socket_receive(resource, &buf));
}

/** @brief Handler: sends, and notes the outcome. */
static void send_again(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t memory[1];
    ptk_buf_t buf;

    (void)event;
    (void)data;
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u8(&buf, 1);
    note(user_data, ptk_socket_send(resource, &buf));
}

/** @brief Expects that no handler is called any more and that the loop does not spin. */
static void expect_rest(const trial_t *trial) {
    uint32_t calls;

    support_run_ms(5);
    calls = trial->calls;
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(trial->calls, calls);
}

/** @brief A connection whose peer closes with data that it has not read, which is a reset. */
static bool pair_to_reset(ptk_handle_t *survivor, ptk_handle_t *peer) {
    CHECK_OR_RETURN(support_pair(support_loop, PTK_ADDRESS_IPV4, survivor, peer), false);
    CHECK_OR_RETURN(support_send_text(*survivor, "never read"), false);
    return support_run_until_readable(*peer);
}

/** @brief A reader learns once that the connection is broken. */
static void reader(void) {
    support_record_t failed = {0};
    support_record_t disconnected = {0};
    trial_t receiving = {0, 0, PTK_ERR_OK};
    trial_t sending = {0, 0, PTK_ERR_OK};
    ptk_handle_t survivor;
    ptk_handle_t peer;

    CHECK(support_open());
    CHECK(pair_to_reset(&survivor, &peer));
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_READABLE, receive_again, &receiving), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_DISCONNECTED, support_record, &disconnected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(peer), PTK_ERR_OK);
    CHECK(support_run_until(&receiving.failures, 1));
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(receiving.error, PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_RESET);
    expect_rest(&receiving);
    /* A later sender gets the error as well. */
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_WRITABLE, send_again, &sending), PTK_ERR_OK);
    CHECK(support_run_until(&sending.failures, 1));
    CHECK_EQUAL(sending.error, PTK_ERR_CONNECTION_RESET);
    expect_rest(&sending);
    /* The slot may be moved, and handlers set anew: all was reported already. */
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_READABLE, receive_again, &receiving), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_WRITABLE, send_again, &sending), PTK_ERR_OK);
    expect_rest(&receiving);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(disconnected.count, 0);
    CHECK(support_close());
}

/** @brief Fills what there is between the two, so that the writable event comes only when there is room, or when all
 *  is over. */
static bool fill(ptk_handle_t socket) {
    ptk_err_t error = PTK_ERR_OK;
    uint32_t refusals = 0;
    ptk_buf_t buf;

    /* Refused for 20 ms: nothing is under way any more that could make room. */
    while (refusals < 20) {
        (void)ptk_buf_wrap(&buf, conformance_large, sizeof(conformance_large));
        error = ptk_socket_send(socket, &buf);
        CHECK_OR_RETURN(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK, false);
        refusals = error == PTK_ERR_OK ? 0 : refusals + 1;
        if (error != PTK_ERR_OK) {
            support_run_ms(1);
        }
    }
    return true;
}

/** @brief With a reader that learns of it first, or without. */
static void waiting_writer(bool with_reader) {
    support_record_t failed = {0};
    trial_t receiving = {0, 0, PTK_ERR_OK};
    trial_t sending = {0, 0, PTK_ERR_OK};
    ptk_handle_t survivor;
    ptk_handle_t peer;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &survivor, &peer));
    CHECK(fill(survivor));
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_WRITABLE, send_again, &sending), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    if (with_reader) {
        CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_READABLE, receive_again, &receiving), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_socket_destroy(peer), PTK_ERR_OK);
    CHECK(support_run_until(&sending.failures, 1));
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(sending.error, PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_RESET);
    expect_rest(&sending);
    expect_rest(&receiving);
    CHECK_EQUAL(failed.count, 1);
    CHECK(support_close());
}

/** @brief A writer learns once that the connection is broken. */
static void writer(void) {
    waiting_writer(false);
}

/** @brief Of both, each learns once. */
static void writer_and_reader(void) {
    waiting_writer(true);
}

/** @brief The failure is reported by a call between two passes; the loop reports it to one that waits for room. */
static void writer_learns_later(void) {
    const uint64_t start = ptk_clock_now_ms();
    ptk_err_t error = PTK_ERR_WOULD_BLOCK;
    trial_t sending = {0, 0, PTK_ERR_OK};
    ptk_handle_t survivor;
    ptk_handle_t peer;
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open_two());
    CHECK(support_pair(support_other, PTK_ADDRESS_IPV4, &survivor, &peer));
    CHECK(fill(survivor));
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_WRITABLE, send_again, &sending), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(peer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    while (error == PTK_ERR_WOULD_BLOCK && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK(support_poll(support_other, 1)); /* on some systems it takes this to complete the closing */
        error = ptk_socket_receive(survivor, &buf);
    }
    CHECK_EQUAL(error, PTK_ERR_CONNECTION_RESET);
    CHECK(support_run_until(&sending.failures, 1));
    CHECK_EQUAL(sending.error, PTK_ERR_CONNECTION_RESET);
    expect_rest(&sending);
    CHECK(support_close());
}

/** @brief Whoever begins to read when the failure is known already gets it, and not for ever. */
static void late_reader(void) {
    support_record_t failed = {0};
    trial_t receiving = {0, 0, PTK_ERR_OK};
    ptk_handle_t survivor;
    ptk_handle_t peer;

    CHECK(support_open());
    CHECK(pair_to_reset(&survivor, &peer));
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(peer), PTK_ERR_OK);
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(ptk_set_event_handler(survivor, PTK_EVENT_READABLE, receive_again, &receiving), PTK_ERR_OK);
    CHECK(support_run_until(&receiving.failures, 1));
    CHECK_EQUAL(receiving.error, PTK_ERR_CONNECTION_RESET);
    expect_rest(&receiving);
    CHECK_EQUAL(failed.count, 1);
    CHECK(support_close());
}

/** @brief A connection that never was: the error is all there is to report, whatever else has a handler. */
static void refused(void) {
    support_record_t failed = {0};
    support_record_t other = {0};
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t socket = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_CONNECTED, support_record, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_READABLE, support_record, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_WRITABLE, support_record, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_DISCONNECTED, support_record, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(socket, &dead), PTK_ERR_OK);
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_REFUSED);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(other.count, 0);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_receive(socket, &buf), PTK_ERR_CONNECTION_REFUSED);
        ptk_buf_put_u8(&buf, 1);
        CHECK_EQUAL(ptk_socket_send(socket, &buf), PTK_ERR_CONNECTION_REFUSED);
    }
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(other.count, 0);
    CHECK(support_close());
}

/** @brief A datagram that is not read is no error, and does not keep the loop busy while a handler waits for errors. */
static void datagram_is_no_error(void) {
    support_record_t failed = {0};
    ptk_address_t address;
    ptk_address_t from;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t receiver = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    ptk_handle_t sender = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &from);
    CHECK(receiver > 0 && sender > 0);
    CHECK_EQUAL(ptk_set_event_handler(receiver, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    for (uint32_t round = 0; round < 3; round++) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        ptk_buf_put_bytes(&buf, "data", 4);
        CHECK_EQUAL(ptk_socket_send_to(sender, &buf, &address), PTK_ERR_OK);
        support_run_ms(5);
        CHECK(support_idle_passes(support_loop) <= 10);
        CHECK(support_expect_text(receiver, "data"));
    }
    CHECK_EQUAL(failed.count, 0);
    CHECK(support_close());
}

const harness_test_t broken_tests[] = {
    {"broken.reader", reader},
    {"broken.writer", writer},
    {"broken.writer_and_reader", writer_and_reader},
    {"broken.writer_learns_later", writer_learns_later},
    {"broken.late_reader", late_reader},
    {"broken.refused", refused},
    {"broken.datagram_is_no_error", datagram_is_no_error},
    {NULL, NULL},
};

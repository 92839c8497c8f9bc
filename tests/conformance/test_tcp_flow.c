/**
 * @file test_tcp_flow.c
 * @brief How TCP data flows: readiness like a level, partial sends to a slow reader, full buffers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief Writable is like a level: called in every pass while there is room, and no spin while it has no handler. */
static void writable_is_a_level(void) {
    support_record_t writable = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_WRITABLE, support_record, &writable), PTK_ERR_OK);
    CHECK(support_run_until(&writable.count, 1));
    for (uint32_t pass = 1; pass <= 5; pass++) {
        const uint32_t before = writable.count;

        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(writable.count, before + 1);
    }
    CHECK_EQUAL(ptk_remove_event_handler(client, PTK_EVENT_WRITABLE), PTK_ERR_OK);
    writable.count = 0;
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(writable.count, 0);
    CHECK(support_close());
}

/** @brief What a handler received byte by byte. */
typedef struct nibbler {
    uint32_t calls;
    char text[16];
} nibbler_t;

/** @brief Takes one byte each time it is called. */
static void take_one_byte(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    nibbler_t *nibbler = user_data;
    ptk_buf_t buf;

    (void)event;
    (void)data;
    CHECK(nibbler->calls < sizeof(nibbler->text));
    CHECK_EQUAL(ptk_buf_init(&buf, &nibbler->text[nibbler->calls], 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive(resource, &buf), PTK_ERR_OK);
    nibbler->calls++;
}

/** @brief READABLE is reported as long as there is data. */
static void readable_is_a_level(void) {
    nibbler_t nibbler = {0, {0}};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_send_text(client, "abcdef"));
    support_run_ms(20);
    /* Unread data without a handler does not make the loop spin. */
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, take_one_byte, &nibbler), PTK_ERR_OK);
    for (uint32_t pass = 1; pass <= 6; pass++) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(nibbler.calls, pass);
    }
    CHECK(memcmp(nibbler.text, "abcdef", 6) == 0);
    /* The one byte that was asked for came, so only another look shows that there is no more: that look may be the
       library's, but the handler is not called without data again and again. */
    CHECK_EQUAL(ptk_remove_event_handler(server, PTK_EVENT_READABLE), PTK_ERR_OK);
    CHECK(support_send_text(client, "g"));
    CHECK(support_expect_text(server, "g"));
    CHECK(support_close());
}

/** @brief A big transfer: the pattern at a place in the stream is known, so no copy of it is kept. */
static uint8_t pattern(uint64_t place) {
    return (uint8_t)(place * 31 + (place >> 8) * 7 + (place >> 16));
}

/** @brief A transfer, and how far it is. */
typedef struct transfer {
    ptk_handle_t sender;
    uint64_t sent;
    uint64_t wanted;
    uint64_t received;
    uint32_t blocked;
    uint32_t partial;
    uint32_t done;
    uint32_t wrong;
} transfer_t;

/** @brief Handler: sends what there is room for. */
static void send_more(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t *const memory = conformance_scratch.bytes;
    transfer_t *transfer = user_data;
    size_t length = sizeof(conformance_scratch.bytes) / 4;
    ptk_buf_t buf;

    (void)event;
    (void)data;
    if (transfer->wanted - transfer->sent < length) {
        length = (size_t)(transfer->wanted - transfer->sent);
    }
    for (size_t i = 0; i < length; i++) {
        memory[i] = pattern(transfer->sent + i);
    }
    CHECK_EQUAL(ptk_buf_wrap(&buf, memory, length), PTK_ERR_OK);
    ptk_err_t error = ptk_socket_send(resource, &buf);
    CHECK(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK);
    CHECK((error == PTK_ERR_WOULD_BLOCK) == (ptk_buf_length(&buf) == length));
    transfer->blocked += error == PTK_ERR_WOULD_BLOCK;
    transfer->partial += error == PTK_ERR_OK && ptk_buf_length(&buf) > 0;
    transfer->sent += length - ptk_buf_length(&buf);
    if (transfer->sent == transfer->wanted) {
        CHECK_EQUAL(ptk_remove_event_handler(resource, PTK_EVENT_WRITABLE), PTK_ERR_OK);
        CHECK(support_end(resource));
    }
}

/** @brief Handler: receives a part. */
static void take_slowly(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t *const memory = conformance_scratch.bytes;
    transfer_t *transfer = user_data;
    ptk_buf_t buf;

    (void)event;
    (void)data;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(conformance_scratch.bytes) / 9), PTK_ERR_OK);
    ptk_err_t error = ptk_socket_receive(resource, &buf);
    if (error == PTK_ERR_CLOSED) {
        transfer->done++;
        CHECK_EQUAL(ptk_remove_event_handler(resource, PTK_EVENT_READABLE), PTK_ERR_OK);
        return;
    }
    CHECK(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK);
    for (size_t i = 0; i < ptk_buf_length(&buf); i++) {
        transfer->wrong += memory[i] != pattern(transfer->received + i);
    }
    transfer->received += ptk_buf_length(&buf);
}

/** @brief A transfer that is larger than all buffers arrives unchanged. */
static void big_transfer_to_a_slow_reader(void) {
    transfer_t transfer = {0};
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_err_t error;
    uint64_t passes;
    uint64_t before;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    error = ptk_socket_set_option(client, PTK_SOCKET_OPTION_SEND_BUFFER, 8192);
    CHECK(error == PTK_ERR_OK || error == PTK_ERR_UNSUPPORTED);
    /* More than the system buffers: without a reader the sender is stopped. */
    transfer.wanted = (uint64_t)64 * 1024 * 1024;
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_WRITABLE, send_more, &transfer), PTK_ERR_OK);
    do {
        before = transfer.sent;
        passes = support_idle_passes(support_loop);
    } while (transfer.sent != before && transfer.sent < transfer.wanted);
    /* A system may report room only when a part of what is sent has it; then nothing has been refused yet. */
    for (uint32_t i = 0; i < 1000 && transfer.blocked == 0 && transfer.sent < transfer.wanted; i++) {
        send_more(client, PTK_EVENT_WRITABLE, 0, &transfer);
    }
    CHECK(transfer.blocked > 0);
    CHECK(transfer.sent < transfer.wanted);
    /* While it is stopped the loop sleeps. */
    CHECK(passes <= 10);
    /* Then the peer reads, in pieces of odd sizes; the writable event sets the sender going again. */
    transfer.wanted = transfer.sent + CONFORMANCE_TRANSFER;
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, take_slowly, &transfer), PTK_ERR_OK);
    CHECK(support_run_until(&transfer.done, 1));
    CHECK_EQUAL(transfer.received, transfer.wanted);
    CHECK_EQUAL(transfer.wrong, 0);
    CHECK(support_close());
}

/** @brief Receiving appends to a buffer and stops at its end. */
static void receive_fills_what_room_there_is(void) {
    uint8_t memory[8];
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_send_text(client, "abcdefghij"));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_bytes(&buf, "xyz", 3);
    support_run_ms(20);
    CHECK_EQUAL(support_receive(server, &buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 8);
    CHECK(memcmp(memory, "xyzabcde", 8) == 0);
    CHECK_EQUAL(ptk_socket_receive(server, &buf), PTK_ERR_NO_SPACE);
    ptk_buf_skip(&buf, 8);
    ptk_buf_compact(&buf);
    CHECK_EQUAL(ptk_socket_receive(server, &buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 5);
    CHECK(memcmp(memory, "fghij", 5) == 0);
    CHECK_EQUAL(ptk_socket_receive(server, &buf), PTK_ERR_WOULD_BLOCK);
    CHECK(support_close());
}

const harness_test_t tcp_flow_tests[] = {
    {"tcp_flow.writable_is_a_level", writable_is_a_level},
    {"tcp_flow.readable_is_a_level", readable_is_a_level},
    {"tcp_flow.big_transfer_to_a_slow_reader", big_transfer_to_a_slow_reader},
    {"tcp_flow.receive_fills_what_room_there_is", receive_fills_what_room_there_is},
    {NULL, NULL},
};

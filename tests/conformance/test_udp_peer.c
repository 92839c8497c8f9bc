/**
 * @file test_udp_peer.c
 * @brief What a UDP socket receives from, once it has a peer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief A socket, two others that can be its peer, and where they are. */
static ptk_handle_t own;
/** @brief Two sockets that send to it. */
static ptk_handle_t others[2];
/** @brief The address of the socket under test. */
static ptk_address_t own_address;
/** @brief The addresses of the others. */
static ptk_address_t addresses[2];

/** @brief Opens the three sockets. Returns whether the machine has the family and that worked. */
static bool open_three(uint8_t family) {
    CHECK_OR_RETURN(support_open(), false);
    if (!support_has_family(family)) {
        CHECK_OR_RETURN(support_close(), false);
        return false;
    }
    own = support_open_udp(support_loop, family, &own_address);
    CHECK_OR_RETURN(own > 0, false);
    for (uint32_t i = 0; i < 2; i++) {
        others[i] = support_open_udp(support_loop, family, &addresses[i]);
        CHECK_OR_RETURN(others[i] > 0, false);
    }
    return true;
}

/** @brief Sends a text to the socket under test. Returns whether that worked. */
static bool send_text(ptk_handle_t sender, const char *text) {
    uint8_t memory[16];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_bytes(&buf, text, strlen(text));
    CHECK_OR_RETURN(ptk_socket_send_to(sender, &buf, &own_address) == PTK_ERR_OK, false);
    return true;
}

/** @brief Whether nothing can be received, after some time. */
static bool has_nothing(void) {
    uint8_t memory[16];
    ptk_buf_t buf;

    support_run_ms(20);
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    CHECK_OR_RETURN(ptk_socket_receive(own, &buf) == PTK_ERR_WOULD_BLOCK, false);
    CHECK_OR_RETURN(ptk_buf_length(&buf) == 0, false);
    return true;
}

/** @brief Datagrams of both were queued before the connect: the peer's stay, in their order. */
static void keeps_what_the_peer_had_sent(uint8_t family) {
    ptk_address_t from;
    uint8_t memory[16];
    ptk_buf_t buf;

    if (!open_three(family)) {
        return;
    }
    CHECK(send_text(others[1], "stranger"));
    CHECK(send_text(others[0], "first"));
    CHECK(send_text(others[1], "a stranger again"));
    CHECK(send_text(others[0], "second"));
    CHECK(send_text(others[1], ""));
    support_run_ms(20);
    CHECK_EQUAL(ptk_socket_connect(own, &addresses[0]), PTK_ERR_OK);
    CHECK(support_expect_text(own, "first"));
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    CHECK_EQUAL(ptk_socket_receive_from(own, &buf, &from), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 6);
    CHECK(ptk_address_equal(&from, &addresses[0]));
    CHECK(has_nothing());
    CHECK(send_text(others[1], "late"));
    CHECK(send_text(others[0], "third"));
    CHECK(support_expect_text(own, "third"));
    CHECK(has_nothing());
    CHECK(support_close());
}

/** @brief Connecting keeps what the peer sent before, and drops what others sent. */
static void keeps_what_the_peer_had_sent_ipv4(void) {
    keeps_what_the_peer_had_sent(PTK_ADDRESS_IPV4);
}

/** @brief The same with IPv6. */
static void keeps_what_the_peer_had_sent_ipv6(void) {
    keeps_what_the_peer_had_sent(PTK_ADDRESS_IPV6);
}

/** @brief One of a stranger that is larger than the room is not reported either; one of the peer is, and its size. */
static void too_long_from_a_stranger(void) {
    uint8_t memory[4];
    size_t size = 0;
    ptk_buf_t buf;

    CHECK(open_three(PTK_ADDRESS_IPV4));
    CHECK(send_text(others[1], "long of stranger"));
    CHECK(send_text(others[0], "of the peer"));
    support_run_ms(20);
    CHECK_EQUAL(ptk_socket_connect(own, &addresses[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive(own, &buf), PTK_ERR_MESSAGE_TOO_LONG);
    CHECK_EQUAL(ptk_socket_get_datagram_size(own, &size), PTK_ERR_OK);
    CHECK(size == 11 || size == 5); /* or the system only says that it was larger */
    CHECK(has_nothing());
    CHECK(support_close());
}

/** @brief With another peer the former one is a stranger, also what it had sent while it was the peer. */
static void another_peer(void) {
    support_record_t readable = {0};

    CHECK(open_three(PTK_ADDRESS_IPV4));
    CHECK_EQUAL(ptk_socket_connect(own, &addresses[0]), PTK_ERR_OK);
    CHECK(send_text(others[0], "former"));
    support_run_ms(20);
    CHECK_EQUAL(ptk_socket_connect(own, &addresses[1]), PTK_ERR_OK);
    CHECK(has_nothing());
    CHECK(send_text(others[0], "former"));
    CHECK(send_text(others[1], "present"));
    CHECK(support_expect_text(own, "present"));
    CHECK(has_nothing());
    CHECK_EQUAL(ptk_set_event_handler(own, PTK_EVENT_READABLE, support_record, &readable), PTK_ERR_OK);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(send_text(others[1], "present"));
    CHECK(support_run_until(&readable.count, 1));
    CHECK(support_close());
}

/** @brief Connects to a port that no one has, sends there, and waits for the ICMP error; then connects to a peer that is
 *  there. */
static bool leave_a_dead_peer(bool run) {
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_socket_connect(own, &dead) == PTK_ERR_OK, false);
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u8(&buf, 1);
    CHECK_OR_RETURN(ptk_socket_send(own, &buf) == PTK_ERR_OK, false);
    if (run) {
        support_run_ms(50); /* the loop fetches the error, and keeps it */
    } else {
        CHECK_OR_RETURN(support_idle_passes(support_other) <= 10, false);
    }
    CHECK_OR_RETURN(ptk_socket_connect(own, &addresses[0]) == PTK_ERR_OK, false);
    return true;
}

/** @brief Neither a send, nor a receive, nor the event reports the ICMP error of the former peer. */
static void errors_of_the_former_peer(void) {
    for (uint32_t i = 0; i < 4; i++) {
        support_record_t failed = {0};

        CHECK(support_open_two());
        own = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &own_address);
        others[0] = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &addresses[0]);
        CHECK(own > 0 && others[0] > 0);
        CHECK(leave_a_dead_peer(i % 2 == 0));
        CHECK_EQUAL(ptk_set_event_handler(own, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
        CHECK(i < 2 || has_nothing());
        CHECK(support_send_text(own, "hello"));
        CHECK(support_expect_text(others[0], "hello"));
        CHECK(has_nothing());
        CHECK_EQUAL(failed.count, 0);
        CHECK(support_idle_passes(support_loop) <= 10);
        CHECK(support_close());
    }
}

/** @brief A connect that fails changes nothing: the datagrams that wait are received as before. */
static void a_connect_that_fails(void) {
    CHECK(open_three(PTK_ADDRESS_IPV4));
    CHECK(send_text(others[1], "waits"));
    support_run_ms(20);
    ptk_address_t wrong = support_loopback(PTK_ADDRESS_IPV6, 1);
    CHECK_EQUAL(ptk_socket_connect(own, &wrong), PTK_ERR_INVALID_ARGUMENT);
    wrong = support_loopback(PTK_ADDRESS_IPV4, 0);
    CHECK_EQUAL(ptk_socket_connect(own, &wrong), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_expect_text(own, "waits"));
    CHECK(support_close());
}

/** @brief What is too long for every network is that also on a connected socket, each time, and nothing else is
 *  reported. */
static void too_long_to_send(void) {
    support_record_t failed = {0};
    ptk_buf_t buf;

    CHECK(open_three(PTK_ADDRESS_IPV4));
    CHECK_EQUAL(ptk_socket_connect(own, &addresses[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(own, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_buf_wrap(&buf, conformance_large, 70000), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_send(own, &buf), PTK_ERR_MESSAGE_TOO_LONG);
        CHECK_EQUAL(ptk_buf_length(&buf), 70000);
    }
    CHECK(has_nothing());
    CHECK_EQUAL(failed.count, 0);
    CHECK(support_send_text(own, "small"));
    CHECK(support_expect_text(others[0], "small"));
    CHECK(support_close());
}

const harness_test_t udp_peer_tests[] = {
    {"udp_peer.keeps_what_the_peer_had_sent_ipv4", keeps_what_the_peer_had_sent_ipv4},
    {"udp_peer.keeps_what_the_peer_had_sent_ipv6", keeps_what_the_peer_had_sent_ipv6},
    {"udp_peer.too_long_from_a_stranger", too_long_from_a_stranger},
    {"udp_peer.another_peer", another_peer},
    {"udp_peer.errors_of_the_former_peer", errors_of_the_former_peer},
    {"udp_peer.a_connect_that_fails", a_connect_that_fails},
    {"udp_peer.too_long_to_send", too_long_to_send},
    {NULL, NULL},
};

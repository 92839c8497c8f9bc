/**
 * @file test_udp.c
 * @brief UDP over IPv4 and IPv6: echo, truncation, empty datagrams.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief Two sockets in the first loop. */
static bool open_two(uint8_t family, ptk_handle_t sockets[2], ptk_address_t addresses[2]) {
    for (uint32_t i = 0; i < 2; i++) {
        sockets[i] = support_open_udp(support_loop, family, &addresses[i]);
        CHECK_OR_RETURN(sockets[i] > 0, false);
    }
    return true;
}

/** @brief Sends a datagram. Returns whether that worked. */
static bool send_bytes(ptk_handle_t socket, const char *bytes, size_t length, const ptk_address_t *remote) {
    uint8_t memory[256];
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_init(&buf, memory, sizeof(memory)) == PTK_ERR_OK, false);
    ptk_buf_put_bytes(&buf, bytes, length);
    CHECK_OR_RETURN(ptk_socket_send_to(socket, &buf, remote) == PTK_ERR_OK, false);
    return ptk_buf_length(&buf) == 0;
}

/** @brief Receives a datagram, and waits for it. Returns the result. */
static ptk_err_t receive_from(ptk_handle_t socket, ptk_buf_t *buf, ptk_address_t *remote) {
    const uint64_t start = ptk_clock_now_ms();
    ptk_err_t error = ptk_socket_receive_from(socket, buf, remote);

    while (error == PTK_ERR_WOULD_BLOCK && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        support_run_ms(2);
        error = ptk_socket_receive_from(socket, buf, remote);
    }
    return error;
}

/** @brief A datagram and its echo, with the addresses of both. */
static void echo(uint8_t family) {
    ptk_address_t addresses[2];
    ptk_address_t from = {{0}, 0, 0, 0, 0};
    ptk_handle_t sockets[2];
    uint8_t memory[64];
    size_t size = 0;
    ptk_buf_t buf;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    CHECK(open_two(family, sockets, addresses));
    CHECK(send_bytes(sockets[0], "hello", 5, &addresses[1]));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 'x');
    CHECK_EQUAL(receive_from(sockets[1], &buf, &from), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 6);
    CHECK(memcmp(memory, "xhello", 6) == 0);
    CHECK(ptk_address_equal(&from, &addresses[0]));
    CHECK_EQUAL(ptk_socket_get_datagram_size(sockets[1], &size), PTK_ERR_OK);
    CHECK_EQUAL(size, 5);
    CHECK_EQUAL(ptk_socket_send_to(sockets[1], &buf, &from), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    ptk_buf_clear(&buf);
    CHECK_EQUAL(receive_from(sockets[0], &buf, NULL), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 6);
    /* Nothing there: the sender's address is left alone. */
    from = addresses[1];
    CHECK_EQUAL(ptk_socket_receive_from(sockets[0], &buf, &from), PTK_ERR_WOULD_BLOCK);
    CHECK(ptk_address_equal(&from, &addresses[1]));
    CHECK(support_close());
}

/** @brief With IPv4. */
static void echo_ipv4(void) {
    echo(PTK_ADDRESS_IPV4);
}

/** @brief With IPv6. */
static void echo_ipv6(void) {
    echo(PTK_ADDRESS_IPV6);
}

/** @brief A connected socket sends to its peer and gets nothing from others. */
static void connected_socket(uint8_t family) {
    ptk_address_t addresses[2];
    ptk_address_t remote;
    ptk_handle_t sockets[2];
    ptk_address_t stranger_address;
    uint8_t memory[64];
    ptk_buf_t buf;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    CHECK(open_two(family, sockets, addresses));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_bytes(&buf, "abc", 3);
    CHECK_EQUAL(ptk_socket_send(sockets[0], &buf), PTK_ERR_NOT_CONNECTED);
    CHECK_EQUAL(ptk_buf_length(&buf), 3);
    CHECK_EQUAL(ptk_socket_get_remote_address(sockets[0], &remote), PTK_ERR_NOT_CONNECTED);
    CHECK_EQUAL(ptk_socket_connect(sockets[0], &addresses[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_remote_address(sockets[0], &remote), PTK_ERR_OK);
    CHECK(ptk_address_equal(&remote, &addresses[1]));
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], &buf, &addresses[1]), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_buf_length(&buf), 3);
    CHECK_EQUAL(ptk_socket_send(sockets[0], &buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK(support_expect_text(sockets[1], "abc"));
    /* From now on it receives from its peer only. */
    ptk_handle_t stranger = support_open_udp(support_loop, family, &stranger_address);
    CHECK(stranger > 0);
    CHECK(send_bytes(stranger, "no", 2, &addresses[0]));
    CHECK(send_bytes(sockets[1], "yes", 3, &addresses[0]));
    CHECK(support_expect_text(sockets[0], "yes"));
    ptk_buf_clear(&buf);
    CHECK_EQUAL(ptk_socket_receive(sockets[0], &buf), PTK_ERR_WOULD_BLOCK);
    CHECK(support_close());
}

/** @brief With IPv4. */
static void connected_socket_ipv4(void) {
    connected_socket(PTK_ADDRESS_IPV4);
}

/** @brief With IPv6. */
static void connected_socket_ipv6(void) {
    connected_socket(PTK_ADDRESS_IPV6);
}

/** @brief Bad arguments are refused. */
static void refuses_bad_arguments(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
    const ptk_address_t six = support_loopback(PTK_ADDRESS_IPV6, 9);
    ptk_address_t none = ptk_address_any(0, 0);
    ptk_address_t addresses[2];
    ptk_handle_t sockets[2];
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t fresh = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_open_udp(fresh, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_open_udp(fresh, &none), PTK_ERR_INVALID_ARGUMENT);
    CHECK(open_two(PTK_ADDRESS_IPV4, sockets, addresses));
    CHECK_EQUAL(ptk_socket_open_udp(sockets[0], &local), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_open_udp(fresh, &addresses[0]), PTK_ERR_ADDRESS_IN_USE);
    CHECK_EQUAL(ptk_socket_open_udp(fresh, &local), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_listen(sockets[0], &local, 1), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_accept(sockets[0], NULL), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_shutdown(sockets[0]), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_connect(sockets[0], NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_connect(sockets[0], &six), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], NULL, &addresses[1]), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], &buf, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], &buf, &none), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], &buf, &six), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], &buf, &local), PTK_ERR_INVALID_ARGUMENT); /* without a port */
    CHECK_EQUAL(ptk_socket_receive_from(sockets[0], NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_get_datagram_size(sockets[0], NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    ptk_buf_put_u64_be(&buf, 1);
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], &buf, &addresses[1]), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_receive_from(sockets[0], &buf, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_close());
}

/** @brief A datagram that does not fit the buffer is reported with its size. */
static void datagram_that_does_not_fit(void) {
    ptk_address_t addresses[2];
    ptk_address_t from;
    ptk_handle_t sockets[2];
    uint8_t memory[10];
    char large[100];
    size_t size = 0;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(open_two(PTK_ADDRESS_IPV4, sockets, addresses));
    memset(large, 'L', sizeof(large));
    CHECK(send_bytes(sockets[0], large, sizeof(large), &addresses[1]));
    CHECK(send_bytes(sockets[0], "tenletters", 10, &addresses[1]));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    memset(&from, 0, sizeof(from));
    CHECK_EQUAL(receive_from(sockets[1], &buf, &from), PTK_ERR_MESSAGE_TOO_LONG);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(ptk_buf_error(&buf), PTK_ERR_OK);
    CHECK_EQUAL(from.family, PTK_ADDRESS_NONE);
    CHECK_EQUAL(ptk_socket_get_datagram_size(sockets[1], &size), PTK_ERR_OK);
    CHECK(size == 100 || size == 11);
    /* It is dropped, and the one after it, which fits exactly, comes whole. */
    CHECK_EQUAL(receive_from(sockets[1], &buf, &from), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 10);
    CHECK(memcmp(memory, "tenletters", 10) == 0);
    CHECK(ptk_address_equal(&from, &addresses[0]));
    CHECK_EQUAL(ptk_socket_receive_from(sockets[1], &buf, &from), PTK_ERR_NO_SPACE);
    CHECK(support_close());
}

/** @brief A buffer without room takes no datagram. */
static void no_room_takes_nothing(void) {
    ptk_address_t addresses[2];
    ptk_handle_t sockets[2];
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(open_two(PTK_ADDRESS_IPV4, sockets, addresses));
    CHECK(send_bytes(sockets[0], "four", 4, &addresses[1]));
    support_run_ms(20);
    CHECK_EQUAL(ptk_buf_wrap(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive(sockets[1], &buf), PTK_ERR_NO_SPACE);
    CHECK(support_expect_text(sockets[1], "four"));
    CHECK(support_close());
}

/** @brief An empty datagram arrives. */
static void empty_datagram(void) {
    ptk_address_t addresses[2];
    ptk_address_t from;
    support_record_t readable = {0};
    ptk_handle_t sockets[2];
    uint8_t memory[4];
    size_t size = 99;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(open_two(PTK_ADDRESS_IPV4, sockets, addresses));
    CHECK_EQUAL(ptk_set_event_handler(sockets[1], PTK_EVENT_READABLE, support_record, &readable), PTK_ERR_OK);
    CHECK(send_bytes(sockets[0], "", 0, &addresses[1]));
    CHECK(support_run_until(&readable.count, 1));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive_from(sockets[1], &buf, &from), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK(ptk_address_equal(&from, &addresses[0]));
    CHECK_EQUAL(ptk_socket_get_datagram_size(sockets[1], &size), PTK_ERR_OK);
    CHECK_EQUAL(size, 0);
    CHECK_EQUAL(ptk_socket_receive_from(sockets[1], &buf, &from), PTK_ERR_WOULD_BLOCK);
    /* It is no end of stream: the socket goes on. */
    CHECK(send_bytes(sockets[0], "more", 4, &addresses[1]));
    CHECK(support_expect_text(sockets[1], "more"));
    CHECK(support_close());
}

/** @brief A datagram that is larger than UDP allows is refused. */
static void datagram_too_large_to_send(void) {
    ptk_address_t addresses[2];
    ptk_handle_t sockets[2];
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(open_two(PTK_ADDRESS_IPV4, sockets, addresses));
    CHECK_EQUAL(ptk_buf_wrap(&buf, conformance_large, 70000), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_send_to(sockets[0], &buf, &addresses[1]), PTK_ERR_MESSAGE_TOO_LONG);
    CHECK_EQUAL(ptk_buf_length(&buf), 70000);
    CHECK(send_bytes(sockets[0], "small", 5, &addresses[1]));
    CHECK(support_expect_text(sockets[1], "small"));
    CHECK(support_close());
}

/** @brief READABLE is reported as long as there is a datagram. */
static void readable_is_a_level(void) {
    ptk_address_t addresses[2];
    support_record_t readable = {0};
    ptk_handle_t sockets[2];

    CHECK(support_open());
    CHECK(open_two(PTK_ADDRESS_IPV4, sockets, addresses));
    CHECK(send_bytes(sockets[0], "1", 1, &addresses[1]));
    CHECK(send_bytes(sockets[0], "2", 1, &addresses[1]));
    support_run_ms(20);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(sockets[1], PTK_EVENT_READABLE, support_record, &readable), PTK_ERR_OK);
    /* Called in each pass while nothing is read, and while one datagram of two is left. */
    for (uint32_t pass = 1; pass <= 4; pass++) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(readable.count, pass);
    }
    CHECK(support_expect_text(sockets[1], "1"));
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    CHECK_EQUAL(readable.count, 5);
    CHECK(support_close());
}

/** @brief WRITABLE is reported. */
static void writable_event(void) {
    ptk_address_t addresses[2];
    support_record_t writable = {0};
    ptk_handle_t sockets[2];

    CHECK(support_open());
    CHECK(open_two(PTK_ADDRESS_IPV4, sockets, addresses));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(sockets[0], PTK_EVENT_WRITABLE, support_record, &writable), PTK_ERR_OK);
    CHECK(support_run_until(&writable.count, 2));
    CHECK_EQUAL(ptk_remove_event_handler(sockets[0], PTK_EVENT_WRITABLE), PTK_ERR_OK);
    CHECK(send_bytes(sockets[0], "x", 1, &addresses[1]));
    CHECK(support_expect_text(sockets[1], "x"));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(support_close());
}

const harness_test_t udp_tests[] = {
    {"udp.echo_ipv4", echo_ipv4},
    {"udp.echo_ipv6", echo_ipv6},
    {"udp.connected_socket_ipv4", connected_socket_ipv4},
    {"udp.connected_socket_ipv6", connected_socket_ipv6},
    {"udp.refuses_bad_arguments", refuses_bad_arguments},
    {"udp.datagram_that_does_not_fit", datagram_that_does_not_fit},
    {"udp.no_room_takes_nothing", no_room_takes_nothing},
    {"udp.empty_datagram", empty_datagram},
    {"udp.datagram_too_large_to_send", datagram_too_large_to_send},
    {"udp.readable_is_a_level", readable_is_a_level},
    {"udp.writable_event", writable_event},
    {NULL, NULL},
};

/**
 * @file test_network.c
 * @brief What the network, or the lack of a route, makes of a socket's calls: the system's results are made up here.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "failing_calls.h"
#include "unix_support.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

/** @brief The connected socket. */
static ptk_handle_t udp;
/** @brief The socket that it is connected to. */
static ptk_handle_t peer;
/** @brief Its address. */
static ptk_address_t peer_address;

/** @brief Opens both. Returns whether that worked. */
static bool open_connected(void) {
    ptk_address_t address;

    CHECK_OR_RETURN(support_open(), false);
    udp = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    peer = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &peer_address);
    CHECK_OR_RETURN(udp > 0 && peer > 0, false);
    CHECK_OR_RETURN(ptk_socket_connect(udp, &peer_address) == PTK_ERR_OK, false);
    /* Something was received before, so that its size is known. */
    CHECK_OR_RETURN(support_send_text(udp, "hello"), false);
    CHECK_OR_RETURN(support_expect_text(peer, "hello"), false);
    CHECK_OR_RETURN(ptk_socket_connect(peer, &address) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(support_send_text(peer, "hello"), false);
    CHECK_OR_RETURN(support_expect_text(udp, "hello"), false);
    return true;
}

/** @brief Receives once. Returns what came of it. */
static ptk_err_t receive(ptk_handle_t socket) {
    uint8_t memory[16];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    return ptk_socket_receive(socket, &buf);
}

/** @brief A receive fetches ICMP's "packet too big" for a datagram that was sent: none was dropped, and the next one
 *  is received. */
static void too_big_at_a_receive(void) {
    size_t size = 0;

    CHECK(open_connected());
    CHECK(support_send_text(peer, "waits"));
    support_run_ms(20);
    failing_call_set_number(FAILING_RECEIVE, EMSGSIZE);
    CHECK_EQUAL(receive(udp), PTK_ERR_PACKET_TOO_BIG);
    CHECK(failing_call_clear());
    CHECK_EQUAL(ptk_socket_get_datagram_size(udp, &size), PTK_ERR_OK);
    CHECK_EQUAL(size, 5);
    CHECK(support_expect_text(udp, "waits"));
    CHECK_EQUAL(receive(udp), PTK_ERR_WOULD_BLOCK);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(support_close());
}

/** @brief A send that meets it sends its own datagram, once, and the error of the earlier one is reported after
 *  that, once. */
static void too_big_at_a_send(void) {
    for (uint32_t by_event = 0; by_event < 2; by_event++) {
        support_record_t failed = {0};

        CHECK(open_connected());
        if (by_event == 1) {
            CHECK_EQUAL(ptk_set_event_handler(udp, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
        }
        failing_call_set_number(FAILING_SEND, EMSGSIZE);
        CHECK(support_send_text(udp, "sent"));
        CHECK(failing_call_clear());
        CHECK(support_expect_text(peer, "sent"));
        CHECK_EQUAL(receive(peer), PTK_ERR_WOULD_BLOCK);
        if (by_event == 1) {
            CHECK(support_run_until(&failed.count, 1));
            CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_PACKET_TOO_BIG);
        } else {
            CHECK_EQUAL(receive(udp), PTK_ERR_PACKET_TOO_BIG);
        }
        CHECK_EQUAL(receive(udp), PTK_ERR_WOULD_BLOCK);
        CHECK(support_idle_passes(support_loop) <= 10);
        CHECK(support_send_text(udp, "again"));
        CHECK(support_expect_text(peer, "again"));
        CHECK_EQUAL(failed.count, by_event);
        CHECK(support_close());
    }
}

/** @brief ICMP's errors by the numbers that systems give them, fetched by the loop. */
static void icmp_errors(void) {
    static const struct {
        int number;
        ptk_err_t wanted;
    } errors[] = {
        {EMSGSIZE, PTK_ERR_PACKET_TOO_BIG},
        {ENOPROTOOPT, PTK_ERR_CONNECTION_REFUSED},
        {EPROTO, PTK_ERR_HOST_UNREACHABLE},
        {EOPNOTSUPP, PTK_ERR_HOST_UNREACHABLE},
        {EHOSTDOWN, PTK_ERR_HOST_UNREACHABLE},
        {ENETUNREACH, PTK_ERR_NETWORK_UNREACHABLE},
        {EACCES, PTK_ERR_PERMISSION_DENIED},
#if defined(ENONET)
        {ENONET, PTK_ERR_HOST_UNREACHABLE},
#endif
    };
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);

    for (uint32_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        support_record_t failed = {0};

        CHECK(open_connected());
        CHECK_EQUAL(ptk_socket_connect(udp, &dead), PTK_ERR_OK);
        CHECK_EQUAL(ptk_set_event_handler(udp, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
        failing_call_set_pending(errors[i].number);
        CHECK(support_send_text(udp, "to no one"));
        CHECK(support_run_until(&failed.count, 1));
        CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), errors[i].wanted);
        CHECK_EQUAL(receive(udp), PTK_ERR_WOULD_BLOCK);
        CHECK(support_idle_passes(support_loop) <= 10);
        CHECK_EQUAL(failed.count, 1);
        CHECK(support_close());
    }
}

/** @brief Linux says of a blackhole route that the argument is invalid; it is not. */
static void no_route(void) {
    const ptk_address_t somewhere = support_loopback(PTK_ADDRESS_IPV4, 9);
    support_record_t failed = {0};
    ptk_address_t address;
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t tcp = ptk_socket_create(support_loop);
    udp = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    CHECK_EQUAL(ptk_set_event_handler(tcp, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    failing_call_set_number(FAILING_CONNECT, EINVAL);
    CHECK_EQUAL(ptk_socket_connect(tcp, &somewhere), PTK_ERR_OK);
    CHECK(failing_call_clear());
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_NETWORK_UNREACHABLE);
    failing_call_set_number(FAILING_CONNECT, EINVAL);
    CHECK_EQUAL(ptk_socket_connect(udp, &somewhere), PTK_ERR_NETWORK_UNREACHABLE);
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u8(&buf, 1);
    failing_call_set_number(FAILING_SENDTO, EINVAL);
    CHECK_EQUAL(ptk_socket_send_to(udp, &buf, &somewhere), PTK_ERR_NETWORK_UNREACHABLE);
    CHECK_EQUAL(ptk_socket_connect(udp, &somewhere), PTK_ERR_OK);
    failing_call_set_number(FAILING_SEND, EINVAL);
    CHECK_EQUAL(ptk_socket_send(udp, &buf), PTK_ERR_NETWORK_UNREACHABLE);
    CHECK(failing_call_clear());
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    CHECK_EQUAL(ptk_socket_send(udp, &buf), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief An address of a link without its scope is invalid, indeed. */
static void no_scope(void) {
    ptk_address_t link_local = ptk_address_any(PTK_ADDRESS_IPV6, 9);
    ptk_handle_t tcp;

    CHECK(support_open());
    if (support_has_family(PTK_ADDRESS_IPV6)) {
        link_local.bytes[0] = 0xFE;
        link_local.bytes[1] = 0x80;
        link_local.bytes[15] = 1;
        tcp = ptk_socket_create(support_loop);
        failing_call_set_number(FAILING_CONNECT, EINVAL);
        CHECK_EQUAL(ptk_socket_connect(tcp, &link_local), PTK_ERR_INVALID_ARGUMENT);
        CHECK(failing_call_clear());
    }
    CHECK(support_close());
}

/** @brief The system picks as the own port the one that is connected to: the socket opens to itself, without a
 *  listener. */
static void connected_to_itself(void) {
    static const uint8_t families[] = {PTK_ADDRESS_IPV4, PTK_ADDRESS_IPV6};

    for (uint32_t i = 0; i < 2; i++) {
        support_record_t failed = {0};
        support_record_t other = {0};
        ptk_address_t address;
        ptk_handle_t tcp;

        CHECK(support_open());
        if (!support_has_family(families[i])) {
            CHECK(support_close());
            continue;
        }
        tcp = support_listen(support_loop, families[i], 1, &address);
        CHECK(tcp > 0);
        CHECK_EQUAL(ptk_socket_destroy(tcp), PTK_ERR_OK); /* its port is free now */
        tcp = ptk_socket_create(support_loop);
        for (ptk_event_t event = PTK_EVENT_CONNECTED; event < PTK_EVENT_ERROR; event++) {
            CHECK_EQUAL(ptk_set_event_handler(tcp, event, support_record, &other), PTK_ERR_OK);
        }
        CHECK_EQUAL(ptk_set_event_handler(tcp, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
        failing_call_connect_itself();
        CHECK_EQUAL(ptk_socket_connect(tcp, &address), PTK_ERR_OK);
        CHECK(support_run_until(&failed.count, 1));
        CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_REFUSED);
        CHECK(support_idle_passes(support_loop) <= 10);
        CHECK_EQUAL(failed.count, 1);
        CHECK_EQUAL(other.count, 0);
        CHECK_EQUAL(receive(tcp), PTK_ERR_CONNECTION_REFUSED);
        CHECK_EQUAL(ptk_socket_destroy(tcp), PTK_ERR_OK);
        CHECK(support_close());
    }
}

/** @brief A system that cannot be asked to deliver joined groups alone opens UDP sockets all the same. */
static void groups_of_others(void) {
    static const uint8_t families[] = {PTK_ADDRESS_IPV4, PTK_ADDRESS_IPV6};

    for (uint32_t i = 0; i < 2; i++) {
        ptk_address_t address;

        CHECK(support_open());
        if (support_has_family(families[i])) {
            failing_call_set_option(families[i] == PTK_ADDRESS_IPV4 ? 49 : 29, ENOPROTOOPT);
            CHECK(support_open_udp(support_loop, families[i], &address) > 0);
#if defined(__linux__)
            CHECK(failing_call_clear());
#endif
        }
        CHECK(support_close());
    }
}

const harness_test_t network_tests[] = {
    {"network.too_big_at_a_receive", too_big_at_a_receive},
    {"network.too_big_at_a_send", too_big_at_a_send},
    {"network.icmp_errors", icmp_errors},
    {"network.no_route", no_route},
    {"network.no_scope", no_scope},
    {"network.connected_to_itself", connected_to_itself},
    {"network.groups_of_others", groups_of_others},
    {NULL, NULL},
};

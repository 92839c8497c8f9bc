/**
 * @file test_hidden.c
 * @brief Failures that select() cannot report, as something to read hides them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "unix_support.h"

/** @brief An ICMP error is reported although a datagram waits that no one reads, as epoll does. */
static void icmp_error_with_an_unread_datagram(void) {
    support_record_t failed = {0};
    ptk_address_t address;
    ptk_address_t remote;
    uint8_t byte = 1;
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    ptk_handle_t peer = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &remote);
    CHECK(socket > 0 && peer > 0);
    CHECK_EQUAL(ptk_socket_connect(socket, &remote), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_wrap(&buf, &byte, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_send_to(peer, &buf, &address), PTK_ERR_OK);
    support_run_ms(10);
    CHECK_EQUAL(ptk_socket_destroy(peer), PTK_ERR_OK);
    for (uint32_t round = 1; round <= 2; round++) {
        CHECK_EQUAL(ptk_buf_wrap(&buf, &byte, 1), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_send(socket, &buf), PTK_ERR_OK);
        CHECK(support_run_until(&failed.count, round));
    }
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(failed.count, 2);
    CHECK_EQUAL(ptk_buf_init(&buf, &byte, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive(socket, &buf), PTK_ERR_OK); /* the datagram is still there */
    CHECK(support_close());
}

const harness_test_t hidden_tests[] = {
    {"hidden.icmp_error_with_an_unread_datagram", icmp_error_with_an_unread_datagram},
    {NULL, NULL},
};

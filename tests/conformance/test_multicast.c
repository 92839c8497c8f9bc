/* Broadcast and multicast, as far as the machine has them. SPDX-License-Identifier: MIT */
#include "suite.h"
#include "support.h"

#include <string.h>

/* Interfaces are tried from index 1, on most systems loopback, to this one. */
#ifndef CONFORMANCE_LAST_INTERFACE
#define CONFORMANCE_LAST_INTERFACE 16
#endif

static ptk_address_t group_of(uint8_t family, uint16_t port) {
    ptk_address_t group = ptk_address_any(family, port);

    if (family == PTK_ADDRESS_IPV4) {
        group.bytes[0] = 239;
        group.bytes[1] = 255;
        group.bytes[3] = 77;
    } else {
        /* Interface-local scope, ff01::: it never leaves the machine. */
        group.bytes[0] = 0xFF;
        group.bytes[1] = 0x01;
        group.bytes[15] = 0x77;
    }
    return group;
}

static void refuses_bad_arguments(void) {
    const ptk_address_t no_group = support_loopback(PTK_ADDRESS_IPV4, 0);
    const ptk_address_t group = group_of(PTK_ADDRESS_IPV4, 0);
    const ptk_address_t group_six = group_of(PTK_ADDRESS_IPV6, 0);
    ptk_address_t address;
    ptk_handle_t udp;
    ptk_handle_t listener;
    ptk_handle_t fresh;

    CHECK(support_open());
    udp = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address);
    fresh = ptk_socket_create(support_loop);
    CHECK(udp > 0 && listener > 0 && fresh > 0);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, NULL, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, NULL, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &no_group, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, &no_group, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &group_six, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_join_multicast(listener, &group, 0), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_leave_multicast(listener, &group, 0), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_join_multicast(fresh, &group, 0), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &group, 0x7FFFFFFFu), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, &group, 1), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    CHECK(support_close());
}

/* Opens a UDP socket for all addresses. */
static ptk_handle_t open_any(uint8_t family) {
    const ptk_address_t any = ptk_address_any(family, 0);
    const ptk_handle_t socket = ptk_socket_create(support_loop);

    CHECK_OR_RETURN(ptk_socket_open_udp(socket, &any) == PTK_ERR_OK, -1);
    return socket;
}

static ptk_err_t send_text(ptk_handle_t sender, const char *text, const ptk_address_t *group) {
    uint8_t memory[8];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_bytes(&buf, text, strlen(text));
    return ptk_socket_send_to(sender, &buf, group);
}

/* Joins on an interface and sends to the group there. PTK_ERR_OK, or why this interface is none for multicast. */
static ptk_err_t join_and_send(ptk_handle_t member, ptk_handle_t sender, const ptk_address_t *group,
                               uint32_t interface_index) {
    ptk_err_t error = ptk_socket_join_multicast(member, group, interface_index);

    if (error != PTK_ERR_OK) {
        return error;
    }
    error = ptk_socket_set_option(sender, PTK_SOCKET_OPTION_MULTICAST_INTERFACE, (int32_t)interface_index);
    if (error == PTK_ERR_OK) {
        error = send_text(sender, "all", group);
    }
    if (error != PTK_ERR_OK) {
        CHECK_OR_RETURN(ptk_socket_leave_multicast(member, group, interface_index) == PTK_ERR_OK, PTK_ERR_SYSTEM);
    }
    return error;
}

/* On the first interface that carries multicast: joins, sends to the group there, receives, leaves. */
static void to_a_group(uint8_t family) {
    ptk_err_t error = PTK_ERR_ADDRESS_NOT_AVAILABLE;
    uint32_t interface_index = 0;
    ptk_address_t address;
    ptk_address_t group;
    ptk_handle_t member;
    ptk_handle_t sender;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    member = open_any(family);
    sender = open_any(family);
    CHECK_EQUAL(ptk_socket_get_local_address(member, &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_set_option(sender, PTK_SOCKET_OPTION_MULTICAST_LOOPBACK, 1), PTK_ERR_OK);
    /* With 0 hops it does not leave the machine. */
    CHECK_EQUAL(ptk_socket_set_option(sender, PTK_SOCKET_OPTION_MULTICAST_TTL, 0), PTK_ERR_OK);
    group = group_of(family, address.port);
    while (error != PTK_ERR_OK && interface_index < CONFORMANCE_LAST_INTERFACE) {
        interface_index++;
        group.scope_id = family == PTK_ADDRESS_IPV6 ? interface_index : 0;
        error = join_and_send(member, sender, &group, interface_index);
    }
    if (error != PTK_ERR_OK) {
        for (; interface_index > 0; interface_index--) {
            CHECK(!harness_carries_multicast(interface_index));
        }
        harness_skip("no interface of this machine carries multicast of this family");
        CHECK(support_close());
        return;
    }
    CHECK(support_expect_text(member, "all"));
    CHECK_EQUAL(ptk_socket_join_multicast(member, &group, interface_index), PTK_ERR_ADDRESS_IN_USE);
    CHECK_EQUAL(ptk_socket_leave_multicast(member, &group, interface_index), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_leave_multicast(member, &group, interface_index), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    CHECK_EQUAL(send_text(sender, "none", &group), PTK_ERR_OK);
    support_run_ms(50);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_receive(member, &buf), PTK_ERR_WOULD_BLOCK);
    CHECK(support_close());
}

static void to_a_group_ipv4(void) {
    to_a_group(PTK_ADDRESS_IPV4);
}

static void to_a_group_ipv6(void) {
    to_a_group(PTK_ADDRESS_IPV6);
}

static void broadcast_needs_the_option(void) {
    const ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    ptk_address_t everybody;
    ptk_handle_t receiver;
    ptk_handle_t sender;
    uint8_t memory[8];
    ptk_err_t error;
    ptk_buf_t buf;

    CHECK(support_open());
    receiver = ptk_socket_create(support_loop);
    sender = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_open_udp(receiver, &any), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_open_udp(sender, &any), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_local_address(receiver, &address), PTK_ERR_OK);
    /* The broadcast address of the loopback network. */
    everybody = support_loopback(PTK_ADDRESS_IPV4, address.port);
    everybody.bytes[1] = 255;
    everybody.bytes[2] = 255;
    everybody.bytes[3] = 255;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_bytes(&buf, "hey", 3);
    error = ptk_socket_send_to(sender, &buf, &everybody);
    if (error != PTK_ERR_PERMISSION_DENIED) {
        harness_skip("this machine's loopback network has no broadcast address");
        CHECK(support_close());
        return;
    }
    CHECK_EQUAL(ptk_buf_length(&buf), 3);
    CHECK_EQUAL(ptk_socket_set_option(sender, PTK_SOCKET_OPTION_BROADCAST, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_send_to(sender, &buf, &everybody), PTK_ERR_OK);
    CHECK(support_expect_text(receiver, "hey"));
    CHECK(support_close());
}

const harness_test_t multicast_tests[] = {
    {"multicast.refuses_bad_arguments", refuses_bad_arguments},
    {"multicast.to_a_group_ipv4", to_a_group_ipv4},
    {"multicast.to_a_group_ipv6", to_a_group_ipv6},
    {"multicast.broadcast_needs_the_option", broadcast_needs_the_option},
    {NULL, NULL},
};

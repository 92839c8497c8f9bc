/**
 * @file test_multicast.c
 * @brief Broadcast and multicast, as far as the machine has them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief A multicast group of a family. Returns its address. */
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

/** @brief Bad groups, interfaces and sockets are refused. */
static void refuses_bad_arguments(void) {
    const ptk_address_t no_group = support_loopback(PTK_ADDRESS_IPV4, 0);
    const ptk_address_t group = group_of(PTK_ADDRESS_IPV4, 0);
    const ptk_address_t group_six = group_of(PTK_ADDRESS_IPV6, 0);
    const ptk_address_t none = ptk_address_any(0, 0);
    ptk_address_t address;

    CHECK(support_open());
    ptk_handle_t udp = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address);
    ptk_handle_t fresh = ptk_socket_create(support_loop);
    CHECK(udp > 0 && listener > 0 && fresh > 0);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, NULL, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, NULL, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &no_group, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, &no_group, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &group_six, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &none, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_join_multicast(listener, &group, 0), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_leave_multicast(listener, &group, 0), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_socket_join_multicast(fresh, &group, 0), PTK_ERR_INVALID_STATE);
    /* A stack without groups does not look at the interface. */
    ptk_err_t error = ptk_socket_join_multicast(udp, &group, 0x7FFFFFFFu);
    CHECK(error == PTK_ERR_ADDRESS_NOT_AVAILABLE || error == PTK_ERR_UNSUPPORTED);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, &group, 1), error);
    CHECK(support_close());
}

/** @brief The scope of an IPv6 group names an interface, as the index does: they must not contradict each other. */
static void scope_that_contradicts(void) {
    ptk_address_t group = group_of(PTK_ADDRESS_IPV6, 5000);
    ptk_address_t address;
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    if (!support_has_family(PTK_ADDRESS_IPV6)) {
        CHECK(support_close());
        return;
    }
    ptk_handle_t udp = support_open_udp(support_loop, PTK_ADDRESS_IPV6, &address);
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u8(&buf, 1);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &address, 0), PTK_ERR_INVALID_ARGUMENT); /* not a group */
    group.scope_id = 1;
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &group, 2), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, &group, 2), PTK_ERR_INVALID_ARGUMENT);
    group.scope_id = UINT32_MAX;
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &group, 0), PTK_ERR_INVALID_ARGUMENT);
    group.scope_id = 0x7FFFFFFFu; /* no such interface, named in each of the ways */
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &group, 0), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    CHECK_EQUAL(ptk_socket_join_multicast(udp, &group, 0x7FFFFFFFu), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    CHECK_EQUAL(ptk_socket_leave_multicast(udp, &group, 0), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    /* A group of a wider scope: systems send on the interface of the option, whatever the address says. */
    group.bytes[1] = 0x05;
    group.scope_id = 2;
    CHECK_EQUAL(ptk_socket_send_to(udp, &buf, &group), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_connect(udp, &group), PTK_ERR_INVALID_ARGUMENT);
    if (ptk_socket_set_option(udp, PTK_SOCKET_OPTION_MULTICAST_INTERFACE, 1) == PTK_ERR_OK) {
        for (group.bytes[1] = 0x01; group.bytes[1] <= 0x0E; group.bytes[1]++) {
            CHECK_EQUAL(ptk_socket_send_to(udp, &buf, &group), PTK_ERR_INVALID_ARGUMENT);
            CHECK_EQUAL(ptk_socket_connect(udp, &group), PTK_ERR_INVALID_ARGUMENT);
        }
        group.bytes[1] = 0x0E;
        group.scope_id = 0; /* what names no interface contradicts none; whether it can be sent is another question */
        ptk_err_t error = ptk_socket_send_to(udp, &buf, &group);
        CHECK(error != PTK_ERR_INVALID_ARGUMENT);
        ptk_buf_clear(&buf);
        ptk_buf_put_u8(&buf, 1);
    }
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    CHECK(support_close());
}

/** @brief Opens a UDP socket for all addresses. */
static ptk_handle_t open_any(uint8_t family) {
    const ptk_address_t any = ptk_address_any(family, 0);
    const ptk_handle_t socket = ptk_socket_create(support_loop);

    CHECK_OR_RETURN(ptk_socket_open_udp(socket, &any) == PTK_ERR_OK, -1);
    return socket;
}

/** @brief Sends a text to a group. Returns the result. */
static ptk_err_t send_text(ptk_handle_t sender, const char *text, const ptk_address_t *group) {
    uint8_t memory[8];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_bytes(&buf, text, strlen(text));
    return ptk_socket_send_to(sender, &buf, group);
}

/** @brief Joins on an interface and sends to the group there. PTK_ERR_OK, or why this interface is none for
 *  multicast. */
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

/** @brief On the first interface that carries multicast: joins, sends to the group there, receives, leaves. */
static void to_a_group(uint8_t family) {
    ptk_err_t error = PTK_ERR_ADDRESS_NOT_AVAILABLE;
    uint32_t interface_index = 0;
    ptk_address_t address;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    ptk_handle_t member = open_any(family);
    ptk_handle_t sender = open_any(family);
    CHECK_EQUAL(ptk_socket_get_local_address(member, &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_set_option(sender, PTK_SOCKET_OPTION_MULTICAST_LOOPBACK, 1), PTK_ERR_OK);
    /* With 0 hops it does not leave the machine. */
    CHECK_EQUAL(ptk_socket_set_option(sender, PTK_SOCKET_OPTION_MULTICAST_TTL, 0), PTK_ERR_OK);
    ptk_address_t group = group_of(family, address.port);
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

/** @brief The interface that the scope names is the one that is joined: joining it by its index as well is joining it
 *  twice. */
static void scope_names_the_interface(void) {
    ptk_address_t group = group_of(PTK_ADDRESS_IPV6, 0);
    uint32_t joined = 0;

    CHECK(support_open());
    if (!support_has_family(PTK_ADDRESS_IPV6)) {
        CHECK(support_close());
        return;
    }
    ptk_handle_t member = open_any(PTK_ADDRESS_IPV6);
    for (uint32_t i = 1; i <= CONFORMANCE_LAST_INTERFACE; i++) {
        group.scope_id = i;
        if (ptk_socket_join_multicast(member, &group, 0) != PTK_ERR_OK) {
            continue;
        }
        joined++;
        CHECK_EQUAL(ptk_socket_join_multicast(member, &group, i), PTK_ERR_ADDRESS_IN_USE);
        group.scope_id = 0;
        CHECK_EQUAL(ptk_socket_join_multicast(member, &group, i), PTK_ERR_ADDRESS_IN_USE);
        CHECK_EQUAL(ptk_socket_leave_multicast(member, &group, i), PTK_ERR_OK);
        group.scope_id = i;
        CHECK_EQUAL(ptk_socket_leave_multicast(member, &group, 0), PTK_ERR_ADDRESS_NOT_AVAILABLE);
    }
    if (joined == 0) {
        harness_skip("no interface of this machine takes a group of IPv6");
    }
    CHECK(support_close());
}

/** @brief Two sockets have the same port, and each joins a group of its own: neither gets what is sent to the
 *  other's. */
static void only_what_it_has_joined(uint8_t family) {
    ptk_err_t error = PTK_ERR_ADDRESS_NOT_AVAILABLE;
    uint32_t interface_index = 0;
    ptk_address_t any = ptk_address_any(family, 0);
    ptk_address_t groups[2];
    ptk_handle_t members[2];
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    for (uint32_t i = 0; i < 2; i++) {
        members[i] = ptk_socket_create(support_loop);
        CHECK_EQUAL(ptk_socket_set_option(members[i], PTK_SOCKET_OPTION_REUSE_ADDRESS, 1), PTK_ERR_OK);
        error = ptk_socket_open_udp(members[i], &any);
        if (i == 1 && error == PTK_ERR_ADDRESS_IN_USE) { /* the BSDs share a port of groups by the other option */
            harness_skip("this system does not share a port by this option");
            CHECK(support_close());
            return;
        }
        CHECK_EQUAL(error, PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_get_local_address(members[i], &any), PTK_ERR_OK);
    }
    ptk_handle_t sender = open_any(family);
    CHECK_EQUAL(ptk_socket_set_option(sender, PTK_SOCKET_OPTION_MULTICAST_TTL, 0), PTK_ERR_OK);
    groups[0] = group_of(family, any.port);
    groups[1] = groups[0];
    groups[1].bytes[family == PTK_ADDRESS_IPV4 ? 3 : 15]++;
    for (error = PTK_ERR_SYSTEM; error != PTK_ERR_OK && interface_index < CONFORMANCE_LAST_INTERFACE;) {
        interface_index++;
        groups[0].scope_id = groups[1].scope_id = family == PTK_ADDRESS_IPV6 ? interface_index : 0;
        error = join_and_send(members[0], sender, &groups[0], interface_index);
    }
    if (error != PTK_ERR_OK) {
        harness_skip("no interface of this machine carries multicast of this family");
        CHECK(support_close());
        return;
    }
    CHECK(support_expect_text(members[0], "all"));
    CHECK_EQUAL(ptk_socket_join_multicast(members[1], &groups[1], interface_index), PTK_ERR_OK);
    CHECK_EQUAL(send_text(sender, "second", &groups[1]), PTK_ERR_OK);
    CHECK(support_expect_text(members[1], "second"));
    CHECK_EQUAL(send_text(sender, "first", &groups[0]), PTK_ERR_OK);
    CHECK(support_expect_text(members[0], "first"));
    support_run_ms(20);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_receive(members[i], &buf), PTK_ERR_WOULD_BLOCK);
    }
    CHECK(support_close());
}

/** @brief A socket gets only what is sent to groups that it joined itself. */
static void only_what_it_has_joined_ipv4(void) {
    only_what_it_has_joined(PTK_ADDRESS_IPV4);
}

/** @brief The same with IPv6. */
static void only_what_it_has_joined_ipv6(void) {
    only_what_it_has_joined(PTK_ADDRESS_IPV6);
}

/** @brief What is sent to a group arrives at its members. */
static void to_a_group_ipv4(void) {
    to_a_group(PTK_ADDRESS_IPV4);
}

/** @brief The same with IPv6. */
static void to_a_group_ipv6(void) {
    to_a_group(PTK_ADDRESS_IPV6);
}

/** @brief Sending to a broadcast address needs the option. */
static void broadcast_needs_the_option(void) {
    const ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t receiver = ptk_socket_create(support_loop);
    ptk_handle_t sender = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_open_udp(receiver, &any), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_open_udp(sender, &any), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_local_address(receiver, &address), PTK_ERR_OK);
    /* The broadcast address of the loopback network. */
    ptk_address_t everybody = support_loopback(PTK_ADDRESS_IPV4, address.port);
    everybody.bytes[1] = 255;
    everybody.bytes[2] = 255;
    everybody.bytes[3] = 255;
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_bytes(&buf, "hey", 3);
    ptk_err_t error = ptk_socket_send_to(sender, &buf, &everybody);
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
    {"multicast.scope_that_contradicts", scope_that_contradicts},
    {"multicast.scope_names_the_interface", scope_names_the_interface},
    {"multicast.only_what_it_has_joined_ipv4", only_what_it_has_joined_ipv4},
    {"multicast.only_what_it_has_joined_ipv6", only_what_it_has_joined_ipv6},
    {"multicast.to_a_group_ipv4", to_a_group_ipv4},
    {"multicast.to_a_group_ipv6", to_a_group_ipv6},
    {"multicast.broadcast_needs_the_option", broadcast_needs_the_option},
    {NULL, NULL},
};

/**
 * @file bsd_socket_option.c
 * @brief Sockets of BSD's kind, Winsock's included: options and multicast membership.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_option.h"
#include "core/port.h"

#include <string.h>

ptk_err_t ptk_bsd_set(const ptk_platform_socket_t *socket, int level, int option, const void *value, size_t size) {
#if defined(PTK_NO_OPTION)
    if (option == PTK_NO_OPTION) {
        return PTK_ERR_UNSUPPORTED;
    }
#endif
    return ptk_system_result(ptk_system_setsockopt(socket->descriptor, level, option, value, (socklen_t)size));
}

/** @brief Sets an option that takes an int. */
static ptk_err_t set_int(const ptk_platform_socket_t *socket, int level, int option, int32_t value) {
    return ptk_bsd_set(socket, level, option, &value, sizeof value);
}

/** @brief Sets an option of IPv4 multicast that takes a number. */
static ptk_err_t set_ipv4_value(const ptk_platform_socket_t *socket, int option, int32_t value) {
    ptk_ipv4_multicast_value_t sized = (ptk_ipv4_multicast_value_t)value;
    return ptk_bsd_set(socket, IPPROTO_IP, option, &sized, sizeof sized);
}

/** @brief Chooses the interface that datagrams to a group leave by; 0 is the system's choice. */
static ptk_err_t set_multicast_interface(const ptk_platform_socket_t *socket, bool ipv6, int32_t interface_index) {
    struct in_addr no_group;
    memset(&no_group, 0, sizeof no_group);
    return ipv6 ? set_int(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, interface_index)
                : ptk_bsd_set_ipv4_multicast(socket, IP_MULTICAST_IF, no_group, (uint32_t)interface_index);
}

ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *socket, uint8_t family, ptk_socket_option_t option,
                                     int32_t value) {
    bool ipv6 = family == PTK_ADDRESS_IPV6;
    bool ipv6_has_own = ipv6 && !PTK_IP_OPTIONS_SERVE_IPV6;
    switch (option) {
    case PTK_SOCKET_OPTION_NO_DELAY:
        return PTK_NEVER_DELAYS && value == 0 ? PTK_ERR_OK : set_int(socket, IPPROTO_TCP, TCP_NODELAY, value);
    case PTK_SOCKET_OPTION_KEEP_ALIVE:
        return ptk_bsd_set_keep_alive(socket, value);
    case PTK_SOCKET_OPTION_REUSE_ADDRESS:
        return ptk_bsd_set_reuse_address(socket, value);
    case PTK_SOCKET_OPTION_REUSE_PORT:
#if defined(SO_REUSEPORT)
        return set_int(socket, SOL_SOCKET, SO_REUSEPORT, value);
#else
        return PTK_ERR_UNSUPPORTED; /* Windows shares ports, but does not share out what comes */
#endif
    case PTK_SOCKET_OPTION_BROADCAST:
        return set_int(socket, SOL_SOCKET, SO_BROADCAST, value);
    case PTK_SOCKET_OPTION_TTL:
        return ipv6_has_own ? set_int(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, value)
                            : set_int(socket, IPPROTO_IP, IP_TTL, value);
    case PTK_SOCKET_OPTION_MULTICAST_TTL:
        return ipv6_has_own ? set_int(socket, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, value)
                            : set_ipv4_value(socket, IP_MULTICAST_TTL, value);
    case PTK_SOCKET_OPTION_MULTICAST_LOOPBACK:
        return ipv6_has_own ? set_int(socket, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, value)
                            : set_ipv4_value(socket, IP_MULTICAST_LOOP, value);
    case PTK_SOCKET_OPTION_MULTICAST_INTERFACE:
        return set_multicast_interface(socket, ipv6, value);
    case PTK_SOCKET_OPTION_SEND_BUFFER:
        return set_int(socket, SOL_SOCKET, SO_SNDBUF, value);
    case PTK_SOCKET_OPTION_RECEIVE_BUFFER:
        return set_int(socket, SOL_SOCKET, SO_RCVBUF, value);
    default:
        return PTK_ERR_INVALID_ARGUMENT;
    }
}

/** @brief Of IPv4. Where struct group_req is known it is what names the interface by its index, RFC 3678, 5.1, but
 * FreeBSD and XNU refuse 0 in it (inp_join_group() in in_mcast.c): the older option leaves the choice to the system. */
static ptk_err_t set_ipv4_membership(const ptk_platform_socket_t *socket, const ptk_address_t *group,
                                     uint32_t interface_index, bool join) {
    ptk_socket_address_t address;
    socklen_t length = ptk_bsd_to_system(group, &address);
#if PTK_HAS_GROUP_REQ
    if (interface_index != 0) {
        struct group_req request;
        memset(&request, 0, sizeof request);
        request.gr_interface = interface_index;
        memcpy(&request.gr_group, &address, length);
        return ptk_bsd_set(socket, IPPROTO_IP, join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP, &request, sizeof request);
    }
#endif
    (void)length;
    int option = join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP;
    return ptk_bsd_set_ipv4_multicast(socket, option, address.ipv4.sin_addr, interface_index);
}

#if PTK_HAS_IPV6_MREQ
/** @brief Of IPv6, RFC 3493, 5.2. */
static ptk_err_t set_ipv6_membership(const ptk_platform_socket_t *socket, const ptk_address_t *group,
                                     uint32_t interface_index, bool join) {
    struct ipv6_mreq request;
    memset(&request, 0, sizeof request);
    memcpy(&request.ipv6mr_multiaddr, group->bytes, sizeof request.ipv6mr_multiaddr);
    request.ipv6mr_interface = PTK_GROUP_INTERFACE(interface_index);
    return ptk_bsd_set(socket, IPPROTO_IPV6, join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &request, sizeof request);
}
#else
/** @brief Of IPv6, which has no groups here. */
static ptk_err_t set_ipv6_membership(const ptk_platform_socket_t *socket, const ptk_address_t *group,
                                     uint32_t interface_index, bool join) {
    (void)socket;
    (void)group;
    (void)interface_index;
    (void)join;
    return PTK_ERR_UNSUPPORTED;
}
#endif

ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join) {
    ptk_err_t error = group->family == PTK_ADDRESS_IPV6 ? set_ipv6_membership(socket, group, interface_index, join)
                                                        : set_ipv4_membership(socket, group, interface_index, join);
    /* Core has checked the group: what is invalid is the interface, or that there is no such membership. */
    return error == PTK_ERR_INVALID_ARGUMENT ? PTK_ERR_ADDRESS_NOT_AVAILABLE : error;
}

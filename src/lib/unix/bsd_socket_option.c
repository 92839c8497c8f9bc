/** @file bsd_socket_option.c @brief BSD sockets: options and multicast membership. */
#include "system_features.h"

#include "unix/bsd_address.h"
#include "unix/posix_error.h"
#include "core/port.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#if defined(TCP_KEEPIDLE)
#define KEEP_ALIVE_IDLE TCP_KEEPIDLE
#elif defined(TCP_KEEPALIVE)
#define KEEP_ALIVE_IDLE TCP_KEEPALIVE /* macOS */
#endif

static ptk_err_t set(int descriptor, int level, int option, const void *value, size_t size) {
    if (setsockopt(descriptor, level, option, value, (socklen_t)size) == 0) {
        return PTK_ERR_OK;
    }
    return ptk_unix_error(errno);
}

static ptk_err_t set_int(int descriptor, int level, int option, int value) {
    return set(descriptor, level, option, &value, sizeof value);
}

/** The IPv4 multicast options are bytes on every system; Linux takes integers, too (ip(7)). */
static ptk_err_t set_byte(int descriptor, int option, int value) {
    unsigned char byte = (unsigned char)value;
    return set(descriptor, IPPROTO_IP, option, &byte, sizeof byte);
}

static ptk_err_t set_keep_alive(int descriptor, int idle_s) {
#if defined(KEEP_ALIVE_IDLE)
    ptk_err_t error = idle_s == 0 ? PTK_ERR_OK : set_int(descriptor, IPPROTO_TCP, KEEP_ALIVE_IDLE, idle_s);
    return error == PTK_ERR_OK ? set_int(descriptor, SOL_SOCKET, SO_KEEPALIVE, idle_s != 0) : error;
#else
    /* OpenBSD: the idle time is the system's. */
    return set_int(descriptor, SOL_SOCKET, SO_KEEPALIVE, idle_s != 0);
#endif
}

static ptk_err_t set_reuse_port(int descriptor, int value) {
#if defined(SO_REUSEPORT)
    return set_int(descriptor, SOL_SOCKET, SO_REUSEPORT, value);
#else
    (void)descriptor;
    (void)value;
    return PTK_ERR_UNSUPPORTED;
#endif
}

/* ------------------------------------------------------------------------------------------------ multicast, IPv4 */

/** An option of IPv4 multicast that takes a group, or none, and an interface, by its index; 0 is the system's choice. */
#if PTK_HAS_IP_MREQN
static ptk_err_t set_ipv4(int descriptor, int option, struct in_addr group, uint32_t interface_index) {
    struct ip_mreqn request;
    memset(&request, 0, sizeof request);
    request.imr_multiaddr = group;
    request.imr_ifindex = (int)interface_index;
    return set(descriptor, IPPROTO_IP, option, &request, sizeof request);
}
#else
/** The address by which such options know the interface. */
static ptk_err_t interface_address(int descriptor, uint32_t interface_index, struct in_addr *address) {
    address->s_addr = htonl(INADDR_ANY);
    if (interface_index == 0) {
        return PTK_ERR_OK;
    }
#if PTK_HAS_INDEX_ADDRESS
    (void)descriptor;
    address->s_addr = htonl(interface_index);
    return interface_index <= IN_CLASSA_HOST ? PTK_ERR_OK : PTK_ERR_ADDRESS_NOT_AVAILABLE;
#else
    struct ifreq request;
    memset(&request, 0, sizeof request);
    if (if_indextoname(interface_index, request.ifr_name) == NULL || ioctl(descriptor, SIOCGIFADDR, &request) != 0) {
        return ptk_unix_error(errno);
    }
    struct sockaddr_in found;
    memcpy(&found, &request.ifr_addr, sizeof found);
    *address = found.sin_addr;
    return PTK_ERR_OK;
#endif
}

static ptk_err_t set_ipv4(int descriptor, int option, struct in_addr group, uint32_t interface_index) {
    struct ip_mreq request;
    memset(&request, 0, sizeof request);
    request.imr_multiaddr = group;
    ptk_err_t error = interface_address(descriptor, interface_index, &request.imr_interface);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (option == IP_MULTICAST_IF) {
        return set(descriptor, IPPROTO_IP, option, &request.imr_interface, sizeof request.imr_interface);
    }
    return set(descriptor, IPPROTO_IP, option, &request, sizeof request);
}
#endif

static ptk_err_t set_multicast_interface(int descriptor, bool ipv6, int32_t interface_index) {
    const struct in_addr no_group = {0};
    return ipv6 ? set_int(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_IF, interface_index)
                : set_ipv4(descriptor, IP_MULTICAST_IF, no_group, (uint32_t)interface_index);
}

/* ------------------------------------------------------------------------------------------------ the seam */

ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *socket, uint8_t family, ptk_socket_option_t option,
                                     int32_t value) {
    int descriptor = socket->descriptor;
    bool ipv6 = family == PTK_ADDRESS_IPV6;
    switch (option) {
    case PTK_SOCKET_OPTION_NO_DELAY:
        return set_int(descriptor, IPPROTO_TCP, TCP_NODELAY, value);
    case PTK_SOCKET_OPTION_KEEP_ALIVE:
        return set_keep_alive(descriptor, value);
    case PTK_SOCKET_OPTION_REUSE_ADDRESS:
        return set_int(descriptor, SOL_SOCKET, SO_REUSEADDR, value);
    case PTK_SOCKET_OPTION_REUSE_PORT:
        return set_reuse_port(descriptor, value);
    case PTK_SOCKET_OPTION_BROADCAST:
        return set_int(descriptor, SOL_SOCKET, SO_BROADCAST, value);
    case PTK_SOCKET_OPTION_TTL:
        return ipv6 ? set_int(descriptor, IPPROTO_IPV6, IPV6_UNICAST_HOPS, value)
                    : set_int(descriptor, IPPROTO_IP, IP_TTL, value);
    case PTK_SOCKET_OPTION_MULTICAST_TTL:
        return ipv6 ? set_int(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, value)
                    : set_byte(descriptor, IP_MULTICAST_TTL, value);
    case PTK_SOCKET_OPTION_MULTICAST_LOOPBACK:
        return ipv6 ? set_int(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, value)
                    : set_byte(descriptor, IP_MULTICAST_LOOP, value);
    case PTK_SOCKET_OPTION_MULTICAST_INTERFACE:
        return set_multicast_interface(descriptor, ipv6, value);
    case PTK_SOCKET_OPTION_SEND_BUFFER:
        return set_int(descriptor, SOL_SOCKET, SO_SNDBUF, value);
    case PTK_SOCKET_OPTION_RECEIVE_BUFFER:
        return set_int(descriptor, SOL_SOCKET, SO_RCVBUF, value);
    default:
        return PTK_ERR_INVALID_ARGUMENT;
    }
}

#if PTK_HAS_GROUP_REQ
/* RFC 3678, 5.1: the one interface that names the network interface by its index for both families. */
ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join) {
    struct group_req request;
    ptk_socket_address_t address;
    socklen_t length = ptk_unix_to_system(group, &address);
    memset(&request, 0, sizeof request);
    request.gr_interface = interface_index;
    memcpy(&request.gr_group, &address, length);
    int level = group->family == PTK_ADDRESS_IPV6 ? IPPROTO_IPV6 : IPPROTO_IP;
    return set(socket->descriptor, level, join ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP, &request, sizeof request);
}
#else
ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join) {
    ptk_socket_address_t address;
    (void)ptk_unix_to_system(group, &address);
    if (group->family == PTK_ADDRESS_IPV4) {
        int option = join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP;
        return set_ipv4(socket->descriptor, option, address.ipv4.sin_addr, interface_index);
    }
    struct ipv6_mreq request; /* RFC 3493, 5.2 */
    memset(&request, 0, sizeof request);
    request.ipv6mr_multiaddr = address.ipv6.sin6_addr;
    request.ipv6mr_interface = interface_index;
    int option = join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP;
    return set(socket->descriptor, IPPROTO_IPV6, option, &request, sizeof request);
}
#endif

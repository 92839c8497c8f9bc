/** @file winsock_option.c @brief Winsock: options and multicast membership. */
#include "system_features.h"

#include "unix/bsd_address.h"
#include "windows/windows_error.h"
#include "core/port.h"

#include <iphlpapi.h>
#include <mstcpip.h>
#include <stddef.h>
#include <string.h>

/** How long to wait for an answer before the next probe: what Windows does by itself. */
#define KEEP_ALIVE_INTERVAL_MS 1000u

/** More than a machine has. */
#define MAX_IPV4_ADDRESSES 64

static ptk_err_t set(const ptk_platform_socket_t *socket, int level, int option, const void *value, size_t size) {
    if (setsockopt(socket->descriptor, level, option, value, (int)size) == 0) {
        return PTK_ERR_OK;
    }
    return ptk_windows_error((uint32_t)WSAGetLastError());
}

/** All of Winsock's simple options are of 32 bits. */
static ptk_err_t set_int(const ptk_platform_socket_t *socket, int level, int option, int32_t value) {
    return set(socket, level, option, &value, sizeof value);
}

static ptk_err_t set_keep_alive(const ptk_platform_socket_t *socket, int32_t idle_s) {
    struct tcp_keepalive request;
    DWORD size;
    request.onoff = idle_s != 0;
    request.keepalivetime = (ULONG)idle_s * 1000u;
    request.keepaliveinterval = KEEP_ALIVE_INTERVAL_MS;
    if (WSAIoctl(socket->descriptor, SIO_KEEPALIVE_VALS, &request, sizeof request, NULL, 0, &size, NULL, NULL) != 0) {
        return ptk_windows_error((uint32_t)WSAGetLastError());
    }
    return PTK_ERR_OK;
}

/**
 * With SO_REUSEADDR a UDP socket shares its port, as elsewhere. A listener with it would take the port from another
 * one; what the option is for, binding although old connections linger, Windows does of itself if the use is not exclusive.
 */
static ptk_err_t set_reuse_address(ptk_platform_socket_t *socket, int32_t value) {
    socket->shared = value != 0;
    return socket->datagram != 0 ? set_int(socket, SOL_SOCKET, SO_REUSEADDR, value) : PTK_ERR_OK;
}

/**
 * An IPv4 address that names a network interface. Windows also takes its index, as an address in 0.0.0.0/8, which is
 * for interfaces that are not found here; Wine does not.
 */
static uint32_t address_of_interface(uint32_t index) {
    uint8_t memory[offsetof(MIB_IPADDRTABLE, table) + MAX_IPV4_ADDRESSES * sizeof(MIB_IPADDRROW)];
    MIB_IPADDRROW row;
    DWORD count = 0;
    ULONG size = (ULONG)sizeof memory;
    if (GetIpAddrTable((MIB_IPADDRTABLE *)(void *)memory, &size, FALSE) == NO_ERROR) {
        memcpy(&count, memory + offsetof(MIB_IPADDRTABLE, dwNumEntries), sizeof count);
    }
    for (DWORD i = 0; i < count; i++) {
        memcpy(&row, memory + offsetof(MIB_IPADDRTABLE, table) + i * sizeof row, sizeof row);
        if (row.dwIndex == index) {
            return row.dwAddr;
        }
    }
    return htonl(index);
}

static ptk_err_t set_multicast_interface(const ptk_platform_socket_t *socket, bool ipv6, int32_t interface_index) {
    if (ipv6) {
        return set_int(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, interface_index);
    }
    uint32_t address = address_of_interface((uint32_t)interface_index);
    return set(socket, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address);
}

ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *socket, uint8_t family, ptk_socket_option_t option,
                                     int32_t value) {
    bool ipv6 = family == PTK_ADDRESS_IPV6;
    int level = ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
    switch (option) {
    case PTK_SOCKET_OPTION_NO_DELAY:
        return set_int(socket, IPPROTO_TCP, TCP_NODELAY, value);
    case PTK_SOCKET_OPTION_KEEP_ALIVE:
        return set_keep_alive(socket, value);
    case PTK_SOCKET_OPTION_REUSE_ADDRESS:
        return set_reuse_address(socket, value);
    case PTK_SOCKET_OPTION_REUSE_PORT:
        return PTK_ERR_UNSUPPORTED; /* Windows shares ports, but does not share out what comes */
    case PTK_SOCKET_OPTION_BROADCAST:
        return set_int(socket, SOL_SOCKET, SO_BROADCAST, value);
    case PTK_SOCKET_OPTION_TTL:
        return set_int(socket, level, ipv6 ? IPV6_UNICAST_HOPS : IP_TTL, value);
    case PTK_SOCKET_OPTION_MULTICAST_TTL:
        return set_int(socket, level, ipv6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL, value);
    case PTK_SOCKET_OPTION_MULTICAST_LOOPBACK:
        return set_int(socket, level, ipv6 ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP, value);
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

/** The group was checked before: what is invalid is the interface, or that there is no such membership. */
static ptk_err_t set_membership(const ptk_platform_socket_t *socket, int level, int option, const void *request,
                                size_t size) {
    ptk_err_t error = set(socket, level, option, request, size);
    return error == PTK_ERR_INVALID_ARGUMENT ? PTK_ERR_ADDRESS_NOT_AVAILABLE : error;
}

ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join) {
    if (group->family == PTK_ADDRESS_IPV6) {
        struct ipv6_mreq request;
        memcpy(&request.ipv6mr_multiaddr, group->bytes, 16);
        request.ipv6mr_interface = interface_index;
        return set_membership(socket, IPPROTO_IPV6, join ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &request,
                              sizeof request);
    }
    struct ip_mreq request;
    memcpy(&request.imr_multiaddr, group->bytes, 4);
    request.imr_interface.s_addr = address_of_interface(interface_index);
    return set_membership(socket, IPPROTO_IP, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &request, sizeof request);
}

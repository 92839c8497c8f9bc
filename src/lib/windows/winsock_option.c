/**
 * @file winsock_option.c
 * @brief Socket options whose form differs between systems, as Winsock has them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_option.h"

#include <iphlpapi.h>
#include <mstcpip.h>
#include <stddef.h>
#include <string.h>

/** @brief How long a probe may stay without an answer before the next one: what Windows does by itself. */
#define KEEP_ALIVE_INTERVAL_MS 1000u

/** @brief More than a machine has. */
#define MAX_IPV4_ADDRESSES 64

ptk_err_t ptk_bsd_set_keep_alive(const ptk_platform_socket_t *socket, int32_t idle_s) {
    struct tcp_keepalive request;
    DWORD size;
    request.onoff = idle_s != 0;
    request.keepalivetime = (ULONG)idle_s * 1000u;
    request.keepaliveinterval = KEEP_ALIVE_INTERVAL_MS;
    int result = WSAIoctl(socket->descriptor, SIO_KEEPALIVE_VALS, &request, sizeof request, NULL, 0, &size, NULL, NULL);
    return result == 0 ? PTK_ERR_OK : ptk_last_error();
}

/**
 * @brief With SO_REUSEADDR a UDP socket shares its port, as elsewhere. A listener with it would take the port from
 * another one; what the option is for, binding although old connections linger, Windows does of itself if the use is
 * not exclusive.
 */
ptk_err_t ptk_bsd_set_reuse_address(ptk_platform_socket_t *socket, int32_t value) {
    socket->kind &= (uint8_t)~PTK_WINSOCK_SHARED;
    socket->kind |= value != 0 ? PTK_WINSOCK_SHARED : 0;
    return (socket->kind & PTK_WINSOCK_DATAGRAM) != 0
               ? ptk_bsd_set(socket, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value)
               : PTK_ERR_OK;
}

/**
 * @brief An IPv4 address that names a network interface. Windows also takes its index, as an address in 0.0.0.0/8,
 * which is for interfaces that are not found here; Wine does not.
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

ptk_err_t ptk_bsd_set_ipv4_multicast(const ptk_platform_socket_t *socket, int option, struct in_addr group,
                                     uint32_t interface_index) {
    struct ip_mreq request;
    request.imr_multiaddr = group;
    request.imr_interface.s_addr = address_of_interface(interface_index);
    if (option == IP_MULTICAST_IF) {
        return ptk_bsd_set(socket, IPPROTO_IP, option, &request.imr_interface, sizeof request.imr_interface);
    }
    return ptk_bsd_set(socket, IPPROTO_IP, option, &request, sizeof request);
}

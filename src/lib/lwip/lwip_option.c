/**
 * @file lwip_option.c
 * @brief Socket options whose form differs between systems, as lwIP has them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_option.h"

#include <lwip/netif.h>
#include <lwip/tcpip.h>
#include <string.h>

/** @brief Milliseconds of a second. */
#define MS_PER_S 1000

#if LWIP_IPV6
uint32_t ptk_lwip_group_interface(uint32_t interface_index) {
    if (interface_index == 0) {
        LOCK_TCPIP_CORE();
        interface_index = netif_default != NULL ? netif_get_index(netif_default) : 0;
        UNLOCK_TCPIP_CORE();
    }
    return interface_index <= UINT8_MAX ? interface_index : 0;
}
#endif

/** @brief Sets an option that takes an int. */
static ptk_err_t set_int(const ptk_platform_socket_t *socket, int level, int option, int value) {
    return ptk_bsd_set(socket, level, option, &value, sizeof value);
}

/* TCP_KEEPALIVE is in ms and always there; TCP_KEEPIDLE is an option of lwipopts.h. */
ptk_err_t ptk_bsd_set_keep_alive(const ptk_platform_socket_t *socket, int32_t idle_s) {
    ptk_err_t error = idle_s == 0 ? PTK_ERR_OK : set_int(socket, IPPROTO_TCP, TCP_KEEPALIVE, (int)idle_s * MS_PER_S);
    return error == PTK_ERR_OK ? set_int(socket, SOL_SOCKET, SO_KEEPALIVE, idle_s != 0) : error;
}

ptk_err_t ptk_bsd_set_reuse_address(ptk_platform_socket_t *socket, int32_t value) {
    return set_int(socket, SOL_SOCKET, SO_REUSEADDR, (int)value);
}

/** @brief struct ip_mreq, which lwIP has with LWIP_IGMP alone. */
typedef struct membership {
    struct in_addr group;
    struct in_addr interface_address;
} membership_t;

/** @brief The address by which lwIP knows the interface; 0 is any. False if there is no such interface. */
static bool interface_address(uint32_t interface_index, struct in_addr *address) {
    bool found = true;
    address->s_addr = htonl(INADDR_ANY);
    if (interface_index != 0) {
        LOCK_TCPIP_CORE();
        const struct netif *netif = netif_get_by_index((u8_t)interface_index);
        found = netif != NULL && interface_index <= UINT8_MAX;
        if (found) {
            memcpy(&address->s_addr, netif_ip4_addr(netif), sizeof address->s_addr);
        }
        UNLOCK_TCPIP_CORE();
    }
    return found;
}

ptk_err_t ptk_bsd_set_ipv4_multicast(const ptk_platform_socket_t *socket, int option, struct in_addr group,
                                     uint32_t interface_index) {
    membership_t request;
    if (option == PTK_NO_OPTION) {
        return PTK_ERR_UNSUPPORTED;
    }
    memset(&request, 0, sizeof request);
    request.group = group;
    if (!interface_address(interface_index, &request.interface_address)) {
        return PTK_ERR_ADDRESS_NOT_AVAILABLE;
    }
    return option == IP_MULTICAST_IF
               ? ptk_bsd_set(socket, IPPROTO_IP, option, &request.interface_address, sizeof request.interface_address)
               : ptk_bsd_set(socket, IPPROTO_IP, option, &request, sizeof request);
}

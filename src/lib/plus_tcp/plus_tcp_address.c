/**
 * @file plus_tcp_address.c
 * @brief FreeRTOS+TCP: addresses, and the end-points that they belong to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "plus_tcp/plus_tcp.h"

#include <string.h>

/** @brief Octets of an address. */
enum { IPV4_OCTETS = 4, IPV6_OCTETS = 16 };

struct freertos_sockaddr ptk_plus_to_system(const ptk_address_t *address) {
    struct freertos_sockaddr system;
    memset(&system, 0, sizeof system);
    system.sin_len = (uint8_t)sizeof system;
    system.sin_port = FreeRTOS_htons(address->port);
    if (address->family == PTK_ADDRESS_IPV6) {
        system.sin_family = FREERTOS_AF_INET6;
        memcpy(system.sin_address.xIP_IPv6.ucBytes, address->bytes, IPV6_OCTETS);
    } else {
        system.sin_family = FREERTOS_AF_INET;
        memcpy(&system.sin_address.ulIP_IPv4, address->bytes, IPV4_OCTETS);
    }
    return system;
}

ptk_address_t ptk_plus_from_system(const struct freertos_sockaddr *system) {
    bool is_ipv6 = system->sin_family == FREERTOS_AF_INET6;
    ptk_address_t address = ptk_address_any(is_ipv6 ? PTK_ADDRESS_IPV6 : PTK_ADDRESS_IPV4, 0);
    address.port = FreeRTOS_ntohs(system->sin_port);
    if (is_ipv6) {
        memcpy(address.bytes, system->sin_address.xIP_IPv6.ucBytes, IPV6_OCTETS);
    } else {
        memcpy(address.bytes, &system->sin_address.ulIP_IPv4, IPV4_OCTETS);
    }
    return address;
}

/* ------------------------------------------------------------------------------------------------ IPv6 */

#if ipconfigUSE_IPv6 != 0

/** @brief The end-point in whose network an IPv6 address lies, or NULL. */
static const NetworkEndPoint_t *find_ipv6(const struct freertos_sockaddr *system) {
    return FreeRTOS_FindEndPointOnNetMask_IPv6(&system->sin_address.xIP_IPv6);
}

/** @brief Whether it is the unspecified address. */
static bool is_any_ipv6(const struct freertos_sockaddr *system) {
    static const IPv6_Address_t any = {{0}};
    return memcmp(system->sin_address.xIP_IPv6.ucBytes, any.ucBytes, IPV6_OCTETS) == 0;
}

/** @brief The same as ptk_plus_is_local(), for IPv6. */
static bool is_local_ipv6(const struct freertos_sockaddr *system) {
    return is_any_ipv6(system) || FreeRTOS_FindEndPointOnIP_IPv6(&system->sin_address.xIP_IPv6) != NULL;
}

/** @brief The same as ptk_plus_has_route(), for IPv6. What is of the link, or a group, needs none. */
static bool has_route_ipv6(const struct freertos_sockaddr *system) {
    const uint8_t *octets = system->sin_address.xIP_IPv6.ucBytes;
    bool is_of_link = octets[0] == 0xFFu || (octets[0] == 0xFEu && (octets[1] & 0xC0u) == 0x80u);
    return is_of_link || find_ipv6(system) != NULL || FreeRTOS_FindGateWay(ipTYPE_IPv6) != NULL;
}

/** @brief The same as ptk_plus_fill_in(), for IPv6. */
static void fill_in_ipv6(struct freertos_sockaddr *local, const struct freertos_sockaddr *remote) {
    const NetworkEndPoint_t *end_point = find_ipv6(remote);
    if (end_point == NULL) {
        end_point = FreeRTOS_FindGateWay(ipTYPE_IPv6);
    }
    if (is_any_ipv6(local) && end_point != NULL) {
        local->sin_address.xIP_IPv6 = end_point->ipv6_settings.xIPAddress;
    }
}

#else

/** @brief There is no IPv6. */
static bool is_local_ipv6(const struct freertos_sockaddr *system) {
    (void)system;
    return false;
}

/** @brief There is no IPv6. */
static bool has_route_ipv6(const struct freertos_sockaddr *system) {
    (void)system;
    return false;
}

/** @brief There is no IPv6. */
static void fill_in_ipv6(struct freertos_sockaddr *local, const struct freertos_sockaddr *remote) {
    (void)local;
    (void)remote;
}

#endif

/* ------------------------------------------------------------------------------------------------ either family */

bool ptk_plus_is_local(const struct freertos_sockaddr *system) {
    if (system->sin_family == FREERTOS_AF_INET6) {
        return is_local_ipv6(system);
    }
    uint32_t address = system->sin_address.ulIP_IPv4;
    return address == FREERTOS_INADDR_ANY || FreeRTOS_FindEndPointOnIP_IPv4(address) != NULL;
}

bool ptk_plus_has_route(const struct freertos_sockaddr *system) {
    if (system->sin_family == FREERTOS_AF_INET6) {
        return has_route_ipv6(system);
    }
    uint32_t address = system->sin_address.ulIP_IPv4;
    bool is_group = (FreeRTOS_ntohl(address) >> 28) == 0xEu;
    return is_group || FreeRTOS_FindEndPointOnNetMask(address) != NULL || FreeRTOS_FindGateWay(ipTYPE_IPv4) != NULL;
}

bool ptk_plus_is_broadcast(const struct freertos_sockaddr *system) {
    uint32_t address = system->sin_address.ulIP_IPv4;
    if (system->sin_family == FREERTOS_AF_INET6 || address == FREERTOS_INADDR_BROADCAST) {
        return system->sin_family != FREERTOS_AF_INET6;
    }
    const NetworkEndPoint_t *end_point = FreeRTOS_FindEndPointOnNetMask(address);
    return end_point != NULL && address == end_point->ipv4_settings.ulBroadcastAddress;
}

void ptk_plus_fill_in(struct freertos_sockaddr *local, const struct freertos_sockaddr *remote) {
    if (local->sin_family == FREERTOS_AF_INET6) {
        fill_in_ipv6(local, remote);
        return;
    }
    const NetworkEndPoint_t *end_point = FreeRTOS_FindEndPointOnNetMask(remote->sin_address.ulIP_IPv4);
    if (end_point == NULL) {
        end_point = FreeRTOS_FindGateWay(ipTYPE_IPv4);
    }
    if (local->sin_address.ulIP_IPv4 == FREERTOS_INADDR_ANY && end_point != NULL) {
        local->sin_address.ulIP_IPv4 = end_point->ipv4_settings.ulIPAddress;
    }
}

/* ------------------------------------------------------------------------------------------------ peers of UDP */

/** @brief Where the address of an IPv6 peer is. */
static void *peer_buffer(const ptk_platform_socket_t *socket) {
    return ptk_plus_is(socket, PTK_PLUS_PEER) ? pvSocketGetSocketID(ptk_plus_socket(socket)) : NULL;
}

ptk_err_t ptk_plus_set_peer(ptk_platform_socket_t *socket, const struct freertos_sockaddr *peer) {
    void *id = (void *)(uintptr_t)peer->sin_address.ulIP_IPv4;
    if (peer->sin_family == FREERTOS_AF_INET6) {
        id = peer_buffer(socket);
        if (id == NULL) {
            id = FreeRTOS_GetUDPPayloadBuffer_Multi(IPV6_OCTETS, 0, ipTYPE_IPv6);
        }
        if (id == NULL) {
            return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
        }
        memcpy(id, peer->sin_address.xIP_IPv6.ucBytes, IPV6_OCTETS);
    }
    (void)xSocketSetSocketID(ptk_plus_socket(socket), id); /* the socket is valid */
    socket->state = peer->sin_port;
    socket->interest |= PTK_PLUS_PEER;
    return PTK_ERR_OK;
}

struct freertos_sockaddr ptk_plus_peer_of(const ptk_platform_socket_t *socket) {
    struct freertos_sockaddr peer;
    memset(&peer, 0, sizeof peer);
    peer.sin_port = socket->state;
    if (ptk_plus_is(socket, PTK_PLUS_IPV6)) {
        peer.sin_family = FREERTOS_AF_INET6;
        memcpy(peer.sin_address.xIP_IPv6.ucBytes, peer_buffer(socket), IPV6_OCTETS);
    } else {
        peer.sin_family = FREERTOS_AF_INET;
        peer.sin_address.ulIP_IPv4 = (uint32_t)(uintptr_t)pvSocketGetSocketID(ptk_plus_socket(socket));
    }
    return peer;
}

void ptk_plus_forget_peer(const ptk_platform_socket_t *socket) {
    void *buffer = ptk_plus_is(socket, PTK_PLUS_IPV6) ? peer_buffer(socket) : NULL;
    if (buffer != NULL) {
        FreeRTOS_ReleaseUDPPayloadBuffer(buffer);
    }
}

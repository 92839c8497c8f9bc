/**
 * @file netif.h
 * @brief ESP-IDF's lwIP: interfaces and their addresses, those calls and members that the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIP_HDR_NETIF_H
#define LWIP_HDR_NETIF_H

#include <lwip/sockets.h>

/** @brief An IPv4 address. */
typedef struct ip4_addr {
    u32_t addr; /**< @brief In network byte order. */
} ip4_addr_t;

/** @brief An IPv6 address. */
typedef struct ip6_addr {
    u32_t addr[4]; /**< @brief In network byte order. */
    u8_t zone;     /**< @brief The interface. */
} ip6_addr_t;

/** @brief What a zone is looked for. */
enum lwip_ipv6_scope_type { IP6_UNKNOWN = 0, IP6_UNICAST = 1 };

/** @brief An interface. */
struct netif {
    struct netif *next; /**< @brief The list. */
    ip4_addr_t ip_addr; /**< @brief Its address; in lwIP it is of either family. */
    u8_t num;           /**< @brief Its number. */
};

extern struct netif *netif_list;    /**< @brief The first. */
extern struct netif *netif_default; /**< @brief Where a route leads that is none's. */

/** @brief The one with this index. */
struct netif *netif_get_by_index(u8_t idx);
/** @brief The place of an address among those of an interface, or a negative number. */
s8_t netif_get_ip6_addr_match(struct netif *netif, const ip6_addr_t *ip6addr);
/** @brief ip4_addr_isbroadcast(). */
u8_t ip4_addr_isbroadcast_u32(u32_t addr, const struct netif *netif);

#define netif_get_index(netif) ((u8_t)((netif)->num + 1))             /**< @brief Its index. */
#define netif_ip4_addr(netif) ((const ip4_addr_t *)&(netif)->ip_addr) /**< @brief Its address. */
/** @brief One of a socket address, without an interface. */
#define inet6_addr_to_ip6addr(address, socket_address)                                                                 \
    {                                                                                                                  \
        memcpy((address)->addr, (socket_address)->words, sizeof(address)->addr);                                       \
        (address)->zone = 0;                                                                                           \
    }
/** @brief Whether an address is its broadcast address. */
#define ip4_addr_isbroadcast(address, netif) ip4_addr_isbroadcast_u32((address)->addr, netif)
#define ip4_addr_isany_val(address) ((address).addr == 0)                  /**< @brief 0.0.0.0. */
#define ip4_addr_ismulticast(address) (((address)->addr & 0xf0u) == 0xe0u) /**< @brief 224.0.0.0/4. */
#define ip4_addr_isloopback(address) (((address)->addr & 0xffu) == 0x7fu)  /**< @brief 127.0.0.0/8. */
#define ip4_addr_cmp(a, b) ((a)->addr == (b)->addr)                        /**< @brief Whether they are the same. */
#define ip6_addr_set_zone(address, index) ((address)->zone = (index))      /**< @brief Sets the interface. */
#define ip6_addr_assign_zone(address, type, netif) ((address)->zone = netif_get_index(netif)) /**< @brief The same. */
/** @brief Whether a link-local address has none. */
#define ip6_addr_lacks_zone(address, type) ((address)->zone == 0 && ((address)->addr[0] & 0xc0ffu) == 0x80feu)
#define ip6_addr_isany(address) (((address)->addr[0] | (address)->addr[3]) == 0) /**< @brief ::. */
#define ip6_addr_ismulticast(address) (((address)->addr[0] & 0xffu) == 0xffu)    /**< @brief ff00::/8. */
#define ip6_addr_isloopback(address) ((address)->addr[0] == 0 && (address)->addr[3] == 0x01000000u) /**< @brief ::1. */

#endif

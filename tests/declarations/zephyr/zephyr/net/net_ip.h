/**
 * @file net_ip.h
 * @brief Of Zephyr's addresses what the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_NET_NET_IP_H
#define ZEPHYR_NET_NET_IP_H

#include <stddef.h>
#include <stdint.h>

#define AF_UNSPEC 0
#define AF_INET 1
#define AF_INET6 2
#define IPPROTO_IP 0
#define IPPROTO_TCP 6
#define IPPROTO_IPV6 41

/** @brief Kinds of sockets. */
enum net_sock_type { SOCK_STREAM = 1, SOCK_DGRAM };

typedef unsigned short sa_family_t; /**< @brief A family of addresses. */
typedef size_t socklen_t;           /**< @brief The size of an address. */

/** @brief An address of IPv4. */
struct in_addr {
    uint32_t s_addr; /**< @brief In the network's order. */
};
/** @brief An address of IPv6. */
struct in6_addr {
    uint8_t s6_addr[16]; /**< @brief In the network's order. */
};
/** @brief A socket address of IPv4. */
struct sockaddr_in {
    sa_family_t sin_family;  /**< @brief AF_INET. */
    uint16_t sin_port;       /**< @brief In the network's order. */
    struct in_addr sin_addr; /**< @brief The address. */
};
/** @brief A socket address of IPv6. */
struct sockaddr_in6 {
    sa_family_t sin6_family;   /**< @brief AF_INET6. */
    uint16_t sin6_port;        /**< @brief In the network's order. */
    struct in6_addr sin6_addr; /**< @brief The address. */
    uint8_t sin6_scope_id;     /**< @brief An interface. */
};
/** @brief A socket address of any family. */
struct sockaddr {
    sa_family_t sa_family; /**< @brief Which. */
    uint8_t data[24];      /**< @brief The rest. */
};
/** @brief Room for one. */
struct sockaddr_storage {
    sa_family_t ss_family; /**< @brief Which. */
    uint8_t data[24];      /**< @brief The rest. */
};

/** @brief From the host's order to the network's. */
uint16_t htons(uint16_t value);
/** @brief From the network's order to the host's. */
uint16_t ntohs(uint16_t value);

#endif

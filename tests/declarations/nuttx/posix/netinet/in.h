/**
 * @file in.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: addresses, and options of IP.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_NETINET_IN_H
#define DECLARATIONS_NUTTX_NETINET_IN_H

#include <sys/socket.h>

typedef uint32_t in_addr_t; /**< @brief An IPv4 address, in network order. */

/** @brief An IPv4 address. */
struct in_addr {
    in_addr_t s_addr; /**< @brief The address. */
};
/** @brief An IPv6 address. */
struct in6_addr {
    uint8_t s6_addr[16]; /**< @brief The address. */
};
/** @brief An IPv4 address and a port. */
struct sockaddr_in {
    sa_family_t sin_family;  /**< @brief AF_INET. */
    uint16_t sin_port;       /**< @brief The port, in network order. */
    struct in_addr sin_addr; /**< @brief The address. */
    uint8_t sin_zero[8];     /**< @brief Nothing. */
};
/** @brief An IPv6 address and a port. */
struct sockaddr_in6 {
    sa_family_t sin6_family;   /**< @brief AF_INET6. */
    uint16_t sin6_port;        /**< @brief The port, in network order. */
    uint32_t sin6_flowinfo;    /**< @brief Not used. */
    struct in6_addr sin6_addr; /**< @brief The address. */
    uint32_t sin6_scope_id;    /**< @brief The interface. */
};
/** @brief An IPv4 group. */
struct ip_mreq {
    struct in_addr imr_multiaddr; /**< @brief The group. */
    struct in_addr imr_interface; /**< @brief The interface's address. */
};
/** @brief An IPv6 group. */
struct ipv6_mreq {
    struct in6_addr ipv6mr_multiaddr; /**< @brief The group. */
    unsigned int ipv6mr_interface;    /**< @brief The interface. */
};

/** @brief Levels of options. */
#define IPPROTO_IP 0
#define IPPROTO_TCP 6
#define IPPROTO_IPV6 41
/** @brief Options of IPv4. */
#define IP_MULTICAST_IF 17
#define IP_MULTICAST_TTL 18
#define IP_MULTICAST_LOOP 19
#define IP_ADD_MEMBERSHIP 20
#define IP_DROP_MEMBERSHIP 21
#define IP_TTL 30
/** @brief Options of IPv6. */
#define IPV6_JOIN_GROUP 17
#define IPV6_LEAVE_GROUP 18
#define IPV6_MULTICAST_HOPS 19
#define IPV6_MULTICAST_IF 20
#define IPV6_MULTICAST_LOOP 21
#define IPV6_UNICAST_HOPS 22
#define IPV6_V6ONLY 23
/** @brief Any address. */
#define INADDR_ANY ((in_addr_t)0)

/** @brief To network order. */
uint16_t htons(uint16_t host);
/** @brief From network order. */
uint16_t ntohs(uint16_t network);
/** @brief To network order. */
uint32_t htonl(uint32_t host);

#endif

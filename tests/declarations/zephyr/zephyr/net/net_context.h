/**
 * @file net_context.h
 * @brief Of Zephyr's network contexts what the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_NET_NET_CONTEXT_H
#define ZEPHYR_NET_NET_CONTEXT_H

#include <zephyr/net/net_ip.h>

/** @brief A socket address that points to its address. */
struct sockaddr_ptr {
    sa_family_t family; /**< @brief Which. */
    uint16_t port;      /**< @brief In the network's order. */
    const void *place;  /**< @brief The address. */
};
/** @brief The same of IPv4. */
struct sockaddr_in_ptr {
    sa_family_t sin_family;   /**< @brief AF_INET. */
    uint16_t sin_port;        /**< @brief In the network's order. */
    struct in_addr *sin_addr; /**< @brief The address. */
};
/** @brief What the stack keeps of a socket. */
struct net_context {
    struct sockaddr_ptr local; /**< @brief Its own address. */
    struct sockaddr remote;    /**< @brief Its peer's. */
    void *tcp;                 /**< @brief Its connection or attempt. */
    uint16_t type;             /**< @brief SOCK_... */
};

/** @brief Whether it is for streams or for datagrams. */
static inline enum net_sock_type net_context_get_type(struct net_context *context) {
    return (enum net_sock_type)context->type;
}
/** @brief Its own address, as one of IPv4. */
static inline struct sockaddr_in_ptr *net_sin_ptr(const struct sockaddr_ptr *address) {
    return (struct sockaddr_in_ptr *)(uintptr_t)address;
}
/** @brief An address, as one of IPv4. */
static inline struct sockaddr_in *net_sin(const struct sockaddr *address) {
    return (struct sockaddr_in *)(uintptr_t)address;
}
/** @brief An address, as one of IPv6. */
static inline struct sockaddr_in6 *net_sin6(const struct sockaddr *address) {
    return (struct sockaddr_in6 *)(uintptr_t)address;
}

#endif

/**
 * @file net_if.h
 * @brief Of Zephyr's network interfaces what the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_NET_NET_IF_H
#define ZEPHYR_NET_NET_IF_H

#include <stdbool.h>
#include <zephyr/net/net_ip.h>

struct net_if;

/** @brief The address that packets to another one are sent from, or NULL. */
const struct in_addr *net_if_ipv4_select_src_addr(struct net_if *interface, const struct in_addr *to);
/** @brief The same of IPv6. */
const struct in6_addr *net_if_ipv6_select_src_addr(struct net_if *interface, const struct in6_addr *to);
/** @brief The interface with an index, or NULL. */
struct net_if *net_if_get_by_index(int index);
/** @brief Whether an address is one of this machine. */
bool net_ipv4_is_my_addr(const struct in_addr *address);
/** @brief The same of IPv6. */
bool net_ipv6_is_my_addr(struct in6_addr *address);
/** @brief Whether an address is that of no machine. */
bool net_ipv4_is_addr_unspecified(const struct in_addr *address);
/** @brief The same of IPv6. */
bool net_ipv6_is_addr_unspecified(const struct in6_addr *address);

#endif

/**
 * @file system_features.h
 * @brief What the system's headers have to show, and what the system has: Zephyr 3.4 to 4.x.
 *
 * Options of sockets came one after the other; what a version has is what its header defines.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_ZEPHYR_SYSTEM_FEATURES_H
#define PTK_ZEPHYR_SYSTEM_FEATURES_H

#include <zephyr/kernel.h>
#include <zephyr/net/socket.h>

/** @brief struct sockaddr_in6 and AF_INET6 are there, even if the stack is compiled without. */
#define PTK_HAS_IPV6 1
/** @brief Zephyr has no sockets for both. */
#define PTK_IPV6_IS_ALONE 1
/** @brief IPv6 has options of its own, or none. */
#define PTK_IP_OPTIONS_SERVE_IPV6 0
/** @brief sin6_scope_id of a peer's address. */
#define PTK_TELLS_IPV6_SCOPE 1
/** @brief TCP sends at once only where TCP_NODELAY is set. */
#define PTK_NEVER_DELAYS 0
/** @brief TCP_KEEPIDLE takes an int. */
#define PTK_KEEP_ALIVE_TAKES_TIMEVAL 0
/** @brief struct group_req. */
#define PTK_HAS_GROUP_REQ 0
/** @brief struct ip_mreqn. */
#define PTK_HAS_IP_MREQN 1
#if defined(IPV6_ADD_MEMBERSHIP)
/** @brief struct ipv6_mreq. */
#define PTK_HAS_IPV6_MREQ 1
#else
#define PTK_HAS_IPV6_MREQ 0
#endif

#endif

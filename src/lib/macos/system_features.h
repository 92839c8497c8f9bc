/**
 * @file system_features.h
 * @brief What the system's headers have to show, and what the system has: macOS and iOS.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_MACOS_SYSTEM_FEATURES_H
#define PTK_MACOS_SYSTEM_FEATURES_H

#ifndef _DARWIN_C_SOURCE
/** @brief Shows SO_NOSIGPIPE, TCP_KEEPALIVE and struct ip_mreqn. */
#define _DARWIN_C_SOURCE
#endif

#include <stdint.h>

/** @brief SOCK_NONBLOCK and SOCK_CLOEXEC in socket(2) and accept4(2). */
#define PTK_HAS_SOCKET_FLAGS 0
/** @brief recvfrom(2) with MSG_TRUNC returns the size of a datagram that was cut (udp(7)). */
#define PTK_HAS_DATAGRAM_SIZE 0
/** @brief MCAST_JOIN_GROUP with struct group_req. */
#define PTK_HAS_GROUP_REQ 1
/** @brief Options of IPv4 multicast take struct ip_mreqn, with an interface by its index. */
#define PTK_HAS_IP_MREQN 1
/** @brief They take 0.x.y.z as an index, RFC 1724, 3.3. Else they take the interface's own address. */
#define PTK_HAS_INDEX_ADDRESS 0
/** @brief pthread_attr_setstack(3) takes whole pages only. */
#define PTK_STACKS_ARE_PAGES 1

/** @brief EV_CLEAR: a change that was reported once is not lost. */
#define PTK_KQUEUE_KEEPS_EDGES 1
/** @brief close(2) takes a descriptor's filters out of a kqueue. */
#define PTK_KQUEUE_SEES_CLOSE 1
/** @brief The pointer that kqueue keeps with an event has room for a handle. */
#define PTK_KQUEUE_HOLDS_HANDLES (UINTPTR_MAX >= UINT64_MAX)
/** @brief The option for keep-alive takes seconds as an int. */
#define PTK_KEEP_ALIVE_TAKES_TIMEVAL 0
/** @brief IPv6. */
#define PTK_HAS_IPV6 1
/** @brief IPv6 sockets need IPV6_V6ONLY to take IPv6 only. */
#define PTK_IPV6_IS_ALONE 0
/** @brief Options of IPv4 that act on IPv6, too. */
#define PTK_IP_OPTIONS_SERVE_IPV6 0
/** @brief sin6_scope_id of a peer's address. */
#define PTK_TELLS_IPV6_SCOPE 1
/** @brief TCP sends at once only where TCP_NODELAY is set. */
#define PTK_NEVER_DELAYS 0
/** @brief struct ipv6_mreq. */
#define PTK_HAS_IPV6_MREQ 1

#endif

/**
 * @file system_features.h
 * @brief What the system's headers have to show, and what the system has: Linux.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_LINUX_SYSTEM_FEATURES_H
#define PTK_LINUX_SYSTEM_FEATURES_H

#ifndef _GNU_SOURCE
/** @brief Shows what is not in C99 and POSIX. */
#define _GNU_SOURCE
#endif

/** @brief SOCK_NONBLOCK and SOCK_CLOEXEC in socket(2) and accept4(2). */
#define PTK_HAS_SOCKET_FLAGS 1
/** @brief recvfrom(2) with MSG_TRUNC returns the size of a datagram that was cut (udp(7)). */
#define PTK_HAS_DATAGRAM_SIZE 1
/** @brief struct group_req. Linux has it, but ip_mreqn does the same and qemu-user 7.2 knows only that. */
#define PTK_HAS_GROUP_REQ 0
/** @brief Options of IPv4 multicast take struct ip_mreqn, with an interface by its index. */
#define PTK_HAS_IP_MREQN 1
/** @brief They take 0.x.y.z as an index, RFC 1724, 3.3. Else they take the interface's own address. */
#define PTK_HAS_INDEX_ADDRESS 0
/** @brief pthread_attr_setstack(3) takes whole pages only. */
#define PTK_STACKS_ARE_PAGES 0
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

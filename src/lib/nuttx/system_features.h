/**
 * @file system_features.h
 * @brief What the system has: NuttX.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_NUTTX_SYSTEM_FEATURES_H
#define PTK_NUTTX_SYSTEM_FEATURES_H

/** @brief SOCK_NONBLOCK and SOCK_CLOEXEC in socket() and accept4(). */
#define PTK_HAS_SOCKET_FLAGS 1
/** @brief struct group_req. */
#define PTK_HAS_GROUP_REQ 0
/** @brief Groups are joined with struct ip_mreq; only IP_MULTICAST_IF takes an interface's index as well. */
#define PTK_HAS_IP_MREQN 0
/** @brief They take the interface's own address. */
#define PTK_HAS_INDEX_ADDRESS 0
/** @brief A stack of a thread may begin anywhere. */
#define PTK_STACKS_ARE_PAGES 0
/** @brief TCP_KEEPIDLE takes struct timeval; what it is given as an int are tenths of a second. */
#define PTK_KEEP_ALIVE_TAKES_TIMEVAL 1
/** @brief IPv6. */
#define PTK_HAS_IPV6 1
/** @brief IPV6_V6ONLY is not implemented, and IPv6 sockets take IPv6 only. */
#define PTK_IPV6_IS_ALONE 1
/** @brief Options of IPv4 do not act on IPv6. */
#define PTK_IP_OPTIONS_SERVE_IPV6 0
#ifndef PTK_TELLS_IPV6_SCOPE
/** @brief sin6_scope_id of a peer's address is not set, but what the memory happens to hold. */
#define PTK_TELLS_IPV6_SCOPE 0
#endif
/** @brief TCP_NODELAY cannot be turned off, because nothing is held back. */
#define PTK_NEVER_DELAYS 1
/** @brief struct ipv6_mreq. */
#define PTK_HAS_IPV6_MREQ 1
#ifndef PTK_RECEIVE_TELLS_RESET
/** @brief recv() returns 0 after a reset, as at the end of a stream. The tests on Linux say that it does not there. */
#define PTK_RECEIVE_TELLS_RESET 0
#endif

#endif

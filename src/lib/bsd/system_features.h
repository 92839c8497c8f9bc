/**
 * @file system_features.h
 * @brief What the system's headers have to show, and what the system has: FreeBSD, OpenBSD, NetBSD and DragonFly; Linux
 *        with libkqueue, to run the port there.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_BSD_SYSTEM_FEATURES_H
#define PTK_BSD_SYSTEM_FEATURES_H

#if defined(__linux__) && !defined(_GNU_SOURCE)
/** @brief Shows what is not in C99 and POSIX. */
#define _GNU_SOURCE
#endif
/* The BSDs show everything unless they are asked for less. */

#include <stdint.h>

/** @brief SOCK_NONBLOCK and SOCK_CLOEXEC in socket(2) and accept4(2). */
#define PTK_HAS_SOCKET_FLAGS 1
/** @brief recvfrom(2) with MSG_TRUNC returns the size of a datagram that was cut (udp(7)). */
#define PTK_HAS_DATAGRAM_SIZE 0

/* IPv4 multicast: FreeBSD has what Linux has; DragonFly lacks struct group_req; NetBSD's ip_multicast_if() reads an
 * address 0.x.y.z as an index; OpenBSD knows an interface by its address in every release. */
#if defined(__FreeBSD__) || defined(__linux__)
/** @brief MCAST_JOIN_GROUP with struct group_req. */
#define PTK_HAS_GROUP_REQ 1
#else
#define PTK_HAS_GROUP_REQ 0
#endif
#if defined(__FreeBSD__) || defined(__DragonFly__) || defined(__linux__)
/** @brief Options of IPv4 multicast take struct ip_mreqn, with an interface by its index. */
#define PTK_HAS_IP_MREQN 1
#else
#define PTK_HAS_IP_MREQN 0
#endif
#if defined(__NetBSD__)
/** @brief They take 0.x.y.z as an index, RFC 1724, 3.3. Else they take the interface's own address. */
#define PTK_HAS_INDEX_ADDRESS 1
#else
#define PTK_HAS_INDEX_ADDRESS 0
#endif

/** @brief pthread_attr_setstack(3) takes whole pages only. OpenBSD replaces also those that begin or end elsewhere. */
#define PTK_STACKS_ARE_PAGES 1

/* libkqueue takes a lock for it, so that a signal handler which wakes a loop can block for ever. */
#if defined(__linux__) && !defined(PTK_HAS_EVFILT_USER)
/** @brief Events of the program's own; for other systems kqueue/kqueue.h finds out. */
#define PTK_HAS_EVFILT_USER 0
#endif

/* libkqueue drops events that do not fit into the caller's array, and forgets that reading is an edge when writing is
 * taken away (linux_kevent_copyout() and epoll_update() in src/linux/platform.c). */
#ifndef PTK_KQUEUE_KEEPS_EDGES
#if defined(__linux__)
/** @brief EV_CLEAR: a change that was reported once is not lost. */
#define PTK_KQUEUE_KEEPS_EDGES 0
#else
#define PTK_KQUEUE_KEEPS_EDGES 1
#endif
#endif

#if defined(__linux__)
/** @brief close(2) takes a descriptor's filters out of a kqueue. */
#define PTK_KQUEUE_SEES_CLOSE 0 /* libkqueue, BUGS.md */
#else
#define PTK_KQUEUE_SEES_CLOSE 1
#endif

#ifndef PTK_KQUEUE_HOLDS_HANDLES
/** @brief The pointer that kqueue keeps with an event has room for a handle. */
#define PTK_KQUEUE_HOLDS_HANDLES (UINTPTR_MAX >= UINT64_MAX)
#endif
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

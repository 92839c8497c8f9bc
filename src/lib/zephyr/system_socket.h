/**
 * @file system_socket.h
 * @brief BSD sockets as Zephyr has them: see bsd_system.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_ZEPHYR_SYSTEM_SOCKET_H
#define PTK_ZEPHYR_SYSTEM_SOCKET_H

#include "system_features.h"

#include <errno.h>
#include <string.h>
#include <zephyr/net/socket.h>

#if !defined(SHUT_WR) /* there only with the POSIX names */
#define SHUT_WR ZSOCK_SHUT_WR
#define MSG_PEEK ZSOCK_MSG_PEEK
#endif
#if !defined(IP_ADD_MEMBERSHIP)
/** @brief Groups of IPv4 came after 3.4. This is the struct with which they did. */
struct ip_mreqn {
    struct in_addr imr_multiaddr; /**< @brief The group. */
    int imr_ifindex;              /**< @brief The interface. */
};
#endif
#define ipv6mr_interface ipv6mr_ifindex
#if PTK_HAS_IPV6_MREQ && !defined(IPV6_JOIN_GROUP) /* in later versions they are */
#define IPV6_JOIN_GROUP IPV6_ADD_MEMBERSHIP
#define IPV6_LEAVE_GROUP IPV6_DROP_MEMBERSHIP
#endif

#include "sockets/missing_options.h"
#include "sockets/stack_socket.h"

/** @brief A scope has 8 bits. */
#define PTK_SCOPE_ID(scope) ((uint8_t)((scope) > UINT8_MAX ? UINT8_MAX : (scope)))

typedef int ptk_descriptor_t;           /**< @brief A socket of the system. */
typedef int ptk_ipv4_multicast_value_t; /**< @brief As the stack takes it. */

/** @brief Further numbers. A system limit is ENOENT: all of NET_MAX_CONTEXTS or NET_MAX_CONN are in use. */
#define PTK_MORE_ERRORS(PAIR)                                                                                          \
    PAIR(EAGAIN, PTK_ERR_WOULD_BLOCK), PAIR(EPIPE, PTK_ERR_CONNECTION_RESET), PAIR(EOPNOTSUPP, PTK_ERR_UNSUPPORTED),   \
        PAIR(ENOTSUP, PTK_ERR_UNSUPPORTED), PAIR(EPFNOSUPPORT, PTK_ERR_UNSUPPORTED),                                   \
        PAIR(ENODEV, PTK_ERR_ADDRESS_NOT_AVAILABLE), PAIR(ENXIO, PTK_ERR_ADDRESS_NOT_AVAILABLE),                       \
        PAIR(EPERM, PTK_ERR_PERMISSION_DENIED), PAIR(ENFILE, PTK_ERR_OUT_OF_DESCRIPTORS),                              \
        PAIR(ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY), PAIR(ENOENT, PTK_ERR_OUT_OF_SYSTEM_MEMORY),                        \
        PAIR(EEXIST, PTK_ERR_ADDRESS_IN_USE)

/** @brief More bits of a socket's state. */
enum {
    PTK_ZEPHYR_ENDED = 4, /**< @brief The connection has ended in both directions, or the attempt has failed. */
    PTK_ZEPHYR_EVENT = 8  /**< @brief The bits from here on: how many events of k_poll() are counted for it. */
};

/** @brief The code for an error number of a socket. */
ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error);

/** @brief The same of a receive, or of the error that waits. */
ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error);

/** @brief accept(); the connection has the listener's port. */
ptk_descriptor_t ptk_bsd_accept(ptk_descriptor_t listener, struct sockaddr *address, socklen_t *length);

/** @brief Makes a socket non-blocking. */
ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram);

/** @brief bind() with the library's error. */
ptk_err_t ptk_bsd_bind(ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length);

/** @brief listen(). */
int ptk_system_listen(ptk_descriptor_t descriptor, int backlog);

/** @brief getsockname(), with an address where the stack has none yet. */
int ptk_system_getsockname(ptk_descriptor_t descriptor, struct sockaddr *address, socklen_t *length);

/** @brief setsockopt(), for a connection that has ended too. */
int ptk_system_setsockopt(ptk_descriptor_t descriptor, int level, int option, const void *value, socklen_t size);

/** @brief The number of the error that waits in a socket. */
int ptk_bsd_error_number(ptk_platform_socket_t *socket, int *number);

/** @brief Whether the stack still has a connection, or an attempt; else it must not be asked for room to send. */
bool ptk_zephyr_has_connection(ptk_descriptor_t descriptor);

/** @brief A datagram is cut, but has its real size. The stack leaves the scope of the address as it is. */
#define ptk_bsd_receive_datagram(socket, bytes, room, address, length)                                                 \
    (memset(address, 0, length),                                                                                       \
     zsock_recvfrom((socket)->descriptor, bytes, room, ZSOCK_MSG_TRUNC, address, &(socklen_t){length}))
#define ptk_bsd_receive(socket, bytes, room, flags) zsock_recv((socket)->descriptor, bytes, room, flags)
#define ptk_bsd_make(domain, type) zsock_socket(domain, type, 0)
#define ptk_bsd_close(descriptor) (void)zsock_close(descriptor) /* the descriptor is free whatever the result */
#define ptk_system_connect zsock_connect
#define ptk_system_send(descriptor, bytes, length, flags) zsock_sendto(descriptor, bytes, length, flags, NULL, 0)
#define ptk_system_sendto zsock_sendto
#define ptk_bsd_shutdown(socket) zsock_shutdown((socket)->descriptor, ZSOCK_SHUT_WR)
#define ptk_system_getpeername zsock_getpeername
/** @brief Whether the last call failed because a signal came. */
#define ptk_was_interrupted() (errno == EINTR)
/** @brief Whether accept() failed because of the new connection. */
#define ptk_is_connection_failure(system_error) ((system_error) == ECONNABORTED)

#endif

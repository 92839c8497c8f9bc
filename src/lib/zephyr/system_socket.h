/**
 * @file system_socket.h
 * @brief BSD sockets as Zephyr has them: see bsd_system.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_ZEPHYR_SYSTEM_SOCKET_H
#define PTK_ZEPHYR_SYSTEM_SOCKET_H

#include "sockets/system_error.h"

#include <errno.h>
#include <string.h>
#include <zephyr/net/socket.h>

/** @brief No socket. */
#define PTK_NO_DESCRIPTOR (-1)
/** @brief No option has this number. */
#define PTK_NO_OPTION (-1)
#if !defined(MSG_NOSIGNAL)
/** @brief There are no signals. */
#define MSG_NOSIGNAL 0
#endif
#if !defined(MSG_PEEK)
/** @brief Only with the POSIX names. */
#define MSG_PEEK ZSOCK_MSG_PEEK
#endif
#if !defined(SHUT_WR)
/** @brief Only with the POSIX names. */
#define SHUT_WR ZSOCK_SHUT_WR
#endif
/* Options that came after 3.4. */
#if !defined(IP_TTL)
#define IP_TTL PTK_NO_OPTION
#endif
#if !defined(IP_MULTICAST_TTL)
#define IP_MULTICAST_TTL PTK_NO_OPTION
#endif
#if !defined(IP_MULTICAST_LOOP)
#define IP_MULTICAST_LOOP PTK_NO_OPTION
#endif
#if !defined(IP_MULTICAST_IF)
#define IP_MULTICAST_IF PTK_NO_OPTION
#endif
#if !defined(IP_ADD_MEMBERSHIP)
#define IP_ADD_MEMBERSHIP (-2)
#define IP_DROP_MEMBERSHIP (-3)
#endif
#if !defined(IPV6_UNICAST_HOPS)
#define IPV6_UNICAST_HOPS PTK_NO_OPTION
#endif
#if !defined(IPV6_MULTICAST_HOPS)
#define IPV6_MULTICAST_HOPS PTK_NO_OPTION
#endif
#if !defined(IPV6_MULTICAST_LOOP)
#define IPV6_MULTICAST_LOOP PTK_NO_OPTION
#endif
#if !defined(IPV6_MULTICAST_IF)
#define IPV6_MULTICAST_IF PTK_NO_OPTION
#endif
#if PTK_HAS_IPV6_MREQ && !defined(IPV6_JOIN_GROUP)
#define IPV6_JOIN_GROUP IPV6_ADD_MEMBERSHIP
#define IPV6_LEAVE_GROUP IPV6_DROP_MEMBERSHIP
#endif
#if PTK_HAS_IPV6_MREQ
#define ipv6mr_interface ipv6mr_ifindex
#endif

/** @brief A scope has 8 bits. */
#define PTK_SCOPE_ID(scope) ((uint8_t)((scope) > UINT8_MAX ? UINT8_MAX : (scope)))

typedef int ptk_descriptor_t;           /**< @brief A socket of the system. */
typedef int ptk_ipv4_multicast_value_t; /**< @brief As the stack takes it. */
typedef uint8_t ptk_error_number_t;     /**< @brief Those that have a code are below 256 in each C library. */

/** @brief The error number that POSIX calls E and the name. */
#define PTK_ERROR_NUMBER(name) E##name
/** @brief The numbers that only POSIX systems have, as rows for the table of errors. */
#define PTK_MORE_ERRORS(PAIR)                                                                                          \
    PAIR(EAGAIN, PTK_ERR_WOULD_BLOCK), PAIR(EPIPE, PTK_ERR_CONNECTION_RESET), PAIR(EOPNOTSUPP, PTK_ERR_UNSUPPORTED),   \
        PAIR(ENOTSUP, PTK_ERR_UNSUPPORTED), PAIR(EPFNOSUPPORT, PTK_ERR_UNSUPPORTED),                                   \
        PAIR(ENODEV, PTK_ERR_ADDRESS_NOT_AVAILABLE), PAIR(ENXIO, PTK_ERR_ADDRESS_NOT_AVAILABLE),                       \
        PAIR(EPERM, PTK_ERR_PERMISSION_DENIED), PAIR(ENFILE, PTK_ERR_OUT_OF_DESCRIPTORS),                              \
        PAIR(ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY)

/** @brief What the port notes of a socket, bits of its state. */
enum {
    PTK_ZEPHYR_DATAGRAM = 1,   /**< @brief It is a UDP socket. */
    PTK_ZEPHYR_CONNECTING = 2, /**< @brief An attempt to connect is on its way. */
    PTK_ZEPHYR_ENDED = 4,      /**< @brief The connection has ended in both directions. */
    PTK_ZEPHYR_EVENT = 8       /**< @brief One event of k_poll() is counted for it. Two of these are 2. */
};

/** @brief The error number of the system's last call. */
static inline int ptk_last_error_number(void) {
    return errno;
}

/** @brief The code for an error number of a socket. */
ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error);

/** @brief The same of a receive, or of the error that waits. */
ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error);

/** @brief How many bytes one call takes: all. */
static inline size_t ptk_bsd_length(size_t length) {
    return length;
}

/** @brief socket(). */
ptk_descriptor_t ptk_bsd_make(int domain, int type);

/** @brief accept(); the connection has the listener's port. */
ptk_descriptor_t ptk_bsd_accept(ptk_descriptor_t listener, struct sockaddr *address, socklen_t *length);

/** @brief Makes a socket non-blocking. */
ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram);

/** @brief bind() with the library's error. */
ptk_err_t ptk_bsd_bind(ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length);

/** @brief listen(). */
int ptk_system_listen(ptk_descriptor_t descriptor, int backlog);

/** @brief connect(). */
int ptk_system_connect(ptk_descriptor_t descriptor, const struct sockaddr *address, socklen_t length);

/** @brief getsockname(), with an address where the stack has none yet. */
int ptk_system_getsockname(ptk_descriptor_t descriptor, struct sockaddr *address, socklen_t *length);

/** @brief setsockopt(), for a connection that has ended too. */
int ptk_system_setsockopt(ptk_descriptor_t descriptor, int level, int option, const void *value, socklen_t size);

/** @brief The number of the error that waits in a socket. */
int ptk_bsd_error_number(ptk_platform_socket_t *socket, int *number);

/** @brief Whether the stack still has a connection, or an attempt; else it must not be asked for room to send. */
bool ptk_zephyr_has_connection(ptk_descriptor_t descriptor);

/** @brief sendto(); what is too long for each datagram is not looked for in the packets. */
int64_t ptk_zephyr_send(ptk_descriptor_t descriptor, const void *bytes, size_t length, const struct sockaddr *address,
                        socklen_t address_length);

#define ptk_system_send(descriptor, bytes, length, flags) ptk_zephyr_send(descriptor, bytes, length, NULL, 0)
#define ptk_system_sendto(descriptor, bytes, length, flags, address, size)                                             \
    ptk_zephyr_send(descriptor, bytes, length, address, size)
#define ptk_system_shutdown zsock_shutdown
#define ptk_system_getpeername zsock_getpeername
#define ptk_bsd_receive(socket, bytes, room, flags) zsock_recv((socket)->descriptor, bytes, room, flags)

/** @brief Zephyr delivers to a group's members only. */
static inline ptk_err_t ptk_bsd_limit_groups(const ptk_platform_socket_t *socket, int domain) {
    (void)socket;
    (void)domain;
    return PTK_ERR_OK;
}

/** @brief Closes a socket; the descriptor is free whatever the result. */
static inline void ptk_bsd_close(ptk_descriptor_t descriptor) {
    (void)zsock_close(descriptor);
}

/** @brief The error that waits in a socket and is not in SO_ERROR: there is none. */
static inline ptk_err_t ptk_bsd_hidden_error(ptk_platform_socket_t *socket) {
    (void)socket;
    return PTK_ERR_OK;
}

/** @brief A socket has a peer, or an attempt to connect is on its way. */
static inline void ptk_bsd_connected(ptk_platform_socket_t *socket, bool is_on_its_way) {
    socket->state |= is_on_its_way ? PTK_ZEPHYR_CONNECTING : 0;
}

/** @brief A socket may be less ready than reported: nothing to do, the system knows it. */
static inline void ptk_bsd_touched(ptk_platform_socket_t *socket, uint8_t readiness) {
    (void)socket;
    (void)readiness;
}

/** @brief Whether accept() failed because of the new connection. */
static inline bool ptk_is_connection_failure(void) {
    return errno == ECONNABORTED;
}

/** @brief Receives a datagram, and returns its real size. */
static inline int64_t ptk_bsd_receive_datagram(ptk_platform_socket_t *socket, void *bytes, size_t room,
                                               struct sockaddr *address, socklen_t length) {
    memset(address, 0, length); /* the stack leaves the scope as it is */
    return zsock_recvfrom(socket->descriptor, bytes, room, ZSOCK_MSG_TRUNC, address, &length);
}

#endif

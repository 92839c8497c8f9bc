/**
 * @file system_socket.h
 * @brief BSD sockets as lwIP has them: see bsd_system.h.
 *
 * lwIP's own names are used, because the others may belong to another library.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_LWIP_SYSTEM_SOCKET_H
#define PTK_LWIP_SYSTEM_SOCKET_H

#include "sockets/system_error.h"

#include <lwip/errno.h>
#include <lwip/sockets.h>
#if defined(LWIP_SOCKET_EXTERNAL_HEADERS) && LWIP_SOCKET_EXTERNAL_HEADERS
#include <sys/ioctl.h> /* FIONBIO */
#endif

#if !LWIP_SOCKET || !LWIP_IPV4 || !LWIP_TCP || !LWIP_UDP
#error "lwipopts.h: ptk needs LWIP_SOCKET, LWIP_IPV4, LWIP_TCP and LWIP_UDP"
#endif

/** @brief No socket. */
#define PTK_NO_DESCRIPTOR (-1)
/** @brief A socket option that lwIP has not. */
#define PTK_NO_OPTION (-1)
#if !defined(MSG_NOSIGNAL)
/** @brief There are no signals. */
#define MSG_NOSIGNAL 0
#endif
#if !defined(IPV6_UNICAST_HOPS)
#define IPV6_UNICAST_HOPS PTK_NO_OPTION /**< @brief IP_TTL acts on IPv6, too. */
#endif
#if !defined(IPV6_MULTICAST_HOPS)         /* ESP-IDF's lwIP has these three and not the one above */
#define IPV6_MULTICAST_HOPS PTK_NO_OPTION /**< @brief IP_MULTICAST_TTL does. */
#define IPV6_MULTICAST_LOOP PTK_NO_OPTION /**< @brief IP_MULTICAST_LOOP does. */
#define IPV6_MULTICAST_IF PTK_NO_OPTION   /**< @brief No option chooses the interface. */
#endif
#if !defined(IP_MULTICAST_TTL)
#define IP_MULTICAST_TTL PTK_NO_OPTION  /**< @brief Without LWIP_MULTICAST_TX_OPTIONS. */
#define IP_MULTICAST_IF PTK_NO_OPTION   /**< @brief The same. */
#define IP_MULTICAST_LOOP PTK_NO_OPTION /**< @brief The same. */
#endif
#if !defined(IP_ADD_MEMBERSHIP)
#define IP_ADD_MEMBERSHIP PTK_NO_OPTION  /**< @brief Without LWIP_IGMP. */
#define IP_DROP_MEMBERSHIP PTK_NO_OPTION /**< @brief The same. */
#endif
#if !defined(IPPROTO_IPV6)
#define IPPROTO_IPV6 41 /**< @brief Without LWIP_IPV6: nothing is asked of it. */
#endif
#if !defined(IPV6_V6ONLY)
#define IPV6_V6ONLY PTK_NO_OPTION /**< @brief Without LWIP_IPV6. */
#endif
#if !defined(IPV6_JOIN_GROUP)
#define IPV6_JOIN_GROUP PTK_NO_OPTION  /**< @brief The same. */
#define IPV6_LEAVE_GROUP PTK_NO_OPTION /**< @brief The same. */
#endif

/** @brief Bits of a socket's state. */
enum {
    PTK_LWIP_DATAGRAM = 1,   /**< @brief It is a UDP socket. */
    PTK_LWIP_CONNECTING = 2, /**< @brief An attempt to connect is on its way, and no one has fetched its outcome. */
    PTK_LWIP_ENDED = 4,      /**< @brief A receive has met the end of the stream. */
    PTK_LWIP_FAILED = 8      /**< @brief Of the poller with select: the failure was reported. */
};

typedef intptr_t ptk_descriptor_t;                /**< @brief A socket of lwIP. */
typedef unsigned char ptk_ipv4_multicast_value_t; /**< @brief What options of IPv4 multicast take. */
typedef uint8_t ptk_error_number_t;               /**< @brief lwIP's own numbers and newlib's are below 256. */

/** @brief The error number that POSIX calls E and the name. */
#define PTK_ERROR_NUMBER(name) E##name
/** @brief More numbers of err_to_errno() in lwIP's err.c, and of its sockets.c. */
#define PTK_MORE_ERRORS(PAIR)                                                                                          \
    PAIR(ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY), PAIR(ENFILE, PTK_ERR_OUT_OF_DESCRIPTORS),                              \
        PAIR(EOPNOTSUPP, PTK_ERR_UNSUPPORTED), PAIR(ENOSYS, PTK_ERR_UNSUPPORTED)

/** @brief listen(). */
#define ptk_system_listen(descriptor, backlog) lwip_listen((int)(descriptor), backlog)
/** @brief connect(). */
#define ptk_system_connect(descriptor, address, length) lwip_connect((int)(descriptor), address, length)
/** @brief shutdown(). */
#define ptk_system_shutdown(descriptor, how) lwip_shutdown((int)(descriptor), how)
/** @brief getsockname(). */
#define ptk_system_getsockname(descriptor, address, length) lwip_getsockname((int)(descriptor), address, length)
/** @brief getpeername(). */
#define ptk_system_getpeername(descriptor, address, length) lwip_getpeername((int)(descriptor), address, length)
/** @brief setsockopt(). */
#define ptk_system_setsockopt ptk_lwip_set_option
/** @brief accept(). */
#define ptk_bsd_accept(descriptor, address, length) lwip_accept((int)(descriptor), address, length)
/** @brief Makes a socket. */
#define ptk_bsd_make(domain, type) lwip_socket(domain, type, 0)
/** @brief sendto(), and send() without an address. */
#define ptk_system_sendto ptk_lwip_send
/** @brief The same without an address. */
#define ptk_system_send(descriptor, bytes, length, flags) ptk_lwip_send(descriptor, bytes, length, flags, NULL, 0)

/** @brief The error number of the last call. */
static inline int ptk_last_error_number(void) {
    return errno;
}

/** @brief The code for an error number of a socket. */
static inline ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error) {
    (void)socket;
    return ptk_system_error(system_error);
}

/** @brief The code for an error number of a receive, or the one that waited in the socket. */
ptk_err_t ptk_pending_error_of(ptk_platform_socket_t *socket, int system_error);

/** @brief How many bytes one call takes: all. */
static inline size_t ptk_bsd_length(size_t length) {
    return length;
}

/** @brief setsockopt() that chooses the interface of an IPv6 group if none is named. */
int ptk_lwip_set_option(intptr_t descriptor, int level, int option, const void *value, socklen_t length);

/** @brief Sends; a datagram that is too long for IP is EMSGSIZE. */
int64_t ptk_lwip_send(intptr_t descriptor, const void *bytes, size_t length, int flags, const struct sockaddr *address,
                      socklen_t address_length);

/** @brief Receives from a stream, or peeks. */
int64_t ptk_bsd_receive(ptk_platform_socket_t *socket, void *bytes, size_t room, int flags);

/** @brief Receives a datagram; of one that was cut the size is not known. */
int64_t ptk_bsd_receive_datagram(const ptk_platform_socket_t *socket, void *bytes, size_t room,
                                 struct sockaddr *address, socklen_t length);

/** @brief Fetches and clears the error number that waits in a socket: 0, or -1 as after a call. */
int ptk_bsd_error_number(const ptk_platform_socket_t *socket, int *number);

/** @brief Makes a new socket non-blocking, and notes its kind. */
ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram);

/** @brief Binds, to an address that this machine has. */
ptk_err_t ptk_bsd_bind(const ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length);

/** @brief Closes a socket. */
static inline void ptk_bsd_close(intptr_t descriptor) {
    (void)lwip_close((int)descriptor); /* it fails only for what is no socket */
}

/** @brief Limits a UDP socket to the groups that it joins. lwIP delivers what its interface has joined. */
static inline ptk_err_t ptk_bsd_limit_groups(const ptk_platform_socket_t *socket, int domain) {
    (void)socket;
    (void)domain;
    return PTK_ERR_OK;
}

/** @brief The error that waits in a socket and is not in SO_ERROR: there is none. */
static inline ptk_err_t ptk_bsd_hidden_error(ptk_platform_socket_t *socket) {
    (void)socket;
    return PTK_ERR_OK;
}

/** @brief A socket has a peer, or an attempt to connect is on its way, whose failure has the number of a reset. */
static inline void ptk_bsd_connected(ptk_platform_socket_t *socket, bool is_on_its_way) {
    socket->state |= is_on_its_way ? PTK_LWIP_CONNECTING : 0u;
}

/** @brief A socket may be less ready than reported: nothing to do, reports are levels. */
static inline void ptk_bsd_touched(ptk_platform_socket_t *socket, uint8_t readiness) {
    (void)socket;
    (void)readiness;
}

/** @brief Whether accept failed because of the new connection: it has ended, or there was no memory for it. */
static inline bool ptk_is_connection_failure(void) {
    return errno == ECONNABORTED || errno == ECONNRESET || errno == ENOTCONN;
}

#endif

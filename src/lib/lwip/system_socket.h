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

#include <lwip/errno.h>
#include <lwip/sockets.h>
#if defined(LWIP_SOCKET_EXTERNAL_HEADERS) && LWIP_SOCKET_EXTERNAL_HEADERS
#include <sys/ioctl.h> /* FIONBIO */
#endif

#if !LWIP_SOCKET || !LWIP_IPV4 || !LWIP_TCP || !LWIP_UDP
#error "lwipopts.h: ptk needs LWIP_SOCKET, LWIP_IPV4, LWIP_TCP and LWIP_UDP"
#endif

#if !defined(IPPROTO_IPV6)
#define IPPROTO_IPV6 41 /**< @brief Without LWIP_IPV6: nothing is asked of it. */
#endif
#include "sockets/missing_options.h" /* by lwipopts.h, and by lwIP's version */
#include "sockets/stack_socket.h"
#include "lwip/lwip_poller.h"

/** @brief More bits of a socket's state. */
enum {
    PTK_LWIP_ENDED = 4,     /**< @brief A receive has met the end of the stream. */
    PTK_LWIP_FAILED = 8,    /**< @brief Of the poller with select: the failure was reported. */
    PTK_LWIP_SHUT = 16,     /**< @brief The own stream has ended, or ends when the end of the peer's is received. */
    PTK_LWIP_END_WAITS = 32 /**< @brief The latter. */
};

typedef intptr_t ptk_descriptor_t;                /**< @brief A socket of lwIP. */
typedef unsigned char ptk_ipv4_multicast_value_t; /**< @brief What options of IPv4 multicast take. */

/** @brief More numbers of err_to_errno() in lwIP's err.c, and of its sockets.c. */
#define PTK_MORE_ERRORS(PAIR)                                                                                          \
    PAIR(ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY), PAIR(ENFILE, PTK_ERR_OUT_OF_DESCRIPTORS),                              \
        PAIR(EOPNOTSUPP, PTK_ERR_UNSUPPORTED), PAIR(ENOSYS, PTK_ERR_UNSUPPORTED)

/** @brief listen(). */
#define ptk_system_listen(descriptor, backlog) lwip_listen((int)(descriptor), backlog)
/** @brief connect(). */
#define ptk_system_connect(descriptor, address, length) lwip_connect((int)(descriptor), address, length)
/** @brief getsockname(). */
#define ptk_system_getsockname(descriptor, address, length) lwip_getsockname((int)(descriptor), address, length)
/** @brief getpeername(). */
#define ptk_system_getpeername(descriptor, address, length) lwip_getpeername((int)(descriptor), address, length)
/** @brief setsockopt(). */
#define ptk_system_setsockopt(descriptor, level, option, value, length)                                                \
    lwip_setsockopt((int)(descriptor), level, option, value, length)
/** @brief accept(). */
#define ptk_bsd_accept(descriptor, address, length) lwip_accept((int)(descriptor), address, length)
/** @brief Makes a socket. */
#define ptk_bsd_make(domain, type) lwip_socket(domain, type, 0)
/** @brief sendto(). */
#define ptk_system_sendto(descriptor, bytes, length, flags, address, size)                                             \
    lwip_sendto((int)(descriptor), bytes, length, flags, address, size)
/** @brief send(). */
#define ptk_system_send(descriptor, bytes, length, flags) lwip_sendto((int)(descriptor), bytes, length, flags, NULL, 0)

/** @brief Whether the last call failed because a signal came: there are none. */
static inline bool ptk_was_interrupted(void) {
    return false;
}

/** @brief The code for an error number of a socket. */
static inline ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error) {
    (void)socket;
    return ptk_system_error(system_error);
}

/** @brief The code for an error number of a receive, or the one that waited in the socket. */
ptk_err_t ptk_pending_error_of(ptk_platform_socket_t *socket, int system_error);

/**
 * @brief The interface of an IPv6 group. lwIP takes no 0 for "any", and asserts that the index is below 256: 0 is the
 *        default one, and what cannot exist is 0, which it does not find.
 */
uint32_t ptk_lwip_group_interface(uint32_t interface_index);
#define PTK_GROUP_INTERFACE ptk_lwip_group_interface

/** @brief Receives from a stream, or peeks. */
intptr_t ptk_bsd_receive(ptk_platform_socket_t *socket, void *bytes, size_t room, int flags);

/** @brief Ends the stream to the peer, at the latest when the end of the peer's is received. */
int ptk_bsd_shutdown(ptk_platform_socket_t *socket);

/** @brief Receives a datagram. Of one that is cut lwip_recvmsg() returns the real size, and lwip_recvfrom() does not. */
intptr_t ptk_bsd_receive_datagram(const ptk_platform_socket_t *socket, void *bytes, size_t room,
                                  struct sockaddr *address, socklen_t length);

/** @brief Fetches and clears the error number that waits in a socket: 0, or -1 as after a call. */
static inline int ptk_bsd_error_number(const ptk_platform_socket_t *socket, int *number) {
    socklen_t length = (socklen_t)sizeof *number;
    return lwip_getsockopt((int)socket->descriptor, SOL_SOCKET, SO_ERROR, number, &length);
}

/** @brief Makes a new socket non-blocking, and notes its kind. */
static inline ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram) {
    socket->state = datagram ? PTK_STACK_DATAGRAM : 0;
    ptk_lwip_prepare(socket);
    return PTK_ERR_OK;
}

/** @brief Binds, to an address that this machine has. */
ptk_err_t ptk_bsd_bind(const ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length);

/** @brief Closes a socket. */
static inline void ptk_bsd_close(intptr_t descriptor) {
    (void)lwip_close((int)descriptor); /* it fails only for what is no socket */
}

/** @brief Whether accept failed because of the new connection: it has ended, or there was no memory for it. */
static inline bool ptk_is_connection_failure(int system_error) {
    return system_error == ECONNABORTED || system_error == ECONNRESET || system_error == ENOTCONN;
}

#endif

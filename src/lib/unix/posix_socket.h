/**
 * @file posix_socket.h
 * @brief BSD sockets: what the system_socket.h of POSIX systems and of NuttX have in common. See sockets/bsd_system.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_UNIX_POSIX_SOCKET_H
#define PTK_UNIX_POSIX_SOCKET_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* After what declares them. */
#include "sockets/errno_socket.h"
#include "sockets/plain_calls.h"

#if !defined(ENONET)
/** @brief Linux's number for ICMP's "source host isolated". */
#define ENONET EHOSTUNREACH
#endif

typedef int ptk_descriptor_t;                     /**< @brief A socket of the system. */
typedef unsigned char ptk_ipv4_multicast_value_t; /**< @brief On every system; Linux takes integers, too (ip(7)). */

/** @brief The numbers that only POSIX systems have, as rows for the table of errors. */
#define PTK_POSIX_ERRORS(PAIR)                                                                                         \
    PAIR(EAGAIN, PTK_ERR_WOULD_BLOCK), PAIR(EPIPE, PTK_ERR_CONNECTION_RESET),                                          \
        PAIR(EPROTOTYPE, PTK_ERR_CONNECTION_RESET), /* macOS: send(2) while the connection is being torn down */       \
        PAIR(ENODEV, PTK_ERR_ADDRESS_NOT_AVAILABLE), PAIR(ENXIO, PTK_ERR_ADDRESS_NOT_AVAILABLE),                       \
        PAIR(EPERM, PTK_ERR_PERMISSION_DENIED), PAIR(ENFILE, PTK_ERR_OUT_OF_DESCRIPTORS),                              \
        PAIR(ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY), PAIR(ENETRESET, PTK_ERR_CONNECTION_RESET),                         \
        PAIR(ENONET, PTK_ERR_HOST_UNREACHABLE),                                                                        \
        PAIR(ENOSPC, PTK_ERR_OUT_OF_SYSTEM_MEMORY) /* epoll_ctl(2): the limit of watched descriptors */

/** @brief Makes a socket, non-blocking and not inherited where the system can do that in one call. */
static inline ptk_descriptor_t ptk_bsd_make(int domain, int type) {
#if PTK_HAS_SOCKET_FLAGS
    type |= SOCK_NONBLOCK | SOCK_CLOEXEC;
#endif
    return socket(domain, type, 0);
}

/** @brief Accepts a connection, in the same way. */
static inline ptk_descriptor_t ptk_bsd_accept(ptk_descriptor_t listener, struct sockaddr *address, socklen_t *length) {
#if PTK_HAS_SOCKET_FLAGS
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    return accept(listener, address, length);
#endif
}

/**
 * @brief Closes a socket. POSIX leaves open whether the descriptor is closed after EINTR; here it is on all
 *        supported systems.
 */
static inline void ptk_bsd_close(ptk_descriptor_t descriptor) {
    (void)close(descriptor);
}

/** @brief Whether the last call failed because a signal came. */
static inline bool ptk_was_interrupted(void) {
    return errno == EINTR;
}

/** @brief bind(2) with the library's error. */
static inline ptk_err_t ptk_bsd_bind(ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length) {
    return bind(socket->descriptor, address, length) == 0 ? PTK_ERR_OK : ptk_last_error();
}

#endif

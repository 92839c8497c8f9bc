/**
 * @file system_socket.h
 * @brief BSD sockets as NuttX has them: see bsd_system.h. What is said here of NuttX is of 13.0.1.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_NUTTX_SYSTEM_SOCKET_H
#define PTK_NUTTX_SYSTEM_SOCKET_H

#include <sys/ioctl.h>

#include "unix/posix_socket.h"
#include "sockets/stack_socket.h"

/** @brief NuttX's own use of numbers, and those that POSIX systems have. */
#define PTK_MORE_ERRORS(PAIR)                                                                                          \
    PTK_POSIX_ERRORS(PAIR), PAIR(ENOSYS, PTK_ERR_UNSUPPORTED), PAIR(EOPNOTSUPP, PTK_ERR_UNSUPPORTED),                  \
        PAIR(EDOM, PTK_ERR_UNSUPPORTED), /* a value of an option that the stack cannot represent */                    \
        PAIR(ENOTTY, PTK_ERR_UNSUPPORTED), PAIR(EBUSY, PTK_ERR_OUT_OF_SYSTEM_MEMORY), /* no devif callback is left */  \
        PAIR(ENOENT, PTK_ERR_ADDRESS_NOT_AVAILABLE) /* leaving a group that was not joined */

/** @brief The code for an error number of a socket. A connection that is lost is not connected any more. */
static inline ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error) {
    bool is_lost = system_error == ENOTCONN && (socket->state & PTK_STACK_DATAGRAM) == 0;
    return is_lost ? PTK_ERR_CONNECTION_RESET : ptk_system_error(system_error);
}

/**
 * @brief The same after a receive, or of SO_ERROR. A reset is ECONNREFUSED whenever it comes, and ENOTCONN is the loss
 *        of a connection to which the peer did not answer any more (tcp_close_connection() in tcp_monitor.c).
 */
static inline ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error) {
    if (system_error == ECONNREFUSED && socket->state == 0) {
        return PTK_ERR_CONNECTION_RESET;
    }
    if (system_error == ENOTCONN && (socket->state & PTK_STACK_DATAGRAM) == 0) {
        return PTK_ERR_TIMED_OUT;
    }
    return system_error == EMSGSIZE ? PTK_ERR_PACKET_TOO_BIG : ptk_socket_error_of(socket, system_error);
}

/** @brief Notes what kind of socket it is. */
static inline ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram) {
    socket->state = datagram ? PTK_STACK_DATAGRAM : 0;
    return PTK_ERR_OK;
}

/** @brief Whether accept() failed because of the new connection. ENOTCONN: it ended while it waited. */
static inline bool ptk_is_connection_failure(int system_error) {
    return system_error == ENOTCONN || system_error == ECONNABORTED || system_error == EINTR ||
           system_error == ETIMEDOUT;
}

/**
 * @brief Receives from a stream, or peeks. A lost connection has no peer any more, one that ended has: this is how the
 *        two differ.
 */
static inline intptr_t ptk_bsd_receive(ptk_platform_socket_t *socket, void *bytes, size_t room, int flags) {
    ssize_t result = recv(socket->descriptor, bytes, room, flags);
    if (!PTK_RECEIVE_TELLS_RESET && result == 0 && room > 0 && (socket->state & PTK_STACK_DATAGRAM) == 0) {
        struct sockaddr_in6 peer; /* the larger one of the two */
        socklen_t length = (socklen_t)sizeof peer;
        if (getpeername(socket->descriptor, (struct sockaddr *)(void *)&peer, &length) != 0) {
            errno = ECONNRESET;
            return -1;
        }
    }
    return result;
}

/**
 * @brief Receives a datagram. NuttX cuts it silently, but FIONREAD is the size of the first one: 0 as well if there is
 *        none, or if it is empty, which a peek shows.
 */
static inline intptr_t ptk_bsd_receive_datagram(ptk_platform_socket_t *socket, void *bytes, size_t room,
                                                struct sockaddr *address, socklen_t length) {
    int size = 0;
    uint8_t first;
    if (ioctl(socket->descriptor, FIONREAD, &size) != 0) {
        return -1;
    }
    if (size == 0 && (recv(socket->descriptor, &first, sizeof first, MSG_PEEK) < 0 ||
                      ioctl(socket->descriptor, FIONREAD, &size) != 0)) {
        return -1;
    }
    ssize_t result = recvfrom(socket->descriptor, bytes, room, 0, address, &length);
    return result >= 0 && size > result ? size : result;
}

#endif

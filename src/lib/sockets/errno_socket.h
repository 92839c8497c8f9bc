/**
 * @file errno_socket.h
 * @brief BSD sockets whose descriptors are numbers and whose errors are in errno: what POSIX systems and network stacks of
 *        RTOSes have in common. See bsd_system.h. A system_socket.h includes it after the system's headers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_ERRNO_SOCKET_H
#define PTK_SOCKETS_ERRNO_SOCKET_H

#include "sockets/system_error.h"

/** @brief No socket. */
#define PTK_NO_DESCRIPTOR (-1)
#if !defined(MSG_NOSIGNAL)
/** @brief There are no signals, or the socket has SO_NOSIGPIPE. */
#define MSG_NOSIGNAL 0
#endif

typedef uint8_t ptk_error_number_t; /**< @brief Those that have a code are below 256 in each C library. */

/** @brief The error number that POSIX calls E and the name. */
#define PTK_ERROR_NUMBER(name) E##name

/** @brief The error number of the system's last call. */
static inline int ptk_last_error_number(void) {
    return errno;
}

/** @brief How many bytes one call takes: all. */
static inline size_t ptk_bsd_length(size_t length) {
    return length;
}

/** @brief The error that waits in a socket and is not in SO_ERROR: there is none. */
static inline ptk_err_t ptk_bsd_hidden_error(ptk_platform_socket_t *socket) {
    (void)socket;
    return PTK_ERR_OK;
}

/** @brief A socket may be less ready than reported: nothing to do, the system knows it. */
static inline void ptk_bsd_touched(ptk_platform_socket_t *socket, uint8_t readiness) {
    (void)socket;
    (void)readiness;
}

#endif

/**
 * @file plain_calls.h
 * @brief The calls of BSD sockets for systems that have all of them, under their usual names: see bsd_system.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_PLAIN_CALLS_H
#define PTK_SOCKETS_PLAIN_CALLS_H

#include "protocol_toolkit.h"

/** @brief listen(2). */
#define ptk_system_listen listen
/** @brief connect(2). */
#define ptk_system_connect connect
/** @brief send(2). */
#define ptk_system_send send
/** @brief sendto(2). */
#define ptk_system_sendto sendto
/** @brief getsockname(2). */
#define ptk_system_getsockname getsockname
/** @brief getpeername(2). */
#define ptk_system_getpeername getpeername
/** @brief setsockopt(2). */
#define ptk_system_setsockopt setsockopt

/** @brief Ends the stream to the peer. */
static inline int ptk_bsd_shutdown(ptk_platform_socket_t *socket) {
    return shutdown(socket->descriptor, SHUT_WR);
}

/** @brief Fetches and clears the error number that waits in a socket: 0, or -1 and the reason as after a call. */
static inline int ptk_bsd_error_number(ptk_platform_socket_t *socket, int *number) {
    socklen_t length = (socklen_t)sizeof *number;
    return getsockopt(socket->descriptor, SOL_SOCKET, SO_ERROR, (void *)number, &length);
}

#endif

/**
 * @file lwip_poller.h
 * @brief What lwIP's sockets ask of the poller that waits for them: netconn.c, or one with select().
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_LWIP_POLLER_H
#define PTK_LWIP_POLLER_H

#include "protocol_toolkit.h"

/** @brief Makes a new socket non-blocking, and has one of IPv6 take IPv6 only: lwIP refuses neither. */
void ptk_lwip_prepare(const ptk_platform_socket_t *socket);

/** @brief Whether an attempt to connect, whose outcome is a failure, had been answered before. False if not known. */
bool ptk_lwip_was_connected(const ptk_platform_socket_t *socket);

/**
 * @brief Ends the stream to the peer. 0, or -1 as after a call. 1: the end of the peer's stream has come, so far as that
 *        is known, and nothing was done.
 */
int ptk_lwip_end_stream(ptk_platform_socket_t *socket);

#endif

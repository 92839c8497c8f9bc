/**
 * @file stack_socket.h
 * @brief BSD sockets of network stacks that keep less of a socket than Linux does: what the system_socket.h of lwIP, NuttX
 *        and Zephyr have in common. See bsd_system.h.
 *
 * The port's struct of a socket has a member state for what the stack does not keep.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_STACK_SOCKET_H
#define PTK_SOCKETS_STACK_SOCKET_H

#include "sockets/errno_socket.h"

/** @brief Bits of a socket's state. A port has further ones of its own from 4 on. */
enum {
    PTK_STACK_DATAGRAM = 1,  /**< @brief It is a UDP socket. */
    PTK_STACK_CONNECTING = 2 /**< @brief An attempt to connect is on its way, and its outcome is not known yet. */
};

/** @brief A socket has a peer, or an attempt to connect is on its way. */
static inline void ptk_bsd_connected(ptk_platform_socket_t *socket, bool is_on_its_way) {
    if (is_on_its_way) {
        socket->state |= PTK_STACK_CONNECTING;
    }
}

/** @brief Whether a datagram is longer than IPv4 can carry: a stack may report that it has no memory for it. */
static inline bool ptk_bsd_is_too_long(const ptk_platform_socket_t *socket, size_t length) {
    return length > 65507u && (socket->state & PTK_STACK_DATAGRAM) != 0;
}

/** @brief Limits a UDP socket to the groups that it joins: the stack does that by itself, or cannot do it. */
static inline ptk_err_t ptk_bsd_limit_groups(const ptk_platform_socket_t *socket, int domain) {
    (void)socket;
    (void)domain;
    return PTK_ERR_OK;
}

#endif

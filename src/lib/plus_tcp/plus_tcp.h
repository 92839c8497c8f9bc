/**
 * @file plus_tcp.h
 * @brief What the files of this port on FreeRTOS+TCP share.
 *
 * A socket's descriptor is its Socket_t. Its interest holds the bits of PTK_WANT_ that core has passed last and those
 * of below. What the stack's own task notes of a connection is in the ID that the stack keeps for each socket, as the
 * struct in the slot may move.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_PLUS_TCP_H
#define PTK_PLUS_TCP_H

#include "protocol_toolkit.h"

#include <FreeRTOS_IP.h>
/* These come after FreeRTOS_IP.h. */
#include <FreeRTOS_Routing.h>
#include <FreeRTOS_Sockets.h>
#include <FreeRTOS_TCP_IP.h>

#if ipconfigUSE_TCP != 1 || ipconfigSOCKET_HAS_USER_SEMAPHORE != 1 || ipconfigSOCKET_HAS_USER_WAKE_CALLBACK != 1 ||    \
    ipconfigTCP_HANG_PROTECTION != 1
#error "FreeRTOSIPConfig.h: ptk needs TCP, the sockets' semaphore, their callback and the hang protection"
#endif

/** @brief What a socket is, in its interest; the lower bits are PTK_WANT_'s. */
enum {
    PTK_PLUS_IPV6 = 0x0100,       /**< @brief The family; else IPv4. */
    PTK_PLUS_DATAGRAM = 0x0200,   /**< @brief UDP. */
    PTK_PLUS_PEER = 0x0400,       /**< @brief UDP: has a peer, see ptk_plus_set_peer(). */
    PTK_PLUS_LISTENER = 0x0800,   /**< @brief TCP: listens. Its ID is a connection that was accepted early, or NULL. */
    PTK_PLUS_CONNECTION = 0x1000, /**< @brief TCP: a connection or an attempt. Its ID is its history. */
    PTK_PLUS_WATCHED = 0x2000,    /**< @brief It gives the loop's semaphore. */
    PTK_PLUS_FAILED = 0x4000,     /**< @brief A connection whose failure was reported. */
    PTK_PLUS_BROADCAST = 0x8000   /**< @brief UDP: may send to broadcast addresses. */
};

/** @brief The stack's socket. @param socket an open one. */
static inline Socket_t ptk_plus_socket(const ptk_platform_socket_t *socket) {
    return (Socket_t)socket->descriptor;
}

/** @brief Whether it is of this kind, or has this property. @param socket an open one. @param bit one of the above. */
static inline bool ptk_plus_is(const ptk_platform_socket_t *socket, uint16_t bit) {
    return (socket->interest & bit) != 0;
}

/* ------------------------------------------------------------------------------------------------ addresses */

/** @brief The stack's form of an address. @param address of either family. */
struct freertos_sockaddr ptk_plus_to_system(const ptk_address_t *address);

/** @brief An address of the stack, which names no interface. @param system of either family. */
ptk_address_t ptk_plus_from_system(const struct freertos_sockaddr *system);

/** @brief Whether sockets can be bound to an address: any, or that of an end-point. @param system the address. */
bool ptk_plus_is_local(const struct freertos_sockaddr *system);

/** @brief Whether packets to an address have an end-point to leave by. @param system the address. */
bool ptk_plus_has_route(const struct freertos_sockaddr *system);

/** @brief Whether it is the broadcast address of all, or of a network of this machine. @param system the address. */
bool ptk_plus_is_broadcast(const struct freertos_sockaddr *system);

/**
 * @brief Fills in the own address of a socket that is bound to any: the stack does not note which one is used.
 * @param local the own address. @param remote the peer's, of the same family.
 */
void ptk_plus_fill_in(struct freertos_sockaddr *local, const struct freertos_sockaddr *remote);

/* ------------------------------------------------------------------------------------------------ peers of UDP */

/**
 * @brief Notes the peer of a UDP socket, which the stack knows nothing of.
 *
 * The port is in the struct. An IPv4 address is in the ID; for one of IPv6 the ID is a network buffer of the stack.
 * @return PTK_ERR_OK, or PTK_ERR_OUT_OF_SYSTEM_MEMORY: no network buffer is free.
 */
ptk_err_t ptk_plus_set_peer(ptk_platform_socket_t *socket, const struct freertos_sockaddr *peer);

/** @brief The peer of a UDP socket that has one. */
struct freertos_sockaddr ptk_plus_peer_of(const ptk_platform_socket_t *socket);

/** @brief Gives back what ptk_plus_set_peer() took, if it took something. */
void ptk_plus_forget_peer(const ptk_platform_socket_t *socket);

/* ------------------------------------------------------------------------------------------------ connections */

/** @brief What has become of a connection, or of an attempt. */
typedef enum ptk_plus_link {
    PTK_PLUS_CONNECTING = 0, /**< @brief On its way. */
    PTK_PLUS_OPEN = 1,       /**< @brief Connected. */
    PTK_PLUS_ENDED = 2,      /**< @brief The peer has ended its stream, whereupon the stack has ended the own one. */
    PTK_PLUS_LOST = 3        /**< @brief Refused, reset, timed out, or out of the stack's memory. */
} ptk_plus_link_t;

/** @brief What has become of a connection. @param socket the connection. @param[out] error why it was lost, or
 *  PTK_ERR_OK. */
ptk_plus_link_t ptk_plus_link_of(Socket_t socket, ptk_err_t *error);

/** @brief Begins to note the history of an attempt. @param socket the stack's socket, before it connects. */
void ptk_plus_begin(Socket_t socket);

/** @brief The same of a connection that was accepted. @param socket the connection. */
void ptk_plus_adopt(Socket_t socket);

/**
 * @brief Takes the semaphore away and closes. What was sent is still delivered: the stack's task closes a connection when
 *        it is over.
 * @param socket a connection, or an attempt.
 */
void ptk_plus_abandon(Socket_t socket);

/** @brief The next connection of a listener, or NULL. @param listener the stack's socket. */
Socket_t ptk_plus_accept(Socket_t listener);

#endif

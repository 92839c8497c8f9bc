/**
 * @file lwip_socket.c
 * @brief What sockets of lwIP do otherwise than those that bsd_socket.c is written for, whichever poller waits for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_address.h"
#include "lwip/lwip_poller.h"
#include "core/port.h"

#include <lwip/netif.h>
#include <lwip/tcpip.h>
#include <string.h>

/* ------------------------------------------------------------------------------------------------ errors */

/* lwIP has one number for a reset and a refused attempt, and one for all connections that it gives up: of an attempt that
 * is the one that no one has answered. */
ptk_err_t ptk_pending_error_of(ptk_platform_socket_t *socket, int system_error) {
    if (system_error == 0) {
        socket->state &= (uint16_t)~PTK_STACK_CONNECTING;
    } else if ((socket->state & PTK_STACK_CONNECTING) != 0 && !ptk_lwip_was_connected(socket)) {
        system_error = system_error == ECONNRESET     ? ECONNREFUSED
                       : system_error == ECONNABORTED ? ETIMEDOUT
                                                      : system_error;
    }
    return ptk_system_error(system_error);
}

/* ------------------------------------------------------------------------------------------------ binding */

#if LWIP_IPV6
/** @brief Whether an interface has this IPv6 address. Under the core's lock. */
static bool has_ipv6(struct netif *netif, const struct sockaddr_in6 *address) {
    ip6_addr_t wanted;
    inet6_addr_to_ip6addr(&wanted, &address->sin6_addr);
    ip6_addr_set_zone(&wanted, (u8_t)address->sin6_scope_id);
    if (ip6_addr_lacks_zone(&wanted, IP6_UNICAST)) {
        ip6_addr_assign_zone(&wanted, IP6_UNICAST, netif);
    }
    return ip6_addr_isany(&wanted) || ip6_addr_ismulticast(&wanted) || ip6_addr_isloopback(&wanted) ||
           netif_get_ip6_addr_match(netif, &wanted) >= 0;
}
#endif

/** @brief Whether an interface has this IPv4 address. Under the core's lock. */
static bool has_ipv4(const struct netif *netif, const struct sockaddr_in *address) {
    ip4_addr_t wanted;
    memcpy(&wanted.addr, &address->sin_addr, sizeof wanted.addr);
    /* For lwIP "any" is a broadcast, too. */
    return ip4_addr_ismulticast(&wanted) || ip4_addr_isloopback(&wanted) || ip4_addr_isbroadcast(&wanted, netif) ||
           ip4_addr_cmp(netif_ip4_addr(netif), &wanted);
}

/** @brief Whether an interface has this address. Under the core's lock. */
static bool has_address(struct netif *netif, const ptk_socket_address_t *address) {
#if LWIP_IPV6
    if (address->any.sa_family == AF_INET6) {
        return has_ipv6(netif, &address->ipv6);
    }
#endif
    return has_ipv4(netif, &address->ipv4);
}

/** @brief Whether there is an interface with this address, which lwIP itself does not ask. */
static bool is_ours(const ptk_socket_address_t *address) {
    LOCK_TCPIP_CORE();
    struct netif *netif = netif_list;
    while (netif != NULL && !has_address(netif, address)) {
        netif = netif->next;
    }
    UNLOCK_TCPIP_CORE();
    return netif != NULL;
}

ptk_err_t ptk_bsd_bind(const ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length) {
    if (!is_ours((const ptk_socket_address_t *)(const void *)address)) {
        return PTK_ERR_ADDRESS_NOT_AVAILABLE;
    }
    return ptk_system_result(lwip_bind((int)socket->descriptor, address, length));
}

/* ------------------------------------------------------------------------------------------------ receiving */

intptr_t ptk_bsd_receive(ptk_platform_socket_t *socket, void *bytes, size_t room, int flags) {
    if ((socket->state & PTK_LWIP_ENDED) != 0) {
        return 0; /* lwIP reports it once, also to a peek */
    }
    intptr_t result = lwip_recv((int)socket->descriptor, bytes, room, flags);
    if (result == 0 && (socket->state & PTK_STACK_DATAGRAM) == 0) {
        socket->state |= PTK_LWIP_ENDED;
        if ((socket->state & PTK_LWIP_SHUT) != 0) {
            (void)lwip_shutdown((int)socket->descriptor, SHUT_RDWR); /* see ptk_bsd_shutdown() */
        }
    } else if (result < 0 && (socket->state & PTK_LWIP_END_WAITS) != 0) {
        /* All was received but the end: lwIP loses that where a mailbox is full, so it will not come. */
        socket->state &= (uint16_t)~PTK_LWIP_END_WAITS;
        (void)lwip_shutdown((int)socket->descriptor, SHUT_WR);
    }
    return result;
}

intptr_t ptk_bsd_receive_datagram(const ptk_platform_socket_t *socket, void *bytes, size_t room,
                                  struct sockaddr *address, socklen_t length) {
    struct iovec part;
    struct msghdr message;
    memset(&message, 0, sizeof message);
    part.iov_base = bytes;
    part.iov_len = room;
    message.msg_name = address;
    message.msg_namelen = length;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    return lwip_recvmsg((int)socket->descriptor, &message, 0);
}

/* ------------------------------------------------------------------------------------------------ ending */

/*
 * A socket of lwIP keeps a connection of which both streams have ended, and lwIP frees that without a word: in LAST_ACK
 * once the end was received, and in TIME_WAIT. Then lwip_close() frees it again. (2.1.3, 2.2.1: api_msg.c does not know
 * these states in lwip_netconn_do_close_internal(); tcp_input_delayed_close() in tcp_in.c believes the socket to be
 * gone.) Shutting both has a socket let go of its connection. For TIME_WAIT that is in time when the end is received
 * soon. LAST_ACK can end in that moment, so a connection must not come there before the peer's end was received: until
 * then the own stream goes on.
 */
int ptk_bsd_shutdown(ptk_platform_socket_t *socket) {
    uint8_t byte;
    int result = (socket->state & PTK_LWIP_ENDED) != 0 ? 1 : ptk_lwip_end_stream(socket);
    if (result <= 0) {
        socket->state |= result == 0 ? PTK_LWIP_SHUT : 0u;
        return result;
    }
    if (ptk_bsd_receive(socket, &byte, 1, MSG_PEEK) != 0) { /* the peer's end has come, with something before it */
        socket->state |= PTK_LWIP_SHUT | PTK_LWIP_END_WAITS;
        return 0;
    }
    return lwip_shutdown((int)socket->descriptor, SHUT_WR); /* lets go of the connection */
}

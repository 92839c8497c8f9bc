/**
 * @file plus_tcp_socket.c
 * @brief FreeRTOS+TCP: opening, binding, connecting, accepting, options.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "plus_tcp/plus_tcp.h"
#include "core/log.h"
#include "core/port.h"

/**
 * @def PTK_PLUS_TCP_CONNECTIONS
 * @brief Connections that a listener may have besides its backlog. FreeRTOSIPConfig.h can define it.
 *
 * The stack counts all living connections of a listener as its backlog, also those that were accepted, and resets what
 * comes when that is reached. By default only the stack's memory limits them.
 */
#ifndef PTK_PLUS_TCP_CONNECTIONS
#define PTK_PLUS_TCP_CONNECTIONS 65535
#endif

/** @brief The largest backlog of the stack. */
#define MAX_BACKLOG 65535u

/** @brief The code for what a function of the stack returns, below 0. */
static ptk_err_t error_of(BaseType_t result) {
    switch (-result) {
    case pdFREERTOS_ERRNO_EWOULDBLOCK:
        return PTK_ERR_WOULD_BLOCK;
    case pdFREERTOS_ERRNO_ENOMEM:
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    case pdFREERTOS_ERRNO_EISCONN:
        return PTK_ERR_INVALID_STATE;
    default:
        PTK_LOG(1, "an error of the stack that has no code", result);
        return PTK_ERR_SYSTEM;
    }
}

/* ------------------------------------------------------------------------------------------------ opening */

/** @brief Whether the stack was built with an address family: it asserts that. */
static bool has_family(uint8_t family) {
    return family == PTK_ADDRESS_IPV6 ? ipconfigUSE_IPv6 != 0 : ipconfigUSE_IPv4 != 0;
}

ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *socket, uint8_t family, bool datagram) {
    static const TickType_t no_time = 0;
    if (!has_family(family)) {
        return PTK_ERR_UNSUPPORTED;
    }
    BaseType_t domain = family == PTK_ADDRESS_IPV6 ? FREERTOS_AF_INET6 : FREERTOS_AF_INET;
    Socket_t made = datagram ? FreeRTOS_socket(domain, FREERTOS_SOCK_DGRAM, FREERTOS_IPPROTO_UDP)
                             : FreeRTOS_socket(domain, FREERTOS_SOCK_STREAM, FREERTOS_IPPROTO_TCP);
    if (xSocketValid(made) == pdFALSE) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    /* Neither fails for a valid socket. */
    (void)FreeRTOS_setsockopt(made, 0, FREERTOS_SO_RCVTIMEO, &no_time, sizeof no_time);
    (void)FreeRTOS_setsockopt(made, 0, FREERTOS_SO_SNDTIMEO, &no_time, sizeof no_time);
    socket->descriptor = (intptr_t)made;
    socket->interest =
        (uint16_t)((datagram ? PTK_PLUS_DATAGRAM : 0) | (family == PTK_ADDRESS_IPV6 ? PTK_PLUS_IPV6 : 0));
    socket->state = 0;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *socket, const ptk_address_t *local, uint32_t backlog) {
    struct freertos_sockaddr address = ptk_plus_to_system(local);
    if (!ptk_plus_is_local(&address)) {
        return PTK_ERR_ADDRESS_NOT_AVAILABLE; /* the stack would bind to any */
    }
    BaseType_t result = FreeRTOS_bind(ptk_plus_socket(socket), &address, (socklen_t)sizeof address);
    if (result == -pdFREERTOS_ERRNO_EINVAL) {
        return PTK_ERR_ADDRESS_IN_USE; /* of a valid socket that is not bound yet nothing else is invalid */
    }
    if (result == 0 && backlog > 0) {
        uint32_t connections =
            backlog > MAX_BACKLOG - PTK_PLUS_TCP_CONNECTIONS ? MAX_BACKLOG : backlog + PTK_PLUS_TCP_CONNECTIONS;
        result = FreeRTOS_listen(ptk_plus_socket(socket), (BaseType_t)connections);
        socket->interest |= PTK_PLUS_LISTENER;
    }
    return result == 0 ? PTK_ERR_OK : error_of(result);
}

/** @brief Gives a UDP socket its peer, and a port if it has none. */
static ptk_err_t connect_datagrams(ptk_platform_socket_t *socket, const struct freertos_sockaddr *peer) {
    struct freertos_sockaddr local;
    (void)FreeRTOS_GetLocalAddress(ptk_plus_socket(socket), &local);
    BaseType_t result = local.sin_port == 0 ? FreeRTOS_bind(ptk_plus_socket(socket), NULL, 0) : 0;
    return result == 0 ? ptk_plus_set_peer(socket, peer) : error_of(result);
}

ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *socket, const ptk_address_t *remote) {
    struct freertos_sockaddr address = ptk_plus_to_system(remote);
    if (!ptk_plus_has_route(&address)) {
        return PTK_ERR_NETWORK_UNREACHABLE; /* the stack would try until it times out */
    }
    if (ptk_plus_is(socket, PTK_PLUS_DATAGRAM)) {
        return connect_datagrams(socket, &address);
    }
    ptk_plus_begin(ptk_plus_socket(socket));
    BaseType_t result = FreeRTOS_connect(ptk_plus_socket(socket), &address, (socklen_t)sizeof address);
    socket->interest |= PTK_PLUS_CONNECTION;
    return result == 0 ? PTK_ERR_OK : error_of(result);
}

ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *listener, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote) {
    ptk_err_t error;
    Socket_t connection;
    while ((connection = ptk_plus_accept(ptk_plus_socket(listener))) != NULL &&
           ptk_plus_link_of(connection, &error) == PTK_PLUS_LOST) {
        ptk_plus_abandon(connection);
    }
    if (connection == NULL) {
        return PTK_ERR_WOULD_BLOCK;
    }
    accepted->descriptor = (intptr_t)connection;
    accepted->interest = (uint16_t)(PTK_PLUS_CONNECTION | (listener->interest & PTK_PLUS_IPV6));
    accepted->state = 0;
    return remote == NULL ? PTK_ERR_OK : ptk_port_socket_address(accepted, true, remote);
}

ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *socket) {
    ptk_err_t error;
    if (FreeRTOS_shutdown(ptk_plus_socket(socket), FREERTOS_SHUT_RDWR) == 0) {
        return PTK_ERR_OK;
    }
    /* When the peer ended its stream the stack has ended the own one. */
    return ptk_plus_link_of(ptk_plus_socket(socket), &error) == PTK_PLUS_ENDED ? PTK_ERR_OK : PTK_ERR_NOT_CONNECTED;
}

/* ------------------------------------------------------------------------------------------------ addresses */

/** @brief The peer of a socket. False: it has none. */
static bool get_remote(const ptk_platform_socket_t *socket, struct freertos_sockaddr *remote) {
    if (ptk_plus_is(socket, PTK_PLUS_CONNECTION)) {
        return FreeRTOS_GetRemoteAddress(ptk_plus_socket(socket), remote) > 0;
    }
    if (!ptk_plus_is(socket, PTK_PLUS_PEER)) {
        return false;
    }
    *remote = ptk_plus_peer_of(socket);
    return true;
}

ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *socket, bool remote, ptk_address_t *address) {
    struct freertos_sockaddr peer;
    struct freertos_sockaddr local;
    bool has_peer = get_remote(socket, &peer);
    if (remote) {
        if (!has_peer) {
            return PTK_ERR_NOT_CONNECTED;
        }
        *address = ptk_plus_from_system(&peer);
        return PTK_ERR_OK;
    }
    (void)FreeRTOS_GetLocalAddress(ptk_plus_socket(socket), &local);
    if (has_peer) {
        ptk_plus_fill_in(&local, &peer);
    }
    *address = ptk_plus_from_system(&local);
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ options */

/**
 * @brief Sets the size of a buffer of TCP. The stack takes it until the buffer is there.
 *
 * Not less than a segment: the stack sends none before the peer's window has room for it.
 */
static ptk_err_t set_buffer(const ptk_platform_socket_t *socket, int32_t option, int32_t value) {
    uint32_t size = value < 2 * (int32_t)ipconfigTCP_MSS ? 2 * (uint32_t)ipconfigTCP_MSS : (uint32_t)value;
    if (ptk_plus_is(socket, PTK_PLUS_DATAGRAM)) {
        return PTK_ERR_UNSUPPORTED;
    }
    BaseType_t result = FreeRTOS_setsockopt(ptk_plus_socket(socket), 0, option, &size, sizeof size);
    return result == 0 ? PTK_ERR_OK : PTK_ERR_INVALID_STATE;
}

ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *socket, uint8_t family, ptk_socket_option_t option,
                                     int32_t value) {
    (void)family;
    switch (option) {
    case PTK_SOCKET_OPTION_NO_DELAY: {
        BaseType_t full_segments =
            pdFALSE; /* RFC 9293, 3.7.4: collecting is allowed, not required; it never collects */
        return FreeRTOS_setsockopt(ptk_plus_socket(socket), 0, FREERTOS_SO_SET_FULL_SIZE, &full_segments,
                                   sizeof full_segments) == 0
                   ? PTK_ERR_OK
                   : PTK_ERR_UNSUPPORTED;
    }
    case PTK_SOCKET_OPTION_KEEP_ALIVE: /* the stack's own configuration is that of all sockets */
        return value == (ipconfigTCP_KEEP_ALIVE != 0 ? ipconfigTCP_KEEP_ALIVE_INTERVAL : 0) ? PTK_ERR_OK
                                                                                            : PTK_ERR_UNSUPPORTED;
    case PTK_SOCKET_OPTION_REUSE_ADDRESS: /* nothing lingers after a connection is over; two UDP sockets cannot share */
        return value == 0 || !ptk_plus_is(socket, PTK_PLUS_DATAGRAM) ? PTK_ERR_OK : PTK_ERR_UNSUPPORTED;
    case PTK_SOCKET_OPTION_BROADCAST: /* to the stack it is always allowed */
        socket->interest = (uint16_t)((socket->interest & ~(unsigned)PTK_PLUS_BROADCAST) |
                                      (value != 0 ? (unsigned)PTK_PLUS_BROADCAST : 0u));
        return PTK_ERR_OK;
    case PTK_SOCKET_OPTION_SEND_BUFFER:
        return set_buffer(socket, FREERTOS_SO_SNDBUF, value);
    case PTK_SOCKET_OPTION_RECEIVE_BUFFER:
        return set_buffer(socket, FREERTOS_SO_RCVBUF, value);
    default:
        return PTK_ERR_UNSUPPORTED;
    }
}

ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join) {
    (void)socket;
    (void)group;
    (void)interface_index;
    (void)join;
    return PTK_ERR_UNSUPPORTED; /* the stack has no IGMP */
}

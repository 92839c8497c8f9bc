/**
 * @file plus_tcp_io.c
 * @brief FreeRTOS+TCP: sending and receiving.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "plus_tcp/plus_tcp.h"
#include "core/port.h"

#include <string.h>

/** @brief Octets of the headers before the payload of a datagram: IP's and UDP's. The stack does not fragment. */
enum { IPV4_HEADERS = 20 + 8, IPV6_HEADERS = 40 + 8 };

/** @brief Why a connection takes or gives nothing: its failure, or "would block". */
static ptk_err_t why_nothing(Socket_t socket) {
    ptk_err_t error;
    return ptk_plus_link_of(socket, &error) == PTK_PLUS_LOST ? error : PTK_ERR_WOULD_BLOCK;
}

/* ------------------------------------------------------------------------------------------------ sending */

/** @brief Sends what fits of a stream. */
static intptr_t send_stream(Socket_t socket, const void *bytes, size_t length) {
    ptk_err_t error;
    size_t bounded = length > (size_t)INT32_MAX ? (size_t)INT32_MAX : length;
    BaseType_t sent = FreeRTOS_send(socket, bytes, bounded, FREERTOS_MSG_DONTWAIT);
    if (sent > 0) {
        return sent;
    }
    if (ptk_plus_link_of(socket, &error) == PTK_PLUS_ENDED) {
        return PTK_ERR_CONNECTION_RESET; /* the stack has ended the own stream as well */
    }
    return sent == -pdFREERTOS_ERRNO_ENOMEM ? PTK_ERR_OUT_OF_SYSTEM_MEMORY : why_nothing(socket);
}

/** @brief Sends a datagram. */
static intptr_t send_datagram(const ptk_platform_socket_t *socket, const void *bytes, size_t length,
                              const struct freertos_sockaddr *remote) {
    size_t headers = ptk_plus_is(socket, PTK_PLUS_IPV6) ? IPV6_HEADERS : IPV4_HEADERS;
    if (length > (size_t)ipconfigNETWORK_MTU - headers) {
        return PTK_ERR_MESSAGE_TOO_LONG;
    }
    if (!ptk_plus_has_route(remote)) {
        return PTK_ERR_NETWORK_UNREACHABLE; /* the stack would drop it */
    }
    if (!ptk_plus_is(socket, PTK_PLUS_BROADCAST) && ptk_plus_is_broadcast(remote)) {
        return PTK_ERR_PERMISSION_DENIED;
    }
    int32_t sent = FreeRTOS_sendto(ptk_plus_socket(socket), bytes, length, FREERTOS_MSG_DONTWAIT, remote,
                                   (socklen_t)sizeof *remote);
    /* It returns 0 if no network buffer is free, and for an empty datagram in any case. */
    return sent == 0 && length > 0 ? PTK_ERR_OUT_OF_SYSTEM_MEMORY : sent < 0 ? PTK_ERR_SYSTEM : sent;
}

intptr_t ptk_port_socket_send(ptk_platform_socket_t *socket, const void *bytes, size_t length,
                              const ptk_address_t *remote) {
    if (!ptk_plus_is(socket, PTK_PLUS_DATAGRAM)) {
        return send_stream(ptk_plus_socket(socket), bytes, length);
    }
    ptk_address_t peer;
    if (remote == NULL) {
        ptk_err_t error = ptk_port_socket_address(socket, true, &peer);
        if (error != PTK_ERR_OK) {
            return error;
        }
        remote = &peer;
    }
    struct freertos_sockaddr address = ptk_plus_to_system(remote);
    return send_datagram(socket, bytes, length, &address);
}

/* ------------------------------------------------------------------------------------------------ receiving */

/** @brief Receives or peeks what is there of a stream; nothing at its end. */
static intptr_t receive_stream(Socket_t socket, void *bytes, size_t room, BaseType_t flags) {
    ptk_err_t error;
    size_t bounded = room > (size_t)INT32_MAX ? (size_t)INT32_MAX : room;
    /* Before the receive: what comes with the end, or before a failure, is received first. */
    ptk_plus_link_t link = ptk_plus_link_of(socket, &error);
    BaseType_t received = FreeRTOS_recv(socket, bytes, bounded, flags | FREERTOS_MSG_DONTWAIT);
    if (received > 0) {
        return received;
    }
    return link == PTK_PLUS_ENDED ? 0 : link == PTK_PLUS_LOST ? error : PTK_ERR_WOULD_BLOCK;
}

/** @brief Whether a datagram comes from whom the socket receives from. */
static bool is_for(const ptk_platform_socket_t *socket, const struct freertos_sockaddr *from) {
    if (!ptk_plus_is(socket, PTK_PLUS_PEER)) {
        return true;
    }
    struct freertos_sockaddr peer = ptk_plus_peer_of(socket);
    size_t octets = ptk_plus_is(socket, PTK_PLUS_IPV6) ? sizeof peer.sin_address.xIP_IPv6.ucBytes
                                                       : sizeof peer.sin_address.ulIP_IPv4;
    return from->sin_port == peer.sin_port && memcmp(&from->sin_address, &peer.sin_address, octets) == 0;
}

/**
 * @brief Takes the next datagram that is for the socket, or looks at it. Its size, or an error.
 *
 * Without a copy the stack reports the whole size. The payload stays valid until it is released; but of one that is only
 * looked at not longer than the next receive.
 */
static intptr_t next_datagram(const ptk_platform_socket_t *socket, BaseType_t flags, void **payload,
                              struct freertos_sockaddr *from) {
    Socket_t system = ptk_plus_socket(socket);
    for (;;) {
        BaseType_t look = FREERTOS_ZERO_COPY | FREERTOS_MSG_DONTWAIT;
        int32_t size = FreeRTOS_recvfrom(system, payload, 0, look | flags, from, NULL);
        if (size < 0) {
            return size == -pdFREERTOS_ERRNO_EWOULDBLOCK ? PTK_ERR_WOULD_BLOCK : PTK_ERR_SYSTEM;
        }
        if (is_for(socket, from)) {
            return size;
        }
        if ((flags & FREERTOS_MSG_PEEK) != 0 && FreeRTOS_recvfrom(system, payload, 0, look, from, NULL) < 0) {
            return PTK_ERR_WOULD_BLOCK;
        }
        FreeRTOS_ReleaseUDPPayloadBuffer(*payload);
    }
}

intptr_t ptk_port_socket_receive(ptk_platform_socket_t *socket, ptk_receive_mode_t mode, void *bytes, size_t room,
                                 ptk_address_t *remote) {
    BaseType_t flags = mode == PTK_RECEIVE_PEEK ? FREERTOS_MSG_PEEK : 0;
    if (!ptk_plus_is(socket, PTK_PLUS_DATAGRAM)) {
        return receive_stream(ptk_plus_socket(socket), bytes, room, flags);
    }
    void *payload = NULL;
    struct freertos_sockaddr from;
    intptr_t size = next_datagram(socket, flags, &payload, &from);
    if (size < 0) {
        return size;
    }
    memcpy(bytes, payload, (size_t)size < room ? (size_t)size : room);
    if (mode != PTK_RECEIVE_PEEK) {
        FreeRTOS_ReleaseUDPPayloadBuffer(payload);
    }
    if (remote != NULL) {
        *remote = ptk_plus_from_system(&from);
    }
    return size;
}

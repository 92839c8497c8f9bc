/**
 * @file socket_watch.c
 * @brief Between sockets and the port: what is wanted of its reports, and how it finds sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/port_report.h"

/** @brief Short for the bit of a socket event. */
#define BIT PTK_SOCKET_BIT

/** @brief The pool of a loop's sockets. */
static const ptk_pool_t *pool_of(ptk_platform_loop_t *platform) {
    return &ptk_loop_of_port(platform)->pools[PTK_POOL_SOCKETS];
}

/* ------------------------------------------------------------------------------------------------ interest */

/**
 * @brief Whether someone waits for the ICMP errors of a UDP socket: where there are only levels it is readable
 *        then.
 */
static bool must_look_for_error(const ptk_socket_internal_t *socket) {
    return ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM &&
           (socket->delivery.enabled & ~socket->delivery.raised & BIT(PTK_EVENT_ERROR)) != 0;
}

bool ptk_socket_must_look_for_end(const ptk_socket_internal_t *socket) {
    if (ptk_socket_state(socket) != PTK_SOCKET_CONNECTED ||
        (socket->flags & (PTK_SOCKET_FLAG_END | PTK_SOCKET_FLAG_END_SEEN)) != 0) {
        return false;
    }
    return (socket->delivery.enabled & BIT(PTK_EVENT_READABLE)) == 0 &&
           (socket->delivery.enabled & (BIT(PTK_EVENT_DISCONNECTED) | BIT(PTK_EVENT_ERROR))) != 0;
}

/** @brief The events that have a handler and are not raised, and those that only a report can lead to. */
static uint8_t events_wanted(const ptk_socket_internal_t *socket) {
    uint8_t wanted = socket->delivery.enabled;
    if (ptk_socket_must_look_for_end(socket) || must_look_for_error(socket)) {
        wanted |= BIT(PTK_EVENT_READABLE); /* the end, and a failure, show themselves as something to read */
    }
    wanted &= (uint8_t)~socket->delivery.raised;
    if ((socket->flags & PTK_SOCKET_FLAG_PAUSED) != 0 || ptk_socket_has_read_end(socket)) {
        wanted &= (uint8_t)~BIT(PTK_EVENT_READABLE);
    }
    if ((socket->flags & PTK_SOCKET_FLAG_PAUSED_WRITE) != 0 || ptk_socket_has_write_end(socket)) {
        wanted &= (uint8_t)~BIT(PTK_EVENT_WRITABLE); /* the system reports an ended stream as writable for ever */
    }
    return wanted;
}

/** @brief What is wanted of the port's reports: PTK_WANT_ bits. */
static uint32_t interest_of(const ptk_socket_internal_t *socket) {
    uint8_t raised = socket->delivery.raised;
    uint8_t enabled = socket->delivery.enabled;
    uint8_t wanted = events_wanted(socket);
    uint32_t interest = ptk_socket_is_connection(socket) ? PTK_WANT_CONNECTION : 0u;
    if (ptk_socket_state(socket) == PTK_SOCKET_CONNECTING) {
        return interest | PTK_WANT_WRITE; /* whatever is waited for: the attempt ends with room to write */
    }
    bool is_held = (raised & (uint8_t)~enabled & BIT(PTK_EVENT_READABLE)) != 0;
    bool expects_icmp = (socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0 && (raised & BIT(PTK_EVENT_READABLE)) == 0;
    interest |= (wanted & BIT(PTK_EVENT_READABLE)) != 0 ? PTK_WANT_READ : 0u;
    interest |= (wanted & BIT(PTK_EVENT_WRITABLE)) != 0 ? PTK_WANT_WRITE : 0u;
    if ((enabled & BIT(PTK_EVENT_ERROR)) != 0 && ptk_socket_state(socket) != PTK_SOCKET_FAILED) {
        interest |= PTK_WANT_FAILURE;
    }
    interest |= expects_icmp ? PTK_WANT_ICMP : 0u;
    if (is_held || (socket->flags & PTK_SOCKET_FLAG_PAUSED) != 0 || ptk_socket_has_read_end(socket)) {
        interest |= PTK_WANT_NO_READ;
    }
    return interest | ((raised & enabled) != 0 ? PTK_WANT_LATER : 0u);
}

ptk_err_t ptk_socket_watch(ptk_socket_internal_t *socket, uint32_t more) {
    int32_t result = ptk_port_socket_watch(&socket->delivery.loop->platform, &socket->platform, socket->base.handle,
                                           interest_of(socket) | more);
    if (result == PTK_WATCH_LEVELS) {
        socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    }
    return result < 0 ? result : PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ looking */

ptk_handle_t ptk_port_handle_of(const ptk_platform_socket_t *socket) {
    return ptk_socket_of_port(socket)->base.handle;
}

/** @brief Whether the system has a socket for this slot. */
static bool is_open(const ptk_socket_internal_t *socket) {
    return ptk_slot_is_live(&socket->base) && ptk_socket_state(socket) != PTK_SOCKET_NEW;
}

ptk_platform_socket_t *ptk_port_next_socket(ptk_platform_loop_t *loop, uint32_t *cursor, ptk_handle_t *handle) {
    const ptk_pool_t *pool = pool_of(loop);
    while (*cursor < pool->count) {
        ptk_socket_internal_t *socket = ptk_socket_of(ptk_pool_slot(pool, (*cursor)++));
        if (is_open(socket)) {
            *handle = socket->base.handle;
            return &socket->platform;
        }
    }
    return NULL;
}

ptk_platform_socket_t *ptk_port_find_socket(ptk_platform_loop_t *loop, uint32_t id, ptk_handle_t *handle) {
    const ptk_pool_t *pool = pool_of(loop);
    /* A slot is where its ID says, but after a resize. IDs do not repeat among the living. */
    for (uint32_t i = 0; id != 0 && i < pool->count; i++) {
        ptk_socket_internal_t *socket = ptk_socket_of(ptk_pool_slot(pool, (id + i) % pool->count));
        if (PTK_HANDLE_ID(socket->base.handle) == id) {
            *handle = socket->base.handle;
            return is_open(socket) ? &socket->platform : NULL;
        }
    }
    return NULL;
}

/**
 * @file socket_watch.c
 * @brief Between sockets and the port: what is wanted of its reports, and how it finds sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/log.h"
#include "core/port_report.h"

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
    return PTK_PLATFORM_HAS_ICMP_ERRORS && ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM &&
           (socket->delivery.enabled & ~socket->delivery.raised & PTK_SOCKET_ERROR) != 0;
}

bool ptk_socket_must_look_for_end(const ptk_socket_internal_t *socket) {
    if (ptk_socket_state(socket) != PTK_SOCKET_CONNECTED ||
        (socket->flags & (PTK_SOCKET_FLAG_END | PTK_SOCKET_FLAG_END_SEEN)) != 0) {
        return false;
    }
    return (socket->delivery.enabled & PTK_SOCKET_READABLE) == 0 &&
           (socket->delivery.enabled & (PTK_SOCKET_DISCONNECTED | PTK_SOCKET_ERROR)) != 0;
}

/** @brief The events that have a handler and are not raised, and those that only a report can lead to. */
static uint8_t events_wanted(const ptk_socket_internal_t *socket) {
    uint8_t wanted = socket->delivery.enabled;
    if (ptk_socket_must_look_for_end(socket) || must_look_for_error(socket)) {
        wanted |= PTK_SOCKET_READABLE; /* the end, and a failure, show themselves as something to read */
    }
    /* The system reports an ended stream as writable for ever. */
    return wanted & (uint8_t) ~(socket->delivery.raised | ptk_socket_blocked(socket));
}

/** @brief What is wanted of the port's reports: PTK_WANT_ bits. */
static uint32_t interest_of(const ptk_socket_internal_t *socket) {
    uint32_t raised = socket->delivery.raised;
    uint32_t enabled = socket->delivery.enabled;
    uint32_t interest = socket->flags & PTK_WANT_CONNECTION;
    if (ptk_socket_state(socket) == PTK_SOCKET_CONNECTING) {
        return interest | PTK_WANT_WRITE; /* whatever is waited for: the attempt ends with room to write */
    }
    interest |= events_wanted(socket) / 2 & (PTK_WANT_READ | PTK_WANT_WRITE);
    if (ptk_socket_state(socket) != PTK_SOCKET_FAILED) {
        interest |= enabled / 4 & PTK_WANT_FAILURE;
    }
    if (PTK_PLATFORM_HAS_ICMP_ERRORS && (raised & PTK_SOCKET_READABLE) == 0) {
        interest |= socket->flags / 4 & PTK_WANT_ICMP;
    }
    if (!PTK_PLATFORM_KEEPS_INTEREST) {
        return interest;
    }
    if ((((raised & ~enabled) | ptk_socket_blocked(socket)) & PTK_SOCKET_READABLE) != 0) {
        interest |= PTK_WANT_NO_READ;
    }
    return interest | ((raised & enabled) != 0 ? PTK_WANT_LATER : 0u);
}

ptk_err_t ptk_socket_watch(ptk_socket_internal_t *socket, uint32_t more) {
    int32_t result = ptk_port_socket_watch(&socket->delivery.loop->platform, &socket->platform, socket->base.handle,
                                           interest_of(socket) | more);
    if (PTK_PLATFORM_HAS_EDGES && result == PTK_WATCH_LEVELS) {
        socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    }
    return result < 0 ? result : PTK_ERR_OK;
}

ptk_err_t ptk_socket_rewatch(ptk_socket_internal_t *socket, uint32_t more) {
    ptk_err_t error = ptk_socket_watch(socket, more);
    if (error != PTK_ERR_OK) {
        PTK_LOG(1, "the system does not watch the socket any more", error);
        ptk_socket_fail(socket, error);
    }
    return error;
}

/* ------------------------------------------------------------------------------------------------ looking */

ptk_handle_t ptk_port_handle_of(const ptk_platform_socket_t *socket) {
    return ptk_socket_of_port(socket)->base.handle;
}

/** @brief Whether the system has a socket for this slot. */
static bool is_open(const ptk_socket_internal_t *socket) {
    return ptk_slot_is_live(&socket->base) && ptk_socket_state(socket) != PTK_SOCKET_NEW;
}

ptk_socket_internal_t *ptk_socket_next(const ptk_event_loop_slot_t *loop, uint32_t *cursor) {
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    return *cursor < pool->count ? ptk_socket_of(ptk_pool_slot(pool, (*cursor)++)) : NULL;
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

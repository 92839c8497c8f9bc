/**
 * @file socket_accept.c
 * @brief Accepting connections; what cannot be accepted now stays in the backlog.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/registry.h"

/** @brief Pauses a listener: the connection stays in the backlog, and would be reported for ever. */
static ptk_err_t refuse(ptk_socket_internal_t *listener, ptk_err_t error) {
    ptk_event_loop_slot_t *loop = listener->delivery.loop;
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    bool is_new = (listener->flags & PTK_SOCKET_FLAG_PAUSED) == 0;
    loop->refused_accepts += is_new && ptk_socket_is_exhaustion(error) ? 1 : 0;
    ptk_socket_pause(listener, PTK_EVENT_READABLE, pool->in_use < pool->count); /* a slot that is freed is seen */
    return error;
}

bool ptk_socket_is_exhaustion(ptk_err_t error) {
    return error == PTK_ERR_OUT_OF_MEMORY || error == PTK_ERR_OUT_OF_DESCRIPTORS ||
           error == PTK_ERR_OUT_OF_SYSTEM_MEMORY;
}

/** @brief Takes a slot for a connection that the system has accepted, and has it watched. */
static ptk_handle_t adopt(const ptk_socket_internal_t *listener, ptk_platform_socket_t accepted) {
    ptk_event_loop_slot_t *loop = listener->delivery.loop;
    ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    ptk_socket_internal_t *socket = ptk_socket_of(ptk_pool_take(loop, PTK_POOL_SOCKETS, pool->deliver, pool->serve));
    assert(socket != NULL);
    socket->platform = accepted;
    socket->flags = PTK_SOCKET_FLAG_CONNECTION | (listener->flags & PTK_SOCKET_FLAG_IPV6);
    ptk_socket_set_state(socket, PTK_SOCKET_CONNECTED);
    ptk_err_t error = ptk_socket_watch(socket, 0);
    if (error != PTK_ERR_OK) {
        ptk_socket_close(socket);
        return error;
    }
    ptk_socket_raise(socket, PTK_EVENT_WRITABLE);
    return socket->base.handle;
}

/** @brief Accepts the next connection. Its handle, or an error, with which the listener may have been paused. */
static ptk_handle_t accept_connection(ptk_socket_internal_t *listener, ptk_address_t *remote) {
    ptk_platform_socket_t accepted;
    const ptk_pool_t *pool = &listener->delivery.loop->pools[PTK_POOL_SOCKETS];
    if (ptk_socket_state(listener) != PTK_SOCKET_LISTENING) {
        return ptk_socket_wrong_state(listener);
    }
    uint8_t readable = PTK_SOCKET_BIT(PTK_EVENT_READABLE);
    ptk_err_t error = PTK_ERR_OUT_OF_MEMORY;
    if (pool->in_use == pool->count) {
        if ((listener->delivery.raised & readable) == 0 && (listener->flags & PTK_SOCKET_FLAG_PAUSED) == 0) {
            return PTK_ERR_WOULD_BLOCK; /* no connection is known to wait, so none is refused */
        }
    } else {
        error = ptk_port_socket_accept(&listener->platform, &accepted, remote);
    }
    if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        return refuse(listener, error);
    }
    if (error == PTK_ERR_WOULD_BLOCK || (listener->flags & PTK_SOCKET_FLAG_LEVEL) != 0) {
        ptk_socket_not_ready(listener, PTK_EVENT_READABLE); /* a level is reported again if another one waits */
    }
    if (error == PTK_ERR_WOULD_BLOCK) {
        return error;
    }
    ptk_handle_t result = adopt(listener, accepted);
    /* A connection that the loop cannot watch is lost; those after it wait, since they would fare no better. */
    return result < 0 && ptk_socket_is_exhaustion((ptk_err_t)result) ? refuse(listener, (ptk_err_t)result) : result;
}

ptk_handle_t ptk_socket_accept(ptk_handle_t listener, ptk_address_t *remote) {
    PTK_ENTER(listener, PTK_TYPE_SOCKET);
    ptk_socket_internal_t *slot = ptk_socket_find(listener);
    if (slot == NULL) {
        return ptk_result(listener, PTK_ERR_INVALID_HANDLE);
    }
    ptk_handle_t result = accept_connection(slot, remote);
    if (result == PTK_ERR_OUT_OF_MEMORY) {
        PTK_DIAGNOSE(ptk_diagnose_pool(__func__, slot->delivery.loop, PTK_POOL_SOCKETS));
    } else if (result > 0) {
        PTK_DIAGNOSE(ptk_diagnose_progress(listener, PTK_EVENT_READABLE));
    }
    return ptk_handle_result(listener, result);
}

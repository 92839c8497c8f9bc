/**
 * @file socket_accept.c
 * @brief Accepting connections; what cannot be accepted now stays in the backlog.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/registry.h"

bool ptk_socket_is_exhaustion(ptk_err_t error) {
    return error == PTK_ERR_OUT_OF_MEMORY || error == PTK_ERR_OUT_OF_DESCRIPTORS ||
           error == PTK_ERR_OUT_OF_SYSTEM_MEMORY;
}

/** @brief The argument of ptk_socket_accept(), and its result. */
typedef struct accept_arguments {
    ptk_address_t *remote;
    ptk_handle_t accepted;
} accept_arguments_t;

/** @brief Takes a slot for a connection that the system has accepted, and has it watched. */
static ptk_err_t adopt(const ptk_socket_internal_t *listener, const ptk_platform_socket_t *accepted,
                       ptk_handle_t *result) {
    ptk_event_loop_slot_t *loop = listener->delivery.loop;
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    ptk_socket_internal_t *socket = ptk_socket_of(ptk_pool_take(loop, PTK_POOL_SOCKETS, pool->serve));
    assert(socket != NULL);
    socket->platform = *accepted;
    socket->flags = PTK_SOCKET_FLAG_CONNECTION | (listener->flags & PTK_SOCKET_FLAG_IPV6);
    ptk_socket_set_state(socket, PTK_SOCKET_CONNECTED);
    *result = socket->base.handle;
    ptk_err_t error = ptk_socket_watch(socket, 0);
    if (error == PTK_ERR_OK) {
        ptk_socket_raise(socket, PTK_SOCKET_WRITABLE);
    } else {
        ptk_socket_close(socket);
    }
    return error;
}

/** @brief Accepts the next connection. After an error, but for PTK_ERR_WOULD_BLOCK, the listener is paused. */
static ptk_err_t accept_connection(ptk_socket_internal_t *listener, uintptr_t argument) {
    accept_arguments_t *arguments = (accept_arguments_t *)argument;
    ptk_platform_socket_t accepted;
    ptk_event_loop_slot_t *loop = listener->delivery.loop;
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    ptk_err_t error = PTK_ERR_OUT_OF_MEMORY;
    if (ptk_socket_state(listener) != PTK_SOCKET_LISTENING) {
        return ptk_socket_wrong_state(listener);
    }
    bool is_paused = (listener->flags & PTK_SOCKET_FLAG_PAUSED) != 0;
    if (pool->in_use < pool->count) {
        error = ptk_port_socket_accept(&listener->platform, &accepted, arguments->remote);
        if (error == PTK_ERR_WOULD_BLOCK || ptk_socket_is_level(listener)) {
            ptk_socket_not_ready(listener, PTK_SOCKET_READABLE); /* a level is reported again if another one waits */
        }
        if (error == PTK_ERR_OK) {
            error = adopt(listener, &accepted, &arguments->accepted);
        }
        if (error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK) {
            return error;
        }
    } else if ((listener->delivery.raised & PTK_SOCKET_READABLE) == 0 && !is_paused) {
        return PTK_ERR_WOULD_BLOCK; /* no connection is known to wait, so none is refused */
    } else {
        PTK_DIAGNOSE(ptk_diagnose_pool("ptk_socket_accept", loop, PTK_POOL_SOCKETS));
    }
    /* The connection stays in the backlog, and would be reported for ever. A connection that the loop cannot watch is
     * lost; those after it wait, since they would fare no better. A slot that is freed is seen. */
    if (!is_paused && ptk_socket_is_exhaustion(error)) {
        loop->refused_accepts++;
    }
    ptk_socket_pause(listener, PTK_SOCKET_READABLE, pool->in_use < pool->count);
    return error;
}

ptk_handle_t ptk_socket_accept(ptk_handle_t listener, ptk_address_t *remote) {
    PTK_ENTER(listener, PTK_TYPE_SOCKET);
    accept_arguments_t arguments = {remote, 0};
    ptk_err_t error = ptk_socket_do(listener, (uintptr_t)&arguments, accept_connection);
    if (error == PTK_ERR_OK) {
        PTK_DIAGNOSE(ptk_diagnose_progress(listener, PTK_EVENT_READABLE));
    }
    return error == PTK_ERR_OK ? arguments.accepted : error;
}

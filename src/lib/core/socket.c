/**
 * @file socket.c
 * @brief Sockets: opening as TCP client, TCP listener or UDP socket, closing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/ready_queue.h"
#include "core/diagnose.h"
#include "core/log.h"
#include "core/registry.h"

#include <string.h>

void ptk_socket_close(ptk_socket_internal_t *socket) {
    PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_READABLE));
    PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_WRITABLE));
    bool is_free = ptk_socket_state(socket) == PTK_SOCKET_NEW || ptk_socket_close_system(socket);
    if ((socket->flags & (PTK_SOCKET_FLAG_PAUSED | PTK_SOCKET_FLAG_PAUSED_WRITE)) != 0) {
        socket->delivery.loop->paused_sockets--;
    }
    if (is_free) {
        ptk_pool_free(&socket->base);
    } else {
        ptk_pool_retire(&socket->base);
        PTK_LOG(1, "the system has not let go of a closed socket's slot", socket->base.event_loop);
    }
}

void ptk_port_released(ptk_platform_socket_t *platform) {
    ptk_socket_internal_t *socket = ptk_socket_of_port(platform);
    if (ptk_slot_is_retired(&socket->base)) {
        ptk_pool_release(&socket->base);
        ptk_socket_resume_paused(socket->delivery.loop);
    }
}

ptk_err_t ptk_socket_destroy(ptk_handle_t socket) {
    PTK_ENTER_DESTROY(socket, PTK_TYPE_SOCKET);
    ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL) {
        return ptk_result(socket, PTK_ERR_INVALID_HANDLE);
    }
    ptk_socket_close(slot);
    ptk_socket_resume_paused(slot->delivery.loop);
    return PTK_ERR_OK;
}

ptk_err_t ptk_socket_do(ptk_handle_t handle, uintptr_t argument, ptk_socket_operation_t operation) {
    ptk_err_t error = PTK_ERR_INVALID_HANDLE;
    ptk_socket_internal_t *socket = ptk_socket_find(handle);
    if (socket != NULL) {
        error = argument != 0 ? operation(socket, argument) : PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_message_result(handle, error);
}

ptk_err_t ptk_socket_ask(ptk_socket_internal_t *socket, uint32_t request, uintptr_t argument, ptk_err_t error) {
    return socket->delivery.loop->pools[PTK_POOL_SOCKETS].serve(socket, request, argument, error);
}

/** @brief Whether an address is one that a socket can be opened with. */
static bool is_usable(const ptk_address_t *address) {
    return address != NULL && (address->family == PTK_ADDRESS_IPV4 || address->family == PTK_ADDRESS_IPV6);
}

/** @brief Makes the system's socket and applies the options that were kept for it. */
static ptk_err_t open_socket(ptk_socket_internal_t *socket, uint8_t family, ptk_socket_state_t state) {
    ptk_err_t error = ptk_port_socket_open(&socket->platform, family, state == PTK_SOCKET_DATAGRAM);
    if (error == PTK_ERR_OK) {
        socket->flags |= family == PTK_ADDRESS_IPV6 ? PTK_SOCKET_FLAG_IPV6 : 0;
        ptk_socket_set_state(socket, state);
        error = socket->apply_options == NULL ? PTK_ERR_OK : socket->apply_options(socket);
    }
    return error;
}

/** @brief Has a socket watched that was opened. Where there are levels alone the first refresh does that. */
static ptk_err_t begin_reports(ptk_socket_internal_t *socket) {
    return PTK_PLATFORM_HAS_EDGES ? ptk_socket_watch(socket, 0) : PTK_ERR_OK;
}

/**
 * @brief The end of opening. After a failure the socket is as before: a slot, with its options and handlers.
 */
static ptk_err_t finish_open(ptk_socket_internal_t *socket, ptk_err_t error) {
    if (error == PTK_ERR_OK) {
        error = ptk_socket_refresh(socket);
    }
    if (error != PTK_ERR_OK && ptk_socket_state(socket) != PTK_SOCKET_NEW) {
        if (!ptk_socket_close_system(socket)) {
            ptk_socket_fail(socket, error); /* the slot's memory must stay as it is */
            return error;
        }
        memset(&socket->platform, 0, sizeof socket->platform);
        ptk_socket_set_state(socket, PTK_SOCKET_NEW);
        socket->flags = 0;
        socket->error = PTK_ERR_OK;
        socket->delivery.raised = 0;
    }
    return error;
}

ptk_err_t ptk_socket_open_bound(ptk_socket_internal_t *socket, const ptk_address_t *local, uint32_t backlog,
                                ptk_socket_state_t state) {
    if (!is_usable(local)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(socket) != PTK_SOCKET_NEW) {
        return PTK_ERR_INVALID_STATE;
    }
    ptk_err_t error = open_socket(socket, local->family, state);
    if (error == PTK_ERR_OK) {
        error = ptk_port_socket_bind(&socket->platform, local, backlog);
    }
    if (error == PTK_ERR_OK) {
        error = begin_reports(socket);
    }
    if (error == PTK_ERR_OK && state == PTK_SOCKET_DATAGRAM) {
        ptk_socket_raise(socket, PTK_SOCKET_WRITABLE); /* until a send is refused */
    }
    return finish_open(socket, error);
}

/** @brief The arguments of ptk_socket_listen(). */
typedef struct listen_arguments {
    const ptk_address_t *local;
    uint32_t backlog;
} listen_arguments_t;

/** @brief ptk_socket_listen() of a socket. */
static ptk_err_t listen_at(ptk_socket_internal_t *socket, uintptr_t argument) {
    const listen_arguments_t *arguments = (const listen_arguments_t *)argument;
    if (arguments->backlog - 1u >= 65535) { /* 0 is too large then */
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_socket_open_bound(socket, arguments->local, arguments->backlog, PTK_SOCKET_LISTENING);
}

ptk_err_t ptk_socket_listen(ptk_handle_t socket, const ptk_address_t *local, uint32_t backlog) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    listen_arguments_t arguments = {local, backlog};
    return ptk_socket_do(socket, (uintptr_t)&arguments, listen_at);
}

bool ptk_is_network_failure(ptk_err_t error) {
    switch (error) {
    case PTK_ERR_CONNECTION_REFUSED:
    case PTK_ERR_CONNECTION_RESET:
    case PTK_ERR_NETWORK_UNREACHABLE:
    case PTK_ERR_HOST_UNREACHABLE:
    case PTK_ERR_PACKET_TOO_BIG:
    case PTK_ERR_TIMED_OUT:
        return true;
    default:
        return false;
    }
}

/* ------------------------------------------------------------------------------------------------ connecting */

/**
 * @brief Opens a TCP socket and begins to connect. A failure of the network becomes an event, any other one is undone.
 */
static ptk_err_t connect_stream(ptk_socket_internal_t *socket, const ptk_address_t *remote) {
    ptk_address_t local;
    ptk_err_t error = open_socket(socket, remote->family, PTK_SOCKET_CONNECTING);
    ptk_err_t outcome = error;
    if (error == PTK_ERR_OK) {
        outcome = ptk_port_socket_connect(&socket->platform, remote);
        if (outcome == PTK_ERR_OK || outcome == PTK_ERR_WOULD_BLOCK) {
            error = ptk_port_socket_address(&socket->platform, false, &local);
            socket->detail = error == PTK_ERR_OK ? (uint32_t)local.port ^ remote->port : 0;
            error = error == PTK_ERR_NOT_CONNECTED ? PTK_ERR_OK : error; /* it has failed already: a report comes */
        } else if (!ptk_is_network_failure(outcome)) {
            error = outcome;
        }
    }
    if (error == PTK_ERR_OK) {
        socket->flags |= PTK_SOCKET_FLAG_CONNECTION;
        error = begin_reports(socket);
    }
    if (error == PTK_ERR_OK && outcome != PTK_ERR_WOULD_BLOCK) {
        ptk_socket_note(socket, 0, outcome);
        PTK_DIAGNOSE(ptk_ready_push(&socket->base)); /* the next pass looks whether it is handled */
    }
    return finish_open(socket, error);
}

/** @brief Connects a socket of either kind, whose state says what that means. */
static ptk_err_t connect_to(ptk_socket_internal_t *socket, uintptr_t argument) {
    const ptk_address_t *remote = (const ptk_address_t *)argument;
    if (!is_usable(remote) || remote->port == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(socket) == PTK_SOCKET_NEW) {
        return connect_stream(socket, remote);
    }
    return ptk_socket_ask(socket, PTK_REQUEST_CONNECT, argument, PTK_ERR_INVALID_STATE);
}

ptk_err_t ptk_socket_connect(ptk_handle_t socket, const ptk_address_t *remote) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, (uintptr_t)remote, connect_to);
}

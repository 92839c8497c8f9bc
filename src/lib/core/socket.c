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
    bool is_free = ptk_socket_state(socket) == PTK_SOCKET_NEW ||
                   ptk_port_socket_close(&socket->delivery.loop->platform, &socket->platform);
    if ((socket->flags & (PTK_SOCKET_FLAG_PAUSED | PTK_SOCKET_FLAG_PAUSED_WRITE)) != 0) {
        socket->delivery.loop->paused_sockets--;
    }
    ptk_pool_retire(&socket->base);
    if (is_free) {
        ptk_pool_release(&socket->base);
    } else {
        PTK_LOG(1, "the system has not let go of a closed socket's slot", socket->base.event_loop);
    }
}

void ptk_socket_close_retired(ptk_socket_internal_t *socket) {
    if (ptk_port_socket_quiesce(&socket->delivery.loop->platform, &socket->platform)) {
        ptk_pool_release(&socket->base);
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

/** @brief Whether an address is one that a socket can be opened with. */
static bool is_usable(const ptk_address_t *address) {
    return address != NULL && (address->family == PTK_ADDRESS_IPV4 || address->family == PTK_ADDRESS_IPV6);
}

/** @brief Finds a socket that was not opened yet. */
static ptk_err_t find_new(ptk_handle_t handle, const ptk_address_t *address, ptk_socket_internal_t **socket) {
    *socket = ptk_socket_find(handle);
    if (*socket == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (!is_usable(address)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_socket_state(*socket) == PTK_SOCKET_NEW ? PTK_ERR_OK : PTK_ERR_INVALID_STATE;
}

/** @brief Makes the system's socket and applies the options that were kept for it. */
static ptk_err_t open_socket(ptk_socket_internal_t *socket, uint8_t family, ptk_socket_state_t state) {
    ptk_err_t error = ptk_port_socket_open(&socket->platform, family, state == PTK_SOCKET_DATAGRAM);
    if (error == PTK_ERR_OK) {
        socket->flags |= family == PTK_ADDRESS_IPV6 ? PTK_SOCKET_FLAG_IPV6 : 0;
        ptk_socket_set_state(socket, state);
        error = ptk_socket_apply_options(socket);
    }
    return error;
}

/** @brief After a failure while opening the socket is as before: a slot, with its options and handlers. */
static ptk_err_t undo_open(ptk_socket_internal_t *socket, ptk_err_t error) {
    if (ptk_socket_state(socket) != PTK_SOCKET_NEW) {
        if (!ptk_port_socket_close(&socket->delivery.loop->platform, &socket->platform)) {
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

/** @brief Opens a socket and binds it, listening if there is a backlog. */
static ptk_err_t open_bound(ptk_handle_t handle, const ptk_address_t *local, uint32_t backlog,
                            ptk_socket_state_t state) {
    ptk_socket_internal_t *socket;
    ptk_err_t error = find_new(handle, local, &socket);
    if (error != PTK_ERR_OK) {
        return error;
    }
    error = open_socket(socket, local->family, state);
    if (error == PTK_ERR_OK) {
        error = ptk_port_socket_bind(&socket->platform, local, backlog);
    }
    if (error == PTK_ERR_OK) {
        error = ptk_socket_watch(socket, 0);
    }
    if (error != PTK_ERR_OK) {
        return undo_open(socket, error);
    }
    if (state == PTK_SOCKET_DATAGRAM) {
        ptk_socket_raise(socket, PTK_EVENT_WRITABLE); /* until a send is refused */
    }
    error = ptk_socket_refresh(socket);
    return error == PTK_ERR_OK ? PTK_ERR_OK : undo_open(socket, error);
}

ptk_err_t ptk_socket_listen(ptk_handle_t socket, const ptk_address_t *local, uint32_t backlog) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    if (PTK_HANDLE_TYPE(socket) == PTK_TYPE_SOCKET && (backlog == 0 || backlog > 65535)) {
        return ptk_result(socket, PTK_ERR_INVALID_ARGUMENT);
    }
    return ptk_result(socket, open_bound(socket, local, backlog, PTK_SOCKET_LISTENING));
}

ptk_err_t ptk_socket_open_udp(ptk_handle_t socket, const ptk_address_t *local) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, open_bound(socket, local, 0, PTK_SOCKET_DATAGRAM));
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

/**
 * @brief Begins to connect, and notes whether it may be to itself. What ptk_port_socket_connect() says, or an
 *        error of the system.
 */
static ptk_err_t begin_stream(ptk_socket_internal_t *socket, const ptk_address_t *remote) {
    ptk_address_t local;
    ptk_err_t outcome = ptk_port_socket_connect(&socket->platform, remote);
    if (outcome == PTK_ERR_OK || outcome == PTK_ERR_WOULD_BLOCK) {
        ptk_err_t error = ptk_port_socket_address(&socket->platform, false, &local);
        if (error != PTK_ERR_OK) {
            return error;
        }
        socket->flags |= local.port == remote->port ? PTK_SOCKET_FLAG_SAME_PORT : 0;
    }
    return outcome == PTK_ERR_OK ? ptk_socket_check_peer(socket) : outcome;
}

/**
 * @brief Opens a TCP socket and begins to connect. A failure of the network becomes an event, any other one is undone.
 */
static ptk_err_t connect_stream(ptk_socket_internal_t *socket, const ptk_address_t *remote) {
    ptk_err_t error = open_socket(socket, remote->family, PTK_SOCKET_CONNECTING);
    if (error != PTK_ERR_OK) {
        return undo_open(socket, error);
    }
    ptk_err_t outcome = begin_stream(socket, remote);
    if (outcome != PTK_ERR_OK && outcome != PTK_ERR_WOULD_BLOCK && !ptk_is_network_failure(outcome)) {
        return undo_open(socket, outcome);
    }
    socket->flags |= PTK_SOCKET_FLAG_CONNECTION;
    error = ptk_socket_watch(socket, 0);
    if (error != PTK_ERR_OK) {
        return undo_open(socket, error);
    }
    if (outcome == PTK_ERR_OK) {
        ptk_socket_set_state(socket, PTK_SOCKET_CONNECTED);
        ptk_socket_raise(socket, PTK_EVENT_CONNECTED);
        ptk_socket_raise(socket, PTK_EVENT_WRITABLE);
    } else if (outcome != PTK_ERR_WOULD_BLOCK) {
        ptk_socket_fail(socket, outcome);
        PTK_DIAGNOSE(ptk_ready_push(&socket->base)); /* the next pass looks whether it is handled */
    }
    error = ptk_socket_refresh(socket);
    return error == PTK_ERR_OK ? PTK_ERR_OK : undo_open(socket, error);
}

/**
 * @brief A UDP socket has a new peer: drops ICMP errors of a former one; datagrams that others have sent are not
 *        received.
 */
static void begin_with_peer(ptk_socket_internal_t *socket) {
    uint8_t byte;
    int64_t queued = ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_PEEK, &byte, 1, NULL);
    if ((socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0) {
        /* A look at what waits fetches an error on most systems; more than one waits only on Windows. */
        (void)ptk_port_socket_error(&socket->platform);
        for (int tries = 0; tries < 8 && queued < 0 && ptk_is_network_failure((ptk_err_t)queued); tries++) {
            queued = ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_PEEK, &byte, 1, NULL);
        }
        (void)ptk_socket_take_error(socket);
    } else if (queued < 0 && ptk_is_network_failure((ptk_err_t)queued)) {
        ptk_socket_note(socket, PTK_READY_CLOSED, (ptk_err_t)queued);
    }
    socket->flags |= PTK_SOCKET_FLAG_HAS_PEER | PTK_SOCKET_FLAG_STRANGERS;
    if (queued == PTK_ERR_WOULD_BLOCK) {
        socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_STRANGERS; /* from now on the system lets none in */
    }
}

/** @brief Connects a socket of either kind, whose state says what that means. */
static ptk_err_t connect_to(ptk_handle_t socket, const ptk_address_t *remote) {
    ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (!is_usable(remote) || remote->port == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(slot) == PTK_SOCKET_NEW) {
        return connect_stream(slot, remote);
    }
    if (ptk_socket_state(slot) != PTK_SOCKET_DATAGRAM) {
        return PTK_ERR_INVALID_STATE;
    }
    if (remote->family != ptk_socket_family(slot) || !ptk_socket_scope_fits(slot, remote)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if ((slot->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0) {
        /* A report in flight may be about the former peer. */
        (void)ptk_port_socket_quiesce(&slot->delivery.loop->platform, &slot->platform);
    }
    ptk_err_t error = ptk_port_socket_connect(&slot->platform, remote);
    if (error == PTK_ERR_OK) {
        begin_with_peer(slot);
    }
    ptk_err_t refusal = ptk_socket_refresh(slot); /* from now on there are ICMP errors to listen for */
    return error == PTK_ERR_OK ? refusal : error;
}

ptk_err_t ptk_socket_connect(ptk_handle_t socket, const ptk_address_t *remote) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, connect_to(socket, remote));
}

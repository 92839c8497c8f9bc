/**
 * @file socket_datagram.c
 * @brief UDP: a program that opens no UDP socket does not link this.
 *
 * Opening the first one replaces the function that the loop's sockets are asked through.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/registry.h"

/** @brief The arguments of ptk_socket_send_to() and ptk_socket_receive_from(). */
typedef struct datagram_arguments {
    ptk_buf_t *buf;
    ptk_address_t *remote;
} datagram_arguments_t;

/** @brief Takes the error that ICMP has reported of an earlier datagram, or PTK_ERR_OK. */
static ptk_err_t take_error(ptk_socket_internal_t *socket) {
    return PTK_PLATFORM_HAS_ICMP_ERRORS ? ptk_socket_take_error(socket) : PTK_ERR_OK;
}

/** @brief What these two check at first. */
static ptk_err_t check(ptk_socket_internal_t *socket, const ptk_buf_t *buf) {
    if (buf == NULL || buf->error != PTK_ERR_OK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM ? PTK_ERR_OK : ptk_socket_wrong_state(socket);
}

/**
 * @brief After a call that failed without breaking the socket. Returns the error.
 *
 * The system still reports it as ready: without a pause its handler would be called in every pass. An ICMP error of an
 * earlier datagram is gone now that it was returned. Errors of the network that come one after the other, although
 * nothing was sent or received in between, are none of ICMP's: they last.
 */
static ptk_err_t failed(ptk_socket_internal_t *socket, uint8_t event, ptk_err_t error) {
    if (error == PTK_ERR_WOULD_BLOCK) {
        ptk_socket_not_ready(socket, event);
        return error;
    }
    if (!ptk_is_network_failure(error) || (socket->flags & PTK_SOCKET_FLAG_HAD_ERROR) != 0) {
        ptk_socket_pause(socket, event, true);
    }
    socket->flags |= PTK_SOCKET_FLAG_HAD_ERROR;
    return error;
}

/**
 * @brief Whether a destination is one that the system accepts and does not read otherwise than core.
 *
 * The scope of a multicast group has to be the interface that PTK_SOCKET_OPTION_MULTICAST_INTERFACE names. Or that
 * option is not set, and the group is one of those whose scope systems use.
 */
static bool fits(const ptk_socket_internal_t *socket, const ptk_address_t *remote) {
    if (remote->family != ptk_socket_family(socket) || remote->port == 0) {
        return false;
    }
    if (remote->family != PTK_ADDRESS_IPV6 || remote->bytes[0] != 0xFFu || remote->scope_id == 0) {
        return true;
    }
    int32_t chosen = socket->wide_options[PTK_SOCKET_OPTION_MULTICAST_INTERFACE - PTK_SOCKET_NARROW_OPTIONS];
    /* Systems look at the scope of link-local groups, and of what is narrower: RFC 4291, 2.7. */
    bool is_wide = (remote->bytes[1] & 0x0Fu) > 2;
    return remote->scope_id == (uint32_t)chosen || (chosen == 0 && !is_wide);
}

/* ------------------------------------------------------------------------------------------------ sending */

/**
 * @brief Sends the buffer as one datagram; remote is NULL on a connected socket.
 *
 * "Too long" can also be ICMP's "packet too big" for an earlier one, which a connected socket returns from its next
 * call. Only a datagram that is itself too long is refused again; else ICMP's error is reported on its own.
 */
static ptk_err_t send_datagram(ptk_socket_internal_t *socket, ptk_buf_t *buf, const ptk_address_t *remote) {
    ptk_err_t error = take_error(socket);
    if (error != PTK_ERR_OK) {
        return error;
    }
    for (bool is_first = true;; is_first = false) {
        intptr_t sent = ptk_port_socket_send(&socket->platform, buf->data + buf->start, buf->end - buf->start, remote);
        error = sent < 0 ? (ptk_err_t)sent : PTK_ERR_OK;
        if (!is_first && error != PTK_ERR_MESSAGE_TOO_LONG) {
            ptk_socket_note(socket, PTK_READY_CLOSED, PTK_ERR_PACKET_TOO_BIG);
        }
        if (!is_first || error != PTK_ERR_MESSAGE_TOO_LONG || remote != NULL || !PTK_PLATFORM_HAS_ICMP_ERRORS) {
            break;
        }
    }
    if (error != PTK_ERR_OK) {
        return failed(socket, PTK_SOCKET_WRITABLE, error);
    }
    socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_HAD_ERROR;
    PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_WRITABLE));
    buf->start = buf->end;
    return PTK_ERR_OK;
}

/** @brief Sends a datagram to an address. */
static ptk_err_t send_to(ptk_socket_internal_t *socket, uintptr_t argument) {
    const datagram_arguments_t *arguments = (const datagram_arguments_t *)argument;
    ptk_err_t error = check(socket, arguments->buf);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (arguments->remote == NULL || !fits(socket, arguments->remote)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if ((socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0) {
        return PTK_ERR_INVALID_STATE; /* the BSDs refuse it, and others send */
    }
    return send_datagram(socket, arguments->buf, arguments->remote);
}

ptk_err_t ptk_socket_send_to(ptk_handle_t socket, ptk_buf_t *buf, const ptk_address_t *remote) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    datagram_arguments_t arguments = {buf, (ptk_address_t *)(uintptr_t)remote}; /* it is only read */
    return ptk_socket_do(socket, (uintptr_t)&arguments, send_to);
}

/* ------------------------------------------------------------------------------------------------ receiving */

/**
 * @brief Receives one datagram. What a stranger had sent before the socket was connected is dropped, as the
 *        system does later.
 */
static intptr_t receive_one(ptk_socket_internal_t *socket, const ptk_buf_t *buf, size_t room, ptk_address_t *from) {
    ptk_address_t peer;
    ptk_err_t error = PTK_ERR_NOT_CONNECTED;
    if ((socket->flags & PTK_SOCKET_FLAG_STRANGERS) != 0) {
        error = ptk_port_socket_address(&socket->platform, true, &peer);
    }
    if (error != PTK_ERR_OK && error != PTK_ERR_NOT_CONNECTED) {
        return error; /* who is a stranger cannot be said now */
    }
    for (;;) {
        intptr_t received =
            ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_DATAGRAM, buf->data + buf->end, room, from);
        if (received == PTK_ERR_WOULD_BLOCK) {
            socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_STRANGERS;
        }
        if (received < 0 || error != PTK_ERR_OK) {
            return received;
        }
        peer.scope_id = from->scope_id; /* which is no part of who sent it */
        if (ptk_address_equal(from, &peer)) {
            return received;
        }
    }
}

/** @brief Receives one datagram; remote may be NULL. */
static ptk_err_t receive_datagram(ptk_socket_internal_t *socket, ptk_buf_t *buf, ptk_address_t *remote) {
    ptk_address_t from;
    size_t room = ptk_socket_room(buf);
    if (room == 0) {
        return PTK_ERR_NO_SPACE;
    }
    ptk_err_t error = take_error(socket);
    if (error != PTK_ERR_OK) {
        return error;
    }
    intptr_t received = receive_one(socket, buf, room, &from);
    if (received < 0) {
        return failed(socket, PTK_SOCKET_READABLE, (ptk_err_t)received);
    }
    if (ptk_socket_is_level(socket)) {
        /* It is reported again while there is more; otherwise only "would block" says that there is none. */
        ptk_socket_not_ready(socket, PTK_SOCKET_READABLE);
    }
    PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_READABLE));
    socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_HAD_ERROR;
    socket->detail = (uint32_t)received;
    if ((size_t)received > room) {
        return PTK_ERR_MESSAGE_TOO_LONG;
    }
    if (remote != NULL) {
        *remote = from;
    }
    buf->end += (size_t)received;
    return PTK_ERR_OK;
}

/** @brief ptk_socket_receive_from() of a socket. */
static ptk_err_t receive_from(ptk_socket_internal_t *socket, uintptr_t argument) {
    const datagram_arguments_t *arguments = (const datagram_arguments_t *)argument;
    ptk_err_t error = check(socket, arguments->buf);
    return error == PTK_ERR_OK ? receive_datagram(socket, arguments->buf, arguments->remote) : error;
}

ptk_err_t ptk_socket_receive_from(ptk_handle_t socket, ptk_buf_t *buf, ptk_address_t *remote) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    datagram_arguments_t arguments = {buf, remote};
    return ptk_socket_do(socket, (uintptr_t)&arguments, receive_from);
}

/** @brief Copies the size of the last datagram. */
static ptk_err_t get_size(ptk_socket_internal_t *socket, uintptr_t argument) {
    if (ptk_socket_state(socket) != PTK_SOCKET_DATAGRAM) {
        return PTK_ERR_INVALID_STATE;
    }
    *(size_t *)argument = socket->detail;
    return PTK_ERR_OK;
}

ptk_err_t ptk_socket_get_datagram_size(ptk_handle_t socket, size_t *size) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, (uintptr_t)size, get_size);
}

/* ------------------------------------------------------------------------------------------------ opening */

/**
 * @brief A UDP socket has a new peer: drops ICMP errors of a former one. queued: what a look at its datagrams said, and
 *        says afterwards.
 */
static void drop_errors(ptk_socket_internal_t *socket, ptk_err_t *queued) {
    if ((socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0) {
        /* A look at what waits fetches an error on most systems; more than one waits only on Windows. */
        (void)ptk_port_socket_error(&socket->platform);
        for (int tries = 0; tries < 8 && ptk_is_network_failure(*queued); tries++) {
            *queued = ptk_socket_peek(socket);
        }
        (void)ptk_socket_take_error(socket);
    } else if (ptk_is_network_failure(*queued)) {
        ptk_socket_note(socket, PTK_READY_CLOSED, *queued);
    }
}

/** @brief A UDP socket has a new peer: datagrams that others have sent are not received. */
static void begin_with_peer(ptk_socket_internal_t *socket) {
    ptk_err_t queued = ptk_socket_peek(socket);
    if (PTK_PLATFORM_HAS_ICMP_ERRORS) {
        drop_errors(socket, &queued);
    }
    socket->flags |= PTK_SOCKET_FLAG_HAS_PEER | PTK_SOCKET_FLAG_STRANGERS;
    if (queued == PTK_ERR_WOULD_BLOCK) {
        socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_STRANGERS; /* from now on the system lets none in */
    }
}

/** @brief Gives a UDP socket a peer, or another one. */
static ptk_err_t connect_datagram(ptk_socket_internal_t *socket, const ptk_address_t *remote) {
    if (!fits(socket, remote)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (PTK_PLATFORM_KEEPS_SLOTS && (socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0) {
        /* A report in flight may be about the former peer. */
        (void)ptk_port_socket_quiesce(&socket->delivery.loop->platform, &socket->platform);
    }
    ptk_err_t error = ptk_port_socket_connect(&socket->platform, remote);
    if (error == PTK_ERR_OK) {
        begin_with_peer(socket);
    }
    ptk_err_t refusal = ptk_socket_refresh(socket); /* from now on there are ICMP errors to listen for */
    return error == PTK_ERR_OK ? refusal : error;
}

/** @brief Whether there may be an ICMP error where such a one looks like something to receive, and no one receives. */
static bool may_be_error(const ptk_socket_internal_t *socket, uint32_t readiness) {
    uint8_t enabled = socket->delivery.enabled;
    return PTK_PLATFORM_HAS_ICMP_ERRORS && ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM &&
           (readiness & PTK_READY_READ) != 0 && (enabled & PTK_SOCKET_READABLE) == 0 &&
           ((enabled & PTK_SOCKET_ERROR) != 0 || (socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0);
}

/** @brief What sockets do for their loop, UDP included. */
static ptk_err_t serve(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error) {
    ptk_socket_internal_t *socket = subject;
    if (request == PTK_REQUEST_REPORT && error == PTK_ERR_OK && may_be_error(socket, (uint32_t)argument)) {
        error = ptk_port_socket_error(&socket->platform);
    }
    if (request < PTK_REQUEST_SEND || ptk_socket_state(socket) != PTK_SOCKET_DATAGRAM) {
        return ptk_socket_serve(subject, request, argument, error);
    }
    if (request == PTK_REQUEST_CONNECT) {
        return connect_datagram(socket, (const ptk_address_t *)argument);
    }
    if (request == PTK_REQUEST_RECEIVE) {
        return receive_datagram(socket, (ptk_buf_t *)argument, NULL);
    }
    bool has_peer = (socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0;
    return has_peer ? send_datagram(socket, (ptk_buf_t *)argument, NULL) : error;
}

/** @brief ptk_socket_open_udp() of a socket. */
static ptk_err_t open_at(ptk_socket_internal_t *socket, uintptr_t argument) {
    socket->delivery.loop->pools[PTK_POOL_SOCKETS].serve = serve;
    return ptk_socket_open_bound(socket, (const ptk_address_t *)argument, 0, PTK_SOCKET_DATAGRAM);
}

ptk_err_t ptk_socket_open_udp(ptk_handle_t socket, const ptk_address_t *local) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, (uintptr_t)local, open_at);
}

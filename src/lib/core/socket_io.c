/**
 * @file socket_io.c
 * @brief Sending and receiving: what the system says decides whether a socket is still ready.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/registry.h"

/**
 * @brief Whether send and receive treat it as a stream. Also a listener or UDP socket that failed: it only has
 *        an error.
 */
static bool is_stream(const ptk_socket_internal_t *socket) {
    return ptk_socket_state(socket) == PTK_SOCKET_CONNECTED || ptk_socket_state(socket) == PTK_SOCKET_FAILED;
}

/** @brief Finds a socket and checks the buffer. */
static ptk_err_t find(ptk_handle_t handle, const ptk_buf_t *buf, ptk_socket_internal_t **socket) {
    *socket = ptk_socket_find(handle);
    if (*socket == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    return buf != NULL && buf->error == PTK_ERR_OK ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT;
}

/** @brief The same for the two functions that take a UDP socket only. */
static ptk_err_t find_udp(ptk_handle_t handle, const ptk_buf_t *buf, ptk_socket_internal_t **socket) {
    ptk_err_t error = find(handle, buf, socket);
    if (error == PTK_ERR_OK && ptk_socket_state(*socket) != PTK_SOCKET_DATAGRAM) {
        error = ptk_socket_wrong_state(*socket);
    }
    return error;
}

/* ------------------------------------------------------------------------------------------------ sending */

/**
 * @brief Pauses a socket after a call that failed without breaking it.
 *
 * The system still reports it as ready: without a pause its handler would be called in every pass. An ICMP error of an
 * earlier datagram is gone now that it was returned. Errors of the network that come one after the other, although
 * nothing was sent or received in between, are none of ICMP's: they last.
 */
static void pause_after(ptk_socket_internal_t *socket, ptk_event_t event, ptk_err_t error) {
    bool may_be_icmp = ptk_is_network_failure(error) && (socket->flags & PTK_SOCKET_FLAG_HAD_ERROR) == 0;
    socket->flags |= PTK_SOCKET_FLAG_HAD_ERROR;
    if (!may_be_icmp) {
        ptk_socket_pause(socket, event, true);
    }
}

/** @brief Sends what fits into a stream, and moves the start of the buffer past it. */
static ptk_err_t send_stream(ptk_socket_internal_t *socket, ptk_buf_t *buf) {
    size_t length = buf->end - buf->start;
    if (socket->error != PTK_ERR_OK) {
        ptk_socket_not_ready(socket, PTK_EVENT_WRITABLE); /* it will not be writable again */
        return socket->error;
    }
    if ((socket->flags & PTK_SOCKET_FLAG_SHUTDOWN) != 0) {
        ptk_socket_not_ready(socket, PTK_EVENT_WRITABLE);
        return PTK_ERR_CONNECTION_RESET;
    }
    if (length == 0) {
        return PTK_ERR_NO_DATA;
    }
    int64_t sent = ptk_port_socket_send(&socket->platform, buf->data + buf->start, length, NULL);
    if (sent > 0) {
        PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_WRITABLE));
    }
    if (sent == (int64_t)length) {
        buf->start += length;
        return PTK_ERR_OK;
    }
    if (sent == PTK_ERR_OUT_OF_SYSTEM_MEMORY) {
        pause_after(socket, PTK_EVENT_WRITABLE, (ptk_err_t)sent);
    } else if (sent < 0 && sent != PTK_ERR_WOULD_BLOCK) {
        ptk_socket_fail(socket, (ptk_err_t)sent);
    } else if (sent < 0 || (socket->flags & PTK_SOCKET_FLAG_LEVEL) != 0) {
        ptk_socket_not_ready(socket, PTK_EVENT_WRITABLE); /* a partial send is no proof that an edge will follow */
    }
    buf->start += sent > 0 ? (size_t)sent : 0;
    return sent < 0 ? (ptk_err_t)sent : PTK_ERR_OK;
}

/**
 * @brief Sends a datagram.
 *
 * "Too long" can also be ICMP's "packet too big" for an earlier one, which a connected socket returns from its next
 * call. Only a datagram that is itself too long is refused again; else ICMP's error is reported on its own.
 */
static int64_t send_one(ptk_socket_internal_t *socket, const ptk_buf_t *buf, const ptk_address_t *remote) {
    int64_t sent = ptk_port_socket_send(&socket->platform, ptk_buf_first(buf), ptk_buf_length(buf), remote);
    if (sent == PTK_ERR_MESSAGE_TOO_LONG && remote == NULL) {
        sent = ptk_port_socket_send(&socket->platform, ptk_buf_first(buf), ptk_buf_length(buf), NULL);
        if (sent != PTK_ERR_MESSAGE_TOO_LONG) {
            ptk_socket_note(socket, PTK_READY_CLOSED, PTK_ERR_PACKET_TOO_BIG);
        }
    }
    return sent;
}

/** @brief Sends the buffer as one datagram; remote is NULL on a connected socket. */
static ptk_err_t send_datagram(ptk_socket_internal_t *socket, ptk_buf_t *buf, const ptk_address_t *remote) {
    ptk_err_t error = ptk_socket_take_error(socket);
    if (error != PTK_ERR_OK) {
        return error;
    }
    int64_t sent = send_one(socket, buf, remote);
    if (sent >= 0) {
        socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_HAD_ERROR;
        PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_WRITABLE));
        buf->start = buf->end;
        return PTK_ERR_OK;
    }
    if (sent == PTK_ERR_WOULD_BLOCK) {
        ptk_socket_not_ready(socket, PTK_EVENT_WRITABLE);
    } else {
        pause_after(socket, PTK_EVENT_WRITABLE, (ptk_err_t)sent);
    }
    return (ptk_err_t)sent;
}

/** @brief Sends on a connected socket of either kind. */
static ptk_err_t send_from(ptk_handle_t socket, ptk_buf_t *buf) {
    ptk_socket_internal_t *slot;
    ptk_err_t error = find(socket, buf, &slot);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (is_stream(slot)) {
        return send_stream(slot, buf);
    }
    bool has_peer = (slot->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0;
    return has_peer ? send_datagram(slot, buf, NULL) : PTK_ERR_NOT_CONNECTED;
}

ptk_err_t ptk_socket_send(ptk_handle_t socket, ptk_buf_t *buf) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_message_result(socket, send_from(socket, buf));
}

/** @brief Sends a datagram to an address. */
static ptk_err_t send_to(ptk_handle_t socket, ptk_buf_t *buf, const ptk_address_t *remote) {
    ptk_socket_internal_t *slot;
    ptk_err_t error = find_udp(socket, buf, &slot);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (remote == NULL || remote->family != ptk_socket_family(slot) || remote->port == 0 ||
        !ptk_socket_scope_fits(slot, remote)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if ((slot->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0) {
        return PTK_ERR_INVALID_STATE; /* the BSDs refuse it, and others send */
    }
    return send_datagram(slot, buf, remote);
}

ptk_err_t ptk_socket_send_to(ptk_handle_t socket, ptk_buf_t *buf, const ptk_address_t *remote) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, send_to(socket, buf, remote));
}

/* ------------------------------------------------------------------------------------------------ receiving */

/** @brief What each receive returns after the end of a stream. */
static ptk_err_t end_of(const ptk_socket_internal_t *socket) {
    return socket->error != PTK_ERR_OK ? socket->error : PTK_ERR_CLOSED;
}

/**
 * @brief The end of the stream was received. It is an event unless the loop has raised it before, or the stream
 *        failed.
 */
static ptk_err_t end_of_stream(ptk_socket_internal_t *socket) {
    socket->flags |= PTK_SOCKET_FLAG_END;
    ptk_socket_not_ready(socket, PTK_EVENT_READABLE);
    if (socket->error == PTK_ERR_OK && (socket->flags & PTK_SOCKET_FLAG_END_SEEN) == 0) {
        ptk_socket_raise(socket, PTK_EVENT_DISCONNECTED);
    }
    return end_of(socket);
}

/** @brief Receives what fits from a stream, and notes whether the socket is still readable. */
static ptk_err_t receive_stream(ptk_socket_internal_t *socket, ptk_buf_t *buf) {
    size_t room = buf->capacity < buf->end ? 0 : buf->capacity - buf->end; /* a wrapped buffer has no capacity */
    if ((socket->flags & PTK_SOCKET_FLAG_END) != 0) {
        ptk_socket_not_ready(socket, PTK_EVENT_READABLE); /* it was raised so that the reader receives the end */
        return end_of(socket);
    }
    if (room == 0) {
        return PTK_ERR_NO_SPACE;
    }
    int64_t received = ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_STREAM, buf->data + buf->end, room, NULL);
    if (received == 0) {
        return end_of_stream(socket);
    }
    if (received > 0) {
        PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_READABLE));
        buf->end += (size_t)received;
        /* A short receive has emptied the socket, if neither the end nor urgent data can have cut it short. */
        uint16_t cut = socket->flags & (PTK_SOCKET_FLAG_PEER_CLOSED | PTK_SOCKET_FLAG_URGENT);
        bool drained = (size_t)received < room && cut == 0;
        if (socket->error == PTK_ERR_OK && (drained || (socket->flags & PTK_SOCKET_FLAG_LEVEL) != 0)) {
            ptk_socket_not_ready(socket, PTK_EVENT_READABLE);
        } else {
            (void)ptk_socket_refresh(socket); /* the end, or the failure, may be next, and is not reported again */
        }
        return PTK_ERR_OK;
    }
    if (received == PTK_ERR_OUT_OF_SYSTEM_MEMORY) {
        pause_after(socket, PTK_EVENT_READABLE, (ptk_err_t)received); /* what came is still there */
        return (ptk_err_t)received;
    }
    if (received == PTK_ERR_WOULD_BLOCK && socket->error == PTK_ERR_OK) {
        socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_URGENT;
    } else {
        socket->flags |= PTK_SOCKET_FLAG_END; /* what had come was returned before the error, now or earlier */
        ptk_socket_fail(socket, (ptk_err_t)received);
    }
    ptk_socket_not_ready(socket, PTK_EVENT_READABLE);
    return socket->error != PTK_ERR_OK ? socket->error : (ptk_err_t)received;
}

/**
 * @brief Receives one datagram. What a stranger had sent before the socket was connected is dropped, as the
 *        system does later.
 */
static int64_t receive_one(ptk_socket_internal_t *socket, const ptk_buf_t *buf, ptk_address_t *from) {
    ptk_platform_socket_t *platform = &socket->platform;
    uint8_t *end = buf->data + buf->end;
    size_t room = buf->capacity - buf->end;
    ptk_address_t peer;
    int64_t received = ptk_port_socket_receive(platform, PTK_RECEIVE_DATAGRAM, end, room, from);
    if (from == NULL || (socket->flags & PTK_SOCKET_FLAG_STRANGERS) == 0 ||
        ptk_port_socket_address(platform, true, &peer) != PTK_ERR_OK) {
        return received;
    }
    while (received >= 0) {
        peer.scope_id = from->scope_id; /* which is no part of who sent it */
        if (ptk_address_equal(from, &peer)) {
            return received;
        }
        received = ptk_port_socket_receive(platform, PTK_RECEIVE_DATAGRAM, end, room, from);
    }
    if (received == PTK_ERR_WOULD_BLOCK) {
        socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_STRANGERS;
    }
    return received;
}

/** @brief Receives one datagram; remote may be NULL. */
static ptk_err_t receive_datagram(ptk_socket_internal_t *socket, ptk_buf_t *buf, ptk_address_t *remote) {
    size_t room = ptk_buf_room(buf);
    if (room == 0) {
        return PTK_ERR_NO_SPACE;
    }
    ptk_err_t error = ptk_socket_take_error(socket);
    if (error != PTK_ERR_OK) {
        return error;
    }
    ptk_address_t from;
    bool asks_who = remote != NULL || (socket->flags & PTK_SOCKET_FLAG_STRANGERS) != 0;
    int64_t received = receive_one(socket, buf, asks_who ? &from : NULL);
    /* A level is reported again while there is more; otherwise only "would block" says that there is none. */
    if (received == PTK_ERR_WOULD_BLOCK || (socket->flags & PTK_SOCKET_FLAG_LEVEL) != 0) {
        ptk_socket_not_ready(socket, PTK_EVENT_READABLE);
    }
    if (received < 0) {
        if (received != PTK_ERR_WOULD_BLOCK) {
            pause_after(socket, PTK_EVENT_READABLE, (ptk_err_t)received);
        }
        return (ptk_err_t)received;
    }
    PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_READABLE));
    socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_HAD_ERROR;
    socket->datagram_size = (uint32_t)received;
    if ((size_t)received > room) {
        return PTK_ERR_MESSAGE_TOO_LONG;
    }
    if (remote != NULL) {
        *remote = from;
    }
    buf->end += (size_t)received;
    return PTK_ERR_OK;
}

/** @brief Receives on a socket of either kind. */
static ptk_err_t receive_into(ptk_handle_t socket, ptk_buf_t *buf) {
    ptk_socket_internal_t *slot;
    ptk_err_t error = find(socket, buf, &slot);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (is_stream(slot)) {
        return receive_stream(slot, buf);
    }
    bool is_datagram = ptk_socket_state(slot) == PTK_SOCKET_DATAGRAM;
    return is_datagram ? receive_datagram(slot, buf, NULL) : PTK_ERR_NOT_CONNECTED;
}

ptk_err_t ptk_socket_receive(ptk_handle_t socket, ptk_buf_t *buf) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_message_result(socket, receive_into(socket, buf));
}

ptk_err_t ptk_socket_receive_from(ptk_handle_t socket, ptk_buf_t *buf, ptk_address_t *remote) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    ptk_socket_internal_t *slot;
    ptk_err_t error = find_udp(socket, buf, &slot);
    return ptk_result(socket, error == PTK_ERR_OK ? receive_datagram(slot, buf, remote) : error);
}

/** @brief Checks the arguments and copies the size of the last datagram. */
static ptk_err_t get_datagram_size(ptk_handle_t socket, size_t *size) {
    ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (size == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_socket_state(slot) != PTK_SOCKET_DATAGRAM) {
        return PTK_ERR_INVALID_STATE;
    }
    *size = slot->datagram_size;
    return PTK_ERR_OK;
}

ptk_err_t ptk_socket_get_datagram_size(ptk_handle_t socket, size_t *size) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, get_datagram_size(socket, size));
}

/** @brief Ends the stream to the peer, once. */
static ptk_err_t end_stream(ptk_handle_t socket) {
    ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (ptk_socket_state(slot) != PTK_SOCKET_CONNECTED) {
        return is_stream(slot) ? PTK_ERR_NOT_CONNECTED : PTK_ERR_INVALID_STATE;
    }
    if ((slot->flags & PTK_SOCKET_FLAG_SHUTDOWN) != 0) {
        return PTK_ERR_OK;
    }
    ptk_err_t error = ptk_port_socket_shutdown(&slot->platform);
    if (error == PTK_ERR_OK) {
        slot->flags |= PTK_SOCKET_FLAG_SHUTDOWN;
        ptk_socket_raise(slot, PTK_EVENT_WRITABLE); /* those who wait for room have to return */
        (void)ptk_socket_refresh(slot);             /* a failure is the socket's: its error event reports it */
    }
    return error;
}

ptk_err_t ptk_socket_shutdown(ptk_handle_t socket) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_result(socket, end_stream(socket));
}

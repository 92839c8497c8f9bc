/**
 * @file socket_io.c
 * @brief Sending and receiving on connections: what the system says decides whether a socket is still ready.
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

/** @brief What each call in one direction returns from now on: why the socket failed, or what else ended it. */
static ptk_err_t ended(ptk_socket_internal_t *socket, uint8_t event, ptk_err_t error) {
    ptk_socket_not_ready(socket, event); /* it was raised so that this is seen */
    return socket->error != PTK_ERR_OK ? socket->error : error;
}

/** @brief Sends from a buffer, or receives into it: on a stream, or by asking a socket that is none. */
static ptk_err_t transfer(ptk_socket_internal_t *socket, uintptr_t argument,
                          ptk_err_t (*on_stream)(ptk_socket_internal_t *socket, ptk_buf_t *buf), uint32_t request) {
    ptk_buf_t *buf = (ptk_buf_t *)argument;
    if (buf->error != PTK_ERR_OK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return is_stream(socket) ? on_stream(socket, buf)
                             : ptk_socket_ask(socket, request, argument, PTK_ERR_NOT_CONNECTED);
}

/* ------------------------------------------------------------------------------------------------ sending */

/** @brief Sends what fits into a stream, and moves the start of the buffer past it. */
static ptk_err_t send_stream(ptk_socket_internal_t *socket, ptk_buf_t *buf) {
    size_t length = buf->end - buf->start;
    ptk_err_t error = PTK_ERR_OK;
    if ((socket->flags & PTK_SOCKET_FLAG_WRITE_END) != 0) {
        return ended(socket, PTK_SOCKET_WRITABLE, PTK_ERR_CONNECTION_RESET);
    }
    if (length == 0) {
        return PTK_ERR_NO_DATA;
    }
    intptr_t sent = ptk_port_socket_send(&socket->platform, buf->data + buf->start, length, NULL);
    if (sent > 0) {
        PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_WRITABLE));
    }
    if (sent < 0) {
        error = (ptk_err_t)sent;
    } else {
        buf->start += (size_t)sent;
        if ((size_t)sent == length || !ptk_socket_is_level(socket)) {
            return PTK_ERR_OK; /* a partial send is no proof that an edge will follow */
        }
    }
    if (error == PTK_ERR_OUT_OF_SYSTEM_MEMORY) {
        ptk_socket_pause(socket, PTK_SOCKET_WRITABLE, true);
    } else if (error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK) {
        ptk_socket_fail(socket, error);
    } else {
        ptk_socket_not_ready(socket, PTK_SOCKET_WRITABLE);
    }
    return error;
}

/** @brief Sends on a connected socket of either kind. */
static ptk_err_t send_from(ptk_socket_internal_t *socket, uintptr_t argument) {
    return transfer(socket, argument, send_stream, PTK_REQUEST_SEND);
}

ptk_err_t ptk_socket_send(ptk_handle_t socket, ptk_buf_t *buf) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, (uintptr_t)buf, send_from);
}

/* ------------------------------------------------------------------------------------------------ receiving */

/** @brief Receives what fits from a stream, and notes whether the socket is still readable. */
static ptk_err_t receive_stream(ptk_socket_internal_t *socket, ptk_buf_t *buf) {
    size_t room = ptk_socket_room(buf);
    if ((socket->flags & PTK_SOCKET_FLAG_END) != 0) {
        return ended(socket, PTK_SOCKET_READABLE, PTK_ERR_CLOSED);
    }
    if (room == 0) {
        return PTK_ERR_NO_SPACE;
    }
    intptr_t received =
        ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_STREAM, buf->data + buf->end, room, NULL);
    if (received > 0) {
        PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, PTK_EVENT_READABLE));
        buf->end += (size_t)received;
        /* A short receive has emptied the socket, if neither the end, a failure nor urgent data can have cut it short. */
        const uint16_t cut = PTK_SOCKET_FLAG_PEER_CLOSED | PTK_SOCKET_FLAG_URGENT;
        bool is_drained = PTK_PLATFORM_HAS_EDGES && (size_t)received < room && (socket->flags & cut) == 0;
        if (ptk_socket_is_level(socket) && socket->error == PTK_ERR_OK) {
            ptk_socket_not_ready(socket, PTK_SOCKET_READABLE);
        } else if (is_drained) {
            socket->delivery.raised &= (uint8_t)~PTK_SOCKET_READABLE;
        } else {
            (void)ptk_socket_refresh(socket); /* the end, or the failure, may be next, and is not reported again */
        }
        return PTK_ERR_OK;
    }
    ptk_err_t error = (ptk_err_t)received;
    if (error == PTK_ERR_OUT_OF_SYSTEM_MEMORY) {
        ptk_socket_pause(socket, PTK_SOCKET_READABLE, true); /* what came is still there */
        return error;
    }
    if (error == PTK_ERR_WOULD_BLOCK && socket->error == PTK_ERR_OK) {
        socket->flags &= (uint16_t)~PTK_SOCKET_FLAG_URGENT;
        return ended(socket, PTK_SOCKET_READABLE, error);
    }
    socket->flags |= PTK_SOCKET_FLAG_END; /* what had come was returned before the error, now or earlier */
    if (error != PTK_ERR_OK) {
        ptk_socket_fail(socket, error);
    } else if (socket->error == PTK_ERR_OK && (socket->flags & PTK_SOCKET_FLAG_END_SEEN) == 0) {
        ptk_socket_raise(socket, PTK_SOCKET_DISCONNECTED); /* unless the loop has raised it before */
    }
    return ended(socket, PTK_SOCKET_READABLE, PTK_ERR_CLOSED);
}

/** @brief Receives on a socket of either kind. */
static ptk_err_t receive_into(ptk_socket_internal_t *socket, uintptr_t argument) {
    return transfer(socket, argument, receive_stream, PTK_REQUEST_RECEIVE);
}

ptk_err_t ptk_socket_receive(ptk_handle_t socket, ptk_buf_t *buf) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, (uintptr_t)buf, receive_into);
}

/* ------------------------------------------------------------------------------------------------ ending */

/** @brief Ends the stream to the peer, once. */
static ptk_err_t end_stream(ptk_socket_internal_t *socket, uintptr_t unused) {
    (void)unused;
    if (ptk_socket_state(socket) != PTK_SOCKET_CONNECTED) {
        return is_stream(socket) ? PTK_ERR_NOT_CONNECTED : PTK_ERR_INVALID_STATE;
    }
    if ((socket->flags & PTK_SOCKET_FLAG_WRITE_END) != 0) {
        return PTK_ERR_OK;
    }
    ptk_err_t error = ptk_port_socket_shutdown(&socket->platform);
    if (error == PTK_ERR_OK) {
        socket->flags |= PTK_SOCKET_FLAG_WRITE_END;
        socket->delivery.raised |= PTK_SOCKET_WRITABLE; /* those who wait for room have to return */
        (void)ptk_socket_refresh(socket);               /* a failure is the socket's: its error event reports it */
    }
    return error;
}

ptk_err_t ptk_socket_shutdown(ptk_handle_t socket) {
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    return ptk_socket_do(socket, 1, end_stream);
}

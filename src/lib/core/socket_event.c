/**
 * @file socket_event.c
 * @brief From the port's reports to a socket's events.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/ready_queue.h"
#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/log.h"
#include "core/registry.h"
#include "core/static_assert.h"
#include "core/timer.h"

/** @brief Short for the bit of a socket event. */
#define BIT_OF PTK_SOCKET_BIT

/** @brief How long paused sockets wait for what is missing. */
#define RETRY_NS 100000000u

/*
 * Where bits lie, see the flags in socket.h.
 */
PTK_STATIC_ASSERT(event_bits, PTK_SOCKET_CONNECTED_EVENT == BIT_OF(PTK_EVENT_CONNECTED) &&
                                  PTK_SOCKET_READABLE == BIT_OF(PTK_EVENT_READABLE) &&
                                  PTK_SOCKET_WRITABLE == BIT_OF(PTK_EVENT_WRITABLE) &&
                                  PTK_SOCKET_DISCONNECTED == BIT_OF(PTK_EVENT_DISCONNECTED) &&
                                  PTK_SOCKET_ERROR == BIT_OF(PTK_EVENT_ERROR));
PTK_STATIC_ASSERT(blocking_flags, PTK_SOCKET_FLAG_PAUSED == (int)PTK_SOCKET_READABLE &&
                                      PTK_SOCKET_FLAG_PAUSED_WRITE == (int)PTK_SOCKET_WRITABLE &&
                                      PTK_SOCKET_FLAG_END == 4 * PTK_SOCKET_READABLE &&
                                      PTK_SOCKET_FLAG_WRITE_END == 4 * PTK_SOCKET_WRITABLE);
PTK_STATIC_ASSERT(readiness, 2 * PTK_READY_READ == PTK_SOCKET_READABLE && 2 * PTK_READY_WRITE == PTK_SOCKET_WRITABLE &&
                                 32 * PTK_READY_CLOSED == PTK_SOCKET_FLAG_PEER_CLOSED &&
                                 32 * PTK_READY_URGENT == PTK_SOCKET_FLAG_URGENT);
PTK_STATIC_ASSERT(interest, 2 * PTK_WANT_READ == PTK_SOCKET_READABLE && 2 * PTK_WANT_WRITE == PTK_SOCKET_WRITABLE &&
                                PTK_WANT_CONNECTION == (int)PTK_SOCKET_FLAG_CONNECTION &&
                                4 * PTK_WANT_FAILURE == PTK_SOCKET_ERROR &&
                                4 * PTK_WANT_ICMP == PTK_SOCKET_FLAG_HAS_PEER);

void ptk_socket_raise(ptk_socket_internal_t *socket, uint8_t event) {
    socket->delivery.raised |= event;
    ptk_ready_update(&socket->base);
}

/** @brief Whether a protothread waits to read, or to write. */
static bool is_awaited(const ptk_socket_internal_t *socket, uint8_t event) {
    const ptk_handler_t *handler = &socket->handlers[event / 2]; /* of two events this is the index as well */
    return handler->function == NULL && handler->context != NULL;
}

void ptk_socket_not_ready(ptk_socket_internal_t *socket, uint8_t event) {
    PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, (ptk_event_t)event / 2 + PTK_EVENT_CONNECTED));
    if ((ptk_socket_ended(socket) & event) != 0 && is_awaited(socket, event)) {
        ptk_socket_raise(socket, event); /* it was not the protothread that has learned of it */
        return;
    }
    socket->delivery.raised &= (uint8_t)~event;
    bool room_may_come = (event & PTK_SOCKET_WRITABLE & ~(uint32_t)ptk_socket_blocked(socket)) != 0;
    if (ptk_socket_is_level(socket) || room_may_come) {
        (void)ptk_socket_rewatch(socket, room_may_come ? PTK_WANT_WRITE : 0);
    }
}

ptk_err_t ptk_socket_take_error(ptk_socket_internal_t *socket) {
    ptk_err_t error = socket->error;
    if (error != PTK_ERR_OK) {
        socket->error = PTK_ERR_OK;
        socket->delivery.raised &= (uint8_t)~PTK_SOCKET_ERROR;
        ptk_socket_not_ready(socket, PTK_SOCKET_READABLE); /* raised with it; a level: a datagram is reported again */
    }
    return error;
}

void ptk_socket_fail(ptk_socket_internal_t *socket, ptk_err_t error) {
    ptk_socket_state_t state = ptk_socket_state(socket);
    if (state == PTK_SOCKET_FAILED) {
        return; /* the first reason counts, and was reported */
    }
    for (unsigned event = PTK_SOCKET_READABLE; event <= PTK_SOCKET_WRITABLE; event *= 2) {
        if (state != PTK_SOCKET_CONNECTING || is_awaited(socket, (uint8_t)event)) {
            socket->delivery.raised |= (uint8_t)event; /* those who wait to read or write have to return */
        }
    }
    if (state != PTK_SOCKET_CONNECTED) {
        socket->flags |= PTK_SOCKET_FLAG_END; /* nothing is left that could be read */
    }
    socket->flags |= PTK_SOCKET_FLAG_WRITE_END | PTK_SOCKET_FLAG_PEER_CLOSED;
    socket->error = error;
    ptk_socket_set_state(socket, PTK_SOCKET_FAILED);
    ptk_socket_raise(socket, PTK_SOCKET_ERROR);
}

ptk_err_t ptk_socket_wrong_state(ptk_socket_internal_t *socket) {
    if (ptk_socket_state(socket) != PTK_SOCKET_FAILED || ptk_socket_is_connection(socket)) {
        return PTK_ERR_INVALID_STATE;
    }
    ptk_socket_not_ready(socket, PTK_SOCKET_READABLE);
    ptk_socket_not_ready(socket, PTK_SOCKET_WRITABLE);
    return socket->error;
}

ptk_err_t ptk_socket_peek(ptk_socket_internal_t *socket) {
    uint8_t byte;
    return (ptk_err_t)ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_PEEK, &byte, 1, NULL);
}

/** @brief Peeks for the end of stream. Raises the disconnected event if nothing is to be read before it. */
PTK_OUT_OF_LINE static void look_for_end(ptk_socket_internal_t *socket) {
    if (!ptk_socket_must_look_for_end(socket)) {
        return;
    }
    ptk_err_t received = ptk_socket_peek(socket);
    if (received == 0) {
        socket->flags |= PTK_SOCKET_FLAG_END_SEEN;
        socket->delivery.raised |= PTK_SOCKET_READABLE; /* the end is still to be received */
        ptk_socket_raise(socket, PTK_SOCKET_DISCONNECTED);
    } else if (received == PTK_ERR_OUT_OF_SYSTEM_MEMORY) {
        ptk_socket_pause(socket, PTK_SOCKET_READABLE, true); /* then it is looked for again */
    } else if (received < 0 && received != PTK_ERR_WOULD_BLOCK) {
        ptk_socket_fail(socket, received); /* the system has reported it once and will not again */
    }
}

ptk_err_t ptk_socket_refresh(ptk_socket_internal_t *socket) {
    if ((socket->delivery.raised & socket->delivery.enabled) != 0) {
        ptk_ready_push(&socket->base);
    }
    if ((socket->flags & PTK_SOCKET_FLAG_PEER_CLOSED) != 0) {
        look_for_end(socket);
    }
    bool is_level = PTK_PLATFORM_HAS_EDGES ? (socket->flags & PTK_SOCKET_FLAG_LEVEL) != 0 /* of an open one */
                                           : ptk_socket_state(socket) != PTK_SOCKET_NEW;
    return is_level ? ptk_socket_rewatch(socket, 0) : PTK_ERR_OK;
}

bool ptk_socket_is_idle(ptk_handle_t socket, bool listening) {
    const ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL || ((slot->delivery.raised | ptk_socket_ended(slot)) & PTK_SOCKET_READABLE) != 0) {
        return false;
    }
    ptk_socket_state_t state = ptk_socket_state(slot);
    return listening ? state == PTK_SOCKET_LISTENING : state == PTK_SOCKET_CONNECTED || state == PTK_SOCKET_DATAGRAM;
}

/* ------------------------------------------------------------------------------------------------ pausing */

/*
 * A connection that cannot be accepted stays in the backlog. Its listener would be reported as ready for ever, so it is
 * paused until a socket of the loop was destroyed or the pool grew. Descriptors and the system's memory also become
 * free elsewhere, which is reported to no one; so the loop tries again after a while. All paused sockets share one
 * time, which the first one sets and no other one moves: a later one is tried a little early. The same is done for a
 * connection or a UDP socket whose system call fails for a reason that lasts, in the direction that failed.
 */

void ptk_socket_resume(ptk_event_loop_slot_t *loop, bool all) {
    uint32_t cursor = 0;
    loop->paused_sockets = 0;
    for (ptk_socket_internal_t *socket; (socket = ptk_socket_next(loop, &cursor)) != NULL;) {
        uint8_t paused = (uint8_t)(socket->flags & PTK_SOCKET_READY_BITS);
        if (ptk_slot_is_live(&socket->base) && (all || paused != 0)) {
            socket->delivery.raised |= paused; /* those who wait try again */
            socket->flags &= (uint16_t)~PTK_SOCKET_READY_BITS;
            (void)ptk_socket_refresh(socket); /* a failure is the socket's: its error event reports it */
        }
    }
}

void ptk_socket_resume_paused(ptk_event_loop_slot_t *loop) {
    loop->retry_ns = PTK_DEADLINE_NEVER;
    if (loop->paused_sockets != 0) {
        ptk_socket_resume(loop, false);
    }
}

void ptk_socket_pause(ptk_socket_internal_t *socket, uint8_t event, bool retry) {
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    loop->paused_sockets += (socket->flags & PTK_SOCKET_READY_BITS) == 0 ? 1 : 0;
    socket->flags |= event; /* the flag has the event's place */
    ptk_socket_not_ready(socket, event);
    if (retry && loop->retry_ns == PTK_DEADLINE_NEVER) {
        loop->retry_ns = ptk_port_now_ns() + RETRY_NS;
        ptk_timer_announce(loop, loop->retry_ns);
    }
}

void ptk_socket_retry(ptk_event_loop_slot_t *loop, const uint64_t *now_ns) {
    if (now_ns == NULL || loop->retry_ns <= *now_ns) {
        ptk_socket_resume_paused(loop);
    } else {
        ptk_timer_announce(loop, loop->retry_ns);
    }
}

/* ------------------------------------------------------------------------------------------------ reports */

/** @brief The flags of delivery.raised that a report sets. */
static uint8_t raised_by(const ptk_socket_internal_t *socket, uint32_t readiness) {
    uint32_t raised = readiness * 2;
    if ((readiness & (PTK_READY_CLOSED | PTK_READY_ERROR)) != 0) {
        raised |= PTK_SOCKET_READABLE;
    }
    if ((readiness & PTK_READY_ERROR) != 0) {
        raised |= PTK_SOCKET_WRITABLE;
    }
    if (ptk_socket_state(socket) == PTK_SOCKET_LISTENING) {
        raised &= PTK_SOCKET_READABLE;
    }
    return (uint8_t)(raised & PTK_SOCKET_READY_BITS & ~(uint32_t)ptk_socket_blocked(socket));
}

/** @brief After a successful attempt to connect: PTK_ERR_CONNECTION_REFUSED if the connection is one with itself. */
static ptk_err_t check_peer(ptk_socket_internal_t *socket) {
    ptk_address_t local;
    ptk_address_t remote;
    /* TCP lets a socket open to itself if the system picks the port that it connects to (RFC 9293, 3.5: simultaneous
     * open). */
    bool is_self = socket->detail == 0 && ptk_port_socket_address(&socket->platform, false, &local) == PTK_ERR_OK &&
                   ptk_port_socket_address(&socket->platform, true, &remote) == PTK_ERR_OK &&
                   ptk_address_equal(&local, &remote);
    return is_self ? PTK_ERR_CONNECTION_REFUSED : PTK_ERR_OK; /* no one listens there, or the port was not free */
}

/** @brief An attempt to connect has ended. The error that is to be reported, or PTK_ERR_OK. */
static ptk_err_t end_attempt(ptk_socket_internal_t *socket, ptk_err_t error) {
    if (error == PTK_ERR_OK) {
        error = check_peer(socket);
    }
    /* What has been reset was connected before, if something has come that is still to be received. */
    if (error == PTK_ERR_OK || (error == PTK_ERR_CONNECTION_RESET && ptk_socket_peek(socket) > 0)) {
        ptk_socket_set_state(socket, PTK_SOCKET_CONNECTED);
        socket->delivery.raised |= PTK_SOCKET_CONNECTED_EVENT | PTK_SOCKET_WRITABLE;
    }
    return error;
}

/**
 * @brief Keeps what a report says until it is consumed. error: the socket's, fetched from the system, or
 *        PTK_ERR_OK.
 */
void ptk_socket_note(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error) {
    if (ptk_socket_state(socket) == PTK_SOCKET_CONNECTING) {
        error = end_attempt(socket, error);
    }
    socket->flags |= (uint16_t)((readiness & (PTK_READY_CLOSED | PTK_READY_URGENT)) * 32);
    bool is_icmp = ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM && (readiness & PTK_READY_UNWATCHED) == 0;
    if (PTK_PLATFORM_HAS_ICMP_ERRORS && error != PTK_ERR_OK && is_icmp) {
        /* It goes to what comes first: a receive, a send or the handler of PTK_EVENT_ERROR. */
        socket->error = error;
        readiness |= PTK_READY_ERROR;
        socket->delivery.raised |= PTK_SOCKET_ERROR;
    } else if (error != PTK_ERR_OK && !is_icmp) {
        ptk_socket_fail(socket, error); /* of an attempt to connect the error is all there is to report */
    }
    socket->delivery.raised |= raised_by(socket, readiness);
    (void)ptk_socket_refresh(socket);
}

/**
 * @brief Whether data came to a connection, or room, and nothing else is to be noted: what comes with every message. A
 *        small platform has no shorter way for it.
 */
static bool is_plain(const ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error) {
    return !PTK_PLATFORM_IS_SMALL && ptk_socket_state(socket) == PTK_SOCKET_CONNECTED && error == PTK_ERR_OK &&
           (readiness & ~(uint32_t)(PTK_READY_READ | PTK_READY_WRITE)) == 0 && ptk_socket_blocked(socket) == 0;
}

/** @brief Takes in a report that is not plain. */
PTK_OUT_OF_LINE static ptk_err_t report_special(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error) {
    if (error == PTK_ERR_OK) {
        bool is_connecting = ptk_socket_state(socket) == PTK_SOCKET_CONNECTING;
        if (is_connecting && (readiness & (PTK_READY_WRITE | PTK_READY_ERROR | PTK_READY_CONNECTED)) == 0) {
            return PTK_ERR_OK;
        }
        if (is_connecting || (readiness & PTK_READY_ERROR) != 0) {
            /* At once: a level would be reported until then, and every event from now on is about a socket that
             * failed. */
            error = ptk_port_socket_error(&socket->platform);
        }
    }
    ptk_socket_note(socket, readiness, error);
    PTK_DIAGNOSE(ptk_diagnose_unhandled(socket));
    return PTK_ERR_OK;
}

ptk_err_t ptk_socket_report(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error) {
    if (is_plain(socket, readiness, error)) {
        socket->delivery.raised |= (uint8_t)(readiness * 2);
        return ptk_socket_refresh(socket);
    }
    return report_special(socket, readiness, error);
}

/* ------------------------------------------------------------------------------------------------ delivery */

/**
 * @brief What comes with an event, which is marked as consumed here; not readable and writable, unless the stream ended
 * that way.
 */
PTK_OUT_OF_LINE static void consume(ptk_socket_internal_t *socket, uint32_t event, uintptr_t *data) {
    socket->delivery.raised &= (uint8_t)~event;
    if (event != PTK_SOCKET_ERROR) {
        return;
    }
    bool is_icmp = PTK_PLATFORM_HAS_ICMP_ERRORS && ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM;
    ptk_err_t error = is_icmp ? ptk_socket_take_error(socket) : socket->error;
    assert(error != PTK_ERR_OK); /* an operation that returns it takes the event back */
    ptk_loop_set_error(socket->delivery.loop, error);
    *data = (uintptr_t)-error;
}

PTK_OUT_OF_LINE ptk_err_t ptk_socket_deliver(ptk_resource_base_t *slot) {
    ptk_socket_internal_t *socket = ptk_socket_of(slot);
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    ptk_handle_t handle = socket->base.handle;
    PTK_DIAGNOSE(ptk_diagnose_unhandled(socket));
    /* In the order of their numbers. What handlers raise is left for the next pass, so that one busy socket does not
     * starve the rest. */
    uint32_t pending = socket->delivery.raised & socket->delivery.enabled;
    for (uint32_t index = 0; pending != 0; index++, pending >>= 1) {
        uintptr_t data = 0;
        uint32_t event = 1u << index;
        if ((pending & 1u) == 0 || (event & socket->delivery.raised & socket->delivery.enabled) == 0) {
            continue;
        }
        bool lasts = (PTK_SOCKET_READY_BITS & ~(uint32_t)ptk_socket_ended(socket) & event) != 0;
        if (!lasts) {
            consume(socket, event, &data);
        }
        if (!ptk_handler_call(&socket->base, &socket->handlers[index], PTK_EVENT_CONNECTED + index, data)) {
            return PTK_ERR_INVALID_HANDLE;
        }
        socket = ptk_socket_of(ptk_pool_find(&loop->pools[PTK_POOL_SOCKETS], handle)); /* a resize may have moved it */
        if (socket == NULL) {
            return PTK_ERR_OK;
        }
    }
    (void)ptk_socket_refresh(socket); /* by themselves: a protothread's registration ends with the event */
    return PTK_ERR_OK;
}

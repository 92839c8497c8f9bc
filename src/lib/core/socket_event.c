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
#include "core/timer.h"

/** @brief Short for the bit of a socket event. */
#define BIT PTK_SOCKET_BIT

/** @brief How long paused sockets wait for what is missing. */
#define RETRY_NS 100000000u
/** @brief Either direction is paused. */
#define PAUSED_FLAGS (PTK_SOCKET_FLAG_PAUSED | PTK_SOCKET_FLAG_PAUSED_WRITE)

/** @brief Whether the port repeats its reports while a state lasts. */
static bool is_level(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_LEVEL) != 0;
}

void ptk_socket_raise(ptk_socket_internal_t *socket, ptk_event_t event) {
    socket->delivery.raised |= BIT(event);
    ptk_ready_update(&socket->base);
}

/** @brief Reports a change of what is wanted to the port. If the system refuses, the socket is of no more use. */
static ptk_err_t update_interest(ptk_socket_internal_t *socket, uint32_t more) {
    ptk_err_t error = ptk_socket_watch(socket, more);
    if (error != PTK_ERR_OK) {
        PTK_LOG(1, "the system does not watch the socket any more", error);
        ptk_socket_fail(socket, error);
    }
    return error;
}

/**
 * @brief Whether nothing changes for an event any more: a call returns why, and it is raised once for each who waits.
 */
static bool is_ended(const ptk_socket_internal_t *socket, ptk_event_t event) {
    return (event == PTK_EVENT_READABLE && ptk_socket_has_read_end(socket)) ||
           (event == PTK_EVENT_WRITABLE && ptk_socket_has_write_end(socket));
}

/** @brief Whether a protothread waits for an event. */
static bool is_awaited(const ptk_socket_internal_t *socket, ptk_event_t event) {
    const ptk_handler_t *handler = &socket->handlers[event - PTK_EVENT_CONNECTED];
    return handler->function == NULL && handler->context != NULL;
}

void ptk_socket_not_ready(ptk_socket_internal_t *socket, ptk_event_t event) {
    PTK_DIAGNOSE(ptk_diagnose_progress(socket->base.handle, event));
    if (is_awaited(socket, event) && is_ended(socket, event)) {
        ptk_socket_raise(socket, event); /* it was not the protothread that has learned of it */
        return;
    }
    socket->delivery.raised &= (uint8_t)~BIT(event);
    bool room_may_come = event == PTK_EVENT_WRITABLE && socket->error == PTK_ERR_OK &&
                         (socket->flags & (PTK_SOCKET_FLAG_SHUTDOWN | PTK_SOCKET_FLAG_PAUSED_WRITE)) == 0;
    if (is_level(socket) || room_may_come) {
        (void)update_interest(socket, room_may_come ? PTK_WANT_WRITE : 0);
    }
}

ptk_err_t ptk_socket_take_error(ptk_socket_internal_t *socket) {
    ptk_err_t error = socket->error;
    if (error != PTK_ERR_OK) {
        socket->error = PTK_ERR_OK;
        socket->delivery.raised &= (uint8_t)~BIT(PTK_EVENT_ERROR);
        ptk_socket_not_ready(socket, PTK_EVENT_READABLE); /* raised with it; a level: a datagram is reported again */
    }
    return error;
}

void ptk_socket_fail(ptk_socket_internal_t *socket, ptk_err_t error) {
    ptk_socket_state_t state = ptk_socket_state(socket);
    if (state == PTK_SOCKET_FAILED) {
        return; /* the first reason counts, and was reported */
    }
    for (ptk_event_t event = PTK_EVENT_READABLE; event <= PTK_EVENT_WRITABLE; event++) {
        if (state != PTK_SOCKET_CONNECTING || is_awaited(socket, event)) {
            socket->delivery.raised |= BIT(event); /* those who wait to read or write have to return */
        }
    }
    if (state != PTK_SOCKET_CONNECTED) {
        socket->flags |= PTK_SOCKET_FLAG_END; /* nothing is left that could be read */
    }
    socket->error = error;
    ptk_socket_set_state(socket, PTK_SOCKET_FAILED);
    ptk_socket_raise(socket, PTK_EVENT_ERROR);
}

ptk_err_t ptk_socket_wrong_state(ptk_socket_internal_t *socket) {
    if (ptk_socket_state(socket) != PTK_SOCKET_FAILED || ptk_socket_is_connection(socket)) {
        return PTK_ERR_INVALID_STATE;
    }
    ptk_socket_not_ready(socket, PTK_EVENT_READABLE);
    ptk_socket_not_ready(socket, PTK_EVENT_WRITABLE);
    return socket->error;
}

/** @brief Peeks for the end of stream. Raises the disconnected event if nothing is to be read before it. */
static void look_for_end(ptk_socket_internal_t *socket) {
    uint8_t byte;
    if (!ptk_socket_must_look_for_end(socket)) {
        return;
    }
    int64_t received = ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_PEEK, &byte, 1, NULL);
    if (received == 0) {
        socket->flags |= PTK_SOCKET_FLAG_END_SEEN;
        socket->delivery.raised |= BIT(PTK_EVENT_READABLE); /* the end is still to be received */
        ptk_socket_raise(socket, PTK_EVENT_DISCONNECTED);
    } else if (received == PTK_ERR_OUT_OF_SYSTEM_MEMORY) {
        ptk_socket_pause(socket, PTK_EVENT_READABLE, true); /* then it is looked for again */
    } else if (received < 0 && received != PTK_ERR_WOULD_BLOCK) {
        ptk_socket_fail(socket, (ptk_err_t)received); /* the system has reported it once and will not again */
    }
}

ptk_err_t ptk_socket_refresh(ptk_socket_internal_t *socket) {
    ptk_ready_update(&socket->base);
    if ((socket->flags & PTK_SOCKET_FLAG_PEER_CLOSED) != 0) {
        look_for_end(socket);
    }
    return is_level(socket) ? update_interest(socket, 0) : PTK_ERR_OK;
}

/** @brief The same for those who leave a failure to the error event; with every message, so quick where it can be. */
PTK_ALWAYS_INLINE void requeue(ptk_socket_internal_t *socket) {
    if ((socket->flags & (PTK_SOCKET_FLAG_LEVEL | PTK_SOCKET_FLAG_PEER_CLOSED)) != 0) {
        (void)ptk_socket_refresh(socket);
    } else if ((socket->delivery.raised & socket->delivery.enabled) != 0) {
        ptk_ready_push(&socket->base);
    }
}

ptk_err_t ptk_socket_handler_set(ptk_socket_internal_t *socket, ptk_event_t event) {
    if (is_ended(socket, event)) {
        socket->delivery.raised |= BIT(event);
    }
    return ptk_socket_refresh(socket);
}

bool ptk_socket_is_idle(ptk_handle_t socket, bool listening) {
    const ptk_socket_internal_t *slot = ptk_socket_find(socket);
    if (slot == NULL || (slot->delivery.raised & BIT(PTK_EVENT_READABLE)) != 0 || ptk_socket_has_read_end(slot)) {
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

/** @brief Raises what was paused, so that those who wait try again. */
static void resume(ptk_socket_internal_t *socket) {
    if ((socket->flags & PTK_SOCKET_FLAG_PAUSED) != 0) {
        socket->delivery.raised |= PTK_SOCKET_BIT(PTK_EVENT_READABLE);
    }
    if ((socket->flags & PTK_SOCKET_FLAG_PAUSED_WRITE) != 0) {
        socket->delivery.raised |= PTK_SOCKET_BIT(PTK_EVENT_WRITABLE);
    }
    socket->flags &= (uint16_t)~PAUSED_FLAGS;
    (void)ptk_socket_refresh(socket); /* a failure is the socket's: its error event reports it */
}

void ptk_socket_resume_paused(ptk_event_loop_slot_t *loop) {
    loop->retry_ns = PTK_DEADLINE_NEVER;
    if (loop->paused_sockets == 0) {
        return;
    }
    loop->paused_sockets = 0;
    for (uint32_t i = 0; i < loop->pools[PTK_POOL_SOCKETS].count; i++) {
        ptk_socket_internal_t *socket = ptk_socket_of(ptk_pool_slot(&loop->pools[PTK_POOL_SOCKETS], i));
        if (ptk_slot_is_live(&socket->base) && (socket->flags & PAUSED_FLAGS) != 0) {
            resume(socket);
        }
    }
}

void ptk_socket_pause(ptk_socket_internal_t *socket, ptk_event_t event, bool retry) {
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    loop->paused_sockets += (socket->flags & PAUSED_FLAGS) == 0 ? 1 : 0;
    socket->flags |= event == PTK_EVENT_READABLE ? PTK_SOCKET_FLAG_PAUSED : PTK_SOCKET_FLAG_PAUSED_WRITE;
    ptk_socket_not_ready(socket, event);
    if (retry && loop->retry_ns == PTK_DEADLINE_NEVER) {
        loop->retry_ns = ptk_port_now_ns() + RETRY_NS;
    }
}

/* ------------------------------------------------------------------------------------------------ reports */

/** @brief The flags of delivery.raised that a report sets. */
static uint8_t raised_by(const ptk_socket_internal_t *socket, uint32_t readiness) {
    uint8_t raised = 0;
    if ((readiness & (PTK_READY_READ | PTK_READY_CLOSED | PTK_READY_ERROR)) != 0 &&
        (socket->flags & (PTK_SOCKET_FLAG_PAUSED | PTK_SOCKET_FLAG_END)) == 0) { /* nothing comes after the end */
        raised |= BIT(PTK_EVENT_READABLE);
    }
    if ((readiness & (PTK_READY_WRITE | PTK_READY_ERROR)) != 0 &&
        (socket->flags & (PTK_SOCKET_FLAG_PAUSED_WRITE | PTK_SOCKET_FLAG_SHUTDOWN)) == 0 &&
        ptk_socket_state(socket) != PTK_SOCKET_FAILED && ptk_socket_state(socket) != PTK_SOCKET_LISTENING) {
        raised |= BIT(PTK_EVENT_WRITABLE);
    }
    return raised;
}

ptk_err_t ptk_socket_check_peer(ptk_socket_internal_t *socket) {
    ptk_address_t local;
    ptk_address_t remote;
    /* TCP lets a socket open to itself if the system picks the port that it connects to (RFC 9293, 3.5: simultaneous
     * open). */
    bool is_self = (socket->flags & PTK_SOCKET_FLAG_SAME_PORT) != 0 &&
                   ptk_port_socket_address(&socket->platform, false, &local) == PTK_ERR_OK &&
                   ptk_port_socket_address(&socket->platform, true, &remote) == PTK_ERR_OK &&
                   ptk_address_equal(&local, &remote);
    return is_self ? PTK_ERR_CONNECTION_REFUSED : PTK_ERR_OK; /* no one listens there, or the port was not free */
}

/** @brief An attempt to connect has ended. The error that is to be reported, or PTK_ERR_OK. */
static ptk_err_t end_attempt(ptk_socket_internal_t *socket, ptk_err_t error) {
    uint8_t byte;
    if (error == PTK_ERR_OK) {
        error = ptk_socket_check_peer(socket);
    }
    /* What has been reset was connected before, if something has come that is still to be received. */
    bool is_connected =
        error == PTK_ERR_OK || (error == PTK_ERR_CONNECTION_RESET &&
                                ptk_port_socket_receive(&socket->platform, PTK_RECEIVE_PEEK, &byte, 1, NULL) > 0);
    if (is_connected) {
        ptk_socket_set_state(socket, PTK_SOCKET_CONNECTED);
        socket->delivery.raised |= BIT(PTK_EVENT_CONNECTED) | BIT(PTK_EVENT_WRITABLE);
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
    if ((readiness & (PTK_READY_CLOSED | PTK_READY_URGENT)) != 0) {
        socket->flags |= (readiness & PTK_READY_CLOSED) != 0 ? PTK_SOCKET_FLAG_PEER_CLOSED : 0;
        socket->flags |= (readiness & PTK_READY_URGENT) != 0 ? PTK_SOCKET_FLAG_URGENT : 0;
    }
    if (error != PTK_ERR_OK && ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM) {
        /* An ICMP error goes to what comes first: a receive, a send or the handler of PTK_EVENT_ERROR. */
        socket->error = error;
        readiness |= PTK_READY_ERROR;
        socket->delivery.raised |= BIT(PTK_EVENT_ERROR);
    } else if (error != PTK_ERR_OK) {
        ptk_socket_fail(socket, error); /* of an attempt to connect the error is all there is to report */
    }
    socket->delivery.raised |= raised_by(socket, readiness);
    (void)ptk_socket_refresh(socket);
    PTK_DIAGNOSE(ptk_diagnose_unhandled(socket));
}

/**
 * @brief Whether the error has to be fetched: one waits, or the outcome of an attempt does. Or there is an ICMP error
 *        where such a one looks like something to receive, and no one receives.
 */
static bool has_error_to_fetch(const ptk_socket_internal_t *socket, uint32_t readiness) {
    uint8_t enabled = socket->delivery.enabled;
    if ((readiness & PTK_READY_ERROR) != 0 || ptk_socket_state(socket) == PTK_SOCKET_CONNECTING) {
        return true;
    }
    return ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM && (readiness & PTK_READY_READ) != 0 &&
           (enabled & BIT(PTK_EVENT_READABLE)) == 0 &&
           ((enabled & BIT(PTK_EVENT_ERROR)) != 0 || (socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0);
}

/**
 * @brief Whether data came to a connection, or room, and nothing else is to be noted: what comes with every message.
 */
static bool is_plain(const ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error) {
    uint16_t special =
        PTK_SOCKET_FLAG_PAUSED | PTK_SOCKET_FLAG_END | PTK_SOCKET_FLAG_PAUSED_WRITE | PTK_SOCKET_FLAG_SHUTDOWN;
    return ptk_socket_state(socket) == PTK_SOCKET_CONNECTED && error == PTK_ERR_OK &&
           (readiness & ~(uint32_t)(PTK_READY_READ | PTK_READY_WRITE)) == 0 && (socket->flags & special) == 0;
}

void ptk_socket_report(ptk_socket_internal_t *socket, uint32_t readiness, ptk_err_t error) {
    if (is_plain(socket, readiness, error)) {
        socket->delivery.raised |= (readiness & PTK_READY_READ) != 0 ? BIT(PTK_EVENT_READABLE) : 0;
        socket->delivery.raised |= (readiness & PTK_READY_WRITE) != 0 ? BIT(PTK_EVENT_WRITABLE) : 0;
        requeue(socket);
        return;
    }
    if (ptk_socket_state(socket) == PTK_SOCKET_FAILED && readiness == 0) {
        return; /* the error was reported before */
    }
    uint32_t outcome = PTK_READY_WRITE | PTK_READY_ERROR | PTK_READY_CONNECTED | PTK_READY_UNWATCHED;
    if (error == PTK_ERR_OK && ptk_socket_state(socket) == PTK_SOCKET_CONNECTING && (readiness & outcome) == 0) {
        return;
    }
    if ((readiness & PTK_READY_UNWATCHED) != 0) {
        ptk_socket_fail(socket, error);
    } else if (error == PTK_ERR_OK && has_error_to_fetch(socket, readiness)) {
        /* At once: a level would be reported until then, and every event from now on is about a socket that failed. */
        error = ptk_port_socket_error(&socket->platform);
    }
    ptk_socket_note(socket, readiness, error);
}

/* ------------------------------------------------------------------------------------------------ delivery */

/**
 * @brief What comes with an event, which is marked as consumed here; not readable and writable, unless the stream ended
 * that way. False if there turns out to be nothing to deliver.
 */
static bool consume(ptk_socket_internal_t *socket, ptk_event_t event, uintptr_t *data) {
    *data = 0;
    bool lasts = (event == PTK_EVENT_READABLE && !ptk_socket_has_read_end(socket)) ||
                 (event == PTK_EVENT_WRITABLE && !ptk_socket_has_write_end(socket));
    if (lasts) {
        return true;
    }
    socket->delivery.raised &= (uint8_t)~BIT(event);
    if (event != PTK_EVENT_ERROR) {
        return true;
    }
    bool is_datagram = ptk_socket_state(socket) == PTK_SOCKET_DATAGRAM;
    ptk_err_t error = is_datagram ? ptk_socket_take_error(socket) : socket->error;
    if (error == PTK_ERR_OK) {
        return false; /* an operation has returned it already */
    }
    ptk_loop_set_error(socket->delivery.loop, error);
    *data = (uintptr_t)-error;
    return true;
}

bool ptk_socket_deliver(ptk_resource_base_t *slot) {
    ptk_socket_internal_t *socket = ptk_socket_of(slot);
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    ptk_handle_t loop_handle = socket->base.event_loop;
    ptk_handle_t handle = socket->base.handle;
    PTK_DIAGNOSE(ptk_diagnose_unhandled(socket));
    /* In the order of their numbers. What handlers raise is left for the next pass, so that one busy socket does not
     * starve the rest. */
    uint32_t pending = socket->delivery.raised & socket->delivery.enabled;
    for (uint32_t index = 0; pending != 0; index++, pending >>= 1) {
        uintptr_t data;
        uint32_t now = socket->delivery.raised & socket->delivery.enabled;
        if ((pending & 1) == 0 || (now & 1u << index) == 0 || !consume(socket, PTK_EVENT_CONNECTED + index, &data)) {
            continue;
        }
        ptk_handler_t handler = ptk_handler_take(&socket->base, socket->handlers, index);
        ptk_handler_call(loop, handler, handle, PTK_EVENT_CONNECTED + index, data);
        if (!ptk_loop_is_live(loop, loop_handle)) {
            return false;
        }
        socket = ptk_socket_of(ptk_pool_find(&loop->pools[PTK_POOL_SOCKETS], handle)); /* a resize may have moved it */
        if (socket == NULL) {
            return true;
        }
    }
    requeue(socket); /* by themselves: a protothread's registration ends with the event */
    return true;
}

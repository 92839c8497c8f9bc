/**
 * @file socket_pause.c
 * @brief Sockets that are paused because a slot, a descriptor or memory is missing.
 *
 * A connection that cannot be accepted stays in the backlog. Its listener would be reported as ready for ever, so it is
 * paused until a socket of the loop was destroyed or the pool grew. Descriptors and the system's memory also become free
 * elsewhere, which is reported to no one; so the loop tries again after a while. All paused sockets share one time, which
 * is set by the first and postponed by none: a later one is tried a little early. The same is done for a connection or a
 * UDP socket whose system call fails for a reason that lasts, in the direction that failed.
 */
#include "core/socket.h"

#include "core/timer.h"

#define RETRY_NS 100000000u
#define PAUSED_FLAGS (PTK_SOCKET_FLAG_PAUSED | PTK_SOCKET_FLAG_PAUSED_WRITE)

/** Raises what was paused, so that whoever waits tries again. */
static void resume(ptk_socket_internal_t *socket) {
    if ((socket->flags & PTK_SOCKET_FLAG_PAUSED) != 0) {
        socket->delivery.raised |= PTK_SOCKET_BIT(PTK_EVENT_READABLE);
    }
    if ((socket->flags & PTK_SOCKET_FLAG_PAUSED_WRITE) != 0) {
        socket->delivery.raised |= PTK_SOCKET_BIT(PTK_EVENT_WRITABLE);
    }
    socket->flags &= (uint16_t)~PAUSED_FLAGS;
    (void)ptk_socket_handlers_changed(socket); /* a failure is the socket's: its error event reports it */
}

void ptk_socket_resume_paused(ptk_event_loop_slot_t *loop) {
    loop->retry_ns = PTK_DEADLINE_NEVER;
    if (loop->paused_sockets == 0) {
        return;
    }
    loop->paused_sockets = 0;
    for (uint32_t i = 0; i < loop->pools[PTK_POOL_SOCKETS].count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(&loop->pools[PTK_POOL_SOCKETS], i);
        ptk_socket_internal_t *socket = (ptk_socket_internal_t *)(void *)slot;
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

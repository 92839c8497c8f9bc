/**
 * @file socket_quiet.c
 * @brief Sockets that have to be quiet for want of a slot, a descriptor or memory.
 *
 * A connection that cannot be accepted stays in the backlog. Its listener would be reported as ready for ever, so it goes
 * quiet until a socket of the loop was destroyed or the pool grew. Descriptors can also become free elsewhere in the
 * process, where nobody tells; for that case the loop tries again after a while. So does a connection whose end cannot be
 * looked for now.
 */
#include "core/socket.h"

#include "core/timer.h"

#define RETRY_NS 100000000u

void ptk_socket_wake_quiet(ptk_event_loop_slot_t *loop) {
    loop->quiet_retry_ns = PTK_DEADLINE_NEVER;
    if (loop->quiet_sockets == 0) {
        return;
    }
    loop->quiet_sockets = 0;
    for (uint32_t i = 0; i < loop->pools[PTK_POOL_SOCKETS].count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(&loop->pools[PTK_POOL_SOCKETS], i);
        ptk_socket_internal_t *socket = (ptk_socket_internal_t *)(void *)slot;
        if (ptk_slot_is_live(&socket->base) && (socket->flags & PTK_SOCKET_FLAG_QUIET) != 0) {
            socket->flags &= (uint8_t)~PTK_SOCKET_FLAG_QUIET;
            socket->delivery.raised |= PTK_SOCKET_BIT(PTK_EVENT_READABLE);
            (void)ptk_socket_handlers_changed(socket); /* a failure is the socket's: it is told by its error event */
        }
    }
}

void ptk_socket_go_quiet(ptk_socket_internal_t *socket, bool in_a_while) {
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    if ((socket->flags & PTK_SOCKET_FLAG_QUIET) == 0) {
        socket->flags |= PTK_SOCKET_FLAG_QUIET;
        loop->quiet_sockets++;
    }
    ptk_socket_not_ready(socket, PTK_EVENT_READABLE);
    if (in_a_while) {
        loop->quiet_retry_ns = ptk_port_now_ns() + RETRY_NS;
    }
}

/**
 * @file socket_pool.c
 * @brief Sockets as a loop's resources: taking a slot, and what the loop asks of one or all of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/registry.h"

/** @brief Closes all sockets, while the loop is whole. False if the system still refers to the slot of one. */
static bool close_all(const ptk_pool_t *pool) {
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
        if (ptk_slot_is_live(slot)) {
            ptk_socket_close(ptk_socket_of(slot));
        }
    }
    for (uint32_t i = 0; i < pool->count && pool->in_use > 0; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
        if (ptk_slot_is_retired(slot)) {
            ptk_socket_close_retired(ptk_socket_of(slot));
        }
    }
    return pool->in_use == 0;
}

/**
 * @brief Before sockets move. The system may have been given the address of a slot for a request in flight. False if it
 * does not release one.
 */
static bool suspend_all(const ptk_pool_t *pool) {
    bool may_move = true;
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_socket_internal_t *socket = ptk_socket_of(ptk_pool_slot(pool, i));
        if (ptk_slot_is_retired(&socket->base)) {
            ptk_socket_close_retired(socket);
            may_move &= !ptk_slot_is_retired(&socket->base);
        } else if (ptk_slot_is_live(&socket->base) && ptk_socket_state(socket) != PTK_SOCKET_NEW) {
            may_move &= ptk_port_socket_quiesce(&socket->delivery.loop->platform, &socket->platform);
        }
    }
    return may_move;
}

/** @brief When they have moved, or stay after all. */
static void resume_all(const ptk_pool_t *pool) {
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_socket_internal_t *socket = ptk_socket_of(ptk_pool_slot(pool, i));
        if (ptk_slot_is_live(&socket->base) && ptk_socket_state(socket) != PTK_SOCKET_NEW) {
            (void)ptk_socket_refresh(socket); /* a failure is the socket's: its error event reports it */
        }
    }
}

/** @brief What sockets do for their loop. */
static ptk_err_t serve(ptk_event_loop_slot_t *loop, ptk_resource_base_t *slot, uint32_t request, uintptr_t argument,
                       ptk_err_t error) {
    ptk_socket_internal_t *socket = ptk_socket_of(slot);
    if (request == PTK_REQUEST_REPORT) { /* what comes with every message is first */
        ptk_socket_report(socket, (uint32_t)argument, error);
        return PTK_ERR_OK;
    }
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    bool is_done = true;
    switch (request) {
    case PTK_REQUEST_HANDLER_SET:
        return argument == 0 ? ptk_socket_refresh(socket) : ptk_socket_handler_set(socket, (ptk_event_t)argument);
    case PTK_REQUEST_RETRY:
        ptk_socket_resume_paused(loop);
        break;
    case PTK_REQUEST_CLOSE:
        is_done = close_all(pool);
        break;
    case PTK_REQUEST_SUSPEND:
        is_done = suspend_all(pool);
        break;
    case PTK_REQUEST_RESUME:
        resume_all(pool);
        break;
    default:
        break;
    }
    return is_done ? PTK_ERR_OK : PTK_ERR_BUSY;
}

ptk_handle_t ptk_socket_create(ptk_handle_t loop) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return ptk_result(loop, PTK_ERR_INVALID_HANDLE);
    }
    const ptk_resource_base_t *slot = ptk_pool_take(owner, PTK_POOL_SOCKETS, ptk_socket_deliver, serve);
    if (slot == NULL) {
        PTK_DIAGNOSE(ptk_diagnose_pool(__func__, owner, PTK_POOL_SOCKETS));
    }
    return ptk_created(loop, slot);
}

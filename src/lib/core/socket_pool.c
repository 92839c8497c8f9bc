/**
 * @file socket_pool.c
 * @brief Sockets as a loop's resources: taking a slot, and what the loop asks of one or all of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/socket.h"

#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/registry.h"

/** @brief Closes all sockets, while the loop is whole. */
static void close_all(const ptk_event_loop_slot_t *loop) {
    uint32_t cursor = 0;
    for (ptk_socket_internal_t *socket; (socket = ptk_socket_next(loop, &cursor)) != NULL;) {
        if (ptk_slot_is_live(&socket->base)) {
            ptk_socket_close(socket);
        }
    }
}

/**
 * @brief Has the system release the slots: it may have been given the address of one for a request in flight.
 *        PTK_ERR_BUSY if it does not release one.
 *
 * Of closed sockets, and before sockets move of those that are open.
 */
static ptk_err_t quiesce(ptk_event_loop_slot_t *loop) {
    ptk_err_t error = PTK_ERR_OK;
    uint32_t cursor = 0;
    if (!PTK_PLATFORM_KEEPS_SLOTS) {
        return error;
    }
    for (ptk_socket_internal_t *socket; (socket = ptk_socket_next(loop, &cursor)) != NULL;) {
        bool is_retired = ptk_slot_is_retired(&socket->base);
        if (!is_retired && (!ptk_slot_is_live(&socket->base) || ptk_socket_state(socket) == PTK_SOCKET_NEW)) {
            continue;
        }
        if (!ptk_port_socket_quiesce(&loop->platform, &socket->platform)) {
            error = PTK_ERR_BUSY;
        } else if (is_retired) {
            ptk_pool_release(&socket->base);
        }
    }
    return error;
}

/** @brief What a loop asks of all its sockets. */
PTK_OUT_OF_LINE static ptk_err_t serve_all(ptk_event_loop_slot_t *loop, uint32_t request, uintptr_t argument,
                                           ptk_err_t error) {
    switch (request) {
    case PTK_REQUEST_RETRY:
        ptk_socket_retry(loop, (const uint64_t *)argument);
        return PTK_ERR_OK;
    case PTK_REQUEST_CLOSE:
        close_all(loop);
        return quiesce(loop);
    case PTK_REQUEST_SUSPEND:
        return quiesce(loop);
    case PTK_REQUEST_RESUME:
        ptk_socket_resume(loop, true);
        return PTK_ERR_OK;
    default:
        return error;
    }
}

/** @brief Sets or removes a handler. What was raised before is deliverable then. */
static ptk_err_t set_handler(ptk_socket_internal_t *socket, const ptk_handler_change_t *change) {
    uint32_t index = change->event - PTK_EVENT_CONNECTED;
    if (index >= PTK_SOCKET_EVENT_COUNT) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    uint32_t bit = 1u << index;
    socket->handlers[index] = change->handler;
    socket->delivery.enabled &= (uint8_t)~bit;
    if (ptk_handler_is_set(&change->handler)) { /* what lasts for ever, as the end of a stream, is raised for each */
        socket->delivery.enabled |= (uint8_t)bit;
        socket->delivery.raised |= (uint8_t)(ptk_socket_ended(socket) & bit);
    }
    return ptk_socket_refresh(socket);
}

ptk_err_t ptk_socket_serve(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error) {
    ptk_socket_internal_t *socket = subject;
    if (request == PTK_REQUEST_DELIVER) { /* what comes with every message is first */
        return ptk_socket_deliver(subject);
    }
    if (request == PTK_REQUEST_REPORT) {
        return ptk_socket_report(socket, (uint32_t)argument, error); /* which the port does not hear of */
    }
    if (request == PTK_REQUEST_HANDLER_SET) {
        return set_handler(socket, (const ptk_handler_change_t *)argument);
    }
    return serve_all(subject, request, argument, error);
}

ptk_handle_t ptk_socket_create(ptk_handle_t loop) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_handle_t socket = ptk_resource_create(loop, PTK_POOL_SOCKETS, ptk_socket_serve);
    PTK_DIAGNOSE(ptk_diagnose_created(__func__, loop, PTK_POOL_SOCKETS, socket));
    return socket;
}

/** @file handler.c @brief Setting and removing the handler of an event, and what that means to each kind of resource. */
#include "core/handler.h"

#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/ready_queue.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/user_event.h"

ptk_err_t ptk_handler_set(ptk_handle_t resource, ptk_event_t event, ptk_handler_t handler) {
    ptk_resource_base_t *slot;
    uint32_t index;
    ptk_err_t error = ptk_handler_find(resource, event, &slot, &index);
    if (error == PTK_ERR_OUT_OF_MEMORY) {
        PTK_DIAGNOSE(ptk_diagnose_exhausted(handler.function != NULL ? "ptk_set_event_handler"
                                                                     : "ptk_set_protothread_event_handler",
                                            resource, "handlers of a user event source", PTK_USER_EVENT_HANDLERS));
    }
    if (error != PTK_ERR_OK) {
        return error;
    }
    PTK_DIAGNOSE(ptk_diagnose_replaced(resource, event, ptk_handler_at(slot, index), handler));
    ptk_handler_put(slot, index, event, handler);
    /* What was raised before becomes deliverable. */
    switch (PTK_HANDLE_TYPE(resource)) {
    case PTK_TYPE_TIMER:
        ptk_ready_update(slot);
        return PTK_ERR_OK;
    case PTK_TYPE_SOCKET:
        return ptk_socket_handler_set((ptk_socket_internal_t *)(void *)slot, event);
    default:
        ptk_source_update((ptk_user_event_source_internal_t *)(void *)slot);
        return PTK_ERR_OK;
    }
}

ptk_err_t ptk_set_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_event_handler_t handler,
                                void *user_data) {
    PTK_ENTER(resource, 0);
    ptk_handler_t value = {handler, user_data};
    return ptk_result(resource, handler == NULL ? PTK_ERR_INVALID_ARGUMENT : ptk_handler_set(resource, event, value));
}

ptk_err_t ptk_remove_event_handler(ptk_handle_t resource, ptk_event_t event) {
    PTK_ENTER(resource, 0);
    ptk_resource_base_t *slot;
    uint32_t index;
    ptk_err_t error = ptk_handler_find(resource, event, &slot, &index);
    if (error == PTK_ERR_OK) {
        ptk_handler_clear(slot, index); /* of a source this may be a free place, which stays one */
        if (PTK_HANDLE_TYPE(resource) == PTK_TYPE_SOCKET) {
            error = ptk_socket_refresh((ptk_socket_internal_t *)(void *)slot);
        }
    }
    /* Out of memory: full of handlers for other events. */
    return ptk_result(resource, error == PTK_ERR_OUT_OF_MEMORY ? PTK_ERR_OK : error);
}

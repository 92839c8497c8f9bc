/**
 * @file handler.c
 * @brief Setting and removing the handler of an event, and what that means to each kind of resource.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/handler.h"

#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/registry.h"

ptk_err_t ptk_handler_set(ptk_handle_t resource, ptk_event_t event, const ptk_handler_t *handler) {
    ptk_resource_base_t *slot;
    uint32_t index;
    ptk_err_t error = ptk_handler_find(resource, event, &slot, &index);
    if (error == PTK_ERR_OUT_OF_MEMORY) {
        PTK_DIAGNOSE(ptk_diagnose_exhausted(handler->function != NULL ? "ptk_set_event_handler"
                                                                      : "ptk_set_protothread_event_handler",
                                            resource, "handlers of a user event source", PTK_USER_EVENT_HANDLERS));
    }
    if (error != PTK_ERR_OK) {
        return error;
    }
    PTK_DIAGNOSE(ptk_diagnose_replaced(resource, event, ptk_handler_at(slot, index), *handler));
    ptk_handler_put(slot, index, event, handler);
    return ptk_slot_ask(slot, PTK_REQUEST_HANDLER_SET, event, PTK_ERR_OK); /* what was raised before is deliverable */
}

ptk_err_t ptk_set_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_event_handler_t handler,
                                void *user_data) {
    PTK_ENTER(resource, 0);
    ptk_handler_t value = {handler, user_data};
    return ptk_result(resource, handler == NULL ? PTK_ERR_INVALID_ARGUMENT : ptk_handler_set(resource, event, &value));
}

ptk_err_t ptk_remove_event_handler(ptk_handle_t resource, ptk_event_t event) {
    PTK_ENTER(resource, 0);
    ptk_resource_base_t *slot;
    uint32_t index;
    ptk_err_t error = ptk_handler_find(resource, event, &slot, &index);
    if (error == PTK_ERR_OK) {
        ptk_handler_clear(slot, index); /* of a source this may be a free place, which stays one */
        error = ptk_slot_ask(slot, PTK_REQUEST_HANDLER_SET, 0, PTK_ERR_OK);
    }
    /* Out of memory: full of handlers for other events. */
    return ptk_result(resource, error == PTK_ERR_OUT_OF_MEMORY ? PTK_ERR_OK : error);
}

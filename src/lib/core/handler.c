/**
 * @file handler.c
 * @brief Setting and removing the handler of an event.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/handler.h"

#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/registry.h"

ptk_err_t ptk_handler_set(ptk_resource_base_t *slot, const ptk_handler_change_t *change) {
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    PTK_DIAGNOSE(
        ptk_diagnose_replaced(slot->handle, change->event, ptk_handler_at(slot, change->event), change->handler));
    ptk_err_t error = ptk_slot_ask(slot, PTK_REQUEST_HANDLER_SET, (uintptr_t)change, PTK_ERR_OK);
    if (error == PTK_ERR_OUT_OF_MEMORY && ptk_handler_is_set(&change->handler)) {
        PTK_DIAGNOSE(ptk_diagnose_exhausted(change->handler.function != NULL ? "ptk_set_event_handler"
                                                                             : "ptk_set_protothread_event_handler",
                                            slot->handle, "handlers of a user event source", PTK_USER_EVENT_HANDLERS));
    }
    return error;
}

ptk_err_t ptk_set_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_event_handler_t handler,
                                void *user_data) {
    PTK_ENTER(resource, 0);
    ptk_handler_change_t change = {event, {handler, user_data}};
    return ptk_result(resource, handler == NULL ? PTK_ERR_INVALID_ARGUMENT
                                                : ptk_handler_set(ptk_resource_find_any(resource), &change));
}

ptk_err_t ptk_remove_event_handler(ptk_handle_t resource, ptk_event_t event) {
    PTK_ENTER(resource, 0);
    ptk_handler_change_t change = {event, {NULL, NULL}};
    ptk_err_t error = ptk_handler_set(ptk_resource_find_any(resource), &change);
    /* Out of memory: full of handlers for other events. */
    return ptk_result(resource, error == PTK_ERR_OUT_OF_MEMORY ? PTK_ERR_OK : error);
}

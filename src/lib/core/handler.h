/** @file handler.h @brief Who handles an event: finding the place, setting and clearing it. */
#ifndef PTK_CORE_HANDLER_H
#define PTK_CORE_HANDLER_H

#include "core/pool.h"

/** Sets the handler of an event, which ptk_set_event_handler() and its protothread form share. */
ptk_err_t ptk_handler_set(ptk_handle_t resource, ptk_event_t event, ptk_handler_t handler);

/** Removes the handler of an event if it is this protothread, and tells whether it was. */
bool ptk_handler_remove_protothread(ptk_handle_t resource, ptk_event_t event, const ptk_pt_t *pt);

/** Removes every registration of a protothread from all resources of a loop. */
void ptk_handler_remove_all(ptk_event_loop_slot_t *loop, const ptk_pt_t *pt);

/** Whether a protothread is registered for any event of a loop's resources. Of Debug libraries alone. */
bool ptk_handler_waits(const ptk_event_loop_slot_t *loop, const ptk_pt_t *pt);

/** Ends the registration of a protothread at an index of a resource's handlers. */
void ptk_handler_clear(ptk_resource_base_t *slot, uint32_t index);

/** A handler to be called now: a function's registration stays, a protothread's ends here. */
PTK_ALWAYS_INLINE ptk_handler_t ptk_handler_take(ptk_resource_base_t *slot, const ptk_handler_t *handlers,
                                                 uint32_t index) {
    ptk_handler_t handler = handlers[index];
    if (handler.function == NULL) {
        ptk_handler_clear(slot, index);
    }
    return handler;
}

#endif

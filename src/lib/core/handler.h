/** @file handler.h @brief Who handles an event: finding the place, setting and clearing it. */
#ifndef PTK_CORE_HANDLER_H
#define PTK_CORE_HANDLER_H

#include "core/pool.h"

/** Sets the handler of an event, which ptk_set_event_handler() and its protothread form share. */
ptk_err_t ptk_handler_set(ptk_handle_t resource, ptk_event_t event, ptk_handler_slot_t handler);

/** Removes the handler of an event if it is this protothread; a stale handle or another handler is left alone. */
void ptk_handler_remove_protothread(ptk_handle_t resource, ptk_event_t event, const ptk_pt_t *pt);

/** Removes every registration of a protothread from all resources of a loop. */
void ptk_handler_remove_all(ptk_event_loop_slot_t *loop, const ptk_pt_t *pt);

/** The handler at an index of a resource's handlers, to be called now: a protothread's registration ends here. */
ptk_handler_slot_t ptk_handler_take(ptk_resource_base_t *slot, uint32_t index);

#endif

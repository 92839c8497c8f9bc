/**
 * @file handler_slot.h
 * @brief The handlers of a resource: called, and removed where they are a protothread.
 *
 * All kinds of resources are handled alike here. How a handler is set is known to each kind, so that a program links
 * that of the kinds it uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_HANDLER_SLOT_H
#define PTK_CORE_HANDLER_SLOT_H

#include "core/pool.h"

/** @brief A handler that is to be set, or none if that of the event is to be removed: PTK_REQUEST_HANDLER_SET. */
typedef struct ptk_handler_change {
    ptk_event_t event;     /**< @brief Of which event, any number. */
    ptk_handler_t handler; /**< @brief The new one. */
} ptk_handler_change_t;

/** @brief Whether a handler is one. */
static inline bool ptk_handler_is_set(const ptk_handler_t *handler) {
    return handler->function != NULL || handler->context != NULL;
}

/** @brief The handler of an event, or none; in a Debug library. */
ptk_handler_t ptk_handler_at(ptk_resource_base_t *slot, ptk_event_t event);

/** @brief Ends the registration of a protothread, which is in its place. */
void ptk_handler_end(ptk_resource_base_t *slot, const ptk_handler_t *handler);

/** @brief Removes the handler of an event if it is this protothread. Returns whether it was. */
bool ptk_handler_remove_protothread(ptk_handle_t resource, ptk_event_t event, const ptk_pt_t *pt);

/** @brief Removes every registration of a protothread from all resources of a loop. */
void ptk_handler_remove_all(ptk_event_loop_slot_t *loop, const ptk_pt_t *pt);

/** @brief Whether a protothread is registered for any event of a loop's resources. Debug libraries only. */
bool ptk_handler_waits(const ptk_event_loop_slot_t *loop, const ptk_pt_t *pt);

/**
 * @brief Calls a handler of a resource. A function's registration stays, a protothread's ends before. Returns whether the
 *        loop is still there.
 *
 * Application code runs in here: after it every slot must be looked up again.
 */
bool ptk_handler_call(ptk_resource_base_t *slot, const ptk_handler_t *handler, ptk_event_t event, uintptr_t data);

#endif

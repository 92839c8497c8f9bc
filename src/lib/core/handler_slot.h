/**
 * @file handler_slot.h
 * @brief The place where a resource keeps the handler of an event: found, set, cleared, taken, called.
 *
 * All kinds of resources are handled alike here; what a new handler means to a resource is known above, in handler.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_HANDLER_SLOT_H
#define PTK_CORE_HANDLER_SLOT_H

#include "core/pool.h"

/** @brief Finds a resource and the place of an event's handler, or a free place for it. */
ptk_err_t ptk_handler_find(ptk_handle_t resource, ptk_event_t event, ptk_resource_base_t **slot, uint32_t *index);

/** @brief The handler in a place; in a Debug library. */
ptk_handler_t ptk_handler_at(ptk_resource_base_t *slot, uint32_t index);

/** @brief Puts a handler into its place, or none. */
void ptk_handler_put(ptk_resource_base_t *slot, uint32_t index, ptk_event_t event, const ptk_handler_t *handler);

/** @brief Ends the registration of a protothread at an index of a resource's handlers. */
void ptk_handler_clear(ptk_resource_base_t *slot, uint32_t index);

/** @brief The same of a handler in its place. */
void ptk_handler_end(ptk_resource_base_t *slot, const ptk_handler_t *handler);

/** @brief The place of an event's handler in a source, or PTK_USER_EVENT_HANDLERS. Free places have event 0. */
uint32_t ptk_handler_of_event(const ptk_user_event_source_internal_t *source, ptk_event_t event);

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

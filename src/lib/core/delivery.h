/**
 * @file delivery.h
 * @brief The ready queue: from "raised and enabled" to a call of the handler.
 *
 * A resource is queued when an event of it is raised and has a handler. A pass delivers what was queued when the wait
 * ended, each event at most once; what handlers raise is queued for the next pass. Slots are queued by reference, never
 * by pointer, and a freed slot stays queued: when it is taken out it has nothing to deliver.
 */
#ifndef PTK_CORE_DELIVERY_H
#define PTK_CORE_DELIVERY_H

#include "core/pool.h"

/** Queues a resource for the next pass, if it is not queued yet. */
void ptk_ready_push(ptk_resource_base_t *slot);

/** Queues a timer or socket if it has an event that is raised and enabled. */
void ptk_ready_update(ptk_resource_base_t *slot);

/** Delivers everything that is queued now. False if a handler destroyed the loop. */
bool ptk_ready_deliver(ptk_event_loop_slot_t *loop);

/**
 * Calls who handles an event; a protothread's registration is gone before. Application code runs in here: every slot must
 * be looked up again behind it, the loop's included.
 */
void ptk_handler_call(ptk_event_loop_slot_t *loop, ptk_handler_t handler, ptk_handle_t resource, ptk_event_t event,
                      uintptr_t data);

/** Delivers a timer's expiry. As the two below: the slot is live, and false means that the loop is gone. */
bool ptk_timer_deliver(ptk_timer_internal_t *timer);

/** Delivers each event of a socket that is raised and enabled. */
bool ptk_socket_deliver(ptk_socket_internal_t *socket);

/** Delivers the events that were in a source's queue when it was called and that have handlers. */
bool ptk_source_deliver(ptk_user_event_source_internal_t *source);

#endif

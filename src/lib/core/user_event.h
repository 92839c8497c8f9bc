/** @file user_event.h @brief User event sources: what the rest of the loop needs of them. */
#ifndef PTK_CORE_USER_EVENT_H
#define PTK_CORE_USER_EVENT_H

#include "core/pool.h"

/** @brief Queues a source for the next pass if it holds an event that has a handler. */
void ptk_source_update(ptk_user_event_source_internal_t *source);

/** @brief Queues the sources on which events were raised since the last call. */
void ptk_source_collect(ptk_event_loop_slot_t *loop);

/** @brief Takes the list of the sources on which events were raised. Returns the reference of the first, or none. */
uint32_t ptk_source_take_raised(ptk_event_loop_slot_t *loop);

/** @brief The source that a reference of that list names; raisers may link it anew. Moves the reference on. */
ptk_user_event_source_internal_t *ptk_source_next_raised(const ptk_event_loop_slot_t *loop, uint32_t *reference);

/** @brief Copies a live source while events are raised on it: what was raised by now. May be called again for more. */
void ptk_source_copy(ptk_user_event_source_internal_t *to, ptk_user_event_source_internal_t *from);

/**
 * @brief Delivers the events that were in a live source's queue when it was called and that have handlers.
 *
 * Returns false if the loop is gone.
 */
bool ptk_source_deliver(ptk_user_event_source_internal_t *source);

/** @brief What ptk_event_loop_slot_t.wake_state says. */
enum {
    PTK_WAKE_AWAKE = 0,    /**< The loop runs, or nobody runs it; nothing new was raised. */
    PTK_WAKE_SLEEPING = 1, /**< The loop is about to wait or waits. */
    PTK_WAKE_SIGNALLED = 2 /**< Something was raised: the loop has to look before it waits again. */
};

#endif

/** @file user_event.h @brief User event sources: what the rest of the loop needs of them. */
#ifndef PTK_CORE_USER_EVENT_H
#define PTK_CORE_USER_EVENT_H

#include "core/pool.h"

/** Where a source keeps the handler of an event, or a free place for it; NULL for event 0 or when all are taken. */
ptk_handler_slot_t *ptk_source_handler(ptk_user_event_source_internal_t *source, ptk_event_t event, uint32_t *index);

/** Notes which event the handler at index is for; 0 frees the place. */
void ptk_source_set_event(ptk_user_event_source_internal_t *source, uint32_t index, ptk_event_t event);

/** Queues a source for the next pass if it holds an event that has a handler. */
void ptk_source_update(ptk_event_loop_slot_t *loop, ptk_user_event_source_internal_t *source);

/** Queues the sources on which events were raised since the last call. */
void ptk_source_collect(ptk_event_loop_slot_t *loop);

/** Forgets which sources have new events and finds them again: their slots were moved. Under the loop's lock. */
void ptk_source_relink(ptk_event_loop_slot_t *loop);

/** What ptk_event_loop_slot_t.wake_state says. */
enum {
    PTK_WAKE_AWAKE = 0,    /**< The loop runs, or nobody runs it; nothing new was raised. */
    PTK_WAKE_SLEEPING = 1, /**< The loop is about to wait or waits. */
    PTK_WAKE_SIGNALLED = 2 /**< Something was raised: the loop has to look before it waits again. */
};

#endif

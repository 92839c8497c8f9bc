/**
 * @file user_event.h
 * @brief User event sources: what the rest of the loop needs of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_USER_EVENT_H
#define PTK_CORE_USER_EVENT_H

#include "core/pool.h"

/** @brief What ptk_event_loop_slot_t.wake_state says. */
enum {
    PTK_WAKE_AWAKE = 0,    /**< @brief The loop runs, or no one runs it; nothing new was raised. */
    PTK_WAKE_SLEEPING = 1, /**< @brief The loop is about to wait or waits. */
    PTK_WAKE_SIGNALLED = 2 /**< @brief Something was raised: the loop has to look before it waits again. */
};

/** @brief The source in a slot of the pool of sources; NULL stays NULL. */
static inline ptk_user_event_source_internal_t *ptk_source_of(ptk_resource_base_t *slot) {
    return (ptk_user_event_source_internal_t *)(void *)slot;
}

/** @brief How many events a queue holds. */
#define PTK_QUEUE_SIZE ((uint32_t)PTK_USER_EVENT_QUEUE_SIZE)

/** @brief The position that is count entries after another one. */
static inline uint32_t ptk_queue_advance(uint32_t position, uint32_t count) {
    return (position + count) % (2 * PTK_QUEUE_SIZE);
}

/** @brief How many events are in a queue. */
static inline uint32_t ptk_queue_length(uint32_t head, uint32_t tail) {
    return (tail + 2 * PTK_QUEUE_SIZE - head) % (2 * PTK_QUEUE_SIZE);
}

/** @brief The entry of a source's queue at a position. */
static inline ptk_user_event_t *ptk_queue_entry(ptk_user_event_source_internal_t *source, uint32_t position) {
    return &source->queue[position % PTK_QUEUE_SIZE];
}

/** @brief Queues a source if it is live and holds an event, handled or not: delivering it finds out. */
void ptk_source_update(ptk_user_event_source_internal_t *source);

/** @brief Copies a live source to a slot that no one knows yet, while events are raised on it. */
void ptk_source_copy(ptk_resource_base_t *to, ptk_resource_base_t *from);

/**
 * @brief Gives raisers the new sources in place of the old ones, in one moment in which nothing new is in the old ones.
 */
void ptk_sources_publish(ptk_event_loop_slot_t *loop, const ptk_pool_t *pool);

/** @brief Queues the sources that hold an event: what was raised during a move is on no list. */
void ptk_sources_update(ptk_event_loop_slot_t *loop);

#endif

/**
 * @file user_event_move.c
 * @brief Moving user event sources to another pool while other threads raise events on them: a program that never
 *        resizes does not link this.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/user_event.h"

#include "core/atomic.h"
#include "core/port.h"
#include "core/ready_queue.h"

#include <string.h>

/** @brief Copies a source: of its queue what was raised from a position on by now. */
static void copy(ptk_user_event_source_internal_t *to, ptk_user_event_source_internal_t *from, uint32_t position) {
    const size_t kept = offsetof(ptk_user_event_source_internal_t, head); /* tail and links are not its alone */
    uint32_t tail = ptk_atomic_load(&from->tail);
    to->base = from->base;
    to->delivery.slot = PTK_SLOT_MOVED;
    memcpy((uint8_t *)to + kept, (uint8_t *)from + kept, offsetof(ptk_user_event_source_internal_t, queue) - kept);
    for (; position != tail; position = ptk_queue_advance(position, 1)) {
        *ptk_queue_entry(to, position) = *ptk_queue_entry(from, position);
    }
    to->tail = tail;
}

void ptk_source_copy(ptk_resource_base_t *to, ptk_resource_base_t *from) {
    copy(ptk_source_of(to), ptk_source_of(from), ptk_source_of(from)->head);
}

/* What is raised on an old source is copied again. The old queues are not emptied, so it comes to an end. */
void ptk_sources_publish(ptk_event_loop_slot_t *loop, const ptk_pool_t *pool) {
    for (;;) {
        ptk_port_lock(&loop->lock);
        ptk_resource_base_t *from = ptk_ring_take(&loop->raised, PTK_LINK_OWN);
        bool is_searched = ptk_atomic_load(&loop->wakers) != 0; /* by a raiser that gave the lock back, maybe */
        bool is_done = from == NULL && !is_searched;
        if (is_done) {
            loop->pools[PTK_POOL_SOURCES] = *pool;
        }
        ptk_port_unlock(&loop->lock);
        if (is_done) {
            return;
        }
        if (from != NULL) {
            ptk_user_event_source_internal_t *to = ptk_source_of(ptk_pool_find(pool, from->handle));
            copy(to, ptk_source_of(from), to->tail);
        } else {
            ptk_port_back_off();
        }
    }
}

void ptk_sources_update(ptk_event_loop_slot_t *loop) {
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOURCES];
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_source_update(ptk_source_of(ptk_pool_slot(pool, i)));
    }
}

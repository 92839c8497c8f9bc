/**
 * @file user_event.c
 * @brief User event sources: a bounded queue that any thread puts into and the loop's thread takes from.
 *
 * Raisers hold the loop's lock for a bounded handful of instructions, since on some systems that means that no
 * interrupt comes; the loop's thread takes events without it. Raisers write entries outside of head..tail and move
 * tail; the loop's thread owns the entries from head to the tail that it saw, and moves head. Both indices run through
 * twice the queue's size, so that full and empty differ. Raisers put the sources with new events on a ring; the loop's
 * thread takes one after the other from it, under the lock.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/user_event.h"

#include "core/atomic.h"
#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/port.h"
#include "core/ready_queue.h"
#include "core/registry.h"

#include <string.h>

/** @brief How many events a queue holds. */
#define QUEUE_SIZE ((uint32_t)PTK_USER_EVENT_QUEUE_SIZE)

/** @brief The position that is count entries after another one. */
static uint32_t advance(uint32_t position, uint32_t count) {
    return (position + count) % (2 * QUEUE_SIZE);
}

/** @brief How many events are in a queue. */
static uint32_t queued(uint32_t head, uint32_t tail) {
    return (tail + 2 * QUEUE_SIZE - head) % (2 * QUEUE_SIZE);
}

/** @brief The entry of a source's queue at a position. */
static ptk_user_event_t *entry(ptk_user_event_source_internal_t *source, uint32_t position) {
    return &source->queue[position % QUEUE_SIZE];
}

/* ------------------------------------------------------------------------------------------------ raising */

/**
 * @brief Finds a source for a raiser, or NULL. Under the lock.
 *
 * One that a resize displaced can be anywhere. It is looked for in one slot after the other, and the lock is given back
 * each time; the search begins anew if the sources were moved meanwhile.
 */
static ptk_resource_base_t *find_to_raise(ptk_event_loop_slot_t *loop, ptk_handle_t handle) {
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOURCES];
    ptk_resource_base_t *found;
    uint32_t moves;
    do {
        moves = loop->moves;
        found = ptk_pool_probe(pool, handle);
        for (uint32_t i = 0; found == NULL && moves == loop->moves && pool->displaced != 0 && i < pool->count; i++) {
            ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
            if (slot->handle == handle) {
                found = slot;
            } else {
                ptk_port_unlock(&loop->lock);
                ptk_port_lock(&loop->lock);
            }
        }
    } while (moves != loop->moves);
    return found;
}

/** @brief Puts an event into the source's queue. Under the lock. */
static ptk_err_t enqueue(ptk_event_loop_slot_t *loop, ptk_handle_t handle, ptk_event_t event, uintptr_t data) {
    ptk_resource_base_t *slot = find_to_raise(loop, handle);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_user_event_source_internal_t *source = (ptk_user_event_source_internal_t *)(void *)slot;
    if (queued(ptk_atomic_load(&source->head), source->tail) == QUEUE_SIZE) {
        loop->refused_raises++;
        return PTK_ERR_WOULD_BLOCK;
    }
    entry(source, source->tail)->event = event;
    entry(source, source->tail)->data = data;
    ptk_atomic_store(&source->tail, advance(source->tail, 1));
    ptk_ring_append(&loop->raised, slot, PTK_LINK_OWN);
    return PTK_ERR_OK;
}

/** @brief Checks the arguments, puts the event into the source's queue and wakes the loop if it waits. */
static ptk_err_t raise_event(ptk_handle_t source, ptk_event_t event, uintptr_t data) {
    if (event == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (PTK_HANDLE_TYPE(source) != PTK_TYPE_USER_EVENT_SOURCE) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_event_loop_slot_t *loop = ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(source));
    if (loop == NULL || ptk_atomic_load(&loop->live_id) == 0) {
        return PTK_ERR_INVALID_HANDLE;
    }
    bool wake = false;
    ptk_port_lock(&loop->lock);
    ptk_err_t error = enqueue(loop, source, event, data);
    if (error == PTK_ERR_OK) {
        /* The exchange also orders the new tail before the look at the state: a loop that goes to sleep now sees one
         * or the other. */
        wake = ptk_atomic_exchange(&loop->wake_state, PTK_WAKE_SIGNALLED) == PTK_WAKE_SLEEPING;
        if (wake) {
            (void)ptk_atomic_add(&loop->wakers, 1); /* the loop cannot be destroyed before it is counted down */
        }
    }
    ptk_port_unlock(&loop->lock);
    if (wake) {
        /* Outside of the lock: the loop that wakes up takes it first thing. */
        ptk_port_poller_wake(&loop->platform);
        (void)ptk_atomic_add(&loop->wakers, UINT32_MAX);
    }
    return error;
}

ptk_err_t ptk_raise_event(ptk_handle_t source, ptk_event_t event, uintptr_t data) {
    ptk_err_t error = raise_event(source, event, data);
    if (error == PTK_ERR_INVALID_HANDLE) {
        PTK_DIAGNOSE(ptk_diagnose_raise(__func__, source));
    }
    return ptk_result(source, error);
}

/* ------------------------------------------------------------------------------------------------ delivery */

/**
 * @brief How many of the oldest `count` events are in front of the first that someone handles; count if there is none.
 */
static uint32_t unhandled_before(ptk_user_event_source_internal_t *source, uint32_t count) {
    uint32_t i = 0;
    while (i < count &&
           ptk_handler_of_event(source, entry(source, advance(source->head, i))->event) == PTK_USER_EVENT_HANDLERS) {
        i++;
    }
    return i;
}

/** @brief Queues a source for the next pass if it holds an event that has a handler. */
static void update(ptk_user_event_source_internal_t *source) {
    uint32_t count = queued(source->head, ptk_atomic_load(&source->tail));
    if (ptk_slot_is_live(&source->base) && unhandled_before(source, count) < count) {
        ptk_ready_push(&source->base);
    }
}

/** @brief Takes the event after `skipped` others out of the queue; those keep their order. */
static ptk_user_event_t remove_entry(ptk_user_event_source_internal_t *source, uint32_t skipped) {
    ptk_user_event_t event = *entry(source, advance(source->head, skipped));
    for (; skipped > 0; skipped--) {
        *entry(source, advance(source->head, skipped)) = *entry(source, advance(source->head, skipped - 1));
    }
    ptk_atomic_store(&source->head, advance(source->head, 1));
    return event;
}

/**
 * @brief Delivers the events that were in a live source's queue when it was called and that have handlers.
 *
 * Returns false if the loop is gone.
 */
static bool deliver(ptk_resource_base_t *slot) {
    ptk_user_event_source_internal_t *source = (ptk_user_event_source_internal_t *)(void *)slot;
    ptk_handle_t handle = source->base.handle;
    ptk_event_loop_slot_t *loop = source->delivery.loop;
    ptk_handle_t loop_handle = source->base.event_loop;
    uint32_t pending = queued(source->head, ptk_atomic_load(&source->tail));
    while (pending != 0) {
        /* From the oldest on each time: one that no one handled comes first when a handler was set for it meanwhile. */
        uint32_t skipped = unhandled_before(source, pending);
        if (skipped == pending) {
            break;
        }
        pending--;
        ptk_user_event_t event = remove_entry(source, skipped);
        uint32_t index = ptk_handler_of_event(source, event.event);
        ptk_handler_t handler = ptk_handler_take(&source->base, source->handlers, index);
        ptk_handler_call(loop, handler, handle, event.event, event.data);
        if (!ptk_loop_is_live(loop, loop_handle)) {
            return false;
        }
        slot = ptk_pool_find(&loop->pools[PTK_POOL_SOURCES], handle);
        if (slot == NULL) {
            break;
        }
        source = (ptk_user_event_source_internal_t *)(void *)slot; /* a resize may have moved it */
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------ lists and moves */

/**
 * @brief Queues the sources on which events were raised since the last call. Raisers may link one anew meanwhile.
 *
 * It comes to an end, as nothing is taken from the queues: a raise that links a source fills its queue.
 */
static void collect(ptk_event_loop_slot_t *loop) {
    bool is_more;
    do {
        ptk_port_lock(&loop->lock);
        ptk_resource_base_t *slot = ptk_ring_take(&loop->raised, PTK_LINK_OWN);
        is_more = loop->raised != NULL;
        ptk_port_unlock(&loop->lock);
        if (slot != NULL) {
            update((ptk_user_event_source_internal_t *)(void *)slot);
        }
    } while (is_more);
}

/** @brief Copies a live source while events are raised on it: what was raised from a position on by now. */
static void copy(ptk_user_event_source_internal_t *to, ptk_user_event_source_internal_t *from, uint32_t position) {
    const size_t kept = offsetof(ptk_user_event_source_internal_t, head); /* tail and links are not its alone */
    uint32_t tail = ptk_atomic_load(&from->tail);
    to->base = from->base;
    to->delivery.slot = PTK_SLOT_MOVED;
    memcpy((uint8_t *)to + kept, (uint8_t *)from + kept, offsetof(ptk_user_event_source_internal_t, queue) - kept);
    for (; position != tail; position = advance(position, 1)) {
        *entry(to, position) = *entry(from, position);
    }
    to->tail = tail;
}

/**
 * @brief Gives raisers the new sources in place of the old ones, in one moment in which nothing new is in the old ones.
 *
 * Until then what is raised on an old one is copied again. The old queues are not emptied, so it comes to an end.
 */
static void publish(ptk_event_loop_slot_t *loop, const ptk_pool_t *pool) {
    for (;;) {
        ptk_port_lock(&loop->lock);
        ptk_resource_base_t *from = ptk_ring_take(&loop->raised, PTK_LINK_OWN);
        if (from == NULL) {
            loop->pools[PTK_POOL_SOURCES] = *pool;
            loop->moves++;
        }
        ptk_port_unlock(&loop->lock);
        if (from == NULL) {
            return;
        }
        ptk_resource_base_t *slot = ptk_pool_find(pool, from->handle);
        ptk_user_event_source_internal_t *to = (ptk_user_event_source_internal_t *)(void *)slot;
        copy(to, (ptk_user_event_source_internal_t *)(void *)from, to->tail);
    }
}

/** @brief Queues the sources that hold an event that has a handler: what was raised during a move is on no list. */
static void update_all(ptk_event_loop_slot_t *loop) {
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOURCES];
    for (uint32_t i = 0; i < pool->count; i++) {
        update((ptk_user_event_source_internal_t *)(void *)ptk_pool_slot(pool, i));
    }
}

/** @brief What sources do for their loop. */
static ptk_err_t serve(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error) {
    (void)error;
    switch (request) {
    case PTK_REQUEST_DELIVER:
        return deliver(subject) ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE;
    case PTK_REQUEST_HANDLER_SET:
        update(subject);
        break;
    case PTK_REQUEST_COLLECT:
        collect(subject);
        break;
    case PTK_REQUEST_COPY: {
        ptk_user_event_source_internal_t *from = (ptk_user_event_source_internal_t *)argument;
        copy(subject, from, from->head);
        break;
    }
    case PTK_REQUEST_PUBLISH:
        publish(subject, (const ptk_pool_t *)argument);
        break;
    case PTK_REQUEST_RESUME:
        update_all(subject);
        break;
    default:
        break;
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ life */

ptk_handle_t ptk_user_event_source_create(ptk_handle_t loop) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return ptk_result(loop, PTK_ERR_INVALID_HANDLE);
    }
    const ptk_resource_base_t *slot = ptk_pool_take(owner, PTK_POOL_SOURCES, serve);
    if (slot == NULL) {
        PTK_DIAGNOSE(ptk_diagnose_pool(__func__, owner, PTK_POOL_SOURCES));
    }
    return ptk_created(loop, slot);
}

ptk_err_t ptk_user_event_source_destroy(ptk_handle_t source) {
    PTK_ENTER_DESTROY(source, PTK_TYPE_USER_EVENT_SOURCE);
    ptk_user_event_source_internal_t *slot = ptk_source_find(source);
    if (slot == NULL) {
        return ptk_result(source, PTK_ERR_INVALID_HANDLE);
    }
    ptk_event_loop_slot_t *loop = slot->delivery.loop;
    ptk_port_lock(&loop->lock);
    ptk_pool_free(&slot->base);
    ptk_port_unlock(&loop->lock);
    collect(loop); /* no free slot may be on the ring of raised sources */
    return PTK_ERR_OK;
}

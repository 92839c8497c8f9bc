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

/* ------------------------------------------------------------------------------------------------ raising */

/** @brief Puts an event into the source's queue. Under the lock. */
static ptk_err_t enqueue(ptk_event_loop_slot_t *loop, ptk_handle_t handle, ptk_event_t event, uintptr_t data) {
    ptk_resource_base_t *slot = ptk_pool_search(&loop->pools[PTK_POOL_SOURCES], loop, handle);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_user_event_source_internal_t *source = ptk_source_of(slot);
    if (ptk_queue_length(ptk_atomic_load(&source->head), source->tail) == PTK_QUEUE_SIZE) {
        loop->refused_raises++;
        return PTK_ERR_WOULD_BLOCK;
    }
    ptk_queue_entry(source, source->tail)->event = event;
    ptk_queue_entry(source, source->tail)->data = data;
    ptk_atomic_store(&source->tail, ptk_queue_advance(source->tail, 1));
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
    return ptk_message_result(source, error);
}

/* ------------------------------------------------------------------------------------------------ delivery */

/** @brief The place of an event's handler, or PTK_USER_EVENT_HANDLERS. Free places have event 0. */
static uint32_t index_of(const ptk_user_event_source_internal_t *source, ptk_event_t event) {
    uint32_t i = 0;
    while (i < PTK_USER_EVENT_HANDLERS && source->events[i] != event) {
        i++;
    }
    return i;
}

void ptk_source_update(ptk_user_event_source_internal_t *source) {
    if (ptk_slot_is_live(&source->base) && source->head != ptk_atomic_load(&source->tail)) {
        ptk_ready_push(&source->base);
    }
}

/** @brief Takes the event after `skipped` others out of the queue; those keep their order. */
static ptk_user_event_t remove_entry(ptk_user_event_source_internal_t *source, uint32_t skipped) {
    ptk_user_event_t event = *ptk_queue_entry(source, ptk_queue_advance(source->head, skipped));
    for (; skipped > 0; skipped--) {
        *ptk_queue_entry(source, ptk_queue_advance(source->head, skipped)) =
            *ptk_queue_entry(source, ptk_queue_advance(source->head, skipped - 1));
    }
    ptk_atomic_store(&source->head, ptk_queue_advance(source->head, 1));
    return event;
}

/**
 * @brief Delivers the events that were in a live source's queue when it was called and that have handlers.
 *
 * Returns false if the loop is gone.
 */
static bool deliver(ptk_resource_base_t *slot) {
    ptk_user_event_source_internal_t *source = ptk_source_of(slot);
    ptk_handle_t handle = source->base.handle;
    ptk_event_loop_slot_t *loop = source->delivery.loop;
    uint32_t pending = ptk_queue_length(source->head, ptk_atomic_load(&source->tail));
    for (uint32_t skipped = 0; skipped < pending;) {
        uint32_t index = index_of(source, ptk_queue_entry(source, ptk_queue_advance(source->head, skipped))->event);
        if (index == PTK_USER_EVENT_HANDLERS) {
            skipped++;
            continue;
        }
        ptk_user_event_t event = remove_entry(source, skipped);
        if (!ptk_handler_call(&source->base, &source->handlers[index], event.event, event.data)) {
            return false;
        }
        slot = ptk_pool_find(&loop->pools[PTK_POOL_SOURCES], handle);
        if (slot == NULL) {
            break;
        }
        source = ptk_source_of(slot); /* a resize may have moved it */
        pending--;
        skipped = 0; /* one that no one handled comes first when a handler was set for it meanwhile */
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------ serving the loop */

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
            ptk_source_update(ptk_source_of(slot));
        }
    } while (is_more);
}

/** @brief Sets or removes a handler. What was raised before is deliverable then. */
static ptk_err_t set_handler(ptk_user_event_source_internal_t *source, const ptk_handler_change_t *change) {
    ptk_event_t wanted = change->event;
    uint32_t index;
    if (wanted == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    while ((index = index_of(source, wanted)) == PTK_USER_EVENT_HANDLERS) {
        if (wanted == 0) {
            return PTK_ERR_OUT_OF_MEMORY;
        }
        wanted = 0; /* a free place */
    }
    source->handlers[index] = change->handler;
    source->events[index] = ptk_handler_is_set(&change->handler) ? change->event : 0;
    ptk_source_update(source);
    return PTK_ERR_OK;
}

/** @brief What sources do for their loop. */
static ptk_err_t serve(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error) {
    (void)error;
    if (request == PTK_REQUEST_DELIVER) {
        return deliver(subject) ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE;
    }
    if (request == PTK_REQUEST_HANDLER_SET) {
        return set_handler(subject, (const ptk_handler_change_t *)argument);
    }
    if (request == PTK_REQUEST_COLLECT) {
        collect(subject);
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ life */

ptk_handle_t ptk_user_event_source_create(ptk_handle_t loop) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_handle_t source = ptk_resource_create(loop, PTK_POOL_SOURCES, serve);
    PTK_DIAGNOSE(ptk_diagnose_created(__func__, loop, PTK_POOL_SOURCES, source));
    return source;
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

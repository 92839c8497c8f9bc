/**
 * @file user_event.c
 * @brief User event sources: a bounded queue that any thread puts into and the loop's thread takes from.
 *
 * Raisers hold the loop's lock; the loop's thread takes events without it. Raisers write entries outside of head..tail
 * and move tail; the loop's thread owns the entries from head to the tail that it saw, and moves head. Both indices run
 * through twice the queue's size, so that full and empty differ.
 */
#include "core/user_event.h"

#include "core/atomic.h"
#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/port.h"
#include "core/ready_queue.h"
#include "core/registry.h"

#define QUEUE_SIZE ((uint32_t)PTK_USER_EVENT_QUEUE_SIZE)

static uint32_t advance(uint32_t position, uint32_t count) {
    return (position + count) % (2 * QUEUE_SIZE);
}

static uint32_t queued(uint32_t head, uint32_t tail) {
    return (tail + 2 * QUEUE_SIZE - head) % (2 * QUEUE_SIZE);
}

static ptk_user_event_t *entry(ptk_user_event_source_internal_t *source, uint32_t position) {
    return &source->queue[position % QUEUE_SIZE];
}

/* ------------------------------------------------------------------------------------------------ life */

ptk_handle_t ptk_user_event_source_create(ptk_handle_t loop) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return ptk_result(loop, PTK_ERR_INVALID_HANDLE);
    }
    ptk_port_lock(&owner->lock);
    const ptk_resource_base_t *slot = ptk_pool_take(owner, PTK_POOL_SOURCES);
    ptk_port_unlock(&owner->lock);
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
    ptk_source_collect(loop); /* nobody's list of new events may go through a free slot */
    ptk_pool_free(&slot->base);
    ptk_port_unlock(&loop->lock);
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ raising */

/** Appends a source to those with new events. Under the lock. */
static void link_raised(ptk_event_loop_slot_t *loop, ptk_user_event_source_internal_t *source) {
    if (source->raised_linked) {
        return;
    }
    source->raised_linked = 1;
    source->delivery.link = PTK_REFERENCE_NONE;
    if (loop->raised.last == PTK_REFERENCE_NONE) {
        loop->raised.first = source->delivery.self;
    } else {
        ptk_delivery_of(ptk_referenced_slot(loop, loop->raised.last))->link = source->delivery.self;
    }
    loop->raised.last = source->delivery.self;
}

/** Puts an event into the source's queue. Under the lock. */
static ptk_err_t enqueue(ptk_event_loop_slot_t *loop, ptk_handle_t handle, ptk_event_t event, uintptr_t data) {
    ptk_resource_base_t *slot = ptk_pool_find(&loop->pools[PTK_POOL_SOURCES], handle);
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
    link_raised(loop, source);
    return PTK_ERR_OK;
}

static ptk_err_t raise_event(ptk_handle_t source, ptk_event_t event, uintptr_t data) {
    if (event == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (PTK_HANDLE_TYPE(source) != PTK_TYPE_USER_EVENT_SOURCE) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_event_loop_slot_t *loop = ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(source));
    if (loop == NULL || ptk_atomic_load(&loop->lock_ready) == 0) {
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

void ptk_source_collect(ptk_event_loop_slot_t *loop) {
    while (loop->raised.first != PTK_REFERENCE_NONE) {
        ptk_resource_base_t *slot = ptk_referenced_slot(loop, loop->raised.first);
        loop->raised.first = ptk_delivery_of(slot)->link;
        ((ptk_user_event_source_internal_t *)(void *)slot)->raised_linked = 0;
        ptk_source_update((ptk_user_event_source_internal_t *)(void *)slot);
    }
    loop->raised.last = PTK_REFERENCE_NONE;
}

/** How many of the oldest `count` events are in front of the first that somebody handles; count if there is none. */
static uint32_t unhandled_before(ptk_user_event_source_internal_t *source, uint32_t count) {
    uint32_t i = 0;
    while (i < count &&
           ptk_handler_of_event(source, entry(source, advance(source->head, i))->event) == PTK_USER_EVENT_HANDLERS) {
        i++;
    }
    return i;
}

void ptk_source_update(ptk_user_event_source_internal_t *source) {
    uint32_t count = queued(source->head, ptk_atomic_load(&source->tail));
    if (unhandled_before(source, count) < count) {
        ptk_ready_push(&source->base);
    }
}

/** Takes the event behind `skipped` others out of the queue; those keep their order. */
static ptk_user_event_t remove_entry(ptk_user_event_source_internal_t *source, uint32_t skipped) {
    ptk_user_event_t event = *entry(source, advance(source->head, skipped));
    for (; skipped > 0; skipped--) {
        *entry(source, advance(source->head, skipped)) = *entry(source, advance(source->head, skipped - 1));
    }
    ptk_atomic_store(&source->head, advance(source->head, 1));
    return event;
}

bool ptk_source_deliver(ptk_user_event_source_internal_t *source) {
    ptk_handle_t handle = source->base.handle;
    ptk_event_loop_slot_t *loop = source->delivery.loop;
    ptk_handle_t loop_handle = source->base.event_loop;
    uint32_t pending = queued(source->head, ptk_atomic_load(&source->tail));
    for (;;) {
        /* From the oldest on each time: one that nobody handled comes first when a handler was set for it meanwhile. */
        uint32_t skipped = unhandled_before(source, pending);
        if (skipped == pending) {
            return true;
        }
        pending--;
        ptk_user_event_t event = remove_entry(source, skipped);
        uint32_t index = ptk_handler_of_event(source, event.event);
        ptk_handler_t handler = ptk_handler_take(&source->base, source->handlers, index);
        ptk_handler_call(loop, handler, handle, event.event, event.data);
        if (!ptk_loop_is_live(loop, loop_handle)) {
            return false;
        }
        ptk_resource_base_t *slot = ptk_pool_find(&loop->pools[PTK_POOL_SOURCES], handle);
        if (slot == NULL) {
            return true;
        }
        source = (ptk_user_event_source_internal_t *)(void *)slot; /* a resize may have moved it */
    }
}

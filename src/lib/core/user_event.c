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
#include "core/delivery.h"
#include "core/handler.h"
#include "core/log.h"
#include "core/port.h"
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
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_port_lock(&owner->lock);
    ptk_resource_base_t *slot = ptk_pool_take(owner, PTK_POOL_SOURCES);
    ptk_port_unlock(&owner->lock);
    owner->last_error = slot == NULL ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_OK;
    return slot == NULL ? PTK_ERR_OUT_OF_MEMORY : slot->handle;
}

/** Takes a source out of the list of those with new events. Under the lock. */
static void unlink_raised(ptk_event_loop_slot_t *loop, ptk_user_event_source_internal_t *source) {
    ptk_pool_t pool = ptk_pool_of(&loop->resources, PTK_POOL_SOURCES);
    uint32_t index = ptk_pool_index(pool, &source->base);
    ptk_user_event_source_internal_t *sources = loop->resources.user_event_sources;
    uint32_t previous = PTK_REFERENCE_NONE;
    uint32_t i = loop->first_raised;
    while (i != index) {
        previous = i;
        i = sources[i].next_raised;
    }
    if (previous == PTK_REFERENCE_NONE) {
        loop->first_raised = source->next_raised;
    } else {
        sources[previous].next_raised = source->next_raised;
    }
    if (loop->last_raised == index) {
        loop->last_raised = previous;
    }
    source->raised_linked = 0;
}

ptk_err_t ptk_user_event_source_destroy(ptk_handle_t source) {
    ptk_event_loop_slot_t *loop;
    ptk_user_event_source_internal_t *slot = ptk_source_find(source, &loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_port_lock(&loop->lock);
    if (slot->raised_linked) {
        unlink_raised(loop, slot);
    }
    ptk_pool_free(loop, PTK_POOL_SOURCES, &slot->base);
    ptk_port_unlock(&loop->lock);
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ raising */

static void link_raised(ptk_event_loop_slot_t *loop, ptk_user_event_source_internal_t *source) {
    uint32_t index = ptk_pool_index(ptk_pool_of(&loop->resources, PTK_POOL_SOURCES), &source->base);
    source->next_raised = PTK_REFERENCE_NONE;
    source->raised_linked = 1;
    if (loop->last_raised == PTK_REFERENCE_NONE) {
        loop->first_raised = index;
    } else {
        loop->resources.user_event_sources[loop->last_raised].next_raised = index;
    }
    loop->last_raised = index;
}

/** Puts an event into the source's queue. Under the lock. */
static ptk_err_t enqueue(ptk_event_loop_slot_t *loop, ptk_handle_t handle, ptk_event_t event, uintptr_t data) {
    ptk_resource_base_t *slot = ptk_pool_find(loop, PTK_POOL_SOURCES, handle);
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
    if (!source->raised_linked) {
        link_raised(loop, source);
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_raise_event(ptk_handle_t source, ptk_event_t event, uintptr_t data) {
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
        ptk_port_poller_wake(loop);
        (void)ptk_atomic_add(&loop->wakers, UINT32_MAX);
    }
    return error;
}

/* ------------------------------------------------------------------------------------------------ delivery */

void ptk_source_collect(ptk_event_loop_slot_t *loop) {
    ptk_port_lock(&loop->lock);
    uint32_t index = loop->first_raised;
    while (index != PTK_REFERENCE_NONE) {
        ptk_user_event_source_internal_t *source = &loop->resources.user_event_sources[index];
        source->raised_linked = 0;
        index = source->next_raised;
        ptk_source_update(loop, source);
    }
    loop->first_raised = PTK_REFERENCE_NONE;
    loop->last_raised = PTK_REFERENCE_NONE;
    ptk_port_unlock(&loop->lock);
}

void ptk_source_relink(ptk_event_loop_slot_t *loop) {
    loop->first_raised = PTK_REFERENCE_NONE;
    loop->last_raised = PTK_REFERENCE_NONE;
    for (uint32_t i = 0; i < loop->resources.num_user_event_sources; i++) {
        ptk_user_event_source_internal_t *source = &loop->resources.user_event_sources[i];
        source->raised_linked = 0;
        if (ptk_slot_is_live(&source->base) && source->head != source->tail) {
            link_raised(loop, source);
        }
    }
    /* The loop's own thread is here, so nothing has to be woken. */
    (void)ptk_atomic_exchange(&loop->wake_state, PTK_WAKE_SIGNALLED);
}

/** The index of the handler of an event, or PTK_USER_EVENT_HANDLERS. Free places have event 0, which is never asked. */
static uint32_t find_handler(const ptk_user_event_source_internal_t *source, ptk_event_t event) {
    uint32_t i = 0;
    while (i < PTK_USER_EVENT_HANDLERS && source->events[i] != event) {
        i++;
    }
    return i;
}

ptk_handler_slot_t *ptk_source_handler(ptk_user_event_source_internal_t *source, ptk_event_t event, uint32_t *index) {
    if (event == 0) {
        return NULL;
    }
    *index = find_handler(source, event);
    if (*index == PTK_USER_EVENT_HANDLERS) {
        *index = find_handler(source, 0);
    }
    return *index == PTK_USER_EVENT_HANDLERS ? NULL : &source->handlers[*index];
}

void ptk_source_set_event(ptk_user_event_source_internal_t *source, uint32_t index, ptk_event_t event) {
    source->events[index] = event;
}

void ptk_source_update(ptk_event_loop_slot_t *loop, ptk_user_event_source_internal_t *source) {
    uint32_t tail = ptk_atomic_load(&source->tail);
    for (uint32_t position = source->head; position != tail; position = advance(position, 1)) {
        if (find_handler(source, entry(source, position)->event) < PTK_USER_EVENT_HANDLERS) {
            ptk_ready_push(loop, PTK_POOL_SOURCES, &source->base);
            return;
        }
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

bool ptk_source_deliver(ptk_event_loop_slot_t *loop, ptk_user_event_source_internal_t *source) {
    ptk_handle_t loop_handle = loop->handle;
    ptk_handle_t handle = source->base.handle;
    uint32_t pending = queued(source->head, ptk_atomic_load(&source->tail));
    uint32_t skipped = 0;
    for (; pending > 0; pending--) {
        uint32_t index = find_handler(source, entry(source, advance(source->head, skipped))->event);
        if (index == PTK_USER_EVENT_HANDLERS) {
            skipped++; /* nobody handles it: it stays raised */
            continue;
        }
        ptk_user_event_t event = remove_entry(source, skipped);
        ptk_handler_slot_t handler = source->handlers[index];
        if (ptk_handler_fires_once(&handler)) {
            source->handlers[index].context = NULL;
            source->events[index] = 0;
        }
        ptk_handler_call(loop, &handler, handle, event.event, event.data);
        if (ptk_loop_find(loop_handle) == NULL) {
            return false;
        }
        source = ptk_source_find(handle, &loop);
        if (source == NULL) {
            return true;
        }
    }
    /* A handler that was set during the pass may have made a skipped event deliverable. */
    ptk_source_update(loop, source);
    return true;
}

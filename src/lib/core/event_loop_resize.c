/**
 * @file event_loop_resize.c
 * @brief Moving a loop to other pools while it lives.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/event_loop.h"

#include "core/diagnose.h"
#include "core/port.h"
#include "core/ready_queue.h"
#include "core/registry.h"
#include "core/user_event.h"

#include <string.h>

/** @brief Copies a live slot, which is on no ring there yet. Raisers still find the old one. */
static void copy_slot(ptk_resource_base_t *to, ptk_resource_base_t *from, uint32_t slot_size) {
    if (PTK_HANDLE_TYPE(from->handle) == PTK_TYPE_USER_EVENT_SOURCE) {
        ptk_source_copy(to, from);
        return;
    }
    memcpy(to, from, slot_size);
    ptk_delivery_of(to)->links[PTK_LINK_READY] = NULL;
    ptk_delivery_of(to)->slot = PTK_SLOT_MOVED;
}

/** @brief Gives the lock back for a moment, so that no raiser holds it for long. */
static void give_way(ptk_event_loop_slot_t *locked) {
    ptk_port_unlock(&locked->lock);
    ptk_port_lock(&locked->lock);
}

/**
 * @brief Finds a resource wherever it is. If the lock is held it is given back for a moment after each slot that is not
 *        the one.
 *
 * Meanwhile the raiser counts as a waker: neither does its loop end, nor do the sources move.
 */
static ptk_resource_base_t *find_anywhere(const ptk_pool_t *pool, ptk_event_loop_slot_t *locked, ptk_handle_t handle) {
    ptk_resource_base_t *found = NULL;
    if (locked != NULL) {
        (void)ptk_atomic_add(&locked->wakers, 1);
    }
    for (uint32_t i = 0; i < pool->count && found == NULL; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
        if (slot->handle == handle) {
            found = slot;
        } else if (locked != NULL) {
            give_way(locked);
        }
    }
    if (locked != NULL) {
        (void)ptk_atomic_add(&locked->wakers, UINT32_MAX);
    }
    return found;
}

/**
 * @brief Copies the slots whose place by their ID is free, in a first pass, and in a second one the others to wherever
 *        there is room. A single pass could give a slot's own place to another one.
 */
static void copy_slots(ptk_pool_t *to, const ptk_pool_t *from, bool to_own_place) {
    uint32_t free_index = 0;
    ptk_find_function_t find = NULL; /* until then a slot is found in its own place only */
    for (uint32_t i = 0; i < from->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(from, i);
        if (!ptk_slot_is_live(slot) || ptk_pool_find(to, slot->handle) != NULL) {
            continue;
        }
        uint32_t index = PTK_HANDLE_ID(slot->handle) % to->count;
        if (!to_own_place) {
            while (ptk_slot_is_live(ptk_pool_slot(to, free_index))) {
                free_index++;
            }
            index = free_index;
            find = find_anywhere;
        }
        if (!ptk_slot_is_live(ptk_pool_slot(to, index))) {
            copy_slot(ptk_pool_slot(to, index), slot, from->slot_size);
        }
    }
    to->find = find;
}

/** @brief Afterwards an old slot has no loop, and its own link leads to where it is now, or nowhere if it was free. */
static void move_pool(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, const ptk_pool_t *old,
                      const ptk_pool_t *new_pool) {
    ptk_pool_t pool = *old;
    pool.slots = new_pool->slots;
    pool.count = new_pool->count;
    pool.find = NULL;
    ptk_pool_adopt(&pool, loop, false);
    copy_slots(&pool, old, true);
    copy_slots(&pool, old, false);
    if (kind == PTK_POOL_SOURCES) {
        ptk_sources_publish(loop, &pool);
    } else {
        loop->pools[kind] = pool;
    }
    for (uint32_t i = 0; i < old->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(old, i);
        ptk_resource_base_t *now = ptk_pool_find(&pool, slot->handle);
        ptk_delivery_of(slot)->links[PTK_LINK_OWN] = now;
        ptk_delivery_of(slot)->loop = NULL; /* the old array is the application's again */
        if (now != NULL) {
            ptk_slot_clear(slot, false);
        }
    }
}

/** @brief Puts slots that have moved in the place of those that they were, in the same order. */
static void requeue(ptk_resource_base_t **ring) {
    ptk_resource_base_t *old = *ring;
    *ring = NULL;
    for (ptk_resource_base_t *slot; (slot = ptk_ring_take(&old, PTK_LINK_READY)) != NULL;) {
        if (ptk_delivery_of(slot)->loop == NULL) {
            slot = ptk_delivery_of(slot)->links[PTK_LINK_OWN];
        }
        if (slot != NULL) { /* one that was freed while it was queued is left out */
            ptk_ring_append(ring, slot, PTK_LINK_READY);
        }
    }
}

/** @brief What can be refused before anything is changed. */
static ptk_err_t check(uintptr_t list, const ptk_event_loop_slot_t *loop, const ptk_pool_t pools[PTK_POOL_COUNT]) {
    ptk_err_t error = ptk_pools_check(list, pools, loop);
    for (int kind = 0; kind < PTK_POOL_COUNT && error == PTK_ERR_OK; kind++) {
        error = pools[kind].count < loop->pools[kind].in_use ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_OK;
    }
    return error;
}

/** @brief Moves what has to move, and the queues with it. */
static void move(ptk_event_loop_slot_t *loop, const ptk_pool_t pools[PTK_POOL_COUNT]) {
    ptk_pool_t old[PTK_POOL_COUNT];
    (void)ptk_pool_ask(loop, PTK_POOL_TIMERS, PTK_REQUEST_SETTLE, 0); /* no timer is linked while it moves */
    (void)ptk_pool_ask(loop, PTK_POOL_SOURCES, PTK_REQUEST_COLLECT,
                       0); /* in their order; what is raised from now on is looked for at the end */
    memcpy(old, loop->pools, sizeof old);
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        if (!ptk_pool_is_same(&pools[kind], &old[kind])) {
            move_pool(loop, (ptk_pool_kind_t)kind, &old[kind], &pools[kind]);
        }
    }
    requeue(&loop->ready);
    requeue(&loop->delivering);
    ptk_sources_update(loop);
}

/** @brief ptk_event_loop_resize_resources() without noting the last error. */
static ptk_err_t resize(ptk_handle_t loop, const ptk_event_loop_resources_t *new_resources) {
    ptk_pool_t pools[PTK_POOL_COUNT];
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (new_resources == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_pools_describe(pools, new_resources);
    bool sockets_move = !ptk_pool_is_same(&pools[PTK_POOL_SOCKETS], &slot->pools[PTK_POOL_SOCKETS]);
    uintptr_t list = ptk_registry_lock(); /* whoever takes memory for a loop looks at what others have */
    ptk_err_t error = check(list, slot, pools);
    if (error == PTK_ERR_OK && sockets_move &&
        ptk_pool_ask(slot, PTK_POOL_SOCKETS, PTK_REQUEST_SUSPEND, 0) != PTK_ERR_OK) {
        error = PTK_ERR_BUSY;
    }
    if (error == PTK_ERR_OK) {
        move(slot, pools);
        slot->resources = new_resources;
    }
    ptk_registry_unlock(list);
    if (sockets_move && (error == PTK_ERR_OK || error == PTK_ERR_BUSY)) {
        (void)ptk_pool_ask(slot, PTK_POOL_SOCKETS, PTK_REQUEST_RESUME, 0);
    }
    if (error == PTK_ERR_OK) {
        (void)ptk_pool_ask(slot, PTK_POOL_SOCKETS, PTK_REQUEST_RETRY, 0);
    }
    return error;
}

#undef ptk_event_loop_resize_resources /* the plain name, see PTK_LAYOUT_NAME */
ptk_err_t ptk_event_loop_resize_resources(ptk_handle_t loop, const ptk_event_loop_resources_t *new_resources) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    return ptk_result(loop, resize(loop, new_resources));
}

ptk_err_t PTK_LAYOUT_NAME(ptk_event_loop_resize_resources)(ptk_handle_t loop,
                                                           const ptk_event_loop_resources_t *new_resources) {
    return ptk_event_loop_resize_resources(loop, new_resources);
}

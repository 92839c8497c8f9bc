/**
 * @file event_loop.c
 * @brief Event loops: creating, destroying, statistics and the last error.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/event_loop.h"

#include "core/atomic.h"
#include "core/diagnose.h"
#include "core/event_loop_run.h"
#include "core/port.h"
#include "core/registry.h"
#include "core/timer.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ creating */

/** @brief The index of the first slot of an array without a loop, or num_slots. */
static uint32_t find_free_slot(const ptk_event_loop_slot_t *slots, uint32_t num_slots) {
    uint32_t i = 0;
    while (i < num_slots && PTK_HANDLE_ID(slots[i].handle) != 0) {
        i++;
    }
    return i;
}

/**
 * @brief Sets all that begins anew with each loop: some 200 bytes. Under the lock, as raisers with late handles look at
 *        the pools.
 */
static void reset(ptk_event_loop_slot_t *loop, const ptk_pool_t pools[PTK_POOL_COUNT]) {
    const size_t begin = offsetof(ptk_event_loop_slot_t, wake_state);
    memset((uint8_t *)loop + begin, 0, offsetof(ptk_event_loop_slot_t, platform) - begin);
    memcpy(loop->pools, pools, sizeof loop->pools);
    loop->earliest_deadline_ns = PTK_DEADLINE_NEVER;
    loop->retry_ns = PTK_DEADLINE_NEVER;
    ptk_loop_set_error(loop, PTK_ERR_OK);
    ptk_atomic_store_word(&loop->owner, 0);
}

/** @brief What has to be there before a slot can become a loop. */
static ptk_err_t prepare(uintptr_t list, ptk_event_loop_slot_t *loop, const ptk_pool_t pools[PTK_POOL_COUNT],
                         bool has_lock) {
    ptk_err_t error = ptk_pools_check(list, pools, loop); /* a free slot has empty pools */
    /* Raisers with stale handles may take the lock at any time, so it is made once and stays. */
    if (error == PTK_ERR_OK && !has_lock) {
        error = ptk_port_lock_init(&loop->lock);
        if (error == PTK_ERR_OK) {
            ptk_atomic_store(&loop->live_id, PTK_LOOP_GONE);
        }
    }
    return error == PTK_ERR_OK ? ptk_port_poller_open(&loop->platform) : error;
}

/** @brief Makes a free slot of an array in the list a loop, with an event loop ID. */
static ptk_err_t open_loop(uintptr_t list, ptk_event_loop_slot_t *loop, uint32_t loop_id,
                           const ptk_event_loop_resources_t *resources) {
    ptk_pool_t pools[PTK_POOL_COUNT];
    uint32_t last_id = ptk_atomic_load(&loop->live_id);
    ptk_pools_describe(pools, resources);
    ptk_err_t error = prepare(list, loop, pools, last_id != 0);
    if (error != PTK_ERR_OK) {
        return error;
    }
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        ptk_pool_adopt(&pools[kind], loop, true);
    }
    loop->resources = resources;
    /* A round has all IDs, an odd number: the generation needs no more than to go up with each of them. */
    uint32_t id = (last_id + 1) & PTK_MAX_ID;
    id = id == 0 ? 1 : id;
    ptk_handle_t handle = PTK_MAKE_HANDLE(PTK_TYPE_EVENT_LOOP, loop_id, ptk_next_generation(loop->handle, loop), id);
    ptk_port_lock(&loop->lock);
    reset(loop, pools);
    loop->handle = handle;
    ptk_port_unlock(&loop->lock);
    ptk_atomic_store(&loop->live_id, id);
    return PTK_ERR_OK;
}

#undef ptk_event_loop_create /* the plain name, see PTK_LAYOUT_NAME */
ptk_handle_t ptk_event_loop_create(ptk_event_loop_slot_t *slots, size_t num_slots,
                                   const ptk_event_loop_resources_t *resources) {
    if (slots == NULL || resources == NULL || num_slots == 0 || num_slots > PTK_MAX_LOOPS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t error = PTK_ERR_INVALID_ARGUMENT;
    const ptk_event_loop_slot_t *loop = slots;
    uintptr_t before = ptk_registry_lock();
    uintptr_t list = ptk_registry_link(before, slots, (uint32_t)num_slots);
    if (list != 0) {
        uint32_t index = find_free_slot(slots, (uint32_t)num_slots);
        loop = &slots[index];
        error = PTK_ERR_OUT_OF_MEMORY;
        if (index < num_slots) {
            error = open_loop(list, &slots[index], PTK_ARRAY_BASE(slots->array_ids) + index, resources);
        } else {
            PTK_DIAGNOSE(ptk_diagnose_exhausted(__func__, 0, "event loop slots", (uint32_t)num_slots));
        }
    }
    ptk_handle_t result = error == PTK_ERR_OK ? loop->handle : error;
    ptk_registry_unlock(error == PTK_ERR_OK ? list : before); /* without a loop the array is not linked */
    return result;
}

ptk_handle_t PTK_LAYOUT_NAME(ptk_event_loop_create)(ptk_event_loop_slot_t *slots, size_t num_slots,
                                                    const ptk_event_loop_resources_t *resources) {
    return ptk_event_loop_create(slots, num_slots, resources);
}

/* ------------------------------------------------------------------------------------------------ destroying */

/** @brief Releases all that are on a list: its loop ends, and no one will resume them. */
static void drop(ptk_pt_list_t *list) {
    for (ptk_pt_t *pt = list->first; pt != NULL; pt = pt->next) {
        pt->list = NULL;
    }
    list->first = NULL;
    list->last = NULL;
}

/** @brief Frees every slot of a pool and releases the array. */
static void free_pool(ptk_pool_t *pool) {
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
        ptk_delivery_t *delivery = ptk_delivery_of(slot);
        if (ptk_slot_is_live(slot)) {
            ptk_slot_clear(slot, (delivery->slot & PTK_SLOT_MOVED) == 0);
        }
        delivery->loop = NULL;
    }
    memset(pool, 0, sizeof *pool);
}

/** @brief Takes the sources away from raisers, so that their slots can be freed. */
static ptk_pool_t take_sources(ptk_event_loop_slot_t *loop) {
    ptk_pool_t pool = loop->pools[PTK_POOL_SOURCES];
    loop->pools[PTK_POOL_SOURCES].count = 0;
    return pool;
}

/** @brief Lets no one in any more, and waits for those threads to leave that are about to wake the loop. */
static void close_doors(ptk_event_loop_slot_t *loop) {
    (void)ptk_atomic_exchange(&loop->live_id, ptk_atomic_load(&loop->live_id) | PTK_LOOP_GONE);
    ptk_port_lock(&loop->lock);
    ptk_pool_t sources = take_sources(loop);
    ptk_port_unlock(&loop->lock);
    free_pool(&sources);
    /* Adding nothing is a sequentially consistent look: either a waker is seen here, or it sees the cleared ID. */
    while (ptk_atomic_add(&loop->wakers, 0) != 0) {
        ptk_port_back_off();
    }
}

/** @brief Ends what only the loop's thread uses. */
static void dismantle(ptk_event_loop_slot_t *loop) {
    free_pool(&loop->pools[PTK_POOL_TIMERS]);
    free_pool(&loop->pools[PTK_POOL_SOCKETS]);
    drop(&loop->yielded);
    drop(&loop->polling);
    ptk_port_poller_close(&loop->platform);
    loop->resources = NULL;
}

ptk_err_t ptk_event_loop_destroy(ptk_handle_t loop) {
    uintptr_t list = ptk_registry_lock();
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    ptk_err_t error = slot == NULL ? PTK_ERR_INVALID_HANDLE : PTK_ERR_OK;
    if (error == PTK_ERR_OK) {
        uintptr_t self = ptk_port_thread_self();
        bool in_handler = ptk_atomic_load_word(&slot->runner) == self;
        if (!in_handler && ptk_loop_claim(slot, loop, self) != PTK_ERR_OK) {
            error = PTK_ERR_BUSY;
        } else if (ptk_pool_ask(slot, PTK_POOL_SOCKETS, PTK_REQUEST_CLOSE, 0) != PTK_ERR_OK) {
            ptk_atomic_store_word(&slot->runner, in_handler ? self : 0);
            error = PTK_ERR_BUSY;
        }
    }
    if (error == PTK_ERR_OK) {
        close_doors(slot);
        dismantle(slot);
        ptk_port_lock(&slot->lock);
        slot->handle &= (ptk_handle_t)UINT32_MAX;
        ptk_port_unlock(&slot->lock);
        ptk_atomic_store_word(&slot->runner, 0);
        list = ptk_registry_release(list, slot);
    }
    ptk_registry_unlock(list);
    if (error == PTK_ERR_INVALID_HANDLE) {
        PTK_DIAGNOSE(ptk_diagnose_handle(__func__, loop, PTK_TYPE_EVENT_LOOP));
    }
    return ptk_result(loop, error);
}

ptk_err_t ptk_event_loop_abandon(ptk_handle_t loop) {
    PTK_DIAGNOSE(ptk_diagnose_handle(__func__, loop, PTK_TYPE_EVENT_LOOP));
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    if (slot == NULL) {
        return ptk_result(loop, PTK_ERR_INVALID_HANDLE);
    }
    /* No lock is taken, no one waited for: who held one when the process was copied, or ran the loop, is not here. */
    if (ptk_pool_ask(slot, PTK_POOL_SOCKETS, PTK_REQUEST_CLOSE, 0) != PTK_ERR_OK) {
        return ptk_result(loop, PTK_ERR_BUSY);
    }
    ptk_atomic_store(&slot->live_id, PTK_HANDLE_ID(loop) | PTK_LOOP_GONE);
    ptk_pool_t sources = take_sources(slot);
    free_pool(&sources);
    dismantle(slot);
    slot->handle &= (ptk_handle_t)UINT32_MAX;
    if (ptk_port_lock_init(&slot->lock) != PTK_ERR_OK) {
        ptk_atomic_store(&slot->live_id, 0);
    }
    ptk_atomic_store(&slot->wakers, 0);
    ptk_atomic_store_word(&slot->runner, 0);
    ptk_registry_unlock(ptk_registry_release(ptk_registry_list(), slot));
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ looking */

/** @brief The statistics of a pool. */
static ptk_pool_stats_t pool_stats(const ptk_pool_t *pool) {
    ptk_pool_stats_t stats;
    stats.capacity = pool->count;
    stats.in_use = pool->in_use;
    stats.high_water = pool->high_water;
    return stats;
}

/** @brief ptk_event_loop_get_stats() without noting the last error. */
static ptk_err_t get_stats(ptk_handle_t loop, ptk_event_loop_stats_t *stats) {
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (stats == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    stats->timers = pool_stats(&slot->pools[PTK_POOL_TIMERS]);
    stats->sockets = pool_stats(&slot->pools[PTK_POOL_SOCKETS]);
    stats->user_event_sources = pool_stats(&slot->pools[PTK_POOL_SOURCES]);
    stats->passes = slot->passes;
    stats->events_delivered = slot->events_delivered;
    stats->wakeups = slot->wakeups;
    stats->refused_accepts = slot->refused_accepts;
    ptk_port_lock(&slot->lock);
    stats->refused_raises = slot->refused_raises;
    ptk_port_unlock(&slot->lock);
    return PTK_ERR_OK;
}

ptk_err_t ptk_event_loop_get_stats(ptk_handle_t loop, ptk_event_loop_stats_t *stats) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    return ptk_result(loop, get_stats(loop, stats));
}

bool ptk_handle_is_valid(ptk_handle_t handle) {
    PTK_DIAGNOSE((void)ptk_diagnose_thread(__func__, handle));
    return ptk_loop_of(handle) != NULL;
}

int32_t ptk_handle_get_type(ptk_handle_t handle) {
    PTK_ENTER(handle, PTK_HANDLE_TYPE(handle));
    return ptk_loop_of(handle) != NULL ? PTK_HANDLE_TYPE(handle) : ptk_result(handle, PTK_ERR_INVALID_HANDLE);
}

ptk_handle_t ptk_get_owning_event_loop(ptk_handle_t handle) {
    PTK_ENTER(handle, PTK_HANDLE_TYPE(handle));
    const ptk_event_loop_slot_t *loop = ptk_loop_of(handle);
    return loop != NULL ? loop->handle : ptk_result(handle, PTK_ERR_INVALID_HANDLE);
}

ptk_err_t ptk_get_last_error(ptk_handle_t any_handle) {
    PTK_ENTER(any_handle, PTK_HANDLE_TYPE(any_handle));
    const ptk_event_loop_slot_t *loop = ptk_loop_of(any_handle);
    return loop == NULL ? PTK_ERR_INVALID_HANDLE
                        : (ptk_err_t)ptk_atomic_load((const uint32_t *)(const void *)&loop->last_error);
}

ptk_err_t ptk_set_last_error(ptk_handle_t any_handle, ptk_err_t error) {
    PTK_ENTER(any_handle, PTK_HANDLE_TYPE(any_handle));
    ptk_event_loop_slot_t *loop = ptk_loop_of(any_handle);
    if (loop == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (error > PTK_ERR_OK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_loop_set_error(loop, error);
    return PTK_ERR_OK;
}

/** @file event_loop.c @brief Event loops: creating, destroying, statistics and the last error. */
#include "core/event_loop.h"

#include "core/atomic.h"
#include "core/delivery.h"
#include "core/port.h"
#include "core/protothread.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/timer.h"
#include "core/user_event.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ creating */

/** Whether two pools share memory. */
static bool overlap(ptk_pool_t a, ptk_pool_t b) {
    uintptr_t a_begin = (uintptr_t)a.slots;
    uintptr_t b_begin = (uintptr_t)b.slots;
    return a.count > 0 && b.count > 0 && a_begin < b_begin + (size_t)b.count * b.slot_size &&
           b_begin < a_begin + (size_t)a.count * a.slot_size;
}

ptk_err_t ptk_resources_check(const ptk_event_loop_resources_t *resources,
                              const ptk_event_loop_resources_t *present) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        ptk_pool_t pool = ptk_pool_of(resources, (ptk_pool_kind_t)kind);
        if (present != NULL) {
            ptk_pool_t old = ptk_pool_of(present, (ptk_pool_kind_t)kind);
            if (pool.slots == old.slots && pool.count == old.count) {
                continue; /* stays as it is */
            }
            if (overlap(pool, old)) {
                return PTK_ERR_INVALID_ARGUMENT;
            }
        }
        ptk_err_t error = ptk_pool_check(pool);
        if (error != PTK_ERR_OK) {
            return error;
        }
    }
    return PTK_ERR_OK;
}

static ptk_event_loop_slot_t *find_free_slot(ptk_event_loop_slot_t *slots, uint32_t num_slots) {
    for (uint32_t i = 0; i < num_slots; i++) {
        if (PTK_HANDLE_ID(slots[i].handle) == 0) {
            return &slots[i];
        }
    }
    return NULL;
}

/** Sets everything but the handle, which other threads look at. */
static void reset(ptk_event_loop_slot_t *loop, const ptk_event_loop_resources_t *resources) {
    loop->resources = *resources;
    loop->last_error = PTK_ERR_OK;
    loop->quiet_listeners = 0;
    loop->earliest_deadline_ns = PTK_DEADLINE_NEVER;
    loop->accept_retry_ns = PTK_DEADLINE_NEVER;
    memset(loop->pools, 0, sizeof loop->pools);
    loop->first_raised = PTK_REFERENCE_NONE;
    loop->last_raised = PTK_REFERENCE_NONE;
    memset(&loop->yielded, 0, sizeof loop->yielded);
    memset(&loop->polling, 0, sizeof loop->polling);
    loop->passes = 0;
    loop->events_delivered = 0;
    loop->wakeups = 0;
    loop->refused_raises = 0;
    loop->refused_accepts = 0;
    ptk_ready_reset(loop);
    ptk_atomic_store(&loop->wake_state, PTK_WAKE_AWAKE);
    ptk_atomic_store_word(&loop->runner, 0);
    ptk_atomic_store_word(&loop->owner, 0);
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        ptk_pool_adopt(ptk_pool_of(resources, (ptk_pool_kind_t)kind));
    }
}

/** Makes a free slot of a linked array a loop. */
static ptk_handle_t open_loop(ptk_event_loop_slot_t *slots, ptk_event_loop_slot_t *loop,
                              const ptk_event_loop_resources_t *resources) {
    /* Raisers with stale handles may take the lock at any time, so it is made once and stays. */
    if (ptk_atomic_load(&loop->lock_ready) == 0) {
        ptk_err_t error = ptk_port_lock_init(&loop->lock);
        if (error != PTK_ERR_OK) {
            return error;
        }
        ptk_atomic_store(&loop->lock_ready, 1);
    }
    ptk_err_t error = ptk_port_poller_open(loop);
    if (error != PTK_ERR_OK) {
        return error;
    }
    ptk_port_lock(&loop->lock);
    reset(loop, resources);
    loop->handle = PTK_MAKE_HANDLE(PTK_TYPE_EVENT_LOOP, ptk_registry_id_of(slots, loop),
                                   ptk_next_generation(loop->handle, loop), ptk_next_id(&loop->last_id, 0, 1));
    ptk_port_unlock(&loop->lock);
    ptk_atomic_store(&loop->live_id, PTK_HANDLE_ID(loop->handle));
    return loop->handle;
}

ptk_handle_t ptk_event_loop_create(ptk_event_loop_slot_t *slots, uint32_t num_slots,
                                   const ptk_event_loop_resources_t *resources) {
    if (slots == NULL || resources == NULL || num_slots == 0 || num_slots > PTK_MAX_LOOPS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_registry_lock();
    ptk_handle_t result = ptk_resources_check(resources, NULL);
    if (result == PTK_ERR_OK) {
        result = ptk_registry_link(slots, num_slots);
    }
    if (result == PTK_ERR_OK) {
        ptk_event_loop_slot_t *loop = find_free_slot(slots, num_slots);
        result = loop == NULL ? PTK_ERR_OUT_OF_MEMORY : open_loop(slots, loop, resources);
        if (result < 0) {
            ptk_registry_release(slots);
        }
    }
    ptk_registry_unlock();
    return result;
}

/* ------------------------------------------------------------------------------------------------ destroying */

/** From here on no other thread gets in, and those inside have left. */
static void close_doors(ptk_event_loop_slot_t *loop) {
    (void)ptk_atomic_exchange(&loop->live_id, 0);
    ptk_port_lock(&loop->lock);
    for (uint32_t i = 0; i < loop->resources.num_user_event_sources; i++) {
        ptk_resource_base_t *source = &loop->resources.user_event_sources[i].base;
        if (ptk_slot_is_live(source)) {
            ptk_pool_free(loop, PTK_POOL_SOURCES, source);
        }
    }
    ptk_port_unlock(&loop->lock);
    /* Adding nothing is a sequentially consistent look: either a waker is seen here, or it sees the cleared ID. */
    while (ptk_atomic_add(&loop->wakers, 0) != 0) {
        ptk_port_back_off();
    }
}

static void free_timers_and_sockets(ptk_event_loop_slot_t *loop) {
    for (uint32_t i = 0; i < loop->resources.num_timers; i++) {
        if (ptk_slot_is_live(&loop->resources.timers[i].base)) {
            ptk_pool_free(loop, PTK_POOL_TIMERS, &loop->resources.timers[i].base);
        }
    }
    for (uint32_t i = 0; i < loop->resources.num_sockets; i++) {
        if (ptk_slot_is_live(&loop->resources.sockets[i].base)) {
            ptk_socket_close(loop, &loop->resources.sockets[i]);
        }
    }
}

ptk_err_t ptk_event_loop_destroy(ptk_handle_t loop) {
    ptk_registry_lock();
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    ptk_err_t error = slot == NULL ? PTK_ERR_INVALID_HANDLE : PTK_ERR_OK;
    if (error == PTK_ERR_OK) {
        uintptr_t self = ptk_port_thread_self();
        bool in_handler = ptk_atomic_load_word(&slot->runner) == self;
        if (!in_handler && !ptk_atomic_replace_word(&slot->runner, 0, self)) {
            error = PTK_ERR_BUSY;
        }
    }
    if (error == PTK_ERR_OK) {
        close_doors(slot);
        free_timers_and_sockets(slot);
        ptk_pt_list_clear(&slot->yielded);
        ptk_pt_list_clear(&slot->polling);
        ptk_port_poller_close(slot);
        ptk_port_lock(&slot->lock);
        slot->handle &= (ptk_handle_t)UINT32_MAX;
        ptk_port_unlock(&slot->lock);
        ptk_atomic_store_word(&slot->runner, 0);
        ptk_registry_release(slot);
    }
    ptk_registry_unlock();
    return error;
}

/* ------------------------------------------------------------------------------------------------ looking */

static ptk_pool_stats_t pool_stats(const ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind) {
    ptk_pool_stats_t stats;
    stats.capacity = ptk_pool_of(&loop->resources, kind).count;
    stats.in_use = loop->pools[kind].in_use;
    stats.high_water = loop->pools[kind].high_water;
    return stats;
}

ptk_err_t ptk_event_loop_get_stats(ptk_handle_t loop, ptk_event_loop_stats_t *stats) {
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (stats == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    stats->timers = pool_stats(slot, PTK_POOL_TIMERS);
    stats->sockets = pool_stats(slot, PTK_POOL_SOCKETS);
    stats->user_event_sources = pool_stats(slot, PTK_POOL_SOURCES);
    stats->passes = slot->passes;
    stats->events_delivered = slot->events_delivered;
    stats->wakeups = slot->wakeups;
    stats->refused_accepts = slot->refused_accepts;
    ptk_port_lock(&slot->lock);
    stats->refused_raises = slot->refused_raises;
    ptk_port_unlock(&slot->lock);
    return PTK_ERR_OK;
}

ptk_err_t ptk_get_last_error(ptk_handle_t any_handle) {
    ptk_resource_base_t *resource;
    const ptk_event_loop_slot_t *loop = ptk_loop_of(any_handle, &resource);
    return loop == NULL ? PTK_ERR_INVALID_HANDLE : loop->last_error;
}

ptk_err_t ptk_set_last_error(ptk_handle_t any_handle, ptk_err_t error) {
    ptk_resource_base_t *resource;
    ptk_event_loop_slot_t *loop = ptk_loop_of(any_handle, &resource);
    if (loop == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (error > PTK_ERR_OK) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    loop->last_error = error;
    return PTK_ERR_OK;
}

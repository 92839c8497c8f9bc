/**
 * @file pool.c
 * @brief Slots of timers, sockets and user event sources: found by handle, taken, freed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/pool.h"

#include "core/port.h"
#include "core/static_assert.h"

#include <string.h>

PTK_STATIC_ASSERT(timer_delivery, offsetof(ptk_timer_internal_t, delivery) == sizeof(ptk_resource_base_t));
PTK_STATIC_ASSERT(socket_delivery, offsetof(ptk_socket_internal_t, delivery) == sizeof(ptk_resource_base_t));
PTK_STATIC_ASSERT(source_delivery, offsetof(ptk_user_event_source_internal_t, delivery) == sizeof(ptk_resource_base_t));
PTK_STATIC_ASSERT(queue_size, PTK_USER_EVENT_QUEUE_SIZE >= 1 && PTK_USER_EVENT_QUEUE_SIZE <= 32768);
PTK_STATIC_ASSERT(handler_count, PTK_USER_EVENT_HANDLERS >= 1 && PTK_USER_EVENT_HANDLERS <= 255);
PTK_STATIC_ASSERT(max_wait, PTK_EVENT_LOOP_MAX_WAIT_MS >= 1 && PTK_EVENT_LOOP_MAX_WAIT_MS <= 60000);

/** @brief Describes a zeroed pool, all slots free. A count that has more than 32 bits is too large for a pool. */
static void describe(ptk_pool_t *pool, void *slots, size_t count, size_t slot_size) {
    pool->slots = (uint8_t *)slots;
    pool->count = (uint32_t)count == count ? (uint32_t)count : UINT32_MAX;
    pool->slot_size = (uint32_t)slot_size;
}

void ptk_pools_describe(ptk_pool_t pools[PTK_POOL_COUNT], const ptk_event_loop_resources_t *resources) {
    memset(pools, 0, PTK_POOL_COUNT * sizeof *pools);
    describe(&pools[PTK_POOL_TIMERS], resources->timers, resources->num_timers, sizeof *resources->timers);
    describe(&pools[PTK_POOL_SOCKETS], resources->sockets, resources->num_sockets, sizeof *resources->sockets);
    describe(&pools[PTK_POOL_SOURCES], resources->user_event_sources, resources->num_user_event_sources,
             sizeof *resources->user_event_sources);
}

bool ptk_memory_overlaps(const void *a, size_t a_size, const void *b, size_t b_size) {
    /* A distance to what lies before wraps to a number that no size reaches. */
    uintptr_t a_after_b = (uintptr_t)a - (uintptr_t)b;
    return (a_size != 0 && a_after_b < b_size) || 0 - a_after_b < a_size;
}

bool ptk_pools_overlap(const ptk_pool_t *pools, int count, const void *memory, size_t size) {
    while (count-- > 0) {
        if (ptk_memory_overlaps(pools[count].slots, ptk_pool_size(&pools[count]), memory, size)) {
            return true;
        }
    }
    return false;
}

ptk_resource_base_t *ptk_pool_search(const ptk_pool_t *pool, ptk_event_loop_slot_t *locked, ptk_handle_t handle) {
    uint32_t id = PTK_HANDLE_ID(handle);
    if (pool->count == 0 || id == 0) {
        return NULL;
    }
    ptk_resource_base_t *slot = ptk_pool_slot(pool, id % pool->count);
    if (slot->handle == handle) {
        return slot;
    }
    return pool->find == NULL ? NULL : pool->find(pool, locked, handle);
}

/**
 * @brief The handle of a slot's next use. Its ID is the one after the slot's last, or the loop's, that is congruent to the
 *        slot's index modulo the count; after the last such ID comes the first.
 *
 * A round of IDs has as many as are congruent to the index. If that number is even, the generation goes up once more at
 * the end of the round, so that it advances by an odd number in each.
 */
PTK_NEVER_INLINE static ptk_handle_t next_handle(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, uint32_t index,
                                                 const ptk_resource_base_t *slot) {
    uint32_t count = loop->pools[kind].count;
    uint32_t last_id = PTK_HANDLE_ID(slot->event_loop) & PTK_MAX_ID;
    uint32_t generation = ptk_next_generation(slot->handle, slot);
    if ((slot->event_loop & PTK_SLOT_COUNTS) == 0 && last_id < loop->last_id) {
        last_id = loop->last_id;
    }
    uint32_t id = last_id - last_id % count + index;
    if (id <= last_id) {
        id += count;
    }
    if (id > PTK_MAX_ID) {
        id = index == 0 ? count : index;             /* no ID is 0 */
        generation += (PTK_MAX_ID - id) / count % 2; /* of one less than there are */
    }
    if (((id - loop->last_id) & PTK_MAX_ID) <= PTK_MAX_ID / 2) {
        loop->last_id = id; /* else the slot lags the counter, which began a new round before it */
    }
    return PTK_MAKE_HANDLE(PTK_TYPE_TIMER + (int)kind, PTK_HANDLE_EVENT_LOOP_ID(loop->handle), generation, id);
}

uint16_t ptk_next_generation(ptk_handle_t stored, const void *slot) {
    if (stored != 0) {
        return (uint16_t)(PTK_HANDLE_GENERATION(stored) + 1u);
    }
    /* A fresh slot in other memory can get the loop ID and the ID that a destroyed resource had. Its address makes
     * the generation differ, so that the old handle stays stale. */
    uintptr_t address = (uintptr_t)slot;
    return (uint16_t)(((address >> 3) ^ (address >> 18)) & 0x7FFFu);
}

ptk_resource_base_t *ptk_pool_take(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_pool_function_t serve) {
    ptk_pool_t *pool = &loop->pools[kind];
    ptk_resource_base_t *slot;
    if (pool->in_use == pool->count) {
        return NULL;
    }
    do { /* from the slot after the one that was given out last; one is free */
        pool->next_index = pool->next_index + 1 < pool->count ? pool->next_index + 1 : 0;
        slot = ptk_pool_slot(pool, pool->next_index);
    } while (ptk_slot_is_live(slot) || ptk_slot_is_retired(slot));
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    /* The links belong to the loop: the slot may still be queued from its former use. What follows on them is zeroed. */
    memset((uint8_t *)delivery + offsetof(ptk_delivery_t, slot), 0,
           pool->slot_size - sizeof *slot - offsetof(ptk_delivery_t, slot));
    ptk_handle_t handle = next_handle(loop, kind, pool->next_index, slot);
    slot->event_loop = loop->handle;
    ptk_port_lock(&loop->lock); /* raisers with stale handles look at it, if it is a source */
    slot->handle = handle;
    ptk_port_unlock(&loop->lock);
    if (pool->serve == NULL) { /* that of a loop that has a UDP socket stays */
        pool->serve = serve;
    }
    pool->in_use++;
    if (pool->in_use > pool->high_water) {
        pool->high_water = pool->in_use;
    }
    return slot;
}

void ptk_pool_retire(ptk_resource_base_t *slot) {
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    assert(ptk_slot_is_live(slot));
    ptk_slot_clear(slot, (delivery->slot & PTK_SLOT_MOVED) == 0);
    delivery->slot = PTK_SLOT_RETIRED;
}

void ptk_pool_release(ptk_resource_base_t *slot) {
    ptk_pool_t *pool = ptk_pool_of(slot);
    assert(ptk_slot_is_retired(slot) && pool->in_use > 0);
    ptk_delivery_of(slot)->slot = 0;
    if (pool->in_use-- == pool->count) {
        /* The only free slot, so no scan has to look for it. */
        uint32_t index = (uint32_t)((size_t)((uint8_t *)slot - pool->slots) / pool->slot_size);
        pool->next_index = (index == 0 ? pool->count : index) - 1;
    }
}

void ptk_pool_free(ptk_resource_base_t *slot) {
    ptk_pool_retire(slot);
    ptk_pool_release(slot);
}

void ptk_pool_adopt(ptk_pool_t *pool, ptk_event_loop_slot_t *loop, bool is_new_loop) {
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
        memset(slot + 1, 0, pool->slot_size - sizeof *slot);
        /* Its next ID is above all of this loop's. Above its own last one, too, in case another loop gave that; what
         * this loop gave is covered by the counter, also when that has begun a new round. */
        slot->event_loop &= is_new_loop ? ~(ptk_handle_t)UINT32_MAX : 0;
        ptk_delivery_of(slot)->loop = loop;
    }
    /* So that the first slot that is taken is the first of the array. */
    pool->next_index = pool->count == 0 ? 0 : pool->count - 1;
}

/**
 * @file pool_check.c
 * @brief Whether memory can become a pool: it is sound, free, and shared with nothing else.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/pool.h"
#include "core/registry.h"

/** @brief Whether a pool has memory for its slots, and not too many of them. */
static bool is_sound(const ptk_pool_t *pool) {
    uintptr_t room = UINTPTR_MAX - (uintptr_t)pool->slots;
    return pool->slots != NULL && pool->count <= PTK_POOL_MAX_SLOTS && pool->count <= room / pool->slot_size;
}

/** @brief Whether no slot of a pool is in use, as far as the slots say. */
static ptk_err_t check_slots(const ptk_pool_t *pool) {
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
        if (ptk_slot_is_live(slot) || ptk_delivery_of(slot)->loop != NULL) {
            return PTK_ERR_BUSY;
        }
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_pools_check(uintptr_t list, const ptk_pool_t pools[PTK_POOL_COUNT], const ptk_event_loop_slot_t *loop) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        const ptk_pool_t *pool = &pools[kind];
        if (pool->count == 0 || ptk_pool_is_same(pool, &loop->pools[kind])) {
            continue; /* stays as it is; the others are compared with it as with all that loops have */
        }
        if (!is_sound(pool) || ptk_pools_overlap(pools, kind, pool->slots, ptk_pool_size(pool))) {
            return PTK_ERR_INVALID_ARGUMENT;
        }
        ptk_err_t error = ptk_registry_check(list, pool->slots, ptk_pool_size(pool), loop);
        error = error == PTK_ERR_OK ? check_slots(pool) : error;
        if (error != PTK_ERR_OK) {
            return error;
        }
    }
    return PTK_ERR_OK;
}

/**
 * @file pool.h
 * @brief Slots of timers, sockets and user event sources: found by handle, taken, freed.
 *
 * A slot is free while the ID in its stored handle is 0; type and generation stay there for the next use. A new ID is
 * congruent to the slot's index modulo the pool's size, so a handle leads to its slot in one probe; only slots that a
 * resize displaced need a scan.
 */
#ifndef PTK_CORE_POOL_H
#define PTK_CORE_POOL_H

#include "protocol_toolkit.h"

#include <assert.h>

/** The pools of a loop, in the order of their handle types. */
typedef enum ptk_pool_kind {
    PTK_POOL_TIMERS = 0,
    PTK_POOL_SOCKETS = 1,
    PTK_POOL_SOURCES = 2,
    PTK_POOL_COUNT = 3
} ptk_pool_kind_t;

/** Most slots of a pool: an index and a kind fit into one 32-bit reference. */
#define PTK_POOL_MAX_SLOTS 0x0FFFFFFFu
/** A reference that names no slot. */
#define PTK_REFERENCE_NONE UINT32_MAX
/** IDs run from 1 to this, so a handle is never negative. */
#define PTK_MAX_ID 0x7FFFFFFFu

/** A pool, seen without its type. */
typedef struct ptk_pool {
    unsigned char *slots;
    uint32_t count;
    uint32_t slot_size;
} ptk_pool_t;

static inline uint8_t ptk_pool_type(ptk_pool_kind_t kind) {
    return (uint8_t)(PTK_TYPE_TIMER + (int)kind);
}

static inline uint32_t ptk_reference(ptk_pool_kind_t kind, uint32_t index) {
    return ((uint32_t)kind << 28) | index;
}

static inline ptk_pool_kind_t ptk_reference_kind(uint32_t reference) {
    return (ptk_pool_kind_t)(reference >> 28);
}

static inline uint32_t ptk_reference_index(uint32_t reference) {
    return reference & PTK_POOL_MAX_SLOTS;
}

static inline ptk_resource_base_t *ptk_pool_slot(ptk_pool_t pool, uint32_t index) {
    assert(index < pool.count);
    return (ptk_resource_base_t *)(void *)(pool.slots + (size_t)index * pool.slot_size);
}

static inline uint32_t ptk_pool_index(ptk_pool_t pool, const ptk_resource_base_t *slot) {
    return (uint32_t)((size_t)((const unsigned char *)slot - pool.slots) / pool.slot_size);
}

/** The delivery state is the second member of every resource struct, checked in pool.c. */
static inline ptk_delivery_t *ptk_delivery_of(ptk_resource_base_t *slot) {
    return (ptk_delivery_t *)(void *)(slot + 1);
}

static inline bool ptk_slot_is_live(const ptk_resource_base_t *slot) {
    return PTK_HANDLE_ID(slot->handle) != 0;
}

/** One of the pools that a resources struct names. */
ptk_pool_t ptk_pool_of(const ptk_event_loop_resources_t *resources, ptk_pool_kind_t kind);

/** Finds a live resource of a loop, or NULL. For sources, in the loop's thread or under its lock. */
ptk_resource_base_t *ptk_pool_find(const ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_handle_t handle);

/**
 * Takes a free slot and gives it a handle, or returns NULL. Everything behind the delivery state is zeroed.
 * For sources, under the loop's lock.
 */
ptk_resource_base_t *ptk_pool_take(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind);

/** Frees a slot: zeroes the ID of its handle. For sources, under the loop's lock. */
void ptk_pool_free(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_resource_base_t *slot);

/** The next ID of a loop that is congruent to index modulo count. */
uint32_t ptk_next_id(uint32_t *last_id, uint32_t index, uint32_t count);

/** The generation that follows the one in a stored handle; a slot that was never used starts at a value of its own. */
uint16_t ptk_next_generation(ptk_handle_t stored, const void *slot);

/** Whether pools can be adopted: pointers and counts are sound, and no slot is in use. */
ptk_err_t ptk_pool_check(ptk_pool_t pool);

/** Makes a pool of free slots ready for a loop; leftovers of a former loop are cleared. */
void ptk_pool_adopt(ptk_pool_t pool);

#endif

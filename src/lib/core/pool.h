/**
 * @file pool.h
 * @brief Slots of timers, sockets and user event sources: found by handle, taken, freed.
 *
 * A slot is free while the ID in its stored handle is 0; type and generation stay there for the next use. A new ID is
 * congruent to the slot's index modulo the pool's size, so a handle leads to its slot in one probe; only slots that a
 * resize displaced need a scan. A pool of a loop that is gone has no slots, so nothing is found in it.
 *
 * A slot counts its IDs by itself: it takes every ID that is congruent to its index, one after the other, and begins
 * anew. In one such round the generation advances by an odd number, so it takes 65,536 rounds until a combination of ID
 * and generation comes again: all others have come before. The loop's counter says where a slot begins: above every ID
 * that was given out before the pool was the loop's, so that other slots do not repeat those either.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_POOL_H
#define PTK_CORE_POOL_H

#include "protocol_toolkit.h"

#include "core/atomic.h"

#include <assert.h>

/** @brief The pools of a loop, in the order of their handle types. */
typedef enum ptk_pool_kind {
    PTK_POOL_TIMERS = 0,  /**< @brief Timers. */
    PTK_POOL_SOCKETS = 1, /**< @brief Sockets. */
    PTK_POOL_SOURCES = 2, /**< @brief User event sources. */
    PTK_POOL_COUNT = 3    /**< @brief How many pools a loop has. */
} ptk_pool_kind_t;

/** @brief Most slots of a pool. */
#define PTK_POOL_MAX_SLOTS 0x0FFFFFFFu
/** @brief IDs run from 1 to this, so a handle is never negative. */
#define PTK_MAX_ID 0x7FFFFFFFu

/** @brief The bits of delivery.slot. */
enum {
    PTK_SLOT_RETIRED = 1, /**< @brief Its handle is stale, but it is not free yet. */
    PTK_SLOT_MOVED = 2    /**< @brief It came from another pool, whose count of IDs it does not continue here. */
};

/**
 * @brief What a loop asks of a kind of resource, see ptk_pool_function_t.
 *
 * Of one resource, or of a loop's all. Others than these mean nothing to the kind.
 */
enum {
    PTK_REQUEST_DELIVER = 0,     /**< @brief One that is live: delivers its events. Not PTK_ERR_OK: the loop is gone. */
    PTK_REQUEST_REPORT = 1,      /**< @brief A socket: argument is the port's readiness, and there is its error. */
    PTK_REQUEST_HANDLER_SET = 2, /**< @brief One: sets or removes a handler; argument is a ptk_handler_change_t. */
    PTK_REQUEST_COLLECT = 3,     /**< @brief All sources: queues those on which events were raised. */
    PTK_REQUEST_RETRY = 4,       /**< @brief All sockets: paused ones try again, if it is time. */
    PTK_REQUEST_CLOSE = 5,    /**< @brief All sockets: closes them. Not PTK_ERR_OK: the system has the slot of one. */
    PTK_REQUEST_SUSPEND = 6,  /**< @brief All sockets: they are about to move. The same. */
    PTK_REQUEST_RESUME = 7,   /**< @brief All sockets: they have moved, or stay after all. */
    PTK_REQUEST_SEND = 8,     /**< @brief A socket that is no stream: argument is the buffer. */
    PTK_REQUEST_RECEIVE = 9,  /**< @brief The same. */
    PTK_REQUEST_CONNECT = 10, /**< @brief A socket that is no new one: argument is the address. */
    PTK_REQUEST_EXPIRE = 11,  /**< @brief All timers: raises what is due; argument is the time, a const uint64_t *. */
    PTK_REQUEST_SETTLE = 12   /**< @brief All timers: gives those that handlers started their deadlines. */
};

/** @brief In event_loop of a free slot: the next ID follows the slot's last one, which is in the ID field there. */
#define PTK_SLOT_COUNTS 1

/** @brief The slot at an index of a pool. */
PTK_FAST_INLINE ptk_resource_base_t *ptk_pool_slot(const ptk_pool_t *pool, uint32_t index) {
    assert(index < pool->count);
    return (ptk_resource_base_t *)(void *)(pool->slots + (size_t)index * pool->slot_size);
}

/** @brief The delivery state of a resource: the second member of every resource struct, checked in pool.c. */
static inline ptk_delivery_t *ptk_delivery_of(ptk_resource_base_t *slot) {
    return (ptk_delivery_t *)(void *)(slot + 1);
}

/** @brief Whether a slot holds a live resource. */
static inline bool ptk_slot_is_live(const ptk_resource_base_t *slot) {
    return PTK_HANDLE_ID(slot->handle) != 0;
}

/** @brief The pool that a slot belongs to, which is live or was. */
static inline ptk_pool_t *ptk_pool_of(ptk_resource_base_t *slot) {
    return &ptk_delivery_of(slot)->loop->pools[PTK_HANDLE_TYPE(slot->handle) - PTK_TYPE_TIMER];
}

/** @brief Asks a kind of resource. PTK_ERR_OK if the loop has had no resource of the kind. */
PTK_ALWAYS_INLINE ptk_err_t ptk_pool_ask(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, uint32_t request,
                                         uintptr_t argument) {
    ptk_pool_function_t serve = loop->pools[kind].serve;
    return serve == NULL ? PTK_ERR_OK : serve(loop, request, argument, PTK_ERR_OK);
}

/** @brief Asks a resource. */
static inline ptk_err_t ptk_slot_ask(ptk_resource_base_t *slot, uint32_t request, uintptr_t argument, ptk_err_t error) {
    return ptk_pool_of(slot)->serve(slot, request, argument, error);
}

/** @brief Whether a slot is neither live nor free: the system still refers to its memory. */
static inline bool ptk_slot_is_retired(ptk_resource_base_t *slot) {
    return (ptk_delivery_of(slot)->slot & PTK_SLOT_RETIRED) != 0;
}

/** @brief The three pools that a resources struct names, all slots free. */
void ptk_pools_describe(ptk_pool_t pools[PTK_POOL_COUNT], const ptk_event_loop_resources_t *resources);

/**
 * @brief Finds a live resource, or NULL. The loop's thread; or, for a source, who holds the lock of the loop, which is
 *        given then, and may be given back and taken again meanwhile.
 */
ptk_resource_base_t *ptk_pool_search(const ptk_pool_t *pool, ptk_event_loop_slot_t *locked, ptk_handle_t handle);

/** @brief Finds a live resource, or NULL. The loop's thread. */
static inline ptk_resource_base_t *ptk_pool_find(const ptk_pool_t *pool, ptk_handle_t handle) {
    return ptk_pool_search(pool, NULL, handle);
}

/**
 * @brief Takes a free slot and gives it a handle, or returns NULL. Everything after the delivery state is zeroed.
 *
 * The loop's thread. Of a source the lock is held for the store of the handle alone.
 */
ptk_resource_base_t *ptk_pool_take(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_pool_function_t serve);

/** @brief Frees a slot: zeroes the ID of its handle. Of sources: under the loop's lock. */
void ptk_pool_free(ptk_resource_base_t *slot);

/** @brief As ptk_pool_free(), but the slot counts as used, and is not taken, until ptk_pool_release(). */
void ptk_pool_retire(ptk_resource_base_t *slot);

/** @brief Frees a slot that was retired. */
void ptk_pool_release(ptk_resource_base_t *slot);

/**
 * @brief The generation that follows the one in a stored handle; a slot that was never used starts at a value of its
 * own.
 */
uint16_t ptk_next_generation(ptk_handle_t stored, const void *slot);

/** @brief Makes a slot's handle stale. Its event_loop, of no use then, keeps the ID; counts: see PTK_SLOT_COUNTS. */
static inline void ptk_slot_clear(ptk_resource_base_t *slot, bool counts) {
    slot->event_loop = (slot->handle & ~(ptk_handle_t)UINT32_MAX) | (counts ? PTK_SLOT_COUNTS : 0);
    slot->handle &= (ptk_handle_t)UINT32_MAX;
}

/** @brief Whether two pools have the same memory and size. */
static inline bool ptk_pool_is_same(const ptk_pool_t *a, const ptk_pool_t *b) {
    return a->slots == b->slots && a->count == b->count;
}

/** @brief Bytes of a pool's array. */
static inline size_t ptk_pool_size(const ptk_pool_t *pool) {
    return (size_t)pool->count * pool->slot_size;
}

/** @brief Whether two pieces of memory share a byte. The second one has one at least. */
bool ptk_memory_overlaps(const void *a, size_t a_size, const void *b, size_t b_size);

/** @brief Whether memory, of a byte at least, shares one with one of so many pools. */
bool ptk_pools_overlap(const ptk_pool_t *pools, int count, const void *memory, size_t size);

/**
 * @brief Whether a loop can take these pools in place of those it has, of which the same ones are passed over.
 *
 * Under the registry's lock, with its list. PTK_ERR_INVALID_ARGUMENT: a pool is not sound, or shares memory with
 * another of them, with one that the loop has, or with an array of loop slots. PTK_ERR_BUSY: it belongs to another
 * loop, or was not zeroed.
 */
ptk_err_t ptk_pools_check(uintptr_t list, const ptk_pool_t pools[PTK_POOL_COUNT], const ptk_event_loop_slot_t *loop);

/** @brief Makes the free slots of a pool ready for a loop, new or not; leftovers of a former loop are cleared. */
void ptk_pool_adopt(ptk_pool_t *pool, ptk_event_loop_slot_t *loop, bool is_new_loop);

#endif

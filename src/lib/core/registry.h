/**
 * @file registry.h
 * @brief From a handle to the loop it names: the list of the application's slot arrays, the library's only state.
 *
 * The list is threaded through the first slot of each array that has live loops. Walks need no lock: an array is linked
 * at the head, its next pointer is left alone when it is unlinked, and the application keeps the memory of an array
 * in place for as long as any thread may use a handle from it. So a walk that a change overtakes still sees every
 * array that stayed linked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_REGISTRY_H
#define PTK_CORE_REGISTRY_H

#include "protocol_toolkit.h"

#include "core/pool.h"

/**
 * @brief Takes the right to link and unlink arrays, to make and end loops in them, and to give them pools.
 *
 * Any thread, not from an interrupt. Returns the list: the address of its first array, or 0.
 */
uintptr_t ptk_registry_lock(void);

/** @brief Gives the right back. Others see this list from then on, the one that was locked or what has become of it. */
void ptk_registry_unlock(uintptr_t list);

/** @brief The list as others see it. */
uintptr_t ptk_registry_list(void);

/**
 * @brief The list with an array, which is added if it is not there yet. Under the registry's lock.
 *
 * 0: it overlaps another one or a loop's pool, has another size than before, or the IDs do not suffice.
 */
uintptr_t ptk_registry_link(uintptr_t list, ptk_event_loop_slot_t *slots, uint32_t num_slots);

/**
 * @brief Whether memory is no part of an array of loop slots, nor of a loop's pools. Under the registry's lock.
 *
 * PTK_ERR_INVALID_ARGUMENT: of an array, or of this loop's pools. PTK_ERR_BUSY: of another loop's pools.
 */
ptk_err_t ptk_registry_check(uintptr_t list, const void *memory, size_t size, const ptk_event_loop_slot_t *loop);

/** @brief The list without the array of a slot, if no loop in that is live any more. Under the registry's lock. */
uintptr_t ptk_registry_release(uintptr_t list, const ptk_event_loop_slot_t *slot);

/** @brief array_ids: the event loop ID of the first slot, above how many slots there are. */
#define PTK_ARRAY_IDS(base, size) ((uint32_t)(base) << 16 | (size))
/** @brief The event loop ID of the first slot. */
#define PTK_ARRAY_BASE(ids) ((ids) >> 16)
/** @brief How many slots there are, 0 once the array was unlinked. */
#define PTK_ARRAY_SIZE(ids) ((ids)&0xFFFFu)

/** @brief The slot with an event loop ID, live or not, or NULL. Any thread. */
ptk_event_loop_slot_t *ptk_registry_slot(uint8_t loop_id);

/** @brief In live_id while a slot is free or its loop is being destroyed; the rest is the last loop's ID then. */
#define PTK_LOOP_GONE 0x80000000u

/** @brief Whether there is a loop in a slot, any. */
static inline bool ptk_slot_has_loop(const ptk_event_loop_slot_t *slot) {
    uint32_t live_id = ptk_atomic_load(&slot->live_id);
    return live_id != 0 && live_id < PTK_LOOP_GONE;
}

/**
 * @brief Whether a loop is still there after application code ran in its thread.
 *
 * Its slot never moves, and may belong to another loop by now: then the ID differs.
 */
static inline bool ptk_loop_is_live(const ptk_event_loop_slot_t *slot, ptk_handle_t loop) {
    return ptk_atomic_load(&slot->live_id) == PTK_HANDLE_ID(loop);
}

/**
 * @brief The live loop that a handle names, or NULL.
 *
 * The loop's thread, or while the loop is known to be left alone.
 */
ptk_event_loop_slot_t *ptk_loop_find(ptk_handle_t loop);

/**
 * @brief The slot whose live loop has the ID of a handle, or NULL. Any thread.
 *
 * Without more, that loop may end, and only its thread may compare the handles.
 */
ptk_event_loop_slot_t *ptk_loop_slot(ptk_handle_t loop);

/** @brief A live resource of a type, which is one of the resources', or NULL. */
ptk_resource_base_t *ptk_resource_find(ptk_handle_t handle, uint32_t type);

/** @brief A live resource of any type, or NULL. */
ptk_resource_base_t *ptk_resource_find_any(ptk_handle_t handle);

/** @brief Sets a loop's last error, which may be set and read in several threads. */
static inline void ptk_loop_set_error(ptk_event_loop_slot_t *loop, ptk_err_t error) {
    ptk_atomic_store((uint32_t *)(void *)&loop->last_error, (uint32_t)error);
}

/**
 * @brief The way out of every public function that takes a handle, with its result: a failure becomes the last error of
 * the loop that the handle leads to.
 *
 * That is the loop it names, or the live one with its event loop ID: a resource's handle may be stale.
 * PTK_ERR_WOULD_BLOCK is no failure, and a thread that does not run the loop leaves its last error alone. Any thread.
 */
ptk_err_t ptk_result(ptk_handle_t handle, ptk_err_t error);

/** @brief The same for what is called for each message: no further call where nothing failed. */
PTK_FAST_INLINE ptk_err_t ptk_message_result(ptk_handle_t handle, ptk_err_t error) {
    return error == PTK_ERR_OK ? error : ptk_result(handle, error);
}

/** @brief As ptk_result(), for functions that return a handle. */
static inline ptk_handle_t ptk_handle_result(ptk_handle_t handle, ptk_handle_t result) {
    return result < 0 ? ptk_result(handle, (ptk_err_t)result) : result;
}

/** @brief Creates a resource of a kind: its handle, or PTK_ERR_INVALID_HANDLE or PTK_ERR_OUT_OF_MEMORY. */
ptk_handle_t ptk_resource_create(ptk_handle_t loop, ptk_pool_kind_t kind, ptk_pool_function_t serve);

/** @brief The live loop that a handle of any type names or whose resource it names, or NULL. */
ptk_event_loop_slot_t *ptk_loop_of(ptk_handle_t any_handle);

/** @brief The live timer that a handle names, or NULL. */
static inline ptk_timer_internal_t *ptk_timer_find(ptk_handle_t timer) {
    return (ptk_timer_internal_t *)(void *)ptk_resource_find(timer, PTK_TYPE_TIMER);
}

/** @brief The live socket that a handle names, or NULL. */
static inline ptk_socket_internal_t *ptk_socket_find(ptk_handle_t socket) {
    return (ptk_socket_internal_t *)(void *)ptk_resource_find(socket, PTK_TYPE_SOCKET);
}

/** @brief The live user event source that a handle names, or NULL. The loop's thread. */
static inline ptk_user_event_source_internal_t *ptk_source_find(ptk_handle_t source) {
    return (ptk_user_event_source_internal_t *)(void *)ptk_resource_find(source, PTK_TYPE_USER_EVENT_SOURCE);
}

#endif

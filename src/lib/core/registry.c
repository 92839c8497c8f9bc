/**
 * @file registry.c
 * @brief From a handle to the loop it names: the list of the application's slot arrays.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/registry.h"

#include "core/atomic.h"
#include "core/event_loop.h"
#include "core/pool.h"
#include "core/port.h"

/** @brief Slots are aligned to more than one byte, so the lowest bit of the head is free: it is the list's lock. */
#define LOCK_BIT ((uintptr_t)1)

/** @brief The library's one word of state: the first array of the list, and the lock bit. */
static uintptr_t registry_head;

/** @brief The first array of the list, or NULL. */
PTK_ALWAYS_INLINE ptk_event_loop_slot_t *first_array(void) {
    return (ptk_event_loop_slot_t *)(ptk_atomic_load_word(&registry_head) & ~LOCK_BIT);
}

/**
 * @brief The link to the next array, as a word: a pointer and an integer of its size are accessed alike by every
 * supported compiler's atomics.
 */
static uintptr_t *next_word(ptk_event_loop_slot_t *array) {
    return (uintptr_t *)(void *)&array->next_array;
}

/** @brief The array that is linked after another one, or NULL. */
static ptk_event_loop_slot_t *next_array(ptk_event_loop_slot_t *array) {
    return (ptk_event_loop_slot_t *)ptk_atomic_load_word(next_word(array));
}

void ptk_registry_lock(void) {
    for (;;) {
        uintptr_t head = ptk_atomic_load_word(&registry_head) & ~LOCK_BIT;
        if (ptk_atomic_replace_word(&registry_head, head, head | LOCK_BIT)) {
            return;
        }
        /* The holder may have a lower priority than this thread: spinning alone would never let it go on. */
        ptk_port_back_off();
    }
}

void ptk_registry_unlock(void) {
    ptk_atomic_store_word(&registry_head, ptk_atomic_load_word(&registry_head) & ~LOCK_BIT);
}

/** @brief The lowest base at which num_slots IDs in a row are free, or PTK_MAX_LOOPS. */
static uint32_t find_base(uint32_t num_slots) {
    uint32_t base = 0;
    ptk_event_loop_slot_t *array = first_array();
    while (array != NULL) {
        if (base < array->array_base + array->array_size && array->array_base < base + num_slots) {
            base = array->array_base + array->array_size;
            array = first_array(); /* the new place may collide with one that was passed already */
        } else {
            array = next_array(array);
        }
    }
    return base + num_slots <= PTK_MAX_LOOPS ? base : PTK_MAX_LOOPS;
}

const ptk_event_loop_slot_t *ptk_registry_next(const ptk_event_loop_slot_t *array) {
    return array == NULL ? first_array() : array->next_array;
}

/** @brief Whether a loop of a linked array has a pool in this memory. */
static bool is_pool(const ptk_event_loop_slot_t *array, const void *memory, size_t size) {
    bool found = false;
    for (uint32_t i = 0; i < array->array_size; i++) {
        found = found || ptk_pools_overlap(array[i].pools, memory, size);
    }
    return found;
}

ptk_err_t ptk_registry_link(ptk_event_loop_slot_t *slots, uint32_t num_slots) {
    uintptr_t begin = (uintptr_t)slots;
    uintptr_t end = begin + num_slots * sizeof *slots;
    for (ptk_event_loop_slot_t *array = first_array(); array != NULL; array = next_array(array)) {
        if (array == slots) {
            return array->array_size == num_slots ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT;
        }
        uintptr_t array_begin = (uintptr_t)array;
        bool is_shared = begin < array_begin + array->array_size * sizeof *array && array_begin < end;
        if (is_shared || is_pool(array, slots, num_slots * sizeof *slots)) {
            return PTK_ERR_INVALID_ARGUMENT;
        }
    }
    uint32_t base = find_base(num_slots);
    if (base == PTK_MAX_LOOPS) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_atomic_store(&slots->array_base, base);
    ptk_atomic_store(&slots->array_size, num_slots);
    ptk_atomic_store_word(next_word(slots), (uintptr_t)first_array());
    ptk_atomic_store_word(&registry_head, (uintptr_t)slots | LOCK_BIT);
    return PTK_ERR_OK;
}

/** @brief Whether a loop of an array is live. Under the registry's lock. */
static bool has_live_loop(const ptk_event_loop_slot_t *array) {
    for (uint32_t i = 0; i < array->array_size; i++) {
        if (PTK_HANDLE_ID(array[i].handle) != 0) {
            return true;
        }
    }
    return false;
}

void ptk_registry_release(const ptk_event_loop_slot_t *slot) {
    ptk_event_loop_slot_t *previous = NULL;
    ptk_event_loop_slot_t *array = first_array();
    while (array != NULL && !(slot >= array && slot < array + array->array_size)) {
        previous = array;
        array = next_array(array);
    }
    if (array == NULL || has_live_loop(array)) {
        return;
    }
    if (previous == NULL) {
        ptk_atomic_store_word(&registry_head, (uintptr_t)next_array(array) | LOCK_BIT);
    } else {
        ptk_atomic_store_word(next_word(previous), (uintptr_t)next_array(array));
    }
    ptk_atomic_store(&array->array_size, 0);
}

uint8_t ptk_registry_id_of(const ptk_event_loop_slot_t *slots, const ptk_event_loop_slot_t *slot) {
    return (uint8_t)(slots->array_base + (uint32_t)(slot - slots));
}

/** @brief The slot with an event loop ID, or NULL. Nearly always there is one array, and it is the first. */
PTK_ALWAYS_INLINE ptk_event_loop_slot_t *slot_of(uint8_t loop_id) {
    for (ptk_event_loop_slot_t *array = first_array(); array != NULL; array = next_array(array)) {
        uint32_t index = loop_id - ptk_atomic_load(&array->array_base);
        if (index < ptk_atomic_load(&array->array_size)) {
            return &array[index];
        }
    }
    return NULL;
}

ptk_event_loop_slot_t *ptk_registry_slot(uint8_t loop_id) {
    return slot_of(loop_id);
}

/** @brief The slot, live or not, that a loop's handle leads to, or NULL if no loop can have such a handle. */
PTK_ALWAYS_INLINE ptk_event_loop_slot_t *slot_of_loop(ptk_handle_t loop) {
    bool is_possible =
        PTK_HANDLE_TYPE(loop) == PTK_TYPE_EVENT_LOOP && loop > (ptk_handle_t)UINT32_MAX; /* it has an ID */
    return is_possible ? slot_of(PTK_HANDLE_EVENT_LOOP_ID(loop)) : NULL;
}

ptk_event_loop_slot_t *ptk_loop_find(ptk_handle_t loop) {
    ptk_event_loop_slot_t *slot = slot_of_loop(loop);
    /* The ID first: while it differs, another thread may be making or ending a loop in that slot. */
    return slot != NULL && ptk_loop_is_live(slot, loop) && slot->handle == loop ? slot : NULL;
}

ptk_event_loop_slot_t *ptk_loop_enter(ptk_handle_t loop) {
    ptk_event_loop_slot_t *slot = slot_of_loop(loop);
    if (slot == NULL) {
        return NULL;
    }
    /* Counted first, then a sequentially consistent look at the ID: either destroying sees the count, or this sees that
     * the ID is not a live one any more. The handle is read only while it cannot change. */
    (void)ptk_atomic_add(&slot->wakers, 1);
    if (ptk_atomic_add(&slot->live_id, 0) == PTK_HANDLE_ID(loop) && slot->handle == loop) {
        return slot;
    }
    ptk_loop_leave(slot);
    return NULL;
}

void ptk_loop_leave(ptk_event_loop_slot_t *slot) {
    (void)ptk_atomic_add(&slot->wakers, UINT32_MAX);
}

ptk_resource_base_t *ptk_resource_find(ptk_handle_t handle, uint8_t type) {
    if (PTK_HANDLE_TYPE(handle) != type || (uint8_t)(type - PTK_TYPE_TIMER) >= PTK_POOL_COUNT) {
        return NULL;
    }
    const ptk_event_loop_slot_t *loop = slot_of(PTK_HANDLE_EVENT_LOOP_ID(handle));
    return loop == NULL ? NULL : ptk_pool_find(&loop->pools[type - PTK_TYPE_TIMER], handle);
}

ptk_event_loop_slot_t *ptk_loop_of(ptk_handle_t any_handle) {
    if (PTK_HANDLE_TYPE(any_handle) == PTK_TYPE_EVENT_LOOP) {
        return ptk_loop_find(any_handle);
    }
    ptk_resource_base_t *resource = ptk_resource_find(any_handle, PTK_HANDLE_TYPE(any_handle));
    return resource == NULL ? NULL : ptk_delivery_of(resource)->loop;
}

ptk_err_t ptk_result(ptk_handle_t handle, ptk_err_t error) {
    bool is_failure = error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK;
    if (!is_failure || handle <= (ptk_handle_t)UINT32_MAX ||
        PTK_HANDLE_TYPE(handle) - 1u >= PTK_TYPE_USER_EVENT_SOURCE) {
        return error; /* or no handle: an error code, or without an ID */
    }
    ptk_event_loop_slot_t *loop = slot_of(PTK_HANDLE_EVENT_LOOP_ID(handle));
    bool names_loop = PTK_HANDLE_TYPE(handle) == PTK_TYPE_EVENT_LOOP;
    if (loop != NULL && (names_loop ? ptk_loop_is_live(loop, handle) : ptk_slot_has_loop(loop))) {
        uintptr_t owner = ptk_atomic_load_word(&loop->owner);
        if (owner == 0 || owner == ptk_port_thread_self()) {
            ptk_loop_set_error(loop, error);
        }
    }
    return error;
}

ptk_handle_t ptk_created(ptk_handle_t loop, const ptk_resource_base_t *slot) {
    return slot == NULL ? ptk_result(loop, PTK_ERR_OUT_OF_MEMORY) : slot->handle;
}

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

/** @brief The array at an address, or NULL. */
static ptk_event_loop_slot_t *array_at(uintptr_t address) {
    return (ptk_event_loop_slot_t *)address;
}

/** @brief The list without the lock bit. */
PTK_ALWAYS_INLINE uintptr_t list_word(void) {
    return ptk_atomic_load_word(&registry_head) & ~LOCK_BIT;
}

uintptr_t ptk_registry_list(void) {
    return list_word();
}

uintptr_t ptk_registry_lock(void) {
    for (;;) {
        uintptr_t list = list_word();
        if (ptk_atomic_replace_word(&registry_head, list, list | LOCK_BIT)) {
            return list;
        }
        /* The holder may have a lower priority than this thread: spinning alone would never let it go on. */
        ptk_port_back_off();
    }
}

void ptk_registry_unlock(uintptr_t list) {
    ptk_atomic_store_word(&registry_head, list);
}

/** @brief The event loop ID after those of an array's slots. */
static uint32_t end_of(const ptk_event_loop_slot_t *array) {
    return PTK_ARRAY_BASE(array->array_ids) + PTK_ARRAY_SIZE(array->array_ids);
}

/** @brief The lowest base at which num_slots IDs in a row are free, or more than fit. */
static uint32_t find_base(uintptr_t list, uint32_t num_slots) {
    uint32_t base = 0;
    ptk_event_loop_slot_t *array = array_at(list);
    while (array != NULL) {
        if (base < end_of(array) && PTK_ARRAY_BASE(array->array_ids) < base + num_slots) {
            base = end_of(array);
            array = array_at(list); /* the new place may collide with one that was passed already */
        } else {
            array = array_at(array->next_array);
        }
    }
    return base;
}

ptk_err_t ptk_registry_check(uintptr_t list, const void *memory, size_t size, const ptk_event_loop_slot_t *loop) {
    for (ptk_event_loop_slot_t *array = array_at(list); array != NULL; array = array_at(array->next_array)) {
        uint32_t num_slots = PTK_ARRAY_SIZE(array->array_ids);
        if (ptk_memory_overlaps(array, num_slots * sizeof *array, memory, size)) {
            return PTK_ERR_INVALID_ARGUMENT;
        }
        for (ptk_event_loop_slot_t *slot = array; slot < array + num_slots; slot++) {
            if (ptk_pools_overlap(slot->pools, PTK_POOL_COUNT, memory, size)) {
                return slot == loop ? PTK_ERR_INVALID_ARGUMENT : PTK_ERR_BUSY;
            }
        }
    }
    return PTK_ERR_OK;
}

uintptr_t ptk_registry_link(uintptr_t list, ptk_event_loop_slot_t *slots, uint32_t num_slots) {
    for (ptk_event_loop_slot_t *array = array_at(list); array != NULL; array = array_at(array->next_array)) {
        if (array == slots) {
            return PTK_ARRAY_SIZE(array->array_ids) == num_slots ? list : 0;
        }
    }
    uint32_t base = find_base(list, num_slots);
    if (base + num_slots > PTK_MAX_LOOPS ||
        ptk_registry_check(list, slots, num_slots * sizeof *slots, NULL) != PTK_ERR_OK) {
        return 0;
    }
    ptk_atomic_store(&slots->array_ids, PTK_ARRAY_IDS(base, num_slots));
    ptk_atomic_store_word(&slots->next_array, list);
    return (uintptr_t)slots;
}

/** @brief Whether a loop of an array is live. Under the registry's lock. */
static bool has_live_loop(const ptk_event_loop_slot_t *array) {
    for (uint32_t i = 0; i < PTK_ARRAY_SIZE(array->array_ids); i++) {
        if (PTK_HANDLE_ID(array[i].handle) != 0) {
            return true;
        }
    }
    return false;
}

uintptr_t ptk_registry_release(uintptr_t list, const ptk_event_loop_slot_t *slot) {
    uintptr_t *link = &list;
    ptk_event_loop_slot_t *array = array_at(list);
    while (slot < array || slot >= array + PTK_ARRAY_SIZE(array->array_ids)) {
        link = &array->next_array;
        array = array_at(*link);
    }
    if (!has_live_loop(array)) {
        ptk_atomic_store_word(link, array->next_array);
        ptk_atomic_store(&array->array_ids, 0);
    }
    return list;
}

/** @brief The slot with an event loop ID, or NULL. Nearly always there is one array, and it is the first. */
PTK_FAST_INLINE ptk_event_loop_slot_t *slot_of(uint8_t loop_id) {
    uintptr_t word = list_word();
    while (word != 0) {
        ptk_event_loop_slot_t *array = (ptk_event_loop_slot_t *)word;
        uint32_t ids = ptk_atomic_load(&array->array_ids);
        uint32_t index = loop_id - PTK_ARRAY_BASE(ids);
        if (index < PTK_ARRAY_SIZE(ids)) {
            return &array[index];
        }
        word = ptk_atomic_load_word(&array->next_array);
    }
    return NULL;
}

ptk_event_loop_slot_t *ptk_registry_slot(uint8_t loop_id) {
    return slot_of(loop_id);
}

ptk_event_loop_slot_t *ptk_loop_slot(ptk_handle_t loop) {
    if (PTK_HANDLE_TYPE(loop) != PTK_TYPE_EVENT_LOOP || loop <= (ptk_handle_t)UINT32_MAX) { /* without an ID */
        return NULL;
    }
    ptk_event_loop_slot_t *slot = ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(loop));
    return slot != NULL && ptk_loop_is_live(slot, loop) ? slot : NULL;
}

ptk_event_loop_slot_t *ptk_loop_find(ptk_handle_t loop) {
    /* The ID first: while it differs, another thread may be making or ending a loop in that slot. */
    ptk_event_loop_slot_t *slot = ptk_loop_slot(loop);
    return slot != NULL && slot->handle == loop ? slot : NULL;
}

ptk_resource_base_t *ptk_resource_find(ptk_handle_t handle, uint32_t type) {
    if (PTK_HANDLE_TYPE(handle) != type) {
        return NULL;
    }
    const ptk_event_loop_slot_t *loop = ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(handle));
    return loop == NULL ? NULL : ptk_pool_find(&loop->pools[type - PTK_TYPE_TIMER], handle);
}

ptk_resource_base_t *ptk_resource_find_any(ptk_handle_t handle) {
    uint32_t type = PTK_HANDLE_TYPE(handle);
    return type >= PTK_TYPE_TIMER && type <= PTK_TYPE_USER_EVENT_SOURCE ? ptk_resource_find(handle, type) : NULL;
}

ptk_event_loop_slot_t *ptk_loop_of(ptk_handle_t any_handle) {
    if (PTK_HANDLE_TYPE(any_handle) == PTK_TYPE_EVENT_LOOP) {
        return ptk_loop_find(any_handle);
    }
    ptk_resource_base_t *resource = ptk_resource_find_any(any_handle);
    return resource == NULL ? NULL : ptk_delivery_of(resource)->loop;
}

ptk_err_t ptk_result(ptk_handle_t handle, ptk_err_t error) {
    bool is_failure = error != PTK_ERR_OK && error != PTK_ERR_WOULD_BLOCK;
    if (!is_failure || handle <= (ptk_handle_t)UINT32_MAX ||
        PTK_HANDLE_TYPE(handle) - 1u >= PTK_TYPE_USER_EVENT_SOURCE) {
        return error; /* or no handle: an error code, or without an ID */
    }
    ptk_event_loop_slot_t *loop = ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(handle));
    bool names_loop = PTK_HANDLE_TYPE(handle) == PTK_TYPE_EVENT_LOOP;
    if (loop != NULL && (names_loop ? ptk_loop_is_live(loop, handle) : ptk_slot_has_loop(loop))) {
        uintptr_t owner = ptk_atomic_load_word(&loop->owner);
        if (owner == 0 || owner == ptk_port_thread_self()) {
            ptk_loop_set_error(loop, error);
        }
    }
    return error;
}

ptk_handle_t ptk_resource_create(ptk_handle_t loop, ptk_pool_kind_t kind, ptk_pool_function_t serve) {
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    const ptk_resource_base_t *slot = owner == NULL ? NULL : ptk_pool_take(owner, kind, serve);
    if (slot == NULL) {
        return ptk_result(loop, owner == NULL ? PTK_ERR_INVALID_HANDLE : PTK_ERR_OUT_OF_MEMORY);
    }
    return slot->handle;
}

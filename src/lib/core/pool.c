/** @file pool.c @brief Slots of timers, sockets and user event sources: found by handle, taken, freed. */
#include "core/pool.h"

#include <string.h>

/* Each is an array of size -1, which no compiler accepts, when the condition does not hold. */
#define PTK_STATIC_ASSERT(name, condition) typedef char ptk_assert_##name[(condition) ? 1 : -1]
PTK_STATIC_ASSERT(timer_delivery, offsetof(ptk_timer_internal_t, delivery) == sizeof(ptk_resource_base_t));
PTK_STATIC_ASSERT(socket_delivery, offsetof(ptk_socket_internal_t, delivery) == sizeof(ptk_resource_base_t));
PTK_STATIC_ASSERT(source_delivery, offsetof(ptk_user_event_source_internal_t, delivery) == sizeof(ptk_resource_base_t));
PTK_STATIC_ASSERT(queue_size, PTK_USER_EVENT_QUEUE_SIZE >= 1 && PTK_USER_EVENT_QUEUE_SIZE <= 32768);
PTK_STATIC_ASSERT(handler_count, PTK_USER_EVENT_HANDLERS >= 1 && PTK_USER_EVENT_HANDLERS <= 255);
PTK_STATIC_ASSERT(max_wait, PTK_EVENT_LOOP_MAX_WAIT_MS >= 1 && PTK_EVENT_LOOP_MAX_WAIT_MS <= 60000);

ptk_pool_t ptk_pool_of(const ptk_event_loop_resources_t *resources, ptk_pool_kind_t kind) {
    ptk_pool_t pool;
    switch (kind) {
    case PTK_POOL_TIMERS:
        pool.slots = (unsigned char *)resources->timers;
        pool.count = resources->num_timers;
        pool.slot_size = (uint32_t)sizeof(ptk_timer_internal_t);
        break;
    case PTK_POOL_SOCKETS:
        pool.slots = (unsigned char *)resources->sockets;
        pool.count = resources->num_sockets;
        pool.slot_size = (uint32_t)sizeof(ptk_socket_internal_t);
        break;
    case PTK_POOL_SOURCES:
    case PTK_POOL_COUNT:
    default:
        assert(kind == PTK_POOL_SOURCES);
        pool.slots = (unsigned char *)resources->user_event_sources;
        pool.count = resources->num_user_event_sources;
        pool.slot_size = (uint32_t)sizeof(ptk_user_event_source_internal_t);
        break;
    }
    return pool;
}

ptk_resource_base_t *ptk_pool_find(const ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_handle_t handle) {
    ptk_pool_t pool = ptk_pool_of(&loop->resources, kind);
    uint32_t id = PTK_HANDLE_ID(handle);
    if (pool.count == 0 || id == 0) {
        return NULL;
    }
    ptk_resource_base_t *slot = ptk_pool_slot(pool, id % pool.count);
    if (slot->handle == handle) {
        return slot;
    }
    if (loop->pools[kind].displaced == 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < pool.count; i++) {
        slot = ptk_pool_slot(pool, i);
        if (slot->handle == handle) {
            return slot;
        }
    }
    return NULL;
}

uint32_t ptk_next_id(uint32_t *last_id, uint32_t index, uint32_t count) {
    uint32_t id = *last_id + 1;
    id += (index + count - id % count) % count;
    if (id > PTK_MAX_ID) {
        id = index == 0 ? count : index;
    }
    *last_id = id;
    return id;
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

/** The first free slot behind the one that was given out last; there is one. */
static uint32_t find_free(ptk_pool_t pool, uint32_t index) {
    for (;;) {
        if (index >= pool.count) {
            index = 0;
        }
        if (!ptk_slot_is_live(ptk_pool_slot(pool, index))) {
            return index;
        }
        index++;
    }
}

ptk_resource_base_t *ptk_pool_take(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind) {
    ptk_pool_t pool = ptk_pool_of(&loop->resources, kind);
    ptk_pool_state_t *state = &loop->pools[kind];
    if (state->in_use == pool.count) {
        return NULL;
    }
    uint32_t index = find_free(pool, state->next_index);
    ptk_resource_base_t *slot = ptk_pool_slot(pool, index);
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    size_t head = sizeof *slot + sizeof *delivery;
    memset((unsigned char *)slot + head, 0, pool.slot_size - head);
    /* The links of the ready queue belong to the loop: the slot may still be queued from its former use. */
    delivery->raised = 0;
    delivery->enabled = 0;
    delivery->state = 0;
    slot->event_loop = loop->handle;
    slot->handle = PTK_MAKE_HANDLE(ptk_pool_type(kind), PTK_HANDLE_EVENT_LOOP_ID(loop->handle),
                                   ptk_next_generation(slot->handle, slot),
                                   ptk_next_id(&loop->last_id, index, pool.count));
    state->next_index = index + 1;
    state->in_use++;
    if (state->in_use > state->high_water) {
        state->high_water = state->in_use;
    }
    return slot;
}

void ptk_pool_free(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_resource_base_t *slot) {
    ptk_pool_t pool = ptk_pool_of(&loop->resources, kind);
    ptk_pool_state_t *state = &loop->pools[kind];
    assert(ptk_slot_is_live(slot) && state->in_use > 0);
    if (PTK_HANDLE_ID(slot->handle) % pool.count != ptk_pool_index(pool, slot)) {
        assert(state->displaced > 0);
        state->displaced--;
    }
    slot->handle &= (ptk_handle_t)UINT32_MAX;
    state->in_use--;
}

ptk_err_t ptk_pool_check(ptk_pool_t pool) {
    if (pool.count > PTK_POOL_MAX_SLOTS || (pool.slots == NULL && pool.count > 0)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    for (uint32_t i = 0; i < pool.count; i++) {
        if (ptk_slot_is_live(ptk_pool_slot(pool, i))) {
            return PTK_ERR_BUSY;
        }
    }
    return PTK_ERR_OK;
}

void ptk_pool_adopt(ptk_pool_t pool) {
    for (uint32_t i = 0; i < pool.count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
        memset(slot + 1, 0, pool.slot_size - sizeof *slot);
    }
}

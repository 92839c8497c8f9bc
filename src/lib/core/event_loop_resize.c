/** @file event_loop_resize.c @brief Moving a loop to other pools while it lives. */
#include "core/event_loop.h"

#include "core/delivery.h"
#include "core/port.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/user_event.h"

#include <string.h>

/** Moves a live slot; the old one becomes a free slot of an array that the application may use for anything. */
static void move_slot(ptk_pool_t to, uint32_t index, ptk_pool_t from, ptk_resource_base_t *slot) {
    memcpy(ptk_pool_slot(to, index), slot, from.slot_size);
    slot->handle &= (ptk_handle_t)UINT32_MAX;
}

/** Moves those slots first whose place by their ID is free, then the others to wherever there is room. */
static void move_pool(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_pool_t from, ptk_pool_t to) {
    ptk_pool_state_t *state = &loop->pools[kind];
    ptk_pool_adopt(to);
    for (uint32_t i = 0; i < from.count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(from, i);
        uint32_t home = ptk_slot_is_live(slot) ? PTK_HANDLE_ID(slot->handle) % to.count : 0;
        if (ptk_slot_is_live(slot) && !ptk_slot_is_live(ptk_pool_slot(to, home))) {
            move_slot(to, home, from, slot);
        }
    }
    uint32_t free_index = 0;
    state->displaced = 0;
    for (uint32_t i = 0; i < from.count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(from, i);
        if (ptk_slot_is_live(slot)) {
            while (ptk_slot_is_live(ptk_pool_slot(to, free_index))) {
                free_index++;
            }
            move_slot(to, free_index, from, slot);
            state->displaced++;
        }
    }
    state->next_index = 0;
}

/** References name slots by index, and indices have changed: queues what is raised and enabled anew, for the next pass. */
static void requeue(ptk_event_loop_slot_t *loop) {
    ptk_ready_reset(loop);
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        ptk_pool_t pool = ptk_pool_of(&loop->resources, (ptk_pool_kind_t)kind);
        for (uint32_t i = 0; i < pool.count; i++) {
            ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
            ptk_delivery_of(slot)->queued = 0;
            if (kind != PTK_POOL_SOURCES && ptk_slot_is_live(slot)) {
                ptk_ready_update(loop, (ptk_pool_kind_t)kind, slot);
            }
        }
    }
    ptk_source_relink(loop);
}

static ptk_err_t check_room(const ptk_event_loop_slot_t *loop, const ptk_event_loop_resources_t *resources) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        if (ptk_pool_of(resources, (ptk_pool_kind_t)kind).count < loop->pools[kind].in_use) {
            return PTK_ERR_OUT_OF_MEMORY;
        }
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_event_loop_resize_resources(ptk_handle_t loop, const ptk_event_loop_resources_t *new_resources) {
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (new_resources == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t error = ptk_resources_check(new_resources, &slot->resources);
    if (error == PTK_ERR_OK) {
        error = check_room(slot, new_resources);
    }
    if (error != PTK_ERR_OK) {
        return error;
    }
    ptk_port_lock(&slot->lock); /* raisers look for sources meanwhile */
    ptk_event_loop_resources_t old = slot->resources;
    slot->resources = *new_resources;
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        ptk_pool_t from = ptk_pool_of(&old, (ptk_pool_kind_t)kind);
        ptk_pool_t to = ptk_pool_of(new_resources, (ptk_pool_kind_t)kind);
        if (from.slots != to.slots || from.count != to.count) {
            move_pool(slot, (ptk_pool_kind_t)kind, from, to);
        }
    }
    requeue(slot);
    ptk_port_unlock(&slot->lock);
    ptk_socket_wake_listeners(slot);
    return PTK_ERR_OK;
}

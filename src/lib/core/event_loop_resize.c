/** @file event_loop_resize.c @brief Moving a loop to other pools while it lives. */
#include "core/event_loop.h"

#include "core/delivery.h"
#include "core/diagnose.h"
#include "core/port.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/timer.h"
#include "core/user_event.h"

#include <string.h>

/** Moves a live slot to a place whose delivery state says where it is. The old slot is free then. */
static void move_slot(ptk_resource_base_t *to, ptk_resource_base_t *from, uint32_t slot_size) {
    uint32_t self = ptk_delivery_of(to)->self;
    memcpy(to, from, slot_size);
    ptk_delivery_of(to)->self = self;
    from->handle &= (ptk_handle_t)UINT32_MAX;
}

/**
 * Moves the slots whose place by their ID is free, in a first pass, and in a second one the others to wherever there is
 * room. A single pass could give a slot's own place to another one.
 */
static void move_slots(ptk_pool_t *to, const ptk_pool_t *from, bool to_own_place) {
    uint32_t free_index = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(from, i);
        if (!ptk_slot_is_live(slot)) {
            continue;
        }
        uint32_t index = PTK_HANDLE_ID(slot->handle) % to->count;
        if (!to_own_place) {
            while (ptk_slot_is_live(ptk_pool_slot(to, free_index))) {
                free_index++;
            }
            index = free_index;
            to->displaced++;
        }
        if (!ptk_slot_is_live(ptk_pool_slot(to, index))) {
            move_slot(ptk_pool_slot(to, index), slot, from->slot_size);
        }
    }
}

static void move_pool(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, const ptk_pool_t *new_pool) {
    ptk_pool_t *pool = &loop->pools[kind];
    ptk_pool_t old = *pool;
    pool->slots = new_pool->slots;
    pool->count = new_pool->count;
    pool->displaced = 0;
    ptk_pool_adopt(loop, kind);
    move_slots(pool, &old, true);
    move_slots(pool, &old, false);
    for (uint32_t i = 0; i < old.count; i++) {
        ptk_delivery_of(ptk_pool_slot(&old, i))->loop = NULL; /* the old array is the application's again */
    }
}

/** The queues are threaded by references, which have changed: builds them anew, for the next pass. */
static void requeue(ptk_event_loop_slot_t *loop) {
    static const ptk_ready_queue_t empty = {PTK_REFERENCE_NONE, PTK_REFERENCE_NONE};
    loop->ready = empty;
    loop->delivering = empty;
    loop->raised = empty;
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        for (uint32_t i = 0; i < loop->pools[kind].count; i++) {
            ptk_resource_base_t *slot = ptk_pool_slot(&loop->pools[kind], i);
            ptk_delivery_of(slot)->queued &= PTK_SLOT_RETIRED;
            if (ptk_slot_is_live(slot) && kind == PTK_POOL_SOURCES) {
                ((ptk_user_event_source_internal_t *)(void *)slot)->raised_linked = 0;
                ptk_source_update((ptk_user_event_source_internal_t *)(void *)slot);
            } else if (ptk_slot_is_live(slot)) {
                ptk_ready_update(slot);
            }
        }
    }
}

static bool is_moving(const ptk_event_loop_slot_t *loop, const ptk_pool_t pools[PTK_POOL_COUNT], ptk_pool_kind_t kind) {
    return pools[kind].slots != loop->pools[kind].slots || pools[kind].count != loop->pools[kind].count;
}

/**
 * Before sockets move. The system may have been given the address of a slot for a request in flight. False if it does not
 * let go of one.
 */
static bool suspend_sockets(const ptk_pool_t *pool) {
    bool may_move = true;
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_socket_internal_t *socket = (ptk_socket_internal_t *)(void *)ptk_pool_slot(pool, i);
        if (ptk_slot_is_retired(&socket->base)) {
            ptk_socket_close_retired(socket);
            may_move &= !ptk_slot_is_retired(&socket->base);
        } else if (ptk_slot_is_live(&socket->base) && ptk_socket_state(socket) != PTK_SOCKET_NEW) {
            may_move &= ptk_port_socket_quiesce(socket);
        }
    }
    return may_move;
}

/** When they have moved, or stay after all. */
static void resume_sockets(const ptk_pool_t *pool) {
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_socket_internal_t *socket = (ptk_socket_internal_t *)(void *)ptk_pool_slot(pool, i);
        if (ptk_slot_is_live(&socket->base) && ptk_socket_state(socket) != PTK_SOCKET_NEW) {
            (void)ptk_socket_handlers_changed(socket); /* a failure is the socket's: it is told by its error event */
        }
    }
}

ptk_err_t ptk_event_loop_resize_resources(ptk_handle_t loop, const ptk_event_loop_resources_t *new_resources) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_pool_t pools[PTK_POOL_COUNT];
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (new_resources == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_pools_describe(pools, new_resources);
    ptk_err_t error = ptk_pools_check(pools, slot->pools);
    for (int kind = 0; kind < PTK_POOL_COUNT && error == PTK_ERR_OK; kind++) {
        error = pools[kind].count < slot->pools[kind].in_use ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_OK;
    }
    if (error != PTK_ERR_OK) {
        return error;
    }
    bool sockets_move = is_moving(slot, pools, PTK_POOL_SOCKETS);
    if (sockets_move && !suspend_sockets(&slot->pools[PTK_POOL_SOCKETS])) {
        resume_sockets(&slot->pools[PTK_POOL_SOCKETS]);
        return PTK_ERR_BUSY;
    }
    ptk_timer_settle(slot, ptk_port_now_ns()); /* their list is threaded by references */
    ptk_port_lock(&slot->lock);                /* raisers look for sources meanwhile */
    slot->resources = *new_resources;
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        if (is_moving(slot, pools, (ptk_pool_kind_t)kind)) {
            move_pool(slot, (ptk_pool_kind_t)kind, &pools[kind]);
        }
    }
    requeue(slot);
    ptk_port_unlock(&slot->lock);
    if (sockets_move) {
        resume_sockets(&slot->pools[PTK_POOL_SOCKETS]);
    }
    ptk_socket_resume_paused(slot);
    return PTK_ERR_OK;
}

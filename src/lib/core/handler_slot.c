/**
 * @file handler_slot.c
 * @brief The place where a resource keeps the handler of an event: found, set, cleared, called.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/handler_slot.h"

#include "core/diagnose.h"
#include "core/registry.h"
#include "core/user_event.h"

/** @brief Where each kind of resource keeps its handlers, and which event the first one is for. */
typedef struct handler_layout {
    uint8_t offset;      /**< @brief Of the first handler, in the resource's struct. */
    uint8_t count;       /**< @brief How many handlers. */
    uint8_t first_event; /**< @brief The first handler's event. Sources note their events beside the handlers. */
} handler_layout_t;

/** @brief The layouts, by kind of pool. */
static const handler_layout_t layouts[PTK_POOL_COUNT] = {
    {offsetof(ptk_timer_internal_t, handler), 1, PTK_EVENT_EXPIRED},
    {offsetof(ptk_socket_internal_t, handlers), PTK_SOCKET_EVENT_COUNT, PTK_EVENT_CONNECTED},
    {offsetof(ptk_user_event_source_internal_t, handlers), PTK_USER_EVENT_HANDLERS, 0},
};

/** @brief Whether a resource is a user event source. */
static bool is_source(const ptk_resource_base_t *slot) {
    return PTK_HANDLE_TYPE(slot->handle) == PTK_TYPE_USER_EVENT_SOURCE;
}

/** @brief The layout of a resource's kind. */
static const handler_layout_t *layout_of(const ptk_resource_base_t *slot) {
    return &layouts[PTK_HANDLE_TYPE(slot->handle) - PTK_TYPE_TIMER];
}

/** @brief The first of a resource's handlers. */
static ptk_handler_t *handlers_of(ptk_resource_base_t *slot) {
    return (ptk_handler_t *)(void *)((uint8_t *)slot + layout_of(slot)->offset);
}

uint32_t ptk_handler_of_event(const ptk_user_event_source_internal_t *source, ptk_event_t event) {
    uint32_t i = 0;
    while (i < PTK_USER_EVENT_HANDLERS && source->events[i] != event) {
        i++;
    }
    return i;
}

/** @brief The number of an event among the resource's, that of a free place for it, or the count if there is none. */
static uint32_t index_of(ptk_resource_base_t *slot, ptk_event_t event) {
    if (is_source(slot)) {
        const ptk_user_event_source_internal_t *source = ptk_source_of(slot);
        uint32_t index = ptk_handler_of_event(source, event);
        return index < PTK_USER_EVENT_HANDLERS ? index : ptk_handler_of_event(source, 0);
    }
    return event - layout_of(slot)->first_event;
}

void ptk_handler_put(ptk_resource_base_t *slot, uint32_t index, ptk_event_t event, const ptk_handler_t *handler) {
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    bool enabled = handler->function != NULL || handler->context != NULL;
    handlers_of(slot)[index] = *handler;
    if (is_source(slot)) {
        ptk_source_of(slot)->events[index] = enabled ? event : 0;
    } else {
        delivery->enabled &= (uint8_t) ~(1u << index);
        delivery->enabled |= (uint8_t)((unsigned)enabled << index);
    }
}

void ptk_handler_clear(ptk_resource_base_t *slot, uint32_t index) {
    static const ptk_handler_t none = {NULL, NULL};
    ptk_handler_put(slot, index, 0, &none);
}

ptk_err_t ptk_handler_find(ptk_handle_t resource, ptk_event_t event, ptk_resource_base_t **slot, uint32_t *index) {
    *slot = ptk_resource_find_any(resource);
    if (*slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    *index = index_of(*slot, event);
    if (*index < layout_of(*slot)->count && event != 0) {
        return PTK_ERR_OK;
    }
    return is_source(*slot) && event != 0 ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_INVALID_ARGUMENT;
}

/** @brief Whether a handler is this protothread. */
static bool is_protothread(const ptk_handler_t *handler, const ptk_pt_t *pt) {
    return handler->function == NULL && handler->context == pt;
}

bool ptk_handler_remove_protothread(ptk_handle_t resource, ptk_event_t event, const ptk_pt_t *pt) {
    ptk_resource_base_t *slot;
    uint32_t index;
    if (ptk_handler_find(resource, event, &slot, &index) != PTK_ERR_OK ||
        !is_protothread(&handlers_of(slot)[index], pt)) {
        return false;
    }
    ptk_handler_clear(slot, index);
    return true;
}

void ptk_handler_remove_all(ptk_event_loop_slot_t *loop, const ptk_pt_t *pt) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        for (uint32_t i = 0; i < loop->pools[kind].count; i++) {
            ptk_resource_base_t *slot = ptk_pool_slot(&loop->pools[kind], i);
            for (uint32_t index = 0; ptk_slot_is_live(slot) && index < layouts[kind].count; index++) {
                if (is_protothread(&handlers_of(slot)[index], pt)) {
                    ptk_handler_clear(slot, index);
                }
            }
        }
    }
}

#if !defined(NDEBUG)
ptk_handler_t ptk_handler_at(ptk_resource_base_t *slot, uint32_t index) {
    return handlers_of(slot)[index];
}

bool ptk_handler_waits(const ptk_event_loop_slot_t *loop, const ptk_pt_t *pt) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        for (uint32_t i = 0; i < loop->pools[kind].count; i++) {
            ptk_resource_base_t *slot = ptk_pool_slot(&loop->pools[kind], i);
            for (uint32_t index = 0; ptk_slot_is_live(slot) && index < layouts[kind].count; index++) {
                if (is_protothread(&handlers_of(slot)[index], pt)) {
                    return true;
                }
            }
        }
    }
    return false;
}
#endif

void ptk_handler_end(ptk_resource_base_t *slot, const ptk_handler_t *handler) {
    ptk_handler_clear(slot, (uint32_t)(handler - handlers_of(slot)));
}

bool ptk_handler_call(ptk_resource_base_t *slot, const ptk_handler_t *handler, ptk_event_t event, uintptr_t data) {
    ptk_event_loop_slot_t *loop = ptk_delivery_of(slot)->loop;
    uint32_t live_id = ptk_atomic_load(&loop->live_id); /* differs if the slot belongs to another loop afterwards */
    loop->events_delivered++;
    PTK_DIAGNOSE(ptk_diagnose_delivery(loop, slot->handle, event));
    if (handler->function != NULL) {
        PTK_MEASURE(handler->function(slot->handle, event, data, handler->context), slot->handle, event,
                    (uintptr_t)handler->function);
    } else {
        PTK_MEASURE(loop->wake_protothread(slot, handler, event, data), slot->handle, event,
                    (uintptr_t)handler->context);
    }
    return ptk_atomic_load(&loop->live_id) == live_id;
}

/**
 * @file handler_slot.c
 * @brief The handlers of a resource: called, and removed where they are a protothread.
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

/** @brief The event of one of a resource's handlers. */
static ptk_event_t event_of(ptk_resource_base_t *slot, uint32_t index) {
    return is_source(slot) ? ptk_source_of(slot)->events[index] : layout_of(slot)->first_event + index;
}

/** @brief The first handler of a live resource, for an event or with 0 for any, that is this protothread; or NULL. */
static const ptk_handler_t *find_protothread(ptk_resource_base_t *slot, ptk_event_t event, const ptk_pt_t *pt) {
    const ptk_handler_t *handler = handlers_of(slot);
    for (uint32_t index = 0; index < layout_of(slot)->count; index++, handler++) {
        if (handler->function == NULL && handler->context == pt && (event == 0 || event_of(slot, index) == event)) {
            return handler;
        }
    }
    return NULL;
}

void ptk_handler_end(ptk_resource_base_t *slot, const ptk_handler_t *handler) {
    uint32_t index = (uint32_t)(handler - handlers_of(slot));
    handlers_of(slot)[index].context = NULL;
    if (is_source(slot)) {
        ptk_source_of(slot)->events[index] = 0;
    } else {
        ptk_delivery_of(slot)->enabled &= (uint8_t) ~(1u << index);
    }
}

bool ptk_handler_remove_protothread(ptk_handle_t resource, ptk_event_t event, const ptk_pt_t *pt) {
    ptk_resource_base_t *slot = event == 0 ? NULL : ptk_resource_find_any(resource);
    const ptk_handler_t *handler = slot == NULL ? NULL : find_protothread(slot, event, pt);
    if (handler != NULL) {
        ptk_handler_end(slot, handler);
    }
    return handler != NULL;
}

void ptk_handler_remove_all(ptk_event_loop_slot_t *loop, const ptk_pt_t *pt) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        for (uint32_t i = 0; i < loop->pools[kind].count; i++) {
            ptk_resource_base_t *slot = ptk_pool_slot(&loop->pools[kind], i);
            const ptk_handler_t *handler;
            while (ptk_slot_is_live(slot) && (handler = find_protothread(slot, 0, pt)) != NULL) {
                ptk_handler_end(slot, handler);
            }
        }
    }
}

#if !defined(NDEBUG)
ptk_handler_t ptk_handler_at(ptk_resource_base_t *slot, ptk_event_t event) {
    ptk_handler_t found = {NULL, NULL};
    for (uint32_t index = 0; index < layout_of(slot)->count; index++) {
        if (event_of(slot, index) == event) {
            found = handlers_of(slot)[index];
        }
    }
    return found;
}

bool ptk_handler_waits(const ptk_event_loop_slot_t *loop, const ptk_pt_t *pt) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        for (uint32_t i = 0; i < loop->pools[kind].count; i++) {
            ptk_resource_base_t *slot = ptk_pool_slot(&loop->pools[kind], i);
            if (ptk_slot_is_live(slot) && find_protothread(slot, 0, pt) != NULL) {
                return true;
            }
        }
    }
    return false;
}
#endif

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

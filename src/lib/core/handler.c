/** @file handler.c @brief Who handles an event: finding the place, setting and clearing it. */
#include "core/handler.h"

#include "core/atomic.h"
#include "core/delivery.h"
#include "core/diagnose.h"
#include "core/log.h"
#include "core/port.h"
#include "core/protothread.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/user_event.h"

/** Where each kind of resource keeps its handlers, and which event the first one is for. */
typedef struct handler_layout {
    uint8_t offset;
    uint8_t count;
    uint8_t first_event; /**< sources note their events beside the handlers */
} handler_layout_t;

static const handler_layout_t layouts[PTK_POOL_COUNT] = {
    {offsetof(ptk_timer_internal_t, handler), 1, PTK_EVENT_EXPIRED},
    {offsetof(ptk_socket_internal_t, handlers), PTK_SOCKET_EVENT_COUNT, PTK_EVENT_CONNECTED},
    {offsetof(ptk_user_event_source_internal_t, handlers), PTK_USER_EVENT_HANDLERS, 0},
};

static bool is_source(const ptk_resource_base_t *slot) {
    return PTK_HANDLE_TYPE(slot->handle) == PTK_TYPE_USER_EVENT_SOURCE;
}

static const handler_layout_t *layout_of(const ptk_resource_base_t *slot) {
    return &layouts[PTK_HANDLE_TYPE(slot->handle) - PTK_TYPE_TIMER];
}

static ptk_handler_t *handlers_of(ptk_resource_base_t *slot) {
    return (ptk_handler_t *)(void *)((uint8_t *)slot + layout_of(slot)->offset);
}

/** The number of an event among the resource's, the number of a free place for it, or the count if there is none. */
static uint32_t index_of(ptk_resource_base_t *slot, ptk_event_t event) {
    if (is_source(slot)) {
        return ptk_source_handler_index((ptk_user_event_source_internal_t *)(void *)slot, event);
    }
    return event - layout_of(slot)->first_event;
}

/** Puts a handler into its place, or none. */
static void put(ptk_resource_base_t *slot, uint32_t index, ptk_event_t event, ptk_handler_t handler) {
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    bool enabled = handler.function != NULL || handler.context != NULL;
    handlers_of(slot)[index] = handler;
    if (is_source(slot)) {
        ((ptk_user_event_source_internal_t *)(void *)slot)->events[index] = enabled ? event : 0;
    } else {
        delivery->enabled &= (uint8_t) ~(1u << index);
        delivery->enabled |= (uint8_t)((unsigned)enabled << index);
    }
}

void ptk_handler_clear(ptk_resource_base_t *slot, uint32_t index) {
    static const ptk_handler_t none = {NULL, NULL};
    put(slot, index, 0, none);
}

/** Finds a resource and the place of an event's handler. */
static ptk_err_t find(ptk_handle_t resource, ptk_event_t event, ptk_resource_base_t **slot, uint32_t *index) {
    *slot = ptk_resource_find(resource, PTK_HANDLE_TYPE(resource));
    if (*slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    *index = index_of(*slot, event);
    if (*index < layout_of(*slot)->count && event != 0) {
        return PTK_ERR_OK;
    }
    return is_source(*slot) && event != 0 ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_INVALID_ARGUMENT;
}

ptk_err_t ptk_handler_set(ptk_handle_t resource, ptk_event_t event, ptk_handler_t handler) {
    ptk_resource_base_t *slot;
    uint32_t index;
    ptk_err_t error = find(resource, event, &slot, &index);
    if (error == PTK_ERR_OUT_OF_MEMORY) {
        PTK_DIAGNOSE(ptk_diagnose_exhausted(handler.function != NULL ? "ptk_set_event_handler"
                                                                     : "ptk_set_protothread_event_handler",
                                            resource, "handlers of a user event source", PTK_USER_EVENT_HANDLERS));
    }
    if (error != PTK_ERR_OK) {
        return error;
    }
    PTK_DIAGNOSE(ptk_diagnose_replaced(resource, event, handlers_of(slot)[index], handler));
    put(slot, index, event, handler);
    /* What was raised before becomes deliverable. */
    switch (PTK_HANDLE_TYPE(resource)) {
    case PTK_TYPE_TIMER:
        ptk_ready_update(slot);
        return PTK_ERR_OK;
    case PTK_TYPE_SOCKET:
        return ptk_socket_handler_set((ptk_socket_internal_t *)(void *)slot, event);
    default:
        ptk_source_update((ptk_user_event_source_internal_t *)(void *)slot);
        return PTK_ERR_OK;
    }
}

ptk_err_t ptk_set_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_event_handler_t handler,
                                void *user_data) {
    PTK_ENTER(resource, 0);
    ptk_handler_t value = {handler, user_data};
    return ptk_result(resource, handler == NULL ? PTK_ERR_INVALID_ARGUMENT : ptk_handler_set(resource, event, value));
}

ptk_err_t ptk_remove_event_handler(ptk_handle_t resource, ptk_event_t event) {
    PTK_ENTER(resource, 0);
    ptk_resource_base_t *slot;
    uint32_t index;
    ptk_err_t error = find(resource, event, &slot, &index);
    if (error == PTK_ERR_OK) {
        ptk_handler_clear(slot, index); /* of a source this may be a free place, which stays one */
        if (PTK_HANDLE_TYPE(resource) == PTK_TYPE_SOCKET) {
            error = ptk_socket_handlers_changed((ptk_socket_internal_t *)(void *)slot);
        }
    }
    /* Out of memory: full of handlers for other events. */
    return ptk_result(resource, error == PTK_ERR_OUT_OF_MEMORY ? PTK_ERR_OK : error);
}

static bool is_protothread(const ptk_handler_t *handler, const ptk_pt_t *pt) {
    return handler->function == NULL && handler->context == pt;
}

bool ptk_handler_remove_protothread(ptk_handle_t resource, ptk_event_t event, const ptk_pt_t *pt) {
    ptk_resource_base_t *slot;
    uint32_t index;
    if (find(resource, event, &slot, &index) != PTK_ERR_OK || !is_protothread(&handlers_of(slot)[index], pt)) {
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

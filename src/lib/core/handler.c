/** @file handler.c @brief Who handles an event: finding the place, setting and clearing it. */
#include "core/handler.h"

#include "core/atomic.h"
#include "core/delivery.h"
#include "core/log.h"
#include "core/port.h"
#include "core/protothread.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/user_event.h"

static const ptk_handler_slot_t no_handler = {NULL, NULL};

/** Where an event's handler is kept; index is its number among the resource's. */
static ptk_handler_slot_t *place_of(ptk_resource_base_t *resource, ptk_event_t event, uint32_t *index) {
    *index = 0;
    switch (PTK_HANDLE_TYPE(resource->handle)) {
    case PTK_TYPE_TIMER:
        return event == PTK_EVENT_EXPIRED ? &((ptk_timer_internal_t *)(void *)resource)->handler : NULL;
    case PTK_TYPE_SOCKET:
        *index = event - PTK_EVENT_READABLE;
        return *index < PTK_SOCKET_EVENT_COUNT ? &((ptk_socket_internal_t *)(void *)resource)->handlers[*index] : NULL;
    default:
        return ptk_source_handler((ptk_user_event_source_internal_t *)(void *)resource, event, index);
    }
}

/** Debug builds check that handlers are set in the loop's thread; in release builds that is the application's duty. */
static ptk_err_t check_thread(const ptk_event_loop_slot_t *loop) {
#if !defined(NDEBUG)
    uintptr_t owner = ptk_atomic_load_word(&loop->owner);
    if (owner != 0 && owner != ptk_port_thread_self()) {
        PTK_LOG(1, "handler set from a thread that does not run the loop", loop->handle);
        return PTK_ERR_WRONG_THREAD;
    }
#else
    (void)loop;
#endif
    return PTK_ERR_OK;
}

/** A changed handler can make something deliverable that was raised before. */
static ptk_err_t after_change(ptk_event_loop_slot_t *loop, ptk_resource_base_t *resource) {
    switch (PTK_HANDLE_TYPE(resource->handle)) {
    case PTK_TYPE_TIMER:
        ptk_ready_update(loop, PTK_POOL_TIMERS, resource);
        return PTK_ERR_OK;
    case PTK_TYPE_SOCKET:
        return ptk_socket_handlers_changed(loop, (ptk_socket_internal_t *)(void *)resource);
    default:
        ptk_source_update(loop, (ptk_user_event_source_internal_t *)(void *)resource);
        return PTK_ERR_OK;
    }
}

ptk_err_t ptk_handler_set(ptk_handle_t resource, ptk_event_t event, ptk_handler_slot_t handler) {
    ptk_resource_base_t *slot;
    uint32_t index;
    ptk_event_loop_slot_t *loop = ptk_loop_of(resource, &slot);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_err_t error = check_thread(loop);
    if (error != PTK_ERR_OK) {
        return error;
    }
    bool is_source = PTK_HANDLE_TYPE(resource) == PTK_TYPE_USER_EVENT_SOURCE;
    ptk_handler_slot_t *place = place_of(slot, event, &index);
    if (place == NULL) {
        return is_source && event != 0 ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_INVALID_ARGUMENT;
    }
    *place = handler;
    if (is_source) {
        ptk_source_set_event((ptk_user_event_source_internal_t *)(void *)slot, index, event);
    } else {
        ptk_delivery_of(slot)->enabled |= (uint8_t)(1u << index);
    }
    return after_change(loop, slot);
}

/** Clears a place; the event has no handler from now on. */
static void clear(ptk_resource_base_t *slot, ptk_handler_slot_t *place, uint32_t index) {
    *place = no_handler;
    if (PTK_HANDLE_TYPE(slot->handle) == PTK_TYPE_USER_EVENT_SOURCE) {
        ptk_source_set_event((ptk_user_event_source_internal_t *)(void *)slot, index, 0);
    } else {
        ptk_delivery_of(slot)->enabled &= (uint8_t) ~(1u << index);
    }
}

ptk_err_t ptk_set_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_event_handler_t handler,
                                void *user_data) {
    ptk_handler_slot_t value = {handler, user_data};
    if (handler == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_handler_set(resource, event, value);
}

ptk_err_t ptk_remove_event_handler(ptk_handle_t resource, ptk_event_t event) {
    ptk_resource_base_t *slot;
    uint32_t index;
    if (ptk_loop_of(resource, &slot) == NULL || slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_handler_slot_t *place = place_of(slot, event, &index);
    if (place == NULL) {
        /* A source that is full of handlers has none for this event. */
        bool known = PTK_HANDLE_TYPE(resource) == PTK_TYPE_USER_EVENT_SOURCE && event != 0;
        return known ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_handler_is_set(place)) {
        clear(slot, place, index);
    }
    return PTK_ERR_OK;
}

static bool is_protothread(const ptk_handler_slot_t *place, const ptk_pt_t *pt) {
    return place->function == NULL && place->context == pt;
}

void ptk_handler_remove_protothread(ptk_handle_t resource, ptk_event_t event, const ptk_pt_t *pt) {
    ptk_resource_base_t *slot;
    uint32_t index;
    if (ptk_loop_of(resource, &slot) == NULL || slot == NULL) {
        return;
    }
    ptk_handler_slot_t *place = place_of(slot, event, &index);
    if (place != NULL && is_protothread(place, pt)) {
        clear(slot, place, index);
    }
}

/** The handlers of a resource as an array. */
static ptk_handler_slot_t *handlers_of(ptk_resource_base_t *slot, ptk_pool_kind_t kind, uint32_t *count) {
    switch (kind) {
    case PTK_POOL_TIMERS:
        *count = 1;
        return &((ptk_timer_internal_t *)(void *)slot)->handler;
    case PTK_POOL_SOCKETS:
        *count = PTK_SOCKET_EVENT_COUNT;
        return ((ptk_socket_internal_t *)(void *)slot)->handlers;
    case PTK_POOL_SOURCES:
    case PTK_POOL_COUNT:
    default:
        *count = PTK_USER_EVENT_HANDLERS;
        return ((ptk_user_event_source_internal_t *)(void *)slot)->handlers;
    }
}

void ptk_handler_remove_all(ptk_event_loop_slot_t *loop, const ptk_pt_t *pt) {
    for (int kind = 0; kind < PTK_POOL_COUNT; kind++) {
        ptk_pool_t pool = ptk_pool_of(&loop->resources, (ptk_pool_kind_t)kind);
        for (uint32_t i = 0; i < pool.count; i++) {
            uint32_t count;
            ptk_resource_base_t *slot = ptk_pool_slot(pool, i);
            ptk_handler_slot_t *handlers = handlers_of(slot, (ptk_pool_kind_t)kind, &count);
            for (uint32_t index = 0; ptk_slot_is_live(slot) && index < count; index++) {
                if (is_protothread(&handlers[index], pt)) {
                    clear(slot, &handlers[index], index);
                }
            }
        }
    }
}

/** @file delivery.c @brief The ready queue: from "raised and enabled" to a call of the handler. */
#include "core/delivery.h"

#include "core/protothread.h"

void ptk_ready_reset(ptk_event_loop_slot_t *loop) {
    loop->ready.first = PTK_REFERENCE_NONE;
    loop->ready.last = PTK_REFERENCE_NONE;
    loop->delivering = loop->ready;
}

/** The slot that a reference names; references in the queues are always within the present pools. */
static ptk_resource_base_t *slot_of(const ptk_event_loop_slot_t *loop, uint32_t reference) {
    return ptk_pool_slot(ptk_pool_of(&loop->resources, ptk_reference_kind(reference)), ptk_reference_index(reference));
}

void ptk_ready_push(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_resource_base_t *slot) {
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    if (delivery->queued) {
        return;
    }
    uint32_t reference = ptk_reference(kind, ptk_pool_index(ptk_pool_of(&loop->resources, kind), slot));
    delivery->queued = 1;
    delivery->next = PTK_REFERENCE_NONE;
    if (loop->ready.last == PTK_REFERENCE_NONE) {
        loop->ready.first = reference;
    } else {
        ptk_delivery_of(slot_of(loop, loop->ready.last))->next = reference;
    }
    loop->ready.last = reference;
}

void ptk_ready_update(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_resource_base_t *slot) {
    const ptk_delivery_t *delivery = ptk_delivery_of(slot);
    if ((delivery->raised & delivery->enabled) != 0) {
        ptk_ready_push(loop, kind, slot);
    }
}

bool ptk_ready_pending(const ptk_event_loop_slot_t *loop) {
    return loop->ready.first != PTK_REFERENCE_NONE;
}

/** Takes the first resource of this pass out of the queue; NULL when there is none left. */
static ptk_resource_base_t *pop(ptk_event_loop_slot_t *loop, ptk_pool_kind_t *kind) {
    uint32_t reference = loop->delivering.first;
    if (reference == PTK_REFERENCE_NONE) {
        return NULL;
    }
    ptk_resource_base_t *slot = slot_of(loop, reference);
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    loop->delivering.first = delivery->next;
    delivery->queued = 0;
    *kind = ptk_reference_kind(reference);
    return slot;
}

static bool deliver(ptk_event_loop_slot_t *loop, ptk_pool_kind_t kind, ptk_resource_base_t *slot) {
    switch (kind) {
    case PTK_POOL_TIMERS:
        return ptk_timer_deliver(loop, (ptk_timer_internal_t *)(void *)slot);
    case PTK_POOL_SOCKETS:
        return ptk_socket_deliver(loop, (ptk_socket_internal_t *)(void *)slot);
    case PTK_POOL_SOURCES:
    case PTK_POOL_COUNT:
    default:
        return ptk_source_deliver(loop, (ptk_user_event_source_internal_t *)(void *)slot);
    }
}

bool ptk_ready_deliver(ptk_event_loop_slot_t *loop) {
    ptk_pool_kind_t kind;
    ptk_resource_base_t *slot;
    loop->delivering = loop->ready;
    loop->ready.first = PTK_REFERENCE_NONE;
    loop->ready.last = PTK_REFERENCE_NONE;
    while ((slot = pop(loop, &kind)) != NULL) {
        if (ptk_slot_is_live(slot) && !deliver(loop, kind, slot)) {
            return false;
        }
    }
    return true;
}

void ptk_handler_call(ptk_event_loop_slot_t *loop, ptk_handler_slot_t *handler, ptk_handle_t resource, ptk_event_t event,
                      uintptr_t data) {
    loop->events_delivered++;
    if (handler->function != NULL) {
        handler->function(resource, event, data, handler->context);
    } else {
        ptk_protothread_wake((ptk_pt_t *)handler->context, resource, event, data);
    }
}

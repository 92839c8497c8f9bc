/** @file delivery.c @brief The ready queue: from "raised and enabled" to a call of the handler. */
#include "core/delivery.h"

#include "core/diagnose.h"
#include "core/protothread.h"
#include "core/registry.h"

void ptk_ready_push(ptk_resource_base_t *slot) {
    ptk_delivery_t *delivery = ptk_delivery_of(slot);
    ptk_ready_queue_t *ready = &delivery->loop->ready;
    if ((delivery->queued & PTK_QUEUED_READY) != 0) {
        return;
    }
    delivery->queued |= PTK_QUEUED_READY;
    delivery->next = PTK_REFERENCE_NONE;
    if (ready->last == PTK_REFERENCE_NONE) {
        ready->first = delivery->self;
    } else {
        ptk_delivery_of(ptk_referenced_slot(delivery->loop, ready->last))->next = delivery->self;
    }
    ready->last = delivery->self;
}

void ptk_ready_update(ptk_resource_base_t *slot) {
    const ptk_delivery_t *delivery = ptk_delivery_of(slot);
    if ((delivery->raised & delivery->enabled) != 0) {
        ptk_ready_push(slot);
    }
}

static bool deliver(ptk_resource_base_t *slot) {
    switch (PTK_HANDLE_TYPE(slot->handle)) {
    case PTK_TYPE_TIMER:
        return ptk_timer_deliver((ptk_timer_internal_t *)(void *)slot);
    case PTK_TYPE_SOCKET:
        return ptk_socket_deliver((ptk_socket_internal_t *)(void *)slot);
    default:
        return ptk_source_deliver((ptk_user_event_source_internal_t *)(void *)slot);
    }
}

bool ptk_ready_deliver(ptk_event_loop_slot_t *loop) {
    static const ptk_ready_queue_t empty = {PTK_REFERENCE_NONE, PTK_REFERENCE_NONE};
    bool alive = true;
    loop->delivering = loop->ready;
    loop->ready = empty;
    /* A resize in a handler empties this queue and puts what it held into the next pass. */
    while (alive && loop->delivering.first != PTK_REFERENCE_NONE) {
        ptk_resource_base_t *slot = ptk_referenced_slot(loop, loop->delivering.first);
        loop->delivering.first = ptk_delivery_of(slot)->next;
        ptk_delivery_of(slot)->queued &= (uint8_t)~PTK_QUEUED_READY;
        alive = !ptk_slot_is_live(slot) || deliver(slot);
    }
    return alive;
}

void ptk_handler_call(ptk_event_loop_slot_t *loop, ptk_handler_t handler, ptk_handle_t resource, ptk_event_t event,
                      uintptr_t data) {
    loop->events_delivered++;
    PTK_DIAGNOSE(ptk_diagnose_delivery(loop, resource, event));
    if (handler.function != NULL) {
        PTK_MEASURE(handler.function(resource, event, data, handler.context), resource, event,
                    (uintptr_t)handler.function);
    } else {
        ptk_pt_t *pt = (ptk_pt_t *)handler.context;
        PTK_MEASURE(ptk_protothread_wake(pt, resource, event, data), resource, event, (uintptr_t)pt);
    }
}

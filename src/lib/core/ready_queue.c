/**
 * @file ready_queue.c
 * @brief The ready queue: resources that have something to deliver.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/ready_queue.h"

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

/**
 * @file ready_queue.c
 * @brief Rings of slots, and the ready queue: resources that have something to deliver.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/ready_queue.h"

void ptk_ring_append(ptk_resource_base_t **ring, ptk_resource_base_t *slot, int link) {
    ptk_resource_base_t **next = &ptk_delivery_of(slot)->links[link];
    ptk_resource_base_t *last = *ring;
    if (*next != NULL) {
        return;
    }
    if (last == NULL) {
        *next = slot;
    } else {
        *next = ptk_delivery_of(last)->links[link];
        ptk_delivery_of(last)->links[link] = slot;
    }
    *ring = slot;
}

ptk_resource_base_t *ptk_ring_take(ptk_resource_base_t **ring, int link) {
    ptk_resource_base_t *last = *ring;
    if (last == NULL) {
        return NULL;
    }
    ptk_resource_base_t *slot = ptk_delivery_of(last)->links[link];
    if (slot == last) {
        *ring = NULL;
    } else {
        ptk_delivery_of(last)->links[link] = ptk_delivery_of(slot)->links[link];
    }
    ptk_delivery_of(slot)->links[link] = NULL;
    return slot;
}

void ptk_ready_push(ptk_resource_base_t *slot) {
    ptk_ring_append(&ptk_delivery_of(slot)->loop->ready, slot, PTK_LINK_READY);
}

void ptk_ready_remove(ptk_resource_base_t *slot) {
    ptk_resource_base_t **ring = &ptk_delivery_of(slot)->loop->ready;
    ptk_resource_base_t *last = *ring;
    for (ptk_resource_base_t *before = last; before != NULL;) {
        ptk_resource_base_t **link = &ptk_delivery_of(before)->links[PTK_LINK_READY];
        if (*link == slot) {
            *ring = slot != last ? last : before != slot ? before : NULL;
            *link = ptk_delivery_of(slot)->links[PTK_LINK_READY];
            ptk_delivery_of(slot)->links[PTK_LINK_READY] = NULL;
            return;
        }
        before = *link != last ? *link : NULL;
    }
}

void ptk_ready_update(ptk_resource_base_t *slot) {
    const ptk_delivery_t *delivery = ptk_delivery_of(slot);
    if ((delivery->raised & delivery->enabled) != 0) {
        ptk_ready_push(slot);
    }
}

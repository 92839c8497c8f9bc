/**
 * @file ready_queue.h
 * @brief Rings of slots, and the ready queue: resources that have something to deliver.
 *
 * A ring is named by its last slot, which is linked to the first, or is NULL; what is on a ring has a link. So a slot is
 * on one ring for each of its links, and a slot that is freed stays there: who takes it finds it free.
 *
 * A resource is queued when an event of it is raised and has a handler. A pass delivers what was queued when the wait
 * ended, each event at most once; what handlers raise is queued for the next pass.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_READY_QUEUE_H
#define PTK_CORE_READY_QUEUE_H

#include "core/pool.h"

/** @brief What the links of a slot are for. */
enum {
    PTK_LINK_READY = 0, /**< @brief The ready queue. */
    PTK_LINK_OWN =
        1 /**< @brief Timers: those that handlers started, or that are due. Sources: those with new events. */
};

/** @brief Appends a slot, if it is on no ring by this link yet. */
void ptk_ring_append(ptk_resource_base_t **ring, ptk_resource_base_t *slot, int link);

/** @brief Takes the first slot from a ring, or returns NULL. */
ptk_resource_base_t *ptk_ring_take(ptk_resource_base_t **ring, int link);

/** @brief Takes a queued slot from what the next pass delivers; from what is left of this pass it is not taken. */
void ptk_ready_remove(ptk_resource_base_t *slot);

/** @brief Queues a resource for the next pass, if it is not queued yet. */
void ptk_ready_push(ptk_resource_base_t *slot);

/** @brief Queues a timer or socket if it has an event that is raised and enabled. */
void ptk_ready_update(ptk_resource_base_t *slot);

#endif

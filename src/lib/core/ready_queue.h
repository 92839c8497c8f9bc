/**
 * @file ready_queue.h
 * @brief The ready queue: resources that have something to deliver.
 *
 * A resource is queued when an event of it is raised and has a handler. A pass delivers what was queued when the wait
 * ended, each event at most once; what handlers raise is queued for the next pass. Slots are queued by reference, never
 * by pointer, and a freed slot stays queued: when it is taken out it has nothing to deliver.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_READY_QUEUE_H
#define PTK_CORE_READY_QUEUE_H

#include "core/pool.h"

/** @brief Queues a resource for the next pass, if it is not queued yet. */
void ptk_ready_push(ptk_resource_base_t *slot);

/** @brief Queues a timer or socket if it has an event that is raised and enabled. */
void ptk_ready_update(ptk_resource_base_t *slot);

#endif

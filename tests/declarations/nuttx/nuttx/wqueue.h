/**
 * @file wqueue.h
 * @brief Of NuttX 13.0.1: work queues. From its documentation, "Work Queues".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_WQUEUE_H
#define DECLARATIONS_NUTTX_WQUEUE_H

#include <time.h>

/** @brief The queue of the high-priority worker. */
#define HPWORK 0

/** @brief What the worker calls. */
typedef void (*worker_t)(void *arg);

/** @brief One item of work. It is in a list while it waits. */
struct work_s {
    struct {
        void *prev, *next;
    } node;          /**< @brief The list. */
    clock_t qtime;   /**< @brief When it was queued. */
    worker_t worker; /**< @brief What is called; NULL when it does not wait. */
    void *arg;       /**< @brief The argument. */
};

/**
 * @brief Has the worker call a function, also from an interrupt. An item that waits already is queued anew.
 * @param qid the queue. @param work the item. @param worker the function. @param arg its argument. @param delay in ticks.
 * @return 0, or a negated error number.
 */
int work_queue(int qid, struct work_s *work, worker_t worker, void *arg, clock_t delay);

/**
 * @brief Takes an item out of the queue; if the worker is at it, waits until it has done it.
 * @param qid the queue. @param work the item.
 * @return 0, or a negated error number: ENOENT if there was nothing to cancel.
 */
int work_cancel_sync(int qid, struct work_s *work);

#endif

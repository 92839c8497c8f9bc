/**
 * @file semaphore.c
 * @brief Counting semaphores between protothreads; taking a unit is a step of protothread_step.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/protothread_run.h"

#include "core/diagnose.h"
#include "core/registry.h"

#include <string.h>

/** @brief Checks the arguments and initialises a semaphore. */
static ptk_err_t init(ptk_semaphore_t *semaphore, ptk_handle_t loop, uint32_t count) {
    if (semaphore == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_loop_find(loop) == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    memset(semaphore, 0, sizeof *semaphore);
    semaphore->loop = loop;
    semaphore->count = count;
    return PTK_ERR_OK;
}

ptk_err_t ptk_semaphore_init(ptk_semaphore_t *semaphore, ptk_handle_t loop, uint32_t count) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    return ptk_result(loop, init(semaphore, loop, count));
}

/** @brief Gives a unit to the first waiter, or adds it to the count. */
static ptk_err_t signal_one(ptk_semaphore_t *semaphore) {
    ptk_event_loop_slot_t *loop = ptk_loop_find(semaphore->loop);
    if (loop == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (semaphore->count == UINT32_MAX) {
        return PTK_ERR_INVALID_STATE;
    }
    ptk_pt_t *waiter = semaphore->waiters.first;
    if (waiter == NULL) {
        semaphore->count++;
    } else {
        /* The unit is the waiter's from now on, so no one who comes later is faster. It runs from the loop, not from
         * here: a handler never runs inside of another one. */
        ptk_pt_list_remove(waiter);
        waiter->granted = semaphore;
        ptk_pt_list_append(&loop->yielded, waiter);
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_semaphore_signal(ptk_semaphore_t *semaphore) {
    if (semaphore == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_ENTER(semaphore->loop, PTK_TYPE_EVENT_LOOP);
    return ptk_result(semaphore->loop, signal_one(semaphore));
}

/** @file semaphore.c @brief Counting semaphores between protothreads; taking a unit is a step of protothread_step.c. */
#include "core/protothread.h"

#include "core/registry.h"

#include <string.h>

ptk_err_t ptk_semaphore_init(ptk_semaphore_t *semaphore, ptk_handle_t loop, uint32_t count) {
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

ptk_err_t ptk_semaphore_signal(ptk_semaphore_t *semaphore) {
    if (semaphore == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_event_loop_slot_t *loop = ptk_loop_find(semaphore->loop);
    if (loop == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (semaphore->count == UINT32_MAX) {
        return PTK_ERR_INVALID_STATE;
    }
    semaphore->count++;
    /* The waiter runs from the loop, not from here: a handler never runs inside of another one. It takes the unit then,
     * unless somebody was faster, and in that case it waits again. */
    ptk_pt_t *waiter = semaphore->waiters.first;
    if (waiter != NULL) {
        ptk_pt_list_remove(waiter);
        ptk_pt_list_append(&loop->yielded, waiter);
    }
    return PTK_ERR_OK;
}

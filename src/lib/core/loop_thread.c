/**
 * @file loop_thread.c
 * @brief The optional thread that runs a loop, on a stack and an object of the application.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/atomic.h"
#include "core/diagnose.h"
#include "core/event_loop.h"
#include "core/event_loop_run.h"
#include "core/log.h"
#include "core/port.h"
#include "core/port_thread.h"
#include "core/registry.h"

/** @brief Takes thread object and loop, or neither. The loop cannot be destroyed, nor run by others, from then on. */
static ptk_err_t claim(ptk_event_loop_slot_t *slot, ptk_handle_t loop, ptk_thread_t *thread) {
    if (!ptk_atomic_replace(&thread->started, 0, 1)) {
        return PTK_ERR_BUSY;
    }
    ptk_err_t error = ptk_loop_claim(slot, loop, PTK_RUNNER_STARTING);
    if (error != PTK_ERR_OK) {
        ptk_atomic_store(&thread->started, 0);
    }
    return error;
}

/** @brief ptk_event_loop_thread_start() without noting the last error. */
static ptk_err_t start(ptk_handle_t loop, ptk_thread_t *thread, void *stack, size_t stack_size) {
    ptk_event_loop_slot_t *slot = ptk_loop_slot(loop);
    ptk_err_t error = slot == NULL ? PTK_ERR_INVALID_HANDLE : PTK_ERR_INVALID_ARGUMENT;
    if (slot != NULL && thread != NULL && stack != NULL && stack_size != 0) {
        error = claim(slot, loop, thread);
    }
    if (error == PTK_ERR_INVALID_HANDLE) {
        PTK_DIAGNOSE(ptk_diagnose_handle("ptk_event_loop_thread_start", loop, PTK_TYPE_EVENT_LOOP));
    }
    if (error != PTK_ERR_OK) {
        return error;
    }
    thread->loop = loop;
    ptk_atomic_store(&thread->stop, 0);
    ptk_atomic_store_word(&thread->self, 0);
    /* Whoever ran the loop before does not any more. */
    ptk_atomic_store_word(&slot->owner, 0);
    error = ptk_port_thread_start(thread, stack, stack_size);
    if (error != PTK_ERR_OK) {
        ptk_atomic_store_word(&slot->runner, 0);
        ptk_atomic_store(&thread->started, 0);
    }
    return error;
}

ptk_err_t ptk_event_loop_thread_start(ptk_handle_t loop, ptk_thread_t *thread, void *stack, size_t stack_size) {
    return ptk_result(loop, start(loop, thread, stack, stack_size));
}

void ptk_loop_thread_main(ptk_thread_t *thread) {
    ptk_event_loop_slot_t *slot = ptk_loop_find(thread->loop); /* there until this thread releases it */
    uintptr_t self = ptk_port_thread_self();
    ptk_err_t error = PTK_ERR_OK;
    ptk_atomic_store_word(&thread->self, self);
    ptk_atomic_store_word(&slot->owner, self);
    ptk_atomic_store_word(&slot->runner, self);
    while (error == PTK_ERR_OK && ptk_atomic_load(&thread->stop) == 0) {
        error = ptk_loop_pass(slot, PTK_WAIT_FOREVER);
    }
    if (error != PTK_ERR_INVALID_HANDLE) { /* else a handler has destroyed the loop */
        ptk_atomic_store_word(&slot->owner, 0);
        ptk_atomic_store_word(&slot->runner, 0);
    }
    if (error != PTK_ERR_OK && error != PTK_ERR_INVALID_HANDLE) {
        PTK_LOG(2, "the loop's thread ends", error);
    }
    ptk_atomic_store_word(&thread->self, 0);
}

/** @brief ptk_event_loop_thread_stop() without noting the last error. */
static ptk_err_t stop(ptk_thread_t *thread) {
    if (ptk_atomic_load(&thread->started) == 0) {
        return PTK_ERR_INVALID_STATE;
    }
    /* Not the loop's runner: a handler may have destroyed the loop, and is still in this thread. */
    if (ptk_atomic_load_word(&thread->self) == ptk_port_thread_self()) {
        return PTK_ERR_WRONG_THREAD;
    }
    ptk_atomic_store(&thread->stop, 1);
    (void)ptk_event_loop_wake(thread->loop); /* if the loop is gone, its thread has ended or is about to */
    ptk_err_t error = ptk_port_thread_join(thread);
    if (error == PTK_ERR_OK) {
        ptk_atomic_store(&thread->started, 0);
    }
    return error;
}

ptk_err_t ptk_event_loop_thread_stop(ptk_thread_t *thread) {
    if (thread == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return ptk_result(thread->loop, stop(thread));
}

/** @file loop_thread.c @brief The optional thread that runs a loop, on a stack and an object of the application. */
#include "core/atomic.h"
#include "core/diagnose.h"
#include "core/log.h"
#include "core/port.h"
#include "core/registry.h"

ptk_err_t ptk_event_loop_thread_start(ptk_handle_t loop, ptk_thread_t *thread, void *stack, size_t stack_size) {
    PTK_DIAGNOSE(ptk_diagnose_handle(__func__, loop, PTK_TYPE_EVENT_LOOP));
    ptk_event_loop_slot_t *slot = ptk_loop_find(loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (thread == NULL || stack == NULL || stack_size == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (thread->started || ptk_atomic_load_word(&slot->runner) != 0) {
        return PTK_ERR_BUSY;
    }
    thread->loop = loop;
    ptk_atomic_store(&thread->stop, 0);
    /* Whoever ran the loop before does not any more. */
    ptk_atomic_store_word(&slot->owner, 0);
    thread->started = 1; /* before the thread runs: its handlers may look */
    ptk_err_t error = ptk_port_thread_start(thread, stack, stack_size);
    if (error != PTK_ERR_OK) {
        thread->started = 0;
    }
    return error;
}

void ptk_loop_thread_main(ptk_thread_t *thread) {
    ptk_err_t error = PTK_ERR_OK;
    while (error == PTK_ERR_OK && ptk_atomic_load(&thread->stop) == 0) {
        error = ptk_event_loop_run_for(thread->loop, PTK_WAIT_FOREVER);
        if (error == PTK_ERR_BUSY) {
            ptk_port_back_off(); /* another thread came in between two passes; this one goes on afterwards */
            error = PTK_ERR_OK;
        }
    }
    if (error != PTK_ERR_OK) {
        PTK_LOG(2, "the loop's thread ends", error);
    }
}

ptk_err_t ptk_event_loop_thread_stop(ptk_thread_t *thread) {
    if (thread == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (!thread->started) {
        return PTK_ERR_INVALID_STATE;
    }
    const ptk_event_loop_slot_t *slot = ptk_registry_slot(PTK_HANDLE_EVENT_LOOP_ID(thread->loop));
    if (slot != NULL && ptk_loop_is_live(slot, thread->loop) &&
        ptk_atomic_load_word(&slot->runner) == ptk_port_thread_self()) {
        return PTK_ERR_WRONG_THREAD; /* called by a handler of the loop */
    }
    ptk_atomic_store(&thread->stop, 1);
    (void)ptk_event_loop_wake(thread->loop); /* if the loop is gone, its thread has ended or is about to */
    ptk_err_t error = ptk_port_thread_join(thread);
    if (error == PTK_ERR_OK) {
        thread->started = 0;
        ptk_event_loop_slot_t *loop = ptk_loop_find(thread->loop);
        if (loop != NULL) {
            ptk_atomic_store_word(&loop->owner, 0);
        }
    }
    return error;
}

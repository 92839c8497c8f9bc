/**
 * @file protothread.c
 * @brief Protothreads: what the application calls to begin, cancel and register one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/protothread_run.h"

#include "core/diagnose.h"
#include "core/handler.h"
#include "core/registry.h"

#include <string.h>

ptk_err_t ptk_protothread_init(ptk_pt_t *pt, ptk_pt_function_t function) {
    if (pt == NULL || function == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_DIAGNOSE(ptk_diagnose_init(__func__, pt));
    memset(pt, 0, sizeof *pt);
    pt->magic = PTK_PT_MAGIC_LIVE;
    pt->function = function;
    return PTK_ERR_OK;
}

bool ptk_protothread_is_finished(const ptk_pt_t *pt) {
    return !ptk_protothread_is_live(pt);
}

/** @brief Ends one protothread where it waits. Its loop, if that is still there. */
static ptk_event_loop_slot_t *end_waiting(ptk_pt_t *pt) {
    ptk_event_loop_slot_t *loop = ptk_loop_find(pt->loop);
    ptk_pt_list_remove(pt);
    if (loop != NULL) {
        ptk_handler_remove_all(loop, pt);
    }
    if (pt->granted != NULL && loop != NULL) {
        (void)ptk_semaphore_signal(pt->granted); /* to the next one */
    }
    pt->magic = PTK_PT_MAGIC_FINISHED;
    return loop;
}

/**
 * @brief Lets a parent whose child was cancelled go on: from the loop, since a handler never runs inside of another
 * one.
 */
static void resume_parent(ptk_pt_t *parent, ptk_event_loop_slot_t *loop) {
    parent->child = NULL; /* it looks at this memory no more */
    parent->error = PTK_ERR_CANCELLED;
    /* One that is running, resumed for another reason, comes to its spawn by itself. */
    if (loop != NULL && !parent->running && parent->list == NULL) {
        ptk_pt_list_append(&loop->yielded, parent);
    }
}

ptk_err_t ptk_protothread_cancel(ptk_pt_t *pt) {
    PTK_ENTER_PROTOTHREAD(pt);
    ptk_err_t error = ptk_protothread_check(pt);
    for (ptk_pt_t *child = pt; error == PTK_ERR_OK && child != NULL; child = child->child) {
        error = ptk_protothread_is_live(child) && child->running ? PTK_ERR_BUSY : PTK_ERR_OK;
    }
    if (error != PTK_ERR_OK) {
        return ptk_result(pt == NULL ? 0 : pt->loop, error);
    }
    ptk_pt_t *parent = pt->parent;
    ptk_event_loop_slot_t *loop = NULL;
    while (ptk_protothread_is_live(pt)) {
        ptk_pt_t *child = pt->child;
        ptk_event_loop_slot_t *its_loop = end_waiting(pt); /* one that only waits for its child may have none */
        loop = its_loop != NULL ? its_loop : loop;
        pt = child;
    }
    if (parent != NULL) {
        resume_parent(parent, loop);
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_set_protothread_event_handler(ptk_handle_t resource, ptk_event_t event, ptk_pt_t *pt) {
    PTK_ENTER(resource, 0);
    ptk_resource_base_t *slot = ptk_resource_find_any(resource);
    ptk_handler_change_t change = {event, {NULL, pt}};
    if (slot == NULL) {
        return ptk_result(resource, PTK_ERR_INVALID_HANDLE);
    }
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt) || !ptk_protothread_bind(pt, ptk_delivery_of(slot)->loop)) {
        return ptk_result(resource, PTK_ERR_INVALID_ARGUMENT);
    }
    return ptk_result(resource, ptk_handler_set(slot, &change));
}

/**
 * @file protothread_run.c
 * @brief Protothreads: resuming, ending, and the lists they wait on.
 *
 * After Adam Dunkels and others, "Protothreads: simplifying event-driven programming of memory-constrained embedded
 * systems" (SenSys 2006). The context belongs to the application again when its function has returned that it ended.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/protothread_run.h"

#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/registry.h"

#include <assert.h>

bool ptk_protothread_is_live(const ptk_pt_t *pt) {
    return pt != NULL && pt->magic == PTK_PT_MAGIC_LIVE;
}

ptk_err_t ptk_protothread_check(const ptk_pt_t *pt) {
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    return pt->running ? PTK_ERR_BUSY : PTK_ERR_OK;
}

/** @brief A child that is left while it runs on: it has no parent any more, whose memory may be gone when it ends. */
static void leave_child(ptk_pt_t *pt) {
    if (ptk_protothread_is_live(pt->child)) {
        pt->child->parent = NULL;
    }
    pt->child = NULL;
}

/** @brief Notes that a protothread ended and returns who goes on. */
static ptk_pt_t *finish(ptk_pt_t *pt) {
    ptk_pt_t *parent = pt->parent;
    leave_child(pt);
    ptk_pt_list_remove(pt);
    pt->magic = PTK_PT_MAGIC_FINISHED;
    if (parent != NULL) {
        parent->child = NULL;
        parent->woken_resource = 0;
    }
    return parent;
}

/** @brief Runs until it waits: then its child when it spawned one, its parent when it ended. */
static void run(ptk_pt_t *pt) {
    while (pt != NULL && !pt->running) {
        pt->running = 1;
        ptk_pt_status_t status = pt->function(pt);
        pt->running = 0;
        switch (status) {
        case PTK_PT_RESTARTED:
            leave_child(pt);
            ptk_pt_list_remove(pt);
            pt->waiting = 0;
            pt->deadline = 0;
            break;
        case PTK_PT_SPAWNED:
            pt = pt->child;
            break;
        case PTK_PT_LOST:
            PTK_DIAGNOSE(ptk_diagnose_lost("ptk_protothread_run", pt));
            pt = finish(pt);
            break;
        case PTK_PT_EXITED:
        case PTK_PT_ENDED:
            pt = finish(pt);
            break;
        case PTK_PT_WAITING:
        default:
            return;
        }
    }
}

ptk_err_t ptk_protothread_run(ptk_pt_t *pt) {
    PTK_ENTER_PROTOTHREAD(pt);
    ptk_err_t error = ptk_protothread_check(pt);
    ptk_handle_t loop = pt == NULL ? 0 : pt->loop; /* the context may be gone when it has run */
    if (error == PTK_ERR_OK) {
        pt->woken_resource = 0;
        pt->woken_event = 0;
        pt->woken_data = 0;
        run(pt);
    }
    return ptk_result(loop, error);
}

/** @brief Resumes a protothread that is registered for an event, which ends its registration. */
static void wake(ptk_resource_base_t *slot, const ptk_handler_t *handler, ptk_event_t event, uintptr_t data) {
    ptk_pt_t *pt = (ptk_pt_t *)handler->context;
    ptk_handler_end(slot, handler);
    if (ptk_protothread_check(pt) != PTK_ERR_OK) {
        PTK_DIAGNOSE(ptk_diagnose_protothread("ptk_event_loop_run_for", pt));
        return; /* it ended and left a registration, or its context is gone */
    }
    pt->woken_resource = slot->handle;
    pt->woken_event = event;
    pt->woken_data = data;
    run(pt);
}

/* ------------------------------------------------------------------------------------------------ lists */

void ptk_pt_list_append(ptk_pt_list_t *list, ptk_pt_t *pt) {
    assert(pt->list == NULL);
    pt->list = list;
    pt->next = NULL;
    pt->previous = list->last;
    if (list->last == NULL) {
        list->first = pt;
    } else {
        list->last->next = pt;
    }
    list->last = pt;
}

void ptk_pt_list_remove(ptk_pt_t *pt) {
    ptk_pt_list_t *list = pt->list;
    if (list == NULL) {
        return;
    }
    if (pt->previous == NULL) {
        list->first = pt->next;
    } else {
        pt->previous->next = pt->next;
    }
    if (pt->next == NULL) {
        list->last = pt->previous;
    } else {
        pt->next->previous = pt->previous;
    }
    pt->list = NULL;
}

/**
 * @brief Resumes those that are on a list now, once each.
 *
 * They leave the list first. Returns false if the loop is gone.
 */
static bool run_list(ptk_handle_t loop, ptk_pt_list_t *list) {
    /* Those that come back to the list while it runs come after this number. Where one that was on it is cancelled
     * meanwhile, one of them runs early, which does no harm. */
    uint32_t count = 0;
    for (ptk_pt_t *pt = list->first; pt != NULL; pt = pt->next) {
        count++;
    }
    for (; count > 0 && list->first != NULL; count--) {
        ptk_pt_t *pt = list->first;
        ptk_pt_list_remove(pt);
        PTK_MEASURE((void)ptk_protothread_run(pt), 0, 0, (uintptr_t)pt); /* a finished one would have left the list */
        if (ptk_loop_find(loop) == NULL) {
            return false;
        }
    }
    return true;
}

/**
 * @brief Resumes the protothreads that have yielded, and those that check a condition.
 *
 * Returns false if the loop is gone.
 */
static bool run_lists(ptk_event_loop_slot_t *loop) {
    ptk_handle_t handle = loop->handle;
    return run_list(handle, &loop->yielded) && run_list(handle, &loop->polling);
}

bool ptk_protothread_bind(ptk_pt_t *pt, ptk_event_loop_slot_t *loop) {
    if (pt->loop != loop->handle && ptk_loop_find(pt->loop) != NULL) {
        return false;
    }
    pt->loop = loop->handle;
    loop->run_protothreads = run_lists;
    loop->wake_protothread = wake;
    return true;
}

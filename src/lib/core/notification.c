/**
 * @file notification.c
 * @brief Notifications between protothreads; waiting for one is a step of protothread_step.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/protothread_run.h"

#include "core/diagnose.h"
#include "core/registry.h"

#include <string.h>

/** @brief ptk_notification_init() without noting the last error. */
static ptk_err_t init(ptk_notification_t *notification, ptk_handle_t loop) {
    if (notification == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (ptk_loop_find(loop) == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    memset(notification, 0, sizeof *notification);
    notification->loop = loop;
    return PTK_ERR_OK;
}

ptk_err_t ptk_notification_init(ptk_notification_t *notification, ptk_handle_t loop) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    return ptk_result(loop, init(notification, loop));
}

ptk_err_t ptk_notify(ptk_notification_t *notification) {
    if (notification == NULL) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_CHECK_THREAD(notification->loop);
    ptk_event_loop_slot_t *loop = ptk_loop_find(notification->loop);
    if (loop == NULL) {
        return PTK_ERR_INVALID_HANDLE; /* it leads to no loop either */
    }
    /* They run from the loop, not from here: a handler never runs inside of another one. */
    while (notification->waiters.first != NULL) {
        ptk_pt_t *waiter = notification->waiters.first;
        ptk_pt_list_remove(waiter);
        ptk_pt_list_append(&loop->yielded, waiter);
    }
    return PTK_ERR_OK;
}

/**
 * @file protothread_step.c
 * @brief The steps that the PTK_PT_ macros call: try, and if that would block, register for what ends the wait.
 *
 * A step runs at first and at each resume, whatever the reason of the resume. It registers and starts the timer only
 * when it has to wait, and takes everything back when the wait is over.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/protothread_run.h"

#include "core/diagnose.h"
#include "core/handler_slot.h"
#include "core/registry.h"
#include "core/socket.h"
#include "core/timer.h"

/** @brief Whether this event of this resource has resumed a protothread that waits. */
static bool woken_by(const ptk_pt_t *pt, ptk_handle_t resource, ptk_event_t event) {
    return pt->waiting && pt->woken_resource == resource && pt->woken_event == event;
}

/** @brief What a wait that would block comes to: PTK_ERR_WOULD_BLOCK if there is time left. */
static ptk_err_t consider_time(const ptk_pt_t *pt, ptk_handle_t timer, uint64_t time_ms) {
    if (timer == PTK_NO_TIMER) {
        return PTK_ERR_WOULD_BLOCK;
    }
    if (woken_by(pt, timer, PTK_EVENT_EXPIRED)) {
        return PTK_ERR_TIMED_OUT;
    }
    if (ptk_timer_find(timer) == NULL) {
        return PTK_ERR_INVALID_HANDLE; /* also in the middle of a wait: it would have no limit any more */
    }
    bool is_time = time_ms == PTK_WAIT_FOREVER || time_ms <= PTK_TIME_MAX_MS;
    return pt->waiting || (is_time && (time_ms > 0 || pt->deadline)) ? PTK_ERR_WOULD_BLOCK : PTK_ERR_INVALID_ARGUMENT;
}

/**
 * @brief Begins a wait that has not begun: with a timer, registers for it and starts it.
 *
 * PTK_ERR_WOULD_BLOCK if all is well.
 */
static ptk_err_t begin_wait(ptk_pt_t *pt, ptk_handle_t timer, uint64_t time_ms) {
    if (pt->waiting) {
        return PTK_ERR_WOULD_BLOCK;
    }
    pt->waiting = 1;
    pt->woken_resource = 0;
    pt->woken_event = 0;
    pt->woken_data = 0;
    if (timer == PTK_NO_TIMER || time_ms == PTK_WAIT_FOREVER) {
        return PTK_ERR_WOULD_BLOCK;
    }
    ptk_err_t error = ptk_set_protothread_event_handler(timer, PTK_EVENT_EXPIRED, pt);
    if (error == PTK_ERR_OK) {
        error = pt->deadline ? ptk_timer_start_until(timer, time_ms) : ptk_timer_start(timer, time_ms);
    }
    return error == PTK_ERR_OK ? PTK_ERR_WOULD_BLOCK : error;
}

/**
 * @brief Ends a wait, if there was one: stops the timer, unless someone else waits for it by now.
 *
 * Stores the outcome.
 */
static ptk_err_t end_wait(ptk_pt_t *pt, ptk_handle_t timer, ptk_err_t outcome) {
    if (pt->waiting && ptk_handler_remove_protothread(timer, PTK_EVENT_EXPIRED, pt)) {
        (void)ptk_timer_stop(timer);
    }
    ptk_pt_list_remove(pt);
    pt->waiting = 0;
    pt->deadline = 0;
    pt->error = outcome;
    return ptk_result(pt->loop, outcome);
}

/** @brief Waits for an event if the outcome is PTK_ERR_WOULD_BLOCK and there is time left; else the wait is over. */
static ptk_err_t settle(ptk_pt_t *pt, ptk_handle_t resource, ptk_event_t event, ptk_handle_t timer, uint64_t time_ms,
                        ptk_err_t outcome) {
    if (outcome == PTK_ERR_WOULD_BLOCK) {
        outcome = consider_time(pt, timer, time_ms);
    }
    if (outcome == PTK_ERR_WOULD_BLOCK) {
        ptk_err_t error = ptk_set_protothread_event_handler(resource, event, pt);
        outcome = error == PTK_ERR_OK ? begin_wait(pt, timer, time_ms) : error;
    }
    if (outcome != PTK_ERR_WOULD_BLOCK) {
        if (pt->waiting) {
            (void)ptk_handler_remove_protothread(resource, event, pt);
        }
        (void)end_wait(pt, timer, outcome);
    }
    return ptk_result(resource, outcome);
}

/** @brief As settle(), for a wait on a list instead of an event. */
static ptk_err_t settle_on_list(ptk_pt_t *pt, ptk_pt_list_t *list, ptk_event_loop_slot_t *loop, ptk_handle_t timer,
                                uint64_t time_ms, ptk_err_t outcome) {
    if (outcome == PTK_ERR_WOULD_BLOCK) {
        outcome = consider_time(pt, timer, time_ms);
    }
    if (outcome == PTK_ERR_WOULD_BLOCK) {
        outcome = ptk_protothread_bind(pt, loop) ? begin_wait(pt, timer, time_ms) : PTK_ERR_INVALID_ARGUMENT;
    }
    if (outcome != PTK_ERR_WOULD_BLOCK) {
        return ptk_result(loop->handle, end_wait(pt, timer, outcome));
    }
    if (pt->list == NULL) { /* resumed for no reason it is still on the list, and keeps its place */
        ptk_pt_list_append(list, pt);
    }
    return PTK_ERR_WOULD_BLOCK;
}

/* ------------------------------------------------------------------------------------------------ waits */

ptk_err_t ptk_protothread_step_yield(ptk_pt_t *pt, ptk_handle_t loop) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return end_wait(pt, PTK_NO_TIMER, PTK_ERR_INVALID_HANDLE);
    }
    bool is_over = pt->waiting && pt->list == NULL; /* the loop has taken it off the list */
    return settle_on_list(pt, &owner->yielded, owner, PTK_NO_TIMER, 0, is_over ? PTK_ERR_OK : PTK_ERR_WOULD_BLOCK);
}

ptk_err_t ptk_protothread_step_condition(ptk_pt_t *pt, ptk_handle_t loop, bool condition, ptk_handle_t timer,
                                         uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return end_wait(pt, timer, PTK_ERR_INVALID_HANDLE);
    }
    return settle_on_list(pt, &owner->polling, owner, timer, time_ms, condition ? PTK_ERR_OK : PTK_ERR_WOULD_BLOCK);
}

ptk_err_t ptk_protothread_step_event(ptk_pt_t *pt, ptk_handle_t resource, ptk_event_t event, ptk_handle_t timer,
                                     uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t outcome = woken_by(pt, resource, event) ? PTK_ERR_OK : PTK_ERR_WOULD_BLOCK;
    return settle(pt, resource, event, timer, time_ms, outcome);
}

ptk_err_t ptk_protothread_step_sleep(ptk_pt_t *pt, ptk_handle_t timer, uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t outcome = timer == PTK_NO_TIMER ? PTK_ERR_INVALID_HANDLE : consider_time(pt, timer, time_ms);
    if (outcome == PTK_ERR_WOULD_BLOCK) {
        outcome = begin_wait(pt, timer, time_ms);
    }
    if (outcome == PTK_ERR_WOULD_BLOCK) {
        return outcome;
    }
    return ptk_result(timer, end_wait(pt, timer, outcome == PTK_ERR_TIMED_OUT ? PTK_ERR_OK : outcome));
}

ptk_err_t ptk_protothread_step_spawn(ptk_pt_t *pt, ptk_pt_t *child, ptk_pt_function_t function) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (pt->waiting) {
        if (ptk_protothread_is_live(pt->child)) {
            return PTK_ERR_WOULD_BLOCK;
        }
        pt->child = NULL;
        pt->waiting = 0;
        return ptk_result(pt->loop, pt->error); /* PTK_ERR_OK since the spawn, unless the child was cancelled */
    }
    pt->error = child == pt ? PTK_ERR_INVALID_ARGUMENT : ptk_protothread_init(child, function);
    if (pt->error != PTK_ERR_OK) {
        return ptk_result(pt->loop, pt->error);
    }
    child->parent = pt;
    child->loop = pt->loop;
    pt->child = child;
    pt->waiting = 1;
    return PTK_ERR_WOULD_BLOCK;
}

ptk_err_t ptk_protothread_step_semaphore(ptk_pt_t *pt, ptk_semaphore_t *semaphore, ptk_handle_t timer,
                                         uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (semaphore == NULL) {
        return end_wait(pt, timer, PTK_ERR_INVALID_ARGUMENT);
    }
    PTK_ENTER(semaphore->loop, PTK_TYPE_EVENT_LOOP);
    ptk_event_loop_slot_t *loop = ptk_loop_find(semaphore->loop);
    if (loop == NULL) {
        return end_wait(pt, timer, PTK_ERR_INVALID_HANDLE);
    }
    ptk_err_t outcome = PTK_ERR_WOULD_BLOCK;
    if (pt->granted == semaphore) {
        pt->granted = NULL;
        outcome = PTK_ERR_OK;
    } else if (semaphore->count > 0) {
        semaphore->count--;
        outcome = PTK_ERR_OK;
    }
    return settle_on_list(pt, &semaphore->waiters, loop, timer, time_ms, outcome);
}

ptk_err_t ptk_protothread_step_notified(ptk_pt_t *pt, ptk_notification_t *notification, bool condition,
                                        ptk_handle_t timer, uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    if (notification == NULL) {
        return end_wait(pt, timer, PTK_ERR_INVALID_ARGUMENT);
    }
    ptk_event_loop_slot_t *loop = ptk_loop_find(notification->loop);
    if (loop == NULL) {
        return end_wait(pt, timer, PTK_ERR_INVALID_HANDLE);
    }
    return settle_on_list(pt, &notification->waiters, loop, timer, time_ms,
                          condition ? PTK_ERR_OK : PTK_ERR_WOULD_BLOCK);
}

/* ------------------------------------------------------------------------------------------------ sockets */

ptk_err_t ptk_protothread_step_connect(ptk_pt_t *pt, ptk_handle_t socket, const ptk_address_t *remote,
                                       ptk_handle_t timer, uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t outcome = PTK_ERR_WOULD_BLOCK;
    if (!pt->waiting) {
        outcome = consider_time(pt, timer, time_ms); /* else the attempt would go on although the wait cannot begin */
        ptk_err_t error = outcome == PTK_ERR_WOULD_BLOCK ? ptk_socket_connect(socket, remote) : outcome;
        outcome = error == PTK_ERR_OK ? PTK_ERR_WOULD_BLOCK : error;
    } else if (woken_by(pt, socket, PTK_EVENT_CONNECTED)) {
        outcome = PTK_ERR_OK;
    } else if (woken_by(pt, socket, PTK_EVENT_ERROR)) {
        outcome = PTK_EVENT_ERROR_CODE(pt->woken_data);
    }
    if (outcome == PTK_ERR_WOULD_BLOCK) {
        ptk_err_t error = ptk_set_protothread_event_handler(socket, PTK_EVENT_ERROR, pt);
        outcome = error == PTK_ERR_OK ? PTK_ERR_WOULD_BLOCK : error;
    }
    outcome = settle(pt, socket, PTK_EVENT_CONNECTED, timer, time_ms, outcome);
    if (outcome != PTK_ERR_WOULD_BLOCK) {
        (void)ptk_handler_remove_protothread(socket, PTK_EVENT_ERROR, pt);
    }
    return outcome;
}

/**
 * @brief Whether it can be left out to ask the system.
 *
 * Not with a deadline: one that has passed leaves no time for a report.
 */
static bool is_idle(const ptk_pt_t *pt, ptk_handle_t socket, bool is_listener) {
    return pt->deadline == 0 && ptk_socket_is_idle(socket, is_listener);
}

ptk_err_t ptk_protothread_step_accept(ptk_pt_t *pt, ptk_handle_t listener, ptk_handle_t *accepted,
                                      ptk_address_t *remote, ptk_handle_t timer, uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    ptk_err_t outcome = PTK_ERR_INVALID_ARGUMENT;
    if (accepted != NULL && is_idle(pt, listener, true)) {
        outcome = PTK_ERR_WOULD_BLOCK;
    } else if (accepted != NULL) {
        ptk_handle_t result = ptk_socket_accept(listener, remote);
        outcome = result < 0 ? (ptk_err_t)result : PTK_ERR_OK;
        *accepted = result < 0 ? *accepted : result;
    }
    if (ptk_socket_is_exhaustion(outcome)) {
        outcome = PTK_ERR_WOULD_BLOCK; /* the listener is paused; its readable event comes when something is free */
    }
    return settle(pt, listener, PTK_EVENT_READABLE, timer, time_ms, outcome);
}

/** @brief What can be said of a stream operation without trying it. */
static ptk_err_t check(ptk_handle_t socket, const ptk_buf_t *buf) {
    if (ptk_socket_find(socket) == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    return ptk_buf_error(buf) == PTK_ERR_OK ? PTK_ERR_OK : PTK_ERR_INVALID_ARGUMENT;
}

ptk_err_t ptk_protothread_step_send_all(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, ptk_handle_t timer,
                                        uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    ptk_err_t outcome = check(socket, buf);
    while (outcome == PTK_ERR_OK && ptk_buf_length(buf) > 0) {
        outcome = ptk_socket_send(socket, buf);
    }
    return settle(pt, socket, PTK_EVENT_WRITABLE, timer, time_ms, outcome);
}

/**
 * @brief Receives at most so many bytes: the rest stays in the system for the next reader.
 *
 * No call if nothing is there.
 */
static ptk_err_t receive_up_to(const ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, size_t length) {
    size_t capacity = buf->capacity;
    if (length > ptk_buf_room(buf)) {
        return PTK_ERR_NO_SPACE;
    }
    if (length > 0 && is_idle(pt, socket, false)) {
        return PTK_ERR_WOULD_BLOCK;
    }
    buf->capacity = buf->end + length;
    ptk_err_t error = ptk_socket_receive(socket, buf);
    buf->capacity = capacity;
    return error;
}

ptk_err_t ptk_protothread_step_receive(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, ptk_handle_t timer,
                                       uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    ptk_err_t outcome = check(socket, buf);
    if (outcome == PTK_ERR_OK) {
        outcome = receive_up_to(pt, socket, buf, ptk_buf_room(buf));
    }
    return settle(pt, socket, PTK_EVENT_READABLE, timer, time_ms, outcome);
}

ptk_err_t ptk_protothread_step_receive_exactly(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, size_t length,
                                               ptk_handle_t timer, uint64_t time_ms) {
    PTK_DIAGNOSE(ptk_diagnose_protothread(__func__, pt));
    if (!ptk_protothread_is_live(pt)) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    PTK_ENTER(socket, PTK_TYPE_SOCKET);
    ptk_err_t outcome = check(socket, buf);
    while (outcome == PTK_ERR_OK && ptk_buf_length(buf) < length) {
        outcome = receive_up_to(pt, socket, buf, length - ptk_buf_length(buf));
    }
    return settle(pt, socket, PTK_EVENT_READABLE, timer, time_ms, outcome);
}

/**
 * @file protothread_step.c
 * @brief The steps behind the PTK_PT_ macros: try, and if that would block, register for what ends the wait.
 *
 * A step runs at first and at each resume, whatever the reason of the resume. It registers and starts the timer only when
 * it has to wait, and takes everything back when the wait is over.
 */
#include "core/protothread.h"

#include "core/handler.h"
#include "core/registry.h"

/** What ends a wait: an event, another one (0 if there is none), a timer (PTK_NO_TIMER if there is none). */
typedef struct wait {
    ptk_handle_t resource;
    ptk_event_t event;
    ptk_event_t other_event;
    ptk_handle_t timer;
    uint32_t timeout_ms;
} wait_t;

static bool woken_by(const ptk_pt_t *pt, ptk_handle_t resource, ptk_event_t event) {
    return pt->waiting && pt->woken_resource == resource && pt->woken_event == event;
}

static bool timed_out(const ptk_pt_t *pt, ptk_handle_t timer) {
    return timer != PTK_NO_TIMER && woken_by(pt, timer, PTK_EVENT_EXPIRED);
}

/** Starts the timer, when the wait begins. */
static ptk_err_t begin_wait(ptk_pt_t *pt, ptk_handle_t timer, uint32_t timeout_ms) {
    pt->waiting = 1;
    pt->woken_resource = 0;
    pt->woken_event = 0;
    pt->woken_data = 0;
    if (timer == PTK_NO_TIMER) {
        return PTK_ERR_OK;
    }
    ptk_err_t error = ptk_timer_start(timer, timeout_ms);
    return error == PTK_ERR_OK ? ptk_set_protothread_event_handler(timer, PTK_EVENT_EXPIRED, pt) : error;
}

/** Takes back what a wait may have registered, and stores its outcome. */
static ptk_err_t end_wait(ptk_pt_t *pt, const wait_t *wait, ptk_err_t outcome) {
    if (pt->waiting) {
        ptk_handler_remove_protothread(wait->resource, wait->event, pt);
        ptk_handler_remove_protothread(wait->resource, wait->other_event, pt);
        if (wait->timer != PTK_NO_TIMER) {
            ptk_handler_remove_protothread(wait->timer, PTK_EVENT_EXPIRED, pt);
            (void)ptk_timer_stop(wait->timer); /* a stale timer has nothing to stop */
        }
        pt->waiting = 0;
    }
    pt->error = outcome;
    return outcome;
}

/** Waits for the events if the outcome is PTK_ERR_WOULD_BLOCK and there is time left; else the wait is over. */
static ptk_err_t settle(ptk_pt_t *pt, const wait_t *wait, ptk_err_t outcome) {
    if (outcome == PTK_ERR_WOULD_BLOCK && timed_out(pt, wait->timer)) {
        outcome = PTK_ERR_TIMED_OUT;
    }
    if (outcome != PTK_ERR_WOULD_BLOCK) {
        return end_wait(pt, wait, outcome);
    }
    ptk_err_t error = pt->waiting ? PTK_ERR_OK : begin_wait(pt, wait->timer, wait->timeout_ms);
    if (error == PTK_ERR_OK) {
        error = ptk_set_protothread_event_handler(wait->resource, wait->event, pt);
    }
    if (error == PTK_ERR_OK && wait->other_event != 0) {
        error = ptk_set_protothread_event_handler(wait->resource, wait->other_event, pt);
    }
    return error == PTK_ERR_OK ? PTK_ERR_WOULD_BLOCK : end_wait(pt, wait, error);
}

/** As settle(), for a wait on a list instead of an event. */
static ptk_err_t settle_on_list(ptk_pt_t *pt, ptk_pt_list_t *list, ptk_handle_t loop, const wait_t *wait) {
    if (timed_out(pt, wait->timer)) {
        return end_wait(pt, wait, PTK_ERR_TIMED_OUT);
    }
    if (pt->loop != loop && ptk_loop_find(pt->loop) != NULL) {
        return end_wait(pt, wait, PTK_ERR_INVALID_ARGUMENT);
    }
    ptk_err_t error = pt->waiting ? PTK_ERR_OK : begin_wait(pt, wait->timer, wait->timeout_ms);
    if (error != PTK_ERR_OK) {
        return end_wait(pt, wait, error);
    }
    pt->loop = loop;
    ptk_pt_list_append(list, pt);
    return PTK_ERR_WOULD_BLOCK;
}

/* ------------------------------------------------------------------------------------------------ waits */

ptk_err_t ptk_pt_step_yield(ptk_pt_t *pt, ptk_handle_t loop) {
    const wait_t wait = {0, 0, 0, PTK_NO_TIMER, 0};
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return end_wait(pt, &wait, PTK_ERR_INVALID_HANDLE);
    }
    return pt->waiting ? end_wait(pt, &wait, PTK_ERR_OK) : settle_on_list(pt, &owner->yielded, loop, &wait);
}

ptk_err_t ptk_pt_step_condition(ptk_pt_t *pt, ptk_handle_t loop, bool condition, ptk_handle_t timer,
                                uint32_t timeout_ms) {
    const wait_t wait = {0, 0, 0, timer, timeout_ms};
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return end_wait(pt, &wait, PTK_ERR_INVALID_HANDLE);
    }
    return condition ? end_wait(pt, &wait, PTK_ERR_OK) : settle_on_list(pt, &owner->polling, loop, &wait);
}

ptk_err_t ptk_pt_step_event(ptk_pt_t *pt, ptk_handle_t resource, ptk_event_t event, ptk_handle_t timer,
                            uint32_t timeout_ms) {
    const wait_t wait = {resource, event, 0, timer, timeout_ms};
    return settle(pt, &wait, woken_by(pt, resource, event) ? PTK_ERR_OK : PTK_ERR_WOULD_BLOCK);
}

ptk_err_t ptk_pt_step_sleep(ptk_pt_t *pt, ptk_handle_t timer, uint32_t interval_ms) {
    if (!pt->waiting) {
        ptk_err_t error = ptk_timer_start(timer, interval_ms);
        if (error != PTK_ERR_OK) {
            pt->error = error;
            return error;
        }
    }
    return ptk_pt_step_event(pt, timer, PTK_EVENT_EXPIRED, PTK_NO_TIMER, 0);
}

ptk_err_t ptk_pt_step_spawn(ptk_pt_t *pt, ptk_pt_t *child, ptk_pt_function_t function) {
    if (pt->waiting) {
        if (ptk_protothread_is_live(pt->child)) {
            return PTK_ERR_WOULD_BLOCK;
        }
        pt->child = NULL;
        pt->waiting = 0;
        pt->error = PTK_ERR_OK;
        return PTK_ERR_OK;
    }
    pt->error = child == pt ? PTK_ERR_INVALID_ARGUMENT : ptk_protothread_init(child, function);
    if (pt->error != PTK_ERR_OK) {
        return pt->error;
    }
    child->parent = pt;
    child->loop = pt->loop;
    pt->child = child;
    pt->waiting = 1;
    return PTK_ERR_WOULD_BLOCK;
}

ptk_err_t ptk_pt_step_semaphore(ptk_pt_t *pt, ptk_semaphore_t *semaphore, ptk_handle_t timer, uint32_t timeout_ms) {
    const wait_t wait = {0, 0, 0, timer, timeout_ms};
    if (semaphore == NULL) {
        return end_wait(pt, &wait, PTK_ERR_INVALID_ARGUMENT);
    }
    if (ptk_loop_find(semaphore->loop) == NULL) {
        return end_wait(pt, &wait, PTK_ERR_INVALID_HANDLE);
    }
    if (semaphore->count > 0) {
        semaphore->count--;
        return end_wait(pt, &wait, PTK_ERR_OK);
    }
    return settle_on_list(pt, &semaphore->waiters, semaphore->loop, &wait);
}

/* ------------------------------------------------------------------------------------------------ sockets */

ptk_err_t ptk_pt_step_connect(ptk_pt_t *pt, ptk_handle_t socket, const ptk_address_t *remote, ptk_handle_t timer,
                              uint32_t timeout_ms) {
    const wait_t wait = {socket, PTK_EVENT_CONNECTED, PTK_EVENT_ERROR, timer, timeout_ms};
    ptk_err_t outcome = PTK_ERR_WOULD_BLOCK;
    if (!pt->waiting) {
        ptk_err_t error = ptk_socket_connect(socket, remote);
        outcome = error == PTK_ERR_OK ? PTK_ERR_WOULD_BLOCK : error;
    } else if (woken_by(pt, socket, PTK_EVENT_CONNECTED)) {
        outcome = PTK_ERR_OK;
    } else if (woken_by(pt, socket, PTK_EVENT_ERROR)) {
        outcome = -(ptk_err_t)pt->woken_data;
    }
    return settle(pt, &wait, outcome);
}

ptk_err_t ptk_pt_step_accept(ptk_pt_t *pt, ptk_handle_t listener, ptk_handle_t *accepted, ptk_address_t *remote,
                             ptk_handle_t timer, uint32_t timeout_ms) {
    const wait_t wait = {listener, PTK_EVENT_READABLE, 0, timer, timeout_ms};
    if (accepted == NULL) {
        return end_wait(pt, &wait, PTK_ERR_INVALID_ARGUMENT);
    }
    ptk_handle_t result = ptk_socket_accept(listener, remote);
    ptk_err_t outcome = result < 0 ? (ptk_err_t)result : PTK_ERR_OK;
    if (outcome == PTK_ERR_OK) {
        *accepted = result;
    }
    if (outcome == PTK_ERR_OUT_OF_MEMORY || outcome == PTK_ERR_OUT_OF_DESCRIPTORS ||
        outcome == PTK_ERR_OUT_OF_SYSTEM_MEMORY) {
        outcome = PTK_ERR_WOULD_BLOCK; /* the listener is quiet; its readable event comes when one is free */
    }
    return settle(pt, &wait, outcome);
}

ptk_err_t ptk_pt_step_send_all(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, ptk_handle_t timer,
                               uint32_t timeout_ms) {
    const wait_t wait = {socket, PTK_EVENT_WRITABLE, 0, timer, timeout_ms};
    ptk_event_loop_slot_t *loop;
    ptk_err_t outcome = ptk_socket_find(socket, &loop) == NULL ? PTK_ERR_INVALID_HANDLE : PTK_ERR_OK;
    if (outcome == PTK_ERR_OK && ptk_buf_error(buf) != PTK_ERR_OK) {
        outcome = PTK_ERR_INVALID_ARGUMENT;
    }
    while (outcome == PTK_ERR_OK && ptk_buf_length(buf) > 0) {
        outcome = ptk_socket_send(socket, buf);
    }
    return settle(pt, &wait, outcome);
}

ptk_err_t ptk_pt_step_receive(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, ptk_handle_t timer,
                              uint32_t timeout_ms) {
    const wait_t wait = {socket, PTK_EVENT_READABLE, 0, timer, timeout_ms};
    return settle(pt, &wait, ptk_socket_receive(socket, buf));
}

/** Receives what is missing, and no byte more: the rest stays in the system for the next reader. */
static ptk_err_t receive_missing(ptk_handle_t socket, ptk_buf_t *buf, size_t length) {
    ptk_buf_t part = *buf;
    size_t missing = length - ptk_buf_length(buf);
    if (missing > ptk_buf_room(buf)) {
        return PTK_ERR_NO_SPACE;
    }
    part.capacity = buf->end + missing;
    ptk_err_t error = ptk_socket_receive(socket, &part);
    buf->end = part.end;
    return error;
}

ptk_err_t ptk_pt_step_receive_exactly(ptk_pt_t *pt, ptk_handle_t socket, ptk_buf_t *buf, size_t length,
                                      ptk_handle_t timer, uint32_t timeout_ms) {
    const wait_t wait = {socket, PTK_EVENT_READABLE, 0, timer, timeout_ms};
    ptk_event_loop_slot_t *loop;
    ptk_err_t outcome = ptk_socket_find(socket, &loop) == NULL ? PTK_ERR_INVALID_HANDLE : PTK_ERR_OK;
    if (outcome == PTK_ERR_OK && ptk_buf_error(buf) != PTK_ERR_OK) {
        outcome = PTK_ERR_INVALID_ARGUMENT;
    }
    while (outcome == PTK_ERR_OK && ptk_buf_length(buf) < length) {
        outcome = receive_missing(socket, buf, length);
    }
    return settle(pt, &wait, outcome);
}

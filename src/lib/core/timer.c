/**
 * @file timer.c
 * @brief Timers: creating, starting, stopping. Their deadlines live in their slots.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/timer.h"

#include "core/atomic.h"
#include "core/diagnose.h"
#include "core/event_loop.h"
#include "core/port.h"
#include "core/ready_queue.h"
#include "core/registry.h"
#include "core/wait_time.h"

uint64_t ptk_clock_now_ms(void) {
    return ptk_whole_ms(ptk_port_now_ns());
}

ptk_handle_t ptk_timer_create(ptk_handle_t loop) {
    PTK_ENTER(loop, PTK_TYPE_EVENT_LOOP);
    ptk_handle_t timer = ptk_resource_create(loop, PTK_POOL_TIMERS, ptk_timer_serve);
    PTK_DIAGNOSE(ptk_diagnose_created(__func__, loop, PTK_POOL_TIMERS, timer));
    return timer;
}

/** @brief delivery.state of a timer. */
enum {
    STATE_SETTLED = 0, /**< @brief deadline_ns is a time. */
    STATE_STARTED = 1  /**< @brief deadline_ns is the interval, until ptk_timer_settle(). */
};

/**
 * @brief Stops a timer, which has no period then.
 *
 * An expiry that was not delivered is forgotten, and its place in the queue: the next one comes in the order of the
 * deadlines. In the pass that delivers it the slot may stay queued, with nothing to deliver.
 */
static void stop(ptk_timer_internal_t *timer) {
    if (timer->delivery.links[PTK_LINK_READY] != NULL) {
        ptk_ready_remove(&timer->base);
    }
    timer->deadline_ns = 0;
    timer->delivery.raised = 0;
    timer->delivery.state = STATE_SETTLED;
    timer->interval_ms = 0;
    timer->missed = 0;
}

void ptk_timer_settle(ptk_event_loop_slot_t *loop) {
    uint64_t now_ns = ptk_port_now_ns();
    for (ptk_resource_base_t *slot; (slot = ptk_ring_take(&loop->started, PTK_LINK_OWN)) != NULL;) {
        ptk_timer_internal_t *timer = (ptk_timer_internal_t *)(void *)slot;
        if (ptk_slot_is_live(slot) && timer->delivery.state == STATE_STARTED) {
            timer->delivery.state = STATE_SETTLED;
            ptk_timer_set_deadline(timer, now_ns, timer->deadline_ns);
        }
    }
}

/**
 * @brief Sets the deadline an interval from now.
 *
 * Reading the clock costs more than all else here, so the timers that handlers start share one look at its end.
 */
static void set_deadline(ptk_timer_internal_t *timer, uint64_t interval_ns) {
    ptk_event_loop_slot_t *loop = timer->delivery.loop;
    uintptr_t runner = ptk_atomic_load_word(&loop->runner);
    if (runner == 0 || runner >= PTK_RUNNER_CLAIMED) { /* no pass: who claims the loop may have a stale handle */
        ptk_timer_set_deadline(timer, ptk_port_now_ns(), interval_ns);
        return;
    }
    timer->deadline_ns = interval_ns;
    timer->delivery.state = STATE_STARTED;
    ptk_ring_append(&loop->started, &timer->base, PTK_LINK_OWN);
}

/** @brief Whether an interval ends before the clock does, which is looked at only for centuries. */
static bool is_representable(uint64_t interval_ns) {
    return interval_ns >> 63 == 0 || interval_ns < PTK_DEADLINE_NEVER - ptk_port_now_ns();
}

/** @brief Checks the arguments and starts a timer, one-shot or repeating. */
static ptk_err_t start(ptk_handle_t timer, uint64_t interval_ms, bool repeating) {
    ptk_timer_internal_t *slot = ptk_timer_find(timer);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    uint64_t interval_ns = interval_ms * PTK_NS_PER_MS;
    if (interval_ms - 1 >= PTK_TIME_MAX_MS || !is_representable(interval_ns)) { /* 0 - 1 is the largest number */
        return PTK_ERR_INVALID_ARGUMENT;
    }
    stop(slot);
    if (repeating) {
        ptk_timer_set_period(slot, interval_ms);
    }
    set_deadline(slot, interval_ns);
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_start_until(ptk_handle_t timer, uint64_t deadline_ms) {
    ptk_timer_internal_t *slot = ptk_timer_find(timer);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    stop(slot);
    ptk_timer_set_deadline(slot, deadline_ms * PTK_NS_PER_MS, deadline_ms == 0); /* 0 ns is no deadline */
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_start(ptk_handle_t timer, uint64_t interval_ms) {
    PTK_ENTER(timer, PTK_TYPE_TIMER);
    return ptk_message_result(timer, start(timer, interval_ms, false));
}

ptk_err_t ptk_timer_start_repeating(ptk_handle_t timer, uint64_t interval_ms) {
    PTK_ENTER(timer, PTK_TYPE_TIMER);
    return ptk_message_result(timer, start(timer, interval_ms, true));
}

ptk_err_t ptk_timer_stop(ptk_handle_t timer) {
    PTK_ENTER(timer, PTK_TYPE_TIMER);
    ptk_timer_internal_t *slot = ptk_timer_find(timer);
    if (slot == NULL) {
        return ptk_result(timer, PTK_ERR_INVALID_HANDLE);
    }
    stop(slot);
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_destroy(ptk_handle_t timer) {
    PTK_ENTER_DESTROY(timer, PTK_TYPE_TIMER);
    ptk_timer_internal_t *slot = ptk_timer_find(timer);
    if (slot == NULL) {
        return ptk_result(timer, PTK_ERR_INVALID_HANDLE);
    }
    stop(slot);
    ptk_pool_free(&slot->base);
    return PTK_ERR_OK;
}

/** @file timer.c @brief Timers: creating, starting, stopping. Their deadlines live in their slots. */
#include "core/timer.h"

#include "core/delivery.h"
#include "core/port.h"
#include "core/registry.h"

#define NS_PER_MS 1000000u

uint64_t ptk_clock_now_ms(void) {
    return ptk_port_now_ns() / NS_PER_MS;
}

ptk_handle_t ptk_timer_create(ptk_handle_t loop) {
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_timer_internal_t *timer = (ptk_timer_internal_t *)(void *)ptk_pool_take(owner, PTK_POOL_TIMERS);
    owner->last_error = timer == NULL ? PTK_ERR_OUT_OF_MEMORY : PTK_ERR_OK;
    if (timer == NULL) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    timer->deadline_ns = PTK_DEADLINE_NEVER;
    return timer->base.handle;
}

/** An expiry that was not delivered is forgotten; the slot may stay queued, with nothing to deliver. */
static void stop(ptk_timer_internal_t *timer) {
    timer->deadline_ns = PTK_DEADLINE_NEVER;
    timer->delivery.raised = 0;
    timer->missed = 0;
}

static ptk_err_t start(ptk_handle_t timer, uint32_t interval_ms, bool repeating) {
    ptk_event_loop_slot_t *loop;
    ptk_timer_internal_t *slot = ptk_timer_find(timer, &loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (interval_ms == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    stop(slot);
    uint64_t interval_ns = (uint64_t)interval_ms * NS_PER_MS;
    slot->interval_ns = repeating ? interval_ns : 0;
    slot->deadline_ns = ptk_port_now_ns() + interval_ns;
    if (slot->deadline_ns < loop->earliest_deadline_ns) {
        loop->earliest_deadline_ns = slot->deadline_ns;
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_start(ptk_handle_t timer, uint32_t interval_ms) {
    return start(timer, interval_ms, false);
}

ptk_err_t ptk_timer_start_repeating(ptk_handle_t timer, uint32_t interval_ms) {
    return start(timer, interval_ms, true);
}

ptk_err_t ptk_timer_stop(ptk_handle_t timer) {
    ptk_event_loop_slot_t *loop;
    ptk_timer_internal_t *slot = ptk_timer_find(timer, &loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    stop(slot);
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_destroy(ptk_handle_t timer) {
    ptk_event_loop_slot_t *loop;
    ptk_timer_internal_t *slot = ptk_timer_find(timer, &loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    stop(slot);
    ptk_pool_free(loop, PTK_POOL_TIMERS, &slot->base);
    return PTK_ERR_OK;
}

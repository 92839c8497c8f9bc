/** @file timer.c @brief Timers: creating, starting, stopping. Their deadlines live in their slots. */
#include "core/timer.h"

#include "core/delivery.h"
#include "core/port.h"
#include "core/registry.h"

uint64_t ptk_clock_now_ms(void) {
    return ptk_port_now_ns() / PTK_NS_PER_MS;
}

ptk_handle_t ptk_timer_create(ptk_handle_t loop) {
    ptk_event_loop_slot_t *owner = ptk_loop_find(loop);
    if (owner == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    ptk_resource_base_t *slot = ptk_pool_take(owner, PTK_POOL_TIMERS);
    if (slot != NULL) {
        ((ptk_timer_internal_t *)(void *)slot)->deadline_ns = PTK_DEADLINE_NEVER;
    }
    return ptk_pool_result(owner, slot);
}

void ptk_timer_note_deadline(const ptk_timer_internal_t *timer) {
    uint64_t *earliest_ns = &timer->delivery.loop->earliest_deadline_ns;
    if (timer->deadline_ns < *earliest_ns) {
        *earliest_ns = timer->deadline_ns;
    }
}

/** An expiry that was not delivered is forgotten; the slot may stay queued, with nothing to deliver. */
static void stop(ptk_timer_internal_t *timer) {
    timer->deadline_ns = PTK_DEADLINE_NEVER;
    timer->delivery.raised = 0;
    timer->missed = 0;
}

static ptk_err_t start(ptk_handle_t timer, uint32_t interval_ms, bool repeating) {
    ptk_timer_internal_t *slot = ptk_timer_find(timer);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (interval_ms == 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    stop(slot);
    slot->interval_ms = repeating ? interval_ms : 0;
    slot->deadline_ns = ptk_port_now_ns() + (uint64_t)interval_ms * PTK_NS_PER_MS;
    ptk_timer_note_deadline(slot);
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_start(ptk_handle_t timer, uint32_t interval_ms) {
    return start(timer, interval_ms, false);
}

ptk_err_t ptk_timer_start_repeating(ptk_handle_t timer, uint32_t interval_ms) {
    return start(timer, interval_ms, true);
}

ptk_err_t ptk_timer_stop(ptk_handle_t timer) {
    ptk_timer_internal_t *slot = ptk_timer_find(timer);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    stop(slot);
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_destroy(ptk_handle_t timer) {
    ptk_timer_internal_t *slot = ptk_timer_find(timer);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    stop(slot);
    ptk_pool_free(&slot->base);
    return PTK_ERR_OK;
}

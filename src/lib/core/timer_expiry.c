/**
 * @file timer_expiry.c
 * @brief Timers whose deadline is reached: found in one scan, ordered, raised and delivered.
 *
 * The loop knows the earliest deadline, so the scan is made only when a timer is due. A stopped timer can leave an
 * earliest deadline that is too early; the scan that it causes mends it.
 *
 * Period and missed periods share 64 bits of the slot. The longer the period the fewer of them the clock can count: a
 * period below 2^31 ms leaves missed its 32 bits. Of a longer one, marked by the highest bit of interval_ms, the upper
 * 14 of its 45 bits are in the upper half of missed, and the lower half counts: fewer than 2^64 ns / 2^31 ms, which is
 * 8590.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/timer.h"

#include "core/handler_slot.h"
#include "core/ready_queue.h"
#include "core/registry.h"

/** @brief In interval_ms: the period is a long one. The rest says where missed keeps its upper bits, and its count. */
#define LONG_PERIOD 0x80000000u
#define LONG_PERIOD_BITS 31
#define LONG_PERIOD_MISSED 0xFFFFu
#define LONG_PERIOD_SHIFT 16

void ptk_timer_set_period(ptk_timer_internal_t *timer, uint64_t period_ms) {
    uint32_t upper = (uint32_t)(period_ms >> LONG_PERIOD_BITS);
    timer->interval_ms = upper == 0 ? (uint32_t)period_ms : (uint32_t)period_ms | LONG_PERIOD;
    timer->missed = upper << LONG_PERIOD_SHIFT;
}

void ptk_timer_announce(ptk_event_loop_slot_t *loop, uint64_t deadline_ns) {
    if (deadline_ns < loop->earliest_deadline_ns) {
        loop->earliest_deadline_ns = deadline_ns;
    }
}

void ptk_timer_set_deadline(ptk_timer_internal_t *timer, uint64_t from_ns, uint64_t interval_ns) {
    uint64_t deadline_ns = from_ns + interval_ns;
    timer->deadline_ns = deadline_ns + 1 <= from_ns ? PTK_DEADLINE_NEVER - 1 : deadline_ns; /* wrapped, or "never" */
    ptk_timer_announce(timer->delivery.loop, timer->deadline_ns);
}

/** @brief The period of a timer, 0 for one-shot. */
static uint64_t period_ns(const ptk_timer_internal_t *timer) {
    uint64_t upper = (timer->interval_ms & LONG_PERIOD) == 0 ? 0 : timer->missed >> LONG_PERIOD_SHIFT;
    return (upper << LONG_PERIOD_BITS | (timer->interval_ms & ~LONG_PERIOD)) * PTK_NS_PER_MS;
}

/** @brief How many periods were missed; sets the count to 0. */
static uint32_t take_missed(ptk_timer_internal_t *timer) {
    uint32_t missed = (timer->interval_ms & LONG_PERIOD) == 0 ? timer->missed : timer->missed & LONG_PERIOD_MISSED;
    timer->missed -= missed;
    return missed;
}

/** @brief The timer in a slot. */
static ptk_timer_internal_t *timer_of(ptk_resource_base_t *slot) {
    return (ptk_timer_internal_t *)(void *)slot;
}

/** @brief Merges two ordered lists, linked by PTK_LINK_OWN; of equal deadlines those of a come first. */
static ptk_resource_base_t *merge(ptk_resource_base_t *a, ptk_resource_base_t *b) {
    ptk_resource_base_t *first = NULL;
    ptk_resource_base_t **link = &first;
    while (a != NULL && b != NULL) {
        bool is_b = timer_of(b)->deadline_ns < timer_of(a)->deadline_ns;
        *link = is_b ? b : a;
        link = &ptk_delivery_of(*link)->links[PTK_LINK_OWN];
        a = is_b ? a : *link;
        b = is_b ? *link : b;
    }
    *link = a != NULL ? a : b;
    return first;
}

/**
 * @brief Finds the due timers, in the order of their deadlines, and the earliest deadline of the others.
 *
 * Merge sort without recursion: runs[n] is empty or an ordered list of 2^n timers, all from slots before those of the
 * runs below it.
 */
static ptk_resource_base_t *take_due(ptk_event_loop_slot_t *loop, uint64_t now_ns) {
    ptk_resource_base_t *runs[29]; /* a pool has fewer than 2^28 slots */
    uint32_t used = 0;
    uint64_t earliest_ns = PTK_DEADLINE_NEVER;
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_TIMERS];
    ptk_timer_internal_t *timer = (ptk_timer_internal_t *)(void *)pool->slots;
    for (ptk_timer_internal_t *end = timer + pool->count; timer < end; timer++) {
        if (timer->deadline_ns > now_ns) {
            earliest_ns = timer->deadline_ns < earliest_ns ? timer->deadline_ns : earliest_ns;
        } else if (timer->deadline_ns != 0) {
            ptk_resource_base_t *run = &timer->base;
            uint32_t n = 0;
            for (; n < used && runs[n] != NULL; n++) {
                run = merge(runs[n], run);
                runs[n] = NULL;
            }
            runs[n] = run;
            used = n == used ? n + 1 : used;
        }
    }
    /* Waits have a granularity of a millisecond, and a timer may be as late as that. So the next scan can wait as long:
     * with thousands of timers the next deadline is a few microseconds away, less than a scan takes. */
    uint64_t next_scan_ns = now_ns + PTK_NS_PER_MS;
    loop->earliest_deadline_ns = earliest_ns < next_scan_ns ? next_scan_ns : earliest_ns;
    ptk_resource_base_t *due = NULL;
    for (uint32_t n = 0; n < used; n++) {
        due = merge(runs[n], due);
    }
    return due;
}

/** @brief How many intervals are in a time, which keeps the rest. A few steps, as nearly always there is none. */
static uint64_t divide(uint64_t *time_ns, uint64_t interval_ns) {
    uint64_t count = 0;
    uint64_t part_ns = interval_ns;
    if (*time_ns < interval_ns) {
        return 0;
    }
    while (part_ns <= *time_ns - part_ns) {
        part_ns += part_ns;
    }
    for (; part_ns >= interval_ns; part_ns /= 2) {
        count += count;
        if (part_ns <= *time_ns) {
            *time_ns -= part_ns;
            count++;
        }
    }
    return count;
}

/**
 * @brief Raises one expiry and sets the next deadline: the last one plus a whole number of intervals, never from now.
 */
static void raise_expiry(ptk_timer_internal_t *timer, uint64_t now_ns) {
    uint64_t missed = (uint64_t)timer->missed + timer->delivery.raised; /* 1 if the last expiry is still undelivered */
    uint64_t interval_ns = period_ns(timer);
    uint64_t late_ns = now_ns - timer->deadline_ns;
    timer->deadline_ns = 0;
    if (interval_ns != 0) {
        missed += divide(&late_ns, interval_ns);
        ptk_timer_set_deadline(timer, now_ns - late_ns, interval_ns);
    }
    timer->missed = missed > UINT32_MAX ? UINT32_MAX : (uint32_t)missed;
    timer->delivery.raised = 1;
    ptk_ready_update(&timer->base);
}

/** @brief Raises the expiry of every timer whose deadline is reached and queues it, in the order of the deadlines. */
static void expire(ptk_event_loop_slot_t *loop, uint64_t now_ns) {
    ptk_resource_base_t *due = take_due(loop, now_ns);
    while (due != NULL) {
        ptk_resource_base_t *slot = due;
        due = ptk_delivery_of(slot)->links[PTK_LINK_OWN];
        ptk_delivery_of(slot)->links[PTK_LINK_OWN] = NULL;
        raise_expiry(timer_of(slot), now_ns);
    }
}

/** @brief Delivers a live timer's expiry. PTK_ERR_INVALID_HANDLE: the loop is gone. */
static ptk_err_t deliver(ptk_timer_internal_t *timer) {
    if ((timer->delivery.raised & timer->delivery.enabled) == 0) {
        return PTK_ERR_OK;
    }
    uintptr_t missed = take_missed(timer);
    timer->delivery.raised = 0;
    return ptk_handler_call(&timer->base, &timer->handler, PTK_EVENT_EXPIRED, missed) ? PTK_ERR_OK
                                                                                      : PTK_ERR_INVALID_HANDLE;
}

/** @brief Sets or removes a timer's handler. What expired before is deliverable then. */
static ptk_err_t set_handler(ptk_timer_internal_t *timer, const ptk_handler_change_t *change) {
    if (change->event != PTK_EVENT_EXPIRED) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    timer->handler = change->handler;
    timer->delivery.enabled = ptk_handler_is_set(&change->handler);
    ptk_ready_update(&timer->base);
    return PTK_ERR_OK;
}

ptk_err_t ptk_timer_serve(void *subject, uint32_t request, uintptr_t argument, ptk_err_t error) {
    (void)error;
    if (request == PTK_REQUEST_DELIVER) {
        return deliver(timer_of(subject));
    }
    if (request == PTK_REQUEST_HANDLER_SET) {
        return set_handler(timer_of(subject), (const ptk_handler_change_t *)argument);
    }
    if (request == PTK_REQUEST_EXPIRE) {
        expire(subject, *(const uint64_t *)argument);
    } else if (request == PTK_REQUEST_SETTLE) {
        ptk_timer_settle(subject);
    }
    return PTK_ERR_OK;
}

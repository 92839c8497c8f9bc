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

/** @brief The index that ends a list. */
#define NONE UINT32_MAX

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

void ptk_timer_note_deadline(const ptk_timer_internal_t *timer) {
    uint64_t *earliest_ns = &timer->delivery.loop->earliest_deadline_ns;
    if (timer->deadline_ns < *earliest_ns) {
        *earliest_ns = timer->deadline_ns;
    }
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

/** @brief A list of due timers, threaded through their slots by index. */
typedef struct due_list {
    uint32_t first; /**< @brief Index of the first, or NONE. */
    uint32_t last;  /**< @brief Index of the last. */
    bool ordered;   /**< @brief Whether the deadlines are in order. */
} due_list_t;

/** @brief Appends a timer to the list, and notes whether it is still ordered. */
static void append(ptk_timer_internal_t *timers, due_list_t *due, uint32_t index) {
    timers[index].delivery.link = NONE;
    if (due->first == NONE) {
        due->first = index;
    } else {
        due->ordered = due->ordered && timers[due->last].deadline_ns <= timers[index].deadline_ns;
        timers[due->last].delivery.link = index;
    }
    due->last = index;
}

/** @brief Finds the due timers and the earliest deadline of the others. */
static due_list_t scan(ptk_event_loop_slot_t *loop, ptk_timer_internal_t *timers, uint64_t now_ns) {
    due_list_t due = {NONE, NONE, true};
    uint64_t earliest = PTK_DEADLINE_NEVER;
    for (uint32_t i = 0; i < loop->pools[PTK_POOL_TIMERS].count; i++) {
        uint64_t deadline = timers[i].deadline_ns;
        if (deadline > now_ns) {
            earliest = deadline < earliest ? deadline : earliest;
        } else if (ptk_slot_is_live(&timers[i].base)) { /* a slot that was never used has deadline 0 */
            append(timers, &due, i);
        }
    }
    /* Waits have a granularity of a millisecond, and a timer may be as late as that. So the next scan can wait as long:
     * with thousands of timers the next deadline is a few microseconds away, less than a scan takes. */
    uint64_t next_scan_ns = now_ns + PTK_NS_PER_MS;
    loop->earliest_deadline_ns = earliest < next_scan_ns ? next_scan_ns : earliest;
    return due;
}

/** @brief Merges two ordered lists; of equal deadlines those of a come first. */
static uint32_t merge(ptk_timer_internal_t *timers, uint32_t a, uint32_t b) {
    uint32_t first = NONE;
    uint32_t *link = &first;
    while (a != NONE && b != NONE) {
        uint32_t *smaller = timers[b].deadline_ns < timers[a].deadline_ns ? &b : &a;
        *link = *smaller;
        link = &timers[*smaller].delivery.link;
        *smaller = *link;
    }
    *link = a != NONE ? a : b;
    return first;
}

/**
 * @brief Merge sort without recursion: runs[n] is empty or an ordered list of 2^n timers, older than all in runs below
 * it.
 */
static uint32_t sort(ptk_timer_internal_t *timers, uint32_t list) {
    uint32_t runs[29]; /* a pool has fewer than 2^28 slots */
    uint32_t used = 0;
    while (list != NONE) {
        uint32_t run = list;
        uint32_t n = 0;
        list = timers[run].delivery.link;
        timers[run].delivery.link = NONE;
        for (; n < used && runs[n] != NONE; n++) {
            run = merge(timers, runs[n], run);
            runs[n] = NONE;
        }
        runs[n] = run;
        used = n == used ? n + 1 : used;
    }
    uint32_t result = NONE;
    for (uint32_t n = 0; n < used; n++) {
        result = merge(timers, runs[n], result);
    }
    return result;
}

/**
 * @brief Raises one expiry and sets the next deadline: the last one plus a whole number of intervals, never from now.
 */
static void raise_expiry(ptk_timer_internal_t *timer, uint64_t now_ns) {
    uint64_t missed = timer->delivery.raised; /* 1 if the last expiry is still undelivered */
    uint64_t interval_ns = period_ns(timer);
    uint64_t late_ns = now_ns - timer->deadline_ns;
    timer->delivery.raised = 1;
    if (interval_ns == 0) {
        timer->deadline_ns = PTK_DEADLINE_NEVER;
    } else {
        uint64_t periods = late_ns < interval_ns ? 0 : late_ns / interval_ns;
        missed += periods;
        timer->deadline_ns = ptk_timer_deadline(timer->deadline_ns + periods * interval_ns, interval_ns);
        ptk_timer_note_deadline(timer);
    }
    timer->missed = missed > UINT32_MAX - timer->missed ? UINT32_MAX : timer->missed + (uint32_t)missed;
    ptk_ready_update(&timer->base);
}

void ptk_timer_expire(ptk_event_loop_slot_t *loop, uint64_t now_ns) {
    ptk_timer_internal_t *timers = (ptk_timer_internal_t *)(void *)loop->pools[PTK_POOL_TIMERS].slots;
    due_list_t due = scan(loop, timers, now_ns);
    uint32_t index = due.ordered ? due.first : sort(timers, due.first);
    for (; index != NONE; index = timers[index].delivery.link) {
        raise_expiry(&timers[index], now_ns);
    }
}

bool ptk_timer_deliver(ptk_resource_base_t *slot) {
    ptk_timer_internal_t *timer = (ptk_timer_internal_t *)(void *)slot;
    if ((timer->delivery.raised & timer->delivery.enabled) == 0) {
        return true;
    }
    ptk_event_loop_slot_t *loop = timer->delivery.loop;
    ptk_handle_t loop_handle = timer->base.event_loop;
    uintptr_t missed = take_missed(timer);
    timer->delivery.raised = 0;
    ptk_handler_call(loop, ptk_handler_take(&timer->base, &timer->handler, 0), timer->base.handle, PTK_EVENT_EXPIRED,
                     missed);
    return ptk_loop_is_live(loop, loop_handle);
}

ptk_err_t ptk_timer_serve(ptk_event_loop_slot_t *loop, ptk_resource_base_t *slot, uint32_t request, uintptr_t argument,
                          ptk_err_t error) {
    (void)loop;
    (void)argument;
    (void)error;
    if (request == PTK_REQUEST_HANDLER_SET) {
        ptk_ready_update(slot);
    }
    return PTK_ERR_OK;
}

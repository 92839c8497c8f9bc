/**
 * @file event_loop_run.c
 * @brief One pass of a loop: wait, collect what happened, deliver it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/event_loop_run.h"

#include "core/atomic.h"
#include "core/diagnose.h"
#include "core/event_loop.h"
#include "core/port.h"
#include "core/ready_queue.h"
#include "core/registry.h"
#include "core/timer.h"
#include "core/user_event.h"

/** @brief When the wait has to end at the latest: 0 not to wait at all, UINT64_MAX never. */
static uint64_t wait_deadline(const ptk_event_loop_slot_t *loop, uint64_t max_wait_ms, uint64_t *now_ns) {
    uint64_t deadline = loop->earliest_deadline_ns;
    if (max_wait_ms == 0 || loop->ready != NULL || loop->yielded.first != NULL) {
        return 0;
    }
    if (loop->polling.first != NULL && max_wait_ms > PTK_EVENT_LOOP_MAX_WAIT_MS) {
        max_wait_ms = PTK_EVENT_LOOP_MAX_WAIT_MS; /* nothing announces that a condition became true */
    }
    if (max_wait_ms == PTK_WAIT_FOREVER && deadline == PTK_DEADLINE_NEVER) {
        return deadline; /* no need to know the time */
    }
    *now_ns = ptk_port_now_ns();
    if (deadline <= *now_ns) {
        return 0;
    }
    uint64_t max_wait_ns = max_wait_ms * PTK_NS_PER_MS; /* PTK_WAIT_FOREVER: 2^64 ns but for one ms */
    return max_wait_ns < deadline - *now_ns ? *now_ns + max_wait_ns : deadline;
}

/** @brief Waits for work, and queues the sockets that are ready and the sources on which something was raised. */
static ptk_err_t wait_for_work(ptk_event_loop_slot_t *loop, uint64_t max_wait_ms) {
    uint64_t now_ns = 0;
    uint64_t deadline_ns = wait_deadline(loop, max_wait_ms, &now_ns);
    bool sleeps = deadline_ns != 0 && ptk_atomic_replace(&loop->wake_state, PTK_WAKE_AWAKE, PTK_WAKE_SLEEPING);
    ptk_err_t error = ptk_port_poller_wait(&loop->platform, now_ns, sleeps ? deadline_ns : 0);
    /* A loop that did not sleep and was not signalled has nothing to take back. */
    if (ptk_atomic_load(&loop->wake_state) != PTK_WAKE_AWAKE &&
        ptk_atomic_exchange(&loop->wake_state, PTK_WAKE_AWAKE) == PTK_WAKE_SIGNALLED) {
        loop->wakeups += sleeps;
        (void)ptk_pool_ask(loop, PTK_POOL_SOURCES, PTK_REQUEST_COLLECT, 0);
    }
    return error;
}

/** @brief Queues the timers that are due, and lets paused sockets try again when it is time. */
static void look_at_the_clock(ptk_event_loop_slot_t *loop) {
    if (loop->earliest_deadline_ns != PTK_DEADLINE_NEVER) {
        uint64_t now_ns = ptk_port_now_ns();
        if (loop->earliest_deadline_ns <= now_ns) {
            loop->earliest_deadline_ns = PTK_DEADLINE_NEVER;
            (void)ptk_pool_ask(loop, PTK_POOL_TIMERS, PTK_REQUEST_EXPIRE, (uintptr_t)&now_ns);
            (void)ptk_pool_ask(loop, PTK_POOL_SOCKETS, PTK_REQUEST_RETRY, (uintptr_t)&now_ns);
        }
    }
}

/** @brief Delivers everything that is queued now. Returns false if a handler destroyed the loop. */
static bool deliver_ready(ptk_event_loop_slot_t *loop) {
    loop->delivering = loop->ready;
    loop->ready = NULL;
    while (loop->delivering != NULL) {
        ptk_resource_base_t *slot = ptk_ring_take(&loop->delivering, PTK_LINK_READY);
        if (ptk_slot_is_live(slot) && ptk_slot_ask(slot, PTK_REQUEST_DELIVER, 0, PTK_ERR_OK) != PTK_ERR_OK) {
            return false;
        }
    }
    return true;
}

ptk_err_t ptk_loop_pass(ptk_event_loop_slot_t *loop, uint64_t max_wait_ms) {
    loop->passes++;
    ptk_err_t error = wait_for_work(loop, max_wait_ms);
    look_at_the_clock(loop);
    if (!deliver_ready(loop) || (loop->run_protothreads != NULL && !loop->run_protothreads(loop))) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if (loop->started != NULL) { /* so there are timers */
        (void)loop->pools[PTK_POOL_TIMERS].serve(loop, PTK_REQUEST_SETTLE, 0, PTK_ERR_OK);
    }
    return error;
}

ptk_err_t ptk_loop_claim(ptk_event_loop_slot_t *slot, ptk_handle_t loop, uintptr_t runner) {
    while (!ptk_atomic_replace_word(&slot->runner, 0, PTK_RUNNER_CLAIMED)) {
        uintptr_t holder = ptk_atomic_load_word(&slot->runner);
        if (holder == PTK_RUNNER_CLAIMED) {
            ptk_port_back_off();
        } else if (holder != 0) { /* 0: a claim has ended in between */
            return PTK_ERR_BUSY;
        }
    }
    /* Who destroys a loop is its runner, so it does not end from here on. */
    bool is_it = ptk_loop_is_live(slot, loop) && slot->handle == loop;
    ptk_atomic_store_word(&slot->runner, is_it ? runner : 0);
    return is_it ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE;
}

/** @brief ptk_event_loop_run_for() without noting the last error. */
static ptk_err_t run_for(ptk_handle_t loop, uint64_t max_wait_ms) {
    ptk_event_loop_slot_t *slot = ptk_loop_slot(loop);
    uintptr_t self = ptk_port_thread_self();
    ptk_err_t error = slot == NULL ? PTK_ERR_INVALID_HANDLE : PTK_ERR_INVALID_ARGUMENT;
    if (slot != NULL && max_wait_ms + 1 <= PTK_TIME_MAX_MS + 1) { /* PTK_WAIT_FOREVER + 1 is 0 */
        error = ptk_loop_claim(slot, loop, self);
    }
    if (error != PTK_ERR_OK) {
        if (error == PTK_ERR_INVALID_HANDLE) {
            PTK_DIAGNOSE(ptk_diagnose_handle("ptk_event_loop_run_for", loop, PTK_TYPE_EVENT_LOOP));
        }
        return error;
    }
    ptk_atomic_store_word(&slot->owner, self);
    error = ptk_loop_pass(slot, max_wait_ms);
    if (error != PTK_ERR_INVALID_HANDLE) { /* else the slot may belong to another loop by now */
        ptk_atomic_store_word(&slot->runner, 0);
    }
    return error;
}

ptk_err_t ptk_event_loop_run_for(ptk_handle_t loop, uint64_t max_wait_ms) {
    return ptk_message_result(loop, run_for(loop, max_wait_ms));
}

ptk_err_t ptk_event_loop_run(ptk_handle_t loop) {
    return ptk_event_loop_run_for(loop, PTK_EVENT_LOOP_MAX_WAIT_MS);
}

/** @brief ptk_event_loop_wake() without noting the last error. */
static ptk_err_t wake(ptk_handle_t loop) {
    ptk_event_loop_slot_t *slot = ptk_loop_slot(loop);
    if (slot == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    /* No lock: a signal handler may have interrupted its holder. Counted first, then a sequentially consistent look at
     * the ID: either destroying sees the count and waits, or this sees that the ID is not a live one any more. The
     * handle is read only while it cannot change. */
    (void)ptk_atomic_add(&slot->wakers, 1);
    bool is_it = ptk_atomic_add(&slot->live_id, 0) == PTK_HANDLE_ID(loop) && slot->handle == loop;
    if (is_it && ptk_atomic_exchange(&slot->wake_state, PTK_WAKE_SIGNALLED) == PTK_WAKE_SLEEPING) {
        ptk_port_poller_wake(&slot->platform);
    }
    (void)ptk_atomic_add(&slot->wakers, UINT32_MAX);
    return is_it ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE;
}

ptk_err_t ptk_event_loop_wake(ptk_handle_t loop) {
    return ptk_result(loop, wake(loop));
}

/**
 * @file semaphore_poller.c
 * @brief Waiting on one binary semaphore per loop, which tasks, interrupts and the network give.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "freertos/semaphore_poller.h"
#include "freertos/freertos_system.h"
#include "core/atomic.h"
#include "core/port.h"

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    loop->semaphore = xSemaphoreCreateBinaryStatic(&loop->waiter.storage);
    loop->changed = 0;
    return loop->semaphore != NULL ? PTK_ERR_OK : PTK_ERR_SYSTEM;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    vSemaphoreDelete(loop->semaphore);
}

/** @brief Reports the sockets that are ready, unless there was none and nothing has changed since. Whether there was one. */
static bool look(ptk_platform_loop_t *loop) {
    if (ptk_atomic_load(&loop->changed) == 0) {
        return false;
    }
    (void)ptk_atomic_exchange(&loop->changed, 0); /* what changes while the sockets are gone through sets it again */
    bool found = loop->scan(loop);
    if (found) {
        ptk_atomic_store(&loop->changed, 1); /* a level is reported until it is taken away */
    }
    return found;
}

/* The ticks are read anew: now_ns may be from another tick, and then the wait would end a tick late. */
ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    (void)now_ns;
    bool found = look(loop);
    (void)xSemaphoreTake(loop->semaphore, found ? 0 : ptk_wait_ticks(deadline_ns));
    if (!found) {
        (void)look(loop);
    }
    return PTK_ERR_OK;
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    if (PTK_IN_INTERRUPT()) {
        BaseType_t is_switch_due = pdFALSE;
        (void)xSemaphoreGiveFromISR(loop->semaphore, &is_switch_due);
        portYIELD_FROM_ISR(is_switch_due);
    } else {
        ptk_semaphore_give(loop);
    }
}

/**
 * @file nuttx_kernel.c
 * @brief Locks, who is calling, and backing off.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "core/port.h"
#include "core/static_assert.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

#if PTK_NUTTX_HAS_INTERRUPTS
#include <nuttx/irq.h>

PTK_STATIC_ASSERT(the_lock_holds_a_state, sizeof(irqstate_t) <= sizeof(ptk_platform_lock_t));

/** @brief In an interrupt. No thread has this number. */
#define CALLER_INTERRUPT (UINTPTR_MAX - 1)

uintptr_t ptk_port_thread_self(void) {
    /* NuttX's numbers are 0, for the idle thread, and up. */
    return up_interrupt_context() ? CALLER_INTERRUPT : (uintptr_t)pthread_self() + 1;
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    (void)lock; /* the kernel has one critical section for all */
    return PTK_ERR_OK;
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    irqstate_t state = enter_critical_section(); /* before the lock is written, which another one may hold until then */
    *lock = state;
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    leave_critical_section((irqstate_t)*lock);
}
#else
uintptr_t ptk_port_thread_self(void) {
    return (uintptr_t)pthread_self() + 1;
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    return ptk_system_error(pthread_mutex_init(lock, NULL));
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    int result = pthread_mutex_lock(lock);
    assert(result == 0); /* a normal mutex that was initialised cannot fail */
    (void)result;
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    int result = pthread_mutex_unlock(lock);
    assert(result == 0);
    (void)result;
}
#endif

void ptk_port_back_off(void) {
    /* Rounded up to a tick. While it sleeps a thread of any priority can run. */
    const struct timespec pause = {0, 50000};
    (void)nanosleep(&pause, NULL);
}

/**
 * @file zephyr_lock.c
 * @brief Who is calling, backing off, waking a loop, and its lock, which masks interrupts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port.h"

/** @brief Who is calling when it is an interrupt; no thread's control block is there. */
enum { CALLER_INTERRUPT = 1 };

uintptr_t ptk_port_thread_self(void) {
    return k_is_in_isr() ? (uintptr_t)CALLER_INTERRUPT : (uintptr_t)k_current_get();
}

void ptk_port_back_off(void) {
    (void)k_sleep(K_TICKS(1)); /* threads of any priority can run meanwhile, which k_yield() does not grant */
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    (void)k_poll_signal_raise(&loop->signal, 0);
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    (void)lock; /* a zeroed struct k_spinlock is free */
    return PTK_ERR_OK;
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    k_spinlock_key_t key = k_spin_lock(&lock->lock); /* before the struct is written, which another one may hold */
    lock->key = key;
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    k_spin_unlock(&lock->lock, lock->key);
}

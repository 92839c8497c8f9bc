/**
 * @file windows_lock.c
 * @brief Locks, who is calling, and backing off.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "windows/layout.h"
#include "core/port.h"

PTK_SAME_LAYOUT(ptk_platform_lock_t, SRWLOCK);

/** @brief The system's lock in the storage of the public header. */
static SRWLOCK *lock_of(ptk_platform_lock_t *lock) {
    return (SRWLOCK *)(void *)lock;
}

uintptr_t ptk_port_thread_self(void) {
    return GetCurrentThreadId(); /* never 0 */
}

void ptk_port_back_off(void) {
    Sleep(1); /* Sleep(0) gives way to threads of the same priority only */
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    InitializeSRWLock(lock_of(lock));
    return PTK_ERR_OK;
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    AcquireSRWLockExclusive(lock_of(lock));
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    ReleaseSRWLockExclusive(lock_of(lock));
}

/**
 * @file posix_lock.c
 * @brief Locks, who is calling, and backing off.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "core/port.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

/* POSIX leaves pthread_t opaque. On all systems that this file is for it is an integer or a pointer, never 0. */
uintptr_t ptk_port_thread_self(void) {
    return (uintptr_t)pthread_self();
}

void ptk_port_back_off(void) {
    /* While it sleeps a thread of any priority can run, which sched_yield() does not grant. A signal may end it
     * early. */
    const struct timespec pause = {0, 50000};
    (void)nanosleep(&pause, NULL);
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

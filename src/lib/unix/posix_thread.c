/** @file posix_thread.c @brief Threads: who is calling, locks, giving way, and the optional thread of a loop. */
#include "unix/features.h"

#include "unix/posix_error.h"
#include "core/port.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

/* POSIX leaves pthread_t opaque. On all systems that this file is for it is an integer or a pointer, never 0. */
uintptr_t ptk_port_thread_self(void) {
    return (uintptr_t)pthread_self();
}

void ptk_port_back_off(void) {
    /* Sleeping lets a thread of any priority go on, which sched_yield() does not. Interrupted is slept enough. */
    const struct timespec pause = {0, 50000};
    (void)nanosleep(&pause, NULL);
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    return ptk_unix_error(pthread_mutex_init(lock, NULL));
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

static void *thread_main(void *argument) {
    ptk_loop_thread_main((ptk_thread_t *)argument);
    return NULL;
}

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    pthread_attr_t attributes;
    int result = pthread_attr_init(&attributes);
    if (result != 0) {
        return ptk_unix_error(result);
    }
    result = pthread_attr_setstack(&attributes, stack, stack_size);
    if (result == 0) {
        result = pthread_create(&thread->platform, &attributes, thread_main, thread);
        /* EAGAIN is a want of threads here, nothing to wait for. */
        result = result == EAGAIN ? ENOMEM : result;
    }
    int destroyed = pthread_attr_destroy(&attributes);
    assert(destroyed == 0);
    (void)destroyed;
    return ptk_unix_error(result);
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    int result = pthread_join(thread->platform, NULL);
    return result == EDEADLK ? PTK_ERR_WRONG_THREAD : ptk_unix_error(result);
}

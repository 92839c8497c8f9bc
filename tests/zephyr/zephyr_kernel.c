/**
 * @file zephyr_kernel.c
 * @brief What the port uses of Zephyr's kernel, on POSIX threads of this machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "zephyr_stand_in.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include <zephyr/logging/log.h>

/** @brief Nanoseconds of a tick, of a second. */
enum { NS_PER_TICK = 1000000000 / CONFIG_SYS_CLOCK_TICKS_PER_SEC, NS_PER_S = 1000000000 };

/** @brief The descriptors that were made of objects. */
static struct {
    void *object;                          /**< @brief The object, or NULL. */
    const struct fd_op_vtable *operations; /**< @brief What it can do. */
} objects[STAND_IN_DESCRIPTORS];

/** @brief The thread that runs, and whether it stands for an interrupt. */
static __thread struct k_thread *current;
static __thread bool is_interrupt; /**< @brief See stand_in_interrupt(). */
/** @brief What k_current_get() names where no k_thread_create() was. */
static __thread struct k_thread other;

/* ------------------------------------------------------------------------------------------------ time */

int64_t k_uptime_ticks(void) {
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return ((int64_t)now.tv_sec * NS_PER_S + now.tv_nsec) / NS_PER_TICK;
}

uint32_t k_cycle_get_32(void) {
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)now.tv_nsec;
}

int32_t k_sleep(k_timeout_t timeout) {
    struct timespec rest = {0, (long)(timeout.ticks * NS_PER_TICK)};
    return nanosleep(&rest, &rest) == 0 ? 0 : 1;
}

/* ------------------------------------------------------------------------------------------------ threads */

k_tid_t k_current_get(void) {
    return current != NULL ? current : &other;
}

bool k_is_in_isr(void) {
    return is_interrupt;
}

void stand_in_interrupt(bool is_now) {
    is_interrupt = is_now;
}

int k_thread_priority_get(k_tid_t thread) {
    (void)thread;
    return 0;
}

/** @brief What pthread_create() calls: opaque has the system's thread, the function and its argument. */
static void *run(void *argument) {
    current = argument;
    k_thread_entry_t entry = (k_thread_entry_t)current->opaque[1];
    entry((void *)current->opaque[2], NULL, NULL);
    return NULL;
}

k_tid_t k_thread_create(struct k_thread *thread, k_thread_stack_t *stack, size_t size, k_thread_entry_t entry,
                        void *first, void *second, void *third, int priority, uint32_t options, k_timeout_t delay) {
    pthread_t system;
    (void)stack;
    (void)size;
    (void)second;
    (void)third;
    (void)priority;
    (void)options;
    (void)delay;
    thread->opaque[1] = (uintptr_t)entry;
    thread->opaque[2] = (uintptr_t)first;
    if (pthread_create(&system, NULL, run, thread) != 0) {
        return NULL;
    }
    thread->opaque[0] = (uintptr_t)system;
    return thread;
}

int k_thread_join(struct k_thread *thread, k_timeout_t timeout) {
    (void)timeout;
    return -pthread_join((pthread_t)thread->opaque[0], NULL);
}

k_spinlock_key_t k_spin_lock(struct k_spinlock *lock) {
    while (__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE) != 0) {
        (void)sched_yield();
    }
    return (k_spinlock_key_t){1};
}

void k_spin_unlock(struct k_spinlock *lock, k_spinlock_key_t key) {
    (void)key;
    __atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

/* ------------------------------------------------------------------------------------------------ descriptors */

int z_alloc_fd(void *object, const struct fd_op_vtable *operations) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor >= STAND_IN_DESCRIPTORS) {
        (void)close(descriptor);
        return -1;
    }
    if (descriptor >= 0) {
        objects[descriptor].operations = operations;
        __atomic_store_n(&objects[descriptor].object, object, __ATOMIC_RELEASE);
    }
    return descriptor;
}

void z_free_fd(int descriptor) {
    __atomic_store_n(&objects[descriptor].object, NULL, __ATOMIC_RELEASE);
    (void)close(descriptor);
}

int stand_in_control(int descriptor, unsigned int request, ...) {
    va_list arguments;
    va_start(arguments, request);
    int result = objects[descriptor].operations->ioctl(objects[descriptor].object, request, arguments);
    va_end(arguments);
    return result;
}

bool stand_in_has_object(int descriptor) {
    return descriptor >= 0 && descriptor < STAND_IN_DESCRIPTORS && objects[descriptor].object != NULL;
}

void z_log(int level, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)fprintf(stderr, "<%c> ptk: ", "?EWID"[level]);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
}

/* ------------------------------------------------------------------------------------------------ signals */

/** @brief The descriptor that was made of a signal, or -1. */
static int descriptor_of(const struct k_poll_signal *signal) {
    int found = -1;
    for (int i = 0; i < STAND_IN_DESCRIPTORS && found < 0; i++) {
        found = __atomic_load_n(&objects[i].object, __ATOMIC_ACQUIRE) == signal ? i : -1;
    }
    return found;
}

void k_poll_signal_init(struct k_poll_signal *signal) {
    signal->signaled = 0;
}

int k_poll_signal_raise(struct k_poll_signal *signal, int result) {
    const uint64_t one = 1;
    signal->result = result;
    __atomic_store_n(&signal->signaled, 1u, __ATOMIC_SEQ_CST);
    return write(descriptor_of(signal), &one, sizeof one) == (ssize_t)sizeof one ? 0 : -EAGAIN;
}

void k_poll_signal_reset(struct k_poll_signal *signal) {
    uint64_t count;
    __atomic_store_n(&signal->signaled, 0u, __ATOMIC_SEQ_CST);
    if (read(descriptor_of(signal), &count, sizeof count) < 0) {
        return; /* nothing was raised */
    }
}

void k_poll_event_init(struct k_poll_event *event, uint32_t type, int mode, void *object) {
    (void)mode;
    event->type = type;
    event->state = K_POLL_STATE_NOT_READY;
    event->obj = object;
}

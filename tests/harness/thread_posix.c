/**
 * @file thread_posix.c
 * @brief The tests' threads as POSIX threads, with the atomic operations of GCC and Clang.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "thread.h"

#include <pthread.h>
#include <sched.h>
#include <stddef.h>

/** @brief What pthread_create() calls. @param argument the thread. @return NULL. */
static void *run(void *argument) {
    const harness_thread_t *thread = argument;

    thread->function(thread->argument);
    return NULL;
}

bool harness_thread_start(harness_thread_t *thread, harness_thread_function_t function, void *argument) {
    thread->function = function;
    thread->argument = argument;

    pthread_t system;
    const bool started = pthread_create(&system, NULL, run, thread) == 0;
    thread->system = started ? (uintptr_t)system : 0;
    return started;
}

bool harness_thread_join(harness_thread_t *thread) {
    return pthread_join((pthread_t)thread->system, NULL) == 0;
}

void harness_thread_yield(void) {
    (void)sched_yield();
}

uintptr_t harness_thread_self(void) {
    return (uintptr_t)pthread_self();
}

uint32_t harness_load(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

void harness_store(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

uint32_t harness_add(uint32_t *word, uint32_t amount) {
    return __atomic_add_fetch(word, amount, __ATOMIC_ACQ_REL);
}

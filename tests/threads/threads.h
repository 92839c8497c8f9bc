/**
 * @file threads.h
 * @brief What the cross-thread tests share. They may use POSIX; the harness is the conformance suite's.
 *
 * CHECK belongs to the main thread. Other threads note what goes wrong with EXPECT, and the main thread checks the
 * number.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef THREADS_H
#define THREADS_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "suite.h"

#include <protocol_toolkit.h>
#include <pthread.h>

/** @brief Threads that raise or create at once. */
enum { THREADS = 8 };

/** @brief Longest wait for something that must happen: only a lost wake-up reaches it. */
#define LIMIT_MS 20000u

/** @brief Failures noted by other threads; reset by threads_begin(). */
extern uint32_t threads_failures;

/** @brief Notes a failure in any thread. */
#define EXPECT(condition) threads_expect((condition), #condition, __LINE__)

void threads_expect(bool condition, const char *text, int line);

/** @brief Starts count threads of one function; each gets its argument. @return whether all were started. */
bool threads_start(pthread_t *threads, uint32_t count, void *(*function)(void *), void *arguments,
                   size_t argument_size);

/** @brief Waits for them. @return whether all could be joined and no failure was noted. */
bool threads_join(const pthread_t *threads, uint32_t count);

static inline uint32_t load(const uint32_t *value) {
    return __atomic_load_n(value, __ATOMIC_ACQUIRE);
}

static inline void store(uint32_t *value, uint32_t wanted) {
    __atomic_store_n(value, wanted, __ATOMIC_RELEASE);
}

static inline ptk_handle_t load_handle(const ptk_handle_t *value) {
    return __atomic_load_n(value, __ATOMIC_ACQUIRE);
}

static inline void store_handle(ptk_handle_t *value, ptk_handle_t wanted) {
    __atomic_store_n(value, wanted, __ATOMIC_RELEASE);
}

static inline uint32_t add(uint32_t *value, uint32_t amount) {
    return __atomic_add_fetch(value, amount, __ATOMIC_ACQ_REL);
}

#endif

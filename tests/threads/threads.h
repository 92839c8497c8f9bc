/**
 * @file threads.h
 * @brief What the cross-thread tests share. They may use POSIX threads, which MinGW has as well; the harness is the conformance suite's.
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

#include "harness.h"

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

/** @brief A loop that a thread of its own runs, sleeping without a limit, until it is told to stop. */
typedef struct runner {
    ptk_handle_t loop; /**< @brief The loop. */
    uint32_t passes;   /**< @brief Atomic: passes it has made. */
    uint32_t stop;     /**< @brief Atomic: set it, then wake the loop. */
} runner_t;

/** @brief What that thread does. @param argument its runner_t. @return NULL. */
void *threads_run_loop(void *argument);

/** @brief Waits until an atomic counter reaches a value. @return false if it did not in LIMIT_MS. */
bool threads_wait_for(const uint32_t *counter, uint32_t wanted);

/** @brief Destroys a loop as soon as no other thread runs it. @return the last result. */
ptk_err_t threads_destroy(ptk_handle_t loop);

static inline uint32_t load(const uint32_t *value) {
    return __atomic_load_n(value, __ATOMIC_ACQUIRE);
}

static inline void store(uint32_t *value, uint32_t wanted) {
    __atomic_store_n(value, wanted, __ATOMIC_RELEASE);
}

static inline uint32_t add(uint32_t *value, uint32_t amount) {
    return __atomic_add_fetch(value, amount, __ATOMIC_ACQ_REL);
}

/** @brief A handle that one thread publishes and others read. In halves: not every processor has 64-bit atomics. */
typedef struct shared_handle {
    uint32_t version; /**< Odd while the halves are being written. */
    uint32_t low;
    uint32_t high;
} shared_handle_t;

static inline ptk_handle_t load_handle(const shared_handle_t *shared) {
    uint32_t version;
    uint32_t low;
    uint32_t high;

    do {
        version = load(&shared->version);
        low = load(&shared->low);
        high = load(&shared->high);
    } while (version % 2 != 0 || load(&shared->version) != version);
    return (ptk_handle_t)((uint64_t)high << 32 | low);
}

static inline void store_handle(shared_handle_t *shared, ptk_handle_t handle) {
    const uint32_t version = load(&shared->version);

    store(&shared->version, version + 1);
    store(&shared->low, (uint32_t)((uint64_t)handle & 0xFFFFFFFFu));
    store(&shared->high, (uint32_t)((uint64_t)handle >> 32));
    store(&shared->version, version + 2);
}

#endif

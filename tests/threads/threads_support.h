/**
 * @file threads_support.h
 * @brief What the tests of threads share.
 *
 * CHECK belongs to the main thread. Other threads note what goes wrong with EXPECT, and the main thread checks the
 * number.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef THREADS_SUPPORT_H
#define THREADS_SUPPORT_H

#include "harness.h"
#include "thread.h"

#include <protocol_toolkit.h>

/** @brief Threads that raise or create at once. */
enum { THREADS = 8 };

/** @brief Longest wait for something that must happen: only a lost wake-up reaches it. */
#define LIMIT_MS 20000u

/** @brief Failures noted by other threads; reset by threads_start(). */
extern uint32_t threads_failures;

/** @brief Notes a failure in any thread. */
#define EXPECT(condition) threads_expect((condition), #condition, __LINE__)

/** @brief What EXPECT calls. @param condition what must hold. @param text its text. @param line where. */
void threads_expect(bool condition, const char *text, int line);

/** @brief Starts count threads of one function; each gets its argument. @return whether all were started. */
bool threads_start(harness_thread_t *threads, uint32_t count, harness_thread_function_t function, void *arguments,
                   size_t argument_size);

/** @brief Waits for them. @return whether all could be joined and no failure was noted. */
bool threads_join(harness_thread_t *threads, uint32_t count);

/** @brief A loop that a thread of its own runs, sleeping without a limit, until it is stopped. */
typedef struct runner {
    ptk_handle_t loop; /**< @brief The loop. */
    uint32_t passes;   /**< @brief Atomic: passes it has made. */
    uint32_t stop;     /**< @brief Atomic: set it, then wake the loop. */
} runner_t;

/** @brief What that thread does. @param argument its runner_t. */
void threads_run_loop(void *argument);

/** @brief Waits until an atomic counter reaches a value. @return false if it did not in LIMIT_MS. */
bool threads_wait_for(const uint32_t *counter, uint32_t wanted);

/** @brief Destroys a loop as soon as no other thread runs it. @return the last result. */
ptk_err_t threads_destroy(ptk_handle_t loop);

/** @brief A handle that one thread publishes and others read. In halves: not every processor has 64-bit atomics. */
typedef struct shared_handle {
    uint32_t version; /**< Odd while the halves are being written. */
    uint32_t low;
    uint32_t high;
} shared_handle_t;

/** @brief Reads a published handle. @param shared where it is published. @return the handle. */
static inline ptk_handle_t load_handle(const shared_handle_t *shared) {
    uint32_t version;
    uint32_t low;
    uint32_t high;

    do {
        version = harness_load(&shared->version);
        low = harness_load(&shared->low);
        high = harness_load(&shared->high);
    } while (version % 2 != 0 || harness_load(&shared->version) != version);
    return (ptk_handle_t)((uint64_t)high << 32 | low);
}

/** @brief Publishes a handle; one thread does. @param shared where. @param handle the handle. */
static inline void store_handle(shared_handle_t *shared, ptk_handle_t handle) {
    const uint32_t version = harness_load(&shared->version);

    harness_store(&shared->version, version + 1);
    harness_store(&shared->low, (uint32_t)((uint64_t)handle & 0xFFFFFFFFu));
    harness_store(&shared->high, (uint32_t)((uint64_t)handle >> 32));
    harness_store(&shared->version, version + 2);
}

#endif

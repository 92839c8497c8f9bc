/**
 * @file thread.h
 * @brief Threads and atomic words for tests, over POSIX threads (thread_posix.c) or Windows' own (thread_windows.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HARNESS_THREAD_H
#define HARNESS_THREAD_H

#include <stdbool.h>
#include <stdint.h>

/** @brief What a thread runs. @param argument as given to harness_thread_start(). */
typedef void (*harness_thread_function_t)(void *argument);

/** @brief A thread. It stays in place from start to join. */
typedef struct harness_thread {
    harness_thread_function_t function; /**< @brief What it runs. */
    void *argument;                     /**< @brief Its argument. */
    uintptr_t system;                   /**< @brief The system's handle. */
} harness_thread_t;

/** @brief Starts a thread. @param thread the thread. @param function what it runs. @param argument its argument.
 *  @return whether it was started. */
bool harness_thread_start(harness_thread_t *thread, harness_thread_function_t function, void *argument);

/** @brief Waits until a thread has ended. @param thread a started one. @return whether that worked. */
bool harness_thread_join(harness_thread_t *thread);

/** @brief Lets other threads run. */
void harness_thread_yield(void);

/** @brief Identifies the calling thread. @return a number that no other living thread has. */
uintptr_t harness_thread_self(void);

/** @brief Reads an atomic word; later accesses stay after it. @param word the word. @return its value. */
uint32_t harness_load(const uint32_t *word);

/** @brief Writes an atomic word; earlier accesses stay before it. @param word the word. @param value its value. */
void harness_store(uint32_t *word, uint32_t value);

/** @brief Adds to an atomic word; other accesses stay on their side of it. @param word the word. @param amount what is
 *  added. @return the sum. */
uint32_t harness_add(uint32_t *word, uint32_t amount);

#endif

/**
 * @file pthread.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: threads.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_PTHREAD_H
#define DECLARATIONS_NUTTX_PTHREAD_H

#include <sys/types.h>

typedef pid_t pthread_t; /**< @brief A thread: its number. */

/** @brief A mutex. */
typedef struct pthread_mutex_s {
    void *words[4]; /**< @brief Its memory. */
} pthread_mutex_t;
/** @brief What a thread is made with. */
typedef struct pthread_attr_s {
    void *words[6]; /**< @brief Its memory. */
} pthread_attr_t;

/** @brief The calling thread. */
pthread_t pthread_self(void);
/** @brief Makes a mutex. */
int pthread_mutex_init(pthread_mutex_t *mutex, const void *attributes);
/** @brief Takes it. */
int pthread_mutex_lock(pthread_mutex_t *mutex);
/** @brief Gives it back. */
int pthread_mutex_unlock(pthread_mutex_t *mutex);
/** @brief Makes attributes. */
int pthread_attr_init(pthread_attr_t *attributes);
/** @brief Ends them. */
int pthread_attr_destroy(pthread_attr_t *attributes);
/** @brief Sets the memory of the stack. */
int pthread_attr_setstack(pthread_attr_t *attributes, void *stack, size_t size);
/** @brief Makes a thread. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *), void *argument);
/** @brief Waits for its end. */
int pthread_join(pthread_t thread, void **result);

#endif

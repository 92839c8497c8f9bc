/**
 * @file pthread.h
 * @brief Stands in for the system's header where there is no system, so that core can be compiled and measured.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_EMBEDDED_PTHREAD_H
#define BENCH_EMBEDDED_PTHREAD_H

#include <stdint.h>

typedef uint32_t pthread_mutex_t; /**< @brief A lock that saves the interrupt mask. */
typedef uintptr_t pthread_t;      /**< @brief A task. */

#endif

/**
 * @file types.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: types.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_SYS_TYPES_H
#define DECLARATIONS_NUTTX_SYS_TYPES_H

#include <stddef.h>
#include <stdint.h>

typedef intptr_t ssize_t;   /**< @brief A size, or -1. */
typedef int64_t time_t;     /**< @brief Seconds. */
typedef uint32_t clock_t;   /**< @brief Ticks; 64 bits with CONFIG_SYSTEM_TIME64. */
typedef int pid_t;          /**< @brief A task or a thread. */
typedef uint32_t socklen_t; /**< @brief The size of an address. */

#endif

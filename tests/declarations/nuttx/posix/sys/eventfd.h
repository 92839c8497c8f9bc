/**
 * @file eventfd.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: eventfd.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_SYS_EVENTFD_H
#define DECLARATIONS_NUTTX_SYS_EVENTFD_H

#include <stdint.h>

/** @brief Reads and writes do not block. */
#define EFD_NONBLOCK 00004000
/** @brief No other program inherits it. */
#define EFD_CLOEXEC 02000000

typedef uint64_t eventfd_t; /**< @brief The counter; 32 bits where there are no 64. */

/** @brief Makes one. */
int eventfd(unsigned int count, int flags);

#endif

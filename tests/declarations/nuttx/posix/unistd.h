/**
 * @file unistd.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: descriptors.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_UNISTD_H
#define DECLARATIONS_NUTTX_UNISTD_H

#include <sys/types.h>

/** @brief Closes a descriptor. */
int close(int descriptor);
/** @brief Reads. */
ssize_t read(int descriptor, void *bytes, size_t size);
/** @brief Writes. */
ssize_t write(int descriptor, const void *bytes, size_t size);

#endif

/**
 * @file unistd.h
 * @brief Calls of ESP-IDF's VFS: those that the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef _UNISTD_H_
#define _UNISTD_H_

#include <stddef.h>
#include <stdint.h>

typedef intptr_t ptk_declared_ssize_t; /**< @brief ssize_t, which the C library may have already. */

/** @brief Closes a descriptor. */
int close(int descriptor);
/** @brief Reads. */
ptk_declared_ssize_t read(int descriptor, void *bytes, size_t length);
/** @brief Writes. */
ptk_declared_ssize_t write(int descriptor, const void *bytes, size_t length);

#endif

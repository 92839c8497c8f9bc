/**
 * @file string.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_STRING_H
#define DECLARATIONS_NUTTX_STRING_H

#include <stddef.h>

/** @brief C99. */
void *memcpy(void *restrict to, const void *restrict from, size_t size);
/** @brief C99. */
void *memmove(void *to, const void *from, size_t size);
/** @brief C99. */
void *memset(void *bytes, int value, size_t size);
/** @brief C99. */
int memcmp(const void *left, const void *right, size_t size);
/** @brief C99. */
size_t strlen(const char *text);
/** @brief C99. */
char *strchr(const char *text, int character);

#endif

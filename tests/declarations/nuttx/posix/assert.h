/**
 * @file assert.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: what is left of it under NDEBUG.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_ASSERT_H
#define DECLARATIONS_NUTTX_ASSERT_H

/** @brief Nothing. */
#define assert(condition) ((void)0)

#endif

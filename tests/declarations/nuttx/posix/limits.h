/**
 * @file limits.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: the largest int.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_LIMITS_H
#define DECLARATIONS_NUTTX_LIMITS_H

/** @brief The largest int. */
#define INT_MAX __INT_MAX__

#endif

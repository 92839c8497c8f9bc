/**
 * @file fcntl.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: nothing of it is used.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_FCNTL_H
#define DECLARATIONS_NUTTX_FCNTL_H

#endif

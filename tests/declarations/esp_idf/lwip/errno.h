/**
 * @file errno.h
 * @brief lwIP's error numbers: ESP-IDF takes those of the C library.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIP_HDR_ERRNO_H
#define LWIP_HDR_ERRNO_H

#include <errno.h>

#endif

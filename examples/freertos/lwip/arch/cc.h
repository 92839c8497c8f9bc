/**
 * @file cc.h
 * @brief lwIP's view of the compiler, the C library and the board.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include <stdlib.h>
#include <sys/time.h>

#define LWIP_ERRNO_STDINCLUDE 1
#define LWIP_NO_CTYPE_H 0
#define LWIP_RAND() ((u32_t)rand())

/** @brief Ends the program. @param file where. @param line where. */
void board_failed(const char *file, int line);
#define LWIP_PLATFORM_DIAG(text)
#define LWIP_PLATFORM_ASSERT(text) board_failed(text, __LINE__)

#endif

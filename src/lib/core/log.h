/**
 * @file log.h
 * @brief Logging of Debug builds. Under NDEBUG nothing of it is left, not even the arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_LOG_H
#define PTK_CORE_LOG_H

#include "protocol_toolkit.h"

#if defined(NDEBUG)
/** @brief Nothing, in a release library. */
#define PTK_LOG(level, message, value) ((void)0)
#else
/** @brief Writes a line. level is a constant, 1 (error) to 4 (detail); message a literal; value any integer. */
#define PTK_LOG(level, message, value)                                                                                 \
    do {                                                                                                               \
        if ((level) <= PTK_LOG_LEVEL) {                                                                                \
            ptk_log_write((level), __func__, (message), (int64_t)(value));                                             \
        }                                                                                                              \
    } while (0)
#endif

#endif

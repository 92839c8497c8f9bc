/**
 * @file debug_log.h
 * @brief The lines that the library has logged. The program defines ptk_log_write(), so it gets them instead of stderr.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DEBUG_LOG_H
#define DEBUG_LOG_H

#include "harness.h"
#include "support.h"

#include <protocol_toolkit.h>

/** @brief Opens the shared loop and forgets all lines. Those about slow handlers are left out from now on. @return
 *  whether that worked. */
bool log_open(void);

/** @brief Keeps the lines about slow handlers as well, until the next log_open(). */
void log_keep_slow(void);

/** @brief Forgets all lines. */
void log_clear(void);

/** @brief Lines since then. */
uint32_t log_count(void);

/** @brief Lines of a function in which two texts occur. @param function its name. @param a a text. @param b another,
 *  or NULL. */
uint32_t log_lines(const char *function, const char *a, const char *b);

#endif

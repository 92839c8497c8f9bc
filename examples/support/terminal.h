/**
 * @file terminal.h
 * @brief The terminal that an example draws on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_TERMINAL_H
#define EXAMPLES_SUPPORT_TERMINAL_H

/** @brief Lets stdout understand ANSI escape sequences. On Windows a console has to be switched to this mode. */
void terminal_begin(void);

#endif

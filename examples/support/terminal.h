/*
 * The terminal that an example draws on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef EXAMPLES_SUPPORT_TERMINAL_H
#define EXAMPLES_SUPPORT_TERMINAL_H

/* Lets stdout understand ANSI escape sequences. A console of Windows has to be asked for that, others always do. */
void terminal_begin(void);

#endif

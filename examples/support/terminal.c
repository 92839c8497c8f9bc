/**
 * @file terminal.c
 * @brief The terminal that an example draws on.
 *
 * SPDX-License-Identifier: MIT
 */
#include "terminal.h"

#ifdef _WIN32

#include <windows.h>

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

void terminal_begin(void) {
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD mode;

    if (GetConsoleMode(output, &mode)) { /* not a file or a pipe; an old console refuses and shows the sequences */
        (void)SetConsoleMode(output, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    }
}

#else

void terminal_begin(void) {
}

#endif

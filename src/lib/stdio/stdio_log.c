/**
 * @file stdio_log.c
 * @brief Where the lines of a Debug library go on systems with stdio: to stderr. Not part of a release library.
 *
 * SPDX-License-Identifier: MIT
 */
#include "protocol_toolkit.h"

#include <inttypes.h>
#include <stdio.h>

void ptk_log_write(int level, const char *function, const char *message, int64_t value) {
    static const char letters[] = "?EWID";
    char letter = level >= 1 && level <= 4 ? letters[level] : letters[0];
    /* Nothing can be done about a log that cannot be written. */
    (void)fprintf(stderr, "ptk %c %s: %s (%" PRId64 ")\n", letter, function, message, value);
}

/**
 * @file hosted.c
 * @brief main() and the output of a program of tests, for a system that has both.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <stdio.h>

void harness_print(const char *text) {
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}

/** @brief Runs the suite. @param argument_count at most 2. @param arguments a test or a subject. @return see harness_main(). */
int main(int argument_count, char **arguments) {
    return harness_main(suite_tables, argument_count > 1 ? arguments[1] : NULL);
}

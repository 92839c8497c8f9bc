/**
 * @file bare_harness.c
 * @brief main() and the output of a program of tests, on a machine of QEMU.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bare_machine.h"
#include "harness.h"

#include <string.h>

/** @brief The operation of semihosting that gives the command line. */
enum { SYS_GET_CMDLINE = 0x15 };

void harness_print(const char *text) {
    bare_print(text);
}

/** @brief The C library's: an assertion of the library or of a test does not hold. @param file where.
 *  @param line where. @param function where. @param text the assertion. */
void __assert_func(const char *file, int line, const char *function, const char *text);

void __assert_func(const char *file, int line, const char *function, const char *text) {
    (void)line;
    bare_print(file);
    bare_print(": ");
    bare_print(function != NULL ? function : "");
    bare_print(": ");
    bare_fail(text);
}

/** @brief picolibc's name for that. */
void __assert_no_args(void);

void __assert_no_args(void) {
    bare_fail("an assertion");
}

/** @brief Runs the suite. The second word of QEMU's command line for it is a test or a subject. */
int main(void) {
    static char line[80];
    struct {
        char *text;     /**< @brief Where the command line goes. */
        uintptr_t size; /**< @brief How large that is. */
    } block = {line, sizeof(line)};
    const char *filter = bare_semihosting(SYS_GET_CMDLINE, &block) == 0 ? strchr(line, ' ') : NULL;

    return harness_main(suite_tables, filter != NULL ? filter + 1 : NULL);
}

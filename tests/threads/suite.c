/**
 * @file suite.c
 * @brief The tables of the tests of threads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t raise_tests[], loops_tests[], library_thread_tests[];

const harness_test_t *const suite_tables[] = {
    raise_tests,
    loops_tests,
    library_thread_tests,
    NULL,
};

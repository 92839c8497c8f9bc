/**
 * @file suite.c
 * @brief The tables of the tests with a clock of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t expiry_tests[], handlers_tests[], ranges_tests[];

const harness_test_t *const suite_tables[] = {
    expiry_tests,
    handlers_tests,
    ranges_tests,
    NULL,
};

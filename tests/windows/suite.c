/**
 * @file suite.c
 * @brief The tables of the tests of Windows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t requests_tests[], completions_tests[];

const harness_test_t *const suite_tables[] = {
    requests_tests,
    completions_tests,
    NULL,
};

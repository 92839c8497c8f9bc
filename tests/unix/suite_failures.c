/**
 * @file suite_failures.c
 * @brief The tables of the tests of calls that fail.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. Those of calls go on with the subject failures. */
extern const harness_test_t failing_calls_tests[], platform_calls_tests[], failures_tests[], shortage_tests[],
    network_tests[];

const harness_test_t *const suite_tables[] = {
    failing_calls_tests, platform_calls_tests, failures_tests, shortage_tests, network_tests, NULL,
};

/**
 * @file suite.c
 * @brief The tables of the tests against a kernel that they control.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t ticks_tests[], calls_tests[];

const harness_test_t *const suite_tables[] = {
    ticks_tests,
    calls_tests,
    NULL,
};

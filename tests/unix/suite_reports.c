/**
 * @file suite_reports.c
 * @brief The tables of the tests of a port that reports whatever it may.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t reports_tests[];

const harness_test_t *const suite_tables[] = {
    reports_tests,
    NULL,
};

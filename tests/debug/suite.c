/**
 * @file suite.c
 * @brief The tables of the tests of what a Debug library logs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t handles_tests[], events_tests[], protothreads_tests[];

const harness_test_t *const suite_tables[] = {
    handles_tests,
    events_tests,
    protothreads_tests,
    NULL,
};

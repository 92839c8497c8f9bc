/**
 * @file suite.c
 * @brief The tables of the tests of the simulated network.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t world_tests[], link_tests[], crash_tests[], fault_tests[], capture_tests[], urgent_tests[],
    exact_tests[];

const harness_test_t *const suite_tables[] = {
    world_tests, link_tests, crash_tests, fault_tests, capture_tests, urgent_tests, exact_tests, NULL,
};

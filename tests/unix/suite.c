/**
 * @file suite.c
 * @brief The tables of the tests of a POSIX system.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t descriptors_tests[], signals_tests[], peers_tests[], urgent_tests[], fork_tests[];

const harness_test_t *const suite_tables[] = {
    descriptors_tests, signals_tests, peers_tests, urgent_tests, fork_tests, NULL,
};

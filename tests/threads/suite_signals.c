/**
 * @file suite_signals.c
 * @brief The tables of the tests of signals and threads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t signals_tests[];

const harness_test_t *const suite_tables[] = {
    signals_tests,
    NULL,
};

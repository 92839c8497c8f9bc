/**
 * @file suite.c
 * @brief The tables of the tests of the port for NuttX.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t interrupt_tests[];

const harness_test_t *const suite_tables[] = {
    interrupt_tests,
    NULL,
};

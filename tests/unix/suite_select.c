/**
 * @file suite_select.c
 * @brief The tables of the tests of select().
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t descriptor_limit_tests[], hidden_tests[], pipe_tests[];

const harness_test_t *const suite_tables[] = {
    descriptor_limit_tests,
    hidden_tests,
    pipe_tests,
    NULL,
};

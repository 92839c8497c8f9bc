/* The tables of the Windows tests. SPDX-License-Identifier: MIT */
#include "suite.h"

extern const harness_test_t question_tests[];

const harness_test_t *const suite_tables[] = {question_tests, NULL};

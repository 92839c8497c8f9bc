/* The tables of the tests of select(). SPDX-License-Identifier: MIT */
#include "harness.h"

extern const harness_test_t descriptor_limit_tests[];
extern const harness_test_t pipe_tests[];

const harness_test_t *const suite_tables[] = {descriptor_limit_tests, pipe_tests, NULL};

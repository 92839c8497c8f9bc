/* The tables of the cross-thread tests. SPDX-License-Identifier: MIT */
#include "harness.h"

extern const harness_test_t raise_tests[];
extern const harness_test_t loop_thread_tests[];
extern const harness_test_t library_thread_tests[];

const harness_test_t *const suite_tables[] = {raise_tests, loop_thread_tests, library_thread_tests, NULL};

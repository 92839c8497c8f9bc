/* The tables of the Windows tests. SPDX-License-Identifier: MIT */
#include "harness.h"

extern const harness_test_t completion_tests[];
extern const harness_test_t request_tests[];

const harness_test_t *const suite_tables[] = {request_tests, completion_tests, NULL};

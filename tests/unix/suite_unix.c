/* The tables of the unix tests. SPDX-License-Identifier: MIT */
#include "harness.h"

extern const harness_test_t descriptor_tests[];
extern const harness_test_t signal_tests[];
extern const harness_test_t peer_tests[];
extern const harness_test_t urgent_tests[];
extern const harness_test_t fork_tests[];

const harness_test_t *const suite_tables[] = {descriptor_tests, signal_tests, peer_tests,
                                              urgent_tests,     fork_tests,   NULL};

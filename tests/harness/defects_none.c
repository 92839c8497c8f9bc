/**
 * @file defects_none.c
 * @brief The tests that a system without a defect fails: none.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief The list. */
static const harness_defect_t defects[] = {
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return defects;
}

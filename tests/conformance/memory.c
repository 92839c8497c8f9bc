/**
 * @file memory.c
 * @brief The memory that tests share: see sizes.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"

/* A constant, so that on a microcontroller it is in flash memory. */
const uint8_t conformance_large[CONFORMANCE_LARGE] = {0};
conformance_scratch_t conformance_scratch;

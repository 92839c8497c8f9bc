/**
 * @file fuzz_engine.c
 * @brief Feeds a target with bytes that libFuzzer invents.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

/** @brief Called by libFuzzer with each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *wrong = fuzz_run(data, size);

    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort(); /* libFuzzer keeps the input */
    }
    return 0;
}

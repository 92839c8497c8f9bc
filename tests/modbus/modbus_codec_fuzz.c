/**
 * @file modbus_codec_fuzz.c
 * @brief Feeds bytes that libFuzzer invents to the codec. The test codec_corpus does the same with bytes of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "codec_any_bytes.h"

#include <stdio.h>
#include <stdlib.h>

/** @brief Called by libFuzzer with each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *wrong = codec_any_bytes(data, size);

    if (wrong != NULL) {
        fprintf(stderr, "modbus_codec_fuzz: %s\n", wrong);
        abort();
    }
    return 0;
}

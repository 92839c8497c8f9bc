/**
 * @file target_modbus_codec.c
 * @brief Any bytes as Modbus frames: what is decoded can be encoded, and is the same then.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../modbus/codec_any_bytes.h"
#include "fuzz.h"

void fuzz_target(fuzz_input_t *input) {
    const char *wrong = codec_any_bytes(input->data, input->left);

    (void)fuzz_require(wrong == NULL, wrong);
}

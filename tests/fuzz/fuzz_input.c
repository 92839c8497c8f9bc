/**
 * @file fuzz_input.c
 * @brief What all targets share: taking from the input, and noting what does not hold.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"

/** @brief The first thing that does not hold. */
static const char *failure;

bool fuzz_require(bool holds, const char *what) {
    if (!holds && failure == NULL) {
        failure = what;
    }
    return holds;
}

bool fuzz_failed(void) {
    return failure != NULL;
}

uint8_t fuzz_u8(fuzz_input_t *input) {
    size_t length;
    const uint8_t *byte = fuzz_bytes(input, 1, &length);

    return length == 0 ? 0 : *byte;
}

uint16_t fuzz_u16(fuzz_input_t *input) {
    uint8_t high = fuzz_u8(input);

    return (uint16_t)(high << 8 | fuzz_u8(input));
}

const uint8_t *fuzz_bytes(fuzz_input_t *input, size_t wanted, size_t *length) {
    const uint8_t *bytes = input->data;

    *length = wanted < input->left ? wanted : input->left;
    input->left -= *length;
    if (*length > 0) {
        input->data += *length;
    }
    return bytes;
}

const char *fuzz_run(const uint8_t *data, size_t size) {
    fuzz_input_t input = {data, size};

    failure = NULL;
    fuzz_target(&input);
    return failure;
}

/**
 * @file fuzz.h
 * @brief A fuzz target: a function that gets any bytes, and what it finds wrong.
 *
 * A program is one target and either fuzz_engine.c, with which libFuzzer invents the bytes, or fuzz_replay.c, which reads
 * them from the files of the corpus.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief The bytes that are left of an input. What is taken beyond its end is 0. */
typedef struct fuzz_input {
    const uint8_t *data; /**< @brief The next one. */
    size_t left;         /**< @brief How many. */
} fuzz_input_t;

/** @brief Supplied by each target: does what the bytes say. The same bytes have it do the same. */
void fuzz_target(fuzz_input_t *input);

/** @brief Runs the target with bytes. @return the first thing that does not hold, or NULL. */
const char *fuzz_run(const uint8_t *data, size_t size);

/** @brief Notes what does not hold. @return whether it holds. */
bool fuzz_require(bool holds, const char *what);

/** @brief Whether something did not hold so far. */
bool fuzz_failed(void);

/** @brief Takes a byte. */
uint8_t fuzz_u8(fuzz_input_t *input);

/** @brief Takes two bytes. */
uint16_t fuzz_u16(fuzz_input_t *input);

/** @brief Takes bytes. @param wanted how many. @param[out] length how many there were. */
const uint8_t *fuzz_bytes(fuzz_input_t *input, size_t wanted, size_t *length);

#endif

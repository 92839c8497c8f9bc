/**
 * @file random.h
 * @brief Random numbers of tests whose seed decides all they do.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

/** @brief The next 64 random bits: SplitMix64, Steele, Lea and Flood 2014. @param state the generator; at first any seed. */
static inline uint64_t harness_random(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15u;
    uint64_t value = *state;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

#endif

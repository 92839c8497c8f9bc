/**
 * @file system_atomic.h
 * @brief Atomic access where the processor has only loads and stores, as a Cortex-M0 and a RISC-V without A: in critical
 *        sections of the kernel. Compiled with PTK_PORT_ATOMICS.
 *
 * A word is read and written whole, and there is one processor: only the compiler has to keep the order. What is called
 * is a barrier for it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_FREERTOS_SYSTEM_ATOMIC_H
#define PTK_FREERTOS_SYSTEM_ATOMIC_H

#include "freertos/masked_atomic.h"

#include <FreeRTOS.h>
#include <stdbool.h>
#include <stdint.h>

/** @brief Reads a word. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_load(const uint32_t *word) {
    uint32_t value = *(const volatile uint32_t *)word;
    portMEMORY_BARRIER();
    return value;
}

/** @brief Writes a word. */
PTK_ALWAYS_INLINE void ptk_atomic_store(uint32_t *word, uint32_t value) {
    portMEMORY_BARRIER();
    *(volatile uint32_t *)word = value;
}

/** @brief Writes a word and returns what it was before. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value) {
    return ptk_masked_exchange(word, value);
}

/** @brief Adds to a word and returns what it is then. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_add(uint32_t *word, uint32_t value) {
    return ptk_masked_add(word, value);
}

/** @brief Writes a word if it is as expected, and returns whether it was. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    return ptk_masked_replace(word, expected, value);
}

/** @brief Reads a word that holds a pointer. */
PTK_ALWAYS_INLINE uintptr_t ptk_atomic_load_word(const uintptr_t *word) {
    uintptr_t value = *(const volatile uintptr_t *)word;
    portMEMORY_BARRIER();
    return value;
}

/** @brief Writes a word that holds a pointer. */
PTK_ALWAYS_INLINE void ptk_atomic_store_word(uintptr_t *word, uintptr_t value) {
    portMEMORY_BARRIER();
    *(volatile uintptr_t *)word = value;
}

/** @brief ptk_atomic_replace() of a word that holds a pointer. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    return ptk_masked_replace_word(word, expected, value);
}

#endif

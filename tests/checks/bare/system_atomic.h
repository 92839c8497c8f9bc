/**
 * @file system_atomic.h
 * @brief Atomic access where the processor has none but loads and stores, as the Cortex-M0: interrupts are masked meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BARE_SYSTEM_ATOMIC_H
#define BARE_SYSTEM_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

/** @brief Masks interrupts. Returns what bare_restore() needs. */
uint32_t bare_mask(void);

/** @brief Lets interrupts come again, if they could before. @param mask from bare_mask(). */
void bare_restore(uint32_t mask);

/** @brief One word is read whole; the compiler must not move other accesses across. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_load(const uint32_t *word) {
    uint32_t value = *(const volatile uint32_t *)word;
    __asm__ volatile("" ::: "memory");
    return value;
}

/** @brief One word is written whole. */
PTK_ALWAYS_INLINE void ptk_atomic_store(uint32_t *word, uint32_t value) {
    __asm__ volatile("" ::: "memory");
    *(volatile uint32_t *)word = value;
}

/** @brief Stores a value and returns the one before. */
uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value);

/** @brief Adds and returns the sum. */
uint32_t ptk_atomic_add(uint32_t *word, uint32_t value);

/** @brief Stores a value if the expected one is there, and returns whether it was. */
bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value);

/** @brief A pointer has 32 bits: as above. */
PTK_ALWAYS_INLINE uintptr_t ptk_atomic_load_word(const uintptr_t *word) {
    return ptk_atomic_load((const uint32_t *)(const void *)word);
}

/** @brief As above. */
PTK_ALWAYS_INLINE void ptk_atomic_store_word(uintptr_t *word, uintptr_t value) {
    ptk_atomic_store((uint32_t *)(void *)word, (uint32_t)value);
}

/** @brief As above. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    return ptk_atomic_replace((uint32_t *)(void *)word, (uint32_t)expected, (uint32_t)value);
}

#endif

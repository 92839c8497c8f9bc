/**
 * @file system_atomic.h
 * @brief Atomic access on FreeRTOS: the compiler's where the processor has it, else in critical sections of the kernel.
 *
 * What tasks and interrupts of one core have read and written is in their order without a barrier of the processor. So
 * only the compiler has to keep the order, unless the kernel runs on more cores.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_FREERTOS_SYSTEM_ATOMIC_H
#define PTK_FREERTOS_SYSTEM_ATOMIC_H

#include "freertos/masked_atomic.h"

#include <FreeRTOS.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * @def PTK_ATOMIC_FENCE
 * @brief Keeps the order of what is before and after it, in the eyes of the tasks and interrupts of all cores.
 */
#if (defined(configNUMBER_OF_CORES) && configNUMBER_OF_CORES > 1) || (defined(configNUM_CORES) && configNUM_CORES > 1)
/** @brief The kernel runs on more cores than one. */
#define PTK_ATOMIC_CORES 2
#define PTK_ATOMIC_FENCE() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#elif defined(__GNUC__)
#define PTK_ATOMIC_FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#else
#define PTK_ATOMIC_FENCE() portMEMORY_BARRIER()
#endif

/** @brief Reads a word, which a processor does in one step. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_load(const uint32_t *word) {
    uint32_t value = *(const volatile uint32_t *)word;
    PTK_ATOMIC_FENCE();
    return value;
}

/** @brief Writes a word. */
PTK_ALWAYS_INLINE void ptk_atomic_store(uint32_t *word, uint32_t value) {
    PTK_ATOMIC_FENCE();
    *(volatile uint32_t *)word = value;
}

/** @brief Reads a word that holds a pointer. */
PTK_ALWAYS_INLINE uintptr_t ptk_atomic_load_word(const uintptr_t *word) {
    uintptr_t value = *(const volatile uintptr_t *)word;
    PTK_ATOMIC_FENCE();
    return value;
}

/** @brief Writes a word that holds a pointer. */
PTK_ALWAYS_INLINE void ptk_atomic_store_word(uintptr_t *word, uintptr_t value) {
    PTK_ATOMIC_FENCE();
    *(volatile uintptr_t *)word = value;
}

/* A Cortex-M0 and a RISC-V without A have only loads and stores. */
#if defined(__GCC_ATOMIC_INT_LOCK_FREE) && __GCC_ATOMIC_INT_LOCK_FREE == 2

/** @brief Writes a word and returns what it was before. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value) {
    PTK_ATOMIC_FENCE();
    uint32_t before = __atomic_exchange_n(word, value, __ATOMIC_RELAXED);
    PTK_ATOMIC_FENCE();
    return before;
}

/** @brief Adds to a word and returns what it is then. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_add(uint32_t *word, uint32_t value) {
    PTK_ATOMIC_FENCE();
    uint32_t sum = __atomic_add_fetch(word, value, __ATOMIC_RELAXED);
    PTK_ATOMIC_FENCE();
    return sum;
}

#else

/** @brief Writes a word and returns what it was before. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value) {
    return ptk_masked_exchange(word, value);
}

/** @brief Adds to a word and returns what it is then. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_add(uint32_t *word, uint32_t value) {
    return ptk_masked_add(word, value);
}

#endif

/*
 * On RISC-V this is a pair of load and store, lr and sc. The store need not notice what an interrupt of the same core has
 * written in between: the specification leaves it to the kernel to end the reservation in a trap, and FreeRTOS does not
 * promise to.
 */
#if defined(__GCC_ATOMIC_INT_LOCK_FREE) && __GCC_ATOMIC_INT_LOCK_FREE == 2 &&                                          \
    (!defined(__riscv) || defined(PTK_ATOMIC_CORES))

/** @brief Writes a word if it is as expected, and returns whether it was. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    PTK_ATOMIC_FENCE();
    bool is_expected = __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    PTK_ATOMIC_FENCE();
    return is_expected;
}

/** @brief ptk_atomic_replace() of a word that holds a pointer. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    PTK_ATOMIC_FENCE();
    bool is_expected = __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    PTK_ATOMIC_FENCE();
    return is_expected;
}

#else

/** @brief Writes a word if it is as expected, and returns whether it was. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    return ptk_masked_replace(word, expected, value);
}

/** @brief ptk_atomic_replace() of a word that holds a pointer. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    return ptk_masked_replace_word(word, expected, value);
}

#endif

#endif

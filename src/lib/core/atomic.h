/**
 * @file atomic.h
 * @brief Atomic access to 32-bit and pointer-sized words, which C99 does not have.
 *
 * Loads acquire, stores release, everything else is sequentially consistent. Selected by compiler, not by platform.
 */
#ifndef PTK_CORE_ATOMIC_H
#define PTK_CORE_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)

/** For the few functions that every operation goes through: inlined even where the compiler optimises for size. */
#define PTK_ALWAYS_INLINE static inline __attribute__((always_inline))

PTK_ALWAYS_INLINE uint32_t ptk_atomic_load(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

PTK_ALWAYS_INLINE void ptk_atomic_store(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

PTK_ALWAYS_INLINE uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value) {
    return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

PTK_ALWAYS_INLINE uint32_t ptk_atomic_add(uint32_t *word, uint32_t value) {
    return __atomic_add_fetch(word, value, __ATOMIC_SEQ_CST);
}

PTK_ALWAYS_INLINE bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

PTK_ALWAYS_INLINE uintptr_t ptk_atomic_load_word(const uintptr_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

PTK_ALWAYS_INLINE void ptk_atomic_store_word(uintptr_t *word, uintptr_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#else
#error "This compiler needs its atomic operations written down here."
#endif

#endif

/**
 * @file atomic.h
 * @brief Atomic access to 32-bit and pointer-sized words, which C99 does not have.
 *
 * Loads acquire, stores release, everything else is sequentially consistent. They are the compiler's, or a port's: a
 * processor without exclusive access has to mask interrupts. A platform whose folder has a system_atomic.h is compiled
 * with PTK_PORT_ATOMICS; that header defines the functions that stand here for GCC.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_ATOMIC_H
#define PTK_CORE_ATOMIC_H

#include "core/inline.h"

#include <stdbool.h>
#include <stdint.h>

#if defined(PTK_PORT_ATOMICS)

#include "system_atomic.h"

#elif defined(__GNUC__) || defined(__clang__)

/** @brief Reads a word; what is read or written after it stays after it. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_load(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/** @brief Writes a word; what was read or written before it stays before it. */
PTK_ALWAYS_INLINE void ptk_atomic_store(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/** @brief Writes a word and returns what it was before. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value) {
    return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

/** @brief Adds to a word and returns what it is then. */
PTK_ALWAYS_INLINE uint32_t ptk_atomic_add(uint32_t *word, uint32_t value) {
    return __atomic_add_fetch(word, value, __ATOMIC_SEQ_CST);
}

/** @brief Writes a word if it is as expected, and returns whether it was. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/** @brief ptk_atomic_load() of a word that holds a pointer. */
PTK_ALWAYS_INLINE uintptr_t ptk_atomic_load_word(const uintptr_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/** @brief ptk_atomic_store() of a word that holds a pointer. */
PTK_ALWAYS_INLINE void ptk_atomic_store_word(uintptr_t *word, uintptr_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/** @brief ptk_atomic_replace() of a word that holds a pointer. */
PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#elif defined(_MSC_VER)

#include <intrin.h>

/*
 * Plain accesses, which the compiler neither tears nor drops, with a barrier after a load and before a store. On
 * x86 the processor keeps that order by itself, and only the compiler has to; on Arm it takes a fence. The interlocked
 * intrinsics are full barriers on all of them. They work on signed types.
 */
/** @brief Keeps the order of what is before and after it. */
#if defined(_M_ARM64) || defined(_M_ARM64EC) || defined(_M_ARM)
#define PTK_ATOMIC_BARRIER() __dmb(0xB) /* inner shareable */
#else
#define PTK_ATOMIC_BARRIER() _ReadWriteBarrier()
#endif

PTK_ALWAYS_INLINE uint32_t ptk_atomic_load(const uint32_t *word) {
    uint32_t value = (uint32_t)__iso_volatile_load32((const volatile __int32 *)word);
    PTK_ATOMIC_BARRIER();
    return value;
}

PTK_ALWAYS_INLINE void ptk_atomic_store(uint32_t *word, uint32_t value) {
    PTK_ATOMIC_BARRIER();
    __iso_volatile_store32((volatile __int32 *)word, (__int32)value);
}

PTK_ALWAYS_INLINE uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value) {
    return (uint32_t)_InterlockedExchange((volatile long *)word, (long)value);
}

PTK_ALWAYS_INLINE uint32_t ptk_atomic_add(uint32_t *word, uint32_t value) {
    return (uint32_t)_InterlockedExchangeAdd((volatile long *)word, (long)value) + value;
}

PTK_ALWAYS_INLINE bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    return (uint32_t)_InterlockedCompareExchange((volatile long *)word, (long)value, (long)expected) == expected;
}

#if defined(_WIN64)

PTK_ALWAYS_INLINE uintptr_t ptk_atomic_load_word(const uintptr_t *word) {
    uintptr_t value = (uintptr_t)__iso_volatile_load64((const volatile __int64 *)word);
    PTK_ATOMIC_BARRIER();
    return value;
}

PTK_ALWAYS_INLINE void ptk_atomic_store_word(uintptr_t *word, uintptr_t value) {
    PTK_ATOMIC_BARRIER();
    __iso_volatile_store64((volatile __int64 *)word, (__int64)value);
}

PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    return (uintptr_t)_InterlockedCompareExchange64((volatile __int64 *)word, (__int64)value, (__int64)expected) ==
           expected;
}

#else

PTK_ALWAYS_INLINE uintptr_t ptk_atomic_load_word(const uintptr_t *word) {
    return ptk_atomic_load((const uint32_t *)word);
}

PTK_ALWAYS_INLINE void ptk_atomic_store_word(uintptr_t *word, uintptr_t value) {
    ptk_atomic_store((uint32_t *)word, value);
}

PTK_ALWAYS_INLINE bool ptk_atomic_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    return ptk_atomic_replace((uint32_t *)word, expected, value);
}

#endif

#else
#error "This compiler needs its atomic operations here, or the platform a system_atomic.h."
#endif

#endif

/**
 * @file inline.h
 * @brief What is inlined, and what is not, where a compiler that optimises for size would decide otherwise.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_INLINE_H
#define PTK_CORE_INLINE_H

#include "protocol_toolkit.h"

/**
 * @def PTK_ALWAYS_INLINE
 * @brief For what is a few instructions, as an atomic operation.
 */
/**
 * @def PTK_NEVER_INLINE
 * @brief For what would take the registers of its caller.
 */
#if defined(__GNUC__) || defined(__clang__)
#define PTK_ALWAYS_INLINE static inline __attribute__((always_inline))
#define PTK_NEVER_INLINE __attribute__((noinline))
#elif defined(_MSC_VER)
#define PTK_ALWAYS_INLINE static __forceinline
#define PTK_NEVER_INLINE __declspec(noinline)
#else
#define PTK_ALWAYS_INLINE static inline
#define PTK_NEVER_INLINE
#endif

/**
 * @def PTK_FAST_INLINE
 * @brief For the few functions that every operation goes through: inlined unless the platform is a small one.
 */
/**
 * @def PTK_OUT_OF_LINE
 * @brief The same in what every message goes through: not inlined, unless the platform is a small one.
 */
#if PTK_PLATFORM_IS_SMALL
#define PTK_FAST_INLINE static inline
#define PTK_OUT_OF_LINE
#else
#define PTK_FAST_INLINE PTK_ALWAYS_INLINE
#define PTK_OUT_OF_LINE PTK_NEVER_INLINE
#endif

#endif

/**
 * @file static_assert.h
 * @brief What the compiler checks, in C99, which has no _Static_assert.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_CORE_STATIC_ASSERT_H
#define PTK_CORE_STATIC_ASSERT_H

/**
 * @brief A declaration that compiles only if the condition holds: an array of size -1 is an error.
 * @param name      Says what holds; different for each assertion of a file.
 * @param condition A constant.
 */
#define PTK_STATIC_ASSERT(name, condition) typedef char ptk_assert_##name[(condition) ? 1 : -1]

#endif

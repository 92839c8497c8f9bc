/**
 * @file masked_atomic.h
 * @brief Changing a word in one step on a processor without exclusive access: in a critical section of the kernel.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_FREERTOS_MASKED_ATOMIC_H
#define PTK_FREERTOS_MASKED_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

/** @brief ptk_atomic_exchange() in a critical section. @param word the word. @param value its new value. */
uint32_t ptk_masked_exchange(uint32_t *word, uint32_t value);

/** @brief ptk_atomic_add() in a critical section. @param word the word. @param value what is added. */
uint32_t ptk_masked_add(uint32_t *word, uint32_t value);

/** @brief ptk_atomic_replace() in a critical section. @param word the word. @param expected what it has to be.
 *  @param value its new value. */
bool ptk_masked_replace(uint32_t *word, uint32_t expected, uint32_t value);

/** @brief The same of a word that holds a pointer. */
bool ptk_masked_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value);

#endif

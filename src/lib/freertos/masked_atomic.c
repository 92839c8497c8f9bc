/**
 * @file masked_atomic.c
 * @brief Changing a word in one step in a critical section. Linked only where the processor needs it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "freertos/masked_atomic.h"
#include "freertos/freertos_system.h"

uint32_t ptk_masked_exchange(uint32_t *word, uint32_t value) {
    UBaseType_t mask = ptk_critical_enter();
    uint32_t before = *word;
    *word = value;
    ptk_critical_exit(mask);
    return before;
}

uint32_t ptk_masked_add(uint32_t *word, uint32_t value) {
    UBaseType_t mask = ptk_critical_enter();
    uint32_t sum = *word + value;
    *word = sum;
    ptk_critical_exit(mask);
    return sum;
}

bool ptk_masked_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    UBaseType_t mask = ptk_critical_enter();
    bool is_expected = *word == expected;
    if (is_expected) {
        *word = value;
    }
    ptk_critical_exit(mask);
    return is_expected;
}

bool ptk_masked_replace_word(uintptr_t *word, uintptr_t expected, uintptr_t value) {
    UBaseType_t mask = ptk_critical_enter();
    bool is_expected = *word == expected;
    if (is_expected) {
        *word = value;
    }
    ptk_critical_exit(mask);
    return is_expected;
}

/**
 * @file bare_port.c
 * @brief A port for a Cortex-M0 without a system, to be linked and never run: no threads, no network, a lock that masks
 *        interrupts, and the atomic operations that the processor lacks.
 *
 * SPDX-License-Identifier: MIT
 */
#define PTK_ALWAYS_INLINE static inline
#include "system_atomic.h"

#include "core/port.h"

uint32_t bare_mask(void) {
    uint32_t mask;
    __asm__ volatile("mrs %0, primask\n cpsid i" : "=r"(mask)::"memory");
    return mask;
}

void bare_restore(uint32_t mask) {
    __asm__ volatile("msr primask, %0" ::"r"(mask) : "memory");
}

uint32_t ptk_atomic_exchange(uint32_t *word, uint32_t value) {
    uint32_t mask = bare_mask();
    uint32_t before = *word;
    *word = value;
    bare_restore(mask);
    return before;
}

uint32_t ptk_atomic_add(uint32_t *word, uint32_t value) {
    uint32_t mask = bare_mask();
    uint32_t sum = *word + value;
    *word = sum;
    bare_restore(mask);
    return sum;
}

bool ptk_atomic_replace(uint32_t *word, uint32_t expected, uint32_t value) {
    uint32_t mask = bare_mask();
    bool is_expected = *word == expected;
    *word = is_expected ? value : *word;
    bare_restore(mask);
    return is_expected;
}

uint64_t ptk_port_now_ns(void) {
    static uint64_t now_ns;
    return ++now_ns;
}

uintptr_t ptk_port_thread_self(void) {
    return 1;
}

void ptk_port_back_off(void) {
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    (void)lock;
    return PTK_ERR_OK;
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    *lock = bare_mask();
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    bare_restore(*lock);
}

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    (void)loop;
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    (void)loop;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    (void)loop;
    (void)now_ns;
    (void)deadline_ns;
    return PTK_ERR_OK;
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    (void)loop;
}

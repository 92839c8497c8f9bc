/**
 * @file zephyr_thread.c
 * @brief The optional thread of a loop, on a stack of the application. Alone in its object: a program that starts none links
 *        none of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port_thread.h"

/** @brief The least that a loop needs of a stack, besides what the kernel keeps for itself. */
#define MIN_STACK_SIZE 512u

/** @brief What the thread runs. */
static void thread_main(void *thread, void *second, void *third) {
    (void)second;
    (void)third;
    ptk_loop_thread_main((ptk_thread_t *)thread);
}

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    /* What K_THREAD_STACK_DEFINE() makes is aligned, and larger than the stack by what the kernel reserves. */
    if ((uintptr_t)stack % ARCH_STACK_PTR_ALIGN != 0 || stack_size < MIN_STACK_SIZE + K_THREAD_STACK_RESERVED) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    (void)k_thread_create(&thread->platform, (k_thread_stack_t *)stack, stack_size - K_THREAD_STACK_RESERVED,
                          thread_main, thread, NULL, NULL, k_thread_priority_get(k_current_get()), 0, K_NO_WAIT);
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    return k_thread_join(&thread->platform, K_FOREVER) == 0 ? PTK_ERR_OK : PTK_ERR_SYSTEM;
}

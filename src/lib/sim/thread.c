/**
 * @file thread.c
 * @brief The simulated platform has one thread: the library runs none.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/port_thread.h"

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    (void)thread, (void)stack, (void)stack_size;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    (void)thread;
    return PTK_ERR_UNSUPPORTED; /* none was started */
}

/**
 * @file kernel.c
 * @brief Identity and lock of the simulated platform.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/port.h"

uintptr_t ptk_port_thread_self(void) {
    return 1; /* there is one thread */
}

void ptk_port_back_off(void) {
}

ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    *lock = 0;
    return PTK_ERR_OK;
}

void ptk_port_lock(ptk_platform_lock_t *lock) {
    ++*lock;
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    --*lock;
}

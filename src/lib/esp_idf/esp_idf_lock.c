/**
 * @file esp_idf_lock.c
 * @brief Who is calling, backing off, and the lock of a loop: a spinlock, as there can be two cores.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port.h"

/** @brief Who is calling when it is no task; no task's control block is there. */
enum { CALLER_INTERRUPT = 1, CALLER_BEFORE_TASKS = 2 };

uintptr_t ptk_port_thread_self(void) {
    if (xPortInIsrContext() != pdFALSE) {
        return CALLER_INTERRUPT;
    }
    uintptr_t task = (uintptr_t)xTaskGetCurrentTaskHandle();
    return task != 0 ? task : CALLER_BEFORE_TASKS;
}

void ptk_port_back_off(void) {
    vTaskDelay(1); /* tasks of any priority can run meanwhile, which taskYIELD() does not grant */
}

/* A zeroed spinlock is not a free one: SPINLOCK_FREE in spinlock.h. */
ptk_err_t ptk_port_lock_init(ptk_platform_lock_t *lock) {
    portMUX_INITIALIZE(lock);
    return PTK_ERR_OK;
}

/* The forms for tasks and interrupts alike. They mask this core's interrupts and keep the other core out. */
void ptk_port_lock(ptk_platform_lock_t *lock) {
    portENTER_CRITICAL_SAFE(lock);
}

void ptk_port_unlock(ptk_platform_lock_t *lock) {
    portEXIT_CRITICAL_SAFE(lock);
}

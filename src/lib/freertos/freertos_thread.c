/**
 * @file freertos_thread.c
 * @brief The optional thread of a loop: a task on a stack of the application. Alone in its object: a program that starts
 *        none links none of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "freertos/freertos_system.h"
#include "core/port_thread.h"

#if INCLUDE_eTaskGetState == 1 && INCLUDE_vTaskSuspend == 1 && INCLUDE_vTaskDelete == 1

/** @brief What the task runs. A task must not return: it stays suspended until ptk_port_thread_join() deletes it. */
static void task_main(void *argument) {
    ptk_loop_thread_main((ptk_thread_t *)argument);
    for (;;) {
        vTaskSuspend(NULL);
    }
}

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    /* A stack consists of words; the kernel aligns its end as the processor wants it. */
    size_t lost = (sizeof(StackType_t) - (uintptr_t)stack % sizeof(StackType_t)) % sizeof(StackType_t);
    size_t words = stack_size > lost ? (stack_size - lost) / sizeof(StackType_t) : 0;
    if (words < configMINIMAL_STACK_SIZE) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    StackType_t *first = (StackType_t *)(void *)((uint8_t *)stack + lost);
    uint32_t depth = words > UINT32_MAX ? UINT32_MAX : (uint32_t)words;
    thread->platform.task =
        xTaskCreateStatic(task_main, "ptk", depth, thread, PTK_THREAD_PRIORITY, first, &thread->platform.storage);
    return thread->platform.task != NULL ? PTK_ERR_OK : PTK_ERR_SYSTEM;
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    while (eTaskGetState(thread->platform.task) != eSuspended) {
        vTaskDelay(1);
    }
    vTaskDelete(thread->platform.task); /* it does not run, so its memory is free at once */
    return PTK_ERR_OK;
}

#else

ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    (void)thread;
    (void)stack;
    (void)stack_size;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    (void)thread;
    return PTK_ERR_UNSUPPORTED;
}

#endif

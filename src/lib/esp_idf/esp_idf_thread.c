/**
 * @file esp_idf_thread.c
 * @brief The optional thread of a loop: a task on a stack of the application. Alone in its object: a program that
 *        starts none links none of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/port_thread.h"

/** @brief What the task runs. A task must not return: it stays suspended until ptk_port_thread_join() deletes it. */
static void task_main(void *argument) {
    ptk_loop_thread_main((ptk_thread_t *)argument);
    for (;;) {
        vTaskSuspend(NULL);
    }
}

/* The depth of a stack is in bytes here, StackType_t is one, and the kernel aligns its end. */
ptk_err_t ptk_port_thread_start(ptk_thread_t *thread, void *stack, size_t stack_size) {
    if (stack_size < configMINIMAL_STACK_SIZE) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    uint32_t depth = stack_size > UINT32_MAX ? UINT32_MAX : (uint32_t)stack_size;
    thread->platform.task = xTaskCreateStatic(task_main, "ptk", depth, thread, uxTaskPriorityGet(NULL),
                                              (StackType_t *)stack, &thread->platform.storage);
    return thread->platform.task != NULL ? PTK_ERR_OK : PTK_ERR_SYSTEM;
}

/* A suspended task may be switched away from on the other core this moment, which needs its stack for some instructions
 * more. A tick later it does not, and the memory of a task that does not run is free when vTaskDelete() returns. */
ptk_err_t ptk_port_thread_join(ptk_thread_t *thread) {
    while (eTaskGetState(thread->platform.task) != eSuspended) {
        vTaskDelay(1);
    }
    vTaskDelay(2); /* 1 would end with the tick that is running */
    vTaskDelete(thread->platform.task);
    return PTK_ERR_OK;
}

/**
 * @file task.h
 * @brief Tasks of ESP-IDF's FreeRTOS: what the port calls.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef INC_TASK_H
#define INC_TASK_H

#ifndef INC_FREERTOS_H
#error "FreeRTOS.h comes before task.h"
#endif

/** @brief A task. */
typedef struct tskTaskControlBlock *TaskHandle_t;

/** @brief What a task does. */
typedef enum { eRunning = 0, eReady, eBlocked, eSuspended, eDeleted, eInvalid } eTaskState;

/** @brief Makes a task on a stack of so many bytes; any core runs it. */
TaskHandle_t xTaskCreateStatic(TaskFunction_t pxTaskCode, const char *pcName, uint32_t ulStackDepth, void *pvParameters,
                               UBaseType_t uxPriority, StackType_t *puxStackBuffer, StaticTask_t *pxTaskBuffer);
/** @brief Ends a task. @param xTask NULL is the caller. */
void vTaskDelete(TaskHandle_t xTask);
/** @brief Sleeps for so many ticks. */
void vTaskDelay(TickType_t xTicksToDelay);
/** @brief A task does not run until it is resumed. @param xTask NULL is the caller. */
void vTaskSuspend(TaskHandle_t xTask);
/** @brief What a task does. */
eTaskState eTaskGetState(TaskHandle_t xTask);
/** @brief Who is calling; NULL before the scheduler runs on this core. */
TaskHandle_t xTaskGetCurrentTaskHandle(void);
/** @brief A task's priority. @param xTask NULL is the caller. */
UBaseType_t uxTaskPriorityGet(TaskHandle_t xTask);

#endif

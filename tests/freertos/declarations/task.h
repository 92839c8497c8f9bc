/**
 * @file task.h
 * @brief Tasks of the FreeRTOS kernel: what the port calls, as the API reference of V11 has it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef INC_TASK_H
#define INC_TASK_H

#ifndef INC_FREERTOS_H
#error "FreeRTOS.h comes before task.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** @brief A task. */
typedef struct tskTaskControlBlock *TaskHandle_t;

/** @brief What a task does. */
typedef enum { eRunning = 0, eReady, eBlocked, eSuspended, eDeleted, eInvalid } eTaskState;

/** @brief A point in time. */
typedef struct xTIME_OUT {
    BaseType_t xOverflowCount;  /**< @brief How often the count of ticks began again at 0. */
    TickType_t xTimeOnEntering; /**< @brief The count of ticks. */
} TimeOut_t;

#define tskIDLE_PRIORITY ((UBaseType_t)0) /**< @brief The lowest priority. */

/** @brief Begins a critical section of a task. They nest. */
#define taskENTER_CRITICAL() vPortEnterCritical()
/** @brief Ends it. */
#define taskEXIT_CRITICAL() vPortExitCritical()
/** @brief Begins a critical section of an interrupt. */
#define taskENTER_CRITICAL_FROM_ISR() ulPortSetInterruptMask()
/** @brief Ends it. */
#define taskEXIT_CRITICAL_FROM_ISR(mask) vPortClearInterruptMask(mask)

/** @brief Makes a task on a stack of so many words. */
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
/** @brief Who is calling; NULL before a task was made. */
TaskHandle_t xTaskGetCurrentTaskHandle(void);
/** @brief A task's priority. FreeRTOS+TCP's part of the port alone calls this and the next three. @param xTask NULL is
 *  the caller. */
UBaseType_t uxTaskPriorityGet(TaskHandle_t xTask);
/** @brief Changes it. @param uxNewPriority below configMAX_PRIORITIES. */
void vTaskPrioritySet(TaskHandle_t xTask, UBaseType_t uxNewPriority);
/** @brief No other task runs until xTaskResumeAll(). */
void vTaskSuspendAll(void);
/** @brief Others may run again. @return whether one had to at once. */
BaseType_t xTaskResumeAll(void);
/** @brief Runs the tasks; does not return. The example calls it. */
void vTaskStartScheduler(void);
/** @brief Says what time it is. Not in an interrupt. */
void vTaskSetTimeOutState(TimeOut_t *pxTimeOut);

#ifdef __cplusplus
}
#endif

#endif

/**
 * @file semphr.h
 * @brief Semaphores of the FreeRTOS kernel: what the port calls, as the API reference of V11 has it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SEMAPHORE_H
#define SEMAPHORE_H

#ifndef INC_FREERTOS_H
#error "FreeRTOS.h comes before semphr.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** @brief A semaphore. */
typedef struct QueueDefinition *SemaphoreHandle_t;

/** @brief Makes a binary semaphore that was not given. NULL if the memory is NULL. */
SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *pxSemaphoreBuffer);
/** @brief Takes it. @return pdFALSE when it was not given in so many ticks. */
BaseType_t xSemaphoreTake(SemaphoreHandle_t xSemaphore, TickType_t xTicksToWait);
/** @brief Gives it. @return pdFALSE when it was given already. Not in an interrupt. */
BaseType_t xSemaphoreGive(SemaphoreHandle_t xSemaphore);
/** @brief Gives it in an interrupt; *pxHigherPriorityTaskWoken becomes pdTRUE if another task has to run next. */
BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t xSemaphore, BaseType_t *pxHigherPriorityTaskWoken);
/** @brief Ends it. No task waits for it. */
void vSemaphoreDelete(SemaphoreHandle_t xSemaphore);

#ifdef __cplusplus
}
#endif

#endif

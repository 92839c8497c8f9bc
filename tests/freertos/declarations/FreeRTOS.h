/**
 * @file FreeRTOS.h
 * @brief What the port uses of the FreeRTOS kernel, declared for the tests: exactly that, so that another call does not
 *        compile. It follows the API reference of FreeRTOS V11.
 *
 * hosted/ and bare/ implement it. The structs have the size that they have in the kernel on a processor of 32 bits
 * without options.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef INC_FREERTOS_H
#define INC_FREERTOS_H

#include <stddef.h>
#include <stdint.h>

#include "FreeRTOSConfig.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TICK_TYPE_WIDTH_16_BITS 0 /**< @brief A value of configTICK_TYPE_WIDTH_IN_BITS. */
#define TICK_TYPE_WIDTH_32_BITS 1 /**< @brief The same. */
#define TICK_TYPE_WIDTH_64_BITS 2 /**< @brief The same. */

#include "portmacro.h"

#define pdFALSE ((BaseType_t)0) /**< @brief No, in the kernel's type. */
#define pdTRUE ((BaseType_t)1)  /**< @brief Yes. */
#define pdPASS pdTRUE           /**< @brief A call worked. */
#define pdFAIL pdFALSE          /**< @brief It did not. */

/** @brief A task's function. */
typedef void (*TaskFunction_t)(void *);

/** @brief Memory of a semaphore. */
typedef struct xSTATIC_QUEUE {
    uintptr_t words[18]; /**< @brief The implementation's. */
} StaticSemaphore_t;

/** @brief Memory of a task's control block. */
typedef struct xSTATIC_TCB {
    uintptr_t words[24]; /**< @brief The implementation's. */
} StaticTask_t;

#ifdef __cplusplus
}
#endif

#endif

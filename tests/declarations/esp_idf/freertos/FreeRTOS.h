/**
 * @file FreeRTOS.h
 * @brief What the port uses of ESP-IDF's FreeRTOS, declared for the tests: exactly that, so that another call does
 *        not compile. It follows ESP-IDF 5.1 to 5.5, whose StackType_t is a byte and whose critical sections take a spinlock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef INC_FREERTOS_H
#define INC_FREERTOS_H

#include <stddef.h>
#include <stdint.h>

typedef uint8_t StackType_t;      /**< @brief A byte of a stack. */
typedef int BaseType_t;           /**< @brief The processor's word. */
typedef unsigned int UBaseType_t; /**< @brief The same, unsigned. */
typedef uint32_t TickType_t;      /**< @brief Counts ticks. */

#define pdFALSE ((BaseType_t)0)       /**< @brief No, in the kernel's type. */
#define configMINIMAL_STACK_SIZE 1536 /**< @brief The least stack of a task in bytes. */

/** @brief A task's function. */
typedef void (*TaskFunction_t)(void *);

/** @brief Memory of a task's control block. */
typedef struct xSTATIC_TCB {
    uintptr_t words[88]; /**< @brief The implementation's. */
} StaticTask_t;

/** @brief A spinlock. */
typedef struct {
    uint32_t owner; /**< @brief The core that has it; 0 is none that is possible. */
    uint32_t count; /**< @brief How often it was taken. */
} portMUX_TYPE;

/** @brief portMUX_INITIALIZE(). */
void spinlock_initialize(portMUX_TYPE *lock);
/** @brief portENTER_CRITICAL_SAFE(). */
void vPortEnterCriticalSafe(portMUX_TYPE *mux);
/** @brief portEXIT_CRITICAL_SAFE(). */
void vPortExitCriticalSafe(portMUX_TYPE *mux);
/** @brief Whether this core serves an interrupt. */
BaseType_t xPortInIsrContext(void);

/** @brief Makes a spinlock that is free. */
#define portMUX_INITIALIZE(mux) spinlock_initialize(mux)
/** @brief Begins a critical section, of a task or of an interrupt. */
#define portENTER_CRITICAL_SAFE(mux) vPortEnterCriticalSafe(mux)
/** @brief Ends it. */
#define portEXIT_CRITICAL_SAFE(mux) vPortExitCriticalSafe(mux)

#endif

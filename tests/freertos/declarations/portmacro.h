/**
 * @file portmacro.h
 * @brief What a port of the kernel defines for its processor, as far as the library uses it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PORTMACRO_H
#define PORTMACRO_H

typedef uintptr_t StackType_t;     /**< @brief A word of a stack. */
typedef long BaseType_t;           /**< @brief The processor's word. */
typedef unsigned long UBaseType_t; /**< @brief The same, unsigned. */

#if configTICK_TYPE_WIDTH_IN_BITS == TICK_TYPE_WIDTH_16_BITS
typedef uint16_t TickType_t; /**< @brief Counts ticks. */
#define portMAX_DELAY ((TickType_t)UINT16_MAX)
#elif configTICK_TYPE_WIDTH_IN_BITS == TICK_TYPE_WIDTH_32_BITS
typedef uint32_t TickType_t; /**< @brief Counts ticks. */
#define portMAX_DELAY ((TickType_t)UINT32_MAX)
#else
typedef uint64_t TickType_t; /**< @brief Counts ticks. */
#define portMAX_DELAY ((TickType_t)UINT64_MAX)
#endif

/** @brief taskENTER_CRITICAL(). */
void vPortEnterCritical(void);
/** @brief taskEXIT_CRITICAL(). */
void vPortExitCritical(void);
/** @brief taskENTER_CRITICAL_FROM_ISR(). @return what the other one needs. */
UBaseType_t ulPortSetInterruptMask(void);
/** @brief taskEXIT_CRITICAL_FROM_ISR(). @param mask from there. */
void vPortClearInterruptMask(UBaseType_t mask);
/** @brief Requests a switch of tasks at the end of the interrupt. @param is_due pdFALSE: no. */
void vPortYieldFromISR(BaseType_t is_due);
/** @brief Whether an interrupt is being served. The kernel's ports for Arm Cortex-M have it. */
BaseType_t xPortIsInsideInterrupt(void);

/** @brief As in every port. */
#define portYIELD_FROM_ISR(is_due) vPortYieldFromISR(is_due)
/** @brief The compiler keeps the order of what is before and after it. */
#define portMEMORY_BARRIER() __asm__ volatile("" ::: "memory")

#endif

/**
 * @file freertos_system.h
 * @brief What the port has to know of the kernel and its processor, and what its files share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_FREERTOS_SYSTEM_H
#define PTK_FREERTOS_SYSTEM_H

#include <FreeRTOS.h>
#include <stdint.h>
#include <task.h>

#if configSUPPORT_STATIC_ALLOCATION != 1
#error "FreeRTOSConfig.h: ptk needs configSUPPORT_STATIC_ALLOCATION 1"
#endif

/**
 * @def PTK_IN_INTERRUPT
 * @brief Whether an interrupt is being served. FreeRTOSConfig.h can define it for its processor.
 *
 * The kernel offers that on Arm Cortex-M alone. Elsewhere the application knows how: a counter that its interrupts
 * count up at their beginning and down at their end, for example.
 */
#ifndef PTK_IN_INTERRUPT
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define PTK_IN_INTERRUPT() (xPortIsInsideInterrupt() != pdFALSE)
#else
#error "FreeRTOSConfig.h has to define PTK_IN_INTERRUPT() for this processor, see docs/embedded.md"
#endif
#endif

/**
 * @def PTK_THREAD_PRIORITY
 * @brief The priority of the tasks that ptk_event_loop_thread_start() makes. FreeRTOSConfig.h can define it.
 */
#ifndef PTK_THREAD_PRIORITY
#define PTK_THREAD_PRIORITY (tskIDLE_PRIORITY + 1)
#endif

/**
 * @brief Begins a critical section, of a task or of an interrupt. Before the scheduler runs too. They do not nest in an
 *        interrupt.
 * @return what ptk_critical_exit() needs.
 */
UBaseType_t ptk_critical_enter(void);

/** @brief Ends a critical section. @param mask from ptk_critical_enter(). */
void ptk_critical_exit(UBaseType_t mask);

/** @brief The kernel's ticks since it began, in 64 bits. Any task. */
uint64_t ptk_kernel_ticks(void);

/** @brief What the clock says at a tick, in ns. @param ticks from ptk_kernel_ticks(). */
uint64_t ptk_ticks_to_ns(uint64_t ticks);

/**
 * @brief How many ticks to wait for the clock to reach a deadline: not fewer and not more, but at most a bounded number.
 * @param deadline_ns in ns; 0 does not wait, UINT64_MAX waits without a limit.
 */
TickType_t ptk_wait_ticks(uint64_t deadline_ns);

#endif

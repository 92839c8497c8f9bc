/**
 * @file FreeRTOSConfig.h
 * @brief Configures the kernel's calls on a processor without a system: a tick of 1 ms and one task.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configTICK_RATE_HZ 1000
#define configTICK_TYPE_WIDTH_IN_BITS TICK_TYPE_WIDTH_32_BITS
#define configSUPPORT_STATIC_ALLOCATION 1
#define configMINIMAL_STACK_SIZE 64
/* There is one task, so no thread of the library. */
#define INCLUDE_eTaskGetState 0
#define INCLUDE_vTaskDelete 0
#define INCLUDE_vTaskSuspend 0

#if defined(__riscv)
/** @brief How many interrupts are being served: the trap handler counts. */
extern volatile unsigned bare_interrupts;
#define PTK_IN_INTERRUPT() (bare_interrupts != 0)
#endif

#endif

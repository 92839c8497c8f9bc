/**
 * @file FreeRTOSConfig.h
 * @brief Configures the kernel's calls on POSIX threads: a tick of 1 ms, and what the port can use.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#include <stdbool.h>

#define configTICK_RATE_HZ 1000
#define configTICK_TYPE_WIDTH_IN_BITS TICK_TYPE_WIDTH_32_BITS
#define configSUPPORT_STATIC_ALLOCATION 1
#define configMINIMAL_STACK_SIZE 64
#define configNUMBER_OF_CORES 2 /* threads run at the same time */
#define INCLUDE_eTaskGetState 1
#define INCLUDE_vTaskDelete 1
#define INCLUDE_vTaskSuspend 1

/** @brief Whether the calling thread stands for an interrupt; it does between hosted_interrupt() calls. */
bool hosted_in_interrupt(void);
/** @brief The calling thread stands for an interrupt from now on, or for a task. @param is_interrupt which. */
void hosted_interrupt(bool is_interrupt);

#define PTK_IN_INTERRUPT() hosted_in_interrupt()

#endif

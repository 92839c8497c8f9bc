/**
 * @file FreeRTOSConfig.h
 * @brief Configures the kernel that a test controls: the compiler's command line has the tick's rate and width.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configTICK_RATE_HZ ((TickType_t)CONTROLLED_RATE)
#define configTICK_TYPE_WIDTH_IN_BITS CONTROLLED_WIDTH
#define configSUPPORT_STATIC_ALLOCATION 1
#define configMINIMAL_STACK_SIZE 64
#define INCLUDE_eTaskGetState 0
#define INCLUDE_vTaskDelete 0
#define INCLUDE_vTaskSuspend 0

#define PTK_IN_INTERRUPT() (xPortIsInsideInterrupt() != pdFALSE)

#endif

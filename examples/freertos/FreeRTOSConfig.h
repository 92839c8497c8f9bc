/**
 * @file FreeRTOSConfig.h
 * @brief Configures the kernel for the example: what the library needs, and what lwIP's sys_arch.c does.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

/* The processor: a Cortex-M3 with 3 bits of priority. */
#define configCPU_CLOCK_HZ 25000000
#define configTICK_RATE_HZ 1000
#define configTICK_TYPE_WIDTH_IN_BITS TICK_TYPE_WIDTH_32_BITS
#define configPRIO_BITS 3
#define configKERNEL_INTERRUPT_PRIORITY (7 << (8 - configPRIO_BITS))
#define configMAX_SYSCALL_INTERRUPT_PRIORITY (5 << (8 - configPRIO_BITS)) /* interrupts that raise: 5 to 7 */
#define vPortSVCHandler SVC_Handler
#define xPortPendSVHandler PendSV_Handler
#define xPortSysTickHandler SysTick_Handler

/* What ptk needs. */
#define configSUPPORT_STATIC_ALLOCATION 1
#define INCLUDE_vTaskDelay 1
#define INCLUDE_xTaskGetCurrentTaskHandle 1
#define INCLUDE_vTaskSuspend 1 /* these three for ptk_event_loop_thread_start() alone */
#define INCLUDE_vTaskDelete 1
#define INCLUDE_eTaskGetState 1

/* What lwIP's contrib/ports/freertos/sys_arch.c needs: it allocates its semaphores and queues. */
#define configSUPPORT_DYNAMIC_ALLOCATION 1
#ifndef configTOTAL_HEAP_SIZE
#define configTOTAL_HEAP_SIZE (32 * 1024)
#endif
#define configUSE_MUTEXES 1
#define configUSE_RECURSIVE_MUTEXES 1
#define configUSE_COUNTING_SEMAPHORES 1
#define INCLUDE_xTaskGetSchedulerState 1

#define configUSE_PREEMPTION 1
#define configMAX_PRIORITIES 7
#define configMINIMAL_STACK_SIZE 128
#define configUSE_IDLE_HOOK 0
#define configUSE_TICK_HOOK 0
#define configKERNEL_PROVIDED_STATIC_MEMORY 1
#define configCHECK_FOR_STACK_OVERFLOW 2

/** @brief Ends the program. @param file where. @param line where. */
void board_failed(const char *file, int line);
#define configASSERT(condition)                                                                                        \
    if (!(condition)) {                                                                                                \
        board_failed(__FILE__, __LINE__);                                                                              \
    }

#endif

/**
 * @file controlled_kernel.c
 * @brief The kernel's calls for a test that controls them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "controlled_kernel.h"

controlled_kernel_t controlled;

void vTaskSetTimeOutState(TimeOut_t *now) {
    const unsigned bits = 8 * sizeof(TickType_t);

    now->xTimeOnEntering = (TickType_t)controlled.ticks;
    now->xOverflowCount = (BaseType_t)(controlled.ticks >> (bits - 1) >> 1);
}

BaseType_t xPortIsInsideInterrupt(void) {
    return controlled.in_interrupt ? pdTRUE : pdFALSE;
}

TaskHandle_t xTaskGetCurrentTaskHandle(void) {
    return controlled.task;
}

void vTaskDelay(TickType_t ticks) {
    controlled.delayed += (uint32_t)ticks;
}

void vPortEnterCritical(void) {
    controlled.entered++;
}

void vPortExitCritical(void) {
    controlled.left++;
}

UBaseType_t ulPortSetInterruptMask(void) {
    controlled.masked++;
    return controlled.mask;
}

void vPortClearInterruptMask(UBaseType_t mask) {
    controlled.unmasked = mask;
}

void vPortYieldFromISR(BaseType_t is_due) {
    controlled.switches += is_due != pdFALSE;
}

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *memory) {
    return (SemaphoreHandle_t)(void *)memory;
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks) {
    (void)semaphore;
    controlled.taken++;
    controlled.waited = ticks;
    return controlled.is_given ? pdTRUE : pdFALSE;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore) {
    (void)semaphore;
    controlled.given++;
    return pdTRUE;
}

BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t semaphore, BaseType_t *is_switch_due) {
    (void)semaphore;
    controlled.given_by_isr++;
    *is_switch_due = controlled.is_switch_due ? pdTRUE : *is_switch_due;
    return pdTRUE;
}

void vSemaphoreDelete(SemaphoreHandle_t semaphore) {
    (void)semaphore;
}

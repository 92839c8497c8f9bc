/**
 * @file bare_kernel.c
 * @brief The kernel's calls with one task, which runs main(), and the timer's interrupt. A call that FreeRTOS does not allow
 *        where it is made ends the program.
 *
 * SPDX-License-Identifier: MIT
 */
#include <FreeRTOS.h>
#include <semphr.h>
#include <task.h>

#include "bare_machine.h"
#include "stand_in.h"

/** @brief A semaphore, in the memory of the caller. */
struct QueueDefinition {
    volatile bool is_given; /**< @brief Whether it can be taken. */
};

static volatile TickType_t ticks;     /**< @brief Since the start. */
static volatile BaseType_t overflows; /**< @brief How often they began again at 0. */
static uint32_t interrupts_per_tick;  /**< @brief More than 1 while the timer is faster than the tick. */
static uint32_t interrupts;           /**< @brief Since the last tick. */
static void (*volatile hook)(void);   /**< @brief What each interrupt calls, or NULL. */
static UBaseType_t nesting;           /**< @brief Of critical sections of the task. */

/** @brief Ends the program if a call is not made where it may be. */
static void must_be_in_interrupt(bool wanted) {
    if (bare_in_interrupt() != wanted) {
        bare_fail(wanted ? "a call for interrupts in the task" : "a call for tasks in an interrupt");
    }
}

/* ------------------------------------------------------------------------------------------------ interrupts */

BaseType_t xPortIsInsideInterrupt(void) {
    return bare_in_interrupt() ? pdTRUE : pdFALSE;
}

void vPortEnterCritical(void) {
    must_be_in_interrupt(false);
    (void)bare_mask();
    nesting++;
}

void vPortExitCritical(void) {
    must_be_in_interrupt(false);
    if (nesting == 0) {
        bare_fail("a critical section ends that has not begun");
    }
    nesting--;
    bare_unmask(nesting != 0);
}

UBaseType_t ulPortSetInterruptMask(void) {
    must_be_in_interrupt(true);
    return bare_mask() ? 1 : 0;
}

void vPortClearInterruptMask(UBaseType_t mask) {
    must_be_in_interrupt(true);
    bare_unmask(mask != 0);
}

void vPortYieldFromISR(BaseType_t is_due) {
    must_be_in_interrupt(true);
    (void)is_due; /* there is one task */
}

void bare_tick(void) {
    interrupts++;
    if (interrupts >= interrupts_per_tick) {
        interrupts = 0;
        ticks++;
        if (ticks == 0) {
            overflows++;
        }
    }
    if (hook != NULL) {
        hook();
    }
}

void stand_in_interrupts(void (*function)(void)) {
    const uint32_t faster = 20;

    vPortEnterCritical();
    hook = function;
    interrupts = 0;
    interrupts_per_tick = function != NULL ? faster : 1;
    bare_start_timer(configTICK_RATE_HZ * interrupts_per_tick);
    vPortExitCritical();
}

/* ------------------------------------------------------------------------------------------------ the task */

TaskHandle_t xTaskGetCurrentTaskHandle(void) {
    return (TaskHandle_t)(void *)&nesting; /* any address will do */
}

void vTaskSetTimeOutState(TimeOut_t *now) {
    vPortEnterCritical();
    now->xOverflowCount = overflows;
    now->xTimeOnEntering = ticks;
    vPortExitCritical();
}

void vTaskDelay(TickType_t count) {
    const TickType_t begun = ticks;

    must_be_in_interrupt(false);
    while ((TickType_t)(ticks - begun) < count) {
        bare_wait_for_interrupt();
    }
}

/* ------------------------------------------------------------------------------------------------ semaphores */

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *memory) {
    SemaphoreHandle_t semaphore = (SemaphoreHandle_t)(void *)memory;

    must_be_in_interrupt(false);
    if (memory != NULL) {
        semaphore->is_given = false;
    }
    return semaphore;
}

void vSemaphoreDelete(SemaphoreHandle_t semaphore) {
    must_be_in_interrupt(false);
    (void)semaphore;
}

/** @brief Takes a semaphore if it is given. @param semaphore the semaphore. @param waits whether to wait for an interrupt
 *  otherwise, which cannot come between the look and the wait. @return whether it was taken. */
static bool take(SemaphoreHandle_t semaphore, bool waits) {
    vPortEnterCritical();
    bool is_taken = semaphore->is_given;
    semaphore->is_given = false;
    if (!is_taken && waits) {
        bare_wait_for_interrupt();
    }
    vPortExitCritical();
    return is_taken;
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t count) {
    const TickType_t begun = ticks;

    if (nesting != 0) {
        bare_fail("a wait in a critical section");
    }
    for (;;) {
        bool is_over = count != portMAX_DELAY && (TickType_t)(ticks - begun) >= count;
        if (take(semaphore, !is_over)) {
            return pdTRUE;
        }
        if (is_over) {
            return pdFALSE;
        }
    }
}

/** @brief Gives a semaphore. @return pdFALSE when it was given already. */
static BaseType_t give(SemaphoreHandle_t semaphore) {
    bool was_masked = bare_mask();
    BaseType_t result = semaphore->is_given ? pdFALSE : pdTRUE;
    semaphore->is_given = true;
    bare_unmask(was_masked);
    return result;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore) {
    must_be_in_interrupt(false);
    return give(semaphore);
}

BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t semaphore, BaseType_t *is_switch_due) {
    must_be_in_interrupt(true);
    *is_switch_due = pdTRUE;
    return give(semaphore);
}

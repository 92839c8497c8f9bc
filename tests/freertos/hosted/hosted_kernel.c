/**
 * @file hosted_kernel.c
 * @brief The kernel's calls on POSIX threads, with a real tick of 1 ms, so that the port runs inside a Linux process.
 *
 * A task is a thread; so is an interrupt, see hosted_interrupt(). One recursive mutex stands for the masking of
 * interrupts. The tick is the monotonic clock in ms since the first call, and a timed wait ends with a tick. Priorities
 * mean nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include <FreeRTOS.h>
#include <pthread.h>
#include <semphr.h>
#include <stdlib.h>
#include <task.h>
#include <time.h>

#include "stand_in.h"

#define NS_PER_TICK (1000000000 / configTICK_RATE_HZ)
#define NS_PER_S 1000000000

/** @brief A semaphore, in the memory of the caller. */
struct QueueDefinition {
    pthread_cond_t given; /**< @brief Signalled with each give. */
    bool is_given;        /**< @brief Whether it can be taken. */
};

/** @brief A task, in the memory of the caller. */
struct tskTaskControlBlock {
    TaskFunction_t function; /**< @brief What it runs. */
    void *argument;          /**< @brief Its argument. */
    pthread_t thread;        /**< @brief The thread that it is. */
    bool is_suspended;       /**< @brief It waits to be deleted. */
    bool is_deleted;         /**< @brief It has to end. */
};

/** @brief An array of size -1 where the memory of the declarations does not do. */
typedef char semaphore_fits[sizeof(struct QueueDefinition) <= sizeof(StaticSemaphore_t) ? 1 : -1];
/** @brief The same of a task. */
typedef char task_fits[sizeof(struct tskTaskControlBlock) <= sizeof(StaticTask_t) ? 1 : -1];

static pthread_once_t once = PTHREAD_ONCE_INIT;                /**< @brief For begin(). */
static pthread_mutex_t kernel;                                 /**< @brief The masking of interrupts. */
static pthread_mutex_t waiting = PTHREAD_MUTEX_INITIALIZER;    /**< @brief Guards semaphores and tasks. */
static pthread_cond_t task_changed = PTHREAD_COND_INITIALIZER; /**< @brief A task was suspended or deleted. */
static struct timespec begun;                                  /**< @brief When the ticks began. */
static __thread struct tskTaskControlBlock *current;           /**< @brief The calling task. */
static __thread struct tskTaskControlBlock foreign; /**< @brief Stands for a thread that is no task of the kernel. */
static __thread bool is_interrupt;                  /**< @brief See hosted_interrupt(). */

/** @brief Ends the program if a call of the system fails, which none of these can. */
static void must(int result) {
    if (result != 0) {
        abort();
    }
}

/** @brief Makes the mutex and begins the ticks. */
static void begin(void) {
    pthread_mutexattr_t attributes;

    must(pthread_mutexattr_init(&attributes));
    must(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE));
    must(pthread_mutex_init(&kernel, &attributes));
    must(pthread_mutexattr_destroy(&attributes));
    must(clock_gettime(CLOCK_MONOTONIC, &begun));
}

/* ------------------------------------------------------------------------------------------------ interrupts */

bool hosted_in_interrupt(void) {
    return is_interrupt;
}

void hosted_interrupt(bool begins) {
    is_interrupt = begins;
}

BaseType_t xPortIsInsideInterrupt(void) {
    return is_interrupt ? pdTRUE : pdFALSE;
}

void vPortEnterCritical(void) {
    must(pthread_once(&once, begin));
    must(pthread_mutex_lock(&kernel));
}

void vPortExitCritical(void) {
    must(pthread_mutex_unlock(&kernel));
}

UBaseType_t ulPortSetInterruptMask(void) {
    vPortEnterCritical();
    return 1;
}

void vPortClearInterruptMask(UBaseType_t mask) {
    if (mask != 1) {
        abort(); /* not what ulPortSetInterruptMask() has returned */
    }
    vPortExitCritical();
}

void vPortYieldFromISR(BaseType_t is_due) {
    (void)is_due; /* the threads run by themselves */
}

static pthread_t interrupt_thread;       /**< @brief Makes the interrupts of stand_in_interrupts(). */
static void (*interrupt_function)(void); /**< @brief What it calls, or NULL. Under waiting. */

/** @brief The thread: an interrupt every 50 us or so. */
static void *interrupt_main(void *argument) {
    const struct timespec pause = {0, 50000};

    (void)argument;
    is_interrupt = true;
    for (;;) {
        must(pthread_mutex_lock(&waiting));
        void (*function)(void) = interrupt_function;
        must(pthread_mutex_unlock(&waiting));
        if (function == NULL) {
            return NULL;
        }
        function();
        (void)nanosleep(&pause, NULL);
    }
}

void stand_in_interrupts(void (*function)(void)) {
    must(pthread_mutex_lock(&waiting));
    bool was_running = interrupt_function != NULL;
    interrupt_function = function;
    must(pthread_mutex_unlock(&waiting));
    if (function != NULL && !was_running) {
        must(pthread_create(&interrupt_thread, NULL, interrupt_main, NULL));
    } else if (function == NULL && was_running) {
        must(pthread_join(interrupt_thread, NULL));
    }
}

/* ------------------------------------------------------------------------------------------------ time */

/** @brief The number of ticks since the first call. */
static uint64_t tick_count(void) {
    struct timespec now;

    must(pthread_once(&once, begin));
    must(clock_gettime(CLOCK_MONOTONIC, &now));
    int64_t ns = (int64_t)(now.tv_sec - begun.tv_sec) * NS_PER_S + (now.tv_nsec - begun.tv_nsec);
    return (uint64_t)ns / NS_PER_TICK;
}

/** @brief When a tick comes. @param tick its number. */
static struct timespec time_of(uint64_t tick) {
    uint64_t ns = (uint64_t)begun.tv_nsec + tick % configTICK_RATE_HZ * NS_PER_TICK;
    struct timespec at = begun;

    at.tv_sec += (time_t)(tick / configTICK_RATE_HZ + ns / NS_PER_S);
    at.tv_nsec = (long)(ns % NS_PER_S);
    return at;
}

void vTaskSetTimeOutState(TimeOut_t *now) {
    uint64_t ticks = tick_count();

    now->xOverflowCount = (BaseType_t)(ticks >> 32);
    now->xTimeOnEntering = (TickType_t)ticks;
}

void vTaskDelay(TickType_t ticks) {
    struct timespec until = time_of(tick_count() + ticks);

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {
    }
}

/* ------------------------------------------------------------------------------------------------ semaphores */

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *memory) {
    SemaphoreHandle_t semaphore = (SemaphoreHandle_t)(void *)memory;
    pthread_condattr_t attributes;

    if (memory != NULL) {
        must(pthread_condattr_init(&attributes));
        must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
        must(pthread_cond_init(&semaphore->given, &attributes));
        must(pthread_condattr_destroy(&attributes));
        semaphore->is_given = false;
    }
    return semaphore;
}

void vSemaphoreDelete(SemaphoreHandle_t semaphore) {
    must(pthread_cond_destroy(&semaphore->given));
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks) {
    struct timespec until = time_of(tick_count() + ticks);
    int result = 0;

    if (is_interrupt) {
        abort(); /* it may block */
    }
    must(pthread_mutex_lock(&waiting));
    while (!semaphore->is_given && ticks != 0 && result == 0) {
        result = ticks == portMAX_DELAY ? pthread_cond_wait(&semaphore->given, &waiting)
                                        : pthread_cond_timedwait(&semaphore->given, &waiting, &until);
    }
    bool is_taken = semaphore->is_given;
    semaphore->is_given = false;
    must(pthread_mutex_unlock(&waiting));
    return is_taken ? pdTRUE : pdFALSE;
}

/** @brief Gives a semaphore. @return pdFALSE when it was given already. */
static BaseType_t give(SemaphoreHandle_t semaphore) {
    must(pthread_mutex_lock(&waiting));
    BaseType_t result = semaphore->is_given ? pdFALSE : pdTRUE;
    semaphore->is_given = true;
    must(pthread_cond_signal(&semaphore->given));
    must(pthread_mutex_unlock(&waiting));
    return result;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore) {
    if (is_interrupt) {
        abort();
    }
    return give(semaphore);
}

BaseType_t xSemaphoreGiveFromISR(SemaphoreHandle_t semaphore, BaseType_t *is_switch_due) {
    if (!is_interrupt) {
        abort();
    }
    BaseType_t result = give(semaphore);
    if (result != pdFALSE) {
        *is_switch_due = pdTRUE;
    }
    return result;
}

/* ------------------------------------------------------------------------------------------------ tasks */

TaskHandle_t xTaskGetCurrentTaskHandle(void) {
    return current != NULL ? current : &foreign;
}

/** @brief What a task's thread runs. */
static void *task_main(void *argument) {
    current = (struct tskTaskControlBlock *)argument;
    current->function(current->argument);
    abort(); /* a task must not return */
}

TaskHandle_t xTaskCreateStatic(TaskFunction_t function, const char *name, uint32_t depth, void *argument,
                               UBaseType_t priority, StackType_t *stack, StaticTask_t *memory) {
    struct tskTaskControlBlock *task = (struct tskTaskControlBlock *)(void *)memory;

    (void)name;
    (void)depth; /* a thread of the system needs a larger stack, which it makes */
    (void)priority;
    if (stack == NULL || task == NULL) {
        return NULL;
    }
    task->function = function;
    task->argument = argument;
    task->is_suspended = false;
    task->is_deleted = false;
    must(pthread_mutex_lock(&waiting));
    must(pthread_create(&task->thread, NULL, task_main, task));
    must(pthread_mutex_unlock(&waiting));
    return task;
}

void vTaskSuspend(TaskHandle_t task) {
    if (task != NULL || current == NULL) {
        abort(); /* only what the port needs: a task suspends itself, until it is deleted */
    }
    must(pthread_mutex_lock(&waiting));
    current->is_suspended = true;
    while (!current->is_deleted) {
        must(pthread_cond_wait(&task_changed, &waiting));
    }
    must(pthread_mutex_unlock(&waiting));
    pthread_exit(NULL);
}

eTaskState eTaskGetState(TaskHandle_t task) {
    must(pthread_mutex_lock(&waiting));
    eTaskState state = task->is_suspended ? eSuspended : eRunning;
    must(pthread_mutex_unlock(&waiting));
    return state;
}

void vTaskDelete(TaskHandle_t task) {
    if (task == NULL) {
        abort();
    }
    must(pthread_mutex_lock(&waiting));
    if (!task->is_suspended) {
        abort();
    }
    task->is_deleted = true;
    must(pthread_cond_broadcast(&task_changed));
    must(pthread_mutex_unlock(&waiting));
    must(pthread_join(task->thread, NULL));
}

/**
 * @file controlled_kernel.h
 * @brief A kernel whose time and answers a test sets, and which counts how it is called.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONTROLLED_KERNEL_H
#define CONTROLLED_KERNEL_H

#include "harness.h"

#include <protocol_toolkit.h>

/** @brief What the tests set and read. */
typedef struct controlled_kernel {
    uint64_t ticks;        /**< @brief Since the start; what is beyond the width of a tick has overflowed. */
    TaskHandle_t task;     /**< @brief Who is calling. */
    bool in_interrupt;     /**< @brief Whether an interrupt is served. */
    UBaseType_t mask;      /**< @brief What masking interrupts in an interrupt returns. */
    UBaseType_t unmasked;  /**< @brief What was given back the last time. */
    uint32_t entered;      /**< @brief Critical sections of tasks that were begun. */
    uint32_t left;         /**< @brief And ended. */
    uint32_t masked;       /**< @brief Critical sections of interrupts that were begun. */
    uint32_t given;        /**< @brief Calls that gave the semaphore. */
    uint32_t given_by_isr; /**< @brief The same of interrupts. */
    uint32_t switches;     /**< @brief Requested switches of tasks. */
    bool is_switch_due;    /**< @brief Whether giving it in an interrupt has to end with one. */
    uint32_t taken;        /**< @brief Calls that took it. */
    TickType_t waited;     /**< @brief For how long the last one would have waited. */
    bool is_given;         /**< @brief Whether taking it works. */
    uint32_t delayed;      /**< @brief Ticks for which tasks have slept. */
} controlled_kernel_t;

/** @brief The one that there is. */
extern controlled_kernel_t controlled;

#endif

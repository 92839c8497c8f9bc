/**
 * @file irq.h
 * @brief Of NuttX 13.0.1: critical sections. From its documentation, "Critical Sections".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_IRQ_H
#define DECLARATIONS_NUTTX_IRQ_H

#include <stdbool.h>

/** @brief The state of the interrupts; its type is the processor's. */
typedef unsigned long irqstate_t;

/** @brief Disables interrupts. @return what leave_critical_section() takes. */
irqstate_t enter_critical_section(void);

/** @brief Restores the interrupts. @param flags their state. */
void leave_critical_section(irqstate_t flags);

/** @brief Whether the caller is an interrupt. */
bool up_interrupt_context(void);

#endif

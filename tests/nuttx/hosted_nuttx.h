/**
 * @file hosted_nuttx.h
 * @brief What tests may do with the stand-in for NuttX's kernel.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOSTED_NUTTX_H
#define HOSTED_NUTTX_H

/** @brief Calls a function as an interrupt would: up_interrupt_context() is true meanwhile. @param function what. @param
 *  argument its argument. */
void hosted_interrupt(void (*function)(void *argument), void *argument);

/** @brief Keeps the worker from beginning with the next item, or lets it go on and waits until it has nothing to do. @param is_held whether. */
void hosted_hold_worker(int is_held);

#endif

/**
 * @file stand_in.h
 * @brief What both implementations of the kernel's calls offer to tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef STAND_IN_H
#define STAND_IN_H

/**
 * @brief Has a function called in an interrupt, again and again and much more often than the tick comes.
 * @param function what is called; NULL ends it, and then it is not called any more.
 */
void stand_in_interrupts(void (*function)(void));

#endif

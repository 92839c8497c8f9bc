/**
 * @file bare_machine.h
 * @brief What the kernel's calls need of the processor and its machine, and what those give back.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BARE_MACHINE_H
#define BARE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/** @brief Masks interrupts. @return whether they were masked before. */
bool bare_mask(void);

/** @brief Ends that. @param was_masked from bare_mask(). */
void bare_unmask(bool was_masked);

/** @brief Waits until an interrupt is pending, also while they are masked. */
void bare_wait_for_interrupt(void);

/** @brief Whether an interrupt is being served. */
bool bare_in_interrupt(void);

/** @brief Begins the interrupts of the timer, or changes how often they come. @param per_second how often. */
void bare_start_timer(uint32_t per_second);

/** @brief Asks the debugger, which is QEMU, for something. @param operation its number in Arm's specification of
 *  semihosting. @param argument its argument. @return its result. */
intptr_t bare_semihosting(uintptr_t operation, const void *argument);

/** @brief Writes text to the output of QEMU. @param text zero-terminated. */
void bare_print(const char *text);

/** @brief Ends QEMU. @param status its exit status. */
__attribute__((noreturn)) void bare_exit(int status);

/** @brief Says what is wrong and ends QEMU. @param text zero-terminated. */
__attribute__((noreturn)) void bare_fail(const char *text);

/** @brief Given by the kernel: what the timer's interrupt calls. */
void bare_tick(void);

/** @brief Given by the program: runs with interrupts on. @return the exit status. */
int main(void);

/** @brief What starts the program in C: copies data, clears memory, runs main() and ends with its result. */
void bare_run(void);

#endif

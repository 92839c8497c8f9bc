/**
 * @file board.h
 * @brief The board of the example: an Arm MPS2 with AN385, a Cortex-M3, as QEMU has it (-M mps2-an385).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/** @brief Writes a text to UART 0. @param text zero-terminated. */
void board_print(const char *text);

/** @brief Ends QEMU, if it was started with -semihosting. @param status its exit status: 0, or 1 for all others. */
void board_exit(int status);

/** @brief Ends the program after a failed assertion. @param file where, or what. @param line where. */
void board_failed(const char *file, int line);

/**
 * @brief Has a function called by the interrupt of timer 0.
 * @param function what the interrupt calls, at a priority from which the kernel may be called; NULL ends it.
 * @param cycles clock cycles between two calls.
 */
void board_timer(void (*function)(void), uint32_t cycles);

/** @brief Has a function called by the interrupt of Ethernet. @param function as for the timer, but not NULL. */
void board_ethernet(void (*function)(void));

#endif

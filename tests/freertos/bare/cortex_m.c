/**
 * @file cortex_m.c
 * @brief A Cortex-M: the vectors, SysTick and semihosting.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bare_machine.h"

/** @brief SysTick's registers (Armv7-M and Armv6-M architecture reference manuals, B3.3). */
#define SYST_CSR (*(volatile uint32_t *)0xE000E010)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018)

extern uint8_t bare_stack_top[]; /**< @brief Of the linker script. */

/** @brief Where the processor begins. */
void bare_start(void);

void bare_start(void) {
    (void)bare_mask();
    bare_run();
}

/** @brief Any exception that is not expected. */
static void on_fault(void) {
    bare_fail("a fault");
}

/** @brief The first words of the flash, as the processor wants them. */
typedef struct vectors {
    const void *stack;                  /**< @brief The stack pointer. */
    void (*const exceptions[15])(void); /**< @brief Reset, faults and calls; the last one is SysTick. */
} vectors_t;

/** @brief In front of all code. */
#define BARE_FIRST __attribute__((used, section(".bare_first")))

/** @brief The vectors: nothing but SysTick is expected. */
BARE_FIRST static const vectors_t vectors = {bare_stack_top,
                                             {bare_start, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault,
                                              on_fault, on_fault, on_fault, on_fault, on_fault, on_fault, on_fault,
                                              bare_tick}};

bool bare_mask(void) {
    uint32_t primask;
    __asm__ volatile("mrs %0, primask\n cpsid i" : "=r"(primask)::"memory");
    return primask != 0;
}

void bare_unmask(bool was_masked) {
    if (!was_masked) {
        __asm__ volatile("cpsie i" ::: "memory");
    }
}

void bare_wait_for_interrupt(void) {
    __asm__ volatile("wfi" ::: "memory");
}

bool bare_in_interrupt(void) {
    uint32_t number;
    __asm__ volatile("mrs %0, ipsr" : "=r"(number));
    return number != 0;
}

void bare_start_timer(uint32_t per_second) {
    SYST_RVR = BARE_CLOCK_HZ / per_second - 1;
    SYST_CVR = 0;
    SYST_CSR = 7; /* the processor's clock, with interrupts */
}

intptr_t bare_semihosting(uintptr_t operation, const void *argument) {
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return (intptr_t)r0;
}

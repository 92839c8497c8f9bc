/**
 * @file riscv.c
 * @brief A RISC-V of 32 bits in machine mode: the trap handler, the timer of QEMU's machine virt, and semihosting.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bare_machine.h"

/** @brief The timer of QEMU's CLINT: 64 bits, in two words. */
#define MTIMECMP ((volatile uint32_t *)0x02004000)
#define MTIME ((volatile uint32_t *)0x0200BFF8)

/** @brief Bits of status registers (RISC-V privileged specification, 3.1). */
enum { MSTATUS_MIE = 8, MIE_MTIE = 128 };
/** @brief mcause of the timer's interrupt. */
#define MCAUSE_TIMER 0x80000007u

extern volatile unsigned bare_interrupts;
volatile unsigned bare_interrupts;

static uint32_t period; /**< @brief Of the timer, in its own ticks. */

/** @brief Where the processor begins. */
void bare_start(void);

/** @brief It is the first code, and makes no use of a stack. */
#define BARE_FIRST __attribute__((naked, used, section(".bare_first")))

BARE_FIRST void bare_start(void) {
    __asm__ volatile(".option push\n"
                     ".option norelax\n"
                     "la gp, __global_pointer$\n"
                     ".option pop\n"
                     "la sp, bare_stack_top\n"
                     "j bare_run\n");
}

/** @brief The time in the timer's ticks. */
static uint64_t timer_now(void) {
    uint32_t high;
    uint32_t low;
    do {
        high = MTIME[1];
        low = MTIME[0];
    } while (high != MTIME[1]);
    return ((uint64_t)high << 32) | low;
}

/** @brief When the next interrupt comes. */
static void set_timer(uint64_t at) {
    MTIMECMP[1] = UINT32_MAX; /* none comes in between */
    MTIMECMP[0] = (uint32_t)at;
    MTIMECMP[1] = (uint32_t)(at >> 32);
}

/** @brief Serves an interrupt; the compiler saves what it uses. Ends with a fault. */
__attribute__((interrupt, aligned(4))) static void on_trap(void) {
    uint32_t cause;
    __asm__ volatile("csrr %0, mcause" : "=r"(cause));
    if (cause != MCAUSE_TIMER) {
        bare_fail("a fault");
    }
    bare_interrupts++;
    bare_tick();
    set_timer(timer_now() + period); /* not one period after the last: the task has to get on */
    bare_interrupts--;
}

bool bare_mask(void) {
    uint32_t status;
    __asm__ volatile("csrrci %0, mstatus, 8" : "=r"(status)::"memory");
    return (status & MSTATUS_MIE) == 0;
}

void bare_unmask(bool was_masked) {
    if (!was_masked) {
        __asm__ volatile("csrsi mstatus, 8" ::: "memory");
    }
}

void bare_wait_for_interrupt(void) {
    __asm__ volatile("wfi" ::: "memory");
}

bool bare_in_interrupt(void) {
    return bare_interrupts != 0;
}

void bare_start_timer(uint32_t per_second) {
    bool was_masked = bare_mask();
    period = BARE_CLOCK_HZ / per_second;
    set_timer(timer_now() + period);
    __asm__ volatile("csrw mtvec, %0" ::"r"(on_trap));
    __asm__ volatile("csrs mie, %0" ::"r"(MIE_MTIE));
    bare_unmask(was_masked);
}

/* The three instructions are how QEMU tells it from a breakpoint (RISC-V semihosting specification); none is compressed. */
intptr_t bare_semihosting(uintptr_t operation, const void *argument) {
    register uintptr_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n"
                     ".option norvc\n"
                     ".balign 16\n"
                     "slli zero, zero, 0x1f\n"
                     "ebreak\n"
                     "srai zero, zero, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return (intptr_t)a0;
}

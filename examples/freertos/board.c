/**
 * @file board.c
 * @brief The board of the example: where the processor begins, its vectors, a UART and a timer.
 *
 * Arm's application note AN385 has the addresses: CMSDK UART 0 at 0x40004000, CMSDK timer 0 at 0x40000000 on interrupt 8,
 * Ethernet on interrupt 13.
 *
 * SPDX-License-Identifier: MIT
 */
#include "board.h"

#include <FreeRTOS.h>
#include <stddef.h>
#include <string.h>

/** @brief A register. */
#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART_DATA REGISTER(0x40004000)     /**< @brief Data. */
#define UART_STATE REGISTER(0x40004004)    /**< @brief Bit 0: the transmitter is full. */
#define UART_CONTROL REGISTER(0x40004008)  /**< @brief Bit 0: the transmitter is on. */
#define UART_DIVIDER REGISTER(0x40004010)  /**< @brief Cycles for each bit. */
#define TIMER_CONTROL REGISTER(0x40000000) /**< @brief Bit 0: on, bit 3: interrupts. */
#define TIMER_VALUE REGISTER(0x40000004)   /**< @brief Counts down. */
#define TIMER_RELOAD REGISTER(0x40000008)  /**< @brief Where it begins again. */
#define TIMER_CLEAR REGISTER(0x4000000C)   /**< @brief Ends the interrupt. */
#define NVIC_ENABLE REGISTER(0xE000E100)   /**< @brief Interrupts 0 to 31. */
#define TIMER_INTERRUPT 8                  /**< @brief Timer 0's. */
#define ETHERNET_INTERRUPT 13              /**< @brief Ethernet's. */
/** @brief The priority of an interrupt. */
#define NVIC_PRIORITY(number) (*(volatile uint8_t *)(0xE000E400u + (number)))

extern uint32_t board_stack_top[];                                /**< @brief Of the linker script. */
extern uint8_t board_data_load[], board_data[], board_data_end[]; /**< @brief Of the linker script. */
extern uint8_t board_bss[], board_bss_end[];                      /**< @brief Of the linker script. */

static void (*timer_function)(void);    /**< @brief What the timer's interrupt calls. */
static void (*ethernet_function)(void); /**< @brief What the interrupt of Ethernet calls. */

/** @brief The program. */
int main(void);
void SVC_Handler(void);     /**< @brief The kernel's. */
void PendSV_Handler(void);  /**< @brief The kernel's. */
void SysTick_Handler(void); /**< @brief The kernel's. */

/** @brief Where the processor begins. */
void board_start(void);

void board_start(void) {
    memcpy(board_data, board_data_load, (uintptr_t)board_data_end - (uintptr_t)board_data);
    memset(board_bss, 0, (uintptr_t)board_bss_end - (uintptr_t)board_bss);
    UART_DIVIDER = 16;
    UART_CONTROL = 1;
    board_exit(main());
}

/** @brief Any exception that is not expected. */
static void on_fault(void) {
    board_failed("a fault", 0);
}

/** @brief Timer 0. */
static void on_timer(void) {
    TIMER_CLEAR = 1;
    if (timer_function != NULL) {
        timer_function();
    }
}

/** @brief Ethernet. */
static void on_ethernet(void) {
    ethernet_function();
}

/** @brief An entry of the vectors. */
typedef void (*vector_t)(void);

/** @brief The vectors: in front of all code. */
__attribute__((used, section(".vectors"))) static const vector_t vectors[16 + ETHERNET_INTERRUPT + 1] = {
    (vector_t)board_stack_top,
    board_start,
    on_fault,
    on_fault,
    on_fault,
    on_fault,
    on_fault,
    [11] = SVC_Handler,
    [14] = PendSV_Handler,
    [15] = SysTick_Handler,
    [16 + TIMER_INTERRUPT] = on_timer,
    [16 + ETHERNET_INTERRUPT] = on_ethernet,
};

void board_print(const char *text) {
    for (; *text != '\0'; text++) {
        while ((UART_STATE & 1) != 0) {
        }
        UART_DATA = (uint8_t)*text;
    }
}

void board_exit(int status) {
    /* Semihosting, SYS_EXIT: 0x20026 is a program that ended by itself. */
    register uint32_t operation __asm__("r0") = 0x18;
    uint32_t code = status == 0 ? 0x20026 : 0x20023;
    register uint32_t reason __asm__("r1") = code;
    __asm__ volatile("bkpt 0xAB" ::"r"(operation), "r"(reason) : "memory");
    for (;;) {
    }
}

void board_failed(const char *file, int line) {
    char digits[12];
    size_t at = sizeof digits - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + line % 10);
        line /= 10;
    } while (line > 0 && at > 0);
    board_print("FAILED: ");
    board_print(file);
    board_print(" ");
    board_print(&digits[at]);
    board_print("\n");
    board_exit(1);
}

void board_timer(void (*function)(void), uint32_t cycles) {
    TIMER_CONTROL = 0;
    timer_function = function;
    if (function != NULL) {
        NVIC_PRIORITY(TIMER_INTERRUPT) = configMAX_SYSCALL_INTERRUPT_PRIORITY;
        TIMER_RELOAD = cycles;
        TIMER_VALUE = cycles;
        NVIC_ENABLE = 1u << TIMER_INTERRUPT;
        TIMER_CONTROL = 9;
    }
}

void board_ethernet(void (*function)(void)) {
    ethernet_function = function;
    NVIC_PRIORITY(ETHERNET_INTERRUPT) = configMAX_SYSCALL_INTERRUPT_PRIORITY;
    NVIC_ENABLE = 1u << ETHERNET_INTERRUPT;
}

/** @brief The kernel's hook. @param task the task. @param name its name. */
void vApplicationStackOverflowHook(void *task, char *name);

void vApplicationStackOverflowHook(void *task, char *name) {
    (void)task;
    board_failed(name, 0);
}

/**
 * @file bare_machine.c
 * @brief What is the same on all machines: the start in C, and what QEMU does for the program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bare_machine.h"

#include <FreeRTOS.h>
#include <string.h>

/** @brief Operations of semihosting. */
enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };

/* Of the linker script. */
extern uint8_t bare_data_begin[]; /**< @brief Where data is. */
extern uint8_t bare_data_end[];   /**< @brief Its end. */
extern uint8_t bare_data_load[];  /**< @brief Where it was loaded. */
extern uint8_t bare_bss_begin[];  /**< @brief Where memory is that is 0 at first. */
extern uint8_t bare_bss_end[];    /**< @brief Its end. */

void bare_run(void) {
    memcpy(bare_data_begin, bare_data_load, (size_t)(bare_data_end - bare_data_begin));
    memset(bare_bss_begin, 0, (size_t)(bare_bss_end - bare_bss_begin));
    bare_start_timer(configTICK_RATE_HZ);
    bare_unmask(false);
    bare_exit(main());
}

void bare_print(const char *text) {
    (void)bare_semihosting(SYS_WRITE0, text);
}

void bare_exit(int status) {
    const uintptr_t argument[2] = {0x20026, (uintptr_t)status}; /* ADP_Stopped_ApplicationExit */
    for (;;) {
        (void)bare_semihosting(SYS_EXIT_EXTENDED, argument);
    }
}

void bare_fail(const char *text) {
    bare_print("FAILED: ");
    bare_print(text);
    bare_print("\n");
    bare_exit(3);
}

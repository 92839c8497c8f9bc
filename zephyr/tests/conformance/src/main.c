/**
 * @file main.c
 * @brief The conformance suite as a program of Zephyr.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#if defined(CONFIG_ARCH_POSIX)
/** @brief In place of the library's: on native_sim no time passes while a program computes, and the suite waits for time
 *  to pass in loops that ask for it. @return the time in ns. */
uint64_t ptk_port_now_ns(void);

uint64_t ptk_port_now_ns(void) {
    if (!k_is_in_isr()) {
        k_busy_wait(10);
    }
    return k_ticks_to_ns_floor64((uint64_t)k_uptime_ticks() + 1);
}
#endif

void harness_print(const char *text) {
    printk("%s", text);
}

bool harness_carries_multicast(uint32_t index) {
    (void)index;
    return false;
}

/** @brief Runs the suite. @return see harness_main(). */
int main(void) {
    return harness_main(suite_tables, NULL);
}

/**
 * @file hosted_lwip.c
 * @brief main() and the output of a program of tests whose sockets are lwIP's, inside a process of this machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"
#include "lwip_network.h"

#include <stdio.h>

void harness_print(const char *text) {
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}

/* The loopback interface is its first one, and joins groups. */
bool harness_carries_multicast(uint32_t index) {
    return index == 1;
}

/** @brief Starts lwIP and runs the suite. @param argument_count at most 2. @param arguments a test or a subject.
 *  @return see harness_main(). */
int main(int argument_count, char **arguments) {
    lwip_network_start();
    return harness_main(suite_tables, argument_count > 1 ? arguments[1] : NULL);
}

/**
 * @file defects_zephyr_hosted.c
 * @brief What the port for Zephyr does not ask of Linux, where the tests run it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief What Linux reports, core does not look for. */
#define NO_ICMP "Zephyr has no ICMP errors of UDP, so its port says that there are none"

/** @brief The list. */
static const harness_defect_t defects[] = {
    {"udp_refused.reported_once_by_the_event", NO_ICMP},
    {"udp_refused.taken_by_another_handler", NO_ICMP},
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return defects;
}

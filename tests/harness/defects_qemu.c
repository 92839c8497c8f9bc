/**
 * @file defects_qemu.c
 * @brief What qemu-user 7.2 does otherwise than the Linux below it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief The list. */
static const harness_defect_t defects[] = {
    /* No datagram of the second group arrives; the first group's do, and natively both. */
    {"multicast.only_what_it_has_joined_ipv4", "qemu-user 7.2 loses a multicast option of a second socket"},
    {"multicast.only_what_it_has_joined_ipv6", "qemu-user 7.2 loses a multicast option of a second socket"},
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return defects;
}

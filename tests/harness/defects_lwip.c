/**
 * @file defects_lwip.c
 * @brief What lwIP does otherwise than the tests want, whatever the library does.
 *        tests/freertos/hosted/plain_lwip.c shows each by lwIP alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <stddef.h>

/** @brief The defects. */
static const harness_defect_t defects[] = {
    {"udp_refused", "lwIP reports ICMP errors to no UDP socket"},
    {"multicast.only_what_it_has_joined_ipv4", "lwIP delivers the groups that any socket has joined to all sockets"},
    {"multicast.scope_names_the_interface", "lwIP lets a socket join a group twice"},
    {"multicast.to_a_group_ipv4", "lwIP lets a socket join a group twice"},
    {"multicast.to_a_group_ipv6", "lwIP has no option that chooses the interface for groups of IPv6"},
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return defects;
}

/**
 * @file machine_windows.c
 * @brief Facts of a machine with Windows that tests ask for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <string.h>
#include <windows.h>

/** @brief What plain Winsock programs show of Wine 8.0, where a real Windows is as the tests want it. */
static const struct {
    const char *test;
    const char *defect;
} wine_defects[] = {
    {"tcp.address_in_use_leaves_the_socket_new", "Wine binds UDP sockets to addresses that the machine does not have"},
    {"tcp_close.calls_after_a_reset", "Wine's recv() reports nearly half of the resets as the end of the stream"},
    {"broken.writer_learns_later", "Wine's recv() reports nearly half of the resets as the end of the stream"},
    {"multicast.only_what_it_has_joined_ipv4", "Wine's sockets get what is sent to groups that others have joined"},
    {"multicast.only_what_it_has_joined_ipv6", "Wine's sockets get what is sent to groups that others have joined"},
    {"udp_refused.reported_once_by_receive", "Wine's recv() does not report ICMP errors"},
    {"udp_refused.reported_once_by_the_event", "Wine's UDP sockets are never ready again after an ICMP error"},
    {"udp_refused.taken_by_another_handler", "Wine's UDP sockets are never ready again after an ICMP error"},
};

const char *harness_defect(const char *test) {
    if (GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(wine_defects) / sizeof(wine_defects[0]); i++) {
        if (strcmp(test, wine_defects[i].test) == 0) {
            return wine_defects[i].defect;
        }
    }
    return NULL;
}

bool harness_carries_multicast(uint32_t index) {
    (void)index;
    return false;
}

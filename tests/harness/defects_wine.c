/**
 * @file defects_wine.c
 * @brief What plain Winsock programs show of Wine 8.0, where a real Windows is as the tests want it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <windows.h>

/** @brief The defects of Wine, and the end of a list. */
static const harness_defect_t wine_defects[] = {
    {"tcp.address_in_use_leaves_the_socket_new", "Wine binds UDP sockets to addresses that the machine does not have"},
    {"tcp_close.calls_after_a_reset", "Wine's recv() reports nearly half of the resets as the end of the stream"},
    {"broken.writer_learns_later", "Wine's recv() reports nearly half of the resets as the end of the stream"},
    {"multicast.only_what_it_has_joined_ipv4", "Wine's sockets get what is sent to groups that others have joined"},
    {"multicast.only_what_it_has_joined_ipv6", "Wine's sockets get what is sent to groups that others have joined"},
    {"udp_refused.reported_once_by_receive", "Wine's recv() does not report ICMP errors"},
    {"udp_refused.reported_once_by_the_event", "Wine's UDP sockets are never ready again after an ICMP error"},
    {"udp_refused.taken_by_another_handler", "Wine's UDP sockets are never ready again after an ICMP error"},
    {NULL, NULL},
};
/** @brief Windows has none. */
static const harness_defect_t no_defects[] = {{NULL, NULL}};

const harness_defect_t *harness_defects(void) {
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") == NULL ? no_defects : wine_defects;
}

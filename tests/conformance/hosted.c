/* What a hosted system supplies for the suite: output, main(), facts of the machine. SPDX-License-Identifier: MIT */
#if !defined(_WIN32)
#define _GNU_SOURCE /* getifaddrs(3), IFF_MULTICAST */
#endif
#include "suite.h"

#include <stdio.h>

#if defined(_WIN32)
#include <string.h>
#include <windows.h>

/* What plain Winsock programs show of Wine 8.0, where a real Windows is as the tests want it. */
static const struct {
    const char *test;
    const char *defect;
} wine_defects[] = {
    {"tcp.address_in_use_leaves_the_socket_new", "Wine binds UDP sockets to addresses that the machine does not have"},
    {"tcp_close.calls_after_a_reset", "Wine's recv() tells nearly half of the resets as the end of the stream"},
    {"broken.writer_learns_later", "Wine's recv() tells nearly half of the resets as the end of the stream"},
    {"udp.refused_is_reported_once_by_receive", "Wine's recv() does not tell ICMP errors"},
    {"udp.refused_is_reported_once_by_the_event", "Wine's UDP sockets are never ready again after an ICMP error"},
    {"udp.refused_taken_by_another_handler", "Wine's UDP sockets are never ready again after an ICMP error"},
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

bool harness_has_multicast(bool ipv6) {
    (void)ipv6;
    return false;
}
#else
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/types.h>

const char *harness_defect(const char *test) {
    (void)test;
    return NULL;
}

bool harness_has_multicast(bool ipv6) {
    const unsigned wanted = IFF_UP | IFF_MULTICAST;
    struct ifaddrs *all;
    bool found = false;

    if (getifaddrs(&all) != 0) {
        return false;
    }
    for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
        if (one->ifa_addr != NULL && one->ifa_addr->sa_family == (ipv6 ? AF_INET6 : AF_INET) &&
            (one->ifa_flags & wanted) == wanted) {
            found = true;
        }
    }
    freeifaddrs(all);
    return found;
}
#endif

void harness_print(const char *text) {
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}

int main(int argument_count, char **arguments) {
    return harness_main(suite_tables, argument_count > 1 ? arguments[1] : NULL);
}

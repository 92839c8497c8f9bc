/* What a hosted system supplies for the suite: output, main(), facts of the machine. SPDX-License-Identifier: MIT */
#if !defined(_WIN32)
#define _GNU_SOURCE /* struct ifreq, IFF_MULTICAST */
#endif
#include "harness.h"

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
    {"multicast.only_what_it_has_joined_ipv4", "Wine's sockets get what is sent to groups that others have joined"},
    {"multicast.only_what_it_has_joined_ipv6", "Wine's sockets get what is sent to groups that others have joined"},
    {"udp_refused.reported_once_by_receive", "Wine's recv() does not tell ICMP errors"},
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
#else
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

const char *harness_defect(const char *test) {
    (void)test;
    return NULL;
}

/* Not by getifaddrs(3): under qemu-user 7.2 musl's never returns on a big-endian processor. */
bool harness_carries_multicast(uint32_t index) {
    const int wanted = IFF_UP | IFF_MULTICAST;
    const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request;
    bool carries;

    memset(&request, 0, sizeof(request));
    carries = descriptor >= 0 && if_indextoname(index, request.ifr_name) != NULL &&
              ioctl(descriptor, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & wanted) == wanted;
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return carries;
}
#endif

void harness_print(const char *text) {
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}

int main(int argument_count, char **arguments) {
    return harness_main(suite_tables, argument_count > 1 ? arguments[1] : NULL);
}

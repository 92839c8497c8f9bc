/**
 * @file machine_posix.c
 * @brief Facts of a machine with POSIX sockets that tests ask for.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* struct ifreq, IFF_MULTICAST */
#include "harness.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Not by getifaddrs(3): under qemu-user 7.2 musl's never returns on a big-endian processor. */
bool harness_carries_multicast(uint32_t index) {
    const int wanted = IFF_UP | IFF_MULTICAST;
    const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request;

    memset(&request, 0, sizeof(request));
    bool carries = descriptor >= 0 && if_indextoname(index, request.ifr_name) != NULL &&
                   ioctl(descriptor, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & wanted) == wanted;
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    return carries;
}

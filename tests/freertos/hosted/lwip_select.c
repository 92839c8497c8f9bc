/**
 * @file lwip_select.c
 * @brief lwip_select() by lwip_poll(): the levels that both report are the same counters of lwIP.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lwip_select.h"

#include <lwip/sockets.h>
#include <poll.h>
#include <stdbool.h>

/** @brief Takes a descriptor out of a set if it is not ready. @return 1 if it is in the set and ready. */
static int keep(fd_set *set, int descriptor, bool is_ready) {
    const bool is_member = FD_ISSET(descriptor, set);

    if (is_member && !is_ready) {
        FD_CLR(descriptor, set);
    }
    return is_member && is_ready ? 1 : 0;
}

int lwip_select(int limit, fd_set *readable, fd_set *writable, fd_set *failed, struct timeval *timeout) {
    struct pollfd entries[FD_SETSIZE];
    nfds_t used = 0;
    int count = 0;

    for (int descriptor = 0; descriptor < limit; descriptor++) {
        if (FD_ISSET(descriptor, readable) || FD_ISSET(descriptor, writable) || FD_ISSET(descriptor, failed)) {
            entries[used].fd = descriptor;
            entries[used].events =
                (short)((FD_ISSET(descriptor, readable) ? POLLIN : 0) | (FD_ISSET(descriptor, writable) ? POLLOUT : 0));
            entries[used].revents = 0;
            used++;
        }
    }
    const int result = lwip_poll(entries, used, (int)(timeout->tv_sec * 1000 + timeout->tv_usec / 1000));
    if (result < 0) {
        return result;
    }
    for (nfds_t i = 0; i < used; i++) {
        count += keep(readable, entries[i].fd, (entries[i].revents & POLLIN) != 0);
        count += keep(writable, entries[i].fd, (entries[i].revents & POLLOUT) != 0);
        count += keep(failed, entries[i].fd, (entries[i].revents & POLLERR) != 0);
    }
    return count;
}

/* The calls that fail on purpose, those of the Linux port alone. SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "failing_calls.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

FAILING_CALL(accept4, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(epoll_create1, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(epoll_ctl, ENOSPC, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)
FAILING_CALL(epoll_wait, EFAULT, PTK_ERR_SYSTEM, true)
FAILING_CALL(eventfd, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)

WRAP(int, accept4, (int fd, struct sockaddr *address, socklen_t *length, int flags), (fd, address, length, flags))
WRAP(int, epoll_create1, (int flags), (flags))
WRAP(int, epoll_wait, (int poller, struct epoll_event *events, int room, int timeout), (poller, events, room, timeout))
WRAP(int, eventfd, (unsigned int initial, int flags), (initial, flags))

int __real_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event);
int __wrap_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event);

/* A descriptor that is registered can always be removed, so removal does not fail here either. */
int __wrap_epoll_ctl(int poller, int operation, int fd, struct epoll_event *event) {
    return operation != EPOLL_CTL_DEL && failing_call_fails(&call_epoll_ctl)
               ? -1
               : __real_epoll_ctl(poller, operation, fd, event);
}

const harness_test_t platform_failure_tests[] = {
    EVERY(accept4), EVERY(epoll_create1), EVERY(epoll_ctl), EVERY(epoll_wait), EVERY(eventfd), {NULL, NULL},
};

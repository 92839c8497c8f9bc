/* The calls that fail on purpose, those of the kqueue port alone: kevent() as a whole, and a single change that it refuses.
   SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "failing_calls.h"

#include <errno.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <time.h>

FAILING_CALL(accept4, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(kqueue, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(kevent, EFAULT, PTK_ERR_SYSTEM, true)
FAILING_CALL(change, ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)

WRAP(int, accept4, (int fd, struct sockaddr *address, socklen_t *length, int flags), (fd, address, length, flags))
WRAP(int, kqueue, (void), ())

int __real_kevent(int poller, const struct kevent *changes, int change_count, struct kevent *events, int room,
                  const struct timespec *timeout);
int __wrap_kevent(int poller, const struct kevent *changes, int change_count, struct kevent *events, int room,
                  const struct timespec *timeout);

/* Whether something is to be watched: what is less than that does not fail on any system. */
static bool adds(const struct kevent *change) {
    return (change->flags & EV_ADD) != 0;
}

/* kqueue(2): a change that is refused is told in place of an event, all others are made, and there is no waiting then. */
static int refuse(int poller, struct kevent refused, const struct kevent *changes, int count, struct kevent *events) {
    const struct timespec no_wait = {0, 0};
    int result = 1;

    refused.data = errno;
    for (int i = 0; i < count; i++) {
        if (changes[i].ident != refused.ident || changes[i].filter != refused.filter) {
            result = __real_kevent(poller, &changes[i], 1, NULL, 0, &no_wait) < 0 ? -1 : result;
        }
    }
    refused.flags = EV_ERROR;
    events[0] = refused;
    return result;
}

int __wrap_kevent(int poller, const struct kevent *changes, int change_count, struct kevent *events, int room,
                  const struct timespec *timeout) {
    const bool fails = change_count == 0 || (changes[0].flags & EV_DELETE) == 0;

    if (fails && failing_call_fails(&call_kevent)) {
        return -1;
    }
    for (int i = 0; room > 0 && i < change_count; i++) {
        if (adds(&changes[i]) && failing_call_fails(&call_change)) {
            return refuse(poller, changes[i], changes, change_count, events);
        }
    }
    return __real_kevent(poller, changes, change_count, events, room, timeout);
}

const harness_test_t platform_failure_tests[] = {
    EVERY(accept4),
    EVERY(kqueue),
    EVERY(kevent),
    EVERY(change),
    {"failures.a_stack_that_begins_within_a_page", a_stack_that_begins_within_a_page},
    {NULL, NULL},
};

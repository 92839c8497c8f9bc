/**
 * @file failing_calls_bsd.c
 * @brief The calls that fail on purpose, those of the kqueue port alone: kevent() as a whole, and a single change
 *        that it refuses.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include "failing_calls.h"
#include "kqueue_calls.h"

#include <errno.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <time.h>

/** @brief What each call fails with. */
FAILING_CALL(accept4, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(kqueue, EMFILE, PTK_ERR_OUT_OF_DESCRIPTORS, true)
FAILING_CALL(kevent, EFAULT, PTK_ERR_SYSTEM, true)
FAILING_CALL(change, ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY, true)

/** @brief The wrappers. The library's calls come here. */
WRAP_TWO(int, accept4, accept_refused, (int fd, struct sockaddr *address, socklen_t *length, int flags),
         (fd, address, length, flags))
/** @brief The wrappers. The library's calls come here. */
WRAP(int, kqueue, (void), ())

int __real_kevent(int poller, const struct kevent *changes, int change_count, struct kevent *events, int room,
                  const struct timespec *timeout);
int __wrap_kevent(int poller, const struct kevent *changes, int change_count, struct kevent *events, int room,
                  const struct timespec *timeout);

kqueue_calls_t kqueue_calls = {-1, 0};

/** @brief Counts, and finds the change that is refused. Its index, or the number of changes. */
static int look_at(const struct kevent *changes, int count) {
    int refused = count;

    for (int i = 0; i < count; i++) {
        const bool asks = (changes[i].flags & (EV_ADD | EV_ENABLE)) != 0;
        kqueue_calls.asked_for_room += asks && changes[i].filter == EVFILT_WRITE;
        if (asks && (int64_t)changes[i].ident == kqueue_calls.refused && refused == count) {
            refused = i;
        }
    }
    return refused;
}

/** @brief Whether something is to be watched: what is less than that does not fail on any system. */
static bool adds(const struct kevent *change) {
    return (change->flags & EV_ADD) != 0;
}

/** @brief kqueue(2): a change that is refused is reported in place of an event, all others are made, and there is no
 *  waiting then. */
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
    const int refused = look_at(changes, change_count);
    if (refused < change_count && room == 0) { /* kqueue(2): without room for errors it stops at the first */
        const int made = refused == 0 ? 0 : __real_kevent(poller, changes, refused, NULL, 0, timeout);
        errno = made < 0 ? errno : ENOMEM;
        return -1;
    }
    for (int i = 0; room > 0 && i < change_count; i++) {
        if (adds(&changes[i]) && (i == refused || failing_call_fails(&call_change))) {
            errno = ENOMEM;
            return refuse(poller, changes[i], changes, change_count, events);
        }
    }
    return __real_kevent(poller, changes, change_count, events, room, timeout);
}

const harness_test_t platform_calls_tests[] = {
    EVERY(accept4),
    EVERY(kqueue),
    EVERY(kevent),
    EVERY(change),
    {"failures.a_change_refused_among_many", a_change_refused_among_many},
    {"failures.a_refusal_is_reported_to_a_reader", a_refusal_is_reported_to_a_reader},
    {"failures.a_refusal_is_reported_to_a_writer", a_refusal_is_reported_to_a_writer},
    {"failures.a_refusal_is_reported_to_an_acceptor", a_refusal_is_reported_to_an_acceptor},
    {"failures.a_refusal_is_reported_to_a_receiver", a_refusal_is_reported_to_a_receiver},
    {"failures.room_is_asked_for_only_when_it_is_missing", room_is_asked_for_only_when_it_is_missing},
    {"failures.a_stack_that_begins_within_a_page", a_stack_that_begins_within_a_page},
    {NULL, NULL},
};

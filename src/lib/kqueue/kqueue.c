/**
 * @file kqueue.c
 * @brief Waiting on the BSDs and macOS: kqueue, woken by EVFILT_USER or, where that is missing, by a pipe.
 *
 * The kernel's user data leads to the socket by its handle, so an event that was queued for a socket that is gone leads
 * nowhere. Deadlines live in the timer slots: no kqueue timers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "core/static_assert.h"
#include "kqueue/kqueue.h"
#include "sockets/bsd_system.h"
#include "sockets/system_error.h"
#if !PTK_HAS_EVFILT_USER
#include "unix/posix_pipe.h"
#endif

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/** @brief Events that one wait fetches; more are fetched by the next pass, since nothing is lost in the kernel. */
#define MAX_EVENTS 64
/** @brief Nanoseconds of a second. */
#define NS_PER_S 1000000000u
/** @brief The longest wait, some systems refuse one of years; the pass after it waits again. */
#define MAX_WAIT_S 1000000u

PTK_STATIC_ASSERT(errors_fit, MAX_EVENTS >= PTK_KQUEUE_MAX_CHANGES);
PTK_STATIC_ASSERT(user_data, sizeof(((struct kevent *)0)->udata) == sizeof(uintptr_t));

/* ------------------------------------------------------------------------------------------------ wake-up */

#if PTK_HAS_EVFILT_USER
/** @brief Changes the event that wakes the loop. Its user data is that of no socket. */
static int change_waker(const ptk_platform_loop_t *loop, uint16_t flags, uint32_t filter_flags) {
    struct kevent change;
    memset(&change, 0, sizeof change);
    change.filter = EVFILT_USER;
    change.flags = flags;
    change.fflags = filter_flags;
    return kevent(loop->kqueue_descriptor, &change, 1, NULL, 0, NULL);
}

/** @brief Makes what wakes the loop. */
static ptk_err_t open_waker(ptk_platform_loop_t *loop) {
    return change_waker(loop, EV_ADD | EV_CLEAR, 0) == 0 ? PTK_ERR_OK : ptk_last_error();
}

/** @brief Undoes open_waker(). */
static void close_waker(const ptk_platform_loop_t *loop) {
    (void)loop; /* it goes with the kqueue */
}

/** @brief Resets it after a wake-up was reported. */
static void woken(const ptk_platform_loop_t *loop) {
    (void)loop; /* EV_CLEAR has reset it */
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    int saved = errno; /* a signal handler must leave it alone */
    int result;
    do {
        result = change_waker(loop, 0, NOTE_TRIGGER);
    } while (result < 0 && errno == EINTR);
    assert(result == 0); /* the event was added when the loop was made */
    errno = saved;
}
#else
/** @brief Makes what wakes the loop. */
static ptk_err_t open_waker(ptk_platform_loop_t *loop) {
    struct kevent change;
    ptk_err_t error = ptk_pipe_open(loop->wake_pipe);
    if (error != PTK_ERR_OK) {
        return error;
    }
    memset(&change, 0, sizeof change);
    change.ident = (uintptr_t)loop->wake_pipe[0];
    change.filter = EVFILT_READ;
    change.flags = EV_ADD;
    if (kevent(loop->kqueue_descriptor, &change, 1, NULL, 0, NULL) < 0) {
        error = ptk_last_error();
        ptk_pipe_close(loop->wake_pipe);
    }
    return error;
}

/** @brief Undoes open_waker(). */
static void close_waker(const ptk_platform_loop_t *loop) {
    ptk_pipe_close(loop->wake_pipe);
}

/** @brief Resets it after a wake-up was reported. */
static void woken(const ptk_platform_loop_t *loop) {
    ptk_pipe_drain(loop->wake_pipe[0]);
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    ptk_pipe_wake(loop->wake_pipe[1]);
}
#endif

/** @brief Whether an event is a wake-up. */
static bool is_wake_up(const ptk_platform_loop_t *loop, const struct kevent *event) {
#if PTK_HAS_EVFILT_USER
    (void)loop;
    return event->filter == EVFILT_USER;
#else
    return event->filter == EVFILT_READ && event->ident == (uintptr_t)loop->wake_pipe[0];
#endif
}

/* ------------------------------------------------------------------------------------------------ life */

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    memset(loop, 0, sizeof *loop);
    int descriptor = kqueue();
    if (descriptor < 0) {
        return ptk_last_error();
    }
    loop->kqueue_descriptor = descriptor;
    loop->process = (int32_t)getpid();
    /* For exec(2) by this process alone: a child made by fork(2) does not get the kqueue. */
    ptk_err_t error = fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 ? PTK_ERR_OK : ptk_last_error();
    if (error == PTK_ERR_OK) {
        error = open_waker(loop);
    }
    if (error != PTK_ERR_OK) {
        (void)close(descriptor);
    }
    return error;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    close_waker(loop);
    if (loop->process == (int32_t)getpid()) { /* in a child the number may be that of another file by now */
        (void)close(loop->kqueue_descriptor);
    }
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** @brief What kevent(2) takes: NULL for no limit. */
static const struct timespec *timeout_of(struct timespec *timeout, uint64_t now_ns, uint64_t deadline_ns) {
    uint64_t wait_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
    if (deadline_ns == UINT64_MAX) {
        return NULL;
    }
    if (wait_ns > (uint64_t)MAX_WAIT_S * NS_PER_S) {
        wait_ns = (uint64_t)MAX_WAIT_S * NS_PER_S;
    }
    timeout->tv_sec = (time_t)(wait_ns / NS_PER_S);
    timeout->tv_nsec = (long)(wait_ns % NS_PER_S);
    return timeout;
}

/** @brief Something arrived at a connection, or its stream has ended. */
static uint32_t readiness_of_stream(const struct kevent *event) {
    /* Neither data nor an end: an error that left both directions open, which a peek for the end finds. */
    bool has_ended = (event->flags & EV_EOF) != 0 || event->data == 0;
    /* A socket that has data, or an end, is connected, even if that is reported later. */
    bool has_come = event->data > 0 || (event->flags & EV_EOF) != 0;
    /* kqueue does not report urgent data: it may always be there. */
    return PTK_READY_READ | PTK_READY_URGENT | (has_ended ? PTK_READY_CLOSED : 0u) |
           (has_come ? PTK_READY_CONNECTED : 0u);
}

/** @brief Reports one event of kqueue to core. */
static void report(ptk_platform_loop_t *loop, const struct kevent *event) {
    ptk_handle_t handle;
    ptk_platform_socket_t *socket = ptk_kqueue_socket(loop, event, &handle);
    uint8_t filter = event->filter == EVFILT_READ ? PTK_FILTER_READ : PTK_FILTER_WRITE;
    if (socket == NULL || (socket->interest & filter) == 0) {
        return; /* destroyed, or of no interest any more, after the kernel had queued the event */
    }
    bool has_edges = (socket->kind & PTK_KIND_EDGES) != 0;
    if (has_edges && filter == PTK_FILTER_WRITE) {
        ptk_kqueue_forget(socket, filter); /* as kqueue itself has done */
    }
    ptk_err_t error = PTK_ERR_OK;
    uint32_t readiness = filter == PTK_FILTER_WRITE ? PTK_READY_WRITE : PTK_READY_READ;
    if ((socket->kind & PTK_KIND_CONNECTION) != 0 && filter == PTK_FILTER_READ) {
        readiness = readiness_of_stream(event);
    }
    if ((event->flags & EV_EOF) != 0 && event->fflags != 0) {
        /* The direction is gone, and the flags are the socket's error, kqueue(2). A level is reported again while it is
         * asked for, as the end of what can be read. After an edge comes nothing that core does not know now. */
        socket->interest = has_edges ? 0 : socket->interest;
        error = ptk_pending_error_of(socket, (int)event->fflags);
    } else if (socket->kind == 0 && filter == PTK_FILTER_READ && event->data == 0) {
        /* Nothing to read is how kqueue reports an ICMP error; an empty datagram can look the same. */
        error = ptk_port_socket_error(socket);
    }
    ptk_port_report(loop, handle, error != PTK_ERR_OK && socket->kind == 0 ? 0 : readiness, error);
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    struct kevent events[MAX_EVENTS]; /* changes on the way in: kqueue(2) allows one array for both */
    struct timespec timeout;
    int poller = loop->kqueue_descriptor;
    uint16_t changes = ptk_kqueue_collect(loop, events);
    int count = kevent(poller, events, changes, events, MAX_EVENTS, timeout_of(&timeout, now_ns, deadline_ns));
    if (count >= 0 || errno == EINTR) {
        ptk_kqueue_settle(loop); /* interrupted or not, the changes were made before it began to wait */
    }
    while (count < 0 && errno == EINTR) {
        const struct timespec *rest = timeout_of(&timeout, ptk_port_now_ns(), deadline_ns);
        count = kevent(poller, NULL, 0, events, MAX_EVENTS, rest);
    }
    if (count < 0) {
        return ptk_last_error();
    }
    for (int i = 0; i < count; i++) {
        if ((events[i].flags & EV_ERROR) != 0) {
            ptk_kqueue_refused(loop, &events[i], (int)events[i].data);
        } else if (is_wake_up(loop, &events[i])) {
            woken(loop);
        } else {
            report(loop, &events[i]);
        }
    }
    return PTK_ERR_OK;
}

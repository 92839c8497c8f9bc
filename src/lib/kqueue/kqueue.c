/**
 * @file kqueue.c
 * @brief Waiting on the BSDs and macOS: kqueue, woken by EVFILT_USER or, where that is missing, by a pipe.
 *
 * The kernel's user data leads to the socket by its handle, so an event that was queued for a socket that is gone finds
 * nobody. Deadlines live in the timer slots: no kqueue timers.
 */
#include "system_features.h"

#include "kqueue/kqueue.h"
#include "core/socket.h"
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

/** Events that one wait fetches; more are fetched by the next pass, since nothing is lost in the kernel. */
#define MAX_EVENTS 64
#define NS_PER_S 1000000000u
/** The longest wait, some systems refuse one of years; the pass after it waits again. */
#define MAX_WAIT_S 1000000u

/* Each is an array of size -1, which no compiler accepts, when the condition does not hold. */
typedef char ptk_assert_errors_fit[MAX_EVENTS >= PTK_KQUEUE_MAX_CHANGES ? 1 : -1];
typedef char ptk_assert_user_data[sizeof(((struct kevent *)0)->udata) == sizeof(uintptr_t) ? 1 : -1];

/* ------------------------------------------------------------------------------------------------ wake-up */

#if PTK_HAS_EVFILT_USER
/** Tells kqueue something of the event that wakes the loop. Its user data is that of no socket. */
static int change_waker(const ptk_event_loop_slot_t *loop, uint16_t flags, uint32_t filter_flags) {
    struct kevent change;
    memset(&change, 0, sizeof change);
    change.filter = EVFILT_USER;
    change.flags = flags;
    change.fflags = filter_flags;
    return kevent(loop->platform.kqueue_descriptor, &change, 1, NULL, 0, NULL);
}

static ptk_err_t open_waker(ptk_event_loop_slot_t *loop) {
    return change_waker(loop, EV_ADD | EV_CLEAR, 0) == 0 ? PTK_ERR_OK : ptk_last_error();
}

static void close_waker(const ptk_event_loop_slot_t *loop) {
    (void)loop; /* it goes with the kqueue */
}

static void woken(const ptk_event_loop_slot_t *loop) {
    (void)loop; /* EV_CLEAR has reset it */
}

void ptk_port_poller_wake(ptk_event_loop_slot_t *loop) {
    int saved = errno; /* a signal handler must leave it alone */
    int result;
    do {
        result = change_waker(loop, 0, NOTE_TRIGGER);
    } while (result < 0 && errno == EINTR);
    assert(result == 0); /* the event was added when the loop was made */
    errno = saved;
}
#else
static ptk_err_t open_waker(ptk_event_loop_slot_t *loop) {
    struct kevent change;
    ptk_err_t error = ptk_pipe_open(loop->platform.wake_pipe);
    if (error != PTK_ERR_OK) {
        return error;
    }
    memset(&change, 0, sizeof change);
    change.ident = (uintptr_t)loop->platform.wake_pipe[0];
    change.filter = EVFILT_READ;
    change.flags = EV_ADD;
    if (kevent(loop->platform.kqueue_descriptor, &change, 1, NULL, 0, NULL) < 0) {
        error = ptk_last_error();
        ptk_pipe_close(loop->platform.wake_pipe);
    }
    return error;
}

static void close_waker(const ptk_event_loop_slot_t *loop) {
    ptk_pipe_close(loop->platform.wake_pipe);
}

static void woken(const ptk_event_loop_slot_t *loop) {
    ptk_pipe_drain(loop->platform.wake_pipe[0]);
}

void ptk_port_poller_wake(ptk_event_loop_slot_t *loop) {
    ptk_pipe_wake(loop->platform.wake_pipe[1]);
}
#endif

static bool is_wake_up(const ptk_event_loop_slot_t *loop, const struct kevent *event) {
#if PTK_HAS_EVFILT_USER
    (void)loop;
    return event->filter == EVFILT_USER;
#else
    return event->filter == EVFILT_READ && event->ident == (uintptr_t)loop->platform.wake_pipe[0];
#endif
}

/* ------------------------------------------------------------------------------------------------ life */

ptk_err_t ptk_port_poller_open(ptk_event_loop_slot_t *loop) {
    memset(&loop->platform, 0, sizeof loop->platform);
    int descriptor = kqueue();
    if (descriptor < 0) {
        return ptk_last_error();
    }
    loop->platform.kqueue_descriptor = descriptor;
    loop->platform.process = (int32_t)getpid();
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

void ptk_port_poller_close(ptk_event_loop_slot_t *loop) {
    close_waker(loop);
    if (loop->platform.process == (int32_t)getpid()) { /* in a child the number may be that of another file by now */
        (void)close(loop->platform.kqueue_descriptor);
    }
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** What kevent(2) takes: NULL for no limit. */
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

/** Nothing to read is how kqueue tells of an ICMP error; an empty datagram can look the same. */
static void report_datagram(ptk_event_loop_slot_t *loop, ptk_socket_internal_t *socket, const struct kevent *event) {
    ptk_err_t error = event->data == 0 ? ptk_port_socket_error(&socket->platform) : PTK_ERR_OK;
    if (error != PTK_ERR_OK) {
        ptk_socket_report_error(loop, socket->base.handle, error);
        return;
    }
    ptk_socket_report(loop, socket->base.handle, PTK_READY_READ);
}

/** Something arrived at a connection, or its stream has ended. */
static void report_stream(ptk_event_loop_slot_t *loop, ptk_socket_internal_t *socket, const struct kevent *event) {
    /* Nothing to read and no end either: an error that left both directions open, which a look at the end shows. */
    bool has_ended = (event->flags & EV_EOF) != 0 || event->data == 0;
    /* Who gets data, or an end, is connected, even if that is told behind it. */
    bool has_come = event->data > 0 || (event->flags & EV_EOF) != 0;
    bool is_connected = has_come && ptk_socket_state(socket) == PTK_SOCKET_CONNECTING;
    uint32_t readiness = PTK_READY_READ | (has_ended ? PTK_READY_CLOSED : 0u) | (is_connected ? PTK_READY_WRITE : 0u);
    readiness |= PTK_READY_URGENT; /* kqueue does not report urgent data: it may always be there */
    ptk_socket_report(loop, socket->base.handle, readiness);
}

static void report(ptk_event_loop_slot_t *loop, const struct kevent *event) {
    ptk_socket_internal_t *socket = ptk_kqueue_socket(loop, event);
    uint8_t filter = event->filter == EVFILT_READ ? PTK_FILTER_READ : PTK_FILTER_WRITE;
    if (socket == NULL || (socket->platform.interest & filter) == 0) {
        return; /* destroyed, or of no interest any more, after the kernel had queued the event */
    }
    if (ptk_kqueue_has_edges(socket) && filter == PTK_FILTER_WRITE) {
        ptk_kqueue_forget(socket, filter); /* as kqueue itself has done */
    }
    if ((event->flags & EV_EOF) != 0 && event->fflags != 0 && socket->error == PTK_ERR_OK) {
        /* The direction is gone, and the flags are the socket's error, kqueue(2). A level is told again while it is asked
         * for: the next time as the end of what can be read. Behind an edge comes nothing that core is not told now. */
        socket->platform.interest = ptk_kqueue_has_edges(socket) ? 0 : socket->platform.interest;
        ptk_err_t error = ptk_pending_error_of(&socket->platform, (int)event->fflags);
        ptk_socket_report_error(loop, socket->base.handle, error);
    } else if (filter == PTK_FILTER_WRITE) {
        ptk_socket_report(loop, socket->base.handle, PTK_READY_WRITE);
    } else if (ptk_socket_is_connection(socket)) {
        report_stream(loop, socket, event);
    } else {
        report_datagram(loop, socket, event);
    }
}

ptk_err_t ptk_port_poller_wait(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    struct kevent events[MAX_EVENTS]; /* changes on the way in: kqueue(2) allows one array for both */
    struct timespec timeout;
    int poller = loop->platform.kqueue_descriptor;
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

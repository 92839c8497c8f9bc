/**
 * @file zsock_poll.c
 * @brief Waiting on Zephyr: zsock_poll() on the sockets and on a descriptor that stands for a signal of k_poll().
 *
 * Everything is a level here. A socket whose end or failure is known ends each wait at once, whatever is wanted of it, and
 * one of which only the failure is wanted ends none: the first is left out, and the second is looked at from time to time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_system.h"
#include "core/port.h"
#include "core/wait_time.h"

#include <stdarg.h>
#include <string.h>
#include <zephyr/sys/fdtable.h>

#if defined(PTK_ZEPHYR_HAS_ZVFS) /* since 3.7 they have other names */
#define reserve_descriptor zvfs_reserve_fd
#define finalize_descriptor zvfs_finalize_fd
#define free_descriptor zvfs_free_fd
#else
#define reserve_descriptor z_reserve_fd
#define finalize_descriptor z_finalize_fd
#define free_descriptor z_free_fd
#endif

#if defined(CONFIG_ZVFS_POLL_MAX)
/** @brief How many events one wait can have. */
#define MAX_EVENTS CONFIG_ZVFS_POLL_MAX
#else
#define MAX_EVENTS CONFIG_NET_SOCKETS_POLL_MAX
#endif

/** @brief The interval between two looks for failures that end no wait. */
#define LOOK_INTERVAL_MS 100

/* ------------------------------------------------------------------------------------------------ the signal */

/** @brief What zsock_poll() asks of the signal: how to wait for it, and whether it was raised. */
static int signal_control(void *object, unsigned int request, va_list arguments) {
    if (request != ZFD_IOCTL_POLL_PREPARE && request != ZFD_IOCTL_POLL_UPDATE) {
        return request == ZFD_IOCTL_SET_LOCK ? 0 : -EOPNOTSUPP;
    }
    struct zsock_pollfd *descriptor = va_arg(arguments, struct zsock_pollfd *);
    struct k_poll_event **event = va_arg(arguments, struct k_poll_event **);
    if (request == ZFD_IOCTL_POLL_UPDATE) {
        descriptor->revents |= (*event)->state != K_POLL_STATE_NOT_READY ? ZSOCK_POLLIN : 0;
    } else {
        const struct k_poll_event *end = va_arg(arguments, struct k_poll_event *);
        if (*event == end) {
            return -ENOMEM;
        }
        k_poll_event_init(*event, K_POLL_TYPE_SIGNAL, K_POLL_MODE_NOTIFY_ONLY, object);
    }
    (*event)++;
    return 0;
}

/** @brief Nothing is closed but the descriptor. */
static int signal_close(void *object) {
    (void)object;
    return 0;
}

/** @brief What the descriptor can do. */
static const struct fd_op_vtable signal_operations = {.close = signal_close, .ioctl = signal_control};

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    int descriptor = reserve_descriptor();
    if (descriptor < 0) {
        return PTK_ERR_OUT_OF_DESCRIPTORS;
    }
    k_poll_signal_init(&loop->signal);
    finalize_descriptor(descriptor, &loop->signal, &signal_operations);
    loop->wake_descriptor = descriptor;
    loop->events = 1;
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    free_descriptor(loop->wake_descriptor);
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    (void)k_poll_signal_raise(&loop->signal, 0);
}

/* ------------------------------------------------------------------------------------------------ waiting */

/**
 * @brief Whether a connection has ended in both directions, or an attempt has failed: there will be no room any more, no
 *        event says so, and for what has failed the stack must not be asked.
 */
static bool is_over(const ptk_platform_socket_t *socket) {
    return (socket->state & PTK_ZEPHYR_ENDED) != 0 ||
           ((socket->state & PTK_ZEPHYR_DATAGRAM) == 0 && (socket->interest & PTK_WANT_CONNECTION) != 0 &&
            !ptk_zephyr_has_connection(socket->descriptor));
}

/** @brief What a socket is waited for; 0 is nothing. */
static int events_of(const ptk_platform_socket_t *socket, bool is_ended) {
    int events = (socket->interest & PTK_WANT_READ) != 0 ? ZSOCK_POLLIN : 0;
    return events | ((socket->interest & PTK_WANT_WRITE) != 0 && !is_ended ? ZSOCK_POLLOUT : 0);
}

/** @brief Fills in what is waited for, the signal first. How many, and for how long at most. */
static int prepare(ptk_platform_loop_t *loop, struct zsock_pollfd *descriptors, int *timeout_ms) {
    uint32_t cursor = 0;
    int count = 1;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    descriptors[0].fd = loop->wake_descriptor;
    descriptors[0].events = ZSOCK_POLLIN;
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL && count < MAX_EVENTS) {
        bool is_ended = is_over(socket);
        int events = events_of(socket, is_ended);
        bool is_looked_at =
            !is_ended && (events & ZSOCK_POLLIN) == 0 && (socket->interest & (PTK_WANT_WRITE | PTK_WANT_FAILURE)) != 0;
        descriptors[count].fd = events == 0 && !is_looked_at ? PTK_NO_DESCRIPTOR : socket->descriptor;
        descriptors[count].events = (short)events;
        count++;
        if (is_ended && (socket->interest & PTK_WANT_WRITE) != 0) {
            *timeout_ms = 0;
        } else if (is_looked_at && (*timeout_ms < 0 || *timeout_ms > LOOK_INTERVAL_MS)) {
            *timeout_ms = LOOK_INTERVAL_MS;
        }
    }
    return count;
}

/** @brief What the events of a wait say of a socket. */
static uint32_t readiness_of(ptk_platform_socket_t *socket, int events) {
    /* Readable is data, the end of a stream, or both: only reading shows which. */
    uint32_t readiness = (events & (ZSOCK_POLLIN | ZSOCK_POLLHUP)) != 0 ? PTK_READY_READ | PTK_READY_CLOSED : 0u;
    if ((events & ZSOCK_POLLHUP) != 0) {
        socket->state |= PTK_ZEPHYR_ENDED; /* there are no half-closed connections */
    }
    if ((events & ZSOCK_POLLOUT) != 0) {
        socket->state &= (uint16_t)~PTK_ZEPHYR_CONNECTING;
    }
    if ((events & ZSOCK_POLLOUT) != 0 || ((socket->interest & PTK_WANT_WRITE) != 0 && is_over(socket))) {
        readiness |= PTK_READY_WRITE;
    }
    return readiness | ((events & ZSOCK_POLLERR) != 0 ? PTK_READY_ERROR : 0u);
}

/** @brief Reports what is ready. */
static void report(ptk_platform_loop_t *loop, const struct zsock_pollfd *descriptors, int count) {
    uint32_t cursor = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    for (int i = 1; i < count && (socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL; i++) {
        bool was_polled = descriptors[i].fd != PTK_NO_DESCRIPTOR;
        uint32_t readiness = readiness_of(socket, was_polled ? descriptors[i].revents : 0);
        if (readiness != 0) {
            ptk_port_report(loop, handle, readiness, PTK_ERR_OK);
        }
    }
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    struct zsock_pollfd descriptors[MAX_EVENTS];
    int timeout_ms = ptk_wait_ms(now_ns, deadline_ns);
    int count = prepare(loop, descriptors, &timeout_ms);
    if (zsock_poll(descriptors, count, timeout_ms) < 0) {
        return ptk_last_error();
    }
    if (descriptors[0].revents != 0) {
        k_poll_signal_reset(&loop->signal); /* before core looks at what was raised */
    }
    report(loop, descriptors, count);
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ sockets */

/** @brief Changes how many events are counted for a socket: a connection needs one to read and one to write. */
static bool reserve_events(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, uint32_t events) {
    uint32_t counted = socket->state / PTK_ZEPHYR_EVENT;
    if (loop->events - counted + events > MAX_EVENTS) {
        return false;
    }
    loop->events += events - counted;
    socket->state = (uint16_t)(socket->state % PTK_ZEPHYR_EVENT + events * PTK_ZEPHYR_EVENT);
    return true;
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    (void)handle; /* the loop's sockets are gone through */
    if (!reserve_events(loop, socket, (interest & PTK_WANT_CONNECTION) != 0 ? 2 : 1)) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    socket->interest = (uint16_t)interest;
    return PTK_WATCH_LEVELS;
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket; /* the system knows the descriptor, not the slot */
    return true;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)reserve_events(loop, socket, 0);
    ptk_bsd_close(socket->descriptor);
    return true;
}

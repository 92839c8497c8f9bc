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
#include <zephyr/sys/fdtable.h>

#if defined(CONFIG_ZVFS_POLL_MAX)
/** @brief How many events one wait can have. */
#define MAX_EVENTS CONFIG_ZVFS_POLL_MAX
#else
#define MAX_EVENTS CONFIG_NET_SOCKETS_POLL_MAX
#endif

/** @brief The interval between two looks for failures that end no wait. */
#define LOOK_INTERVAL_MS 100u

/* ------------------------------------------------------------------------------------------------ the signal */

/** @brief What zsock_poll() asks of the signal, for which it has room: how to wait for it, and whether it was raised. */
static int signal_control(void *object, unsigned int request, va_list arguments) {
    if (request != ZFD_IOCTL_POLL_PREPARE && request != ZFD_IOCTL_POLL_UPDATE) {
        return -EOPNOTSUPP;
    }
    struct zsock_pollfd *descriptor = va_arg(arguments, struct zsock_pollfd *);
    struct k_poll_event **event = va_arg(arguments, struct k_poll_event **);
    if (request == ZFD_IOCTL_POLL_PREPARE) {
        k_poll_event_init(*event, K_POLL_TYPE_SIGNAL, K_POLL_MODE_NOTIFY_ONLY, object);
    } else if ((*event)->state != K_POLL_STATE_NOT_READY) {
        descriptor->revents = ZSOCK_POLLIN;
    }
    (*event)++;
    return 0;
}

/** @brief What the descriptor can do. */
static const struct fd_op_vtable signal_operations = {.ioctl = signal_control};

/* Since 3.7 z_alloc_fd() and z_free_fd() have other names, which CMake defines them to be. */
ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    k_poll_signal_init(&loop->signal);
    loop->wake_descriptor = z_alloc_fd(&loop->signal, &signal_operations);
    loop->events = 1;
    return loop->wake_descriptor < 0 ? PTK_ERR_OUT_OF_DESCRIPTORS : PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    z_free_fd(loop->wake_descriptor);
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** @brief Fills in what is waited for of a socket. How long the wait can be. */
static uint32_t prepare(ptk_platform_socket_t *socket, struct zsock_pollfd *descriptor) {
    uint32_t interest = socket->interest;
    if ((interest & PTK_WANT_CONNECTION) != 0 && !ptk_zephyr_has_connection(socket->descriptor)) {
        socket->state |= PTK_ZEPHYR_ENDED;
    }
    /* There will be no room any more, no event says so, and of an attempt that failed the stack must not be asked. */
    bool is_ended = (socket->state & PTK_ZEPHYR_ENDED) != 0;
    bool is_looked_at =
        !is_ended && (interest & PTK_WANT_READ) == 0 && (interest & (PTK_WANT_WRITE | PTK_WANT_FAILURE)) != 0;
    int events = (interest & PTK_WANT_READ) != 0 ? ZSOCK_POLLIN : 0;
    events |= (interest & PTK_WANT_WRITE) != 0 && !is_ended ? ZSOCK_POLLOUT : 0;
    descriptor->fd = events != 0 || is_looked_at ? socket->descriptor : PTK_NO_DESCRIPTOR;
    descriptor->events = (short)events;
    return is_ended && (interest & PTK_WANT_WRITE) != 0 ? 0 : is_looked_at ? LOOK_INTERVAL_MS : UINT32_MAX;
}

/** @brief Reports what the events of a wait say of a socket. */
static void report(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle, int events) {
    /* Readable is data, the end of a stream, or both: only reading shows which. */
    uint32_t readiness = (events & (ZSOCK_POLLIN | ZSOCK_POLLHUP)) != 0 ? PTK_READY_READ | PTK_READY_CLOSED : 0u;
    readiness |= (events & ZSOCK_POLLERR) != 0 ? PTK_READY_ERROR : 0u;
    if ((events & ZSOCK_POLLHUP) != 0) {
        socket->state |= PTK_ZEPHYR_ENDED; /* there are no half-closed connections */
    }
    if ((events & ZSOCK_POLLOUT) != 0) {
        socket->state &= (uint16_t)~PTK_STACK_CONNECTING;
        readiness |= PTK_READY_WRITE;
    } else if ((socket->interest & PTK_WANT_WRITE) != 0 && (socket->state & PTK_ZEPHYR_ENDED) != 0) {
        readiness |= PTK_READY_WRITE;
    }
    if (readiness != 0) {
        ptk_port_report(loop, handle, readiness, PTK_ERR_OK);
    }
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    struct zsock_pollfd descriptors[MAX_EVENTS];
    uint32_t timeout_ms = (uint32_t)ptk_wait_ms(now_ns, deadline_ns); /* UINT32_MAX is no limit */
    uint32_t cursor = 0;
    int count = 1;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    descriptors[0] = (struct zsock_pollfd){loop->wake_descriptor, ZSOCK_POLLIN, 0};
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        uint32_t limit_ms = prepare(socket, &descriptors[count++]); /* each has an event at least, so there is room */
        timeout_ms = limit_ms < timeout_ms ? limit_ms : timeout_ms;
    }
    if (zsock_poll(descriptors, count, (int)timeout_ms) < 0) {
        return ptk_last_error();
    }
    if (descriptors[0].revents != 0) {
        k_poll_signal_reset(&loop->signal); /* before core looks at what was raised */
    }
    cursor = 0;
    for (int i = 1; (socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL; i++) {
        report(loop, socket, handle, descriptors[i].revents);
    }
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

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)reserve_events(loop, socket, 0);
    ptk_bsd_close(socket->descriptor);
    return true;
}

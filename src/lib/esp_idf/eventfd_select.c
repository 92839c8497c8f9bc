/**
 * @file eventfd_select.c
 * @brief Waiting on ESP-IDF: the select() of its VFS, over lwIP's sockets and an eventfd that wakes the loop.
 *
 * Everything is a level. The descriptor of a socket in the VFS is lwIP's own (vfs_lwip.c of ESP-IDF). select() and eventfd
 * are in the chapter "Virtual Filesystem Component" of its programming guide; what that leaves open is in its vfs.c and
 * vfs_eventfd.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "lwip/lwip_poller.h"
#include "sockets/bsd_system.h"
#include "core/log.h"
#include "core/port.h"
#include "core/wait_time.h"

#include <esp_vfs_eventfd.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

/** @brief The longest wait in s: its ms, and the ticks that they are made of, have 32 bits. */
#define MAX_WAIT_S 3600
/** @brief Milliseconds of a second. */
#define MS_PER_S 1000
/** @brief Microseconds of a millisecond. */
#define US_PER_MS 1000

/** @brief The sets of one wait. */
typedef struct sets {
    fd_set readable; /**< @brief To be received from, or accepted; the eventfd. */
    fd_set writable; /**< @brief To be sent to, or an attempt that ended. */
    fd_set failed;   /**< @brief With an error. */
    int limit;       /**< @brief One more than the highest descriptor. */
    bool has_socket; /**< @brief There is more than the eventfd. */
} sets_t;

/* ------------------------------------------------------------------------------------------------ waking */

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    errno = 0;
    /* The flag lets interrupts write to it. The descriptor has a place in an fd_set, as all of the VFS. */
    loop->wake_descriptor = eventfd(0, EFD_SUPPORT_ISR);
    if (loop->wake_descriptor >= 0) {
        return PTK_ERR_OK;
    }
    if (errno == EACCES) {
        PTK_LOG(1, "esp_vfs_eventfd_register() was not called", 0);
        return PTK_ERR_SYSTEM;
    }
    /* It sets no number when all that were registered are in use, and ENOMEM when the VFS has no descriptor left. */
    return errno == 0 || errno == ENOMEM ? PTK_ERR_OUT_OF_DESCRIPTORS : PTK_ERR_SYSTEM;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    (void)close(loop->wake_descriptor);
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    static const uint64_t one = 1;
    int saved = errno; /* an interrupt has that of the task beneath it */
    /* It cannot fail while the eventfd is open: it neither blocks nor has a limit, and finds out who calls. */
    (void)write(loop->wake_descriptor, &one, sizeof one);
    errno = saved;
}

/** @brief Takes the wake-ups. A read never blocks: without a wake-up it is 0. */
static void take_wake(const ptk_platform_loop_t *loop) {
    uint64_t count;
    (void)read(loop->wake_descriptor, &count, sizeof count);
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** @brief Adds a descriptor to a set. */
static void add(sets_t *sets, fd_set *set, int descriptor) {
    FD_SET(descriptor, set);
    sets->limit = descriptor >= sets->limit ? descriptor + 1 : sets->limit;
}

/** @brief Fills in the sets of what is wanted. */
static void fill_in(ptk_platform_loop_t *loop, sets_t *sets) {
    uint32_t cursor = 0;
    ptk_handle_t handle;
    const ptk_platform_socket_t *socket;
    memset(sets, 0, sizeof *sets);
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        uint32_t interest = socket->interest;
        if ((interest & PTK_WANT_READ) != 0) {
            add(sets, &sets->readable, (int)socket->descriptor);
        }
        if ((interest & PTK_WANT_WRITE) != 0) {
            add(sets, &sets->writable, (int)socket->descriptor);
        }
        if ((interest & (PTK_WANT_READ | PTK_WANT_WRITE | PTK_WANT_FAILURE)) != 0 &&
            (socket->state & PTK_LWIP_FAILED) == 0) {
            add(sets, &sets->failed, (int)socket->descriptor);
        }
    }
    sets->has_socket = sets->limit != 0;
    add(sets, &sets->readable, (int)loop->wake_descriptor);
}

/** @brief Reports a socket. lwIP never takes an error's mark back, and sets it when both directions have ended, too. */
static void report(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle, const sets_t *sets) {
    int descriptor = (int)socket->descriptor;
    uint32_t readiness = FD_ISSET(descriptor, &sets->readable) != 0 ? PTK_READY_READ | PTK_READY_CLOSED : 0u;
    ptk_err_t error = PTK_ERR_OK;
    if (FD_ISSET(descriptor, &sets->writable) != 0) {
        readiness |= PTK_READY_WRITE;
    }
    if (FD_ISSET(descriptor, &sets->failed) != 0) {
        error = ptk_port_socket_error(socket);
        socket->state |= PTK_LWIP_FAILED;
    }
    if (readiness != 0 || error != PTK_ERR_OK) {
        ptk_port_report(loop, handle, error == PTK_ERR_OK ? readiness : readiness | PTK_READY_CLOSED, error);
    }
}

/** @brief What is left until the deadline. select() cuts what is no whole millisecond, so it is rounded up before. */
static struct timeval timeout_of(int wait_ms) {
    struct timeval timeout = {MAX_WAIT_S, 0};
    if (wait_ms >= 0 && wait_ms < MAX_WAIT_S * MS_PER_S) {
        timeout.tv_sec = wait_ms / MS_PER_S;
        timeout.tv_usec = wait_ms % MS_PER_S * US_PER_MS;
    }
    return timeout;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    sets_t sets;
    int wait_ms = ptk_wait_ms(now_ns, deadline_ns);
    struct timeval timeout = timeout_of(wait_ms);
    fill_in(loop, &sets);
    if (wait_ms == 0 && !sets.has_socket) {
        take_wake(loop); /* without a socket select() waits for a tick even with a timeout of 0 */
        return PTK_ERR_OK;
    }
    int count = select(sets.limit, &sets.readable, &sets.writable, &sets.failed, &timeout);
    if (count < 0) {
        return ptk_last_error();
    }
    if (FD_ISSET((int)loop->wake_descriptor, &sets.readable) != 0) {
        take_wake(loop);
    }
    uint32_t cursor = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    while (count > 0 && (socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        report(loop, socket, handle, &sets);
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ sockets */

bool ptk_lwip_was_connected(const ptk_platform_socket_t *socket) {
    (void)socket;
    return false; /* select() does not report it */
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    (void)loop;
    (void)handle; /* the loop's sockets are gone through */
    if (socket->descriptor >= FD_SETSIZE) {
        return PTK_ERR_OUT_OF_DESCRIPTORS;
    }
    socket->interest = (uint16_t)interest;
    return PTK_WATCH_LEVELS;
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket; /* lwIP knows the descriptor, not the slot */
    return true;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    ptk_bsd_close(socket->descriptor);
    return true;
}

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

#include "lwip/select_sets.h"
#include "core/log.h"
#include "core/port.h"
#include "core/wait_time.h"

#include <esp_vfs_eventfd.h>
#include <sys/select.h>
#include <unistd.h>

/** @brief The longest wait in s: its ms, and the ticks that they are made of, have 32 bits. */
#define MAX_WAIT_S 3600
/** @brief Milliseconds of a second. */
#define MS_PER_S 1000
/** @brief Microseconds of a millisecond. */
#define US_PER_MS 1000

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
    ptk_lwip_sets_t sets;
    int wait_ms = ptk_wait_ms(now_ns, deadline_ns);
    struct timeval timeout = timeout_of(wait_ms);
    bool has_socket = ptk_lwip_sets_fill(loop, &sets, (int)loop->wake_descriptor);
    if (wait_ms == 0 && !has_socket) {
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
    if (count > 0) {
        ptk_lwip_sets_report(loop, &sets);
    }
    return PTK_ERR_OK;
}

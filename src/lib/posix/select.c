/**
 * @file select.c
 * @brief Waiting on any POSIX system: select, woken by a pipe.
 *
 * Everything is a level here. The loop holds the sets of descriptors as core wants them; a wait copies them, and looks
 * for what is ready in the loop's list of sockets, since select(2) reports descriptors and the list says whose they
 * are.
 *
 * select() reports a failure as readable. Where unread data, or the end of the stream, is there already, watching for
 * that would end each wait at once; then the wait is interrupted from time to time to fetch SO_ERROR.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "unix/posix_pipe.h"
#include "core/port.h"

#include <errno.h>
#include <sys/select.h>
#include <unistd.h>

/** @brief Nanoseconds of a microsecond. */
#define NS_PER_US 1000u
/** @brief Microseconds of a second. */
#define US_PER_S 1000000u
/** @brief What every system's select() must take: 31 days. */
#define MAX_WAIT_US (31u * 86400u * (uint64_t)US_PER_S)

/** @brief The interval between two looks for failures that select() cannot report. */
#define LOOK_INTERVAL_NS 100000000u

/** @brief Bits of a socket's interest: the sets that it is in, and whether its failure is looked for. */
enum { IN_READ_SET = 1, IN_WRITE_SET = 2, LOOKED_AT = 4 };

/**
 * @brief Whether a descriptor has a place in an fd_set. Setting one that has none would write past the end of
 *        the set.
 */
static bool has_place(int32_t descriptor) {
    return descriptor < FD_SETSIZE;
}

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    ptk_err_t error = ptk_pipe_open(loop->wake_pipe);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (!has_place(loop->wake_pipe[0]) || !has_place(loop->wake_pipe[1])) {
        ptk_pipe_close(loop->wake_pipe);
        return PTK_ERR_OUT_OF_MEMORY;
    }
    FD_ZERO(&loop->read_set);
    FD_ZERO(&loop->write_set);
    FD_SET(loop->wake_pipe[0], &loop->read_set);
    loop->limit = loop->wake_pipe[0] + 1;
    loop->looked_at = 0;
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    ptk_pipe_close(loop->wake_pipe);
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    ptk_pipe_wake(loop->wake_pipe[1]);
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** @brief The rest of the wait, rounded up so that a timer is never early. */
static struct timeval timeout_of(uint64_t now_ns, uint64_t deadline_ns) {
    struct timeval timeout = {0, 0};
    if (deadline_ns > now_ns) {
        uint64_t wait_us = (deadline_ns - now_ns - 1) / NS_PER_US + 1;
        wait_us = wait_us > MAX_WAIT_US ? MAX_WAIT_US : wait_us;
        timeout.tv_sec = (time_t)(wait_us / US_PER_S);
        timeout.tv_usec = (suseconds_t)(wait_us % US_PER_S);
    }
    return timeout;
}

/** @brief Fills in the sets of what is ready. Their number as select(2) counts it, or an error. */
static int64_t wait_for_descriptors(const ptk_platform_loop_t *platform, uint64_t now_ns, uint64_t deadline_ns,
                                    fd_set *readable, fd_set *writable) {
    int count;
    do {
        struct timeval timeout = timeout_of(now_ns, deadline_ns); /* some systems change it */
        *readable = platform->read_set;
        *writable = platform->write_set;
        count = select(platform->limit, readable, writable, NULL, deadline_ns == UINT64_MAX ? NULL : &timeout);
        if (count < 0 && errno == EINTR && deadline_ns != 0 && deadline_ns != UINT64_MAX) {
            now_ns = ptk_port_now_ns();
        }
    } while (count < 0 && errno == EINTR);
    return count < 0 ? ptk_last_error() : count;
}

/** @brief Reports the sockets that are ready; count says how many members both sets still have. */
static void report(ptk_platform_loop_t *loop, int64_t count, const fd_set *readable, const fd_set *writable) {
    uint32_t cursor = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    while (count > 0 && (socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        uint32_t interest = socket->interest;
        bool is_readable = (interest & IN_READ_SET) != 0 && FD_ISSET(socket->descriptor, readable) != 0;
        bool is_writable = (interest & IN_WRITE_SET) != 0 && FD_ISSET(socket->descriptor, writable) != 0;
        if (is_readable || is_writable) {
            /* Readable is data, the end of a stream, or both: only reading shows which. */
            uint32_t readiness = is_readable ? PTK_READY_READ | PTK_READY_CLOSED : 0u;
            count -= (is_readable ? 1 : 0) + (is_writable ? 1 : 0);
            ptk_port_report(loop, handle, readiness | (is_writable ? PTK_READY_WRITE : 0u), PTK_ERR_OK);
        }
    }
}

/** @brief One wait. The number of descriptors that were ready, the wake-up included, or an error. */
static int64_t wait_once(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    fd_set readable;
    fd_set writable;
    int64_t count = wait_for_descriptors(loop, now_ns, deadline_ns, &readable, &writable);
    bool is_woken = count > 0 && FD_ISSET(loop->wake_pipe[0], &readable) != 0;
    if (is_woken) {
        ptk_pipe_drain(loop->wake_pipe[0]);
    }
    if (count > 0) {
        report(loop, is_woken ? count - 1 : count, &readable, &writable);
    }
    return count;
}

/** @brief Looks for the failures that select() cannot report. Whether there was one. */
static bool look_for_failures(ptk_platform_loop_t *loop) {
    bool found = false;
    uint32_t cursor = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        ptk_err_t error = (socket->interest & LOOKED_AT) != 0 ? ptk_port_socket_error(socket) : PTK_ERR_OK;
        if (error != PTK_ERR_OK) {
            ptk_port_report(loop, handle, PTK_READY_CLOSED, error);
            found = true;
        }
    }
    return found;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    int64_t count = 0;
    bool found = false;
    if (loop->looked_at == 0) {
        count = wait_once(loop, now_ns, deadline_ns);
        return count < 0 ? (ptk_err_t)count : PTK_ERR_OK;
    }
    do {
        now_ns = ptk_port_now_ns();
        if (now_ns >= loop->look_ns) {
            found = loop->look_ns != 0 && look_for_failures(loop);
            loop->look_ns = now_ns + LOOK_INTERVAL_NS;
        }
        uint64_t until_ns = found ? 0 : deadline_ns < loop->look_ns ? deadline_ns : loop->look_ns;
        count = wait_once(loop, now_ns, until_ns);
    } while (count == 0 && !found && (deadline_ns == UINT64_MAX || ptk_port_now_ns() < deadline_ns));
    return count < 0 ? (ptk_err_t)count : PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ sockets */

/** @brief Puts the socket into the sets of its interest, and takes it out of the others. */
static void set_interest(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, uint32_t interest) {
    int32_t descriptor = socket->descriptor;
    if ((interest & IN_READ_SET) != 0) {
        FD_SET(descriptor, &loop->read_set);
    } else {
        FD_CLR(descriptor, &loop->read_set);
    }
    if ((interest & IN_WRITE_SET) != 0) {
        FD_SET(descriptor, &loop->write_set);
    } else {
        FD_CLR(descriptor, &loop->write_set);
    }
    if (((interest ^ socket->interest) & LOOKED_AT) != 0) {
        loop->look_ns = loop->looked_at == 0 ? 0 : loop->look_ns;
        loop->looked_at += (interest & LOOKED_AT) != 0 ? 1u : UINT32_MAX;
    }
    socket->interest = interest;
    if (descriptor >= loop->limit) {
        loop->limit = descriptor + 1;
    }
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    bool may_be_hidden = (interest & (PTK_WANT_CONNECTION | PTK_WANT_NO_READ)) != 0;
    uint32_t sets = (interest & PTK_WANT_READ) != 0 ? IN_READ_SET : 0u;
    (void)handle; /* select(2) knows the descriptor, and the loop's sockets are gone through */
    if (!has_place(socket->descriptor)) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    sets |= (interest & PTK_WANT_WRITE) != 0 ? IN_WRITE_SET : 0u;
    if (may_be_hidden && (interest & PTK_WANT_FAILURE) != 0 && (sets & IN_READ_SET) == 0) {
        sets |= LOOKED_AT;
    }
    if (sets != socket->interest) {
        set_interest(loop, socket, sets);
    }
    return PTK_WATCH_LEVELS;
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket; /* the system knows the descriptor, not the slot */
    return true;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    if (socket->interest != 0) {
        set_interest(loop, socket, 0);
    }
    /* Ends at the pipe, which is always in the set. */
    while (!FD_ISSET(loop->limit - 1, &loop->read_set) && !FD_ISSET(loop->limit - 1, &loop->write_set)) {
        loop->limit--;
    }
    /* All supported systems close the descriptor even if close(2) fails with EINTR or an error of the peer. */
    (void)close(socket->descriptor);
    return true;
}

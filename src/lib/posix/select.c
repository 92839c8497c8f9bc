/**
 * @file select.c
 * @brief Waiting on any POSIX system: select, woken by a pipe.
 *
 * Everything is a level here. The loop holds the sets of descriptors as core wants them; a wait copies them, and looks
 * for what is ready in the pool of sockets, since select(2) reports descriptors and the pool knows whose they are now.
 *
 * A failure shows itself to select() as something to read. Where unread data, or the end of the stream, is there already,
 * that would end each wait at once; then the wait is interrupted now and then to ask for SO_ERROR.
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "unix/posix_pipe.h"
#include "core/pool.h"
#include "core/port.h"

#include <errno.h>
#include <sys/select.h>
#include <unistd.h>

#define NS_PER_US 1000u
#define US_PER_S 1000000u
/** What every system's select() must take: 31 days. */
#define MAX_WAIT_US (31u * 86400u * (uint64_t)US_PER_S)

/** How often failures are looked for that select() cannot report. */
#define LOOK_INTERVAL_NS 100000000u

/** Bits of a socket's interest: the sets that it is in, and whether its failure is looked for. */
enum { IN_READ_SET = 1, IN_WRITE_SET = 2, LOOKED_AT = 4 };

/** Whether a descriptor has a place in an fd_set. Setting one that has none would write behind the set. */
static bool has_place(int32_t descriptor) {
    return descriptor < FD_SETSIZE;
}

ptk_err_t ptk_port_poller_open(ptk_event_loop_slot_t *loop) {
    ptk_platform_loop_t *platform = &loop->platform;
    ptk_err_t error = ptk_pipe_open(platform->wake_pipe);
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (!has_place(platform->wake_pipe[0]) || !has_place(platform->wake_pipe[1])) {
        ptk_pipe_close(platform->wake_pipe);
        return PTK_ERR_OUT_OF_MEMORY;
    }
    FD_ZERO(&platform->read_set);
    FD_ZERO(&platform->write_set);
    FD_SET(platform->wake_pipe[0], &platform->read_set);
    platform->limit = platform->wake_pipe[0] + 1;
    platform->looked_at = 0;
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_event_loop_slot_t *loop) {
    ptk_pipe_close(loop->platform.wake_pipe);
}

void ptk_port_poller_wake(ptk_event_loop_slot_t *loop) {
    ptk_pipe_wake(loop->platform.wake_pipe[1]);
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** The rest of the wait, rounded up so that a timer is never early. */
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

/** Fills in the sets of what is ready. Their number as select(2) tells it, or an error. */
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

static uint32_t readiness_of(const ptk_socket_internal_t *socket, bool is_readable, bool is_writable) {
    uint32_t readiness = is_writable ? PTK_READY_WRITE : 0;
    if (!is_readable) {
        return readiness;
    }
    if (ptk_socket_is_connection(socket)) {
        return readiness | PTK_READY_READ | PTK_READY_CLOSED; /* data, the end, or both: only reading tells */
    }
    /* Readable can also be an ICMP error. Who reads gets it from there; for who waits for errors alone it is fetched. */
    uint8_t events = socket->delivery.enabled & (PTK_SOCKET_BIT(PTK_EVENT_READABLE) | PTK_SOCKET_BIT(PTK_EVENT_ERROR));
    return readiness | PTK_READY_READ | (events == PTK_SOCKET_BIT(PTK_EVENT_ERROR) ? PTK_READY_ERROR : 0u);
}

/** Reports the sockets that are ready; count says how many members both sets still have. */
static void report(ptk_event_loop_slot_t *loop, int64_t count, const fd_set *readable, const fd_set *writable) {
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    for (uint32_t i = 0; i < pool->count && count > 0; i++) {
        const ptk_socket_internal_t *socket = (const ptk_socket_internal_t *)(const void *)ptk_pool_slot(pool, i);
        uint32_t interest = ptk_slot_is_live(&socket->base) ? socket->platform.interest : 0;
        bool is_readable = (interest & IN_READ_SET) != 0 && FD_ISSET(socket->platform.descriptor, readable) != 0;
        bool is_writable = (interest & IN_WRITE_SET) != 0 && FD_ISSET(socket->platform.descriptor, writable) != 0;
        if (is_readable || is_writable) {
            count -= (is_readable ? 1 : 0) + (is_writable ? 1 : 0);
            ptk_socket_report(loop, socket->base.handle, readiness_of(socket, is_readable, is_writable));
        }
    }
}

/** One wait. The number of descriptors that were ready, the wake-up included, or an error. */
static int64_t wait_once(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    fd_set readable;
    fd_set writable;
    int64_t count = wait_for_descriptors(&loop->platform, now_ns, deadline_ns, &readable, &writable);
    bool is_woken = count > 0 && FD_ISSET(loop->platform.wake_pipe[0], &readable) != 0;
    if (is_woken) {
        ptk_pipe_drain(loop->platform.wake_pipe[0]);
    }
    if (count > 0) {
        report(loop, is_woken ? count - 1 : count, &readable, &writable);
    }
    return count;
}

/** Looks for the failures that select() cannot report. Whether there was one. */
static bool look_for_failures(ptk_event_loop_slot_t *loop) {
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    bool found = false;
    for (uint32_t i = 0; i < pool->count; i++) {
        ptk_socket_internal_t *socket = (ptk_socket_internal_t *)(void *)ptk_pool_slot(pool, i);
        if (ptk_slot_is_live(&socket->base) && (socket->platform.interest & LOOKED_AT) != 0) {
            ptk_err_t error = ptk_port_socket_error(&socket->platform);
            if (error != PTK_ERR_OK) {
                ptk_socket_report_error(loop, socket->base.handle, error);
                found = true;
            }
        }
    }
    return found;
}

ptk_err_t ptk_port_poller_wait(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    ptk_platform_loop_t *platform = &loop->platform;
    int64_t count = 0;
    bool found = false;
    if (platform->looked_at == 0) {
        count = wait_once(loop, now_ns, deadline_ns);
        return count < 0 ? (ptk_err_t)count : PTK_ERR_OK;
    }
    do {
        now_ns = ptk_port_now_ns();
        if (now_ns >= platform->look_ns) {
            found = platform->look_ns != 0 && look_for_failures(loop);
            platform->look_ns = now_ns + LOOK_INTERVAL_NS;
        }
        uint64_t until_ns = found ? 0 : deadline_ns < platform->look_ns ? deadline_ns : platform->look_ns;
        count = wait_once(loop, now_ns, until_ns);
    } while (count == 0 && !found && (deadline_ns == UINT64_MAX || ptk_port_now_ns() < deadline_ns));
    return count < 0 ? (ptk_err_t)count : PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------------ sockets */

ptk_err_t ptk_port_socket_watch(ptk_socket_internal_t *socket) {
    if (!has_place(socket->platform.descriptor)) {
        return PTK_ERR_OUT_OF_MEMORY;
    }
    socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    return ptk_port_socket_interest(socket);
}

/** Puts the socket into the sets of its interest, and takes it out of the others. */
static void set_interest(ptk_socket_internal_t *socket, uint32_t interest) {
    ptk_platform_loop_t *platform = &socket->delivery.loop->platform;
    int32_t descriptor = socket->platform.descriptor;
    if ((interest & IN_READ_SET) != 0) {
        FD_SET(descriptor, &platform->read_set);
    } else {
        FD_CLR(descriptor, &platform->read_set);
    }
    if ((interest & IN_WRITE_SET) != 0) {
        FD_SET(descriptor, &platform->write_set);
    } else {
        FD_CLR(descriptor, &platform->write_set);
    }
    if (((interest ^ socket->platform.interest) & LOOKED_AT) != 0) {
        platform->look_ns = platform->looked_at == 0 ? 0 : platform->look_ns;
        platform->looked_at += (interest & LOOKED_AT) != 0 ? 1u : UINT32_MAX;
    }
    socket->platform.interest = interest;
    if (descriptor >= platform->limit) {
        platform->limit = descriptor + 1;
    }
}

ptk_err_t ptk_port_socket_interest(ptk_socket_internal_t *socket) {
    uint8_t wanted = ptk_socket_wanted(socket);
    uint32_t interest = (wanted & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0 ? IN_READ_SET : 0u;
    interest |= (wanted & PTK_SOCKET_BIT(PTK_EVENT_WRITABLE)) != 0 ? IN_WRITE_SET : 0u;
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_ERROR)) != 0 && (interest & IN_READ_SET) == 0) {
        interest |= LOOKED_AT;
    }
    if (interest != socket->platform.interest) {
        set_interest(socket, interest);
    }
    return PTK_ERR_OK;
}

bool ptk_port_socket_quiesce(ptk_socket_internal_t *socket) {
    (void)socket; /* the system knows the descriptor, not the slot */
    return true;
}

bool ptk_port_socket_close(ptk_socket_internal_t *socket) {
    ptk_platform_loop_t *platform = &socket->delivery.loop->platform;
    if (socket->platform.interest != 0) {
        set_interest(socket, 0);
    }
    /* Ends at the pipe, which is always in the set. */
    while (!FD_ISSET(platform->limit - 1, &platform->read_set) &&
           !FD_ISSET(platform->limit - 1, &platform->write_set)) {
        platform->limit--;
    }
    /* The systems that this is for close the descriptor even if close(2) reports EINTR or an error of the peer. */
    (void)close(socket->platform.descriptor);
    return true;
}

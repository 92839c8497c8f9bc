/**
 * @file iocp.c
 * @brief Waiting on Windows: an I/O completion port, to which the socket driver's requests complete.
 *
 * A socket has at most one request in flight (afd.h), whose memory is its slot. A completion reports once what is true
 * then. So every socket is level-triggered to core, and makes the next request when core wants more. A request for
 * everything that is wanted stays; one for less is cancelled, and made again when its completion comes.
 *
 * Completions are taken from the port in two steps: first each is appended to a list of the loop, then those in the
 * list are reported. Only the wait does the second step. Closing and moving a socket do the first one until the
 * socket's own completion has come, which is dropped; so nothing is reported to core then, whatever state it is in.
 *
 * What keeps the memory safe: a slot with a request in flight is neither freed nor moved. Close and quiesce cancel the
 * request and wait for its completion, but for a bounded time: if a completion were lost, the thread would hang. After
 * LIMIT_MS they return that the system still has the memory, and core keeps the slot retired until the completion has
 * come. While one is late there is no wait for another: so it is one such time in all, not one for each socket.
 *
 * Packets that wake the loop are of no use while a socket is closed: the thread that posts one has set the loop's
 * wake_state to "signalled" before, and found it sleeping. The loop's thread is in a handler or between passes now, so
 * since then it has ended that sleep, looked at wake_state and collected what was raised; or it has not slept again and
 * will look before it does.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_system.h"
#include "sockets/system_error.h"
#include "core/wait_time.h"
#include "windows/afd.h"
#include "core/port.h"

#include <assert.h>
#include <string.h>

/** @brief Packets that are taken at once. */
#define MAX_ENTRIES 64

/** @brief How long to wait for the completion of a request that was cancelled. On Windows it comes at once. */
#define LIMIT_MS 5000u

/** @brief The states of a socket's request. */
enum {
    REQUEST_IDLE = 0,
    REQUEST_PENDING = 1,
    REQUEST_CANCELLED = 2, /**< @brief Still in flight: the completion was not taken. */
    REQUEST_COMPLETED = 3  /**< @brief The completion was taken and is in the list of those to be reported. */
};

/* ------------------------------------------------------------------------------------------------ the loop's part */

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    WSADATA data;
    /* Counted by Winsock: each loop starts it and stops it. */
    int result = WSAStartup(MAKEWORD(2, 2), &data);
    if (result != 0) {
        return ptk_system_error(result);
    }
    memset(loop, 0, sizeof *loop);
    loop->completion_port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    if (loop->completion_port == NULL) {
        ptk_err_t error = ptk_last_error();
        (void)WSACleanup();
        return error;
    }
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    ptk_afd_close_helper(&loop->helper);
    (void)CloseHandle(loop->completion_port);
    (void)WSACleanup();
}

/* The key of a packet says where it comes from. Packets with another key are dropped. */

/** @brief The key of packets that are completions. */
static uintptr_t completion_key(const ptk_platform_loop_t *loop) {
    return (uintptr_t)loop;
}

/** @brief The key of packets that wake the loop. */
static uintptr_t wake_key(const ptk_platform_loop_t *loop) {
    return (uintptr_t)loop + 1;
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    /* It fails if the system is out of memory, and a wake-up must not be lost. */
    while (!PostQueuedCompletionStatus(loop->completion_port, 0, wake_key(loop), NULL)) {
        ptk_port_back_off();
    }
}

/* ------------------------------------------------------------------------------------------------ the list */

/* A completion that was taken is linked by words of its request that are not used any more: in both directions, so that
 * a socket that is closed is taken out without a search. */

/** @brief The next socket in the list, or NULL. */
static ptk_platform_socket_t *next_of(const ptk_platform_socket_t *platform) {
    return (ptk_platform_socket_t *)platform->result[1];
}

/** @brief The socket before it in the list, or NULL. */
static ptk_platform_socket_t *previous_of(const ptk_platform_socket_t *platform) {
    return (ptk_platform_socket_t *)(uintptr_t)platform->poll.timeout;
}

/** @brief Appends a socket whose completion was taken to the list. */
static void append(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform) {
    ptk_platform_socket_t *last = loop->last_completed;
    platform->request = REQUEST_COMPLETED;
    platform->result[1] = 0;
    platform->poll.timeout = (int64_t)(uintptr_t)last;
    if (last == NULL) {
        loop->first_completed = platform;
    } else {
        last->result[1] = (uintptr_t)platform;
    }
    loop->last_completed = platform;
}

/**
 * @brief Takes a completion out of the list: the system and the port have nothing more to do with the socket's
 *        memory.
 */
static void settle(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform) {
    ptk_platform_socket_t *next = next_of(platform);
    ptk_platform_socket_t *previous = previous_of(platform);
    if (previous == NULL) {
        loop->first_completed = next;
    } else {
        previous->result[1] = (uintptr_t)next;
    }
    if (next == NULL) {
        loop->last_completed = previous;
    } else {
        next->poll.timeout = (int64_t)(uintptr_t)previous;
    }
    loop->late -= platform->late;
    platform->late = 0;
    platform->request = REQUEST_IDLE;
    if (platform->closed != 0) {
        ptk_afd_close_helper(&platform->helper);
    }
}

/* ------------------------------------------------------------------------------------------------ requests */

/** @brief What to make a request for; 0 for nothing at present. */
static uint16_t events_wanted(const ptk_platform_socket_t *platform) {
    uint8_t interest = platform->interest;
    uint16_t events = 0;
    if ((interest & PTK_WANT_READ) != 0) {
        events |= PTK_AFD_RECEIVE | PTK_AFD_ACCEPT | PTK_AFD_DISCONNECT;
    }
    if ((interest & PTK_WANT_WRITE) != 0) {
        events |= PTK_AFD_SEND;
    }
    if (events == 0 && (interest & PTK_WANT_LATER) != 0) {
        return 0;
    }
    if ((interest & PTK_WANT_ICMP) != 0) {
        events |= PTK_AFD_RECEIVE; /* Windows reports ICMP errors as something to receive */
    }
    if (events == 0 && (interest & PTK_WANT_FAILURE) == 0) {
        return 0; /* no one waits; all are levels, so a later request completes at once */
    }
    if ((interest & PTK_WANT_CONNECTION) != 0 || (platform->kind & PTK_WINSOCK_DATAGRAM) != 0) {
        events |= PTK_AFD_ABORT | PTK_AFD_CONNECT_FAIL;
    }
    return events | PTK_AFD_LOCAL_CLOSE;
}

/** @brief Makes a request for what is wanted, if none is in flight that covers it. */
static ptk_err_t update_request(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform) {
    if (platform->request >= REQUEST_CANCELLED || platform->closed != 0) {
        return PTK_ERR_OK; /* follows when the completion was reported */
    }
    uint16_t events = events_wanted(platform);
    if (platform->request == REQUEST_PENDING) {
        if ((events & ~platform->requested) == 0) {
            return PTK_ERR_OK;
        }
        platform->request = REQUEST_CANCELLED;
        return ptk_afd_cancel(platform);
    }
    if (events == 0) {
        return PTK_ERR_OK;
    }
    platform->outdated = 0;
    platform->requested = events;
    platform->request = REQUEST_PENDING;
    if (!ptk_afd_request(platform, events)) {
        append(loop, platform); /* a refusal is reported as all else is */
    }
    return PTK_ERR_OK;
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    ptk_err_t error = PTK_ERR_OK;
    (void)handle; /* core knows it; a completion leads to the socket */
    socket->interest = (uint8_t)interest;
    if (socket->helper == NULL) {
        error = ptk_afd_prepare(loop, completion_key(loop), socket);
    }
    if (error == PTK_ERR_OK) {
        error = update_request(loop, socket);
    }
    return error == PTK_ERR_OK ? PTK_WATCH_LEVELS : error;
}

/* ------------------------------------------------------------------------------------------------ completions */

/** @brief From the driver's events to PTK_READY_ bits. */
static uint32_t readiness_of(uint16_t events) {
    uint32_t readiness = 0;
    if ((events & (PTK_AFD_RECEIVE | PTK_AFD_ACCEPT)) != 0) {
        readiness |= PTK_READY_READ;
    }
    if ((events & PTK_AFD_SEND) != 0) {
        readiness |= PTK_READY_WRITE;
    }
    if ((events & PTK_AFD_DISCONNECT) != 0) {
        readiness |= PTK_READY_CLOSED;
    }
    return readiness;
}

/** @brief Reports a completion. Whether there was something to report. */
static bool report(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform, uint16_t events) {
    /* An operation may have used up what the completion reports; if there is more, the next completion reports it. */
    uint32_t readiness = readiness_of(events) & ~(uint32_t)platform->outdated;
    ptk_err_t error = PTK_ERR_OK;
    if ((events & (PTK_AFD_BROKEN | PTK_AFD_REFUSED)) != 0) {
        error = ptk_afd_failure(platform);
        readiness |= (events & PTK_AFD_BROKEN) != 0 ? PTK_READY_CLOSED : 0u; /* a refusal says nothing of the socket */
    }
    if (error != PTK_ERR_OK || readiness != 0) {
        ptk_port_report(loop, ptk_port_handle_of(platform), readiness, error);
    }
    return error != PTK_ERR_OK || readiness != 0;
}

/** @brief Takes a completion out of the list and reports it. Whether there was something to report. */
static bool use_completion(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform) {
    settle(loop, platform);
    if (platform->closed != 0) {
        ptk_port_released(platform);
        return false;
    }
    uint16_t events = ptk_afd_events(platform);
    bool reported = report(loop, platform, events);
    if (events != PTK_AFD_REFUSED) { /* no request is made again and again if the driver refuses */
        (void)update_request(loop, platform);
    }
    return reported;
}

/** @brief Reports what is in the list, but not what is added meanwhile. Whether there was something to report. */
static bool report_completions(ptk_platform_loop_t *loop) {
    const ptk_platform_socket_t *last = loop->last_completed;
    bool reported = false;
    for (const ptk_platform_socket_t *done = NULL; done != last;) {
        ptk_platform_socket_t *platform = loop->first_completed;
        reported |= use_completion(loop, platform);
        done = platform;
    }
    return reported;
}

/** @brief Appends to the list what is at the port, or comes in time. woken: whether the loop was woken. */
static ptk_err_t take_packets(ptk_platform_loop_t *loop, DWORD timeout_ms, ULONG *taken, bool *woken) {
    OVERLAPPED_ENTRY entries[MAX_ENTRIES];
    *woken = false;
    if (!GetQueuedCompletionStatusEx(loop->completion_port, entries, MAX_ENTRIES, taken, timeout_ms, FALSE)) {
        DWORD error = GetLastError();
        *taken = 0;
        return error == WAIT_TIMEOUT ? PTK_ERR_OK : ptk_system_error((int)error);
    }
    for (ULONG i = 0; i < *taken; i++) {
        ptk_platform_socket_t *platform = (ptk_platform_socket_t *)(void *)entries[i].lpOverlapped;
        if (entries[i].lpCompletionKey == completion_key(loop) && platform != NULL) {
            assert(platform->request == REQUEST_PENDING || platform->request == REQUEST_CANCELLED);
            append(loop, platform);
        } else if (entries[i].lpCompletionKey == wake_key(loop)) {
            *woken = true;
        }
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    for (;;) {
        ULONG taken;
        bool woken;
        int timeout_ms = loop->first_completed != NULL ? 0 : ptk_wait_ms(now_ns, deadline_ns);
        ptk_err_t error = take_packets(loop, (DWORD)timeout_ms, &taken, &woken);
        bool reported = report_completions(loop);
        if (error != PTK_ERR_OK || woken || reported) {
            return error;
        }
        /* Completions without an event do not end the wait, nor does a timeout that is a little early. */
        if (deadline_ns != UINT64_MAX && deadline_ns != 0) {
            now_ns = ptk_port_now_ns();
        }
        if (taken == 0 && deadline_ns <= now_ns) {
            return PTK_ERR_OK;
        }
    }
}

/* ------------------------------------------------------------------------------------------------ letting go */

/** @brief Waits for the completion of a request that was cancelled, and drops it. False if it does not come in time. */
static bool await_completion(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform) {
    uint64_t limit_ms = loop->late == 0 ? LIMIT_MS : 0;
    uint64_t deadline_ns = ptk_port_now_ns() + limit_ms * 1000000u;
    while (platform->request == REQUEST_CANCELLED) {
        ULONG taken;
        bool woken;
        int timeout_ms = limit_ms == 0 ? 0 : ptk_wait_ms(ptk_port_now_ns(), deadline_ns);
        ptk_err_t error = take_packets(loop, (DWORD)timeout_ms, &taken, &woken);
        if (error != PTK_ERR_OK || taken == 0) { /* what is left of the time was waited; or the port is broken */
            break;
        }
    }
    if (platform->request == REQUEST_CANCELLED) {
        loop->late += platform->late == 0 ? 1 : 0;
        platform->late = 1;
        return false;
    }
    settle(loop, platform);
    return true;
}

/** @brief Cancels the request, if there is one. */
static void end_request(ptk_platform_socket_t *platform) {
    if (platform->request == REQUEST_PENDING) {
        /* If it fails, closing the socket ends the request, or the next event does. */
        (void)ptk_afd_cancel(platform);
        platform->request = REQUEST_CANCELLED;
    }
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    end_request(socket);
    return socket->request == REQUEST_IDLE || await_completion(loop, socket);
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    end_request(socket);
    if (socket->closed == 0) {
        (void)closesocket(socket->descriptor); /* it is a socket that does not linger, so this cannot fail */
        socket->descriptor = INVALID_SOCKET;
        socket->closed = 1;
    }
    if (socket->request == REQUEST_IDLE) {
        ptk_afd_close_helper(&socket->helper);
        return true;
    }
    return await_completion(loop, socket);
}

/**
 * @file iocp.c
 * @brief Waiting on Windows: an I/O completion port, to which the socket driver's requests complete.
 *
 * A socket has at most one request in flight (afd.h), whose memory is its slot. A completion says how things are at
 * that time, once; so every socket is level-triggered to core, and makes the next request when core wants more. A
 * request that is for all that is wanted is left alone; one that is for less is cancelled, and made anew when its
 * completion comes.
 *
 * Completions are taken from the port in two steps: first each is appended to a list of the loop, then those in the
 * list are reported. Only the wait does the second step. Who closes a socket, or moves it, does the first one until
 * the socket's own completion has come, which is dropped; so nothing is reported to core then, whatever state it is
 * in.
 *
 * What keeps the memory safe: a slot with a request in flight is neither freed nor moved. Close and quiesce cancel the
 * request and wait for its completion, but not for ever: the system owes it, yet if it were lost the thread would be,
 * too. After LIMIT_MS they say that the system still has the memory, and core keeps it away from everyone until the
 * completion has come. While any is late, no one waits for another: so it is one such time in all, not one for each
 * socket.
 *
 * Packets that wake the loop are of no use while a socket is closed: whoever posts one has set the loop's wake_state
 * to "signalled" before, and found it sleeping. The loop's thread is in a handler or between passes now, so since then
 * it has ended that sleep, looked at wake_state and collected what was raised; or it has not slept again and will look
 * before it does.
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "core/wait_time.h"
#include "windows/afd.h"
#include "core/port.h"

#include <assert.h>
#include <string.h>

/** Packets that are taken at once. */
#define MAX_ENTRIES 64

/** How long to wait for the completion of a request that was cancelled. On Windows it comes at once. */
#define LIMIT_MS 5000u

/** platform.request */
enum {
    REQUEST_IDLE = 0,
    REQUEST_PENDING = 1,
    REQUEST_CANCELLED = 2, /**< Still in flight: the completion was not taken. */
    REQUEST_COMPLETED = 3  /**< The completion was taken and is in the list of those to be reported. */
};

/* ------------------------------------------------------------------------------------------------ the loop's part */

ptk_err_t ptk_port_poller_open(ptk_event_loop_slot_t *loop) {
    WSADATA data;
    /* Counted by Winsock: each loop starts it and stops it. */
    int result = WSAStartup(MAKEWORD(2, 2), &data);
    if (result != 0) {
        return ptk_system_error(result);
    }
    memset(&loop->platform, 0, sizeof loop->platform);
    loop->platform.completion_port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    if (loop->platform.completion_port == NULL) {
        ptk_err_t error = ptk_last_error();
        (void)WSACleanup();
        return error;
    }
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_event_loop_slot_t *loop) {
    ptk_afd_close_helper(&loop->platform.helper);
    (void)CloseHandle(loop->platform.completion_port);
    (void)WSACleanup();
}

/* Whose packet it is. Those of someone else who has found the port are dropped. */

static uintptr_t completion_key(const ptk_event_loop_slot_t *loop) {
    return (uintptr_t)loop;
}

static uintptr_t wake_key(const ptk_event_loop_slot_t *loop) {
    return (uintptr_t)loop + 1;
}

void ptk_port_poller_wake(ptk_event_loop_slot_t *loop) {
    /* It fails if the system is out of memory, and a wake-up must not be lost. */
    while (!PostQueuedCompletionStatus(loop->platform.completion_port, 0, wake_key(loop), NULL)) {
        ptk_port_back_off();
    }
}

/* ------------------------------------------------------------------------------------------------ the list */

/* A completion that was taken is linked by words of its request that are of no more use: both directions, so that a
 * socket that is closed is taken out without a search. */

static ptk_platform_socket_t *next_of(const ptk_platform_socket_t *platform) {
    return (ptk_platform_socket_t *)platform->result[1];
}

static ptk_platform_socket_t *previous_of(const ptk_platform_socket_t *platform) {
    return (ptk_platform_socket_t *)(uintptr_t)platform->poll.timeout;
}

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

/** Takes a completion out of the list: the system and the port have nothing more to do with the socket's memory. */
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

static bool has_peer(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0;
}

/** A connection that is known to have failed. */
static bool is_broken(const ptk_socket_internal_t *socket) {
    return ptk_socket_is_connection(socket) && socket->error != PTK_ERR_OK;
}

/** What to make a request for; 0 for nothing at present. */
static uint16_t events_wanted(const ptk_socket_internal_t *socket) {
    uint8_t wanted = ptk_socket_wanted(socket);
    uint16_t events = 0;
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0) {
        events |= PTK_AFD_RECEIVE | PTK_AFD_ACCEPT | PTK_AFD_DISCONNECT;
    }
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_WRITABLE)) != 0) {
        events |= PTK_AFD_SEND;
    }
    if (events == 0 && (socket->delivery.raised & socket->delivery.enabled) != 0) {
        return 0; /* an event is about to be delivered, and after it core says again what it wants */
    }
    if (has_peer(socket) && (socket->delivery.raised & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) == 0) {
        events |= PTK_AFD_RECEIVE; /* Windows reports ICMP errors as something to receive */
    }
    bool failures_wanted = (socket->delivery.enabled & PTK_SOCKET_BIT(PTK_EVENT_ERROR)) != 0 && !is_broken(socket);
    if (events == 0 && !failures_wanted) {
        return 0; /* no one waits: for who does later it is reported at once, for all are levels */
    }
    if (ptk_socket_is_connection(socket) || socket->platform.datagram != 0) {
        events |= PTK_AFD_ABORT | PTK_AFD_CONNECT_FAIL;
    }
    return events == 0 ? 0 : events | PTK_AFD_LOCAL_CLOSE;
}

ptk_err_t ptk_port_socket_interest(ptk_socket_internal_t *socket) {
    ptk_platform_socket_t *platform = &socket->platform;
    if (platform->request >= REQUEST_CANCELLED || platform->closed != 0) {
        return PTK_ERR_OK; /* follows when the completion was reported */
    }
    uint16_t events = events_wanted(socket);
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
        append(&socket->delivery.loop->platform, platform); /* a refusal is reported as all else is */
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_watch(ptk_socket_internal_t *socket) {
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    ptk_err_t error = ptk_afd_prepare(&loop->platform, completion_key(loop), &socket->platform);
    return error == PTK_ERR_OK ? ptk_port_socket_interest(socket) : error;
}

/* ------------------------------------------------------------------------------------------------ completions */

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

static ptk_err_t peek_icmp_error(ptk_platform_socket_t *platform) {
    uint8_t byte;
    int64_t result = ptk_port_socket_receive(platform, PTK_RECEIVE_PEEK, &byte, 1, NULL);
    bool is_icmp = result == PTK_ERR_CONNECTION_REFUSED || result == PTK_ERR_HOST_UNREACHABLE;
    return is_icmp ? (ptk_err_t)result : PTK_ERR_OK;
}

/** Takes the ICMP error that waits in front of a connected UDP socket's datagrams. PTK_ERR_OK if there is none. */
static ptk_err_t take_icmp_error(ptk_platform_socket_t *platform) {
    uint8_t byte;
    ptk_err_t error = peek_icmp_error(platform);
    /* Winsock does not say whether looking at an error takes it. */
    if (error != PTK_ERR_OK && peek_icmp_error(platform) != PTK_ERR_OK) {
        (void)ptk_port_socket_receive(platform, PTK_RECEIVE_STREAM, &byte, 1, NULL);
    }
    return error;
}

/** Reports what the completion says. False if that is nothing. */
static bool report(ptk_event_loop_slot_t *loop, ptk_socket_internal_t *socket, uint16_t events) {
    /* What an operation has taken meanwhile is there no more; if there is more of it, the next completion says so. */
    uint32_t readiness = readiness_of(events) & ~(uint32_t)socket->platform.outdated;
    bool is_read = (socket->delivery.enabled & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0;
    ptk_err_t error = PTK_ERR_OK;
    if ((events & PTK_AFD_BROKEN) != 0 && is_broken(socket)) {
        readiness |= PTK_READY_READ; /* an operation has met it before; who reads meets it again, once */
    } else if ((events & (PTK_AFD_BROKEN | PTK_AFD_REFUSED)) != 0 && !is_broken(socket)) {
        error = ptk_afd_failure(&socket->platform);
    } else if ((readiness & PTK_READY_READ) != 0 && has_peer(socket) && !is_read) {
        error = take_icmp_error(&socket->platform); /* no one would meet it by receiving */
    }
    if (error != PTK_ERR_OK) {
        ptk_socket_report_error(loop, socket->base.handle, error);
    } else if (readiness != 0) {
        ptk_socket_report(loop, socket->base.handle, readiness);
    }
    return error != PTK_ERR_OK || readiness != 0;
}

/** Takes a completion out of the list and reports it. Whether there was something to report. */
static bool use_completion(ptk_event_loop_slot_t *loop, ptk_platform_socket_t *platform) {
    ptk_socket_internal_t *socket =
        (ptk_socket_internal_t *)(void *)((uint8_t *)platform - offsetof(ptk_socket_internal_t, platform));
    settle(&loop->platform, platform);
    if (platform->closed != 0) {
        ptk_socket_released(socket);
        return false;
    }
    uint16_t events = ptk_afd_events(platform);
    bool reported = report(loop, socket, events);
    if (events != PTK_AFD_REFUSED) { /* no request is made again and again if the driver refuses */
        (void)ptk_port_socket_interest(socket);
    }
    return reported;
}

/** Reports what is in the list, but not what is added meanwhile. Whether there was something to report. */
static bool report_completions(ptk_event_loop_slot_t *loop) {
    const ptk_platform_socket_t *last = loop->platform.last_completed;
    bool reported = false;
    for (const ptk_platform_socket_t *done = NULL; done != last;) {
        ptk_platform_socket_t *platform = loop->platform.first_completed;
        reported |= use_completion(loop, platform);
        done = platform;
    }
    return reported;
}

/** Appends to the list what is at the port, or comes in time. woken: whether the loop was woken. */
static ptk_err_t take_packets(ptk_event_loop_slot_t *loop, DWORD timeout_ms, ULONG *taken, bool *woken) {
    OVERLAPPED_ENTRY entries[MAX_ENTRIES];
    *woken = false;
    if (!GetQueuedCompletionStatusEx(loop->platform.completion_port, entries, MAX_ENTRIES, taken, timeout_ms, FALSE)) {
        DWORD error = GetLastError();
        *taken = 0;
        return error == WAIT_TIMEOUT ? PTK_ERR_OK : ptk_system_error((int)error);
    }
    for (ULONG i = 0; i < *taken; i++) {
        ptk_platform_socket_t *platform = (ptk_platform_socket_t *)(void *)entries[i].lpOverlapped;
        if (entries[i].lpCompletionKey == completion_key(loop) && platform != NULL) {
            assert(platform->request == REQUEST_PENDING || platform->request == REQUEST_CANCELLED);
            append(&loop->platform, platform);
        } else if (entries[i].lpCompletionKey == wake_key(loop)) {
            *woken = true;
        }
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_poller_wait(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    for (;;) {
        ULONG taken;
        bool woken;
        int timeout_ms = loop->platform.first_completed != NULL ? 0 : ptk_wait_ms(now_ns, deadline_ns);
        ptk_err_t error = take_packets(loop, (DWORD)timeout_ms, &taken, &woken);
        bool reported = report_completions(loop);
        if (error != PTK_ERR_OK || woken || reported) {
            return error;
        }
        /* Completions that say nothing do not end the wait, nor does Windows' clock that is a little fast. */
        if (deadline_ns != UINT64_MAX && deadline_ns != 0) {
            now_ns = ptk_port_now_ns();
        }
        if (taken == 0 && deadline_ns <= now_ns) {
            return PTK_ERR_OK;
        }
    }
}

/* ------------------------------------------------------------------------------------------------ letting go */

/** Waits for the completion of a request that was cancelled, and drops it. False if it does not come in time. */
static bool await_completion(ptk_event_loop_slot_t *loop, ptk_platform_socket_t *platform) {
    uint64_t limit_ms = loop->platform.late == 0 ? LIMIT_MS : 0;
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
        loop->platform.late += platform->late == 0 ? 1 : 0;
        platform->late = 1;
        return false;
    }
    settle(&loop->platform, platform);
    return true;
}

/** Has the request end, if there is one. */
static void end_request(ptk_platform_socket_t *platform) {
    if (platform->request == REQUEST_PENDING) {
        /* Should it fail: closing the socket ends the request, too, or the next event does. */
        (void)ptk_afd_cancel(platform);
        platform->request = REQUEST_CANCELLED;
    }
}

bool ptk_port_socket_quiesce(ptk_socket_internal_t *socket) {
    ptk_platform_socket_t *platform = &socket->platform;
    end_request(platform);
    return platform->request == REQUEST_IDLE || await_completion(socket->delivery.loop, platform);
}

bool ptk_port_socket_close(ptk_socket_internal_t *socket) {
    ptk_platform_socket_t *platform = &socket->platform;
    end_request(platform);
    if (platform->closed == 0) {
        (void)closesocket(platform->descriptor); /* it is a socket that does not linger, so this cannot fail */
        platform->descriptor = INVALID_SOCKET;
        platform->closed = 1;
    }
    if (platform->request == REQUEST_IDLE) {
        ptk_afd_close_helper(&platform->helper);
        return true;
    }
    return await_completion(socket->delivery.loop, platform);
}

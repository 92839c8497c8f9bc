/**
 * @file iocp.c
 * @brief Waiting on Windows: an I/O completion port, to which the socket driver answers when a socket is ready.
 *
 * A socket has at most one question in flight (afd.h), whose memory is its slot. An answer says how things are when it
 * is given, once; so every socket is level-triggered to core, and asks again when core wants to hear more. A question
 * that already asks for all that is wanted is left alone; one that asks for less is cancelled, and put anew when its
 * answer comes.
 *
 * What keeps the memory safe: a slot with a question in flight is neither freed nor moved. Close and quiesce cancel the
 * question and take answers from the port until its own one came. They pass on other sockets' answers, and drop packets
 * that wake the loop. These are of no use then: whoever posts one has set the loop's wake_state to "signalled" before, and
 * found it sleeping. The loop's thread is in a handler or between passes now, so since then it has ended that sleep,
 * looked at wake_state and collected what was raised; or it has not slept again and will look before it does.
 */
#include "system_features.h"

#include "windows/afd.h"
#include "windows/windows_error.h"
#include "windows/winsock_socket.h"
#include "core/port.h"

#include <assert.h>

/** Packets that are taken at once. */
#define MAX_ENTRIES 64
#define NS_PER_MS 1000000u
/** No limit for one wait: the deadline is looked at again behind it. */
#define LONGEST_WAIT_MS 0x7FFFFFFFu

/** platform.request */
enum {
    REQUEST_IDLE = 0,
    REQUEST_PENDING = 1,
    REQUEST_CANCELLED = 2 /**< Still in flight: the answer was not taken. */
};

/* ------------------------------------------------------------------------------------------------ the loop's part */

static ptk_err_t open_port(ptk_event_loop_slot_t *loop) {
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    if (port == NULL) {
        return ptk_windows_error(GetLastError());
    }
    ptk_err_t error = ptk_afd_open(port, &loop->platform.afd);
    if (error != PTK_ERR_OK) {
        (void)CloseHandle(port);
        return error;
    }
    loop->platform.completion_port = port;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_poller_open(ptk_event_loop_slot_t *loop) {
    WSADATA data;
    /* Counted by Winsock: each loop starts it and stops it. */
    int result = WSAStartup(MAKEWORD(2, 2), &data);
    if (result != 0) {
        return ptk_windows_error((uint32_t)result);
    }
    ptk_err_t error = open_port(loop);
    if (error != PTK_ERR_OK) {
        (void)WSACleanup();
    }
    return error;
}

void ptk_port_poller_close(ptk_event_loop_slot_t *loop) {
    ptk_afd_close(loop->platform.afd);
    (void)CloseHandle(loop->platform.completion_port);
    (void)WSACleanup();
}

void ptk_port_poller_wake(ptk_event_loop_slot_t *loop) {
    /* It fails for want of system memory only, and a wake-up must not be lost. */
    while (!PostQueuedCompletionStatus(loop->platform.completion_port, 0, 0, NULL)) {
        ptk_port_back_off();
    }
}

/* ------------------------------------------------------------------------------------------------ asking */

static bool is_connection(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_CONNECTION) != 0;
}

/** What to ask for; 0 for nothing at present. */
static uint16_t events_wanted(const ptk_socket_internal_t *socket) {
    uint8_t wanted = ptk_socket_wanted(socket);
    uint16_t events = 0;
    bool broken = is_connection(socket) && socket->platform.failure != PTK_ERR_OK;
    if (broken && socket->error != PTK_ERR_OK) {
        return 0; /* all has been told, and would be told for ever */
    }
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0) {
        events |= PTK_AFD_RECEIVE | PTK_AFD_ACCEPT | PTK_AFD_DISCONNECT;
    }
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_WRITABLE)) != 0) {
        events |= PTK_AFD_SEND;
    }
    if (events == 0 && (socket->delivery.raised & socket->delivery.enabled) != 0) {
        return 0; /* an event is about to be delivered, and behind it core tells again what it wants */
    }
    if (!broken && (is_connection(socket) || socket->platform.datagram != 0)) {
        events |= PTK_AFD_ABORT | PTK_AFD_CONNECT_FAIL;
    }
    if (socket->platform.has_peer != 0 && (socket->delivery.raised & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) == 0) {
        events |= PTK_AFD_RECEIVE; /* Windows tells ICMP errors as something to receive */
    }
    return events == 0 ? 0 : events | PTK_AFD_LOCAL_CLOSE;
}

ptk_err_t ptk_port_socket_interest(ptk_socket_internal_t *socket) {
    ptk_platform_socket_t *platform = &socket->platform;
    if (platform->held != 0 || platform->request == REQUEST_CANCELLED) {
        return PTK_ERR_OK; /* follows when the answer was taken */
    }
    void *afd = socket->delivery.loop->platform.afd;
    uint16_t events = events_wanted(socket);
    if (platform->request == REQUEST_PENDING) {
        if ((events & ~platform->asked) != 0) {
            ptk_afd_cancel(afd, platform);
            platform->request = REQUEST_CANCELLED;
        }
        return PTK_ERR_OK;
    }
    if (events == 0) {
        return PTK_ERR_OK;
    }
    platform->outdated = 0;
    platform->asked = events;
    platform->request = REQUEST_PENDING; /* first: it may be answered at once */
    ptk_err_t error = ptk_afd_ask(afd, platform, events);
    if (error != PTK_ERR_OK) {
        platform->request = REQUEST_IDLE;
    }
    return error;
}

ptk_err_t ptk_port_socket_watch(ptk_socket_internal_t *socket) {
    ptk_afd_prepare(&socket->platform);
    socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    return ptk_port_socket_interest(socket);
}

/* ------------------------------------------------------------------------------------------------ answers */

static uint32_t readiness_of(uint16_t events) {
    uint32_t readiness = 0;
    if ((events & (PTK_AFD_RECEIVE | PTK_AFD_ACCEPT)) != 0) {
        readiness |= PTK_READY_READ;
    }
    if ((events & PTK_AFD_SEND) != 0) {
        readiness |= PTK_READY_WRITE;
    }
    if ((events & PTK_AFD_DISCONNECT) != 0) {
        readiness |= PTK_READY_READ | PTK_READY_CLOSED;
    }
    if ((events & (PTK_AFD_ABORT | PTK_AFD_CONNECT_FAIL | PTK_AFD_LOCAL_CLOSE | PTK_AFD_FAILURE)) != 0) {
        readiness |= PTK_READY_READ | PTK_READY_WRITE | PTK_READY_ERROR;
    }
    return readiness;
}

/** Reports what the answer tells. False if that is nothing. */
static bool report(ptk_event_loop_slot_t *loop, ptk_socket_internal_t *socket, uint16_t events) {
    ptk_platform_socket_t *platform = &socket->platform;
    /* What an operation has taken meanwhile is there no more; if there is more of it, the next answer tells. */
    uint32_t readiness = readiness_of(events & (uint16_t)~platform->outdated);
    bool is_read = (socket->delivery.enabled & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0;
    if ((readiness & PTK_READY_ERROR) != 0) {
        platform->failure = (int8_t)ptk_afd_failure(platform);
        if (is_connection(socket) && socket->error != PTK_ERR_OK) {
            readiness &= ~(uint32_t)PTK_READY_ERROR; /* an operation has met it before */
        }
    } else if ((readiness & PTK_READY_READ) != 0 && platform->has_peer != 0 && !is_read) {
        platform->failure = (int8_t)ptk_winsock_take_icmp_error(platform); /* nobody would meet it by receiving */
        readiness |= platform->failure != PTK_ERR_OK ? PTK_READY_ERROR : 0u;
    }
    if (readiness != 0) {
        ptk_socket_report(loop, socket->base.handle, readiness);
    }
    return readiness != 0;
}

/** Takes a socket's answer. Whether it told something. */
static bool take_answer(ptk_event_loop_slot_t *loop, ptk_platform_socket_t *platform) {
    ptk_socket_internal_t *socket =
        (ptk_socket_internal_t *)(void *)((uint8_t *)platform - offsetof(ptk_socket_internal_t, platform));
    uint16_t events = ptk_afd_answer(platform);
    assert(platform->request != REQUEST_IDLE);
    platform->request = REQUEST_IDLE;
    bool told = report(loop, socket, events);
    if (platform->request == REQUEST_IDLE && ptk_port_socket_interest(socket) != PTK_ERR_OK) {
        told = report(loop, socket, PTK_AFD_FAILURE);
    }
    return told;
}

/** Takes what is at the port, or comes in time. told: whether something was reported, or the loop was woken. */
static ptk_err_t take_packets(ptk_event_loop_slot_t *loop, DWORD timeout_ms, ULONG *taken, bool *told) {
    OVERLAPPED_ENTRY entries[MAX_ENTRIES];
    *taken = 0;
    *told = false;
    if (!GetQueuedCompletionStatusEx(loop->platform.completion_port, entries, MAX_ENTRIES, taken, timeout_ms, FALSE)) {
        DWORD error = GetLastError();
        *taken = 0;
        return error == WAIT_TIMEOUT ? PTK_ERR_OK : ptk_windows_error(error);
    }
    for (ULONG i = 0; i < *taken; i++) {
        void *asker = entries[i].lpOverlapped;
        if (asker == NULL || take_answer(loop, (ptk_platform_socket_t *)asker)) {
            *told = true;
        }
    }
    return PTK_ERR_OK;
}

/** Whole milliseconds, rounded up so that a timer is never early. */
static DWORD timeout_ms(uint64_t now_ns, uint64_t deadline_ns) {
    if (deadline_ns == UINT64_MAX) {
        return INFINITE;
    }
    if (deadline_ns <= now_ns) {
        return 0;
    }
    uint64_t wait_ms = (deadline_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
    return wait_ms > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : (DWORD)wait_ms;
}

ptk_err_t ptk_port_poller_wait(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    for (;;) {
        ULONG taken;
        bool told;
        ptk_err_t error = take_packets(loop, timeout_ms(now_ns, deadline_ns), &taken, &told);
        if (error != PTK_ERR_OK || told) {
            return error;
        }
        /* Answers that tell nothing do not end the wait, nor does Windows' clock that is a little fast. */
        if (deadline_ns != UINT64_MAX && deadline_ns != 0) {
            now_ns = ptk_port_now_ns();
        }
        if (taken == 0 && deadline_ns <= now_ns) {
            return PTK_ERR_OK;
        }
    }
}

/* ------------------------------------------------------------------------------------------------ letting go */

/** Returns when the system refers to the slot's memory no more. What the answer tells is reported. */
static void end_request(ptk_socket_internal_t *socket) {
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    ptk_platform_socket_t *platform = &socket->platform;
    platform->held = 1; /* nothing is asked behind the answer */
    if (platform->request == REQUEST_PENDING) {
        ptk_afd_cancel(loop->platform.afd, platform);
        platform->request = REQUEST_CANCELLED;
    }
    while (platform->request != REQUEST_IDLE) {
        ULONG taken;
        bool told;
        ptk_err_t error = take_packets(loop, INFINITE, &taken, &told);
        assert(error == PTK_ERR_OK); /* the port is valid, and there is nothing else that could be wrong */
        (void)error;
    }
    platform->held = 0;
}

void ptk_port_socket_quiesce(ptk_socket_internal_t *socket) {
    end_request(socket);
}

void ptk_port_socket_close(ptk_socket_internal_t *socket) {
    end_request(socket);
    (void)closesocket(socket->platform.descriptor); /* it is a socket that does not linger, so this cannot fail */
}

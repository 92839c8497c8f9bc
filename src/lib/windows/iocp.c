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

#include "unix/system_error.h"
#include "unix/wait_time.h"
#include "windows/afd.h"
#include "core/port.h"

#include <assert.h>

/** Packets that are taken at once. */
#define MAX_ENTRIES 64

/** platform.request */
enum {
    REQUEST_IDLE = 0,
    REQUEST_PENDING = 1,
    REQUEST_CANCELLED = 2, /**< Still in flight: the answer was not taken. */
    REQUEST_ENDING = 3     /**< The same, and no further question may be asked. */
};

/* ------------------------------------------------------------------------------------------------ the loop's part */

ptk_err_t ptk_port_poller_open(ptk_event_loop_slot_t *loop) {
    WSADATA data;
    /* Counted by Winsock: each loop starts it and stops it. */
    int result = WSAStartup(MAKEWORD(2, 2), &data);
    if (result != 0) {
        return ptk_system_error(result);
    }
    loop->platform.completion_port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    if (loop->platform.completion_port == NULL) {
        ptk_err_t error = ptk_last_error();
        (void)WSACleanup();
        return error;
    }
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_event_loop_slot_t *loop) {
    (void)CloseHandle(loop->platform.completion_port);
    (void)WSACleanup();
}

/** Puts an answer of our own, or a wake-up, behind what is at the port. */
static void post(ptk_event_loop_slot_t *loop, ptk_platform_socket_t *asker) {
    /* It fails for want of system memory only, and what it says must not be lost. */
    while (!PostQueuedCompletionStatus(loop->platform.completion_port, 0, 0, (OVERLAPPED *)(void *)asker)) {
        ptk_port_back_off();
    }
}

void ptk_port_poller_wake(ptk_event_loop_slot_t *loop) {
    post(loop, NULL);
}

/* ------------------------------------------------------------------------------------------------ asking */

static bool has_peer(const ptk_socket_internal_t *socket) {
    return (socket->flags & PTK_SOCKET_FLAG_HAS_PEER) != 0;
}

/** A connection that is known to have failed. */
static bool is_broken(const ptk_socket_internal_t *socket) {
    return ptk_socket_is_connection(socket) && socket->error != PTK_ERR_OK;
}

/** What to ask for; 0 for nothing at present. */
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
        return 0; /* an event is about to be delivered, and behind it core tells again what it wants */
    }
    if (has_peer(socket) && (socket->delivery.raised & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) == 0) {
        events |= PTK_AFD_RECEIVE; /* Windows tells ICMP errors as something to receive */
    }
    bool failures_wanted = (socket->delivery.enabled & PTK_SOCKET_BIT(PTK_EVENT_ERROR)) != 0 && !is_broken(socket);
    if (events == 0 && !failures_wanted) {
        return 0; /* nobody listens: who does later is told at once, for all are levels */
    }
    if (ptk_socket_is_connection(socket) || socket->platform.datagram != 0) {
        events |= PTK_AFD_ABORT | PTK_AFD_CONNECT_FAIL;
    }
    return events == 0 ? 0 : events | PTK_AFD_LOCAL_CLOSE;
}

ptk_err_t ptk_port_socket_interest(ptk_socket_internal_t *socket) {
    ptk_platform_socket_t *platform = &socket->platform;
    if (platform->request >= REQUEST_CANCELLED) {
        return PTK_ERR_OK; /* follows when the answer was taken */
    }
    uint16_t events = events_wanted(socket);
    if (platform->request == REQUEST_PENDING) {
        if ((events & ~platform->asked) != 0) {
            ptk_afd_cancel(platform);
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
    if (!ptk_afd_ask(platform, events)) {
        post(socket->delivery.loop, platform); /* so that a refusal is told as all else is, by an answer */
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_watch(ptk_socket_internal_t *socket) {
    socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    ptk_err_t error = ptk_afd_prepare(socket->delivery.loop->platform.completion_port, &socket->platform);
    return error == PTK_ERR_OK ? ptk_port_socket_interest(socket) : error;
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

/** Reports what the answer tells. False if that is nothing. */
static bool report(ptk_event_loop_slot_t *loop, ptk_socket_internal_t *socket, uint16_t events) {
    /* What an operation has taken meanwhile is there no more; if there is more of it, the next answer tells. */
    uint32_t readiness = readiness_of(events) & ~(uint32_t)socket->platform.outdated;
    bool is_read = (socket->delivery.enabled & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0;
    ptk_err_t error = PTK_ERR_OK;
    if ((events & PTK_AFD_BROKEN) != 0 && is_broken(socket)) {
        readiness |= PTK_READY_READ; /* an operation has met it before; who reads meets it again, once */
    } else if ((events & (PTK_AFD_BROKEN | PTK_AFD_REFUSED)) != 0 && !is_broken(socket)) {
        error = ptk_afd_failure(&socket->platform);
    } else if ((readiness & PTK_READY_READ) != 0 && has_peer(socket) && !is_read) {
        error = take_icmp_error(&socket->platform); /* nobody would meet it by receiving */
    }
    if (error != PTK_ERR_OK) {
        ptk_socket_report_error(loop, socket->base.handle, error);
    } else if (readiness != 0) {
        ptk_socket_report(loop, socket->base.handle, readiness);
    }
    return error != PTK_ERR_OK || readiness != 0;
}

/** Takes a socket's answer. Whether it told something. */
static bool take_answer(ptk_event_loop_slot_t *loop, ptk_platform_socket_t *platform) {
    ptk_socket_internal_t *socket =
        (ptk_socket_internal_t *)(void *)((uint8_t *)platform - offsetof(ptk_socket_internal_t, platform));
    uint16_t events = ptk_afd_answer(platform);
    bool is_ending = platform->request == REQUEST_ENDING;
    assert(platform->request != REQUEST_IDLE);
    platform->request = is_ending ? REQUEST_ENDING : REQUEST_IDLE;
    bool told = report(loop, socket, events);
    if (is_ending) {
        platform->request = REQUEST_IDLE;
    } else if (events != PTK_AFD_REFUSED) { /* a driver that refuses is not asked again and again */
        (void)ptk_port_socket_interest(socket);
    }
    return told;
}

/** Takes what is at the port, or comes in time. told: whether something was reported, or the loop was woken. */
static ptk_err_t take_packets(ptk_event_loop_slot_t *loop, DWORD timeout_ms, ULONG *taken, bool *told) {
    OVERLAPPED_ENTRY entries[MAX_ENTRIES];
    *told = false;
    if (!GetQueuedCompletionStatusEx(loop->platform.completion_port, entries, MAX_ENTRIES, taken, timeout_ms, FALSE)) {
        DWORD error = GetLastError();
        *taken = 0;
        return error == WAIT_TIMEOUT ? PTK_ERR_OK : ptk_system_error((int)error);
    }
    for (ULONG i = 0; i < *taken; i++) {
        void *asker = entries[i].lpOverlapped;
        if (asker == NULL || take_answer(loop, (ptk_platform_socket_t *)asker)) {
            *told = true;
        }
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_poller_wait(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    for (;;) {
        ULONG taken;
        bool told;
        ptk_err_t error = take_packets(loop, (DWORD)ptk_wait_ms(now_ns, deadline_ns), &taken, &told);
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
void ptk_port_socket_quiesce(ptk_socket_internal_t *socket) {
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    ptk_platform_socket_t *platform = &socket->platform;
    if (platform->request == REQUEST_IDLE) {
        return;
    }
    if (platform->request == REQUEST_PENDING) {
        ptk_afd_cancel(platform);
    }
    platform->request = REQUEST_ENDING;
    while (platform->request != REQUEST_IDLE) {
        ULONG taken;
        bool told;
        ptk_err_t error = take_packets(loop, INFINITE, &taken, &told);
        assert(error == PTK_ERR_OK); /* the port is valid, and there is nothing else that could be wrong */
        (void)error;
    }
}

void ptk_port_socket_close(ptk_socket_internal_t *socket) {
    ptk_port_socket_quiesce(socket);
    (void)closesocket(socket->platform.descriptor); /* it is a socket that does not linger, so this cannot fail */
}

/**
 * @file netconn.c
 * @brief Waiting for sockets of lwIP by their netconns: lwIP calls back with each change, and the loop is woken.
 *
 * Everything is a level here, read from lwIP's own counters without its lock: a change that is missed wakes the loop.
 * How a loop waits is not known here; it is woken by ptk_port_poller_wake(), and its wait calls the scan.
 *
 * Needs lwIP's private header lwip/priv/sockets_priv.h as it is in 2.1 and 2.2. Where a vendor has changed it there is
 * select.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "lwip/lwip_poller.h"
#include "sockets/bsd_system.h"
#include "core/atomic.h"
#include "core/port.h"

#include <lwip/api.h>
#include <lwip/init.h>
#include <lwip/priv/sockets_priv.h>
#include <lwip/tcp.h>
#include <lwip/tcpip.h>

#if !LWIP_TCPIP_CORE_LOCKING
#error "lwipopts.h: ptk needs LWIP_TCPIP_CORE_LOCKING 1; without it take PTK_FREERTOS_NETWORK lwip_select"
#endif
#if !LWIP_SOCKET_SELECT && !LWIP_SOCKET_POLL
#error "lwipopts.h: ptk needs LWIP_SOCKET_SELECT 1 or LWIP_SOCKET_POLL 1"
#endif

#if LWIP_VERSION_MAJOR > 2 || LWIP_VERSION_MINOR > 1
/** @brief The socket's descriptor in its netconn; negative until it was accepted. */
#define DESCRIPTOR_OF(conn) ((conn)->callback_arg.socket)
#else
/** @brief The socket's descriptor in its netconn; negative until it was accepted. */
#define DESCRIPTOR_OF(conn) ((conn)->socket)
#endif

/**
 * @def PTK_LWIP_SOCKETS
 * @brief How many sockets lwIP has.
 */
#ifndef PTK_LWIP_SOCKETS
#define PTK_LWIP_SOCKETS MEMP_NUM_NETCONN
#endif

/** @brief In a word of watched: an attempt to connect has been answered, as something has changed and was no error. */
#define ANSWERED 1u

/**
 * @brief The loop of each socket that is watched, a pointer, and ANSWERED; 0 for the others. A callback changes none that
 *        is 0, and it is cleared under the core's lock, under which callbacks run: so none reaches a loop afterwards.
 */
static uintptr_t watched[PTK_LWIP_SOCKETS];

/** @brief lwIP's own callback, the same for each socket. */
static netconn_callback own_callback;

/** @brief Whether lwIP's descriptor has a place in watched. */
static bool has_place(intptr_t descriptor) {
    return descriptor >= LWIP_SOCKET_OFFSET && descriptor - LWIP_SOCKET_OFFSET < PTK_LWIP_SOCKETS;
}

/** @brief The word of a socket. */
static uintptr_t *word_of(intptr_t descriptor) {
    return &watched[descriptor - LWIP_SOCKET_OFFSET];
}

/** @brief What lwIP calls after each change. With the core's lock, but for what only takes readiness away. */
static void changed(struct netconn *conn, enum netconn_evt event, u16_t length) {
    own_callback(conn, event, length); /* first, as it counts what the scan looks at */
    int descriptor = DESCRIPTOR_OF(conn);
    bool is_less = event == NETCONN_EVT_RCVMINUS || event == NETCONN_EVT_SENDMINUS;
    if (is_less || !has_place(descriptor)) {
        return;
    }
    uintptr_t *word = word_of(descriptor);
    if (*word != 0) {
        *word |= conn->pending_err == ERR_OK ? ANSWERED : 0u;
        ptk_platform_loop_t *loop = (ptk_platform_loop_t *)(*word & ~(uintptr_t)ANSWERED);
        ptk_atomic_store(&loop->changed, 1);
        ptk_port_poller_wake(loop);
    }
}

/* The flags are set as lwip_ioctl() and lwip_setsockopt() do it; to sockets of IPv4 the second makes no difference.
 * Nothing calls back yet for a socket that is new, and a connection has the callback of its listener. */
void ptk_lwip_prepare(const ptk_platform_socket_t *socket) {
    struct netconn *conn = lwip_socket_dbg_get_socket((int)socket->descriptor)->conn;
    netconn_set_nonblocking(conn, 1);
#if LWIP_IPV6
    netconn_set_ipv6only(conn, 1);
#endif
    if (conn->callback != changed) {
        own_callback = conn->callback;
        conn->callback = changed;
    }
}

bool ptk_lwip_was_connected(const ptk_platform_socket_t *socket) {
    return (*word_of(socket->descriptor) & ANSWERED) != 0;
}

int ptk_lwip_end_stream(ptk_platform_socket_t *socket) {
    err_t error = ERR_CONN;
    LOCK_TCPIP_CORE();
    struct tcp_pcb *connection = lwip_socket_dbg_get_socket((int)socket->descriptor)->conn->pcb.tcp;
    bool has_ended = connection != NULL && connection->state == CLOSE_WAIT;
    if (connection != NULL && !has_ended) {
        error = tcp_shutdown(connection, 0, 1); /* under the same lock, so that no end comes in between */
    }
    UNLOCK_TCPIP_CORE();
    if (has_ended) {
        return 1;
    }
    errno = error == ERR_OK ? errno : err_to_errno(error);
    return error == ERR_OK ? 0 : -1;
}

/** @brief What of the PTK_READY_ bits is wanted. */
static uint32_t wanted_of(uint32_t interest) {
    uint32_t wanted = (interest & PTK_WANT_READ) != 0 ? PTK_READY_READ | PTK_READY_CLOSED : 0;
    wanted |= (interest & PTK_WANT_WRITE) != 0 ? PTK_READY_WRITE : 0;
    wanted |= (interest & (PTK_WANT_READ | PTK_WANT_WRITE | PTK_WANT_FAILURE)) != 0 ? PTK_READY_ERROR : 0;
    return wanted;
}

/** @brief What a socket is ready for: PTK_READY_ bits. */
static uint32_t readiness_of(const struct lwip_sock *system) {
    uint32_t readiness = 0;
    if (system->lastdata.pbuf != NULL || system->rcvevent > 0) {
        readiness = PTK_READY_READ | PTK_READY_CLOSED; /* data, the end, or both: only reading shows which */
    }
    if (system->sendevent != 0) {
        readiness |= PTK_READY_WRITE;
    }
    /* Not by errevent, which is never taken back, and set when both directions have ended as well. */
    if (system->conn->pending_err != ERR_OK) {
        readiness |= PTK_READY_ERROR;
    }
    return readiness;
}

/** @brief Reports the sockets of a loop that are ready. Whether there was one. */
static bool scan(ptk_platform_loop_t *loop) {
    uint32_t cursor = 0;
    bool found = false;
    ptk_handle_t handle;
    const ptk_platform_socket_t *socket;
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        uint32_t readiness = readiness_of(lwip_socket_dbg_get_socket((int)socket->descriptor)) & socket->interest;
        if (readiness != 0) {
            ptk_port_report(loop, handle, readiness, PTK_ERR_OK);
            found = true;
        }
    }
    return found;
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    (void)handle; /* the loop's sockets are gone through */
    if (!has_place(socket->descriptor)) {
        return PTK_ERR_OUT_OF_DESCRIPTORS;
    }
    socket->interest = (uint16_t)wanted_of(interest);
    ptk_atomic_store(&loop->changed, 1);
    uintptr_t *word = word_of(socket->descriptor);
    if (*word == 0) {
        loop->scan = scan;
        ptk_atomic_store_word(word, (uintptr_t)loop);
    }
    return PTK_WATCH_LEVELS;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    if (has_place(socket->descriptor)) {
        LOCK_TCPIP_CORE();
        *word_of(socket->descriptor) = 0;
        UNLOCK_TCPIP_CORE();
    }
    ptk_bsd_close(socket->descriptor);
    return true;
}

/**
 * @file plus_tcp_watch.c
 * @brief FreeRTOS+TCP: levels of the sockets, and the semaphore that the stack gives when one may have changed.
 *
 * The loop's task has a lower priority than the stack's. So the stack has given a semaphore, and is done with it,
 * before the loop goes on; what follows finds the socket without it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "plus_tcp/plus_tcp.h"
#include "core/atomic.h"
#include "core/port.h"

/** @brief The bits of an interest that core passes. */
#define WANT_BITS 0x00FFu

/* ------------------------------------------------------------------------------------------------ levels */

/** @brief What an open connection is ready for. */
static uint32_t readiness_of_open(Socket_t socket) {
    uint32_t readable = FreeRTOS_rx_size(socket) > 0 ? PTK_READY_READ : 0u;
    return readable | (FreeRTOS_tx_space(socket) > 0 ? PTK_READY_WRITE : 0u);
}

/** @brief What a connection is ready for, whether it is wanted or not, and its error: that once. */
static uint32_t readiness_of_connection(ptk_platform_socket_t *socket, ptk_err_t *error) {
    switch (ptk_plus_link_of(ptk_plus_socket(socket), error)) {
    case PTK_PLUS_CONNECTING:
        return 0;
    case PTK_PLUS_OPEN:
        return readiness_of_open(ptk_plus_socket(socket));
    case PTK_PLUS_LOST:
        if (!ptk_plus_is(socket, PTK_PLUS_FAILED)) {
            socket->interest |= PTK_PLUS_FAILED;
            return PTK_READY_READ | PTK_READY_WRITE | PTK_READY_ERROR;
        }
        *error = PTK_ERR_OK;
        return PTK_READY_READ | PTK_READY_WRITE;
    default:
        return PTK_READY_READ | PTK_READY_WRITE | PTK_READY_CLOSED;
    }
}

/** @brief Whether a connection waits to be accepted. To find out is to accept it. */
static bool has_waiting(const ptk_platform_socket_t *listener) {
    Socket_t connection = ptk_plus_accept(ptk_plus_socket(listener));
    if (connection != NULL) {
        (void)xSocketSetSocketID(ptk_plus_socket(listener), connection);
    }
    return connection != NULL;
}

/** @brief What a listener or a UDP socket is ready for, of what is wanted. */
static uint32_t readiness_of(ptk_platform_socket_t *socket) {
    uint8_t byte;
    if ((socket->interest & PTK_WANT_READ) == 0) {
        return PTK_READY_WRITE;
    }
    bool is_readable = ptk_plus_is(socket, PTK_PLUS_LISTENER)
                           ? has_waiting(socket)
                           : ptk_port_socket_receive(socket, PTK_RECEIVE_PEEK, &byte, 1, NULL) >= 0;
    return PTK_READY_WRITE | (is_readable ? PTK_READY_READ : 0u);
}

/** @brief Reports a socket that is ready for something that is wanted. Returns whether it was. */
static bool scan_socket(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle) {
    ptk_err_t error = PTK_ERR_OK;
    uint32_t interest = socket->interest;
    uint32_t wanted = ((interest & PTK_WANT_READ) != 0 ? PTK_READY_READ | PTK_READY_CLOSED : 0u) |
                      ((interest & PTK_WANT_WRITE) != 0 ? PTK_READY_WRITE : 0u);
    if (wanted == 0 && (interest & PTK_WANT_FAILURE) == 0) {
        return false;
    }
    uint32_t readiness =
        (interest & PTK_PLUS_CONNECTION) != 0 ? readiness_of_connection(socket, &error) : readiness_of(socket);
    readiness &= wanted | PTK_READY_ERROR;
    if (readiness == 0) {
        return false;
    }
    ptk_port_report(loop, handle, readiness, error);
    return true;
}

/** @brief Reports the sockets of a loop that are ready. Returns whether there was one. */
static bool scan(ptk_platform_loop_t *loop) {
    bool found = false;
    uint32_t cursor = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    ptk_atomic_store(&loop->changed, 1); /* always: the stack gives the semaphore by itself */
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        found = scan_socket(loop, socket, handle) || found;
    }
    return found;
}

/* ------------------------------------------------------------------------------------------------ sockets */

ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *socket) {
    ptk_err_t error = PTK_ERR_OK;
    if (ptk_plus_is(socket, PTK_PLUS_CONNECTION)) {
        (void)ptk_plus_link_of(ptk_plus_socket(socket), &error);
    }
    return error; /* ICMP errors do not reach UDP sockets */
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    (void)handle; /* the loop's sockets are gone through */
    if (!ptk_plus_is(socket, PTK_PLUS_WATCHED)) {
        loop->scan = scan;
        ptk_atomic_store(&loop->changed, 1);
        (void)FreeRTOS_setsockopt(ptk_plus_socket(socket), 0, FREERTOS_SO_SET_SEMAPHORE, &loop->semaphore,
                                  sizeof loop->semaphore);
    }
    socket->interest = (uint16_t)((socket->interest & ~WANT_BITS) | PTK_PLUS_WATCHED | (interest & WANT_BITS));
    return PTK_WATCH_LEVELS;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    static const SemaphoreHandle_t none = NULL;
    Socket_t system = ptk_plus_socket(socket);
    (void)loop;
    if (ptk_plus_is(socket, PTK_PLUS_CONNECTION)) {
        ptk_plus_abandon(system);
        return true;
    }
    ptk_plus_forget_peer(socket);
    Socket_t waiting = ptk_plus_is(socket, PTK_PLUS_LISTENER) ? (Socket_t)pvSocketGetSocketID(system) : NULL;
    if (waiting != NULL) {
        ptk_plus_abandon(waiting);
    }
    (void)FreeRTOS_setsockopt(system, 0, FREERTOS_SO_SET_SEMAPHORE, &none, sizeof none);
    (void)FreeRTOS_closesocket(system); /* with it those that wait, and that still have the semaphore */
    return true;
}

/**
 * @file select_sets.c
 * @brief What pollers with select() over lwIP's sockets share: the sets of a wait, and who is in them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "lwip/lwip_poller.h"
#include "lwip/select_sets.h"
#include "core/log.h"
#include "core/port.h"

#include <string.h>

/** @brief Adds a descriptor to a set. newlib's macros count in unsigned. */
static void add(ptk_lwip_sets_t *sets, fd_set *set, intptr_t descriptor) {
    FD_SET((unsigned)descriptor, set);
    sets->limit = descriptor >= sets->limit ? (int)descriptor + 1 : sets->limit;
}

bool ptk_lwip_sets_fill(ptk_platform_loop_t *loop, ptk_lwip_sets_t *sets, int wake_descriptor) {
    uint32_t cursor = 0;
    ptk_handle_t handle;
    const ptk_platform_socket_t *socket;
    memset(sets, 0, sizeof *sets);
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        uint32_t interest = socket->interest;
        if ((interest & PTK_WANT_READ) != 0) {
            add(sets, &sets->readable, socket->descriptor);
        }
        if ((interest & PTK_WANT_WRITE) != 0) {
            add(sets, &sets->writable, socket->descriptor);
        }
        if ((interest & (PTK_WANT_READ | PTK_WANT_WRITE | PTK_WANT_FAILURE)) != 0 &&
            (socket->state & PTK_LWIP_FAILED) == 0) {
            add(sets, &sets->failed, socket->descriptor);
        }
    }
    bool has_socket = sets->limit != 0;
    add(sets, &sets->readable, wake_descriptor);
    return has_socket;
}

/** @brief Reports a socket. lwIP never takes an error's mark back, and sets it when both directions have ended, too. */
static void report(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                   const ptk_lwip_sets_t *sets) {
    unsigned descriptor = (unsigned)socket->descriptor;
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

void ptk_lwip_sets_report(ptk_platform_loop_t *loop, const ptk_lwip_sets_t *sets) {
    uint32_t cursor = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    while ((socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        report(loop, socket, handle, sets);
    }
}

/* ------------------------------------------------------------------------------------------------ sockets */

void ptk_lwip_prepare(const ptk_platform_socket_t *socket) {
    int on = 1;
    if (lwip_ioctl((int)socket->descriptor, (long)FIONBIO, &on) != 0) {
        PTK_LOG(1, "lwIP was compiled with another FIONBIO", errno);
    }
#if LWIP_IPV6
    /* To sockets of IPv4, and connections, it makes no difference; of a connection that has ended it fails. */
    (void)lwip_setsockopt((int)socket->descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, (socklen_t)sizeof on);
#endif
}

bool ptk_lwip_was_connected(const ptk_platform_socket_t *socket) {
    (void)socket;
    return false; /* select() does not report it */
}

/* Only that the end comes next can be seen, not that it comes after data. */
int ptk_lwip_end_stream(ptk_platform_socket_t *socket) {
    uint8_t byte;
    bool has_ended = ptk_bsd_receive(socket, &byte, 1, MSG_PEEK) == 0;
    return has_ended ? 1 : lwip_shutdown((int)socket->descriptor, SHUT_WR);
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

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    ptk_bsd_close(socket->descriptor);
    return true;
}

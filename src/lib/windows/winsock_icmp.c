/**
 * @file winsock_icmp.c
 * @brief ICMP errors, which Winsock reports as something to receive, and SO_ERROR does not know.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_system.h"
#include "core/port.h"

/** @brief The ICMP error that comes next when the socket is read, or PTK_ERR_OK. */
static ptk_err_t peek(ptk_platform_socket_t *socket) {
    uint8_t byte;
    intptr_t result = ptk_port_socket_receive(socket, PTK_RECEIVE_PEEK, &byte, 1, NULL);
    bool is_icmp = result == PTK_ERR_CONNECTION_REFUSED || result == PTK_ERR_HOST_UNREACHABLE;
    return is_icmp ? (ptk_err_t)result : PTK_ERR_OK;
}

ptk_err_t ptk_winsock_icmp_error(ptk_platform_socket_t *socket) {
    uint8_t byte;
    ptk_err_t error = peek(socket);
    /* Winsock does not say whether looking at an error takes it. */
    if (error != PTK_ERR_OK && peek(socket) != PTK_ERR_OK) {
        (void)ptk_port_socket_receive(socket, PTK_RECEIVE_STREAM, &byte, 1, NULL);
    }
    return error;
}

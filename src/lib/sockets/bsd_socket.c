/**
 * @file bsd_socket.c
 * @brief BSD sockets, Winsock's included: opening, connecting, accepting, sending, receiving.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_address.h"
#include "sockets/bsd_option.h"
#include "core/port.h"

/** @brief The code for the last error of a socket. */
static ptk_err_t last_error_of(const ptk_platform_socket_t *socket) {
    return ptk_socket_error_of(socket, ptk_last_error_number());
}

/** @brief The code for the error of a call that names, or has named, a peer. */
static ptk_err_t route_error_of(const ptk_platform_socket_t *socket, const ptk_address_t *remote) {
    ptk_err_t error = last_error_of(socket);
    /* Core has checked the address. What can be invalid is a scope that is missing or contradicts the socket's; else it
     * is how Linux reports a blackhole route. */
    bool has_scope = PTK_SCOPE_CAN_BE_INVALID && remote != NULL && remote->family == PTK_ADDRESS_IPV6 &&
                     ((remote->bytes[0] == 0xFEu && (remote->bytes[1] & 0xC0u) == 0x80u) || remote->bytes[0] == 0xFFu);
    return error == PTK_ERR_INVALID_ARGUMENT && !has_scope ? PTK_ERR_NETWORK_UNREACHABLE : error;
}

/** @brief IPv6 takes IPv6 only. The default differs between systems. */
static ptk_err_t take_only_ipv6(const ptk_platform_socket_t *socket) {
    static const int on = 1;
    ptk_err_t error = ptk_bsd_set(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return PTK_IPV6_IS_ALONE && error == PTK_ERR_UNSUPPORTED ? PTK_ERR_OK : error;
}

ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *socket, uint8_t family, bool datagram) {
    bool ipv6 = family == PTK_ADDRESS_IPV6;
    if (ipv6 && !PTK_HAS_IPV6) {
        return PTK_ERR_UNSUPPORTED;
    }
    int domain = ipv6 ? AF_INET6 : AF_INET;
    ptk_descriptor_t descriptor = ptk_bsd_make(domain, datagram ? SOCK_DGRAM : SOCK_STREAM);
    if (descriptor == PTK_NO_DESCRIPTOR) {
        return ptk_last_error();
    }
    socket->descriptor = descriptor;
    ptk_err_t error = ptk_bsd_prepare(socket, datagram);
    if (error == PTK_ERR_OK && ipv6 && PTK_OPEN_SETS_V6ONLY) {
        error = take_only_ipv6(socket);
    }
    if (error == PTK_ERR_OK && datagram) {
        error = ptk_bsd_limit_groups(socket, domain);
    }
    if (error != PTK_ERR_OK) {
        ptk_bsd_close(descriptor);
    }
    return error;
}

ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *socket, const ptk_address_t *local, uint32_t backlog) {
    ptk_socket_address_t address;
    socklen_t length = ptk_bsd_to_system(local, &address);
    ptk_err_t error = ptk_bsd_bind(socket, &address.any, length);
    if (error == PTK_ERR_OK && backlog > 0) {
        error = ptk_system_result(ptk_system_listen(socket->descriptor, (int)backlog));
    }
    return error;
}

ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *socket, const ptk_address_t *remote) {
    ptk_socket_address_t address;
    socklen_t length = ptk_bsd_to_system(remote, &address);
    ptk_err_t outcome = PTK_ERR_OK;
    if (ptk_system_connect(socket->descriptor, &address.any, length) != 0) {
        /* POSIX: an interrupted attempt goes on. */
        outcome = ptk_was_interrupted() ? PTK_ERR_WOULD_BLOCK : route_error_of(socket, remote);
    }
    if (outcome == PTK_ERR_OK || outcome == PTK_ERR_WOULD_BLOCK) {
        ptk_bsd_connected(socket, outcome == PTK_ERR_WOULD_BLOCK);
    }
    return outcome;
}

/** @brief The next connection that has not failed, or none. */
static ptk_descriptor_t accept_next(ptk_descriptor_t listener, ptk_socket_address_t *address) {
    ptk_descriptor_t descriptor;
    do {
        socklen_t length = (socklen_t)sizeof *address;
        address->any.sa_family = AF_UNSPEC; /* BSDs give no address of a peer that is gone */
        descriptor = ptk_bsd_accept(listener, &address->any, &length);
    } while (descriptor == PTK_NO_DESCRIPTOR && ptk_is_connection_failure(ptk_last_error_number()));
    return descriptor;
}

ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *listener, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote) {
    ptk_socket_address_t address;
    ptk_err_t error;
    ptk_bsd_touched(listener, PTK_READY_READ);
    do {
        ptk_descriptor_t descriptor = accept_next(listener->descriptor, &address);
        if (descriptor == PTK_NO_DESCRIPTOR) {
            return ptk_last_error();
        }
        *accepted = (ptk_platform_socket_t){0};
        accepted->descriptor = descriptor;
        error = ptk_bsd_prepare(accepted, false);
        if (error != PTK_ERR_OK) {
            ptk_bsd_close(descriptor);
        }
    } while (error == PTK_ERR_INVALID_ARGUMENT); /* macOS takes no option of a connection that was reset meanwhile */
    if (error != PTK_ERR_OK) {
        return error;
    }
    if (remote != NULL) {
        ptk_bsd_from_system(&address, remote);
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *socket) {
    int number = 0;
    ptk_err_t error = ptk_system_result(ptk_bsd_error_number(socket, &number));
    if (error == PTK_ERR_OK) {
        error = ptk_pending_error_of(socket, number);
    }
    return error == PTK_ERR_OK ? ptk_bsd_hidden_error(socket) : error;
}

intptr_t ptk_port_socket_send(ptk_platform_socket_t *socket, const void *bytes, size_t length,
                              const ptk_address_t *remote) {
    ptk_socket_address_t address;
    intptr_t result;
    socklen_t address_length = remote == NULL ? 0 : ptk_bsd_to_system(remote, &address);
    if (ptk_bsd_is_too_long(socket, length)) {
        return PTK_ERR_MESSAGE_TOO_LONG;
    }
    do {
        result = remote == NULL ? ptk_system_send(socket->descriptor, bytes, ptk_bsd_length(length), MSG_NOSIGNAL)
                                : ptk_system_sendto(socket->descriptor, bytes, ptk_bsd_length(length), MSG_NOSIGNAL,
                                                    &address.any, address_length);
    } while (result < 0 && ptk_was_interrupted());
    if (result < 0 || (size_t)result < length) {
        ptk_bsd_touched(socket, PTK_READY_WRITE);
    }
    return result < 0 ? route_error_of(socket, remote) : result;
}

intptr_t ptk_port_socket_receive(ptk_platform_socket_t *socket, ptk_receive_mode_t mode, void *bytes, size_t room,
                                 ptk_address_t *remote) {
    ptk_socket_address_t address;
    intptr_t result;
    do {
        if (mode == PTK_RECEIVE_DATAGRAM) {
            address.any.sa_family = AF_UNSPEC;
            result = ptk_bsd_receive_datagram(socket, bytes, room, &address.any, (socklen_t)sizeof address);
        } else {
            result = ptk_bsd_receive(socket, bytes, room, mode == PTK_RECEIVE_PEEK ? MSG_PEEK : 0);
        }
    } while (result < 0 && ptk_was_interrupted());
    if (mode != PTK_RECEIVE_PEEK) {
        ptk_bsd_touched(socket, PTK_READY_READ);
    }
    if (result < 0) {
        return ptk_pending_error_of(socket, ptk_last_error_number());
    }
    if (remote != NULL) {
        ptk_bsd_from_system(&address, remote);
    }
    return result;
}

ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *socket) {
    return ptk_system_result(ptk_bsd_shutdown(socket));
}

ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *socket, bool remote, ptk_address_t *address) {
    ptk_socket_address_t system;
    socklen_t length = (socklen_t)sizeof system;
    int result = remote ? ptk_system_getpeername(socket->descriptor, &system.any, &length)
                        : ptk_system_getsockname(socket->descriptor, &system.any, &length);
    ptk_err_t error = ptk_system_result(result);
    if (error == PTK_ERR_OK) {
        ptk_bsd_from_system(&system, address);
    }
    return error == PTK_ERR_INVALID_ARGUMENT ? PTK_ERR_NOT_CONNECTED
                                             : error; /* macOS: it has ended in both directions */
}

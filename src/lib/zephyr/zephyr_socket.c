/**
 * @file zephyr_socket.c
 * @brief Where Zephyr's sockets differ from those of POSIX: error numbers, addresses, options.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_address.h"

#include <stdarg.h>
#include <zephyr/net/net_context.h>
#include <zephyr/net/net_if.h>
#include <zephyr/sys/fdtable.h>

/** @brief How often a port is chosen anew. */
#define MAX_PORT_TRIES 16u

/** @brief The stack's struct of a socket that is open. */
static struct net_context *context_of(ptk_descriptor_t descriptor) {
    return (struct net_context *)zsock_get_context_object(descriptor);
}

bool ptk_zephyr_has_connection(ptk_descriptor_t descriptor) {
    return context_of(descriptor)->tcp != NULL;
}

/* ------------------------------------------------------------------------------------------------ errors */

ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error) {
    if ((socket->state & PTK_STACK_DATAGRAM) != 0) {
        /* ENOMEM: one packet of the stack has no room for it; without any packet it is ENOBUFS. */
        return system_error == ENOMEM ? PTK_ERR_MESSAGE_TOO_LONG : ptk_system_error(system_error);
    }
    if (system_error == ENOBUFS || system_error == ENOMEM) {
        return PTK_ERR_WOULD_BLOCK; /* packets are in use, and will be free */
    }
    /* There was a connection, else core had refused the call. */
    return system_error == ENOTCONN ? PTK_ERR_CONNECTION_RESET : ptk_system_error(system_error);
}

ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error) {
    bool is_refusal = system_error == ECONNRESET && (socket->state & PTK_STACK_CONNECTING) != 0;
    return is_refusal ? PTK_ERR_CONNECTION_REFUSED : ptk_socket_error_of(socket, system_error);
}

/** @brief Whether a socket's peer is this machine. */
static bool is_to_itself(const struct net_context *context) {
    return IS_ENABLED(CONFIG_NET_IPV6) && context->remote.sa_family == AF_INET6
               ? net_ipv6_is_my_addr(&net_sin6(&context->remote)->sin6_addr)
               : IS_ENABLED(CONFIG_NET_IPV4) && net_ipv4_is_my_addr(&net_sin(&context->remote)->sin_addr);
}

int ptk_bsd_error_number(ptk_platform_socket_t *socket, int *number) {
    static const struct sockaddr none; /* the attempt has its address */
    uint8_t byte;
    socklen_t length = (socklen_t)sizeof *number;
    int descriptor = socket->descriptor;
    if (zsock_getsockopt(descriptor, SOL_SOCKET, SO_ERROR, number, &length) == 0) {
        return 0;
    }
    /* Up to 3.6 there is no SO_ERROR. A second connect() begins no other attempt but reports how the first ended. */
    bool is_attempt = (socket->state & PTK_STACK_CONNECTING) != 0;
    int result = is_attempt ? zsock_connect(descriptor, &none, (socklen_t)sizeof none)
                            : (int)zsock_recv(descriptor, &byte, sizeof byte, ZSOCK_MSG_PEEK);
    *number = result >= 0 || errno == EALREADY || errno == EAGAIN ? 0 : errno;
    if (is_attempt && *number == ETIMEDOUT && is_to_itself(context_of(descriptor))) {
        *number = ECONNREFUSED; /* it is sent no reset, but nothing gets lost there: there is no listener */
    }
    return 0;
}

/* ------------------------------------------------------------------------------------------------ calls */

/** @brief Makes a socket non-blocking; ioctl() takes further arguments, of which there are none. */
static int end_blocking(ptk_descriptor_t descriptor, ...) {
    va_list none;
    va_start(none, descriptor);
    int result = zsock_ioctl(descriptor, ZFD_IOCTL_FIONBIO, none);
    va_end(none);
    return result;
}

ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram) {
    /* Not by fcntl(), whose O_NONBLOCK is the host's on native_sim and another header's elsewhere. */
    socket->state |= datagram ? PTK_STACK_DATAGRAM : 0u;
    return end_blocking(socket->descriptor) == 0 ? PTK_ERR_OK : ptk_last_error();
}

/** @brief The result of a call that takes a port: one that is in use is EALREADY. */
static int port_result(int result) {
    if (result != 0 && errno == EALREADY) {
        errno = EADDRINUSE;
    }
    return result;
}

ptk_err_t ptk_bsd_bind(ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length) {
    ptk_socket_address_t chosen;
    memcpy(&chosen, address, length);
    int result = port_result(zsock_bind(socket->descriptor, &chosen.any, length));
    /* The port that a socket gets when it is made may be another one's: then one of the dynamic ports, RFC 6335. It is in the
     * same place of both families. */
    for (uint32_t i = 0; result != 0 && errno == EADDRINUSE && net_sin(address)->sin_port == 0 && i < MAX_PORT_TRIES;
         i++) {
        chosen.ipv4.sin_port = htons((uint16_t)(0xC000u | ((k_cycle_get_32() + i) & 0x3FFFu)));
        result = port_result(zsock_bind(socket->descriptor, &chosen.any, length));
    }
    if (result != 0 && errno == ENOENT) {
        return PTK_ERR_ADDRESS_NOT_AVAILABLE; /* no interface has it */
    }
    return result == 0 ? PTK_ERR_OK : ptk_last_error();
}

int ptk_system_listen(ptk_descriptor_t descriptor, int backlog) {
    return port_result(zsock_listen(descriptor, backlog));
}

/* ------------------------------------------------------------------------------------------------ addresses */

ptk_descriptor_t ptk_bsd_accept(ptk_descriptor_t listener, struct sockaddr *address, socklen_t *length) {
    ptk_descriptor_t descriptor = zsock_accept(listener, address, length);
    if (descriptor >= 0) {
        /* Else it has a port of its own that no packet has. It is in the same place of both families. */
        net_sin_ptr(&context_of(descriptor)->local)->sin_port = net_sin_ptr(&context_of(listener)->local)->sin_port;
    }
    return descriptor;
}

/* Where a socket that has a peer was bound to no address it is what the stack sends from. */
int ptk_system_getsockname(ptk_descriptor_t descriptor, struct sockaddr *address, socklen_t *length) {
    const struct sockaddr *peer = &context_of(descriptor)->remote;
    int result = zsock_getsockname(descriptor, address, length);
    if (result != 0 || peer->sa_family != address->sa_family) {
        return result;
    }
    if (IS_ENABLED(CONFIG_NET_IPV4) && peer->sa_family == AF_INET) {
        const struct in_addr *from = net_if_ipv4_select_src_addr(NULL, &net_sin(peer)->sin_addr);
        struct in_addr *own = &net_sin(address)->sin_addr;
        *own = net_ipv4_is_addr_unspecified(own) && from != NULL ? *from : *own;
    } else if (IS_ENABLED(CONFIG_NET_IPV6)) {
        const struct in6_addr *from = net_if_ipv6_select_src_addr(NULL, &net_sin6(peer)->sin6_addr);
        struct in6_addr *own = &net_sin6(address)->sin6_addr;
        *own = net_ipv6_is_addr_unspecified(own) && from != NULL ? *from : *own;
    }
    return 0;
}

/* ------------------------------------------------------------------------------------------------ options */

int ptk_system_setsockopt(ptk_descriptor_t descriptor, int level, int option, const void *value, socklen_t size) {
    if (level == IPPROTO_TCP && !ptk_zephyr_has_connection(descriptor)) {
        errno = ENOTCONN; /* the stack would go through a pointer that is NULL */
        return -1;
    }
    return zsock_setsockopt(descriptor, level, option, value, size);
}

/**
 * @file zephyr_socket.c
 * @brief Where Zephyr's sockets differ from those of POSIX: error numbers, addresses, options.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/bsd_option.h"
#include "core/port.h"

#include <stdarg.h>
#include <string.h>
#include <zephyr/net/net_context.h>
#include <zephyr/net/net_if.h>
#include <zephyr/sys/fdtable.h>

/** @brief The most bytes that a datagram can have, over IPv4. */
#define MAX_DATAGRAM 65507u

/** @brief How often a port is chosen anew. */
#define MAX_PORT_TRIES 16u

/** @brief The stack's struct of a socket. */
static struct net_context *context_of(ptk_descriptor_t descriptor) {
    return (struct net_context *)zsock_get_context_object(descriptor);
}

bool ptk_zephyr_has_connection(ptk_descriptor_t descriptor) {
    const struct net_context *context = context_of(descriptor);
    return context != NULL && context->tcp != NULL;
}

/* ------------------------------------------------------------------------------------------------ errors */

ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error) {
    if ((socket->state & PTK_ZEPHYR_DATAGRAM) != 0) {
        /* ENOMEM: one packet of the stack has no room for it; without any packet it is ENOBUFS. */
        return system_error == ENOMEM ? PTK_ERR_MESSAGE_TOO_LONG : ptk_system_error(system_error);
    }
    switch (system_error) {
    case ENOBUFS: /* packets are in use, and will be free */
    case ENOMEM:
        return PTK_ERR_WOULD_BLOCK;
    case ENOTCONN: /* there was a connection, else core had refused the call */
        return PTK_ERR_CONNECTION_RESET;
    default:
        return ptk_system_error(system_error);
    }
}

ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error) {
    bool is_refusal = system_error == ECONNRESET && (socket->state & PTK_ZEPHYR_CONNECTING) != 0;
    return is_refusal ? PTK_ERR_CONNECTION_REFUSED : ptk_socket_error_of(socket, system_error);
}

/** @brief Whether a socket's peer is this machine. */
static bool is_to_itself(const struct net_context *context) {
    const struct sockaddr *peer = &context->remote;
    if (IS_ENABLED(CONFIG_NET_IPV6) && peer->sa_family == AF_INET6) {
        return net_ipv6_is_my_addr((struct in6_addr *)(uintptr_t) & ((const struct sockaddr_in6 *)peer)->sin6_addr);
    }
    return IS_ENABLED(CONFIG_NET_IPV4) && net_ipv4_is_my_addr(&((const struct sockaddr_in *)peer)->sin_addr);
}

int ptk_bsd_error_number(ptk_platform_socket_t *socket, int *number) {
    struct sockaddr none;
    uint8_t byte;
    socklen_t length = (socklen_t)sizeof *number;
    *number = 0;
    if (zsock_getsockopt(socket->descriptor, SOL_SOCKET, SO_ERROR, number, &length) == 0) {
        return 0;
    }
    /* Up to 3.6 there is no SO_ERROR. An attempt that is on its way is not begun anew: it says how it ended, if it has. */
    memset(&none, 0, sizeof none);
    if ((socket->state & PTK_ZEPHYR_CONNECTING) != 0) {
        *number = zsock_connect(socket->descriptor, &none, (socklen_t)sizeof none) != 0 ? errno : 0;
        if (*number == ETIMEDOUT && is_to_itself(context_of(socket->descriptor))) {
            *number = ECONNREFUSED; /* it is sent no reset, but nothing gets lost there: there is no listener */
        }
    } else if (zsock_recv(socket->descriptor, &byte, sizeof byte, ZSOCK_MSG_PEEK) < 0) {
        *number = errno;
    }
    *number = *number == EALREADY || *number == EAGAIN ? 0 : *number;
    return 0;
}

/* ------------------------------------------------------------------------------------------------ calls */

/** @brief ioctl() with further arguments. */
static int control(ptk_descriptor_t descriptor, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    int result = zsock_ioctl(descriptor, request, arguments);
    va_end(arguments);
    return result;
}

ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram) {
    /* Not by fcntl(), whose O_NONBLOCK is the host's on native_sim and another header's elsewhere. */
    socket->state |= datagram ? PTK_ZEPHYR_DATAGRAM : 0;
    return control(socket->descriptor, ZFD_IOCTL_FIONBIO, 1) == 0 ? PTK_ERR_OK : ptk_last_error();
}

ptk_descriptor_t ptk_bsd_make(int domain, int type) {
    ptk_descriptor_t descriptor = zsock_socket(domain, type, 0);
    if (descriptor < 0 && errno == ENOENT) {
        errno = ENFILE; /* all of NET_MAX_CONTEXTS are in use */
    }
    return descriptor;
}

ptk_err_t ptk_bsd_bind(ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length) {
    struct sockaddr_storage chosen;
    memcpy(&chosen, address, length);
    uint16_t *port = &net_sin((struct sockaddr *)&chosen)->sin_port; /* in the same place of both families */
    bool is_free_to_choose = *port == 0;
    int result = zsock_bind(socket->descriptor, (struct sockaddr *)&chosen, length);
    /* The port that a socket gets when it is made may be another one's: then one of the dynamic ports, RFC 6335. */
    for (uint32_t i = 0; result != 0 && is_free_to_choose && errno == EALREADY && i < MAX_PORT_TRIES; i++) {
        *port = htons((uint16_t)(0xC000u | ((k_cycle_get_32() + i) & 0x3FFFu)));
        result = zsock_bind(socket->descriptor, (struct sockaddr *)&chosen, length);
    }
    if (result == 0) {
        return PTK_ERR_OK;
    }
    switch (errno) {
    case ENOENT: /* no interface has it */
        return PTK_ERR_ADDRESS_NOT_AVAILABLE;
    case EEXIST:
    case EALREADY:
        return PTK_ERR_ADDRESS_IN_USE;
    default:
        return ptk_last_error();
    }
}

int ptk_system_listen(ptk_descriptor_t descriptor, int backlog) {
    int result = zsock_listen(descriptor, backlog);
    if (result != 0 && errno == EALREADY) {
        errno = EADDRINUSE;
    } else if (result != 0 && errno == ENOENT) {
        errno = ENOBUFS; /* all of NET_MAX_CONN are in use */
    }
    return result;
}

int ptk_system_connect(ptk_descriptor_t descriptor, const struct sockaddr *address, socklen_t length) {
    int result = zsock_connect(descriptor, address, length);
    if (result != 0 && errno == ENOENT) {
        errno = ENOBUFS;
    }
    return result;
}

int64_t ptk_zephyr_send(ptk_descriptor_t descriptor, const void *bytes, size_t length, const struct sockaddr *address,
                        socklen_t address_length) {
    const struct net_context *context = context_of(descriptor);
    if (length > MAX_DATAGRAM && context != NULL && net_context_get_type((struct net_context *)context) == SOCK_DGRAM) {
        errno = EMSGSIZE;
        return -1;
    }
    return zsock_sendto(descriptor, bytes, length, 0, address, address_length);
}

/* ------------------------------------------------------------------------------------------------ addresses */

ptk_descriptor_t ptk_bsd_accept(ptk_descriptor_t listener, struct sockaddr *address, socklen_t *length) {
    ptk_descriptor_t descriptor = zsock_accept(listener, address, length);
    const struct net_context *from = descriptor < 0 ? NULL : context_of(listener);
    struct net_context *to = descriptor < 0 ? NULL : context_of(descriptor);
    if (from != NULL && to != NULL) {
        /* Else it has a port of its own that no packet has. It is in the same place of both families. */
        net_sin_ptr(&to->local)->sin_port = net_sin_ptr((struct sockaddr_ptr *)(uintptr_t)&from->local)->sin_port;
    }
    return descriptor;
}

/** @brief Fills in what the stack sends from, where a socket that has a peer was bound to no address. */
static void choose_ipv4(struct sockaddr_in *own, const struct sockaddr_in *peer) {
    const struct in_addr *source = net_if_ipv4_select_src_addr(NULL, &peer->sin_addr);
    if (net_ipv4_is_addr_unspecified(&own->sin_addr) && source != NULL) {
        own->sin_addr = *source;
    }
}

/** @brief The same of IPv6. */
static void choose_ipv6(struct sockaddr_in6 *own, const struct sockaddr_in6 *peer) {
    const struct in6_addr *source = net_if_ipv6_select_src_addr(NULL, &peer->sin6_addr);
    if (net_ipv6_is_addr_unspecified(&own->sin6_addr) && source != NULL) {
        own->sin6_addr = *source;
    }
}

int ptk_system_getsockname(ptk_descriptor_t descriptor, struct sockaddr *address, socklen_t *length) {
    struct net_context *context = context_of(descriptor);
    int result = zsock_getsockname(descriptor, address, length);
    if (result != 0 || context == NULL || context->remote.sa_family != address->sa_family) {
        return result;
    }
    if (IS_ENABLED(CONFIG_NET_IPV4) && address->sa_family == AF_INET) {
        choose_ipv4(net_sin(address), net_sin(&context->remote));
    } else if (IS_ENABLED(CONFIG_NET_IPV6) && address->sa_family == AF_INET6) {
        choose_ipv6(net_sin6(address), net_sin6(&context->remote));
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

ptk_err_t ptk_bsd_set_keep_alive(const ptk_platform_socket_t *socket, int32_t idle_s) {
    const int on = idle_s != 0;
#if defined(TCP_KEEPIDLE)
    const int idle = (int)idle_s;
    ptk_err_t error = idle_s == 0 ? PTK_ERR_OK : ptk_bsd_set(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    if (error != PTK_ERR_OK) {
        return error;
    }
#endif
    return ptk_bsd_set(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

ptk_err_t ptk_bsd_set_reuse_address(ptk_platform_socket_t *socket, int32_t value) {
    const int on = (int)value;
    return ptk_bsd_set(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

ptk_err_t ptk_bsd_set_ipv4_multicast(const ptk_platform_socket_t *socket, int option, struct in_addr group,
                                     uint32_t interface_index) {
#if PTK_HAS_IP_MREQN
    struct ip_mreqn request;
    memset(&request, 0, sizeof request);
    request.imr_multiaddr = group;
    request.imr_ifindex = (int)interface_index;
    return ptk_bsd_set(socket, IPPROTO_IP, option, &request, sizeof request);
#else
    (void)socket;
    (void)group;
    bool is_there = interface_index <= INT8_MAX && net_if_get_by_index((int)interface_index) != NULL;
    /* No socket is a member of any group. */
    bool is_unknown = option == IP_DROP_MEMBERSHIP || (interface_index != 0 && !is_there);
    return is_unknown ? PTK_ERR_ADDRESS_NOT_AVAILABLE : PTK_ERR_UNSUPPORTED;
#endif
}

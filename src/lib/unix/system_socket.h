/** @file system_socket.h @brief BSD sockets as POSIX systems have them: see bsd_system.h. */
#ifndef PTK_UNIX_SYSTEM_SOCKET_H
#define PTK_UNIX_SYSTEM_SOCKET_H

#include "sockets/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define PTK_NO_DESCRIPTOR (-1)
#if !defined(MSG_NOSIGNAL)
#define MSG_NOSIGNAL 0 /* the socket has SO_NOSIGPIPE instead */
#endif
#if defined(IP_MULTICAST_ALL) && !defined(IPV6_MULTICAST_ALL)
#define IPV6_MULTICAST_ALL 29 /* Linux since 4.20; older headers do not name it */
#endif
#if !defined(ENONET)
#define ENONET EHOSTUNREACH /* Linux: the host is isolated, says ICMP */
#endif

typedef int ptk_descriptor_t;
typedef unsigned char ptk_ipv4_multicast_value_t; /* on every system; Linux takes integers, too (ip(7)) */
typedef uint8_t ptk_error_number_t;               /* those that have a code are below 256 on every supported system */

#define PTK_ERROR_NUMBER(name) E##name
#define PTK_MORE_ERRORS(PAIR)                                                                                          \
    PAIR(EAGAIN, PTK_ERR_WOULD_BLOCK), PAIR(EPIPE, PTK_ERR_CONNECTION_RESET),                                          \
        PAIR(EPROTOTYPE, PTK_ERR_CONNECTION_RESET), /* macOS: send(2) while the connection is being torn down */       \
        PAIR(ENODEV, PTK_ERR_ADDRESS_NOT_AVAILABLE), PAIR(ENXIO, PTK_ERR_ADDRESS_NOT_AVAILABLE),                       \
        PAIR(EPERM, PTK_ERR_PERMISSION_DENIED), PAIR(ENFILE, PTK_ERR_OUT_OF_DESCRIPTORS),                              \
        PAIR(ENOMEM, PTK_ERR_OUT_OF_SYSTEM_MEMORY), PAIR(ENETRESET, PTK_ERR_CONNECTION_RESET),                         \
        PAIR(ENONET, PTK_ERR_HOST_UNREACHABLE),                                                                        \
        PAIR(ENOSPC, PTK_ERR_OUT_OF_SYSTEM_MEMORY) /* epoll_ctl(2): the limit of watched descriptors */

static inline int ptk_last_error_number(void) {
    return errno;
}

/** Also ICMP errors by the numbers that systems give them: Linux's icmp_err_convert[], FreeBSD's inetctlerrmap[]. */
static inline ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error) {
    (void)socket;
    switch (system_error) {
    case ENOPROTOOPT: /* protocol unreachable: that host has no TCP, or no UDP */
        return PTK_ERR_CONNECTION_REFUSED;
    case EPROTO:     /* parameter problem */
    case EOPNOTSUPP: /* source route failed */
        return PTK_ERR_HOST_UNREACHABLE;
    default:
        return ptk_system_error(system_error);
    }
}

/** Nothing was sent that could be too long; a datagram that is larger than the room is no error here. */
static inline ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error) {
    return system_error == EMSGSIZE ? PTK_ERR_PACKET_TOO_BIG : ptk_socket_error_of(socket, system_error);
}

static inline size_t ptk_bsd_length(size_t length) {
    return length;
}

static inline ptk_descriptor_t ptk_bsd_make(int domain, int type) {
#if PTK_HAS_SOCKET_FLAGS
    type |= SOCK_NONBLOCK | SOCK_CLOEXEC;
#endif
    return socket(domain, type, 0);
}

static inline ptk_descriptor_t ptk_bsd_accept(ptk_descriptor_t listener, struct sockaddr *address, socklen_t *length) {
#if PTK_HAS_SOCKET_FLAGS
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    return accept(listener, address, length);
#endif
}

static inline ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram) {
#if !PTK_HAS_SOCKET_FLAGS
    int flags = fcntl(socket->descriptor, F_GETFL);
    if (flags < 0 || fcntl(socket->descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(socket->descriptor, F_SETFD, FD_CLOEXEC) < 0) {
        return ptk_last_error();
    }
#endif
#if defined(SO_NOSIGPIPE)
    int on = 1;
    if (setsockopt(socket->descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, (socklen_t)sizeof on) != 0) {
        return ptk_last_error();
    }
#endif
    (void)socket;
    (void)datagram;
    return PTK_ERR_OK;
}

/** Linux delivers what is sent to any group that someone on the machine has joined, unless it is asked not to: ip(7). */
static inline ptk_err_t ptk_bsd_limit_groups(const ptk_platform_socket_t *socket, int domain) {
#if defined(IP_MULTICAST_ALL)
    static const int off = 0;
    int result = domain == AF_INET6
                     ? setsockopt(socket->descriptor, IPPROTO_IPV6, IPV6_MULTICAST_ALL, &off, (socklen_t)sizeof off)
                     : setsockopt(socket->descriptor, IPPROTO_IP, IP_MULTICAST_ALL, &off, (socklen_t)sizeof off);
    return result == 0 || errno == ENOPROTOOPT ? PTK_ERR_OK : ptk_last_error(); /* not in older systems */
#else
    (void)socket;
    (void)domain;
    return PTK_ERR_OK;
#endif
}

/** POSIX leaves open whether the descriptor is closed after EINTR; here it is on all supported systems. */
static inline void ptk_bsd_close(ptk_descriptor_t descriptor) {
    (void)close(descriptor);
}

static inline ptk_err_t ptk_bsd_bind(ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length) {
    return bind(socket->descriptor, address, length) == 0 ? PTK_ERR_OK : ptk_last_error();
}

static inline ptk_err_t ptk_bsd_hidden_error(ptk_platform_socket_t *socket) {
    (void)socket;
    return PTK_ERR_OK;
}

static inline void ptk_bsd_connected(ptk_platform_socket_t *socket) {
    (void)socket;
}

static inline void ptk_bsd_touched(ptk_platform_socket_t *socket, uint8_t readiness) {
    (void)socket;
    (void)readiness;
}

static inline bool ptk_is_connection_failure(void) {
    switch (errno) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO: /* and what Linux passes on from the new connection, accept(2) */
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENOPROTOOPT:
    case ETIMEDOUT:
        return true;
    default:
        return false;
    }
}

#if PTK_HAS_DATAGRAM_SIZE
/** With MSG_TRUNC the result is the real size of the datagram (udp(7)). */
static inline int64_t ptk_bsd_receive_datagram(ptk_descriptor_t descriptor, void *bytes, size_t room,
                                               struct sockaddr *address, socklen_t length) {
    return recvfrom(descriptor, bytes, room, MSG_TRUNC, address, &length);
}
#else
static inline int64_t ptk_bsd_receive_datagram(ptk_descriptor_t descriptor, void *bytes, size_t room,
                                               struct sockaddr *address, socklen_t length) {
    struct iovec part = {bytes, room};
    struct msghdr message = {0};
    message.msg_name = address;
    message.msg_namelen = length;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ssize_t result = recvmsg(descriptor, &message, 0);
    return result >= 0 && (message.msg_flags & MSG_TRUNC) != 0 ? (int64_t)room + 1 : result;
}
#endif

#endif

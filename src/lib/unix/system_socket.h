/**
 * @file system_socket.h
 * @brief BSD sockets as POSIX systems have them: see bsd_system.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_UNIX_SYSTEM_SOCKET_H
#define PTK_UNIX_SYSTEM_SOCKET_H

#include "unix/posix_socket.h"

#if defined(IP_MULTICAST_ALL) && !defined(IPV6_MULTICAST_ALL)
/** @brief Linux has it since 4.20; older headers do not name it. */
#define IPV6_MULTICAST_ALL 29
#endif

/** @brief The numbers that only POSIX systems have, as rows for the table of errors. */
#define PTK_MORE_ERRORS(PAIR) PTK_POSIX_ERRORS(PAIR)

/**
 * @brief The code for an error number of a socket. Also ICMP errors by the numbers that systems give them:
 *        Linux's icmp_err_convert[], FreeBSD's inetctlerrmap[].
 */
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

/**
 * @brief The same after a receive, or of SO_ERROR. Nothing was sent that could be too long; a datagram that is
 *        larger than the room is no error here.
 */
static inline ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error) {
    return system_error == EMSGSIZE ? PTK_ERR_PACKET_TOO_BIG : ptk_socket_error_of(socket, system_error);
}

/** @brief Gives a new socket what ptk_bsd_make() or ptk_bsd_accept() could not. */
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

/**
 * @brief Limits a UDP socket to the groups that it joins. Linux delivers what is sent to any group that someone
 *        on the machine has joined, unless it is asked not to: ip(7).
 */
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

/** @brief Whether a datagram is too long for each network: the system says so itself. */
static inline bool ptk_bsd_is_too_long(const ptk_platform_socket_t *socket, size_t length) {
    (void)socket;
    (void)length;
    return false;
}

/** @brief A socket has a peer, or an attempt to connect is on its way: nothing to do. */
static inline void ptk_bsd_connected(ptk_platform_socket_t *socket, bool is_on_its_way) {
    (void)socket;
    (void)is_on_its_way;
}

/** @brief Whether accept(2) failed because of the new connection, so that the next one can be tried. */
static inline bool ptk_is_connection_failure(int system_error) {
    switch (system_error) {
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

/** @brief Receives from a stream, or peeks. A reset is an error of recv(2). */
static inline intptr_t ptk_bsd_receive(ptk_platform_socket_t *socket, void *bytes, size_t room, int flags) {
    return recv(socket->descriptor, bytes, ptk_bsd_length(room), flags);
}

#if PTK_HAS_DATAGRAM_SIZE
/** @brief Receives a datagram. With MSG_TRUNC the result is the real size of the datagram (udp(7)). */
static inline intptr_t ptk_bsd_receive_datagram(ptk_platform_socket_t *socket, void *bytes, size_t room,
                                                struct sockaddr *address, socklen_t length) {
    return recvfrom(socket->descriptor, bytes, room, MSG_TRUNC, address, &length);
}
#else
/** @brief Receives a datagram; of one that was cut the size is not known. */
static inline intptr_t ptk_bsd_receive_datagram(ptk_platform_socket_t *socket, void *bytes, size_t room,
                                                struct sockaddr *address, socklen_t length) {
    struct iovec part = {bytes, room};
    struct msghdr message = {0};
    message.msg_name = address;
    message.msg_namelen = length;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ssize_t result = recvmsg(socket->descriptor, &message, 0);
    return result >= 0 && (message.msg_flags & MSG_TRUNC) != 0 ? (intptr_t)room + 1 : result;
}
#endif

#endif

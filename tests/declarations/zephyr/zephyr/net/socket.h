/**
 * @file socket.h
 * @brief Of Zephyr's sockets what the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_NET_SOCKET_H
#define ZEPHYR_NET_SOCKET_H

#include <stdarg.h>
#include <sys/types.h>
#include <zephyr/net/net_ip.h>

#define ZSOCK_POLLIN 1
#define ZSOCK_POLLOUT 4
#define ZSOCK_POLLERR 8
#define ZSOCK_POLLHUP 16
#define ZSOCK_MSG_PEEK 0x02
#define ZSOCK_MSG_TRUNC 0x20
#define ZSOCK_SHUT_WR 1

#if !defined(SOL_SOCKET)
#define SOL_SOCKET 1
#define SO_REUSEADDR 2
#define SO_ERROR 4
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_REUSEPORT 15
#define TCP_NODELAY 1
#define IPV6_V6ONLY 26
#endif

/** @brief A descriptor to wait for. */
struct zsock_pollfd {
    int fd;        /**< @brief The descriptor; one below 0 is left out. */
    short events;  /**< @brief What is waited for. */
    short revents; /**< @brief What came. */
};

/** @brief socket(). */
int zsock_socket(int family, int type, int protocol);
/** @brief close(). */
int zsock_close(int socket);
/** @brief shutdown(). */
int zsock_shutdown(int socket, int how);
/** @brief bind(). */
int zsock_bind(int socket, const struct sockaddr *address, socklen_t length);
/** @brief connect(). */
int zsock_connect(int socket, const struct sockaddr *address, socklen_t length);
/** @brief listen(). */
int zsock_listen(int socket, int backlog);
/** @brief accept(). */
int zsock_accept(int socket, struct sockaddr *address, socklen_t *length);
/** @brief sendto(). */
ssize_t zsock_sendto(int socket, const void *bytes, size_t length, int flags, const struct sockaddr *address,
                     socklen_t size);
/** @brief recv(). */
ssize_t zsock_recv(int socket, void *bytes, size_t room, int flags);
/** @brief recvfrom(). */
ssize_t zsock_recvfrom(int socket, void *bytes, size_t room, int flags, struct sockaddr *address, socklen_t *size);
/** @brief ioctl(). */
int zsock_ioctl(int socket, unsigned long request, va_list arguments);
/** @brief poll(). */
int zsock_poll(struct zsock_pollfd *descriptors, int count, int timeout_ms);
/** @brief getsockopt(). */
int zsock_getsockopt(int socket, int level, int option, void *value, socklen_t *size);
/** @brief setsockopt(). */
int zsock_setsockopt(int socket, int level, int option, const void *value, socklen_t size);
/** @brief getsockname(). */
int zsock_getsockname(int socket, struct sockaddr *address, socklen_t *length);
/** @brief getpeername(). */
int zsock_getpeername(int socket, struct sockaddr *address, socklen_t *length);
/** @brief The struct net_context of a socket, or NULL. */
void *zsock_get_context_object(int socket);

#endif

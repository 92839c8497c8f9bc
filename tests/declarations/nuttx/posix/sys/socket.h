/**
 * @file socket.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_SYS_SOCKET_H
#define DECLARATIONS_NUTTX_SYS_SOCKET_H

#include <sys/types.h>

typedef uint16_t sa_family_t; /**< @brief A family of addresses. */

/** @brief An address. */
struct sockaddr {
    sa_family_t sa_family; /**< @brief Its family. */
    char sa_data[14];      /**< @brief The rest. */
};

/** @brief Families. */
#define AF_UNSPEC 0
#define AF_INET 2
#define AF_INET6 10
/** @brief Kinds of sockets, and what can be added. */
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_NONBLOCK 00004000
#define SOCK_CLOEXEC 02000000
/** @brief Flags. */
#define MSG_PEEK 0x02
#define MSG_NOSIGNAL 0x4000
#define SHUT_WR 2
/** @brief Options. */
#define SOL_SOCKET 1
#define SO_BROADCAST 1
#define SO_ERROR 4
#define SO_KEEPALIVE 5
#define SO_RCVBUF 8
#define SO_REUSEADDR 11
#define SO_SNDBUF 12

/** @brief POSIX. */
int socket(int domain, int type, int protocol);
/** @brief POSIX. */
int bind(int descriptor, const struct sockaddr *address, socklen_t length);
/** @brief POSIX. */
int listen(int descriptor, int backlog);
/** @brief As accept(), with flags. */
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
/** @brief POSIX. */
int connect(int descriptor, const struct sockaddr *address, socklen_t length);
/** @brief POSIX. */
ssize_t send(int descriptor, const void *bytes, size_t size, int flags);
/** @brief POSIX. */
ssize_t sendto(int descriptor, const void *bytes, size_t size, int flags, const struct sockaddr *address,
               socklen_t length);
/** @brief POSIX. */
ssize_t recv(int descriptor, void *bytes, size_t size, int flags);
/** @brief POSIX. */
ssize_t recvfrom(int descriptor, void *bytes, size_t size, int flags, struct sockaddr *address, socklen_t *length);
/** @brief POSIX. */
int shutdown(int descriptor, int how);
/** @brief POSIX. */
int getsockname(int descriptor, struct sockaddr *address, socklen_t *length);
/** @brief POSIX. */
int getpeername(int descriptor, struct sockaddr *address, socklen_t *length);
/** @brief POSIX. */
int getsockopt(int descriptor, int level, int option, void *value, socklen_t *length);
/** @brief POSIX. */
int setsockopt(int descriptor, int level, int option, const void *value, socklen_t length);

#endif

/**
 * @file sockets.h
 * @brief ESP-IDF's lwIP: sockets, those calls, options and members that the port uses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIP_HDR_SOCKETS_H
#define LWIP_HDR_SOCKETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>

#define LWIP_SOCKET 1 /**< @brief As ESP-IDF has it. */
#define LWIP_IPV4 1   /**< @brief The same. */
#define LWIP_TCP 1    /**< @brief The same. */
#define LWIP_UDP 1    /**< @brief The same. */

typedef uint8_t u8_t;        /**< @brief lwIP's name. */
typedef uint16_t u16_t;      /**< @brief The same. */
typedef uint32_t u32_t;      /**< @brief The same. */
typedef int8_t s8_t;         /**< @brief The same. */
typedef u8_t sa_family_t;    /**< @brief AF_... */
typedef uint32_t socklen_t;  /**< @brief A length of an address or an option. */
typedef intptr_t lwip_ssize; /**< @brief ssize_t, which the C library may have already. */

/** @brief An IPv4 address in network byte order. */
struct in_addr {
    uint32_t s_addr; /**< @brief The address. */
};

/** @brief Any socket address. */
struct sockaddr {
    u8_t sa_len;           /**< @brief Its size. */
    sa_family_t sa_family; /**< @brief Its kind. */
    char sa_data[14];      /**< @brief The rest. */
};

/** @brief One of IPv4. */
struct sockaddr_in {
    u8_t sin_len;            /**< @brief Its size. */
    sa_family_t sin_family;  /**< @brief AF_INET. */
    u16_t sin_port;          /**< @brief The port, in network byte order. */
    struct in_addr sin_addr; /**< @brief The address. */
    char sin_zero[8];        /**< @brief Zeros. */
};

#if LWIP_IPV6
/** @brief An IPv6 address. */
struct in6_addr {
    uint32_t words[4]; /**< @brief In network byte order. */
};

/** @brief One of IPv6. */
struct sockaddr_in6 {
    u8_t sin6_len;             /**< @brief Its size. */
    sa_family_t sin6_family;   /**< @brief AF_INET6. */
    u16_t sin6_port;           /**< @brief The port, in network byte order. */
    u32_t sin6_flowinfo;       /**< @brief Nothing here. */
    struct in6_addr sin6_addr; /**< @brief The address. */
    u32_t sin6_scope_id;       /**< @brief The interface. */
};

/** @brief A group of IPv6. */
struct ipv6_mreq {
    struct in6_addr ipv6mr_multiaddr; /**< @brief The group. */
    unsigned int ipv6mr_interface;    /**< @brief The interface. */
};
#endif

/** @brief A part of a message. */
struct iovec {
    void *iov_base; /**< @brief Where it is. */
    size_t iov_len; /**< @brief Its size. */
};

/** @brief A message. */
struct msghdr {
    void *msg_name;           /**< @brief The address. */
    socklen_t msg_namelen;    /**< @brief Its size. */
    struct iovec *msg_iov;    /**< @brief Its parts. */
    int msg_iovlen;           /**< @brief How many. */
    void *msg_control;        /**< @brief More. */
    socklen_t msg_controllen; /**< @brief Its size. */
    int msg_flags;            /**< @brief MSG_... */
};

/* The values are lwIP's. */
#define AF_UNSPEC 0
#define AF_INET 2
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOL_SOCKET 0xfff
#define SO_REUSEADDR 0x0004
#define SO_KEEPALIVE 0x0008
#define SO_BROADCAST 0x0020
#define SO_REUSEPORT 0x0200
#define SO_SNDBUF 0x1001
#define SO_RCVBUF 0x1002
#define SO_ERROR 0x1007
#define IPPROTO_IP 0
#define IPPROTO_TCP 6
#define IP_TTL 2
#define IP_ADD_MEMBERSHIP 3
#define IP_DROP_MEMBERSHIP 4
#define IP_MULTICAST_TTL 5
#define IP_MULTICAST_IF 6
#define IP_MULTICAST_LOOP 7
#define TCP_NODELAY 1
#define TCP_KEEPALIVE 2
#define MSG_TRUNC 4
#define MSG_PEEK 1
#define MSG_NOSIGNAL 0x20
#define SHUT_WR 1
#define SHUT_RDWR 2
#define INADDR_ANY ((u32_t)0)
#define FIONBIO 0x8004667eL
/* sockets_ext.h of ESP-IDF, also without IPv6. */
#define IPV6_MULTICAST_IF 0x300
#define IPV6_MULTICAST_HOPS 0x301
#define IPV6_MULTICAST_LOOP 0x302
#if LWIP_IPV6
#define AF_INET6 10
#define IPPROTO_IPV6 41
#define IPV6_V6ONLY 27
#define IPV6_JOIN_GROUP 12
#define IPV6_LEAVE_GROUP 13
#else
#define AF_INET6 AF_UNSPEC
#endif

#define htons(x) ((u16_t)__builtin_bswap16(x)) /**< @brief To network byte order: the processors have the other one. */
#define ntohs(x) htons(x)                      /**< @brief And back. */
#define htonl(x) ((u32_t)__builtin_bswap32(x)) /**< @brief The same of 32 bits. */

/** @brief Makes a socket. */
int lwip_socket(int domain, int type, int protocol);
/** @brief Binds. */
int lwip_bind(int s, const struct sockaddr *name, socklen_t namelen);
/** @brief Listens. */
int lwip_listen(int s, int backlog);
/** @brief Accepts. */
int lwip_accept(int s, struct sockaddr *addr, socklen_t *addrlen);
/** @brief Connects. */
int lwip_connect(int s, const struct sockaddr *name, socklen_t namelen);
/** @brief Ends a direction. */
int lwip_shutdown(int s, int how);
/** @brief Closes. */
int lwip_close(int s);
/** @brief The address of this end. */
int lwip_getsockname(int s, struct sockaddr *name, socklen_t *namelen);
/** @brief That of the other end. */
int lwip_getpeername(int s, struct sockaddr *name, socklen_t *namelen);
/** @brief Reads an option. */
int lwip_getsockopt(int s, int level, int optname, void *optval, socklen_t *optlen);
/** @brief Sets an option. */
int lwip_setsockopt(int s, int level, int optname, const void *optval, socklen_t optlen);
/** @brief Sets whether calls block. */
int lwip_ioctl(int s, long cmd, void *argp);
/** @brief Receives. */
lwip_ssize lwip_recv(int s, void *mem, size_t len, int flags);
/** @brief Receives, and reports what was cut. */
lwip_ssize lwip_recvmsg(int s, struct msghdr *message, int flags);
/** @brief Sends. */
lwip_ssize lwip_sendto(int s, const void *dataptr, size_t size, int flags, const struct sockaddr *to, socklen_t tolen);

#endif

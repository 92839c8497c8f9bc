/**
 * @file system_socket.h
 * @brief BSD sockets as Winsock has them: see bsd_system.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_WINDOWS_SYSTEM_SOCKET_H
#define PTK_WINDOWS_SYSTEM_SOCKET_H

/** @brief Winsock's name for it is another. */
#define SHUT_WR SD_SEND
#include "sockets/plain_calls.h" /* system_features.h has declared them */
#include "sockets/system_error.h"

#include <limits.h>

/** @brief No socket. */
#define PTK_NO_DESCRIPTOR INVALID_SOCKET
/** @brief There are no signals. */
#define MSG_NOSIGNAL 0
/** @brief accept() as it is: ptk_bsd_prepare() does the rest. */
#define ptk_bsd_accept accept

#ifndef SIO_UDP_CONNRESET
/** @brief Whether a receive reports "port unreachable". Older headers do not name it. */
#define SIO_UDP_CONNRESET 0x9800000Cu
#endif
#ifndef SIO_UDP_NETRESET
/** @brief Whether a receive reports "TTL exceeded". Older headers do not name it. */
#define SIO_UDP_NETRESET 0x9800000Fu
#endif

/** @brief Bits of a socket's kind. */
enum { PTK_WINSOCK_DATAGRAM = 1, PTK_WINSOCK_SHARED = 2 };

typedef SOCKET ptk_descriptor_t;             /**< @brief A socket of the system. */
typedef uint32_t ptk_ipv4_multicast_value_t; /**< @brief What options of IPv4 multicast take. */
typedef uint16_t ptk_error_number_t;         /**< @brief Winsock's begin at 10000. */

/** @brief The error number that POSIX calls E and the name. */
#define PTK_ERROR_NUMBER(name) WSAE##name
/** @brief More numbers of Winsock; after them those that RtlNtStatusToDosError() makes. */
#define PTK_MORE_ERRORS(PAIR)                                                                                          \
    PAIR(WSAEFAULT, PTK_ERR_INVALID_ARGUMENT), PAIR(WSAENETRESET, PTK_ERR_CONNECTION_RESET),                           \
        PAIR(WSAESHUTDOWN, PTK_ERR_CONNECTION_RESET), PAIR(WSAEDISCON, PTK_ERR_CONNECTION_RESET),                      \
        PAIR(WSAEPFNOSUPPORT, PTK_ERR_UNSUPPORTED), PAIR(WSAEOPNOTSUPP, PTK_ERR_UNSUPPORTED),                          \
        PAIR(WSAEPROCLIM, PTK_ERR_OUT_OF_DESCRIPTORS), PAIR(ERROR_CONNECTION_REFUSED, PTK_ERR_CONNECTION_REFUSED),     \
        PAIR(ERROR_PORT_UNREACHABLE, PTK_ERR_CONNECTION_REFUSED),                                                      \
        PAIR(ERROR_CONNECTION_ABORTED, PTK_ERR_CONNECTION_RESET),                                                      \
        PAIR(ERROR_NETNAME_DELETED, PTK_ERR_CONNECTION_RESET),                                                         \
        PAIR(ERROR_NETWORK_UNREACHABLE, PTK_ERR_NETWORK_UNREACHABLE),                                                  \
        PAIR(ERROR_HOST_UNREACHABLE, PTK_ERR_HOST_UNREACHABLE), PAIR(ERROR_SEM_TIMEOUT, PTK_ERR_TIMED_OUT),            \
        PAIR(ERROR_TOO_MANY_OPEN_FILES, PTK_ERR_OUT_OF_DESCRIPTORS),                                                   \
        PAIR(ERROR_ACCESS_DENIED, PTK_ERR_PERMISSION_DENIED),                                                          \
        PAIR(ERROR_NOT_ENOUGH_MEMORY, PTK_ERR_OUT_OF_SYSTEM_MEMORY),                                                   \
        PAIR(ERROR_OUTOFMEMORY, PTK_ERR_OUT_OF_SYSTEM_MEMORY),                                                         \
        PAIR(ERROR_INVALID_PARAMETER, PTK_ERR_INVALID_ARGUMENT),                                                       \
        PAIR(ERROR_NO_SYSTEM_RESOURCES, PTK_ERR_OUT_OF_SYSTEM_MEMORY),                                                 \
        PAIR(ERROR_WORKING_SET_QUOTA, PTK_ERR_OUT_OF_SYSTEM_MEMORY),                                                   \
        PAIR(ERROR_NOT_ENOUGH_QUOTA, PTK_ERR_OUT_OF_SYSTEM_MEMORY)

/** @brief The error number of the system's last call. */
static inline int ptk_last_error_number(void) {
    return (int)GetLastError(); /* WSAGetLastError() is the same */
}

/** @brief Whether the last call failed because a signal came: there are none. */
static inline bool ptk_was_interrupted(void) {
    return false;
}

/**
 * @brief The code for an error number of a socket. Winsock reports ICMP errors of UDP by numbers that mean something
 *        else for TCP.
 */
static inline ptk_err_t ptk_socket_error_of(const ptk_platform_socket_t *socket, int system_error) {
    if ((socket->kind & PTK_WINSOCK_DATAGRAM) != 0 && system_error == WSAECONNRESET) {
        return PTK_ERR_CONNECTION_REFUSED; /* ICMP: no one has that port */
    }
    if ((socket->kind & PTK_WINSOCK_DATAGRAM) != 0 && system_error == WSAENETRESET) {
        return PTK_ERR_HOST_UNREACHABLE; /* ICMP: the TTL was too small */
    }
    return ptk_system_error(system_error);
}

/** @brief WSAEMSGSIZE is a datagram that is larger than the room; Winsock does not report ICMP's "packet too big". */
static inline ptk_err_t ptk_pending_error_of(const ptk_platform_socket_t *socket, int system_error) {
    return ptk_socket_error_of(socket, system_error);
}

/** @brief How many bytes one call takes: Winsock counts them in an int. */
static inline int ptk_bsd_length(size_t length) {
    return length > INT_MAX ? INT_MAX : (int)length;
}

/** @brief Makes a socket that no child process inherits. */
static inline ptk_descriptor_t ptk_bsd_make(int domain, int type) {
    return WSASocketW(domain, type, 0, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

/** @brief Closes a socket. */
static inline void ptk_bsd_close(ptk_descriptor_t descriptor) {
    (void)closesocket(descriptor); /* it is a socket that does not linger, so this cannot fail */
}

/**
 * @brief Binds. Without exclusive use another program could bind the same port with SO_REUSEADDR and get what is
 *        for this one.
 */
static inline ptk_err_t ptk_bsd_bind(ptk_platform_socket_t *socket, const struct sockaddr *address, socklen_t length) {
    static const int on = 1;
    if ((socket->kind & PTK_WINSOCK_SHARED) == 0 &&
        setsockopt(socket->descriptor, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, (int)sizeof on) != 0) {
        return ptk_last_error();
    }
    if (bind(socket->descriptor, address, length) == 0) {
        return PTK_ERR_OK;
    }
    /* Access to a port is denied because another program has it for itself; ports need no privilege here. */
    return WSAGetLastError() == WSAEACCES ? PTK_ERR_ADDRESS_IN_USE : ptk_last_error();
}

/**
 * @brief Whether a receive reports ICMP errors of datagrams.
 *
 * Without a peer they could belong to any datagram that was sent before. Where the system refuses the change they are
 * reported, and are not fatal either.
 */
static inline void ptk_winsock_report_icmp_errors(ptk_platform_socket_t *socket, BOOL report) {
    DWORD size;
    if ((socket->kind & PTK_WINSOCK_DATAGRAM) != 0) {
        (void)WSAIoctl(socket->descriptor, SIO_UDP_CONNRESET, &report, sizeof report, NULL, 0, &size, NULL, NULL);
        (void)WSAIoctl(socket->descriptor, SIO_UDP_NETRESET, &report, sizeof report, NULL, 0, &size, NULL, NULL);
    }
}

/** @brief Makes a new socket non-blocking; an accepted one was inheritable so far. */
static inline ptk_err_t ptk_bsd_prepare(ptk_platform_socket_t *socket, bool datagram) {
    u_long non_blocking = 1;
    socket->kind = datagram ? PTK_WINSOCK_DATAGRAM : 0;
    ptk_winsock_report_icmp_errors(socket, FALSE);
    bool is_ready = ioctlsocket(socket->descriptor, (long)FIONBIO, &non_blocking) == 0 &&
                    SetHandleInformation((HANDLE)socket->descriptor, HANDLE_FLAG_INHERIT, 0);
    return is_ready ? PTK_ERR_OK : ptk_last_error();
}

/** @brief Limits a UDP socket to the groups that it joins: nothing to do. */
static inline ptk_err_t ptk_bsd_limit_groups(const ptk_platform_socket_t *socket, int domain) {
    (void)socket;
    (void)domain;
    return PTK_ERR_OK; /* Windows does not deliver what a socket has not joined */
}

/** @brief Takes the ICMP error that waits in front of a UDP socket's datagrams; see winsock_icmp.c. */
ptk_err_t ptk_winsock_icmp_error(ptk_platform_socket_t *socket);

/** @brief Whether a datagram is too long for each network: the system says so itself. */
static inline bool ptk_bsd_is_too_long(const ptk_platform_socket_t *socket, size_t length) {
    (void)socket;
    (void)length;
    return false;
}

/** @brief The error that waits in a socket and is not in SO_ERROR: an ICMP error. */
static inline ptk_err_t ptk_bsd_hidden_error(ptk_platform_socket_t *socket) {
    return (socket->kind & PTK_WINSOCK_DATAGRAM) != 0 ? ptk_winsock_icmp_error(socket) : PTK_ERR_OK;
}

/** @brief A socket has a peer, or an attempt is on its way: ICMP errors of a UDP peer are reported from now on. */
static inline void ptk_bsd_connected(ptk_platform_socket_t *socket, bool is_on_its_way) {
    (void)is_on_its_way;
    ptk_winsock_report_icmp_errors(socket, TRUE);
}

/** @brief A socket may be less ready than a completion says that is still to be reported. */
static inline void ptk_bsd_touched(ptk_platform_socket_t *socket, uint8_t readiness) {
    socket->outdated |= readiness;
}

/** @brief Whether accept failed because the connection ended while it waited. */
static inline bool ptk_is_connection_failure(int system_error) {
    return system_error == WSAECONNRESET;
}

/** @brief Receives from a stream, or peeks. A reset is an error of recv(). */
static inline intptr_t ptk_bsd_receive(ptk_platform_socket_t *socket, void *bytes, size_t room, int flags) {
    return recv(socket->descriptor, bytes, ptk_bsd_length(room), flags);
}

/** @brief Receives a datagram. Winsock cuts one that is too large, and does not report its size. */
static inline intptr_t ptk_bsd_receive_datagram(ptk_platform_socket_t *socket, void *bytes, size_t room,
                                                struct sockaddr *address, socklen_t length) {
    int result = recvfrom(socket->descriptor, bytes, ptk_bsd_length(room), 0, address, &length);
    return result < 0 && WSAGetLastError() == WSAEMSGSIZE ? (intptr_t)room + 1 : result;
}

#endif

/** @file winsock_socket.c @brief Winsock: opening, connecting, accepting, sending, receiving. */
#include "system_features.h"

#include "windows/winsock_socket.h"

#include "unix/bsd_address.h"
#include "windows/afd.h"
#include "windows/windows_error.h"
#include "core/port.h"

#include <limits.h>
#include <mswsock.h>

#ifndef SIO_UDP_CONNRESET
#define SIO_UDP_CONNRESET 0x9800000Cu
#endif
#ifndef SIO_UDP_NETRESET
#define SIO_UDP_NETRESET 0x9800000Fu
#endif

/** No TCP socket and no UDP socket yet. */
static const ptk_platform_socket_t closed = {{0, 0, 0, NULL, 0, 0}, {0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0};

static ptk_err_t error_of(const ptk_platform_socket_t *socket, int system_error) {
    if (socket->datagram != 0 && system_error == WSAECONNRESET) {
        return PTK_ERR_CONNECTION_REFUSED; /* ICMP: nobody has that port */
    }
    if (socket->datagram != 0 && system_error == WSAENETRESET) {
        return PTK_ERR_HOST_UNREACHABLE; /* ICMP: the TTL was too small */
    }
    return ptk_windows_error((uint32_t)system_error);
}

static ptk_err_t last_error(const ptk_platform_socket_t *socket) {
    return error_of(socket, WSAGetLastError());
}

static bool set_int(SOCKET descriptor, int level, int option, int value) {
    return setsockopt(descriptor, level, option, (const char *)&value, (int)sizeof value) == 0;
}

/** Winsock counts bytes in an int. */
static int clamped(size_t length) {
    return length > INT_MAX ? INT_MAX : (int)length;
}

/**
 * Whether ICMP errors of datagrams are told when receiving. Without a peer they would be those of any datagram sent
 * before, and nobody could know which. Where the system refuses, they are told and are as little fatal.
 */
static void tell_icmp_errors(SOCKET descriptor, BOOL tell) {
    DWORD size;
    (void)WSAIoctl(descriptor, SIO_UDP_CONNRESET, &tell, sizeof tell, NULL, 0, &size, NULL, NULL);
    (void)WSAIoctl(descriptor, SIO_UDP_NETRESET, &tell, sizeof tell, NULL, 0, &size, NULL, NULL);
}

ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *socket, uint8_t family, bool datagram) {
    bool ipv6 = family == PTK_ADDRESS_IPV6;
    u_long non_blocking = 1;
    SOCKET descriptor =
        WSASocketW(ipv6 ? AF_INET6 : AF_INET, datagram ? SOCK_DGRAM : SOCK_STREAM, datagram ? IPPROTO_UDP : IPPROTO_TCP,
                   NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (descriptor == INVALID_SOCKET) {
        return last_error(&closed);
    }
    if (ioctlsocket(descriptor, (long)FIONBIO, &non_blocking) != 0 ||
        (ipv6 && !set_int(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1))) {
        ptk_err_t error = last_error(&closed);
        (void)closesocket(descriptor);
        return error;
    }
    if (datagram) {
        tell_icmp_errors(descriptor, FALSE);
    }
    *socket = closed;
    socket->descriptor = descriptor;
    socket->datagram = datagram;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *socket, const ptk_address_t *local, uint32_t backlog) {
    ptk_socket_address_t address;
    socklen_t length = ptk_unix_to_system(local, &address);
    /* Otherwise another program could bind the same port with SO_REUSEADDR and get what is for this one. */
    if (socket->shared == 0 && !set_int(socket->descriptor, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1)) {
        return last_error(socket);
    }
    if (bind(socket->descriptor, &address.any, length) != 0) {
        return last_error(socket);
    }
    if (backlog > 0 && listen(socket->descriptor, clamped(backlog)) != 0) {
        return last_error(socket);
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *socket, const ptk_address_t *remote) {
    ptk_socket_address_t address;
    socklen_t length = ptk_unix_to_system(remote, &address);
    if (connect(socket->descriptor, &address.any, length) != 0) {
        return last_error(socket);
    }
    if (socket->datagram != 0) {
        tell_icmp_errors(socket->descriptor, TRUE);
        socket->has_peer = 1;
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *listener, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote) {
    ptk_socket_address_t address;
    u_long non_blocking = 1;
    SOCKET descriptor;
    listener->outdated |= PTK_AFD_ACCEPT;
    do {
        int length = (int)sizeof address;
        descriptor = accept(listener->descriptor, &address.any, &length);
        /* A connection that ended while it waited: the one behind it is tried. */
    } while (descriptor == INVALID_SOCKET && WSAGetLastError() == WSAECONNRESET);
    if (descriptor == INVALID_SOCKET) {
        return last_error(listener);
    }
    if (ioctlsocket(descriptor, (long)FIONBIO, &non_blocking) != 0 ||
        !SetHandleInformation((HANDLE)descriptor, HANDLE_FLAG_INHERIT, 0)) {
        ptk_err_t error = ptk_windows_error(GetLastError()); /* WSAGetLastError() is the same */
        (void)closesocket(descriptor);
        return error;
    }
    *accepted = closed;
    accepted->descriptor = descriptor;
    if (remote != NULL) {
        *remote = ptk_unix_from_system(&address);
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *socket) {
    int value = 0;
    int length = (int)sizeof value;
    if (getsockopt(socket->descriptor, SOL_SOCKET, SO_ERROR, (char *)&value, &length) != 0) {
        return last_error(socket);
    }
    /* What the driver has told, Winsock need not know. An ICMP error is told once, the end of a connection for ever. */
    ptk_err_t error = value != 0 ? error_of(socket, value) : socket->failure;
    if (socket->datagram != 0) {
        socket->failure = PTK_ERR_OK;
    }
    return error;
}

/** Looks at what a receive would tell first, without the bytes. The error if it is an ICMP error. */
static ptk_err_t peek_icmp_error(const ptk_platform_socket_t *socket) {
    char byte;
    if (recv(socket->descriptor, &byte, 1, MSG_PEEK) >= 0) {
        return PTK_ERR_OK;
    }
    int system_error = WSAGetLastError();
    bool is_icmp = system_error == WSAECONNRESET || system_error == WSAENETRESET;
    return is_icmp ? error_of(socket, system_error) : PTK_ERR_OK;
}

ptk_err_t ptk_winsock_take_icmp_error(const ptk_platform_socket_t *socket) {
    char byte;
    ptk_err_t error = peek_icmp_error(socket);
    /* Winsock does not say whether looking at an error takes it. */
    if (error != PTK_ERR_OK && peek_icmp_error(socket) != PTK_ERR_OK) {
        (void)recv(socket->descriptor, &byte, 1, 0);
    }
    return error;
}

int64_t ptk_port_socket_send(ptk_platform_socket_t *socket, const void *bytes, size_t length,
                             const ptk_address_t *remote) {
    ptk_socket_address_t address;
    int result;
    if (remote == NULL) {
        result = send(socket->descriptor, bytes, clamped(length), 0);
    } else {
        socklen_t address_length = ptk_unix_to_system(remote, &address);
        result = sendto(socket->descriptor, bytes, clamped(length), 0, &address.any, address_length);
    }
    if (result < 0 || (size_t)result < length) {
        socket->outdated |= PTK_AFD_SEND;
    }
    return result < 0 ? last_error(socket) : result;
}

int64_t ptk_port_socket_receive(ptk_platform_socket_t *socket, ptk_receive_mode_t mode, void *bytes, size_t room,
                                ptk_address_t *remote) {
    ptk_socket_address_t address;
    int result;
    if (mode == PTK_RECEIVE_DATAGRAM) {
        int length = (int)sizeof address;
        result = recvfrom(socket->descriptor, bytes, clamped(room), 0, &address.any, &length);
    } else {
        result = recv(socket->descriptor, bytes, clamped(room), mode == PTK_RECEIVE_PEEK ? MSG_PEEK : 0);
    }
    if (mode != PTK_RECEIVE_PEEK) {
        socket->outdated |= PTK_AFD_RECEIVE;
    }
    if (result == 0 && socket->datagram == 0) {
        return socket->failure; /* Wine tells most resets as the end of the stream, but the driver knows */
    }
    if (result < 0) {
        /* Winsock cuts a datagram that is too large, and does not tell its size. */
        return WSAGetLastError() == WSAEMSGSIZE ? (int64_t)room + 1 : last_error(socket);
    }
    if (remote != NULL) {
        *remote = ptk_unix_from_system(&address);
    }
    return result;
}

ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *socket) {
    return shutdown(socket->descriptor, SD_SEND) == 0 ? PTK_ERR_OK : last_error(socket);
}

ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *socket, bool remote, ptk_address_t *address) {
    ptk_socket_address_t system;
    int length = (int)sizeof system;
    int result = remote ? getpeername(socket->descriptor, &system.any, &length)
                        : getsockname(socket->descriptor, &system.any, &length);
    if (result != 0) {
        return last_error(socket);
    }
    *address = ptk_unix_from_system(&system);
    return PTK_ERR_OK;
}

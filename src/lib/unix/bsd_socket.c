/** @file bsd_socket.c @brief BSD sockets: opening, connecting, accepting, sending, receiving. */
#include "system_features.h"

#include "unix/bsd_address.h"
#include "unix/posix_error.h"
#include "core/port.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(MSG_NOSIGNAL)
#define SEND_FLAGS MSG_NOSIGNAL
#else
#define SEND_FLAGS 0 /* the socket has SO_NOSIGPIPE instead */
#endif

static ptk_err_t last_error(void) {
    return ptk_unix_error(errno);
}

static ptk_err_t set_int(int descriptor, int level, int option, int value) {
    return setsockopt(descriptor, level, option, &value, (socklen_t)sizeof value) == 0 ? PTK_ERR_OK : last_error();
}

/** What a socket needs that the system could not give it when it was made. */
static ptk_err_t prepare(int descriptor) {
    ptk_err_t error = PTK_ERR_OK;
#if !PTK_HAS_SOCKET_FLAGS
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0) {
        error = last_error();
    }
#endif
#if defined(SO_NOSIGPIPE)
    if (error == PTK_ERR_OK) {
        error = set_int(descriptor, SOL_SOCKET, SO_NOSIGPIPE, 1);
    }
#endif
    (void)descriptor;
    return error;
}

/** POSIX leaves open whether the descriptor is closed after EINTR; here it is on all supported systems. */
static void close_descriptor(int descriptor) {
    (void)close(descriptor);
}

ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *socket_, uint8_t family, bool datagram) {
    int domain = family == PTK_ADDRESS_IPV6 ? AF_INET6 : AF_INET;
    int type = datagram ? SOCK_DGRAM : SOCK_STREAM;
#if PTK_HAS_SOCKET_FLAGS
    type |= SOCK_NONBLOCK | SOCK_CLOEXEC;
#endif
    int descriptor = socket(domain, type, 0);
    if (descriptor < 0) {
        return last_error();
    }
    ptk_err_t error = prepare(descriptor);
    if (error == PTK_ERR_OK && family == PTK_ADDRESS_IPV6) {
        error = set_int(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1); /* the default differs between systems */
    }
    if (error != PTK_ERR_OK) {
        close_descriptor(descriptor);
        return error;
    }
    socket_->descriptor = descriptor;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *socket, const ptk_address_t *local, uint32_t backlog) {
    ptk_socket_address_t address;
    socklen_t length = ptk_unix_to_system(local, &address);
    if (bind(socket->descriptor, &address.any, length) != 0) {
        return last_error();
    }
    if (backlog > 0 && listen(socket->descriptor, (int)backlog) != 0) {
        return last_error();
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *socket, const ptk_address_t *remote) {
    ptk_socket_address_t address;
    socklen_t length = ptk_unix_to_system(remote, &address);
    if (connect(socket->descriptor, &address.any, length) == 0) {
        return PTK_ERR_OK;
    }
    return errno == EINTR ? PTK_ERR_WOULD_BLOCK : last_error(); /* POSIX: the attempt goes on */
}

static int accept_descriptor(int listener, ptk_socket_address_t *address, socklen_t *length) {
#if PTK_HAS_SOCKET_FLAGS
    return accept4(listener, &address->any, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    return accept(listener, &address->any, length);
#endif
}

/** Failures of the one connection that was next, as against those of the listener: the one behind it is tried. */
static bool is_connection_failure(int system_error) {
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

ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *listener, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote) {
    ptk_socket_address_t address;
    int descriptor;
    do {
        socklen_t length = (socklen_t)sizeof address;
        descriptor = accept_descriptor(listener->descriptor, &address, &length);
    } while (descriptor < 0 && is_connection_failure(errno));
    if (descriptor < 0) {
        return last_error();
    }
    ptk_err_t error = prepare(descriptor);
    if (error != PTK_ERR_OK) {
        close_descriptor(descriptor);
        return error;
    }
    *accepted = (ptk_platform_socket_t){0};
    accepted->descriptor = descriptor;
    if (remote != NULL) {
        *remote = ptk_unix_from_system(&address);
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *socket) {
    int value = 0;
    socklen_t length = (socklen_t)sizeof value;
    if (getsockopt(socket->descriptor, SOL_SOCKET, SO_ERROR, &value, &length) != 0) {
        return last_error();
    }
    return ptk_unix_error(value);
}

int64_t ptk_port_socket_send(ptk_platform_socket_t *socket, const void *bytes, size_t length,
                             const ptk_address_t *remote) {
    ptk_socket_address_t address;
    ssize_t result;
    socklen_t address_length = remote == NULL ? 0 : ptk_unix_to_system(remote, &address);
    do {
        result = remote == NULL ? send(socket->descriptor, bytes, length, SEND_FLAGS)
                                : sendto(socket->descriptor, bytes, length, SEND_FLAGS, &address.any, address_length);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? last_error() : result;
}

#if PTK_HAS_DATAGRAM_SIZE
/** With MSG_TRUNC the result is the real size of the datagram (udp(7)). */
static ssize_t receive_datagram(int descriptor, void *bytes, size_t room, ptk_socket_address_t *address) {
    socklen_t length = (socklen_t)sizeof *address;
    return recvfrom(descriptor, bytes, room, MSG_TRUNC, &address->any, &length);
}
#else
static ssize_t receive_datagram(int descriptor, void *bytes, size_t room, ptk_socket_address_t *address) {
    struct iovec part = {bytes, room};
    struct msghdr message = {0};
    message.msg_name = &address->any;
    message.msg_namelen = (socklen_t)sizeof *address;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    ssize_t result = recvmsg(descriptor, &message, 0);
    return result >= 0 && (message.msg_flags & MSG_TRUNC) != 0 ? (ssize_t)room + 1 : result;
}
#endif

int64_t ptk_port_socket_receive(ptk_platform_socket_t *socket, ptk_receive_mode_t mode, void *bytes, size_t room,
                                ptk_address_t *remote) {
    ptk_socket_address_t address;
    ssize_t result;
    do {
        if (mode == PTK_RECEIVE_DATAGRAM) {
            address.any.sa_family = AF_UNSPEC;
            result = receive_datagram(socket->descriptor, bytes, room, &address);
        } else {
            result = recv(socket->descriptor, bytes, room, mode == PTK_RECEIVE_PEEK ? MSG_PEEK : 0);
        }
    } while (result < 0 && errno == EINTR);
    if (result < 0) {
        return last_error();
    }
    if (remote != NULL && (size_t)result <= room) {
        *remote = ptk_unix_from_system(&address);
    }
    return result;
}

ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *socket) {
    return shutdown(socket->descriptor, SHUT_WR) == 0 ? PTK_ERR_OK : last_error();
}

ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *socket, bool remote, ptk_address_t *address) {
    ptk_socket_address_t system;
    socklen_t length = (socklen_t)sizeof system;
    int result = remote ? getpeername(socket->descriptor, &system.any, &length)
                        : getsockname(socket->descriptor, &system.any, &length);
    if (result != 0) {
        return last_error();
    }
    *address = ptk_unix_from_system(&system);
    return PTK_ERR_OK;
}

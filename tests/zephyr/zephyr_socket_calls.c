/**
 * @file zephyr_socket_calls.c
 * @brief What the port uses of Zephyr's sockets, on the sockets of this machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "zephyr_stand_in.h"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/** @brief What the stack keeps of each socket. */
static struct net_context contexts[STAND_IN_DESCRIPTORS];

int zsock_socket(int family, int type, int protocol) {
    const int off = 0;
    int descriptor = socket(family, type | SOCK_CLOEXEC, protocol);
    if (descriptor >= 0 && type == SOCK_DGRAM) { /* Linux delivers what is sent to others' groups, too */
        (void)setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off);
        (void)setsockopt(descriptor, IPPROTO_IPV6, 29 /* IPV6_MULTICAST_ALL */, &off, sizeof off);
    }
    return descriptor;
}

int zsock_close(int socket) {
    return close(socket);
}

int zsock_shutdown(int socket, int how) {
    return shutdown(socket, how);
}

int zsock_bind(int socket, const struct sockaddr *address, socklen_t length) {
    return bind(socket, address, length);
}

int zsock_connect(int socket, const struct sockaddr *address, socklen_t length) {
    return connect(socket, address, length);
}

int zsock_listen(int socket, int backlog) {
    return listen(socket, backlog);
}

int zsock_accept(int socket, struct sockaddr *address, socklen_t *length) {
    int descriptor = accept(socket, address, length);
    return descriptor < 0 || fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 ? descriptor : -1;
}

ssize_t zsock_sendto(int socket, const void *bytes, size_t length, int flags, const struct sockaddr *address,
                     socklen_t size) {
    return sendto(socket, bytes, length, flags | MSG_NOSIGNAL, address, size);
}

ssize_t zsock_recv(int socket, void *bytes, size_t room, int flags) {
    return recv(socket, bytes, room, flags);
}

ssize_t zsock_recvfrom(int socket, void *bytes, size_t room, int flags, struct sockaddr *address, socklen_t *size) {
    return recvfrom(socket, bytes, room, flags, address, size);
}

int zsock_ioctl(int socket, unsigned long request, va_list arguments) {
    (void)arguments;
    return request == ZFD_IOCTL_FIONBIO ? fcntl(socket, F_SETFL, O_NONBLOCK) : -1;
}

int zsock_getsockopt(int socket, int level, int option, void *value, socklen_t *size) {
    return getsockopt(socket, level, option, value, size);
}

int zsock_setsockopt(int socket, int level, int option, const void *value, socklen_t size) {
    return setsockopt(socket, level, option, value, size);
}

int zsock_getsockname(int socket, struct sockaddr *address, socklen_t *length) {
    return getsockname(socket, address, length);
}

int zsock_getpeername(int socket, struct sockaddr *address, socklen_t *length) {
    return getpeername(socket, address, length);
}

void *zsock_get_context_object(int socket) {
    struct sockaddr_storage remote;
    socklen_t length = (socklen_t)sizeof remote;
    int type = 0;
    socklen_t size = (socklen_t)sizeof type;
    if (socket < 0 || socket >= STAND_IN_DESCRIPTORS || getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
        return NULL;
    }
    struct net_context *context = &contexts[socket];
    context->type = (uint16_t)type;
    context->tcp = type == SOCK_STREAM ? context : NULL;
    context->remote.sa_family = AF_UNSPEC;
    if (getpeername(socket, (struct sockaddr *)&remote, &length) == 0) {
        memcpy(&context->remote, &remote, sizeof context->remote);
    }
    return context;
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** @brief Fills in what poll(2) waits for. @return whether a signal was raised already. */
static bool prepare(struct zsock_pollfd *descriptors, int count, struct pollfd *system, struct k_poll_event *events) {
    struct k_poll_event *next = events;
    for (int i = 0; i < count; i++) {
        bool is_object = stand_in_has_object(descriptors[i].fd);
        system[i] = (struct pollfd){descriptors[i].fd, is_object ? POLLIN : 0, 0};
        if (is_object) {
            (void)stand_in_control(descriptors[i].fd, ZFD_IOCTL_POLL_PREPARE, &descriptors[i], &next, events + 1);
        } else {
            system[i].events = (short)(((descriptors[i].events & ZSOCK_POLLIN) != 0 ? POLLIN : 0) |
                                       ((descriptors[i].events & ZSOCK_POLLOUT) != 0 ? POLLOUT : 0));
        }
    }
    return next != events && ((struct k_poll_signal *)events->obj)->signaled != 0;
}

/** @brief What came, as Zephyr says it. @return that. */
static short came(short system) {
    return (short)(((system & POLLIN) != 0 ? ZSOCK_POLLIN : 0) | ((system & POLLOUT) != 0 ? ZSOCK_POLLOUT : 0) |
                   ((system & POLLERR) != 0 ? ZSOCK_POLLERR : 0) | ((system & POLLHUP) != 0 ? ZSOCK_POLLHUP : 0));
}

int zsock_poll(struct zsock_pollfd *descriptors, int count, int timeout_ms) {
    static __thread struct pollfd system[CONFIG_NET_SOCKETS_POLL_MAX];
    struct k_poll_event event = {0, 0, NULL};
    struct k_poll_event *next = &event;
    int ready = 0;
    bool is_raised = prepare(descriptors, count, system, &event);
    int result = poll(system, (nfds_t)count, is_raised ? 0 : timeout_ms);
    if (result < 0 && errno != EINTR) {
        return -1;
    }
    for (int i = 0; i < count; i++) {
        descriptors[i].revents = 0;
        if (stand_in_has_object(descriptors[i].fd)) {
            event.state = ((struct k_poll_signal *)event.obj)->signaled != 0 ? 1u : K_POLL_STATE_NOT_READY;
            (void)stand_in_control(descriptors[i].fd, ZFD_IOCTL_POLL_UPDATE, &descriptors[i], &next);
        } else if (result > 0) {
            descriptors[i].revents = came(system[i].revents);
        }
        ready += descriptors[i].revents != 0;
    }
    return ready;
}

/* ------------------------------------------------------------------------------------------------ interfaces */

const struct in_addr *net_if_ipv4_select_src_addr(struct net_if *interface, const struct in_addr *to) {
    (void)interface;
    return to; /* the tests connect to this machine */
}

const struct in6_addr *net_if_ipv6_select_src_addr(struct net_if *interface, const struct in6_addr *to) {
    (void)interface;
    return to;
}

struct net_if *net_if_get_by_index(int index) {
    char name[IF_NAMESIZE];
    return if_indextoname((unsigned int)index, name) != NULL ? (struct net_if *)(uintptr_t)index : NULL;
}

bool net_ipv4_is_my_addr(const struct in_addr *address) {
    return (ntohl(address->s_addr) >> 24) == 127;
}

bool net_ipv6_is_my_addr(struct in6_addr *address) {
    return IN6_IS_ADDR_LOOPBACK(address);
}

bool net_ipv4_is_addr_unspecified(const struct in_addr *address) {
    return address->s_addr == 0;
}

bool net_ipv6_is_addr_unspecified(const struct in6_addr *address) {
    return IN6_IS_ADDR_UNSPECIFIED(address);
}

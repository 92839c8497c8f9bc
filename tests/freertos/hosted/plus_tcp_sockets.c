/**
 * @file plus_tcp_sockets.c
 * @brief The stand-in for FreeRTOS+TCP: the calls of declarations/plus_tcp over the system's sockets. See
 *        plus_tcp_network.c.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* accept4() and the like */

#include "plus_tcp_network.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/** @brief The largest datagram, or piece of a stream that is handed out without a copy. */
enum { PAYLOAD = 65536 };

/* ------------------------------------------------------------------------------------------------ end-points */

NetworkEndPoint_t *FreeRTOS_FindEndPointOnIP_IPv4(uint32_t address) {
    return address == network_end_point()->ipv4_settings.ulIPAddress ? network_end_point() : NULL;
}

NetworkEndPoint_t *FreeRTOS_FindEndPointOnNetMask(uint32_t address) {
    return ntohl(address) >> 24 == 0x7Fu || address == FREERTOS_INADDR_BROADCAST ? network_end_point() : NULL;
}

NetworkEndPoint_t *FreeRTOS_FindEndPointOnIP_IPv6(const IPv6_Address_t *address) {
    return memcmp(address, &network_end_point()->ipv6_settings.xIPAddress, sizeof *address) == 0 ? network_end_point()
                                                                                                 : NULL;
}

NetworkEndPoint_t *FreeRTOS_FindEndPointOnNetMask_IPv6(const IPv6_Address_t *address) {
    return FreeRTOS_FindEndPointOnIP_IPv6(address);
}

NetworkEndPoint_t *FreeRTOS_FindGateWay(BaseType_t type) {
    (void)type;
    return NULL;
}

/* ------------------------------------------------------------------------------------------------ sockets */

BaseType_t xSocketValid(ConstSocket_t socket) {
    return socket != NULL ? pdTRUE : pdFALSE;
}

Socket_t FreeRTOS_socket(BaseType_t domain, BaseType_t type, BaseType_t protocol) {
    static const int yes = 1;
    bool is_datagram = type == FREERTOS_SOCK_DGRAM;
    int family = domain == FREERTOS_AF_INET6 ? AF_INET6 : AF_INET;
    network_must(protocol == (is_datagram ? FREERTOS_IPPROTO_UDP : FREERTOS_IPPROTO_TCP));
    network_begin();
    int descriptor = socket(family, (is_datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return NULL;
    }
    network_must(family == AF_INET || setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) == 0);
    /* The stack has no TIME-WAIT, and broadcasts are allowed. */
    network_must(setsockopt(descriptor, SOL_SOCKET, is_datagram ? SO_BROADCAST : SO_REUSEADDR, &yes, sizeof yes) == 0);
    vTaskSuspendAll();
    Socket_t made = network_adopt(descriptor, family, is_datagram);
    (void)xTaskResumeAll();
    return made;
}

BaseType_t FreeRTOS_bind(Socket_t socket, struct freertos_sockaddr const *address, socklen_t address_length) {
    system_address_t system;
    struct freertos_sockaddr any;
    (void)address_length;
    memset(&any, 0, sizeof any);
    any.sin_family = socket->family == AF_INET6 ? FREERTOS_AF_INET6 : FREERTOS_AF_INET;
    socklen_t length = network_to_system(address == NULL ? &any : address, &system);
    if (socket->is_bound || bind(socket->descriptor, &system.any, length) != 0) {
        return -pdFREERTOS_ERRNO_EINVAL;
    }
    socket->is_bound = true;
    return 0;
}

BaseType_t FreeRTOS_setsockopt(Socket_t socket, int32_t level, int32_t option, const void *value, size_t length) {
    (void)level;
    (void)length;
    vTaskSuspendAll();
    BaseType_t result = 0;
    if (option == FREERTOS_SO_SET_SEMAPHORE) {
        socket->semaphore = *(const SemaphoreHandle_t *)value;
    } else if (option == FREERTOS_SO_WAKEUP_CALLBACK) {
        socket->callback = (void (*)(struct xSOCKET *))(uintptr_t)value;
    } else if (option == FREERTOS_SO_SNDBUF || option == FREERTOS_SO_RCVBUF) {
        /* The stack also refuses when the buffer is there. */
        int system = option == FREERTOS_SO_SNDBUF ? SO_SNDBUF : SO_RCVBUF;
        bool is_set =
            !socket->is_datagram && setsockopt(socket->descriptor, SOL_SOCKET, system, value, sizeof(int)) == 0;
        result = is_set ? 0 : -pdFREERTOS_ERRNO_EINVAL;
    } else if (option != FREERTOS_SO_RCVTIMEO && option != FREERTOS_SO_SNDTIMEO &&
               (option != FREERTOS_SO_SET_FULL_SIZE || socket->is_datagram)) {
        result = -pdFREERTOS_ERRNO_EINVAL;
    }
    (void)xTaskResumeAll();
    return result;
}

BaseType_t FreeRTOS_closesocket(Socket_t socket) {
    vTaskSuspendAll();
    network_close(socket);
    (void)xTaskResumeAll();
    return 1;
}

BaseType_t xSocketSetSocketID(const Socket_t socket, void *id) {
    socket->id = id;
    return 0;
}

void *pvSocketGetSocketID(ConstSocket_t socket) {
    return socket->id;
}

size_t FreeRTOS_GetLocalAddress(ConstSocket_t socket, struct freertos_sockaddr *address) {
    system_address_t system;
    socklen_t length = sizeof system;
    network_must(getsockname(socket->descriptor, &system.any, &length) == 0);
    *address = network_from_system(&system);
    return sizeof *address;
}

/* ------------------------------------------------------------------------------------------------ UDP */

int32_t FreeRTOS_sendto(Socket_t socket, const void *bytes, size_t length, BaseType_t flags,
                        const struct freertos_sockaddr *remote, socklen_t remote_length) {
    system_address_t system;
    (void)flags;
    (void)remote_length;
    ssize_t sent = sendto(socket->descriptor, bytes, length, 0, &system.any, network_to_system(remote, &system));
    socket->is_bound = true;
    return sent < 0 ? 0 : (int32_t)sent;
}

/** @brief A payload as the port wants it: without a copy. */
int32_t FreeRTOS_recvfrom(ConstSocket_t socket, void *payload, size_t room, BaseType_t flags,
                          struct freertos_sockaddr *remote, socklen_t *remote_length) {
    Socket_t own = (Socket_t)(uintptr_t)socket;
    system_address_t system;
    socklen_t length = sizeof system;
    bool is_peek = (flags & FREERTOS_MSG_PEEK) != 0;
    (void)room;
    (void)remote_length;
    network_must((flags & FREERTOS_ZERO_COPY) != 0);
    uint8_t *bytes = is_peek && own->payload != NULL ? own->payload : malloc(PAYLOAD);
    network_must(bytes != NULL);
    own->payload = is_peek ? bytes : own->payload;
    ssize_t size = recvfrom(socket->descriptor, bytes, PAYLOAD, is_peek ? MSG_PEEK : 0, &system.any, &length);
    if (size < 0) {
        free(is_peek ? NULL : bytes);
        return -pdFREERTOS_ERRNO_EWOULDBLOCK;
    }
    *remote = network_from_system(&system);
    *(void **)payload = bytes;
    return (int32_t)size;
}

void *FreeRTOS_GetUDPPayloadBuffer_Multi(size_t size, TickType_t ticks, uint8_t type) {
    (void)ticks;
    (void)type;
    return malloc(size);
}

void FreeRTOS_ReleaseUDPPayloadBuffer(void const *bytes) {
    free((void *)(uintptr_t)bytes);
}

/* ------------------------------------------------------------------------------------------------ TCP */

BaseType_t FreeRTOS_connect(Socket_t socket, const struct freertos_sockaddr *remote, socklen_t remote_length) {
    system_address_t system;
    (void)remote_length;
    vTaskSuspendAll();
    socket->remote = *remote;
    socket->is_bound = true;
    socket->state = eCONNECT_SYN;
    int result = connect(socket->descriptor, &system.any, network_to_system(remote, &system));
    int error = errno;
    if (result == 0 || error != EINPROGRESS) {
        /* The stack's task would have found out. */
        network_go_to(socket, result == 0 ? eESTABLISHED : eCLOSED);
    }
    (void)xTaskResumeAll();
    return -pdFREERTOS_ERRNO_EWOULDBLOCK;
}

BaseType_t FreeRTOS_listen(Socket_t socket, BaseType_t backlog) {
    vTaskSuspendAll();
    int result = listen(socket->descriptor, (int)backlog);
    socket->state = eTCP_LISTEN;
    (void)xTaskResumeAll();
    return result == 0 ? 0 : -pdFREERTOS_ERRNO_EINVAL;
}

Socket_t FreeRTOS_accept(Socket_t socket, struct freertos_sockaddr *remote, socklen_t *remote_length) {
    network_must(remote == NULL && remote_length == NULL);
    vTaskSuspendAll();
    Socket_t child = network_accept(socket);
    (void)xTaskResumeAll();
    return child;
}

BaseType_t FreeRTOS_send(Socket_t socket, const void *bytes, size_t length, BaseType_t flags) {
    (void)flags;
    vTaskSuspendAll();
    BaseType_t result = -128; /* not connected */
    if (socket->state >= eESTABLISHED && socket->state != eCLOSE_WAIT) {
        ssize_t sent = send(socket->descriptor, bytes, length, MSG_NOSIGNAL);
        int error = errno;
        if (sent < 0 && error == ECONNRESET) {
            network_go_to(socket, eCLOSED); /* this was the one report of it */
        }
        result = sent >= 0 ? (BaseType_t)sent : error == EAGAIN ? -28 : -128;
    }
    (void)xTaskResumeAll();
    return result;
}

BaseType_t FreeRTOS_recv(Socket_t socket, void *bytes, size_t room, BaseType_t flags) {
    vTaskSuspendAll();
    int system_flags = (flags & FREERTOS_MSG_PEEK) != 0 ? MSG_PEEK : 0;
    if ((flags & FREERTOS_ZERO_COPY) != 0) {
        socket->payload = socket->payload != NULL ? socket->payload : malloc(PAYLOAD);
        network_must(socket->payload != NULL);
        *(void **)bytes = socket->payload;
        bytes = socket->payload;
        room = PAYLOAD;
        system_flags = MSG_PEEK;
    }
    ssize_t received = recv(socket->descriptor, bytes, room, system_flags);
    if (received < 0 && errno == ECONNRESET && socket->state != eCLOSED) {
        network_go_to(socket, eCLOSED); /* this was the one report of it */
    }
    bool is_over = socket->state == eCLOSED || socket->state == eCLOSE_WAIT;
    (void)xTaskResumeAll();
    return received > 0 ? (BaseType_t)received : is_over ? -128 : 0;
}

BaseType_t FreeRTOS_ReleaseTCPPayloadBuffer(Socket_t socket, void const *bytes, BaseType_t size) {
    network_must(bytes == socket->payload && size <= PAYLOAD);
    return recv(socket->descriptor, socket->payload, (size_t)size, 0) == size ? pdPASS : pdFAIL;
}

BaseType_t FreeRTOS_shutdown(Socket_t socket, BaseType_t how) {
    network_must(how == FREERTOS_SHUT_RDWR);
    vTaskSuspendAll();
    bool is_open = socket->state == eESTABLISHED;
    if (is_open && !network_is_held()) {
        is_open = shutdown(socket->descriptor, SHUT_WR) == 0;
    }
    if (is_open) {
        network_go_to(socket, eFIN_WAIT_1);
    }
    (void)xTaskResumeAll();
    return is_open ? 0 : -128;
}

BaseType_t FreeRTOS_rx_size(ConstSocket_t socket) {
    int size = 0;
    network_must(ioctl(socket->descriptor, FIONREAD, &size) == 0);
    return size;
}

BaseType_t FreeRTOS_tx_space(ConstSocket_t socket) {
    struct pollfd writable = {.fd = socket->descriptor, .events = POLLOUT};
    return poll(&writable, 1, 0) == 1 && (writable.revents & POLLOUT) != 0 ? 1 : 0;
}

BaseType_t FreeRTOS_GetRemoteAddress(ConstSocket_t socket, struct freertos_sockaddr *address) {
    *address = socket->remote;
    return (BaseType_t)sizeof *address;
}

/* As the stack's task has the higher priority, it has called the callback for a state before others see that. */
BaseType_t FreeRTOS_connstatus(ConstSocket_t socket) {
    vTaskSuspendAll();
    BaseType_t state = (BaseType_t)socket->state;
    (void)xTaskResumeAll();
    return state;
}

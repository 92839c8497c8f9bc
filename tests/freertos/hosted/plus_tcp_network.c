/**
 * @file plus_tcp_network.c
 * @brief A stand-in for FreeRTOS+TCP inside a Linux process: the calls of declarations/plus_tcp over the system's sockets.
 *
 * It shows what the port makes of the stack's answers, not what the stack does: that was seen on the stack itself, see
 * docs/embedded.md. From there are the states, the error numbers and when a semaphore is given: what has changed is learned
 * from epoll(7), by edges. As in the stack, when the peer has ended its stream the own one is ended as well, and a socket
 * that is closed between its FIN and the answer resets the connection.
 *
 * The stack's task has a higher priority than those that call it: it is done with what has come before they go on. Threads
 * have no such order. So each call does the stack's work first, and a thread does it while no one calls.
 *
 * One mutex guards everything, and is what vTaskSuspendAll() takes.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* accept4() */

#include "plus_tcp_network.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static pthread_mutex_t stack = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP; /**< @brief Guards everything. */
static pthread_once_t once = PTHREAD_ONCE_INIT;                        /**< @brief For begin(). */
static struct xSOCKET *all;                                            /**< @brief All open sockets. */
static int watcher = -1;                                               /**< @brief The thread's epoll. */
static unsigned depth;              /**< @brief How often the mutex is held: above 1 the stack does not work. */
static bool is_stack_at_work;       /**< @brief What calls is a callback of the stack. */
static bool is_stack_held;          /**< @brief The stack's task does not run: a task has the highest priority. */
static NetworkEndPoint_t end_point; /**< @brief 127.0.0.1/8 and ::1. */

static void work(void);

/** @brief Ends the program if something fails that cannot. */
void network_must(bool holds) {
    if (!holds) {
        abort();
    }
}

void vTaskSuspendAll(void) {
    network_must(pthread_mutex_lock(&stack) == 0);
    depth++;
    if (depth == 1 && watcher >= 0) {
        is_stack_at_work = true;
        work();
        is_stack_at_work = false;
    }
}

BaseType_t xTaskResumeAll(void) {
    depth--;
    network_must(pthread_mutex_unlock(&stack) == 0);
    return pdFALSE;
}

UBaseType_t uxTaskPriorityGet(TaskHandle_t task) {
    (void)task;
    return 1;
}

/* With the highest priority no other task runs: not the stack's. */
void vTaskPrioritySet(TaskHandle_t task, UBaseType_t priority) {
    network_must(task == NULL);
    if (priority == configMAX_PRIORITIES - 1) {
        vTaskSuspendAll();
        is_stack_held = true;
    } else {
        is_stack_held = false;
        (void)xTaskResumeAll();
    }
}

/* ------------------------------------------------------------------------------------------------ the stack's task */

/** @brief Wakes the owner. */
static void wake(struct xSOCKET *socket) {
    if (socket->semaphore != NULL) {
        (void)xSemaphoreGive(socket->semaphore);
    }
    if (socket->callback != NULL) {
        socket->callback(socket);
    }
}

/** @brief Goes to another state. */
void network_go_to(struct xSOCKET *socket, eIPTCPState_t state) {
    socket->state = state;
    wake(socket);
}

/** @brief The error that waits in a system's socket. */
static int pending_error(const struct xSOCKET *socket) {
    int error = 0;
    socklen_t length = sizeof error;
    network_must(getsockopt(socket->descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
    return error;
}

/** @brief Makes a socket of the system's, and has the thread watch it. */
struct xSOCKET *network_adopt(int descriptor, int family, bool is_datagram) {
    struct xSOCKET *socket = calloc(1, sizeof *socket);
    network_must(socket != NULL);
    socket->descriptor = descriptor;
    socket->family = family;
    socket->is_datagram = is_datagram;
    socket->next = all;
    all = socket;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = socket}};
    network_must(epoll_ctl(watcher, EPOLL_CTL_ADD, descriptor, &event) == 0);
    return socket;
}

/** @brief From the system's address. */
struct freertos_sockaddr network_from_system(const system_address_t *address) {
    struct freertos_sockaddr result;
    memset(&result, 0, sizeof result);
    result.sin_len = (uint8_t)sizeof result;
    if (address->any.sa_family == AF_INET6) {
        result.sin_family = FREERTOS_AF_INET6;
        result.sin_port = address->ipv6.sin6_port;
        memcpy(&result.sin_address, &address->ipv6.sin6_addr, 16);
    } else {
        result.sin_family = FREERTOS_AF_INET;
        result.sin_port = address->ipv4.sin_port;
        memcpy(&result.sin_address, &address->ipv4.sin_addr, 4);
    }
    return result;
}

/** @brief To the system's address. Its length. */
socklen_t network_to_system(const struct freertos_sockaddr *address, system_address_t *result) {
    memset(result, 0, sizeof *result);
    if (address->sin_family == FREERTOS_AF_INET6) {
        result->ipv6.sin6_family = AF_INET6;
        result->ipv6.sin6_port = address->sin_port;
        memcpy(&result->ipv6.sin6_addr, &address->sin_address, 16);
        return sizeof result->ipv6;
    }
    result->ipv4.sin_family = AF_INET;
    result->ipv4.sin_port = address->sin_port;
    memcpy(&result->ipv4.sin_addr, &address->sin_address, 4);
    return sizeof result->ipv4;
}

/** @brief Takes the connections that have come to a listener: they give its semaphore, too. */
void network_take_connections(struct xSOCKET *listener) {
    system_address_t address;
    socklen_t length = sizeof address;
    int descriptor;
    while ((descriptor = accept4(listener->descriptor, &address.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct xSOCKET *child = network_adopt(descriptor, listener->family, false);
        child->state = eESTABLISHED;
        child->is_bound = true;
        child->semaphore = listener->semaphore;
        child->remote = network_from_system(&address);
        all = child->next;
        struct xSOCKET **last = &listener->waiting;
        while (*last != NULL) {
            last = &(*last)->next;
        }
        child->next = NULL;
        *last = child;
        length = sizeof address;
    }
}

/** @brief Takes in what is true of a connection: an event may be older than that. */
static void look_at_connection(struct xSOCKET *socket) {
    struct pollfd now = {.fd = socket->descriptor, .events = POLLIN | POLLOUT | POLLRDHUP};
    network_must(poll(&now, 1, 0) >= 0);
    if (socket->state == eCONNECT_SYN && (now.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
        int error = pending_error(socket);
        network_go_to(socket, error == 0 ? eESTABLISHED : error == ETIMEDOUT ? eCLOSE_WAIT : eCLOSED);
    }
    if (socket->state < eESTABLISHED || socket->state == eCLOSE_WAIT) {
        return;
    }
    if ((now.revents & POLLERR) != 0 && pending_error(socket) != 0) {
        network_go_to(socket, eCLOSED);
    } else if ((now.revents & POLLRDHUP) != 0) {
        if (socket->state == eESTABLISHED) {
            network_go_to(socket, eLAST_ACK);
            (void)shutdown(socket->descriptor, SHUT_WR);
        }
        network_go_to(socket, eCLOSE_WAIT);
    }
}

/** @brief Frees a socket that is in no list any more. */
static void release(struct xSOCKET *socket) {
    while (socket->waiting != NULL) {
        struct xSOCKET *child = socket->waiting;
        socket->waiting = child->next;
        release(child);
    }
    if (!socket->is_datagram && socket->state == eFIN_WAIT_1) {
        /* The answer to the FIN finds no socket: the stack sends RST. */
        struct linger at_once = {1, 0};
        (void)setsockopt(socket->descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    network_must(close(socket->descriptor) == 0);
    free(socket->payload);
    free(socket);
}

/** @brief Takes a socket out of the list of all, and frees it. */
static void remove_socket(struct xSOCKET *socket) {
    for (struct xSOCKET **link = &all; *link != NULL; link = &(*link)->next) {
        if (*link == socket) {
            *link = socket->next;
            release(socket);
            return;
        }
    }
    abort();
}

/** @brief Does what the stack's task has to do for a socket of which something has changed. */
static void work_on(struct xSOCKET *socket) {
    if (socket->state == eTCP_LISTEN) {
        network_take_connections(socket);
    } else if (!socket->is_datagram) {
        look_at_connection(socket);
    }
    if (!socket->must_close) {
        wake(socket);
    }
    if (socket->must_close) {
        remove_socket(socket);
    }
}

/** @brief Does all that the stack's task has to do. A socket that is gone has no event: its descriptor is closed. */
static void work(void) {
    struct epoll_event event;
    while (epoll_wait(watcher, &event, 1, 0) == 1) {
        work_on(event.data.ptr);
    }
}

/** @brief What the thread does: the stack's work, whenever there is some that no call has done. */
static void *task_main(void *unused) {
    struct pollfd some = {.fd = watcher, .events = POLLIN};
    for (;;) {
        (void)poll(&some, 1, -1);
        vTaskSuspendAll();
        (void)xTaskResumeAll();
    }
    return unused;
}

/** @brief Starts the thread. */
static void begin(void) {
    static const uint8_t one[16] = {[15] = 1};
    pthread_t thread;
    watcher = epoll_create1(EPOLL_CLOEXEC);
    end_point.ipv4_settings.ulIPAddress = htonl(0x7F000001u);
    end_point.ipv4_settings.ulBroadcastAddress = htonl(0x7FFFFFFFu);
    memcpy(end_point.ipv6_settings.xIPAddress.ucBytes, one, sizeof one);
    network_must(watcher >= 0 && pthread_create(&thread, NULL, task_main, NULL) == 0);
}

void network_begin(void) {
    network_must(pthread_once(&once, begin) == 0);
}

bool network_is_held(void) {
    return is_stack_held;
}

NetworkEndPoint_t *network_end_point(void) {
    return &end_point;
}

void network_close(struct xSOCKET *socket) {
    if (is_stack_at_work) {
        socket->must_close = true; /* a request, which the stack's task takes later */
    } else {
        remove_socket(socket);
    }
}

struct xSOCKET *network_accept(struct xSOCKET *listener) {
    network_take_connections(listener);
    struct xSOCKET *child = listener->waiting;
    if (child != NULL) {
        listener->waiting = child->next;
        child->next = all;
        all = child;
    }
    return child;
}

/**
 * @file epoll.c
 * @brief Waiting on Linux: epoll, woken by an eventfd.
 *
 * The kernel's user data is the socket's handle, so an event that was queued for a socket that is gone leads nowhere.
 * TCP connections are registered once, edge-triggered, for everything. Listeners and UDP sockets are level-triggered
 * for what is wanted: so the next connection, or datagram, is reported without a system call. A level that no one wants
 * is masked only when it is reported, so most changes of the interest cost no call.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "core/wait_time.h"
#include "core/port.h"

#include <assert.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/** @brief Events that one wait fetches; more are fetched by the next pass, since nothing is lost in the kernel. */
#define MAX_EVENTS 64
/** @brief No socket has this handle. */
#define WAKE_HANDLE 0u

/** @brief Always registered, so that a mask of 0 means "not registered". It costs nothing for UDP. */
#define BASE_INTEREST ((uint32_t)EPOLLRDHUP)

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    struct epoll_event event = {0};
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) {
        return ptk_last_error();
    }
    int waker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (waker < 0) {
        ptk_err_t error = ptk_last_error();
        (void)close(poller);
        return error;
    }
    /* Edge-triggered, so that it need never be read: each write is an edge. */
    event.events = EPOLLIN | (uint32_t)EPOLLET;
    event.data.u64 = WAKE_HANDLE;
    if (epoll_ctl(poller, EPOLL_CTL_ADD, waker, &event) != 0) {
        ptk_err_t error = ptk_last_error();
        (void)close(waker);
        (void)close(poller);
        return error;
    }
    loop->epoll_descriptor = poller;
    loop->wake_descriptor = waker;
    loop->process = (int32_t)getpid();
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    (void)close(loop->wake_descriptor);
    (void)close(loop->epoll_descriptor);
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    static const uint64_t one = 1;
    int saved = errno; /* a signal handler must leave it alone */
    ssize_t result;
    do {
        result = write(loop->wake_descriptor, &one, sizeof one);
    } while (result < 0 && errno == EINTR);
    assert(result == (ssize_t)sizeof one); /* the counter takes 2^64 - 2 wake-ups */
    errno = saved;
}

/** @brief From epoll's events to PTK_READY_ bits. */
static uint32_t readiness_of(uint32_t events) {
    uint32_t readiness = 0;
    if ((events & EPOLLIN) != 0) {
        readiness |= PTK_READY_READ;
    }
    if ((events & (EPOLLOUT | EPOLLHUP)) != 0) {
        readiness |= PTK_READY_WRITE;
    }
    if ((events & (EPOLLRDHUP | EPOLLHUP)) != 0) {
        readiness |= PTK_READY_CLOSED;
    }
    if ((events & EPOLLERR) != 0) {
        readiness |= PTK_READY_ERROR;
    }
    if ((events & EPOLLPRI) != 0) {
        readiness |= PTK_READY_URGENT;
    }
    return readiness;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    struct epoll_event events[MAX_EVENTS];
    int timeout = ptk_wait_ms(now_ns, deadline_ns);
    int count = epoll_wait(loop->epoll_descriptor, events, MAX_EVENTS, timeout);
    while (count < 0 && errno == EINTR) {
        timeout = timeout > 0 ? ptk_wait_ms(ptk_port_now_ns(), deadline_ns) : timeout;
        count = epoll_wait(loop->epoll_descriptor, events, MAX_EVENTS, timeout);
    }
    if (count < 0) {
        return ptk_last_error();
    }
    for (int i = 0; i < count; i++) {
        if (events[i].data.u64 != WAKE_HANDLE) {
            ptk_port_report(loop, (ptk_handle_t)events[i].data.u64, readiness_of(events[i].events), PTK_ERR_OK);
        }
    }
    return PTK_ERR_OK;
}

/** @brief Changes what epoll reports of a socket. 0 (PTK_WATCH_LEVELS), or an error. */
static ptk_err_t control(const ptk_platform_loop_t *loop, int operation, ptk_platform_socket_t *socket,
                         ptk_handle_t handle, uint32_t events) {
    struct epoll_event event = {0};
    event.events = events;
    event.data.u64 = (uint64_t)handle;
    if (epoll_ctl(loop->epoll_descriptor, operation, socket->descriptor, &event) != 0) {
        return ptk_last_error();
    }
    socket->interest = events;
    return PTK_ERR_OK;
}

/** @brief Connections change state often, and every change is an edge: they are registered once, for everything. */
static int32_t watch_edges(const ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle) {
    /* EPOLLPRI: recv(2) stops at the urgent mark, and what is after it makes no further edge. */
    uint32_t events = BASE_INTEREST | EPOLLIN | EPOLLPRI | EPOLLOUT | (uint32_t)EPOLLET;
    ptk_err_t error = socket->interest != 0 ? PTK_ERR_OK : control(loop, EPOLL_CTL_ADD, socket, handle, events);
    return error == PTK_ERR_OK ? PTK_WATCH_EDGES : error;
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    if ((interest & PTK_WANT_CONNECTION) != 0) {
        return watch_edges(loop, socket, handle);
    }
    uint32_t events = socket->interest | BASE_INTEREST;
    if ((interest & PTK_WANT_READ) != 0) {
        events |= EPOLLIN;
    } else if ((interest & PTK_WANT_NO_READ) != 0) {
        events &= ~(uint32_t)EPOLLIN;
    }
    if ((interest & PTK_WANT_WRITE) != 0) {
        events |= EPOLLOUT;
    } else {
        events &= ~(uint32_t)EPOLLOUT; /* a UDP socket is writable nearly always */
    }
    if (events == socket->interest) {
        return PTK_WATCH_LEVELS;
    }
    return control(loop, socket->interest == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, handle, events);
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket; /* the kernel knows the handle, not the slot */
    return true;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    if (socket->interest != 0 && loop->process == (int32_t)getpid()) {
        /* Closing alone would leave it registered if a child process shares it; in a child the registration is the
         * parent's. It fails only if it is not registered. */
        struct epoll_event unused = {0};
        (void)epoll_ctl(loop->epoll_descriptor, EPOLL_CTL_DEL, socket->descriptor, &unused);
    }
    /* Linux closes the descriptor even if close(2) reports EINTR or an error of the peer. */
    (void)close(socket->descriptor);
    socket->interest = 0;
    return true;
}

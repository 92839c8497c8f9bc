/**
 * @file epoll.c
 * @brief Waiting on Linux: epoll, woken by an eventfd.
 *
 * The kernel's user data is the socket's handle, so an event that was queued for a socket that is gone finds nobody.
 * TCP connections are registered once, edge-triggered, for everything; listeners and UDP sockets level-triggered for what
 * is wanted, since a listener's and a datagram's next one is reported without a system call that way. A level that
 * nobody wants is masked only when it is reported, so waiting again and again for the same event costs nothing.
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

/** Events that one wait fetches; more are fetched by the next pass, since nothing is lost in the kernel. */
#define MAX_EVENTS 64
/** No socket has this handle. */
#define WAKE_HANDLE 0u

/** Always asked for, so that a mask of 0 tells a socket that is not registered. It costs nothing for UDP. */
#define BASE_INTEREST ((uint32_t)EPOLLRDHUP)

ptk_err_t ptk_port_poller_open(ptk_event_loop_slot_t *loop) {
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
    loop->platform.epoll_descriptor = poller;
    loop->platform.wake_descriptor = waker;
    loop->platform.process = (int32_t)getpid();
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_event_loop_slot_t *loop) {
    (void)close(loop->platform.wake_descriptor);
    (void)close(loop->platform.epoll_descriptor);
}

void ptk_port_poller_wake(ptk_event_loop_slot_t *loop) {
    static const uint64_t one = 1;
    int saved = errno; /* a signal handler must leave it alone */
    ssize_t result;
    do {
        result = write(loop->platform.wake_descriptor, &one, sizeof one);
    } while (result < 0 && errno == EINTR);
    assert(result == (ssize_t)sizeof one); /* the counter takes 2^64 - 2 wake-ups */
    errno = saved;
}

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

ptk_err_t ptk_port_poller_wait(ptk_event_loop_slot_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    struct epoll_event events[MAX_EVENTS];
    int timeout = ptk_wait_ms(now_ns, deadline_ns);
    int count = epoll_wait(loop->platform.epoll_descriptor, events, MAX_EVENTS, timeout);
    while (count < 0 && errno == EINTR) {
        timeout = timeout > 0 ? ptk_wait_ms(ptk_port_now_ns(), deadline_ns) : timeout;
        count = epoll_wait(loop->platform.epoll_descriptor, events, MAX_EVENTS, timeout);
    }
    if (count < 0) {
        return ptk_last_error();
    }
    for (int i = 0; i < count; i++) {
        if (events[i].data.u64 != WAKE_HANDLE) {
            ptk_socket_report(loop, (ptk_handle_t)events[i].data.u64, readiness_of(events[i].events));
        }
    }
    return PTK_ERR_OK;
}

static ptk_err_t control(int operation, ptk_socket_internal_t *socket, uint32_t interest) {
    struct epoll_event event = {0};
    event.events = interest;
    event.data.u64 = (uint64_t)socket->base.handle;
    if (epoll_ctl(socket->delivery.loop->platform.epoll_descriptor, operation, socket->platform.descriptor, &event) !=
        0) {
        return ptk_last_error();
    }
    socket->platform.interest = interest;
    return PTK_ERR_OK;
}

static uint32_t interest_of(uint8_t wanted) {
    uint32_t interest = BASE_INTEREST;
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0) {
        interest |= EPOLLIN;
    }
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_WRITABLE)) != 0) {
        interest |= EPOLLOUT;
    }
    return interest;
}

/** Connections change state often, and every change is an edge; listeners and UDP sockets have levels. */
ptk_err_t ptk_port_socket_watch(ptk_socket_internal_t *socket) {
    if (ptk_socket_is_connection(socket)) {
        /* EPOLLPRI: recv(2) stops at the urgent mark, and what is after it makes no further edge. */
        return control(EPOLL_CTL_ADD, socket, BASE_INTEREST | EPOLLIN | EPOLLPRI | EPOLLOUT | (uint32_t)EPOLLET);
    }
    socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    return control(EPOLL_CTL_ADD, socket, interest_of(ptk_socket_wanted(socket)));
}

ptk_err_t ptk_port_socket_interest(ptk_socket_internal_t *socket) {
    if (ptk_socket_is_connection(socket)) {
        return PTK_ERR_OK; /* registered for everything */
    }
    uint32_t wanted = interest_of(ptk_socket_wanted(socket));
    uint32_t interest = socket->platform.interest | wanted;
    bool read_is_raised = (socket->delivery.raised & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0;
    bool read_is_handled = (socket->delivery.enabled & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0;
    if ((socket->flags & PTK_SOCKET_FLAG_PAUSED) != 0 || (read_is_raised && !read_is_handled)) {
        interest &= ~(uint32_t)EPOLLIN;
    }
    if ((wanted & EPOLLOUT) == 0) {
        interest &= ~(uint32_t)EPOLLOUT; /* a UDP socket is writable nearly always */
    }
    return interest == socket->platform.interest ? PTK_ERR_OK : control(EPOLL_CTL_MOD, socket, interest);
}

bool ptk_port_socket_quiesce(ptk_socket_internal_t *socket) {
    (void)socket; /* the kernel knows the handle, not the slot */
    return true;
}

bool ptk_port_socket_close(ptk_socket_internal_t *socket) {
    if (socket->platform.interest != 0 && socket->delivery.loop->platform.process == (int32_t)getpid()) {
        /* Closing alone would leave it registered if a child process shares it; in a child the registration is the parent's.
         * It fails only if it is not registered. */
        struct epoll_event unused = {0};
        (void)epoll_ctl(socket->delivery.loop->platform.epoll_descriptor, EPOLL_CTL_DEL, socket->platform.descriptor,
                        &unused);
    }
    /* Linux closes the descriptor even if close(2) reports EINTR or an error of the peer. */
    (void)close(socket->platform.descriptor);
    socket->platform.interest = 0;
    return true;
}

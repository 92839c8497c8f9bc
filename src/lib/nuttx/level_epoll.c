/**
 * @file level_epoll.c
 * @brief Waiting on NuttX: epoll with levels, woken by an eventfd. EPOLLET is defined there, but has no effect.
 *
 * The user data is the socket's handle, so an event for a socket that is gone leads nowhere. Descriptors belong to a
 * task and its threads; in a flat build the loop also keeps the eventfd's struct file, so that other tasks, and the
 * worker that does it for an interrupt, can write it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "sockets/system_error.h"
#include "core/wait_time.h"
#include "core/port.h"
#include "core/static_assert.h"

#include "system_socket.h"

#include <assert.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#if PTK_NUTTX_HAS_INTERRUPTS
#include <nuttx/fs/fs.h>
#include <nuttx/irq.h>
#include <nuttx/wqueue.h>

PTK_STATIC_ASSERT(the_loop_holds_an_item_of_work, sizeof(struct work_s) <= sizeof((ptk_platform_loop_t *)0)->work);
#endif

#ifndef PTK_NUTTX_EVENTS
/** @brief Events that are fetched at once, 16 bytes of stack each. */
#define PTK_NUTTX_EVENTS 32
#endif
/** @brief How often a wait fetches, at most: more than the sockets that a loop can have need. */
#define MAX_ROUNDS 64u
/** @brief No socket has this handle. */
#define WAKE_HANDLE 0u
/** @brief Reported whether it is asked for or not: what is registered has it in its interest, so 0 is unregistered. */
#define BASE_INTEREST ((uint32_t)EPOLLERR)

/* ------------------------------------------------------------------------------------------------ the eventfd */

/** @brief Adds 1 to the eventfd; errno stays as it was. */
static void write_waker(ptk_platform_loop_t *loop) {
    static const eventfd_t one = 1;
#if PTK_NUTTX_HAS_INTERRUPTS
    ssize_t result = file_write(loop->wake_file, &one, sizeof one);
#else
    int saved = errno; /* a signal handler must leave it alone */
    ssize_t result = write(loop->wake_descriptor, &one, sizeof one);
    errno = saved;
#endif
    assert(result == (ssize_t)sizeof one); /* the counter takes 2^32 - 2 wake-ups at least, and one wait resets it */
    (void)result;
}

#if PTK_NUTTX_HAS_INTERRUPTS
/** @brief The item of work in a loop. */
static struct work_s *work_of(ptk_platform_loop_t *loop) {
    return (struct work_s *)(void *)&loop->work;
}

/** @brief Done by the worker thread for an interrupt. */
static void write_waker_later(void *argument) {
    write_waker((ptk_platform_loop_t *)argument);
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    if (!up_interrupt_context()) {
        write_waker(loop);
        return;
    }
    int result = work_queue(HPWORK, work_of(loop), write_waker_later, loop, 0);
    assert(result == 0); /* refuses only a delay that is too long */
    (void)result;
}

/** @brief Keeps the eventfd's struct file. 0, or a negated error number. */
static int keep_waker(ptk_platform_loop_t *loop) {
    return file_get(loop->wake_descriptor, &loop->wake_file);
}

/** @brief Gives it back, when the worker has done what interrupts have asked for. */
static void release_waker(ptk_platform_loop_t *loop) {
    (void)work_cancel_sync(HPWORK, work_of(loop)); /* -ENOENT: there was nothing */
    (void)file_put(loop->wake_file);
}
#else
void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    write_waker(loop);
}

/** @brief Nothing to keep: only threads of this task know the loop. */
static int keep_waker(ptk_platform_loop_t *loop) {
    (void)loop;
    return 0;
}

/** @brief Nothing to give back. */
static void release_waker(ptk_platform_loop_t *loop) {
    (void)loop;
}
#endif

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
    *loop = (ptk_platform_loop_t){0};
    loop->epoll_descriptor = poller;
    loop->wake_descriptor = waker;
    event.events = EPOLLIN;
    event.data.u64 = WAKE_HANDLE;
    ptk_err_t error = epoll_ctl(poller, EPOLL_CTL_ADD, waker, &event) == 0 ? PTK_ERR_OK : ptk_last_error();
    if (error == PTK_ERR_OK) {
        error = ptk_system_error(-keep_waker(loop));
    }
    if (error != PTK_ERR_OK) {
        (void)close(poller);
        (void)close(waker);
    }
    return error;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    release_waker(loop);
    (void)close(loop->epoll_descriptor); /* before what it watches */
    (void)close(loop->wake_descriptor);
}

/* ------------------------------------------------------------------------------------------------ waiting */

/** @brief Has epoll report these events of a socket; 0 ends it. */
static ptk_err_t control(const ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                         uint32_t events) {
    struct epoll_event event = {0};
    int operation = events == 0 ? EPOLL_CTL_DEL : socket->interest == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    event.events = events;
    event.data.u64 = (uint64_t)handle;
    if (epoll_ctl(loop->epoll_descriptor, operation, socket->descriptor, &event) != 0) {
        return ptk_last_error();
    }
    socket->interest = (uint8_t)events;
    return PTK_ERR_OK;
}

/**
 * @brief Watches again what has been set aside. NuttX fetches in the same order each time: what stays ready would keep
 *        the rest from being fetched, were it not set aside until the rest was.
 */
static ptk_err_t watch_again(ptk_platform_loop_t *loop) {
    ptk_err_t error = PTK_ERR_OK;
    uint32_t cursor = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket;
    while (error == PTK_ERR_OK && (socket = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        if (socket->set_aside != 0) {
            uint32_t events = socket->set_aside;
            socket->set_aside = 0;
            error = control(loop, socket, handle, events);
        }
    }
    return error;
}

/** @brief Reports one event; the socket may have to be set aside. */
static void report(ptk_platform_loop_t *loop, uint64_t data, uint32_t events, bool must_set_aside) {
    uint32_t readiness = 0;
    ptk_handle_t handle;
    ptk_platform_socket_t *socket = ptk_port_find_socket(loop, PTK_HANDLE_ID(data), &handle);
    if (socket == NULL || handle != (ptk_handle_t)data) {
        return;
    }
    if ((events & EPOLLIN) != 0) {
        readiness |=
            PTK_READY_READ | PTK_READY_CLOSED; /* data, the end of a stream, or both: only reading shows which */
    }
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
        readiness |= PTK_READY_WRITE;
    }
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        readiness |= PTK_READY_ERROR;
    } else if ((events & EPOLLOUT) != 0) {
        socket->state &= (uint8_t)~PTK_STACK_CONNECTING;
    }
    if (must_set_aside) {
        uint8_t watched = socket->interest;
        socket->set_aside = control(loop, socket, handle, 0) == PTK_ERR_OK ? watched : 0;
    }
    ptk_port_report(loop, handle, readiness, PTK_ERR_OK);
}

/** @brief Waits and reports what is fetched at once. How many that was, or an error. */
static int64_t wait_once(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    struct epoll_event events[PTK_NUTTX_EVENTS];
    eventfd_t raised;
    int timeout = ptk_wait_ms(now_ns, deadline_ns);
    int count = epoll_wait(loop->epoll_descriptor, events, PTK_NUTTX_EVENTS, timeout);
    while (count < 0 && errno == EINTR) {
        timeout = timeout > 0 ? ptk_wait_ms(ptk_port_now_ns(), deadline_ns) : timeout;
        count = epoll_wait(loop->epoll_descriptor, events, PTK_NUTTX_EVENTS, timeout);
    }
    if (count < 0) {
        return ptk_last_error();
    }
    for (int i = 0; i < count; i++) {
        if (events[i].data.u64 != WAKE_HANDLE) {
            report(loop, events[i].data.u64, events[i].events, count == PTK_NUTTX_EVENTS);
        } else if (read(loop->wake_descriptor, &raised, sizeof raised) < 0) {
            return ptk_last_error();
        }
    }
    return count;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    int64_t count = wait_once(loop, now_ns, deadline_ns);
    if (count < PTK_NUTTX_EVENTS) {
        return count < 0 ? (ptk_err_t)count : PTK_ERR_OK;
    }
    for (uint32_t i = 0; i < MAX_ROUNDS && count == PTK_NUTTX_EVENTS; i++) {
        count = wait_once(loop, 0, 0);
    }
    ptk_err_t error = watch_again(loop);
    return count < 0 ? (ptk_err_t)count : error;
}

/* ------------------------------------------------------------------------------------------------ sockets */

/* A failure cannot be masked, so a socket of which nothing at all is wanted is not registered. */
int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    uint32_t events = 0;
    if ((socket->interest | socket->set_aside) != 0 && (interest & PTK_WANT_LATER) != 0) {
        return PTK_WATCH_LEVELS; /* each change is a call, and the next one may make this one needless */
    }
    if ((interest & (PTK_WANT_READ | PTK_WANT_WRITE | PTK_WANT_FAILURE)) != 0) {
        bool may_stay = ((socket->interest | socket->set_aside) & EPOLLIN) != 0 && (interest & PTK_WANT_NO_READ) == 0;
        events |= BASE_INTEREST;
        events |= (interest & PTK_WANT_READ) != 0 || may_stay ? (uint32_t)EPOLLIN : 0u;
        events |= (interest & PTK_WANT_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0u;
    }
    if (socket->set_aside != 0) {
        socket->set_aside = (uint8_t)events;
        return PTK_WATCH_LEVELS;
    }
    return events == socket->interest ? PTK_WATCH_LEVELS : control(loop, socket, handle, events);
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    if (socket->interest != 0) {
        (void)control(loop, socket, 0, 0); /* before it is closed: NuttX keeps what is registered open */
    }
    (void)close(socket->descriptor);
    return true;
}

/**
 * @file kqueue_change.c
 * @brief What kqueue has to report of each socket, submitted with as few calls as possible.
 *
 * A change is only noted: the loop lists the socket, and the next wait submits the difference between what is wanted
 * and what kqueue has. So a socket that changes to and fro costs nothing. The list holds handles, for slots move.
 *
 * Reading from a TCP connection is registered once, with EV_CLEAR. Writing to one is asked for once at a time, with
 * EV_ONESHOT, when there was no room: registered for good it would be reported with every acknowledgement of the peer,
 * and each would wake the loop. Listeners and UDP sockets have levels, and so has everything where edges are not to be
 * relied upon: reading is disabled only if it is reported while no one wants it, writing is enabled only while someone
 * does.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system_features.h"

#include "kqueue/kqueue.h"
#include "sockets/system_error.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/** @brief What kqueue hands back with an event: the handle or, where a pointer has no room for it, its ID. */
static uintptr_t tag_of(ptk_handle_t handle) {
    return (uintptr_t)(PTK_KQUEUE_HOLDS_HANDLES ? (uint64_t)handle : PTK_HANDLE_ID(handle));
}

/** @brief The socket with this handle, or NULL. */
static ptk_platform_socket_t *find(ptk_platform_loop_t *loop, ptk_handle_t handle) {
    ptk_handle_t found;
    ptk_platform_socket_t *socket = ptk_port_find_socket(loop, PTK_HANDLE_ID(handle), &found);
    return socket != NULL && found == handle ? socket : NULL;
}

ptk_platform_socket_t *ptk_kqueue_socket(ptk_platform_loop_t *loop, const struct kevent *event, ptk_handle_t *handle) {
    uintptr_t tag = 0;
    memcpy(&tag, &event->udata, sizeof event->udata); /* a pointer on most systems, an integer in NetBSD before 10 */
    if (PTK_KQUEUE_HOLDS_HANDLES) {
        *handle = (ptk_handle_t)tag;
        return find(loop, *handle);
    }
    /* A slot's IDs do not repeat before all of them were given out, so the ID of a socket that is gone leads
     * nowhere. */
    return ptk_port_find_socket(loop, (uint32_t)tag, handle);
}

/* ------------------------------------------------------------------------------------------------ changes */

/** @brief Fills in one change. */
static void fill(struct kevent *change, const ptk_platform_socket_t *socket, ptk_handle_t handle, uint8_t filter,
                 uint16_t flags) {
    uintptr_t tag = tag_of(handle);
    memset(change, 0, sizeof *change);
    change->ident = (uintptr_t)socket->descriptor;
    change->filter = filter == PTK_FILTER_READ ? EVFILT_READ : EVFILT_WRITE;
    change->flags = flags;
    memcpy(&change->udata, &tag, sizeof change->udata);
}

/** @brief The flags of the change that a filter needs; 0 if it needs none. */
static uint16_t flags_for(const ptk_platform_socket_t *socket, uint8_t filter) {
    bool wanted = (socket->interest & filter) != 0;
    bool enabled = (socket->enabled & filter) != 0;
    if (wanted == enabled) {
        return 0;
    }
    if (!wanted) {
        return EV_DISABLE;
    }
    if ((socket->registered & filter) != 0) {
        return EV_ENABLE;
    }
    if ((socket->kind & PTK_KIND_EDGES) == 0) {
        return EV_ADD;
    }
    return filter == PTK_FILTER_READ ? EV_ADD | EV_CLEAR : EV_ADD | EV_ONESHOT;
}

uint16_t ptk_kqueue_collect(ptk_platform_loop_t *loop, struct kevent *changes) {
    uint16_t count = 0;
    for (uint32_t i = 0; i < loop->changed_count; i++) {
        const ptk_platform_socket_t *socket = find(loop, loop->changed[i]);
        assert(socket != NULL); /* closing takes it off the list */
        for (uint8_t filter = PTK_FILTER_WRITE; filter <= PTK_FILTER_READ; filter++) {
            uint16_t flags = flags_for(socket, filter);
            if (flags != 0) {
                fill(&changes[count++], socket, loop->changed[i], filter, flags);
            }
        }
    }
    return count;
}

void ptk_kqueue_settle(ptk_platform_loop_t *loop) {
    for (uint32_t i = 0; i < loop->changed_count; i++) {
        ptk_platform_socket_t *platform = find(loop, loop->changed[i]);
        platform->enabled = platform->interest;
        platform->registered |= platform->interest;
        platform->changed = 0;
    }
    loop->changed_count = 0;
}

void ptk_kqueue_forget(ptk_platform_socket_t *socket, uint8_t filter) {
    socket->interest &= (uint8_t)~filter;
    socket->enabled &= (uint8_t)~filter;
    socket->registered &= (uint8_t)~filter;
}

void ptk_kqueue_refused(ptk_platform_loop_t *loop, const struct kevent *change, int system_error) {
    ptk_handle_t handle;
    if (ptk_kqueue_socket(loop, change, &handle) != NULL) {
        ptk_port_report(loop, handle, PTK_READY_UNWATCHED, ptk_system_error(system_error));
    }
}

/** @brief The list is full: submits its changes now, without taking events. */
static void flush(ptk_platform_loop_t *loop) {
    const struct timespec no_wait = {0, 0};
    struct kevent changes[PTK_KQUEUE_MAX_CHANGES];
    uint16_t count = ptk_kqueue_collect(loop, changes);
    int result = count == 0 ? 0 : kevent(loop->kqueue_descriptor, changes, count, NULL, 0, &no_wait);
    ptk_kqueue_settle(loop);
    /* Without room for events it stops at the first error and does not say where. Submitting it again does no harm. */
    for (uint16_t i = 0; result < 0 && i < count; i++) {
        if (kevent(loop->kqueue_descriptor, &changes[i], 1, NULL, 0, &no_wait) < 0) {
            ptk_kqueue_refused(loop, &changes[i], errno);
        }
    }
}

/** @brief Lists a socket whose interest has changed. Its place in the list, counted from 1, is noted. */
static void note_change(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle) {
    if (socket->changed != 0) {
        return;
    }
    if (loop->changed_count == PTK_KQUEUE_MAX_CHANGED) {
        flush(loop);
    }
    loop->changed[loop->changed_count++] = handle;
    socket->changed = (uint8_t)loop->changed_count;
}

/* ------------------------------------------------------------------------------------------------ the port
 * interface */

/** @brief Sets the filters that are to report, and lists the socket if they changed. */
static void set_interest(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                         uint8_t interest) {
    if (interest != socket->interest) {
        socket->interest = interest;
        note_change(loop, socket, handle);
    }
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    bool has_edges = PTK_KQUEUE_KEEPS_EDGES && (interest & PTK_WANT_CONNECTION) != 0;
    uint8_t filters = socket->interest & PTK_FILTER_READ;
    socket->kind = (interest & PTK_WANT_CONNECTION) != 0 ? PTK_KIND_CONNECTION : 0;
    socket->kind |= has_edges ? PTK_KIND_EDGES : 0;
    if (has_edges) {
        filters = socket->interest | PTK_FILTER_READ;
    } else if ((interest & PTK_WANT_READ) != 0) {
        filters |= PTK_FILTER_READ;
    } else if ((interest & PTK_WANT_NO_READ) != 0) {
        filters &= (uint8_t)~PTK_FILTER_READ;
    }
    if ((interest & PTK_WANT_WRITE) != 0) {
        filters |= PTK_FILTER_WRITE; /* a level is not kept: a socket is writable nearly always */
    }
    set_interest(loop, socket, handle, filters);
    return has_edges ? PTK_WATCH_EDGES : PTK_WATCH_LEVELS;
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket; /* the kernel knows the handle, not the slot */
    return true;
}

/** @brief Takes a socket off the list of changes. The last one takes its place. */
static void forget_change(ptk_platform_loop_t *loop, const ptk_platform_socket_t *socket) {
    if (socket->changed == 0) {
        return;
    }
    ptk_handle_t last = loop->changed[loop->changed_count - 1];
    find(loop, last)->changed = socket->changed;
    loop->changed[socket->changed - 1] = last;
    loop->changed_count--;
}

#if !PTK_KQUEUE_SEES_CLOSE
/** @brief Takes a socket's filters out of kqueue. */
static void deregister(const ptk_platform_loop_t *loop, const ptk_platform_socket_t *socket) {
    const struct timespec no_wait = {0, 0};
    for (uint8_t filter = PTK_FILTER_WRITE; filter <= PTK_FILTER_READ; filter++) {
        struct kevent change;
        if ((socket->registered & filter) != 0 && loop->process == (int32_t)getpid()) {
            fill(&change, socket, 0, filter, EV_DELETE);
            /* It fails only for a filter that is not there. */
            (void)kevent(loop->kqueue_descriptor, &change, 1, NULL, 0, &no_wait);
        }
    }
}
#endif

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    forget_change(loop, socket);
#if !PTK_KQUEUE_SEES_CLOSE
    deregister(loop, socket);
#endif
    /* close(2) takes the filters out of the kqueue, kqueue(2), even if a child process has a duplicate: filters belong
     * to the process's descriptor. The descriptor is closed even if close(2) reports an error of the peer. */
    (void)close(socket->descriptor);
    memset(socket, 0, sizeof *socket);
    return true;
}

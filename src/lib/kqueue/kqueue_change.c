/**
 * @file kqueue_change.c
 * @brief What kqueue has to report of each socket, and telling it with as few calls as possible.
 *
 * A change is only noted: the loop lists the socket, and the next wait tells kqueue the difference between what is wanted
 * and what kqueue knows. So a socket that changes to and fro costs nothing. The list holds handles, for slots move.
 *
 * Reading from a TCP connection is registered once, with EV_CLEAR. Writing to one is asked for once at a time, with
 * EV_ONESHOT, when there was no room: registered for good it would be reported with every acknowledgement of the peer, and
 * each would wake the loop. Listeners and UDP sockets have levels, and so has everything where edges are not to be relied
 * upon: reading is disabled only if it is reported while nobody wants it, writing is enabled only while somebody does.
 */
#include "system_features.h"

#include "kqueue/kqueue.h"
#include "core/socket.h"
#include "sockets/system_error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static ptk_socket_internal_t *find(const ptk_event_loop_slot_t *loop, ptk_handle_t handle) {
    return (ptk_socket_internal_t *)(void *)ptk_pool_find(&loop->pools[PTK_POOL_SOCKETS], handle);
}

/** What kqueue hands back with an event: the handle or, where a pointer has no room for it, its ID. */
static uintptr_t tag_of(ptk_handle_t handle) {
    return (uintptr_t)(PTK_KQUEUE_HOLDS_HANDLES ? (uint64_t)handle : PTK_HANDLE_ID(handle));
}

ptk_socket_internal_t *ptk_kqueue_socket(const ptk_event_loop_slot_t *loop, const struct kevent *event) {
    const ptk_pool_t *pool = &loop->pools[PTK_POOL_SOCKETS];
    uintptr_t tag = 0;
    memcpy(&tag, &event->udata, sizeof event->udata); /* a pointer on most systems, an integer in NetBSD before 10 */
    if (PTK_KQUEUE_HOLDS_HANDLES) {
        return find(loop, (ptk_handle_t)tag);
    }
    /* IDs do not repeat before 2^31 of them were given out, so the ID of a socket that is gone finds nobody. */
    for (uint32_t i = 0; tag != 0 && i < pool->count; i++) {
        ptk_resource_base_t *slot = ptk_pool_slot(pool, (uint32_t)((tag + i) % pool->count));
        if (PTK_HANDLE_ID(slot->handle) == tag) {
            return (ptk_socket_internal_t *)(void *)slot;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------------------------------------ telling kqueue */

static void fill(struct kevent *change, const ptk_socket_internal_t *socket, uint8_t filter, uint16_t flags) {
    uintptr_t tag = tag_of(socket->base.handle);
    memset(change, 0, sizeof *change);
    change->ident = (uintptr_t)socket->platform.descriptor;
    change->filter = filter == PTK_FILTER_READ ? EVFILT_READ : EVFILT_WRITE;
    change->flags = flags;
    memcpy(&change->udata, &tag, sizeof change->udata);
}

/** What kqueue has to be told of a filter; 0 is nothing. */
static uint16_t flags_for(const ptk_socket_internal_t *socket, uint8_t filter) {
    bool wanted = (socket->platform.interest & filter) != 0;
    bool enabled = (socket->platform.enabled & filter) != 0;
    if (wanted == enabled) {
        return 0;
    }
    if (!wanted) {
        return EV_DISABLE;
    }
    if ((socket->platform.registered & filter) != 0) {
        return EV_ENABLE;
    }
    if (!ptk_kqueue_has_edges(socket)) {
        return EV_ADD;
    }
    return filter == PTK_FILTER_READ ? EV_ADD | EV_CLEAR : EV_ADD | EV_ONESHOT;
}

uint16_t ptk_kqueue_collect(const ptk_event_loop_slot_t *loop, struct kevent *changes) {
    uint16_t count = 0;
    for (uint32_t i = 0; i < loop->platform.changed_count; i++) {
        const ptk_socket_internal_t *socket = find(loop, loop->platform.changed[i]);
        assert(socket != NULL); /* closing takes it off the list */
        for (uint8_t filter = PTK_FILTER_WRITE; filter <= PTK_FILTER_READ; filter++) {
            uint16_t flags = flags_for(socket, filter);
            if (flags != 0) {
                fill(&changes[count++], socket, filter, flags);
            }
        }
    }
    return count;
}

void ptk_kqueue_settle(ptk_event_loop_slot_t *loop) {
    for (uint32_t i = 0; i < loop->platform.changed_count; i++) {
        ptk_platform_socket_t *platform = &find(loop, loop->platform.changed[i])->platform;
        platform->enabled = platform->interest;
        platform->registered |= platform->interest;
        platform->changed = 0;
    }
    loop->platform.changed_count = 0;
}

void ptk_kqueue_forget(ptk_socket_internal_t *socket, uint8_t filter) {
    socket->platform.interest &= (uint8_t)~filter;
    socket->platform.enabled &= (uint8_t)~filter;
    socket->platform.registered &= (uint8_t)~filter;
}

void ptk_kqueue_refused(ptk_event_loop_slot_t *loop, const struct kevent *change, int system_error) {
    ptk_socket_internal_t *socket = ptk_kqueue_socket(loop, change);
    if (socket != NULL && socket->error == PTK_ERR_OK) {
        ptk_socket_fail(socket, ptk_system_error(system_error)); /* as if watch or interest had failed at once */
    }
}

/** The list is full: tells kqueue now, without taking events. */
static void flush(ptk_event_loop_slot_t *loop) {
    const struct timespec no_wait = {0, 0};
    struct kevent changes[PTK_KQUEUE_MAX_CHANGES];
    uint16_t count = ptk_kqueue_collect(loop, changes);
    int result = count == 0 ? 0 : kevent(loop->platform.kqueue_descriptor, changes, count, NULL, 0, &no_wait);
    ptk_kqueue_settle(loop);
    /* Without room for events it stops at the first error and does not say where. Telling it again does no harm. */
    for (uint16_t i = 0; result < 0 && i < count; i++) {
        if (kevent(loop->platform.kqueue_descriptor, &changes[i], 1, NULL, 0, &no_wait) < 0) {
            ptk_kqueue_refused(loop, &changes[i], errno);
        }
    }
}

/** Lists a socket whose interest has changed. */
static void note_change(ptk_socket_internal_t *socket) {
    ptk_event_loop_slot_t *loop = socket->delivery.loop;
    if (socket->platform.changed != 0) {
        return;
    }
    if (loop->platform.changed_count == PTK_KQUEUE_MAX_CHANGED) {
        flush(loop);
    }
    socket->platform.changed = 1;
    loop->platform.changed[loop->platform.changed_count++] = socket->base.handle;
}

/* ------------------------------------------------------------------------------------------------ the seam */

static void set_interest(ptk_socket_internal_t *socket, uint8_t interest) {
    if (interest != socket->platform.interest) {
        socket->platform.interest = interest;
        note_change(socket);
    }
}

ptk_err_t ptk_port_socket_watch(ptk_socket_internal_t *socket) {
    if (ptk_kqueue_has_edges(socket)) {
        bool is_connected = ptk_socket_state(socket) == PTK_SOCKET_CONNECTED;
        set_interest(socket, is_connected ? PTK_FILTER_READ : PTK_FILTER_READ | PTK_FILTER_WRITE);
        return PTK_ERR_OK;
    }
    socket->flags |= PTK_SOCKET_FLAG_LEVEL;
    return ptk_port_socket_interest(socket);
}

ptk_err_t ptk_port_socket_interest(ptk_socket_internal_t *socket) {
    if (ptk_kqueue_has_edges(socket)) {
        set_interest(socket, socket->platform.interest | PTK_FILTER_WRITE);
        return PTK_ERR_OK;
    }
    uint8_t wanted = ptk_socket_wanted(socket);
    uint8_t interest = socket->platform.interest & PTK_FILTER_READ;
    bool read_is_raised = (socket->delivery.raised & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0;
    bool read_is_handled = (socket->delivery.enabled & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0;
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_READABLE)) != 0) {
        interest |= PTK_FILTER_READ;
    }
    if ((socket->flags & (PTK_SOCKET_FLAG_PAUSED | PTK_SOCKET_FLAG_END)) != 0 || (read_is_raised && !read_is_handled)) {
        interest &= (uint8_t)~PTK_FILTER_READ;
    }
    if ((wanted & PTK_SOCKET_BIT(PTK_EVENT_WRITABLE)) != 0) {
        interest |= PTK_FILTER_WRITE; /* not kept: a socket is writable nearly always */
    }
    set_interest(socket, interest);
    return PTK_ERR_OK;
}

bool ptk_port_socket_quiesce(ptk_socket_internal_t *socket) {
    (void)socket; /* the kernel knows the handle, not the slot */
    return true;
}

/** Takes a socket off the list of those that kqueue has to be told of. */
static void forget_change(ptk_socket_internal_t *socket) {
    ptk_platform_loop_t *platform = &socket->delivery.loop->platform;
    uint32_t i = 0;
    if (socket->platform.changed == 0) {
        return;
    }
    while (platform->changed[i] != socket->base.handle) {
        i++;
    }
    platform->changed[i] = platform->changed[--platform->changed_count];
}

#if !PTK_KQUEUE_SEES_CLOSE
/** Takes a socket's filters out of kqueue. */
static void deregister(const ptk_socket_internal_t *socket) {
    const ptk_platform_loop_t *loop = &socket->delivery.loop->platform;
    const struct timespec no_wait = {0, 0};
    for (uint8_t filter = PTK_FILTER_WRITE; filter <= PTK_FILTER_READ; filter++) {
        struct kevent change;
        if ((socket->platform.registered & filter) != 0 && loop->process == (int32_t)getpid()) {
            fill(&change, socket, filter, EV_DELETE);
            /* It fails only for a filter that is not there. */
            (void)kevent(loop->kqueue_descriptor, &change, 1, NULL, 0, &no_wait);
        }
    }
}
#endif

bool ptk_port_socket_close(ptk_socket_internal_t *socket) {
    forget_change(socket);
#if !PTK_KQUEUE_SEES_CLOSE
    deregister(socket);
#endif
    /* close(2) takes the filters out of the kqueue, kqueue(2), even if a child process has a duplicate: filters belong to
     * the process's descriptor. The descriptor is closed even if close(2) reports an error of the peer. */
    (void)close(socket->platform.descriptor);
    memset(&socket->platform, 0, sizeof socket->platform);
    return true;
}

/**
 * @file poller.c
 * @brief Waiting: what is ready is reported; else the clock of the world moves to what happens next.
 *
 * Everything is a level here. While ptk_sim_step() runs a loop, its wait never moves the clock: it notes its deadline
 * and returns.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"
#include "core/port.h"

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *loop) {
    ptk_sim_world_t *world = ptk_sim_state();
    if (ptk_sim_fails(PTK_SIM_FAULT_LOOP)) {
        return PTK_ERR_OUT_OF_DESCRIPTORS;
    }
    *loop = (ptk_platform_loop_t){0};
    loop->host = world->host;
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *loop) {
    for (uint32_t i = 0; i < ptk_sim_state()->loop_count; i++) {
        if (ptk_sim_memory()->loops[i].platform == loop) {
            ptk_sim_memory()->loops[i].platform = NULL;
        }
    }
}

void ptk_port_poller_wake(ptk_platform_loop_t *loop) {
    loop->is_woken = true;
}

/* ------------------------------------------------------------------------------------------ readiness */

/** @brief What a TCP connection, or an attempt, is ready for. */
static uint32_t stream_readiness(const ptk_sim_socket_t *socket) {
    bool has_failed = socket->state == PTK_SIM_FAILED;
    bool has_ended = (socket->bits & PTK_SIM_FIN_RECEIVED) != 0 || has_failed;
    uint32_t readiness = has_ended ? PTK_READY_READ | PTK_READY_CLOSED : 0u;
    if (socket->state == PTK_SIM_CONNECTING) {
        return 0;
    }
    uint32_t first = socket->queue_first;
    bool is_readable = first != PTK_SIM_NONE && !(ptk_sim_segment(first)->is_urgent && first == socket->queue_last);
    readiness |= is_readable ? PTK_READY_READ : 0u;
    readiness |= (socket->bits & PTK_SIM_HAS_URGENT) != 0 && is_readable ? PTK_READY_URGENT : 0u;
    /* As Linux: room for a third, so that a writer does not run for every byte. */
    bool has_room = ptk_sim_tcp_room(socket) >= (socket->send_buffer + 2) / 3 || socket->unread == 0;
    readiness |= has_failed || (socket->bits & PTK_SIM_FIN_SENT) != 0 || has_room ? PTK_READY_WRITE : 0u;
    return readiness;
}

/** @brief What a socket is ready for: PTK_READY_ bits. */
static uint32_t readiness_of(const ptk_sim_socket_t *socket) {
    uint32_t error = socket->pending_error == PTK_ERR_OK ? 0u : PTK_READY_ERROR;
    if (socket->state == PTK_SIM_LISTENING) {
        return socket->first_waiting != PTK_SIM_NONE ? PTK_READY_READ : 0u;
    }
    if ((socket->bits & PTK_SIM_IS_DATAGRAM) != 0) {
        return (socket->queue_first != PTK_SIM_NONE || error != 0 ? PTK_READY_READ : 0u) | PTK_READY_WRITE | error;
    }
    return stream_readiness(socket) | error;
}

/** @brief Which part of a readiness is wanted. */
static uint32_t wanted_of(uint32_t readiness, uint32_t interest) {
    uint32_t wanted = 0;
    wanted |= (interest & PTK_WANT_READ) != 0 ? PTK_READY_READ | PTK_READY_CLOSED | PTK_READY_URGENT : 0u;
    wanted |= (interest & PTK_WANT_WRITE) != 0 ? PTK_READY_WRITE : 0u;
    return readiness & (wanted | PTK_READY_ERROR); /* an error is always reported, as by poll() and epoll; once, since
                                                    * core fetches it */
}

/** @brief Reports the sockets that are ready. Whether there was one. */
static bool report(ptk_platform_loop_t *loop) {
    uint32_t cursor = 0;
    bool found = false;
    ptk_handle_t handle;
    ptk_platform_socket_t *platform;
    loop->is_changed = false;
    while ((platform = ptk_port_next_socket(loop, &cursor, &handle)) != NULL) {
        const ptk_sim_socket_t *socket = ptk_sim_socket(platform->reference);
        uint32_t readiness;
        if (socket == NULL) { /* its host has crashed */
            continue;
        }
        readiness = wanted_of(readiness_of(socket), platform->interest);
        if (readiness == 0 && ptk_sim_happens(PTK_SIM_FAULT_REPORT)) {
            readiness = wanted_of(PTK_READY_READ | PTK_READY_WRITE | PTK_READY_CLOSED, platform->interest);
        }
        if (readiness != 0 && ptk_sim_happens(PTK_SIM_FAULT_LATE)) {
            readiness = 0;
            loop->is_changed = true; /* the wait ends, and the next one looks again */
            found = true;
        }
        if (readiness != 0) {
            ptk_port_report(loop, handle, readiness, PTK_ERR_OK);
            loop->is_changed = true; /* it may be ready for more the next time */
            found = true;
        }
    }
    return found;
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *loop, uint64_t now_ns, uint64_t deadline_ns) {
    ptk_sim_world_t *world = ptk_sim_state();
    const ptk_sim_host_t *host = &ptk_sim_memory()->hosts[loop->host];
    (void)now_ns;
    if (world->running != NULL) {
        world->running->platform = loop;
    }
    ptk_sim_settle();
    if (ptk_sim_fails(PTK_SIM_FAULT_POLL)) {
        loop->deadline_ns = world->now_ns; /* its program tries again */
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    bool found = report(loop);
    bool is_over = found || loop->is_woken || deadline_ns == 0 || ptk_sim_happens(PTK_SIM_FAULT_WAIT);
    loop->is_woken = false;
    loop->deadline_ns = is_over ? world->now_ns : ptk_sim_world_time(host, deadline_ns);
    while (!is_over && !world->is_stepping) {
        uint64_t next_ns = ptk_sim_next_event();
        if (next_ns == UINT64_MAX && loop->deadline_ns == UINT64_MAX) {
            return PTK_ERR_SYSTEM; /* nothing will ever happen */
        }
        ptk_sim_advance(next_ns < loop->deadline_ns ? next_ns : loop->deadline_ns);
        is_over = report(loop) || loop->is_woken || world->now_ns >= loop->deadline_ns;
        loop->is_woken = false;
    }
    return PTK_ERR_OK;
}

/* ------------------------------------------------------------------------------------------ watching */

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform, ptk_handle_t handle,
                              uint32_t interest) {
    ptk_sim_socket_t *socket = ptk_sim_socket(platform->reference);
    (void)handle; /* the loop's sockets are gone through */
    if (socket != NULL && socket->loop == NULL && ptk_sim_fails(PTK_SIM_FAULT_WATCH)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    platform->interest = interest;
    loop->is_changed = true;
    if (socket != NULL) {
        socket->loop = loop;
    }
    return PTK_WATCH_LEVELS;
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket; /* the world knows the reference, not the slot */
    return true;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *platform) {
    ptk_sim_socket_t *socket = ptk_sim_socket(platform->reference);
    (void)loop;
    if (socket == NULL) {
        return true; /* its host has crashed */
    }
    ptk_sim_trace("closes", socket->host, platform->reference, 0);
    if ((socket->bits & PTK_SIM_IS_DATAGRAM) != 0) {
        ptk_sim_free_socket(socket);
    } else {
        ptk_sim_tcp_close(socket);
    }
    return true;
}

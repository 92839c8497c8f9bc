/**
 * @file tcp.c
 * @brief TCP as its users see it: connections, streams, their ends. Streams, not packets, are modelled: what is lost
 *        arrives later, in order.
 *
 * Acknowledgements and windows are known to both ends at once; what has to pass the link in both directions for that
 * does so when the data arrives.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

/** @brief How long an attempt to connect lasts: seven of Linux's intervals. */
#define CONNECT_LIMIT_NS (127u * (uint64_t)PTK_SIM_NS_PER_S)
/** @brief How long a host is looked for that does not answer, as Linux does it for neighbours. */
#define NEIGHBOUR_LIMIT_NS (3u * (uint64_t)PTK_SIM_NS_PER_S)
/** @brief Twice the maximum segment lifetime, as Linux has it. */
#define TIME_WAIT_NS (60u * (uint64_t)PTK_SIM_NS_PER_S)

/* ------------------------------------------------------------------------------------------ sending segments */

/** @brief Has a socket expire at a time. */
static void expire_at(ptk_sim_socket_t *socket, uint64_t time_ns) {
    ptk_sim_world_t *world = ptk_sim_state();
    socket->expires_ns = time_ns;
    if (time_ns < world->expiry_ns) {
        world->expiry_ns = time_ns;
    }
}

void ptk_sim_tcp_transmit(ptk_sim_socket_t *socket, uint32_t index, int32_t to_host) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    segment->from = ptk_sim_reference(socket);
    segment->to = socket->peer;
    segment->from_host = socket->host;
    segment->to_host = (uint16_t)to_host;
    segment->source = socket->local;
    segment->destination = socket->remote;
    bool is_first = segment->kind == PTK_SIM_SYN || segment->kind == PTK_SIM_SYN_ACK;
    segment->sequence = ptk_sim_first_sequence(segment->from) + (is_first ? 0 : 1 + socket->sent);
    segment->acknowledgement =
        segment->kind == PTK_SIM_SYN ? 0 : ptk_sim_first_sequence(segment->to) + 1 + socket->arrived;
    socket->sent += segment->length + (segment->kind == PTK_SIM_FIN ? 1 : 0);
    uint64_t arrival_ns = ptk_sim_arrival(socket->host, (uint16_t)to_host, segment->length);
    socket->last_arrival_ns = arrival_ns > socket->last_arrival_ns ? arrival_ns : socket->last_arrival_ns;
    segment->arrival_ns = socket->last_arrival_ns;
    ptk_sim_schedule(index);
}

/** @brief Sends a reset to the peer. Without a free segment the peer learns by sending. */
static void send_reset(ptk_sim_socket_t *socket) {
    int32_t host = ptk_sim_host_of(socket->host, &socket->remote);
    uint32_t index = host < 0 ? PTK_SIM_NONE : ptk_sim_make_segment(PTK_SIM_RESET, NULL, 0);
    if (index != PTK_SIM_NONE) {
        ptk_sim_tcp_transmit(socket, index, host);
    }
}

void ptk_sim_tcp_drop_in_flight(uint32_t reference) {
    uint32_t *link = &ptk_sim_state()->first_in_flight;
    while (*link != PTK_SIM_NONE) {
        ptk_sim_segment_t *segment = ptk_sim_segment(*link);
        if (segment->from == reference && segment->kind != PTK_SIM_RESET && segment->kind != PTK_SIM_DATAGRAM) {
            uint32_t index = *link;
            *link = segment->next;
            ptk_sim_free_segment(index);
        } else {
            link = &segment->next;
        }
    }
}

/* ------------------------------------------------------------------------------------------ ends of connections */

void ptk_sim_tcp_fail(ptk_sim_socket_t *socket, ptk_err_t error) {
    ptk_sim_trace("fails", socket->host, ptk_sim_reference(socket), error);
    ptk_sim_tcp_drop_in_flight(ptk_sim_reference(socket));
    if ((socket->bits & PTK_SIM_IS_ORPHAN) != 0) {
        ptk_sim_free_socket(socket);
        return;
    }
    socket->state = PTK_SIM_FAILED;
    socket->pending_error = error;
    socket->expires_ns = UINT64_MAX;
    socket->peer = PTK_SIM_NONE;
    ptk_sim_changed(socket);
}

void ptk_sim_tcp_abort(ptk_sim_socket_t *socket, bool with_reset) {
    while (socket->first_waiting != PTK_SIM_NONE) {
        ptk_sim_socket_t *waiting = ptk_sim_socket(socket->first_waiting);
        socket->first_waiting = waiting->next_waiting;
        if (with_reset && waiting->state == PTK_SIM_CONNECTED) {
            send_reset(waiting);
        }
        ptk_sim_free_socket(waiting);
    }
    if (with_reset && socket->state == PTK_SIM_CONNECTED) {
        send_reset(socket);
    }
    ptk_sim_free_socket(socket);
}

bool ptk_sim_tcp_is_over(const ptk_sim_socket_t *socket) {
    uint32_t both = PTK_SIM_FIN_ARRIVED | PTK_SIM_FIN_RECEIVED;
    return (socket->bits & both) == both;
}

void ptk_sim_tcp_settle_orphan(ptk_sim_socket_t *socket) {
    if ((socket->bits & PTK_SIM_IS_ORPHAN) == 0 || !ptk_sim_tcp_is_over(socket)) {
        return;
    }
    if ((socket->bits & PTK_SIM_CLOSED_FIRST) == 0) {
        ptk_sim_free_socket(socket);
        return;
    }
    socket->state = PTK_SIM_TIME_WAIT;
    ptk_sim_state()->socket_count--;
    expire_at(socket, ptk_sim_state()->now_ns + TIME_WAIT_NS);
}

/** @brief Sends the FIN, or has it wait for a free segment. */
static void send_fin(ptk_sim_socket_t *socket) {
    uint32_t index = ptk_sim_make_segment(PTK_SIM_FIN, NULL, 0);
    socket->bits |= PTK_SIM_FIN_SENT | ((socket->bits & PTK_SIM_FIN_RECEIVED) == 0 ? PTK_SIM_CLOSED_FIRST : 0u);
    if (index == PTK_SIM_NONE) {
        socket->bits |= PTK_SIM_FIN_IS_DUE;
        ptk_sim_state()->expiry_ns = ptk_sim_state()->now_ns;
        return;
    }
    socket->bits &= ~(uint32_t)PTK_SIM_FIN_IS_DUE;
    ptk_sim_tcp_transmit(socket, index, ptk_sim_host_of(socket->host, &socket->remote));
}

ptk_err_t ptk_sim_tcp_shutdown(ptk_sim_socket_t *socket) {
    if (socket->state != PTK_SIM_CONNECTED) {
        return PTK_ERR_NOT_CONNECTED;
    }
    if ((socket->bits & PTK_SIM_FIN_SENT) == 0) {
        send_fin(socket);
        ptk_sim_changed(socket);
    }
    return PTK_ERR_OK;
}

void ptk_sim_tcp_close(ptk_sim_socket_t *socket) {
    socket->loop = NULL;
    if (socket->state != PTK_SIM_CONNECTED) {
        ptk_sim_tcp_abort(socket, true);
        return;
    }
    if (socket->queue_first != PTK_SIM_NONE && !ptk_sim_tcp_is_over(socket)) {
        /* RFC 2525, 2.17: data was lost, which the peer has to know */
        ptk_sim_tcp_abort(socket, true);
        return;
    }
    socket->bits |= PTK_SIM_IS_ORPHAN;
    if ((socket->bits & PTK_SIM_FIN_SENT) == 0) {
        send_fin(socket);
    }
    expire_at(socket, ptk_sim_state()->now_ns + PTK_SIM_DELIVERY_LIMIT_NS + TIME_WAIT_NS);
    ptk_sim_tcp_settle_orphan(socket);
}

/** @brief What has waited long enough: an attempt, an orphan, a port that was kept; a FIN without a segment. */
static void expire(ptk_sim_socket_t *socket, uint64_t now_ns) {
    if ((socket->bits & PTK_SIM_FIN_IS_DUE) != 0) {
        send_fin(socket);
    }
    if (socket->expires_ns > now_ns) {
        return;
    }
    if (socket->state == PTK_SIM_CONNECTING) {
        bool is_known = ptk_sim_host_of(socket->host, &socket->remote) >= 0;
        ptk_sim_tcp_fail(socket, is_known ? PTK_ERR_TIMED_OUT : PTK_ERR_HOST_UNREACHABLE);
    } else {
        ptk_sim_free_socket(socket);
    }
}

void ptk_sim_tcp_expire(void) {
    ptk_sim_world_t *world = ptk_sim_state();
    world->expiry_ns = UINT64_MAX;
    for (uint32_t i = 0; i < ptk_sim_memory()->socket_limit; i++) {
        ptk_sim_socket_t *socket = &ptk_sim_memory()->sockets[i];
        if (socket->state != PTK_SIM_FREE) {
            expire(socket, world->now_ns);
        }
        if (socket->state != PTK_SIM_FREE && socket->expires_ns < world->expiry_ns) {
            world->expiry_ns = socket->expires_ns;
        }
    }
}

/* ------------------------------------------------------------------------------------------ connecting */

ptk_err_t ptk_sim_tcp_connect(ptk_sim_socket_t *socket, const ptk_address_t *address) {
    const ptk_address_t remote = ptk_sim_destination(&socket->local, address);
    int32_t host = ptk_sim_host_of(socket->host, &remote);
    ptk_address_t local = socket->local;
    if (!ptk_sim_source_for(socket->host, &remote, &local)) {
        return PTK_ERR_NETWORK_UNREACHABLE;
    }
    uint32_t index = ptk_sim_make_segment(PTK_SIM_SYN, NULL, 0);
    if (index == PTK_SIM_NONE) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    if ((socket->bits & PTK_SIM_IS_BOUND) == 0) {
        ptk_err_t error = ptk_sim_bind(socket, &local);
        if (error != PTK_ERR_OK) {
            ptk_sim_free_segment(index);
            return error;
        }
        socket->bits |= PTK_SIM_IS_BOUND;
    } else if (ptk_sim_is_any(&socket->local)) {
        socket->local = local;
    }
    socket->remote = remote;
    socket->state = PTK_SIM_CONNECTING;
    if (host < 0) {
        ptk_sim_free_segment(index);
        expire_at(socket, ptk_sim_state()->now_ns + NEIGHBOUR_LIMIT_NS);
    } else {
        ptk_sim_tcp_transmit(socket, index, host);
        expire_at(socket, ptk_sim_state()->now_ns + CONNECT_LIMIT_NS);
    }
    ptk_sim_trace("connects", socket->host, ptk_sim_reference(socket), remote.port);
    return PTK_ERR_WOULD_BLOCK;
}

ptk_sim_socket_t *ptk_sim_tcp_accept(ptk_sim_socket_t *listener) {
    while (listener->first_waiting != PTK_SIM_NONE) {
        ptk_sim_socket_t *socket = ptk_sim_socket(listener->first_waiting);
        listener->first_waiting = socket->next_waiting;
        listener->waiting--;
        socket->next_waiting = PTK_SIM_NONE;
        socket->bits &= ~(uint32_t)PTK_SIM_IS_WAITING;
        if (socket->state == PTK_SIM_CONNECTED) {
            return socket;
        }
        ptk_sim_free_socket(socket);
    }
    return NULL;
}

/* ------------------------------------------------------------------------------------------ data */

uint32_t ptk_sim_tcp_room(const ptk_sim_socket_t *socket) {
    const ptk_sim_socket_t *peer = ptk_sim_socket(socket->peer);
    uint32_t limit = socket->send_buffer + (peer == NULL ? 0 : peer->receive_buffer);
    uint32_t room = limit > socket->unread ? limit - socket->unread : 0;
    uint32_t free_segments = ptk_sim_free_segments();
    return free_segments < room / PTK_SIM_SEGMENT_BYTES + 1 ? free_segments * PTK_SIM_SEGMENT_BYTES : room;
}

intptr_t ptk_sim_tcp_send(ptk_sim_socket_t *socket, const void *bytes, size_t length, bool is_urgent) {
    const uint8_t *next = bytes;
    if (socket->pending_error != PTK_ERR_OK) {
        ptk_err_t error = socket->pending_error;
        socket->pending_error = PTK_ERR_OK;
        return error;
    }
    if (socket->state != PTK_SIM_CONNECTED) {
        return socket->state == PTK_SIM_FAILED ? PTK_ERR_CONNECTION_RESET : PTK_ERR_NOT_CONNECTED;
    }
    if ((socket->bits & PTK_SIM_FIN_SENT) != 0) {
        return PTK_ERR_CONNECTION_RESET; /* POSIX: EPIPE */
    }
    uint32_t room = ptk_sim_tcp_room(socket);
    int32_t host = ptk_sim_host_of(socket->host, &socket->remote);
    size_t count = length < room ? length : room;
    if (count == 0) {
        return length == 0 ? 0 : PTK_ERR_WOULD_BLOCK;
    }
    for (size_t sent = 0; sent < count;) {
        size_t part = count - sent < PTK_SIM_SEGMENT_BYTES ? count - sent : PTK_SIM_SEGMENT_BYTES;
        uint32_t index = ptk_sim_make_segment(PTK_SIM_DATA, next + sent, part);
        ptk_sim_segment(index)->is_urgent = is_urgent;
        ptk_sim_tcp_transmit(socket, index, host);
        sent += part;
    }
    socket->unread += (uint32_t)count;
    return (intptr_t)count;
}

/** @brief The peer has received so many bytes: there is room for more. */
static void acknowledge(ptk_sim_socket_t *socket, uint32_t count) {
    ptk_sim_socket_t *peer = ptk_sim_socket(socket->peer);
    if (peer != NULL) {
        peer->unread -= count < peer->unread ? count : peer->unread;
        ptk_sim_changed(peer);
    }
}

/** @brief Leaves out the urgent byte that is first in a socket's queue. */
static void skip_urgent(ptk_sim_socket_t *socket) {
    socket->bits &= ~(uint32_t)PTK_SIM_HAS_URGENT;
    ptk_sim_drop_first(socket);
    acknowledge(socket, 1);
}

void ptk_sim_tcp_replace_urgent(ptk_sim_socket_t *socket) {
    uint32_t index = socket->queue_first;
    if (index != PTK_SIM_NONE && ptk_sim_segment(index)->is_urgent) {
        skip_urgent(socket); /* it was the next to be received */
        index = socket->queue_first;
    }
    for (; index != PTK_SIM_NONE; index = ptk_sim_segment(index)->next) {
        ptk_sim_segment(index)->is_urgent = false;
    }
}

/** @brief Copies what there is, up to an urgent byte that does not come first, and drops it unless it is peeked at. */
static size_t take_bytes(ptk_sim_socket_t *socket, uint8_t *bytes, size_t room, bool peeks) {
    size_t count = 0;
    uint32_t index = socket->queue_first;
    while (index != PTK_SIM_NONE && count < room) {
        ptk_sim_segment_t *segment = ptk_sim_segment(index);
        index = segment->next;
        if (segment->is_urgent && count > 0) {
            break;
        }
        if (segment->is_urgent && !peeks) {
            skip_urgent(socket);
        }
        if (segment->is_urgent) {
            continue;
        }
        size_t part = ptk_sim_read_segment(segment, bytes + count, room - count);
        count += part;
        if (!peeks) {
            segment->offset += (uint32_t)part;
            socket->queued -= (uint32_t)part;
            if (segment->offset == segment->length) {
                ptk_sim_drop_first(socket);
            }
        }
    }
    return count;
}

intptr_t ptk_sim_tcp_receive(ptk_sim_socket_t *socket, void *bytes, size_t room, bool peeks) {
    size_t count = take_bytes(socket, bytes, room, peeks);
    if (count > 0) {
        if (!peeks) {
            acknowledge(socket, (uint32_t)count);
        }
        return (intptr_t)count;
    }
    if ((socket->bits & PTK_SIM_FIN_RECEIVED) != 0) {
        return 0; /* a reset that came later is for those who send, and stays */
    }
    if (socket->pending_error != PTK_ERR_OK) {
        ptk_err_t error = socket->pending_error;
        socket->pending_error = PTK_ERR_OK;
        return error;
    }
    if (socket->state == PTK_SIM_FAILED) {
        return 0;
    }
    return socket->state == PTK_SIM_CONNECTED ? PTK_ERR_WOULD_BLOCK : PTK_ERR_NOT_CONNECTED;
}

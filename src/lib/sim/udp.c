/**
 * @file udp.c
 * @brief UDP: datagrams, groups, broadcast, and the ICMP messages that answer them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

/** @brief The index of the loopback interface; the other one is that of the links. */
#define LOOPBACK_INTERFACE 1u

/** @brief The largest payload of a datagram: RFC 768, with IPv4's header in the length (RFC 791), IPv6's not. */
static uint32_t datagram_limit(const ptk_sim_socket_t *socket) {
    return socket->family == PTK_ADDRESS_IPV4 ? 65507u : 65527u;
}

/** @brief Whether a socket has joined a group. */
static bool is_member(const ptk_sim_socket_t *socket, const ptk_address_t *group) {
    for (uint32_t i = 0; i < socket->group_count; i++) {
        if (ptk_sim_same_address(&socket->groups[i].address, group)) {
            return true;
        }
    }
    return false;
}

/** @brief How well a socket fits a datagram: 0 not at all. */
static uint32_t fit(const ptk_sim_socket_t *socket, const ptk_sim_segment_t *segment) {
    bool is_one = socket->state == PTK_SIM_BOUND && (socket->bits & PTK_SIM_IS_DATAGRAM) != 0 &&
                  socket->host == segment->to_host && socket->local.port == segment->destination.port &&
                  socket->family == segment->destination.family;
    bool is_shared = ptk_sim_is_group(&segment->destination) || ptk_sim_is_broadcast(&segment->destination);
    bool is_any = ptk_sim_is_any(&socket->local);
    if (!is_one || (!is_any && !ptk_sim_same_address(&socket->local, &segment->destination))) {
        return 0;
    }
    if (ptk_sim_is_group(&segment->destination) && !is_member(socket, &segment->destination)) {
        return 0;
    }
    if (socket->remote.family != 0) {
        bool is_peer =
            socket->remote.port == segment->source.port && ptk_sim_same_address(&socket->remote, &segment->source);
        return is_peer ? 4 : 0;
    }
    return is_shared ? 1 : is_any ? 2 : 3;
}

/** @brief Appends a datagram to a socket's queue. When that is full it is lost; as on Linux the last one may exceed it. */
static void deliver(ptk_sim_socket_t *socket, uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    if (socket->queued > socket->receive_buffer) {
        ptk_sim_trace("overflow", socket->host, ptk_sim_reference(socket), segment->length);
        ptk_sim_free_segment(index);
        return;
    }
    ptk_sim_append(socket, index);
}

/** @brief A copy of a segment, or none. */
static uint32_t copy_of(const ptk_sim_segment_t *segment) {
    uint32_t copy = ptk_sim_make_segment(segment->kind, NULL, 0);
    uint32_t last = copy;
    uint32_t slots = segment->length <= PTK_SIM_SEGMENT_BYTES ? 1 : (segment->length - 1) / PTK_SIM_SEGMENT_BYTES + 1;
    if (copy == PTK_SIM_NONE || slots - 1 > ptk_sim_free_segments()) {
        ptk_sim_free_segment(copy);
        return PTK_SIM_NONE;
    }
    *ptk_sim_segment(copy) = *segment;
    while (segment->rest != PTK_SIM_NONE) {
        segment = ptk_sim_segment(segment->rest);
        uint32_t next = ptk_sim_make_segment(segment->kind, NULL, 0);
        *ptk_sim_segment(next) = *segment;
        ptk_sim_segment(last)->rest = next;
        last = next;
    }
    ptk_sim_segment(copy)->next = PTK_SIM_NONE;
    return copy;
}

/** @brief Sends back an ICMP message about a datagram. */
static void answer(uint32_t index, ptk_err_t error) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    uint16_t to_host = segment->from_host;
    uint32_t message = ptk_sim_make_segment(PTK_SIM_ICMP, NULL, 0);
    if (message != PTK_SIM_NONE) {
        ptk_sim_segment_t *made = ptk_sim_segment(message);
        made->from_host = segment->to_host;
        made->to_host = to_host;
        made->to = segment->from;
        made->source = segment->destination;
        made->destination = segment->source;
        made->sequence = segment->length;
        const ptk_sim_link_t *link = ptk_sim_link_between(to_host, segment->to_host);
        made->acknowledgement = link == NULL ? 0 : link->properties.mtu;
        made->pending_error = error;
        made->arrival_ns = ptk_sim_arrival(made->from_host, to_host, 0);
        ptk_sim_schedule(message);
    }
    ptk_sim_free_segment(index);
}

/** @brief A datagram for a group, or for all, arrives at a host: each socket that wants it gets a copy. */
static void deliver_to_all(uint32_t index) {
    for (uint32_t i = 0; i < ptk_sim_memory()->socket_limit; i++) {
        ptk_sim_socket_t *socket = &ptk_sim_memory()->sockets[i];
        if (fit(socket, ptk_sim_segment(index)) > 0) {
            uint32_t copy = copy_of(ptk_sim_segment(index));
            if (copy != PTK_SIM_NONE) {
                deliver(socket, copy);
            }
        }
    }
    ptk_sim_free_segment(index);
}

/** @brief A datagram arrives at the one socket that fits it best; of those that share a port at the latest, as on Linux. */
static void deliver_to_one(uint32_t index) {
    uint32_t best = 0;
    ptk_sim_socket_t *found = NULL;
    for (uint32_t i = 0; i < ptk_sim_memory()->socket_limit; i++) {
        ptk_sim_socket_t *socket = &ptk_sim_memory()->sockets[i];
        uint32_t how_well = fit(socket, ptk_sim_segment(index));
        if (how_well > best || (how_well > 0 && how_well == best && socket->bound > found->bound)) {
            best = how_well;
            found = socket;
        }
    }
    if (found == NULL) {
        answer(index, PTK_ERR_CONNECTION_REFUSED);
    } else {
        deliver(found, index);
    }
}

/** @brief An ICMP message arrives: a socket with a peer is reported it, RFC 1122, 4.1.3.3. */
static void arrive_icmp(uint32_t index) {
    const ptk_sim_segment_t *segment = ptk_sim_segment(index);
    ptk_sim_socket_t *socket = ptk_sim_socket(segment->to);
    if (socket != NULL && socket->state == PTK_SIM_BOUND && socket->remote.family != 0 &&
        socket->remote.port == segment->source.port && ptk_sim_same_address(&socket->remote, &segment->source)) {
        socket->pending_error = segment->pending_error;
        ptk_sim_changed(socket);
    }
    ptk_sim_free_segment(index);
}

void ptk_sim_udp_arrive(uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    if (!ptk_sim_reaches(segment->from_host, segment->to_host) ||
        ptk_sim_is_lost(segment->from_host, segment->to_host)) {
        ptk_sim_trace("lost", segment->from_host, segment->from, segment->kind);
        ptk_sim_free_segment(index);
        return;
    }
    ptk_sim_trace("arrives", segment->to_host, segment->kind, segment->length);
    ptk_sim_capture(segment);
    if (segment->kind == PTK_SIM_ICMP) {
        arrive_icmp(index);
    } else if (ptk_sim_is_group(&segment->destination) || ptk_sim_is_broadcast(&segment->destination)) {
        deliver_to_all(index);
    } else {
        deliver_to_one(index);
    }
}

/* ------------------------------------------------------------------------------------------ sending */

/** @brief Sends one copy to a host, perhaps two. False if there was no memory. */
static bool send_copy(const ptk_sim_socket_t *socket, const void *bytes, size_t length, const ptk_address_t *remote,
                      const ptk_address_t *local, uint16_t to_host) {
    const ptk_sim_link_t *link = ptk_sim_link_between(socket->host, to_host);
    bool is_twice = link != NULL && ptk_sim_chance(link->properties.duplicate_per_million);
    for (int i = 0; i < (is_twice ? 2 : 1); i++) {
        uint32_t index = ptk_sim_make_segment(PTK_SIM_DATAGRAM, bytes, length);
        if (index == PTK_SIM_NONE) {
            return i > 0;
        }
        ptk_sim_segment_t *segment = ptk_sim_segment(index);
        segment->from = ptk_sim_reference(socket);
        segment->from_host = socket->host;
        segment->to_host = to_host;
        segment->source = *local;
        segment->destination = *remote;
        segment->arrival_ns = ptk_sim_arrival(socket->host, to_host, segment->length);
        if (link != NULL && link->properties.mtu > 0 && length > link->properties.mtu) {
            answer(index, PTK_ERR_PACKET_TOO_BIG);
        } else {
            ptk_sim_schedule(index);
        }
    }
    return true;
}

/** @brief Sends to every host that a group or a broadcast reaches, the own one included if it loops back. */
static intptr_t send_to_all(const ptk_sim_socket_t *socket, const void *bytes, size_t length,
                            const ptk_address_t *remote, const ptk_address_t *local) {
    bool is_broadcast = ptk_sim_is_broadcast(remote);
    bool loops_back = is_broadcast || (socket->bits & PTK_SIM_LOOPS_MULTICAST) != 0;
    bool leaves = is_broadcast || (socket->multicast_ttl > 0 && socket->multicast_interface != LOOPBACK_INTERFACE);
    for (uint32_t i = 0; i < ptk_sim_state()->host_count; i++) {
        bool is_own = i == socket->host;
        bool is_linked = !is_own && ptk_sim_link_between(socket->host, (uint16_t)i) != NULL;
        if (((is_own && loops_back) || (is_linked && leaves)) &&
            !send_copy(socket, bytes, length, remote, local, (uint16_t)i)) {
            return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
        }
    }
    return (intptr_t)length;
}

intptr_t ptk_sim_udp_send(ptk_sim_socket_t *socket, const void *bytes, size_t length, const ptk_address_t *remote) {
    const ptk_address_t destination = ptk_sim_destination(&socket->local, remote == NULL ? &socket->remote : remote);
    const ptk_address_t *to = &destination;
    ptk_address_t local = socket->local;
    if (socket->pending_error != PTK_ERR_OK) {
        ptk_err_t error = socket->pending_error;
        socket->pending_error = PTK_ERR_OK;
        return error;
    }
    if (length > datagram_limit(socket)) {
        return PTK_ERR_MESSAGE_TOO_LONG;
    }
    if (ptk_sim_is_broadcast(to) && (socket->bits & PTK_SIM_BROADCASTS) == 0) {
        return PTK_ERR_PERMISSION_DENIED;
    }
    /* As on Linux, what is too long is refused before there is need of memory. */
    if (ptk_sim_fails(PTK_SIM_FAULT_SEND)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    bool is_shared = ptk_sim_is_broadcast(to) || ptk_sim_is_group(to);
    if (ptk_sim_is_any(&local) && !ptk_sim_source_for(socket->host, to, &local)) {
        if (!is_shared) {
            return PTK_ERR_NETWORK_UNREACHABLE;
        }
        local.bytes[local.family == PTK_ADDRESS_IPV4 ? 0 : 15] = local.family == PTK_ADDRESS_IPV4 ? 127 : 1;
        local.bytes[3] = local.family == PTK_ADDRESS_IPV4 ? 1 : local.bytes[3];
    }
    if (is_shared) {
        return send_to_all(socket, bytes, length, to, &local);
    }
    int32_t host = ptk_sim_host_of(socket->host, to);
    if (host >= 0 && !send_copy(socket, bytes, length, to, &local, (uint16_t)host)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    return (intptr_t)length; /* to a host that does not exist: it is lost */
}

intptr_t ptk_sim_udp_receive(ptk_sim_socket_t *socket, void *bytes, size_t room, ptk_address_t *remote, bool peeks) {
    if (socket->pending_error != PTK_ERR_OK) {
        ptk_err_t error = socket->pending_error;
        socket->pending_error = PTK_ERR_OK;
        return error;
    }
    if (socket->queue_first == PTK_SIM_NONE) {
        return PTK_ERR_WOULD_BLOCK;
    }
    const ptk_sim_segment_t *segment = ptk_sim_segment(socket->queue_first);
    intptr_t size = (intptr_t)segment->length;
    (void)ptk_sim_read_segment(segment, bytes, room);
    if (remote != NULL) {
        *remote = segment->source;
    }
    if (!peeks) {
        ptk_sim_drop_first(socket);
    }
    return size;
}

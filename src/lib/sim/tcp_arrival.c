/**
 * @file tcp_arrival.c
 * @brief What a segment of TCP does where it arrives: to a listener, to a connection, or to neither; and what is lost on
 *        the way.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

/** @brief The first interval between two attempts, RFC 6298's minimum as Linux has it; it doubles. */
#define RETRY_NS (200u * (uint64_t)PTK_SIM_NS_PER_MS)
/** @brief The longest interval. */
#define RETRY_LIMIT_NS (10u * (uint64_t)PTK_SIM_NS_PER_S)
/** @brief The first interval between two attempts to connect, RFC 6298, 2.1. */
#define SYN_RETRY_NS ((uint64_t)PTK_SIM_NS_PER_S)

/** @brief Sends a segment back as a reset, or frees it if it is one. */
static void refuse(uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    if (segment->kind == PTK_SIM_RESET || segment->from == PTK_SIM_NONE) {
        ptk_sim_free_segment(index);
        return;
    }
    ptk_address_t source = segment->source;
    uint16_t from_host = segment->from_host;
    bool is_counted = segment->kind != PTK_SIM_DATA;
    segment->kind = PTK_SIM_RESET;
    segment->source = segment->destination;
    segment->destination = source;
    segment->from_host = segment->to_host;
    segment->to_host = from_host;
    segment->to = segment->from;
    segment->from = PTK_SIM_NONE;
    uint32_t sequence = segment->acknowledgement;
    segment->acknowledgement = segment->sequence + segment->length + (is_counted ? 1 : 0); /* RFC 9293, 3.5.2 */
    segment->sequence = sequence;
    segment->length = 0;
    segment->arrival_ns = ptk_sim_arrival(segment->from_host, segment->to_host, 0);
    ptk_sim_schedule(index);
}

/** @brief The listener that a segment goes to, or NULL. */
static ptk_sim_socket_t *listener_for(const ptk_sim_segment_t *segment) {
    ptk_sim_socket_t *found = NULL;
    for (uint32_t i = 0; i < ptk_sim_memory()->socket_limit; i++) {
        ptk_sim_socket_t *socket = &ptk_sim_memory()->sockets[i];
        bool is_any = ptk_sim_is_any(&socket->local);
        if (socket->state == PTK_SIM_LISTENING && socket->host == segment->to_host &&
            socket->local.port == segment->destination.port && socket->family == segment->destination.family &&
            (is_any || ptk_sim_same_address(&socket->local, &segment->destination))) {
            found = socket;
            if (!is_any) {
                return found;
            }
        }
    }
    return found;
}

/** @brief Appends a connection to those that wait for a listener. */
static void let_wait(ptk_sim_socket_t *listener, ptk_sim_socket_t *socket) {
    uint32_t *link = &listener->first_waiting;
    while (*link != PTK_SIM_NONE) {
        link = &ptk_sim_socket(*link)->next_waiting;
    }
    *link = ptk_sim_reference(socket);
    listener->waiting++;
    socket->parent = ptk_sim_reference(listener);
    socket->bits |= PTK_SIM_IS_WAITING | (listener->bits & (PTK_SIM_REUSES_ADDRESS | PTK_SIM_REUSES_PORT));
    ptk_sim_changed(listener);
}

/** @brief An attempt to connect arrives: a connection is made, and the segment goes back. False: try again later. */
static bool arrive_syn(uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    ptk_sim_socket_t *listener = listener_for(segment);
    if (listener == NULL) {
        refuse(index);
        return true;
    }
    ptk_sim_socket_t *socket = NULL;
    if (listener->waiting <= listener->backlog) { /* one more than that, as BSD and Linux have it */
        socket = ptk_sim_make_socket(segment->to_host, listener->family, false);
    }
    if (socket == NULL) {
        return false;
    }
    socket->state = PTK_SIM_CONNECTED;
    socket->local = segment->destination;
    socket->remote = segment->source;
    socket->peer = segment->from;
    socket->receive_buffer = listener->receive_buffer;
    socket->send_buffer = listener->send_buffer;
    let_wait(listener, socket);
    segment->kind = PTK_SIM_SYN_ACK;
    segment->sent_ns = ptk_sim_state()->now_ns;
    segment->tries = 0;
    ptk_sim_tcp_transmit(socket, index, segment->from_host);
    return true;
}

/* ------------------------------------------------------------------------------------------ arriving */

/** @brief What a sender has on its way that would arrive before a time arrives then, in the same order. */
static void delay(uint32_t reference, uint64_t arrival_ns) {
    uint32_t *link = &ptk_sim_state()->first_in_flight;
    uint32_t first = PTK_SIM_NONE;
    uint32_t *last = &first;
    while (*link != PTK_SIM_NONE && ptk_sim_segment(*link)->arrival_ns < arrival_ns) {
        ptk_sim_segment_t *segment = ptk_sim_segment(*link);
        if (segment->from == reference && segment->kind != PTK_SIM_RESET && segment->kind != PTK_SIM_DATAGRAM) {
            *last = *link;
            *link = segment->next;
            last = &segment->next;
            *last = PTK_SIM_NONE;
        } else {
            link = &segment->next;
        }
    }
    while (first != PTK_SIM_NONE) {
        uint32_t index = first;
        first = ptk_sim_segment(index)->next;
        ptk_sim_segment(index)->arrival_ns = arrival_ns;
        ptk_sim_schedule(index);
    }
}

/** @brief Something was lost: it arrives later, and what was sent after it as well; or the connection fails. */
static void try_again(uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    ptk_sim_socket_t *sender = ptk_sim_socket(segment->from);
    uint64_t now_ns = ptk_sim_state()->now_ns;
    bool connects = segment->kind == PTK_SIM_SYN;
    segment->sent_ns = segment->tries == 0 ? now_ns : segment->sent_ns;
    if (sender == NULL || segment->kind == PTK_SIM_RESET ||
        (!connects && now_ns - segment->sent_ns >= PTK_SIM_DELIVERY_LIMIT_NS)) {
        uint32_t reference = segment->from;
        bool is_reset = segment->kind == PTK_SIM_RESET;
        ptk_sim_free_segment(index);
        if (sender != NULL && !is_reset) {
            ptk_sim_tcp_fail(sender, PTK_ERR_TIMED_OUT);
        } else if (!is_reset) {
            ptk_sim_tcp_drop_in_flight(reference);
        }
        return;
    }
    uint64_t interval_ns = (connects ? SYN_RETRY_NS : RETRY_NS) << (segment->tries < 8 ? segment->tries : 8);
    if (!connects && interval_ns > RETRY_LIMIT_NS) {
        interval_ns = RETRY_LIMIT_NS;
    }
    segment->tries++;
    segment->arrival_ns = now_ns + interval_ns;
    sender->last_arrival_ns =
        sender->last_arrival_ns > segment->arrival_ns ? sender->last_arrival_ns : segment->arrival_ns;
    ptk_sim_trace("lost", segment->from_host, segment->from, segment->kind);
    ptk_sim_schedule(index);
    delay(segment->from, segment->arrival_ns);
}

/** @brief A reset arrives. */
static void arrive_reset(uint32_t index) {
    const ptk_sim_segment_t *segment = ptk_sim_segment(index);
    ptk_sim_socket_t *socket = ptk_sim_socket(segment->to);
    ptk_sim_free_segment(index);
    if (socket == NULL || (socket->state != PTK_SIM_CONNECTED && socket->state != PTK_SIM_CONNECTING)) {
        return;
    }
    ptk_sim_tcp_fail(socket,
                     socket->state == PTK_SIM_CONNECTING ? PTK_ERR_CONNECTION_REFUSED : PTK_ERR_CONNECTION_RESET);
}

/** @brief The answer to an attempt arrives. */
static void arrive_syn_ack(uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    ptk_sim_socket_t *socket = ptk_sim_socket(segment->to);
    if (socket == NULL || socket->state != PTK_SIM_CONNECTING) {
        refuse(index);
        return;
    }
    socket->state = PTK_SIM_CONNECTED;
    socket->peer = segment->from;
    socket->expires_ns = UINT64_MAX;
    ptk_sim_free_segment(index);
    ptk_sim_capture_acknowledgement(socket);
    ptk_sim_trace("connected", socket->host, ptk_sim_reference(socket), 0);
    ptk_sim_changed(socket);
}

/** @brief Data, or the end of the stream, arrives. */
static void arrive_stream(uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    ptk_sim_socket_t *socket = ptk_sim_socket(segment->to);
    ptk_sim_socket_t *sender = ptk_sim_socket(segment->from);
    if (socket == NULL || socket->state != PTK_SIM_CONNECTED) {
        refuse(index);
        return;
    }
    if (segment->kind == PTK_SIM_DATA) {
        if ((socket->bits & PTK_SIM_IS_ORPHAN) != 0) {
            refuse(index); /* RFC 1122, 4.2.2.13: it will not be received */
            ptk_sim_free_socket(socket);
            return;
        }
        socket->arrived += segment->length;
        if (segment->is_urgent) {
            ptk_sim_tcp_replace_urgent(socket);
            socket->bits |= PTK_SIM_HAS_URGENT;
        }
        ptk_sim_append(socket, index);
        return;
    }
    ptk_sim_free_segment(index);
    socket->bits |= PTK_SIM_FIN_RECEIVED;
    socket->arrived++;
    ptk_sim_changed(socket);
    if (sender != NULL) {
        sender->bits |= PTK_SIM_FIN_ARRIVED;
        ptk_sim_tcp_settle_orphan(sender);
    }
    ptk_sim_tcp_settle_orphan(socket);
}

void ptk_sim_tcp_arrive(uint32_t index) {
    ptk_sim_segment_t *segment = ptk_sim_segment(index);
    bool passes =
        ptk_sim_reaches(segment->from_host, segment->to_host) && ptk_sim_reaches(segment->to_host, segment->from_host);
    if (!passes || ptk_sim_is_lost(segment->from_host, segment->to_host)) {
        try_again(index);
        return;
    }
    ptk_sim_trace("arrives", segment->to_host, segment->kind, segment->length);
    ptk_sim_capture(segment);
    switch (segment->kind) {
    case PTK_SIM_SYN:
        if (!arrive_syn(index)) {
            try_again(index);
        }
        break;
    case PTK_SIM_SYN_ACK:
        arrive_syn_ack(index);
        break;
    case PTK_SIM_RESET:
        arrive_reset(index);
        break;
    default:
        arrive_stream(index);
        break;
    }
}

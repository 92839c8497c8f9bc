/**
 * @file host_socket.c
 * @brief The sockets of the simulated hosts: their slots, their ports, what they have to receive.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

#include <string.h>

/** @brief Sizes of buffers that were not chosen. */
#define DEFAULT_BUFFER 65536u
/** @brief The same of a UDP socket's receive buffer, as on Linux. */
#define DEFAULT_DATAGRAM_BUFFER 212992u
/** @brief The first of the dynamic ports, RFC 6335, 6. */
#define FIRST_DYNAMIC_PORT 49152u

uint32_t ptk_sim_reference(const ptk_sim_socket_t *socket) {
    return (socket->generation << 16) | (uint32_t)(socket - ptk_sim_memory()->sockets);
}

ptk_sim_socket_t *ptk_sim_socket(uint32_t reference) {
    uint32_t index = reference & 0xFFFFu;
    if (index >= ptk_sim_memory()->socket_limit) {
        return NULL;
    }
    ptk_sim_socket_t *socket = &ptk_sim_memory()->sockets[index];
    bool is_it = socket->state != PTK_SIM_FREE && (socket->generation & 0xFFFFu) == reference >> 16;
    return is_it ? socket : NULL;
}

/** @brief A slot that is free, or the one that would be free first; NULL if all are in use. */
static ptk_sim_socket_t *find_slot(void) {
    ptk_sim_socket_t *found = NULL;
    for (uint32_t i = 0; i < ptk_sim_memory()->socket_limit; i++) {
        ptk_sim_socket_t *socket = &ptk_sim_memory()->sockets[i];
        if (socket->state == PTK_SIM_FREE) {
            return socket;
        }
        if (socket->state == PTK_SIM_TIME_WAIT && (found == NULL || socket->expires_ns < found->expires_ns)) {
            found = socket;
        }
    }
    return found;
}

ptk_sim_socket_t *ptk_sim_make_socket(uint16_t host, uint8_t family, bool is_datagram) {
    ptk_sim_socket_t *socket = find_slot();
    if (socket == NULL) {
        return NULL;
    }
    uint32_t generation = socket->generation + 1;
    memset(socket, 0, sizeof *socket);
    socket->generation = generation;
    socket->host = host;
    socket->family = family;
    socket->state = PTK_SIM_NEW;
    socket->bits = PTK_SIM_LOOPS_MULTICAST | (is_datagram ? PTK_SIM_IS_DATAGRAM : 0u);
    socket->peer = PTK_SIM_NONE;
    socket->parent = PTK_SIM_NONE;
    socket->first_waiting = PTK_SIM_NONE;
    socket->next_waiting = PTK_SIM_NONE;
    socket->queue_first = PTK_SIM_NONE;
    socket->queue_last = PTK_SIM_NONE;
    socket->send_buffer = DEFAULT_BUFFER;
    socket->receive_buffer = is_datagram ? DEFAULT_DATAGRAM_BUFFER : DEFAULT_BUFFER;
    socket->expires_ns = UINT64_MAX;
    socket->multicast_ttl = 1;
    socket->local.family = family;
    ptk_sim_state()->socket_count++;
    return socket;
}

void ptk_sim_free_socket(ptk_sim_socket_t *socket) {
    while (socket->queue_first != PTK_SIM_NONE) {
        ptk_sim_drop_first(socket);
    }
    if (socket->state != PTK_SIM_TIME_WAIT) {
        ptk_sim_state()->socket_count--;
    }
    socket->state = PTK_SIM_FREE;
    socket->loop = NULL;
}

void ptk_sim_changed(ptk_sim_socket_t *socket) {
    if (socket->loop != NULL) {
        socket->loop->is_changed = true;
    }
}

/* ------------------------------------------------------------------------------------------ what it has to receive */

void ptk_sim_append(ptk_sim_socket_t *socket, uint32_t index) {
    ptk_sim_segment(index)->next = PTK_SIM_NONE;
    if (socket->queue_first == PTK_SIM_NONE) {
        socket->queue_first = index;
    } else {
        ptk_sim_segment(socket->queue_last)->next = index;
    }
    socket->queue_last = index;
    socket->queued += ptk_sim_segment(index)->length;
    ptk_sim_changed(socket);
}

void ptk_sim_drop_first(ptk_sim_socket_t *socket) {
    uint32_t index = socket->queue_first;
    socket->queued -= ptk_sim_segment(index)->length - ptk_sim_segment(index)->offset;
    socket->queue_first = ptk_sim_segment(index)->next;
    ptk_sim_free_segment(index);
}

/* ------------------------------------------------------------------------------------------ ports */

/** @brief Whether another socket on the same port stands in the way of a bind. */
static bool is_in_the_way(const ptk_sim_socket_t *socket, const ptk_sim_socket_t *other, const ptk_address_t *local) {
    if (other == socket || other->state == PTK_SIM_FREE || other->host != socket->host ||
        other->family != socket->family || other->local.port != local->port ||
        ((other->bits ^ socket->bits) & PTK_SIM_IS_DATAGRAM) != 0) {
        return false;
    }
    if (other->state == PTK_SIM_FAILED || (ptk_sim_tcp_is_over(other) && (other->bits & PTK_SIM_CLOSED_FIRST) == 0)) {
        return false; /* a connection that has ended keeps its port only as TIME_WAIT */
    }
    if (!ptk_sim_is_any(local) && !ptk_sim_is_any(&other->local) && !ptk_sim_same_address(local, &other->local)) {
        return false;
    }
    if ((socket->bits & other->bits & PTK_SIM_REUSES_PORT) != 0) {
        return false;
    }
    /* As on Linux a connection that lingers must have been one of a listener with the option. */
    bool both_reuse = (socket->bits & other->bits & PTK_SIM_REUSES_ADDRESS) != 0;
    return !both_reuse || other->state == PTK_SIM_LISTENING;
}

/** @brief Whether an address is free for a socket. */
static bool is_free(const ptk_sim_socket_t *socket, const ptk_address_t *local) {
    for (uint32_t i = 0; i < ptk_sim_memory()->socket_limit; i++) {
        if (is_in_the_way(socket, &ptk_sim_memory()->sockets[i], local)) {
            return false;
        }
    }
    return true;
}

ptk_err_t ptk_sim_bind(ptk_sim_socket_t *socket, const ptk_address_t *local) {
    ptk_sim_host_t *host = &ptk_sim_memory()->hosts[socket->host];
    ptk_address_t wanted = *local;
    bool is_group = ptk_sim_is_group(local) && (socket->bits & PTK_SIM_IS_DATAGRAM) != 0;
    if (!ptk_sim_is_any(local) && !is_group && !ptk_sim_has_address(host, local)) {
        return PTK_ERR_ADDRESS_NOT_AVAILABLE;
    }
    for (uint32_t tries = 0; wanted.port == 0 && tries <= 65535u - FIRST_DYNAMIC_PORT; tries++) {
        wanted.port = host->next_port;
        host->next_port = host->next_port == 65535u ? (uint16_t)FIRST_DYNAMIC_PORT : (uint16_t)(host->next_port + 1);
        if (!is_free(socket, &wanted)) {
            wanted.port = 0;
        }
    }
    if (wanted.port == 0 || !is_free(socket, &wanted)) {
        return PTK_ERR_ADDRESS_IN_USE;
    }
    socket->local = wanted;
    socket->bound = ++ptk_sim_state()->order;
    return PTK_ERR_OK;
}

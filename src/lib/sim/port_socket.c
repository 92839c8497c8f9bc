/**
 * @file port_socket.c
 * @brief The calls of the port interface that are about one socket.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"
#include "core/port.h"

/** @brief The indexes of a host's interfaces: loopback, and that of its links. */
enum { LOOPBACK_INTERFACE = 1, LINK_INTERFACE = 2 };
/** @brief The smallest buffer that can be chosen, as on Linux. */
#define LEAST_BUFFER 2304u

/** @brief The error of a call that is out of something. */
static ptk_err_t out_of(void) {
    return ptk_sim_random(2) == 0 ? PTK_ERR_OUT_OF_DESCRIPTORS : PTK_ERR_OUT_OF_SYSTEM_MEMORY;
}

/** @brief The socket of a call, after what is due has happened. NULL: its host has crashed. */
static ptk_sim_socket_t *enter(const ptk_platform_socket_t *platform) {
    ptk_sim_settle();
    return ptk_sim_socket(platform->reference);
}

ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *platform, uint8_t family, bool datagram) {
    ptk_sim_world_t *world = ptk_sim_state();
    if (ptk_sim_fails(PTK_SIM_FAULT_OPEN)) {
        return out_of();
    }
    ptk_sim_socket_t *socket = ptk_sim_make_socket(world->host, family, datagram);
    if (socket == NULL) {
        return PTK_ERR_OUT_OF_DESCRIPTORS;
    }
    platform->reference = ptk_sim_reference(socket);
    platform->interest = 0;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *platform, const ptk_address_t *local, uint32_t backlog) {
    ptk_sim_socket_t *socket = enter(platform);
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if (ptk_sim_fails(PTK_SIM_FAULT_BIND)) {
        return PTK_ERR_ADDRESS_IN_USE;
    }
    ptk_err_t error = ptk_sim_bind(socket, local);
    if (error != PTK_ERR_OK) {
        return error;
    }
    socket->bits |= PTK_SIM_IS_BOUND;
    if ((socket->bits & PTK_SIM_IS_DATAGRAM) != 0) {
        socket->state = PTK_SIM_BOUND;
    } else if (backlog > 0) {
        socket->state = PTK_SIM_LISTENING;
        socket->backlog = backlog;
    }
    return PTK_ERR_OK;
}

/** @brief Gives a UDP socket a peer. */
static ptk_err_t set_peer(ptk_sim_socket_t *socket, const ptk_address_t *address) {
    const ptk_address_t remote = ptk_sim_destination(&socket->local, address);
    ptk_address_t local = socket->local;
    if (ptk_sim_is_any(&local) && !ptk_sim_source_for(socket->host, &remote, &local)) {
        return PTK_ERR_NETWORK_UNREACHABLE;
    }
    if ((socket->bits & PTK_SIM_IS_BOUND) == 0) {
        ptk_err_t error = ptk_sim_bind(socket, &local);
        if (error != PTK_ERR_OK) {
            return error;
        }
        socket->bits |= PTK_SIM_IS_BOUND;
        socket->state = PTK_SIM_BOUND;
    } else {
        socket->local = local;
    }
    socket->remote = remote;
    socket->bound = ++ptk_sim_state()->order;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *platform, const ptk_address_t *remote) {
    ptk_sim_socket_t *socket = enter(platform);
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if (ptk_sim_fails(PTK_SIM_FAULT_CONNECT)) {
        return PTK_ERR_NETWORK_UNREACHABLE;
    }
    return (socket->bits & PTK_SIM_IS_DATAGRAM) != 0 ? set_peer(socket, remote) : ptk_sim_tcp_connect(socket, remote);
}

ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *platform, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote) {
    ptk_sim_socket_t *listener = enter(platform);
    if (listener == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if (listener->first_waiting != PTK_SIM_NONE && ptk_sim_fails(PTK_SIM_FAULT_ACCEPT)) {
        return out_of();
    }
    ptk_sim_socket_t *socket = ptk_sim_tcp_accept(listener);
    if (socket == NULL) {
        return PTK_ERR_WOULD_BLOCK;
    }
    *accepted = (ptk_platform_socket_t){0};
    accepted->reference = ptk_sim_reference(socket);
    if (remote != NULL) {
        *remote = socket->remote;
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *platform) {
    ptk_sim_socket_t *socket = enter(platform);
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    ptk_err_t error = socket->pending_error;
    socket->pending_error = PTK_ERR_OK;
    return error;
}

intptr_t ptk_port_socket_send(ptk_platform_socket_t *platform, const void *bytes, size_t length,
                              const ptk_address_t *remote) {
    ptk_sim_socket_t *socket = enter(platform);
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if ((socket->bits & PTK_SIM_IS_DATAGRAM) != 0) {
        intptr_t sent = ptk_sim_udp_send(socket, bytes, length, remote);
        ptk_sim_settle();
        return sent;
    }
    if (ptk_sim_fails(PTK_SIM_FAULT_SEND)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    if (length > 1 && socket->pending_error == PTK_ERR_OK && ptk_sim_happens(PTK_SIM_FAULT_SEND_SHORT)) {
        length = (size_t)ptk_sim_random(length);
        if (length == 0) {
            return PTK_ERR_WOULD_BLOCK;
        }
    }
    intptr_t sent = ptk_sim_tcp_send(socket, bytes, length, false);
    ptk_sim_settle();
    return sent;
}

intptr_t ptk_port_socket_receive(ptk_platform_socket_t *platform, ptk_receive_mode_t mode, void *bytes, size_t room,
                                 ptk_address_t *remote) {
    ptk_sim_socket_t *socket = enter(platform);
    bool peeks = mode == PTK_RECEIVE_PEEK;
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if (ptk_sim_fails(peeks ? PTK_SIM_FAULT_PEEK : PTK_SIM_FAULT_RECEIVE)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    if ((socket->bits & PTK_SIM_IS_DATAGRAM) != 0) {
        return ptk_sim_udp_receive(socket, bytes, room, remote, peeks);
    }
    if (!peeks && room > 1 && socket->queue_first != PTK_SIM_NONE && ptk_sim_happens(PTK_SIM_FAULT_RECEIVE_SHORT)) {
        room = (size_t)ptk_sim_random(room);
        if (room == 0) {
            return PTK_ERR_WOULD_BLOCK;
        }
    }
    return ptk_sim_tcp_receive(socket, bytes, room, peeks);
}

ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *platform) {
    ptk_sim_socket_t *socket = enter(platform);
    if (socket != NULL && ptk_sim_fails(PTK_SIM_FAULT_OPTION)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    ptk_err_t error = socket == NULL ? PTK_ERR_SYSTEM : ptk_sim_tcp_shutdown(socket);
    ptk_sim_settle();
    return error;
}

/* ------------------------------------------------------------------------------------------ options, groups */

/** @brief Sets or clears a flag. */
static void set_flag(ptk_sim_socket_t *socket, uint32_t flag, int32_t value) {
    socket->bits = value != 0 ? socket->bits | flag : socket->bits & ~flag;
}

/** @brief A size of a buffer that is not too small. */
static uint32_t buffer_size(int32_t value) {
    return (uint32_t)value < LEAST_BUFFER ? LEAST_BUFFER : (uint32_t)value;
}

/** @brief Whether an interface exists; 0 is the system's choice. */
static bool is_interface(uint32_t index) {
    return index <= LINK_INTERFACE;
}

ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *platform, uint8_t family, ptk_socket_option_t option,
                                     int32_t value) {
    ptk_sim_socket_t *socket = enter(platform);
    (void)family;
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if (ptk_sim_fails(PTK_SIM_FAULT_OPTION)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    switch (option) {
    case PTK_SOCKET_OPTION_REUSE_ADDRESS:
        set_flag(socket, PTK_SIM_REUSES_ADDRESS, value);
        break;
    case PTK_SOCKET_OPTION_REUSE_PORT:
        set_flag(socket, PTK_SIM_REUSES_PORT, value);
        break;
    case PTK_SOCKET_OPTION_BROADCAST:
        set_flag(socket, PTK_SIM_BROADCASTS, value);
        break;
    case PTK_SOCKET_OPTION_MULTICAST_LOOPBACK:
        set_flag(socket, PTK_SIM_LOOPS_MULTICAST, value);
        break;
    case PTK_SOCKET_OPTION_MULTICAST_TTL:
        socket->multicast_ttl = (uint8_t)value;
        break;
    case PTK_SOCKET_OPTION_SEND_BUFFER:
        socket->send_buffer = buffer_size(value);
        break;
    case PTK_SOCKET_OPTION_RECEIVE_BUFFER:
        socket->receive_buffer = buffer_size(value);
        break;
    case PTK_SOCKET_OPTION_MULTICAST_INTERFACE:
        if (!is_interface((uint32_t)value)) {
            return PTK_ERR_ADDRESS_NOT_AVAILABLE;
        }
        socket->multicast_interface = (uint32_t)value;
        break;
    default:
        break; /* no delay, keep-alive, hop limit: the model has nothing that they change */
    }
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *platform, const ptk_address_t *group,
                                    uint32_t interface_index, bool join) {
    ptk_sim_socket_t *socket = enter(platform);
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if (!is_interface(interface_index)) {
        return PTK_ERR_ADDRESS_NOT_AVAILABLE;
    }
    if (ptk_sim_fails(PTK_SIM_FAULT_OPTION)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    for (uint8_t i = 0; i < socket->group_count; i++) {
        ptk_sim_group_t *joined = &socket->groups[i];
        if (ptk_sim_same_address(&joined->address, group) && joined->interface_index == interface_index) {
            if (join) {
                return PTK_ERR_ADDRESS_IN_USE;
            }
            *joined = socket->groups[--socket->group_count];
            return PTK_ERR_OK;
        }
    }
    if (!join) {
        return PTK_ERR_ADDRESS_NOT_AVAILABLE;
    }
    if (socket->group_count == PTK_SIM_SOCKET_GROUPS) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    socket->groups[socket->group_count].address = *group;
    socket->groups[socket->group_count++].interface_index = interface_index;
    return PTK_ERR_OK;
}

ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *platform, bool remote, ptk_address_t *address) {
    const ptk_sim_socket_t *socket = enter(platform);
    if (socket == NULL) {
        return PTK_ERR_SYSTEM;
    }
    if (ptk_sim_fails(PTK_SIM_FAULT_OPTION)) {
        return PTK_ERR_OUT_OF_SYSTEM_MEMORY;
    }
    if (remote && (socket->remote.family == 0 || socket->state == PTK_SIM_FAILED ||
                   socket->state == PTK_SIM_CONNECTING || ptk_sim_tcp_is_over(socket))) {
        return PTK_ERR_NOT_CONNECTED;
    }
    *address = remote ? socket->remote : socket->local;
    return PTK_ERR_OK;
}

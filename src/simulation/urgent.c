/**
 * @file urgent.c
 * @brief Urgent data that the peer of a program sends.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"
#include "core/port.h"

/** @brief The simulated socket that a handle names, or NULL. */
static ptk_sim_socket_t *find(ptk_handle_t handle) {
    for (uint32_t i = 0; i < ptk_sim_memory()->socket_limit; i++) {
        ptk_sim_socket_t *socket = &ptk_sim_memory()->sockets[i];
        ptk_handle_t found = 0;
        if (socket->state == PTK_SIM_FREE || socket->loop == NULL) {
            continue;
        }
        const ptk_platform_socket_t *platform = ptk_port_find_socket(socket->loop, PTK_HANDLE_ID(handle), &found);
        if (platform != NULL && found == handle) {
            return ptk_sim_socket(platform->reference);
        }
    }
    return NULL;
}

ptk_err_t ptk_sim_send_urgent(ptk_handle_t socket, uint8_t byte) {
    ptk_sim_settle();
    ptk_sim_socket_t *found = find(socket);
    if (found == NULL) {
        return PTK_ERR_INVALID_HANDLE;
    }
    if ((found->bits & PTK_SIM_IS_DATAGRAM) != 0) {
        return PTK_ERR_INVALID_ARGUMENT;
    }
    int64_t sent = ptk_sim_tcp_send(found, &byte, 1, true);
    ptk_sim_settle();
    return sent < 0 ? (ptk_err_t)sent : PTK_ERR_OK;
}

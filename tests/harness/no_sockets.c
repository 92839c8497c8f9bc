/**
 * @file no_sockets.c
 * @brief The socket functions of the port interface for a platform without a network, so that suites link whose tests
 *        of sockets do not run there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "core/port.h"

ptk_err_t ptk_port_socket_open(ptk_platform_socket_t *socket, uint8_t family, bool datagram) {
    (void)socket;
    (void)family;
    (void)datagram;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_bind(ptk_platform_socket_t *socket, const ptk_address_t *local, uint32_t backlog) {
    (void)socket;
    (void)local;
    (void)backlog;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_connect(ptk_platform_socket_t *socket, const ptk_address_t *remote) {
    (void)socket;
    (void)remote;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_accept(ptk_platform_socket_t *listener, ptk_platform_socket_t *accepted,
                                 ptk_address_t *remote) {
    (void)listener;
    (void)accepted;
    (void)remote;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_error(ptk_platform_socket_t *socket) {
    (void)socket;
    return PTK_ERR_OK;
}

intptr_t ptk_port_socket_send(ptk_platform_socket_t *socket, const void *bytes, size_t length,
                              const ptk_address_t *remote) {
    (void)socket;
    (void)bytes;
    (void)length;
    (void)remote;
    return PTK_ERR_UNSUPPORTED;
}

intptr_t ptk_port_socket_receive(ptk_platform_socket_t *socket, ptk_receive_mode_t mode, void *bytes, size_t room,
                                 ptk_address_t *remote) {
    (void)socket;
    (void)mode;
    (void)bytes;
    (void)room;
    (void)remote;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_shutdown(ptk_platform_socket_t *socket) {
    (void)socket;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_set_option(ptk_platform_socket_t *socket, uint8_t family, ptk_socket_option_t option,
                                     int32_t value) {
    (void)socket;
    (void)family;
    (void)option;
    (void)value;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_multicast(ptk_platform_socket_t *socket, const ptk_address_t *group, uint32_t interface_index,
                                    bool join) {
    (void)socket;
    (void)group;
    (void)interface_index;
    (void)join;
    return PTK_ERR_UNSUPPORTED;
}

ptk_err_t ptk_port_socket_address(ptk_platform_socket_t *socket, bool remote, ptk_address_t *address) {
    (void)socket;
    (void)remote;
    (void)address;
    return PTK_ERR_UNSUPPORTED;
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    (void)loop;
    (void)socket;
    (void)handle;
    (void)interest;
    return PTK_ERR_UNSUPPORTED;
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket;
    return true;
}

bool ptk_port_socket_close(ptk_platform_loop_t *loop, ptk_platform_socket_t *socket) {
    (void)loop;
    (void)socket;
    return true;
}

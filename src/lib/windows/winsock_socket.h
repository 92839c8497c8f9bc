/** @file winsock_socket.h @brief Winsock: what waiting needs of it. */
#ifndef PTK_WINDOWS_WINSOCK_SOCKET_H
#define PTK_WINDOWS_WINSOCK_SOCKET_H

#include "protocol_toolkit.h"

/** Takes the ICMP error that waits in front of a connected UDP socket's datagrams. PTK_ERR_OK if there is none. */
ptk_err_t ptk_winsock_take_icmp_error(const ptk_platform_socket_t *socket);

#endif

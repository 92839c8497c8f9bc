/**
 * @file bsd_option.h
 * @brief Socket options: what differs between POSIX systems and Winsock.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_BSD_OPTION_H
#define PTK_SOCKETS_BSD_OPTION_H

#include "sockets/bsd_address.h"

/** @brief setsockopt(2) with the library's error. */
ptk_err_t ptk_bsd_set(const ptk_platform_socket_t *socket, int level, int option, const void *value, size_t size);

/** @brief Keep-alive probes after idle_s seconds without traffic; 0 ends them. */
ptk_err_t ptk_bsd_set_keep_alive(const ptk_platform_socket_t *socket, int32_t idle_s);

/** @brief PTK_SOCKET_OPTION_REUSE_ADDRESS. */
ptk_err_t ptk_bsd_set_reuse_address(ptk_platform_socket_t *socket, int32_t value);

/**
 * @brief An option of IPv4 multicast that takes a group, or none, and an interface, by its index; 0 is the
 *        system's choice.
 */
ptk_err_t ptk_bsd_set_ipv4_multicast(const ptk_platform_socket_t *socket, int option, struct in_addr group,
                                     uint32_t interface_index);

#endif

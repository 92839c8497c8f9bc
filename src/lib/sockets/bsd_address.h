/**
 * @file bsd_address.h
 * @brief Between ptk_address_t and the system's socket addresses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_BSD_ADDRESS_H
#define PTK_SOCKETS_BSD_ADDRESS_H

#include "sockets/bsd_system.h"

/** @brief Room for a socket address of either family. */
typedef union ptk_socket_address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
#if PTK_HAS_IPV6
    struct sockaddr_in6 ipv6;
#endif
} ptk_socket_address_t;

/** @brief Fills in a socket address and returns its length. */
socklen_t ptk_bsd_to_system(const ptk_address_t *address, ptk_socket_address_t *system);

/** @brief Reads a socket address; another family than the two becomes PTK_ADDRESS_NONE. */
void ptk_bsd_from_system(const ptk_socket_address_t *system, ptk_address_t *address);

#endif

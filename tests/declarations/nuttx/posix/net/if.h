/**
 * @file if.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: interfaces.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_NET_IF_H
#define DECLARATIONS_NUTTX_NET_IF_H

#include <sys/socket.h>

/** @brief Room for a name. */
#define IF_NAMESIZE 16

/** @brief A question about an interface. */
struct ifreq {
    char ifr_name[IF_NAMESIZE]; /**< @brief Its name. */
    struct sockaddr ifr_addr;   /**< @brief The answer. */
};

/** @brief From an index to a name. */
char *if_indextoname(unsigned int index, char *name);

#endif

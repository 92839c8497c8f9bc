/**
 * @file ioctl.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: what the port asks of sockets and interfaces.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_SYS_IOCTL_H
#define DECLARATIONS_NUTTX_SYS_IOCTL_H

/** @brief The size of what can be received: of a UDP socket, of the first datagram. */
#define FIONREAD 0x0304
/** @brief The IPv4 address of an interface. */
#define SIOCGIFADDR 0x0701

/** @brief Asks a descriptor for something. */
int ioctl(int descriptor, int request, ...);

#endif

/**
 * @file tcp.h
 * @brief Of NuttX 13.0.1, from its documentation and POSIX.1-2008: options of TCP.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DECLARATIONS_NUTTX_NETINET_TCP_H
#define DECLARATIONS_NUTTX_NETINET_TCP_H

/** @brief Nothing is held back. */
#define TCP_NODELAY 16
/** @brief The time before the first probe, a struct timeval. */
#define TCP_KEEPIDLE 17

#endif

/**
 * @file lwip_network.h
 * @brief lwIP inside a process of this machine, with a loopback interface of its own: for tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIP_NETWORK_H
#define LWIP_NETWORK_H

/** @brief Starts lwIP's thread and the interface with 127.0.0.1 and ::1, which carries multicast. Once in a program. */
void lwip_network_start(void);

#endif

/**
 * @file ethernet.h
 * @brief The board's Ethernet as an interface of lwIP.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ETHERNET_H
#define ETHERNET_H

/**
 * @brief Adds the interface, with the address that QEMU's user network has for a guest: 10.0.2.15.
 *
 * In lwIP's task, when it begins.
 */
void ethernet_start(void);

#endif

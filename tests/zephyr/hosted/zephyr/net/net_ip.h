/**
 * @file net_ip.h
 * @brief Addresses and options of this machine in place of Zephyr's, so that the stand-in need not translate.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ZEPHYR_NET_NET_IP_H
#define ZEPHYR_NET_NET_IP_H

#define ipv6mr_interface ipv6mr_ifindex /* as Zephyr calls it */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define net_sock_type __socket_type

#endif

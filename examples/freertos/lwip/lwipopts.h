/**
 * @file lwipopts.h
 * @brief Configures lwIP for the example: what the library needs, and pools for a handful of connections.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

/* What ptk needs. */
#define NO_SYS 0
#define LWIP_SOCKET 1
#define LWIP_NETCONN 1
#define LWIP_TCPIP_CORE_LOCKING 1 /* the loop's task takes lwIP's lock itself */
#define LWIP_SOCKET_SELECT 1
#define LWIP_SOCKET_POLL 1 /* this or the one above, for lwIP to count what its sockets are ready for */
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_TIMEVAL_PRIVATE 0 /* newlib has struct timeval */
#define SO_REUSE 1             /* PTK_SOCKET_OPTION_REUSE_ADDRESS */
#define LWIP_TCP_KEEPALIVE 1   /* PTK_SOCKET_OPTION_KEEP_ALIVE */
#define LWIP_SO_RCVBUF 1       /* PTK_SOCKET_OPTION_RECEIVE_BUFFER, of UDP */

/* Tasks: lwIP's is above the loop's. */
#define TCPIP_THREAD_PRIO 5
#define TCPIP_THREAD_STACKSIZE 2048
#define TCPIP_MBOX_SIZE 32
#define SYS_LIGHTWEIGHT_PROT 1

/* How many: a socket is a netconn and a pcb; a listener has a pcb of its own pool. */
#ifndef EXAMPLE_SOCKETS
#define EXAMPLE_SOCKETS 12
#endif
#define MEMP_NUM_NETCONN EXAMPLE_SOCKETS
#define MEMP_NUM_TCP_PCB EXAMPLE_SOCKETS
#define MEMP_NUM_TCP_PCB_LISTEN 4
#define MEMP_NUM_UDP_PCB 4
#define MEMP_NUM_TCP_SEG 64
#define MEMP_NUM_NETBUF 16
#define MEMP_NUM_TCPIP_MSG_INPKT 32
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1) /* that of ethernet.c */
#define DEFAULT_TCP_RECVMBOX_SIZE 8
#define DEFAULT_UDP_RECVMBOX_SIZE 8
#define DEFAULT_ACCEPTMBOX_SIZE 4
#define TCP_LISTEN_BACKLOG 1

/* Bytes: what is sent lies in lwIP's heap, what is received in its pbufs. */
#define MEM_ALIGNMENT 4
#define MEM_SIZE (24 * 1024)
#define PBUF_POOL_SIZE 16
#define TCP_MSS 536
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)

/* The loopback interface, with 127.0.0.1. */
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_NETIF_LOOPBACK_MULTITHREADING 1
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_DNS 0

#ifdef EXAMPLE_LWIPOPTS
#include EXAMPLE_LWIPOPTS
#endif

#endif

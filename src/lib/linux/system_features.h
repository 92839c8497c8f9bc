/** @file system_features.h @brief What the system's headers have to show, and what the system has: Linux. */
#ifndef PTK_LINUX_SYSTEM_FEATURES_H
#define PTK_LINUX_SYSTEM_FEATURES_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* accept4(2), struct ip_mreqn */
#endif

#define PTK_HAS_SOCKET_FLAGS 1  /**< SOCK_NONBLOCK and SOCK_CLOEXEC in socket(2) and accept4(2). */
#define PTK_HAS_DATAGRAM_SIZE 1 /**< recvfrom(2) with MSG_TRUNC tells the size of a datagram that was cut (udp(7)). */
#define PTK_HAS_GROUP_REQ                                                                                              \
    0 /**< It has, but ip_mreqn does the same and qemu-user knows it (7.2 has no MCAST_JOIN_GROUP). */
#define PTK_HAS_IP_MREQN 1      /**< IPv4 multicast options take struct ip_mreqn, an interface by its index. */
#define PTK_HAS_INDEX_ADDRESS 0 /**< They take 0.x.y.z as an index, RFC 1724, 3.3. Else the interface's own address. */
#define PTK_STACKS_ARE_PAGES 0  /**< pthread_attr_setstack(3) takes whole pages alone. */

#endif

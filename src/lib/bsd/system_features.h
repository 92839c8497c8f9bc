/** @file system_features.h @brief What the system's headers have to show, and what the system has: FreeBSD, OpenBSD, NetBSD and DragonFly; Linux with libkqueue. */
#ifndef PTK_BSD_SYSTEM_FEATURES_H
#define PTK_BSD_SYSTEM_FEATURES_H

#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif

#define PTK_HAS_SOCKET_FLAGS 1
#define PTK_HAS_DATAGRAM_SIZE 0
#define PTK_HAS_GROUP_REQ 0
#define PTK_HAS_IP_MREQN 0

#endif

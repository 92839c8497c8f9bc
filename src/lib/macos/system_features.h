/** @file system_features.h @brief What the system's headers have to show, and what the system has: macOS and iOS. */
#ifndef PTK_MACOS_SYSTEM_FEATURES_H
#define PTK_MACOS_SYSTEM_FEATURES_H

#ifndef _DARWIN_C_SOURCE
#define _DARWIN_C_SOURCE /* SO_NOSIGPIPE, TCP_KEEPALIVE, struct ip_mreqn */
#endif

#include <stdint.h>

#define PTK_HAS_SOCKET_FLAGS 0
#define PTK_HAS_DATAGRAM_SIZE 0
#define PTK_HAS_GROUP_REQ 1
#define PTK_HAS_IP_MREQN 1
#define PTK_HAS_INDEX_ADDRESS 0
#define PTK_STACKS_ARE_PAGES 1

/* For what they mean see the file of the BSDs. */
#define PTK_KQUEUE_KEEPS_EDGES 1
#define PTK_KQUEUE_SEES_CLOSE 1
#define PTK_KQUEUE_HOLDS_HANDLES (UINTPTR_MAX >= UINT64_MAX)

#endif

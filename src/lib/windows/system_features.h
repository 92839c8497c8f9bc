/**
 * @file system_features.h
 * @brief What the system's headers have to show: Windows 10, with Winsock 2.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_WINDOWS_SYSTEM_FEATURES_H
#define PTK_WINDOWS_SYSTEM_FEATURES_H

#ifdef _WIN32_WINNT
#undef _WIN32_WINNT
#endif
/** @brief Windows 10. */
#define _WIN32_WINNT 0x0A00

#ifndef WIN32_LEAN_AND_MEAN
/** @brief Without the winsock.h that winsock2.h replaces. */
#define WIN32_LEAN_AND_MEAN
#endif

#include <winsock2.h> /* before anything that includes windows.h */
#include <ws2tcpip.h>

/** @brief struct group_req. Windows has it; Wine has not. */
#define PTK_HAS_GROUP_REQ 0
/** @brief IPv6. */
#define PTK_HAS_IPV6 1
/** @brief IPv6 sockets need IPV6_V6ONLY to take IPv6 only. */
#define PTK_IPV6_IS_ALONE 0
/** @brief Options of IPv4 that act on IPv6, too. */
#define PTK_IP_OPTIONS_SERVE_IPV6 0
/** @brief sin6_scope_id of a peer's address. */
#define PTK_TELLS_IPV6_SCOPE 1
/** @brief TCP sends at once only where TCP_NODELAY is set. */
#define PTK_NEVER_DELAYS 0
/** @brief struct ipv6_mreq. */
#define PTK_HAS_IPV6_MREQ 1

#endif

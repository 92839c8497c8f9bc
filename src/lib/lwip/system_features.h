/**
 * @file system_features.h
 * @brief What the system's headers have to show, and what the system has: lwIP 2.1 and later.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_LWIP_SYSTEM_FEATURES_H
#define PTK_LWIP_SYSTEM_FEATURES_H

#ifndef _DEFAULT_SOURCE
/** @brief The C library shows what it shows to lwIP, which is compiled without -std=c99: fd_set has to be the same one. */
#define _DEFAULT_SOURCE
#endif

/** @brief struct group_req. */
#define PTK_HAS_GROUP_REQ 0
/** @brief IPv6, as lwipopts.h has it. */
#define PTK_HAS_IPV6 LWIP_IPV6
/** @brief IPv6 sockets do not take IPv6 only without being asked. */
#define PTK_IPV6_IS_ALONE 0
/** @brief ptk_bsd_prepare() asks them. */
#define PTK_OPEN_SETS_V6ONLY 0
/** @brief Options of IPv4 that act on IPv6, too: the TTL and those of multicast. */
#define PTK_IP_OPTIONS_SERVE_IPV6 1
/** @brief sin6_scope_id of a peer's address. */
#define PTK_TELLS_IPV6_SCOPE 1
/** @brief No scope is invalid: there is a route or there is none. */
#define PTK_SCOPE_CAN_BE_INVALID 0
/** @brief TCP sends at once only where TCP_NODELAY is set. */
#define PTK_NEVER_DELAYS 0
/** @brief struct ipv6_mreq. */
#define PTK_HAS_IPV6_MREQ LWIP_IPV6

#endif

/**
 * @file missing_options.h
 * @brief Socket options that a network stack may lack, by its version or its configuration: a number that no option has. A
 *        system_socket.h includes it after the stack's headers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_MISSING_OPTIONS_H
#define PTK_SOCKETS_MISSING_OPTIONS_H

/** @brief No option has this number. */
#define PTK_NO_OPTION (-1)
#if !defined(IP_TTL)
#define IP_TTL PTK_NO_OPTION
#endif
#if !defined(IP_MULTICAST_TTL)
#define IP_MULTICAST_TTL PTK_NO_OPTION
#endif
#if !defined(IP_MULTICAST_IF)
#define IP_MULTICAST_IF PTK_NO_OPTION
#endif
#if !defined(IP_MULTICAST_LOOP)
#define IP_MULTICAST_LOOP PTK_NO_OPTION
#endif
#if !defined(IP_ADD_MEMBERSHIP)
#define IP_ADD_MEMBERSHIP PTK_NO_OPTION
#define IP_DROP_MEMBERSHIP PTK_NO_OPTION
#endif
#if !defined(IPV6_V6ONLY)
#define IPV6_V6ONLY PTK_NO_OPTION
#endif
#if !defined(IPV6_UNICAST_HOPS)
#define IPV6_UNICAST_HOPS PTK_NO_OPTION
#endif
#if !defined(IPV6_MULTICAST_HOPS)
#define IPV6_MULTICAST_HOPS PTK_NO_OPTION
#endif
#if !defined(IPV6_MULTICAST_LOOP)
#define IPV6_MULTICAST_LOOP PTK_NO_OPTION
#endif
#if !defined(IPV6_MULTICAST_IF)
#define IPV6_MULTICAST_IF PTK_NO_OPTION
#endif
#if !defined(IPV6_JOIN_GROUP)
#define IPV6_JOIN_GROUP PTK_NO_OPTION
#define IPV6_LEAVE_GROUP PTK_NO_OPTION
#endif

#endif

/**
 * @file system_features.h
 * @brief What the system's headers have to show, and what the system has: any POSIX system, so nothing is taken for
 *        granted that POSIX.1-2008 does not have.
 */
#ifndef PTK_POSIX_SYSTEM_FEATURES_H
#define PTK_POSIX_SYSTEM_FEATURES_H

/* Each is the name under which one family of systems shows multicast, which is not part of POSIX. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* GNU and musl C libraries */
#endif
#ifndef _DARWIN_C_SOURCE
#define _DARWIN_C_SOURCE
#endif
#ifndef _NETBSD_SOURCE
#define _NETBSD_SOURCE
#endif
#ifndef __EXTENSIONS__
#define __EXTENSIONS__ /* Solaris and illumos */
#endif

/* For what each means see Linux's file. */
#define PTK_HAS_SOCKET_FLAGS 0
#define PTK_HAS_DATAGRAM_SIZE 0
#define PTK_HAS_GROUP_REQ 0
#define PTK_HAS_IP_MREQN 0
#define PTK_HAS_INDEX_ADDRESS 0
#define PTK_STACKS_ARE_PAGES 1

#endif

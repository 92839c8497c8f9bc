/** @file features.h @brief To be included first: makes the system's headers show more than C99. */
#ifndef PTK_UNIX_FEATURES_H
#define PTK_UNIX_FEATURES_H

#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* accept4, SOCK_NONBLOCK, struct group_req */
#endif
#if defined(__APPLE__) && !defined(_DARWIN_C_SOURCE)
#define _DARWIN_C_SOURCE /* SO_NOSIGPIPE, TCP_KEEPALIVE */
#endif

#endif

/**
 * @file lwip_select.h
 * @brief lwip_select(), which Debian's lwIP is built without.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef LWIP_SELECT_H
#define LWIP_SELECT_H

#include <sys/select.h>

/** @brief As lwIP's, of which this is made with its lwip_poll(). */
int lwip_select(int limit, fd_set *readable, fd_set *writable, fd_set *failed, struct timeval *timeout);

#endif

/**
 * @file kqueue.h
 * @brief What the two halves of the kqueue port share: filters, and the changes that the next wait takes along.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_KQUEUE_KQUEUE_H
#define PTK_KQUEUE_KQUEUE_H

#include "core/port.h"

#include <sys/types.h>

#include <sys/event.h>

/**
 * @brief Whether kqueue has events of the program's own; NetBSD has since 10, OpenBSD since 2025. Else a pipe
 *        wakes a loop.
 */
#if defined(EVFILT_USER) && !defined(PTK_HAS_EVFILT_USER)
#define PTK_HAS_EVFILT_USER 1
#elif !defined(PTK_HAS_EVFILT_USER)
#define PTK_HAS_EVFILT_USER 0
#endif

/**
 * @brief The filters of a socket, in its interest, registered and enabled. Writing is registered first:
 * kqueue reports events in the order in which they became active, so a connection comes before what came over it.
 */
enum { PTK_FILTER_WRITE = 1, PTK_FILTER_READ = 2 };

/** @brief Bits of a socket's kind. With edges a change of readiness is reported, and not its lasting, as with epoll. */
enum { PTK_KIND_CONNECTION = 1, PTK_KIND_EDGES = 2 };

/** @brief How many changed sockets one wait takes along; each has two filters. */
#define PTK_KQUEUE_MAX_CHANGED (sizeof(((ptk_platform_loop_t *)0)->changed) / sizeof(int64_t))
/** @brief How many changes one wait takes along. */
#define PTK_KQUEUE_MAX_CHANGES (2 * PTK_KQUEUE_MAX_CHANGED)

/** @brief The socket that an event is about, and its handle; or NULL if it is gone. */
ptk_platform_socket_t *ptk_kqueue_socket(ptk_platform_loop_t *loop, const struct kevent *event, ptk_handle_t *handle);

/**
 * @brief Fills in the changes of the listed sockets, at most PTK_KQUEUE_MAX_CHANGES, and returns how many there
 *        are.
 */
uint16_t ptk_kqueue_collect(ptk_platform_loop_t *loop, struct kevent *changes);

/** @brief kqueue has taken what was collected: no socket is listed any more. */
void ptk_kqueue_settle(ptk_platform_loop_t *loop);

/** @brief kqueue has reported a filter for the only time that it was asked for. */
void ptk_kqueue_forget(ptk_platform_socket_t *socket, uint8_t filter);

/** @brief kqueue has refused a change: the socket is not watched any more. */
void ptk_kqueue_refused(ptk_platform_loop_t *loop, const struct kevent *change, int system_error);

#endif

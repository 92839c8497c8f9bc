/**
 * @file afd.h
 * @brief Windows' socket driver, AFD: requests that complete when a socket is ready.
 *
 * A request names one socket. It is made through a helper: the driver opened without a socket. The system keeps the
 * addresses of the socket's poll and result until the completion was taken from the completion port, which carries the
 * address of the socket's platform part. Each request that was accepted has exactly one completion, also when it is
 * cancelled.
 *
 * Cancelling looks through the requests of one helper, so a bounded group of sockets shares one. Each of them has a
 * handle of its own to the helper, and the system counts these: nothing has to be kept for a group, and the helper
 * goes with its last socket. A request ends when the last handle to its helper is closed, so each socket keeps its own
 * one until its completion was taken.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_WINDOWS_AFD_H
#define PTK_WINDOWS_AFD_H

#include "protocol_toolkit.h"

/** @brief What a request can be for. All are levels: a state that lasts completes the next request at once. */
enum {
    PTK_AFD_RECEIVE = 0x001,      /**< @brief Data to receive. */
    PTK_AFD_SEND = 0x004,         /**< @brief Room to send, or a connection that is there. */
    PTK_AFD_DISCONNECT = 0x008,   /**< @brief The peer has ended its stream. */
    PTK_AFD_ABORT = 0x010,        /**< @brief The connection was reset. */
    PTK_AFD_LOCAL_CLOSE = 0x020,  /**< @brief The socket was closed in this process. */
    PTK_AFD_ACCEPT = 0x080,       /**< @brief A connection to accept. */
    PTK_AFD_CONNECT_FAIL = 0x100, /**< @brief A connection attempt failed; Wine: any error that SO_ERROR has. */
    PTK_AFD_REFUSED = 0x8000      /**< @brief Not the driver's: the request itself failed. */
};

/** @brief The events of a socket that has an error. */
#define PTK_AFD_BROKEN (PTK_AFD_ABORT | PTK_AFD_LOCAL_CLOSE | PTK_AFD_CONNECT_FAIL)

/**
 * @brief Finds out the handle that the driver knows the socket by, and gives the socket a helper. Completions come to
 * the loop's completion port under the key.
 */
ptk_err_t ptk_afd_prepare(ptk_platform_loop_t *loop, uintptr_t key, ptk_platform_socket_t *socket);

/**
 * @brief Lets go of a helper; without one it does nothing. No request is in flight that was made through this
 *        handle.
 */
void ptk_afd_close_helper(void **helper);

/**
 * @brief Requests some of the events above. False if the driver refuses: then no completion comes, and the failure is
 *        noted.
 */
bool ptk_afd_request(ptk_platform_socket_t *socket, uint16_t events);

/**
 * @brief Cancels the request. Its completion still has to be taken, and may carry events; also if this fails.
 */
ptk_err_t ptk_afd_cancel(ptk_platform_socket_t *socket);

/** @brief The events of a completion that was taken; none if the request was cancelled. */
uint16_t ptk_afd_events(const ptk_platform_socket_t *socket);

/** @brief The error of a completion that has one; it is taken from the socket. */
ptk_err_t ptk_afd_failure(ptk_platform_socket_t *socket);

#endif

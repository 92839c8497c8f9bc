/**
 * @file afd.h
 * @brief Windows' socket driver, AFD: asks it to tell when a socket is ready.
 *
 * A question is one request in flight with one socket in it. It is put to a helper: the driver opened without a socket.
 * The system keeps the addresses of the socket's poll and result until the answer was taken from the completion port,
 * which carries the address of the socket's platform part. Each question that was accepted has exactly one answer, also
 * when it is cancelled.
 *
 * Cancelling looks through the questions of one helper, so a bounded group of sockets shares one. Each of them has a
 * handle of its own to the helper, and the system counts them: nothing has to be kept for a group, and the helper goes
 * with its last socket. A question ends when the last handle to its helper is closed, so each socket keeps its own one
 * until its answer was taken.
 */
#ifndef PTK_WINDOWS_AFD_H
#define PTK_WINDOWS_AFD_H

#include "protocol_toolkit.h"

/** What the driver can be asked for. All are levels: a state that lasts answers the next question at once. */
enum {
    PTK_AFD_RECEIVE = 0x001,      /**< Data to receive. */
    PTK_AFD_SEND = 0x004,         /**< Room to send, or a connection that is there. */
    PTK_AFD_DISCONNECT = 0x008,   /**< The peer has ended its stream. */
    PTK_AFD_ABORT = 0x010,        /**< The connection was reset. */
    PTK_AFD_LOCAL_CLOSE = 0x020,  /**< The socket was closed in this process. */
    PTK_AFD_ACCEPT = 0x080,       /**< A connection to accept. */
    PTK_AFD_CONNECT_FAIL = 0x100, /**< A connection attempt failed; Wine: any error that SO_ERROR tells. */
    PTK_AFD_REFUSED = 0x8000      /**< Not the driver's: the question itself failed. */
};

/** What tells an error of the socket. */
#define PTK_AFD_BROKEN (PTK_AFD_ABORT | PTK_AFD_LOCAL_CLOSE | PTK_AFD_CONNECT_FAIL)

/**
 * Finds out the handle that the driver knows the socket by, and gives the socket a helper. Answers come to the loop's
 * completion port under the key.
 */
ptk_err_t ptk_afd_prepare(ptk_platform_loop_t *loop, uintptr_t key, ptk_platform_socket_t *socket);

/** Lets go of a helper; without one it does nothing. No question is in flight that was put to this handle. */
void ptk_afd_close(void **helper);

/** Asks for some of the events above. False if the driver refuses: there will be no answer, and a failure is set. */
bool ptk_afd_ask(ptk_platform_socket_t *socket, uint16_t events);

/** Has a question answered now. The answer is still to be taken, and may tell events; also if this fails. */
ptk_err_t ptk_afd_cancel(ptk_platform_socket_t *socket);

/** The events in an answer that was taken; none if the question was cancelled. */
uint16_t ptk_afd_answer(const ptk_platform_socket_t *socket);

/** The error behind an answer that told one, which is taken from the socket. */
ptk_err_t ptk_afd_failure(ptk_platform_socket_t *socket);

#endif

/**
 * @file bsd_system.h
 * @brief BSD sockets: the names and small functions in which POSIX systems and Winsock differ, from the platform's own
 *        system_socket.h.
 *
 * Each platform's system_socket.h defines these, and shared code asks nothing else about the system:
 * - ptk_descriptor_t, PTK_NO_DESCRIPTOR: a socket of the system, and none. SHUT_WR and MSG_NOSIGNAL where they are
 *   missing.
 * - ptk_ipv4_multicast_value_t: the type of IPv4's multicast options.
 * - ptk_error_number_t, PTK_ERROR_NUMBER(name), PTK_MORE_ERRORS(PAIR): for the table of errors.
 * - ptk_last_error_number(): of the last call. ptk_socket_error_of(): the code for the number of a socket's error.
 *   ptk_pending_error_of(): the same for an error that is not about what is being sent: of a receive, or of SO_ERROR.
 * - ptk_bsd_length(): how many bytes one call takes.
 * - ptk_bsd_make(), ptk_bsd_accept(), ptk_bsd_close(), ptk_bsd_bind(), ptk_bsd_receive_datagram(): the calls.
 * - ptk_bsd_prepare(): gives a socket what the system could not give it when it was made.
 * - ptk_bsd_limit_groups(): a UDP socket gets what is sent to the groups that it has joined, not to those of others.
 * - ptk_bsd_hidden_error(): the error that waits in a socket without SO_ERROR knowing of it.
 * - ptk_bsd_connected(): a socket has a peer, or an attempt to connect is on its way.
 * - ptk_bsd_touched(): an operation may have changed whether the socket is ready to read, or to write.
 * - ptk_is_connection_failure(): after a failed accept, whether it was the connection's and not the listener's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_BSD_SYSTEM_H
#define PTK_SOCKETS_BSD_SYSTEM_H

#include "system_socket.h" /* found by the include path of the platform */

#endif

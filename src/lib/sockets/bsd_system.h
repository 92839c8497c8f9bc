/**
 * @file bsd_system.h
 * @brief BSD sockets: the names and small functions in which POSIX systems, Winsock and the network stacks of RTOSes
 *        differ, from the platform's own system_socket.h.
 *
 * Each platform's system_features.h says what the system has:
 * - PTK_HAS_IPV6: struct sockaddr_in6 and AF_INET6; without them IPv6 sockets are PTK_ERR_UNSUPPORTED.
 * - PTK_IPV6_IS_ALONE: IPv6 sockets take IPv6 only, even if IPV6_V6ONLY cannot be set.
 * - PTK_OPEN_SETS_V6ONLY: IPV6_V6ONLY is set when a socket is opened; 0 where ptk_bsd_prepare() does the same.
 * - PTK_IP_OPTIONS_SERVE_IPV6: IP_TTL, IP_MULTICAST_TTL and IP_MULTICAST_LOOP act on IPv6 sockets, which have no
 *   options of their own for these.
 * - PTK_TELLS_IPV6_SCOPE: sin6_scope_id of a peer's address says where it came from. PTK_NEVER_DELAYS: TCP holds nothing
 *   back to send more at once, and TCP_NODELAY cannot be turned off.
 * - PTK_SCOPE_CAN_BE_INVALID: a scope that is missing, or contradicts the socket's, is EINVAL; else no scope is.
 * - PTK_HAS_IPV6_MREQ: struct ipv6_mreq, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP. PTK_HAS_GROUP_REQ: struct group_req.
 *
 * Each platform's system_socket.h defines these, and shared code asks nothing else about the system; what several
 * have in common is in errno_socket.h, stack_socket.h and missing_options.h:
 * - ptk_descriptor_t, PTK_NO_DESCRIPTOR: a socket of the system, and none; the platform's socket struct has a member
 *   descriptor that holds it. SHUT_WR and MSG_NOSIGNAL where they are missing.
 * - The names of socket options where they are missing: as PTK_NO_OPTION, a number that no option has; they are then
 *   PTK_ERR_UNSUPPORTED.
 * - ptk_ipv4_multicast_value_t: the type of IPv4's multicast options.
 * - ptk_error_number_t, PTK_ERROR_NUMBER(name), PTK_MORE_ERRORS(PAIR): for the table of errors. A number that is
 *   missing is given another one's value; the first pair counts. What the stack says of a call or an option that it
 *   does not have is PTK_ERR_UNSUPPORTED.
 * - ptk_was_interrupted(): whether the last call failed because a signal came, and has to be made again.
 * - ptk_last_error_number(): of the last call. ptk_socket_error_of(): the code for the number of a socket's error.
 *   ptk_pending_error_of(): the same for an error that is not about what is being sent: of a receive, or of SO_ERROR.
 *   Where a refused connection has the number of a reset, the latter looks at what ptk_bsd_connected() noted.
 * - ptk_bsd_length(): how many bytes one call takes.
 * - ptk_system_listen(), _connect(), _send(), _sendto(), _getsockname(), _getpeername(), _setsockopt():
 *   the calls, by any names; plain_calls.h has the usual ones. One that the stack lacks fails with a number whose code
 *   is PTK_ERR_UNSUPPORTED.
 * - ptk_bsd_shutdown(): ends the stream to the peer; plain_calls.h has shutdown(2).
 * - ptk_bsd_is_too_long(): whether a datagram has no room in any packet, where the stack does not say so by itself.
 * - ptk_bsd_make(), ptk_bsd_accept(), ptk_bsd_close(), ptk_bsd_bind(): more calls.
 * - ptk_bsd_receive(): from a stream, or a peek. A reset is an error wherever the stack can tell it from the end.
 * - ptk_bsd_receive_datagram(): more than room for one that was cut.
 * - ptk_bsd_error_number(): the number of the error that waits in a socket. Where there is no SO_ERROR the port
 *   concludes it from what it has noted and seen. plain_calls.h has SO_ERROR.
 * - ptk_bsd_prepare(): gives a socket what the system could not give it when it was made.
 * - ptk_bsd_limit_groups(): a UDP socket gets what is sent to the groups that it has joined, not to those of others.
 * - ptk_bsd_hidden_error(): the error that waits in a socket without SO_ERROR knowing of it.
 * - ptk_bsd_connected(): a socket has a peer, or an attempt to connect is on its way.
 * - ptk_bsd_touched(): an operation may have changed whether the socket is ready to read, or to write.
 * - ptk_is_connection_failure(): whether the error number of a failed accept is the connection's and not the listener's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PTK_SOCKETS_BSD_SYSTEM_H
#define PTK_SOCKETS_BSD_SYSTEM_H

#include "system_socket.h" /* found by the include path of the platform */

#if !defined(PTK_SCOPE_ID)
/** @brief A scope as the system has it; of one that has no room there an interface that does not exist. */
#define PTK_SCOPE_ID(scope) (scope)
#endif
#if !defined(PTK_OPEN_SETS_V6ONLY)
/** @brief As on all desktops. */
#define PTK_OPEN_SETS_V6ONLY 1
#endif
#if !defined(PTK_SCOPE_CAN_BE_INVALID)
/** @brief As on all desktops. */
#define PTK_SCOPE_CAN_BE_INVALID 1
#endif
#if !defined(PTK_GROUP_INTERFACE)
/** @brief The index of an IPv6 group's interface as the system has it, where 0 is the system's choice. */
#define PTK_GROUP_INTERFACE(interface_index) (interface_index)
#endif

#endif

/**
 * @file subjects.h
 * @brief The subjects of the suite, in the order in which they run. Each is in its file test_<subject>.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFORMANCE_SUBJECTS_H
#define CONFORMANCE_SUBJECTS_H

/** @brief What needs no network. Some of their tests do; defects_no_network.c leaves these out. */
#define CONFORMANCE_WITHOUT_NETWORK(SUBJECT)                                                                           \
    SUBJECT(address)                                                                                                   \
    SUBJECT(arena)                                                                                                     \
    SUBJECT(buffer)                                                                                                    \
    SUBJECT(buffer_error)                                                                                              \
    SUBJECT(buffer_peek)                                                                                               \
    SUBJECT(general)                                                                                                   \
    SUBJECT(handle)                                                                                                    \
    SUBJECT(bad_handle)                                                                                                \
    SUBJECT(last_error)                                                                                                \
    SUBJECT(loop)                                                                                                      \
    SUBJECT(registry)                                                                                                  \
    SUBJECT(resize)                                                                                                    \
    SUBJECT(stats)                                                                                                     \
    SUBJECT(timer)                                                                                                     \
    SUBJECT(handler)                                                                                                   \
    SUBJECT(user_event)                                                                                                \
    SUBJECT(protothread)                                                                                               \
    SUBJECT(protothread_cancel)                                                                                        \
    SUBJECT(protothread_wait)                                                                                          \
    SUBJECT(semaphore)                                                                                                 \
    SUBJECT(notification)                                                                                              \
    SUBJECT(protothread_random)                                                                                        \
    SUBJECT(random)

/** @brief What opens sockets. */
#define CONFORMANCE_WITH_NETWORK(SUBJECT)                                                                              \
    SUBJECT(in_flight)                                                                                                 \
    SUBJECT(tcp)                                                                                                       \
    SUBJECT(tcp_flow)                                                                                                  \
    SUBJECT(tcp_close)                                                                                                 \
    SUBJECT(end)                                                                                                       \
    SUBJECT(rest)                                                                                                      \
    SUBJECT(broken)                                                                                                    \
    SUBJECT(listener)                                                                                                  \
    SUBJECT(udp)                                                                                                       \
    SUBJECT(udp_peer)                                                                                                  \
    SUBJECT(udp_refused)                                                                                               \
    SUBJECT(socket_handler)                                                                                            \
    SUBJECT(socket_option)                                                                                             \
    SUBJECT(multicast)                                                                                                 \
    SUBJECT(protothread_socket)                                                                                        \
    SUBJECT(protothread_stream)                                                                                        \
    SUBJECT(protothread_deadline)

/** @brief All of them. */
#define CONFORMANCE_ALL(SUBJECT)                                                                                       \
    CONFORMANCE_WITHOUT_NETWORK(SUBJECT)                                                                               \
    CONFORMANCE_WITH_NETWORK(SUBJECT)

#endif

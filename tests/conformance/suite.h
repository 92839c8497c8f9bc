/**
 * @file suite.h
 * @brief The tables of all subjects of the conformance suite.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SUITE_H
#define SUITE_H

#include "harness.h"

extern const harness_test_t address_tests[];
extern const harness_test_t arena_tests[];
extern const harness_test_t buffer_tests[];
extern const harness_test_t buffer_error_tests[];
extern const harness_test_t buffer_peek_tests[];
extern const harness_test_t general_tests[];
extern const harness_test_t handle_tests[];
extern const harness_test_t bad_handle_tests[];
extern const harness_test_t last_error_tests[];
extern const harness_test_t loop_tests[];
extern const harness_test_t registry_tests[];
extern const harness_test_t resize_tests[];
extern const harness_test_t in_flight_tests[];
extern const harness_test_t stats_tests[];
extern const harness_test_t timer_tests[];
extern const harness_test_t handler_tests[];
extern const harness_test_t user_event_tests[];
extern const harness_test_t tcp_tests[];
extern const harness_test_t tcp_flow_tests[];
extern const harness_test_t tcp_close_tests[];
extern const harness_test_t end_tests[];
extern const harness_test_t broken_tests[];
extern const harness_test_t listener_tests[];
extern const harness_test_t udp_tests[];
extern const harness_test_t udp_peer_tests[];
extern const harness_test_t udp_refused_tests[];
extern const harness_test_t socket_handler_tests[];
extern const harness_test_t socket_option_tests[];
extern const harness_test_t multicast_tests[];
extern const harness_test_t protothread_tests[];
extern const harness_test_t protothread_cancel_tests[];
extern const harness_test_t protothread_wait_tests[];
extern const harness_test_t protothread_socket_tests[];
extern const harness_test_t protothread_stream_tests[];
extern const harness_test_t protothread_deadline_tests[];
extern const harness_test_t semaphore_tests[];
extern const harness_test_t notification_tests[];
extern const harness_test_t random_tests[];
extern const harness_test_t protothread_random_tests[];

#endif

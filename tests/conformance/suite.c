/**
 * @file suite.c
 * @brief The tables of the conformance suite: of all subjects, or of those that CONFORMANCE_SUBJECTS names.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"
#include "subjects.h"

#ifndef CONFORMANCE_SUBJECTS
#define CONFORMANCE_SUBJECTS CONFORMANCE_ALL
#endif

/** @brief One table for each subject, in the file test_<subject>.c. */
extern const harness_test_t address_tests[], arena_tests[], buffer_tests[], buffer_error_tests[], buffer_peek_tests[],
    general_tests[], handle_tests[], bad_handle_tests[], last_error_tests[], loop_tests[], registry_tests[],
    resize_tests[], in_flight_tests[], stats_tests[], timer_tests[], handler_tests[], user_event_tests[], tcp_tests[],
    tcp_flow_tests[], tcp_close_tests[], end_tests[], rest_tests[], broken_tests[], listener_tests[], udp_tests[],
    udp_peer_tests[], udp_refused_tests[], socket_handler_tests[], socket_option_tests[], multicast_tests[],
    protothread_tests[], protothread_cancel_tests[], protothread_wait_tests[], protothread_socket_tests[],
    protothread_stream_tests[], protothread_deadline_tests[], semaphore_tests[], notification_tests[], random_tests[],
    protothread_random_tests[];

const harness_test_t *const suite_tables[] = {
#define SUBJECT(name) name##_tests,
    CONFORMANCE_SUBJECTS(SUBJECT)
#undef SUBJECT
        NULL,
};

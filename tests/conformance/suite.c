/* The list of all subjects. SPDX-License-Identifier: MIT */
#include "suite.h"

const harness_test_t *const suite_tables[] = {
    address_tests,     arena_tests,       buffer_tests,        general_tests,          handle_tests,
    bad_handle_tests,  loop_tests,        registry_tests,      resize_tests,           stats_tests,
    timer_tests,       handler_tests,     user_event_tests,    tcp_tests,              tcp_close_tests,
    listener_tests,    udp_tests,         socket_handler_tests, socket_option_tests, multicast_tests,        protothread_tests,
    protothread_wait_tests, protothread_socket_tests, semaphore_tests, NULL,
};

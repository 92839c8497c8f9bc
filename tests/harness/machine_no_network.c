/**
 * @file machine_no_network.c
 * @brief Facts of a machine without a network. Which subjects are about sockets is said in the CMakeLists.txt of the suites;
 *        here are the tests of other subjects that need one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <string.h>

const char *harness_defect(const char *test) {
    static const char *const need_a_network[] = {
        "buffer_peek.wrapped_memory_and_sockets",
        "events.handler_that_is_set_again_and_again",
        "events.progress_is_no_fault",
        "events.readable_that_is_not_consumed",
        "events.refused_connect_with_a_handler",
        "events.refused_connect_without_a_handler",
        "events.reset_with_a_reader",
        "events.reset_without_a_handler",
        "events.writable_that_is_left_in_place",
        "handler.event_of_a_destroyed_socket_is_dropped",
        "handles.exhausted_handlers_and_accept",
        "last_error.cause_of_an_error_event",
        "last_error.failing_calls_set_it",
        "last_error.in_a_handler",
        "last_error.outcome_of_a_wait",
        "last_error.success_leaves_it",
        "last_error.waits_that_fail_at_once",
        "last_error.would_block_leaves_it",
        "loop.abandon_makes_everything_stale",
        "loop.destroy_closes_sockets_and_calls_no_handler",
        "resize.connections_survive",
    };

    for (size_t i = 0; i < sizeof(need_a_network) / sizeof(need_a_network[0]); i++) {
        if (strcmp(test, need_a_network[i]) == 0) {
            return "there is no network";
        }
    }
    return NULL;
}

bool harness_carries_multicast(uint32_t index) {
    (void)index;
    return false;
}

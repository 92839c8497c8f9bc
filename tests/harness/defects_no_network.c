/**
 * @file defects_no_network.c
 * @brief The tests that open sockets, of subjects that need no network otherwise. Which subjects are about sockets is said in
 *        conformance/subjects.h and, for the other suites, in their CMakeLists.txt.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

/** @brief The list. */
static const harness_defect_t defects[] = {
    {"buffer_peek.wrapped_memory_and_sockets", "there is no network"},
    {"events.handler_that_is_set_again_and_again", "there is no network"},
    {"events.progress_is_no_fault", "there is no network"},
    {"events.readable_that_is_not_consumed", "there is no network"},
    {"events.refused_connect_with_a_handler", "there is no network"},
    {"events.refused_connect_without_a_handler", "there is no network"},
    {"events.reset_with_a_reader", "there is no network"},
    {"events.reset_without_a_handler", "there is no network"},
    {"events.writable_that_is_left_in_place", "there is no network"},
    {"handler.event_of_a_destroyed_socket_is_dropped", "there is no network"},
    {"handles.exhausted_handlers_and_accept", "there is no network"},
    {"last_error.cause_of_an_error_event", "there is no network"},
    {"last_error.failing_calls_set_it", "there is no network"},
    {"last_error.in_a_handler", "there is no network"},
    {"last_error.outcome_of_a_wait", "there is no network"},
    {"last_error.success_leaves_it", "there is no network"},
    {"last_error.waits_that_fail_at_once", "there is no network"},
    {"last_error.would_block_leaves_it", "there is no network"},
    {"loop.abandon_makes_everything_stale", "there is no network"},
    {"loop.destroy_closes_sockets_and_calls_no_handler", "there is no network"},
    {"resize.connections_survive", "there is no network"},
    {NULL, NULL},
};

const harness_defect_t *harness_defects(void) {
    return defects;
}

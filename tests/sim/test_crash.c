/**
 * @file test_crash.c
 * @brief Hosts and programs that crash, and what their peers see.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

/** @brief A connection, and a handler for its failure on host A. */
static bool begin_with_pair(ptk_handle_t *a, ptk_handle_t *b, sim_counter_t *failed) {
    CHECK_OR_RETURN(sim_begin(1, NULL), false);
    CHECK_OR_RETURN(sim_pair(a, b), false);
    CHECK_OR_RETURN(ptk_set_event_handler(*a, PTK_EVENT_ERROR, sim_count, failed) == PTK_ERR_OK, false);
    return true;
}

/** @brief A program that dies: its peers are reported a reset at once. */
static void program_dies(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    sim_counter_t failed = {0};

    CHECK(begin_with_pair(&a, &b, &failed));
    CHECK_EQUAL(ptk_sim_crash(HOST_B, true), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(sim.loops[HOST_B]), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_RESET);
    CHECK_EQUAL(ptk_sim_world()->loop_count, 1);
    sim_end();
}

/** @brief A host that loses its power: an idle peer hears nothing, one that sends gets a time-out. */
static void host_crashes(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    sim_counter_t failed = {0};
    size_t sent;

    CHECK(begin_with_pair(&a, &b, &failed));
    CHECK_EQUAL(ptk_sim_crash(HOST_B, false), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_crash(HOST_B, false), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_destroy(sim.loops[HOST_B]), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 300000);
    CHECK_EQUAL(failed.count, 0);
    CHECK_EQUAL(sim_send(a, 10, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100000);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_TIMED_OUT);
    sim_end();
}

/** @brief A host that is back does not know its old connections: who sends on one gets a reset. */
static void host_restarts(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    sim_counter_t failed = {0};
    size_t sent;

    CHECK(begin_with_pair(&a, &b, &failed));
    CHECK_EQUAL(ptk_sim_crash(HOST_B, false), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(sim.loops[HOST_B]), PTK_ERR_OK);
    sim.loops[HOST_B] = 0;
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(ptk_sim_restart(HOST_B), PTK_ERR_OK);
    CHECK_EQUAL(sim_send(a, 10, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_RESET);
    sim_end();
}

/** @brief The loop of a host that is down does not run, and calls on its sockets fail without harm. */
static void loop_of_a_host_that_is_down(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    sim_counter_t failed = {0};
    sim_counter_t expired = {0};
    size_t sent;

    CHECK(begin_with_pair(&a, &b, &failed));
    ptk_handle_t timer = ptk_timer_create(sim.loops[HOST_B]);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, sim_count, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 10), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_crash(HOST_B, false), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1000);
    CHECK_EQUAL(expired.count, 0);
    CHECK_EQUAL(sim_send(b, 1, &sent), PTK_ERR_SYSTEM);
    CHECK_EQUAL(ptk_socket_destroy(b), PTK_ERR_OK);
    sim_end();
    (void)ptk_sim_run_until(NOW + 200000); /* the kernel of the other host tries for a while to end the connection */
    CHECK_EQUAL(ptk_sim_world()->socket_count, 0);
}

/** @brief A program that is started again and again within one instant: the loops that are gone take no room. */
static void restarts_within_an_instant(void) {
    ptk_event_loop_resources_t none = {0};
    PTK_DECLARE_EVENT_LOOP_SLOTS(more_slots, 1);

    CHECK(sim_begin(1, NULL));
    for (int i = 0; i < 10; i++) {
        CHECK_EQUAL(ptk_sim_enter(HOST_B), PTK_ERR_OK);
        ptk_handle_t loop = ptk_event_loop_create(more_slots, 1, &none);
        CHECK(loop > 0);
        CHECK_EQUAL(ptk_sim_add_loop(loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    }
    sim_end();
}

/** @brief Closed on both sides: the sockets of the hosts are free at once, the port after a minute. */
static void ports_are_kept_for_a_minute(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    sim_counter_t failed = {0};

    CHECK(begin_with_pair(&a, &b, &failed));
    CHECK_EQUAL(ptk_socket_destroy(b), PTK_ERR_OK); /* the server closes first: its port is kept */
    (void)ptk_sim_run_until(NOW + 10);
    CHECK_EQUAL(ptk_socket_destroy(a), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 10);
    CHECK_EQUAL(ptk_sim_world()->socket_count, 0);
    CHECK_EQUAL(ptk_sim_enter(HOST_B), PTK_ERR_OK);
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, 502);
    ptk_handle_t listener = ptk_socket_create(sim.loops[HOST_B]);
    CHECK_EQUAL(ptk_socket_listen(listener, &any, 1), PTK_ERR_ADDRESS_IN_USE);
    (void)ptk_sim_run_until(NOW + 60000);
    CHECK_EQUAL(ptk_socket_listen(listener, &any, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_world()->segment_count, 0);
    sim_end();
}

const harness_test_t crash_tests[] = {
    {"crash.program_dies", program_dies},
    {"crash.host_crashes", host_crashes},
    {"crash.host_restarts", host_restarts},
    {"crash.loop_of_a_host_that_is_down", loop_of_a_host_that_is_down},
    {"crash.restarts_within_an_instant", restarts_within_an_instant},
    {"crash.ports_are_kept_for_a_minute", ports_are_kept_for_a_minute},
    {NULL, NULL},
};

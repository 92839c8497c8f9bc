/**
 * @file test_world.c
 * @brief Hosts, time, the order of events, and that a seed decides it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

/** @brief The smallest world. */
PTK_SIM_DECLARE_WORLD(tiny, 1, 1, 1, 1, 1);

/** @brief A world, a host, a link, a loop: what cannot be is refused, and changes nothing. */
static void refuses_bad_arguments(void) {
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 0);
    ptk_sim_link_properties_t properties = {.latency_min_us = 2, .latency_max_us = 1};
    ptk_sim_memory_t none = tiny;

    none.socket_limit = 0;
    CHECK_EQUAL(ptk_sim_start(NULL, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_start(&none, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_add_host(&address), PTK_ERR_INVALID_ARGUMENT); /* the address of no interface */
    CHECK_EQUAL(ptk_sim_add_host(&sim.addresses[HOST_A]), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_add_address(7, &address), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_add_link(HOST_A, HOST_B, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_add_link(HOST_A, HOST_A, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_add_link(HOST_A, 7, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_set_link(sim.link, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_set_link(sim.link, &properties), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_cut(1, -1, true), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_cut(sim.link, 2, true), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_enter(2), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_add_loop(sim.loops[HOST_A]), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_add_loop(-1), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_sim_set_fault(PTK_SIM_FAULT_COUNT, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_set_fault(0, 1000001), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_set_drift(HOST_A, -500001), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_crash(5, false), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_restart(HOST_A), PTK_ERR_INVALID_ARGUMENT); /* it is up */
    CHECK_EQUAL(ptk_sim_plan(NULL, 1, NULL, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_world()->host_count, 2);
    CHECK_EQUAL(ptk_sim_world()->link_count, 1);
    sim_end();
}

/** @brief Room for hosts, links and loops is what was declared. */
static void limits(void) {
    ptk_address_t address;

    CHECK(ptk_address_parse("192.0.2.9", 0, &address) == PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_start(&tiny, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_add_host(NULL), 0);
    CHECK_EQUAL(ptk_sim_add_host(&address), PTK_ERR_OUT_OF_MEMORY);
    for (uint8_t i = 0; i < PTK_SIM_HOST_ADDRESSES; i++) {
        address.bytes[3] = (uint8_t)(10 + i);
        CHECK_EQUAL(ptk_sim_add_address(0, &address), PTK_ERR_OK);
    }
    address.bytes[3] = 99;
    CHECK_EQUAL(ptk_sim_add_address(0, &address), PTK_ERR_OUT_OF_MEMORY);
}

/** @brief A day of a timer that expires each second: no wait, the right count, and the clock at the end of the day. */
static void day_passes_at_once(void) {
    sim_counter_t expired = {0};

    CHECK(sim_begin(1, NULL));
    ptk_handle_t timer = ptk_timer_create(sim.loops[HOST_A]);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, sim_count, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 1000), PTK_ERR_OK);
    uint64_t begin = NOW;
    (void)ptk_sim_run_until(begin + 86400000u);
    CHECK_EQUAL(expired.count, 86400);
    CHECK_EQUAL(NOW, begin + 86400000u);
    CHECK(!ptk_sim_run_until_idle(NOW + 5000)); /* the timer goes on */
    CHECK_EQUAL(ptk_timer_stop(timer), PTK_ERR_OK);
    CHECK(ptk_sim_run_until_idle(NOW + 5000));
    sim_end();
}

/** @brief Writes its number into a list. */
static char order[4];
static size_t order_length; /**< @brief How many there are. */

/** @brief An action: notes its letter. @param argument the letter. */
static void note(void *argument) {
    if (order_length < sizeof order) {
        order[order_length++] = *(const char *)argument;
    }
}

/** @brief Actions come at their times, in the order of planning at one time, and can be planned again then. */
static void actions_come_in_order(void) {
    static char letters[3] = {'a', 'b', 'c'};
    ptk_sim_action_t actions[3];

    order_length = 0;
    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_plan(&actions[2], NOW + 20, note, &letters[2]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_plan(&actions[0], NOW + 10, note, &letters[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_plan(&actions[1], NOW + 20, note, &letters[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_plan(&actions[1], NOW + 30, note, &letters[1]), PTK_ERR_INVALID_ARGUMENT);
    (void)ptk_sim_run_until(NOW + 15);
    CHECK_EQUAL(order_length, 1);
    (void)ptk_sim_run_until(NOW + 15);
    CHECK_EQUAL(order_length, 3);
    CHECK(order[0] == 'a' && order[1] == 'c' && order[2] == 'b');
    CHECK_EQUAL(ptk_sim_plan(&actions[1], NOW, note, &letters[1]), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW);
    CHECK_EQUAL(order_length, 4);
    sim_end();
}

/** @brief Clocks drift apart: a timer of a host that gains ten per cent expires earlier in the time of the world. */
static void clocks_drift(void) {
    sim_counter_t expired[2] = {{0}, {0}};

    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_set_drift(HOST_B, 100000), PTK_ERR_OK);
    uint64_t begin = NOW;
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(ptk_sim_enter(i), PTK_ERR_OK);
        ptk_handle_t timer = ptk_timer_create(sim.loops[i]);
        CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, sim_count, &expired[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start(timer, 11000), PTK_ERR_OK);
    }
    (void)ptk_sim_run_until(begin + 20000);
    CHECK_EQUAL(expired[HOST_A].time_ms - begin, 11000);
    CHECK_EQUAL(expired[HOST_B].time_ms - begin, 10000);
    CHECK_EQUAL(expired[HOST_B].count, 1);
    sim_end();
}

/** @brief A frozen host's timer comes late, once the host goes on. */
static void frozen_host(void) {
    sim_counter_t expired = {0};

    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_enter(HOST_A), PTK_ERR_OK);
    ptk_handle_t timer = ptk_timer_create(sim.loops[HOST_A]);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, sim_count, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 10), PTK_ERR_OK);
    uint64_t begin = NOW;
    CHECK_EQUAL(ptk_sim_freeze(HOST_A, begin + 500), PTK_ERR_OK);
    (void)ptk_sim_run_until(begin + 400);
    CHECK_EQUAL(expired.count, 0);
    (void)ptk_sim_run_until(begin + 600);
    CHECK_EQUAL(expired.count, 1);
    CHECK_EQUAL(expired.time_ms, begin + 500);
    sim_end();
}

/** @brief Runs a world with chance in it. @return the hash of its trace. */
static uint64_t hash_of(uint64_t seed) {
    const ptk_sim_link_properties_t properties = {
        .latency_min_us = 1000, .latency_max_us = 90000, .loss_per_million = 200000, .bytes_per_second = 100000};
    ptk_handle_t a;
    ptk_handle_t b;
    size_t sent;

    CHECK_OR_RETURN(sim_begin(seed, &properties), 0);
    CHECK_OR_RETURN(sim_pair(&a, &b), 0);
    for (int i = 0; i < 10; i++) {
        CHECK_OR_RETURN(sim_send(a, 700, &sent) == PTK_ERR_OK, 0);
        (void)ptk_sim_run_until(NOW + 100);
    }
    CHECK_OR_RETURN(ptk_sim_world()->trace_count > 20, 0);
    uint64_t hash = ptk_sim_trace_hash();
    sim_end();
    return hash;
}

/** @brief The same seed gives the same trace, another one another. */
static void seed_decides(void) {
    uint64_t first = hash_of(1);

    CHECK_EQUAL(hash_of(1), first);
    CHECK(hash_of(2) != first);
    CHECK_EQUAL(hash_of(1), first);
}

/** @brief Counts lines. @param argument the counter. @param line a line of the trace. */
static void count_line(void *argument, const char *line) {
    size_t length = 0;
    while (line[length] != 0) {
        length++;
    }
    *(int *)argument += length > 10 && length < PTK_SIM_LINE_SIZE ? 1 : 1000000;
}

/** @brief Each entry of the trace is a line for who wants it. */
static void trace_has_lines(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    int lines = 0;

    CHECK(sim_begin(1, NULL));
    ptk_sim_set_trace(count_line, &lines);
    CHECK(sim_pair(&a, &b));
    CHECK(lines > 0);
    CHECK_EQUAL(lines, ptk_sim_world()->trace_count);
    ptk_sim_set_trace(NULL, NULL);
    sim_end();
}

/** @brief What is started and raised between two runs, by no handler, is delivered in time. */
static void calls_between_runs(void) {
    sim_counter_t expired = {0};
    sim_counter_t raised = {0};

    CHECK(sim_begin(1, NULL));
    ptk_handle_t timer = ptk_timer_create(sim.loops[HOST_A]);
    ptk_handle_t source = ptk_user_event_source_create(sim.loops[HOST_A]);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, sim_count, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, sim_count, &raised), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_enter(HOST_A), PTK_ERR_OK);
    for (int i = 1; i <= 3; i++) {
        uint64_t begin_ms = NOW;
        CHECK_EQUAL(ptk_timer_start(timer, 30), PTK_ERR_OK);
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
        (void)ptk_sim_run_until(begin_ms + 100);
        CHECK_EQUAL(expired.count, i);
        CHECK_EQUAL(expired.time_ms, begin_ms + 30);
        CHECK_EQUAL(raised.count, i);
        CHECK_EQUAL(raised.time_ms, begin_ms);
    }
    sim_end();
}

const harness_test_t world_tests[] = {
    {"world.refuses_bad_arguments", refuses_bad_arguments},
    {"world.limits", limits},
    {"world.day_passes_at_once", day_passes_at_once},
    {"world.actions_come_in_order", actions_come_in_order},
    {"world.calls_between_runs", calls_between_runs},
    {"world.clocks_drift", clocks_drift},
    {"world.frozen_host", frozen_host},
    {"world.seed_decides", seed_decides},
    {"world.trace_has_lines", trace_has_lines},
    {NULL, NULL},
};

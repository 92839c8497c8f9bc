/**
 * @file test_loop.c
 * @brief Event loops: create, run, wake, destroy.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(own_slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(own_pools, 2, 2, 2);

/** @brief Bad arguments of create are refused. */
static void create_refuses_bad_arguments(void) {
    ptk_event_loop_resources_t pools = own_pools;

    CHECK_EQUAL(ptk_event_loop_create(NULL, 2, &own_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 0, &own_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 257, &own_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(own_slots, UINT32_MAX, &own_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, NULL), PTK_ERR_INVALID_ARGUMENT);
    pools.timers = NULL;
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &pools), PTK_ERR_INVALID_ARGUMENT);
    pools = own_pools;
    pools.sockets = NULL;
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &pools), PTK_ERR_INVALID_ARGUMENT);
    pools = own_pools;
    pools.user_event_sources = NULL;
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &pools), PTK_ERR_INVALID_ARGUMENT);
    pools = own_pools;
    pools.num_timers = 0x10000000u;
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &pools), PTK_ERR_INVALID_ARGUMENT);
    /* Nothing was lost: both slots are still there. */
    pools = own_pools;
    for (uint32_t i = 0; i < 3; i++) {
        const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, &pools);

        CHECK(loop > 0);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    }
}

/** @brief A loop needs no pools. */
static void pools_may_be_missing(void) {
    const ptk_event_loop_resources_t none = {NULL, 0, NULL, 0, NULL, 0};
    const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, &none);

    CHECK(loop > 0);
    CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_event_loop_wake(loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Whether a loop can be created with pools. */
static bool fits(const ptk_event_loop_resources_t *pools) {
    const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, pools);

    if (loop > 0) {
        (void)ptk_event_loop_destroy(loop);
    }
    return loop != PTK_ERR_INVALID_ARGUMENT;
}

/** @brief Counts are as wide as memory is: none is cut to the low half of its bits. */
static void counts_are_not_cut(void) {
    static const size_t beyond[] = {0x10000000u, UINT32_MAX, SIZE_MAX, SIZE_MAX / 2 + 2, SIZE_MAX / 0xFFFFFFFFu * 2};
    ptk_event_loop_resources_t pools = own_pools;

    CHECK(fits(&pools));
    for (uint32_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
        const size_t count = beyond[i] < 0x10000000u ? SIZE_MAX : beyond[i]; /* the last is 2^33 + 2, or 2 */

        pools.num_timers = count;
        CHECK(!fits(&pools));
        pools = own_pools;
        pools.num_sockets = count;
        CHECK(!fits(&pools));
        pools = own_pools;
        pools.num_user_event_sources = count;
        CHECK(!fits(&pools));
        pools = own_pools;
        CHECK_EQUAL(ptk_event_loop_create(own_slots, count, &pools), PTK_ERR_INVALID_ARGUMENT);
    }
}

/** @brief The slot has the application's own struct, and forgets it with the loop. */
static void slot_has_handle_resources_and_last_error(void) {
    static ptk_timer_internal_t timers[4];
    ptk_event_loop_resources_t larger = own_pools;
    ptk_event_loop_resources_t too_small = own_pools;
    const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, &own_pools);
    const ptk_event_loop_slot_t *slot = &own_slots[own_slots[0].handle == loop ? 0 : 1];

    CHECK_EQUAL(slot->handle, loop);
    CHECK(slot->resources == &own_pools);
    CHECK_EQUAL(slot->last_error, PTK_ERR_OK);
    CHECK(ptk_timer_create(loop) > 0);
    too_small.num_timers = 0;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &too_small), PTK_ERR_OUT_OF_MEMORY);
    CHECK(slot->resources == &own_pools);
    CHECK_EQUAL(slot->last_error, PTK_ERR_OUT_OF_MEMORY);
    memset(timers, 0, sizeof(timers));
    larger.timers = timers;
    larger.num_timers = 4;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &larger), PTK_ERR_OK);
    CHECK(slot->resources == &larger);
    CHECK_EQUAL(slot->resources->num_timers, 4);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK(slot->resources == NULL);
}

/** @brief The slot of a destroyed loop can be used again. */
static void slots_run_out_and_come_back(void) {
    const ptk_event_loop_resources_t none = {NULL, 0, NULL, 0, NULL, 0};
    const ptk_handle_t first = ptk_event_loop_create(own_slots, 2, &none);
    const ptk_handle_t second = ptk_event_loop_create(own_slots, 2, &none);

    CHECK(first > 0 && second > 0 && first != second);
    CHECK(PTK_HANDLE_EVENT_LOOP_ID(first) != PTK_HANDLE_EVENT_LOOP_ID(second));
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &none), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_event_loop_destroy(first), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(first), PTK_ERR_INVALID_HANDLE);
    ptk_handle_t third = ptk_event_loop_create(own_slots, 2, &none);
    CHECK(third > 0 && third != first);
    CHECK_EQUAL(PTK_HANDLE_EVENT_LOOP_ID(third), PTK_HANDLE_EVENT_LOOP_ID(first));
    CHECK_EQUAL(ptk_event_loop_run_for(first, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_run_for(second, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(third, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(second), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(third), PTK_ERR_OK);
}

/** @brief Two loops cannot share pools. */
static void pools_in_use_are_refused(void) {
    static ptk_timer_internal_t not_zeroed[1];
    ptk_event_loop_resources_t pools = {not_zeroed, 1, NULL, 0, NULL, 0};
    const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, &own_pools);

    CHECK(ptk_timer_create(loop) > 0);
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &own_pools), PTK_ERR_BUSY);
    memset(not_zeroed, 0x11, sizeof(not_zeroed));
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &pools), PTK_ERR_BUSY);
    memset(not_zeroed, 0, sizeof(not_zeroed));
    pools.num_timers = 1;
    {
        const ptk_handle_t other = ptk_event_loop_create(own_slots, 2, &pools);

        CHECK(other > 0);
        CHECK_EQUAL(ptk_event_loop_destroy(other), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief That holds for a loop without resources, too. */
static void pools_of_an_empty_loop_are_in_use_too(void) {
    const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, &own_pools);

    CHECK(loop > 0);
    CHECK_EQUAL(ptk_event_loop_create(own_slots, 2, &own_pools), PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief After destroy every handle of the loop is invalid. */
static void destroy_makes_everything_stale(void) {
    ptk_handle_t timer;
    ptk_handle_t source;
    ptk_handle_t socket;

    for (uint32_t round = 0; round < 5; round++) {
        const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, &own_pools);

        CHECK(loop > 0);
        if (round > 0) {
            CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_INVALID_HANDLE);
            CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_INVALID_HANDLE);
            CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_INVALID_HANDLE);
        }
        timer = ptk_timer_create(loop);
        source = ptk_user_event_source_create(loop);
        socket = ptk_socket_create(loop);
        CHECK(timer > 0 && source > 0 && socket > 0);
        CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_INVALID_HANDLE);
    }
}

/** @brief Destroy closes the sockets and calls no handler. */
static void destroy_closes_sockets_and_calls_no_handler(void) {
    ptk_address_t address;
    support_record_t record = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open_two());
    CHECK(support_pair(support_other, PTK_ADDRESS_IPV4, &client, &server));
    ptk_handle_t listener = support_listen(support_other, PTK_ADDRESS_IPV4, 1, &address);
    CHECK(listener > 0);
    for (ptk_event_t event = PTK_EVENT_CONNECTED; event <= PTK_EVENT_ERROR; event++) {
        CHECK_EQUAL(ptk_set_event_handler(server, event, support_record, &record), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(support_other), PTK_ERR_OK);
    support_other = 0;
    CHECK_EQUAL(record.count, 0);
    {
        uint8_t memory[8];
        ptk_buf_t buf;

        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        CHECK_EQUAL(support_receive(client, &buf), PTK_ERR_CLOSED);
    }
    /* The port is free again. */
    ptk_address_t same = address;
    listener = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_listen(listener, &same, 1), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A loop with nothing to do waits. */
static void idle_run_waits(void) {
    const uint32_t passes = 10;

    CHECK(support_open());
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    uint64_t start = ptk_clock_now_ms();
    for (uint32_t pass = 0; pass < passes; pass++) {
        CHECK_EQUAL(ptk_event_loop_run(support_loop), PTK_ERR_OK);
    }
    CHECK(ptk_clock_now_ms() - start >= passes * PTK_EVENT_LOOP_MAX_WAIT_MS);
    CHECK(support_close());
}

/** @brief The bound has 64 bits; the timer, not the bound, ends each of these waits. What cannot be counted is no
 *  bound. */
static void bound_has_64_bits(void) {
    static const uint64_t bounds_ms[] = {(uint64_t)1 << 32, ((uint64_t)1 << 32) + 5, ((uint64_t)3 << 40) + 1,
                                         PTK_TIME_MAX_MS, PTK_WAIT_FOREVER};
    support_record_t record = {0};
    ptk_event_loop_stats_t before;
    ptk_event_loop_stats_t after;

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &record), PTK_ERR_OK);
    for (uint32_t i = 0; i < sizeof(bounds_ms) / sizeof(bounds_ms[0]); i++) {
        const uint64_t start = ptk_clock_now_ms();

        CHECK_EQUAL(ptk_timer_start(timer, 40), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, bounds_ms[i]), PTK_ERR_OK);
        CHECK(ptk_clock_now_ms() - start >= 35);
        CHECK(support_run_until(&record.count, i + 1));
    }
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &before), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_TIME_MAX_MS + 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, UINT64_MAX - 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_run_for(timer, UINT64_MAX - 1), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &after), PTK_ERR_OK);
    CHECK_EQUAL(after.passes, before.passes);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A wake-up before the wait ends it. */
static void wake_ends_the_next_wait(void) {
    support_record_t guard = {0};
    ptk_event_loop_stats_t stats;

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &guard), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, SUPPORT_LIMIT_MS), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_wake(support_loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_wake(support_loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    CHECK_EQUAL(guard.count, 0);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK(stats.wakeups <= 2);
    /* It is used up: the next pass waits. */
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(support_close());
}

/** @brief What calls returned within a handler. */
static ptk_err_t nested_results[4];

/** @brief Handler: runs and destroys its own loop. */
static void run_own_loop(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
    nested_results[0] = ptk_event_loop_run(support_loop);
    nested_results[1] = ptk_event_loop_run_for(support_loop, 0);
    nested_results[2] = ptk_event_loop_run_for(support_other, 0);
    nested_results[3] = ptk_event_loop_wake(support_loop);
}

/** @brief A loop cannot be run from its own handler. */
static void running_from_a_handler(void) {
    CHECK(support_open_two());
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, run_own_loop, NULL), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    memset(nested_results, 1, sizeof(nested_results));
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(nested_results[0], PTK_ERR_BUSY);
    CHECK_EQUAL(nested_results[1], PTK_ERR_BUSY);
    CHECK_EQUAL(nested_results[2], PTK_ERR_OK);
    CHECK_EQUAL(nested_results[3], PTK_ERR_OK);
    /* The refusals did not disturb the loop. */
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Handler: destroys loops. */
static void destroy_loops(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_event_loop_resources_t *pools = user_data;

    (void)resource;
    (void)event;
    (void)data;
    nested_results[0] = ptk_event_loop_destroy(support_loop);
    nested_results[1] = ptk_event_loop_destroy(support_other);
    nested_results[2] = ptk_event_loop_run_for(support_loop, 0);
    /* Slot and pools can be used again at once, while the pass that called this is still on its way out. */
    support_loop = ptk_event_loop_create(support_slots, 2, pools);
    nested_results[3] = ptk_timer_create(support_loop) > 0 ? PTK_ERR_OK : PTK_ERR_SYSTEM;
}

/** @brief A handler can destroy its own loop. */
static void handler_destroys_its_loop(void) {
    support_record_t after = {0};

    CHECK(support_open_two());
    ptk_handle_t first = support_loop;
    ptk_handle_t source = ptk_user_event_source_create(support_loop);
    ptk_handle_t last = ptk_user_event_source_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(source, 1, destroy_loops, &support_resources[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(last, 1, support_record, &after), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), SUPPORT_NTH_RAISE(2));
    CHECK_EQUAL(ptk_raise_event(last, 1, 0), PTK_ERR_OK);
    memset(nested_results, 1, sizeof(nested_results));
    CHECK_EQUAL(ptk_event_loop_run_for(first, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(nested_results[0], PTK_ERR_OK);
    CHECK_EQUAL(nested_results[1], PTK_ERR_OK);
    CHECK_EQUAL(nested_results[2], PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(nested_results[3], PTK_ERR_OK);
    CHECK_EQUAL(after.count, 0);
    support_other = 0;
    CHECK(support_loop > 0 && support_loop != first);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(after.count, 0);
    CHECK(support_close());
}

/** @brief Without a child process, too, it ends a loop, and its slot and its pools are free again. tests/unix has the
 *  child. */
static void abandon_makes_everything_stale(void) {
    ptk_address_t address;

    CHECK_EQUAL(ptk_event_loop_abandon(0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_abandon(-1), PTK_ERR_INVALID_HANDLE);
    for (uint32_t i = 0; i < 3; i++) {
        const ptk_handle_t loop = ptk_event_loop_create(own_slots, 2, &own_pools);
        const ptk_handle_t timer = ptk_timer_create(loop);
        const ptk_handle_t listener = support_listen(loop, PTK_ADDRESS_IPV4, 1, &address);
        const ptk_handle_t source = ptk_user_event_source_create(loop);

        CHECK(loop > 0 && timer > 0 && listener > 0 && source > 0);
        CHECK_EQUAL(ptk_event_loop_abandon(timer), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_event_loop_abandon(loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_abandon(loop), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_socket_destroy(listener), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_event_loop_wake(loop), PTK_ERR_INVALID_HANDLE);
    }
}

/** @brief Bad arguments of threads are refused. */
static void threads_refuse_bad_arguments(void) {
    static ptk_thread_t thread;
    uint8_t *const stack = conformance_scratch.bytes;
    const size_t size = sizeof(conformance_scratch.bytes);

    CHECK(support_open());
    CHECK_EQUAL(ptk_event_loop_thread_start(support_loop, NULL, stack, size), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_thread_start(support_loop, &thread, NULL, size), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_thread_start(support_loop, &thread, stack, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_thread_stop(NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_thread_stop(&thread), PTK_ERR_INVALID_STATE);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK(support_close());
}

const harness_test_t loop_tests[] = {
    {"loop.create_refuses_bad_arguments", create_refuses_bad_arguments},
    {"loop.pools_may_be_missing", pools_may_be_missing},
    {"loop.counts_are_not_cut", counts_are_not_cut},
    {"loop.slot_has_handle_resources_and_last_error", slot_has_handle_resources_and_last_error},
    {"loop.slots_run_out_and_come_back", slots_run_out_and_come_back},
    {"loop.pools_in_use_are_refused", pools_in_use_are_refused},
    {"loop.pools_of_an_empty_loop_are_in_use_too", pools_of_an_empty_loop_are_in_use_too},
    {"loop.destroy_makes_everything_stale", destroy_makes_everything_stale},
    {"loop.destroy_closes_sockets_and_calls_no_handler", destroy_closes_sockets_and_calls_no_handler},
    {"loop.idle_run_waits", idle_run_waits},
    {"loop.bound_has_64_bits", bound_has_64_bits},
    {"loop.wake_ends_the_next_wait", wake_ends_the_next_wait},
    {"loop.running_from_a_handler", running_from_a_handler},
    {"loop.handler_destroys_its_loop", handler_destroys_its_loop},
    {"loop.abandon_makes_everything_stale", abandon_makes_everything_stale},
    {"loop.threads_refuse_bad_arguments", threads_refuse_bad_arguments},
    {NULL, NULL},
};

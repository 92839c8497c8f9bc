/**
 * @file test_resize.c
 * @brief Moving a loop to other pools.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(small_pools, 3, 3, 3);
PTK_DECLARE_EVENT_LOOP_RESOURCES(large_pools, 11, 13, 7);
PTK_DECLARE_EVENT_LOOP_RESOURCES(tiny_pools, 1, 1, 1);

/** @brief Declared pools are zeroed at first only; each test begins with fresh ones. */
static void zero_pools(const ptk_event_loop_resources_t *pools) {
    memset(pools->timers, 0, pools->num_timers * sizeof(pools->timers[0]));
    memset(pools->sockets, 0, pools->num_sockets * sizeof(pools->sockets[0]));
    memset(pools->user_event_sources, 0, pools->num_user_event_sources * sizeof(pools->user_event_sources[0]));
}

/** @brief What the application may do with arrays that it got back. */
static void scribble_over(const ptk_event_loop_resources_t *pools) {
    memset(pools->timers, 0xA5, pools->num_timers * sizeof(pools->timers[0]));
    memset(pools->sockets, 0xA5, pools->num_sockets * sizeof(pools->sockets[0]));
    memset(pools->user_event_sources, 0xA5, pools->num_user_event_sources * sizeof(pools->user_event_sources[0]));
}

/** @brief Creates a loop in fresh pools. Returns its handle. */
static ptk_handle_t open_loop(const ptk_event_loop_resources_t *pools) {
    (void)ptk_event_loop_destroy(slots[0].handle);
    (void)ptk_event_loop_destroy(slots[1].handle);
    zero_pools(&small_pools);
    zero_pools(&large_pools);
    zero_pools(&tiny_pools);
    return ptk_event_loop_create(slots, 2, pools);
}

/** @brief Runs a loop until a counter reaches a value. Returns whether it did. */
static bool run_until(ptk_handle_t loop, const uint32_t *counter, uint32_t wanted) {
    const uint64_t start = ptk_clock_now_ms();

    while (*counter < wanted && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK_OR_RETURN(ptk_event_loop_run(loop) == PTK_ERR_OK, false);
    }
    return *counter >= wanted;
}

/** @brief Every resource, with its handlers and events, survives a move. */
static void everything_survives(void) {
    const ptk_handle_t loop = open_loop(&small_pools);
    const ptk_handle_t timer = ptk_timer_create(loop);
    const ptk_handle_t source = ptk_user_event_source_create(loop);
    const ptk_handle_t other = ptk_user_event_source_create(loop);
    const ptk_handle_t stopped = ptk_timer_create(loop);
    const uint32_t raises = PTK_USER_EVENT_QUEUE_SIZE < 3 ? PTK_USER_EVENT_QUEUE_SIZE : 3;
    support_record_t expired = {0};
    support_record_t raised = {0};
    support_record_t late = {0};

    CHECK(loop > 0 && timer > 0 && source > 0 && other > 0 && stopped > 0);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 5), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(source, 16, support_record, &raised), PTK_ERR_OK);
    for (uintptr_t data = 1; data <= raises; data++) {
        CHECK_EQUAL(ptk_raise_event(source, 16, data), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_raise_event(other, 2049, 9), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &large_pools), PTK_ERR_OK);
    scribble_over(&small_pools);
    CHECK(run_until(loop, &raised.count, raises));
    CHECK_EQUAL(raised.data, raises);
    CHECK(run_until(loop, &expired.count, 2));
    /* What was raised without a handler before is delivered when the handler comes after. */
    CHECK_EQUAL(ptk_set_event_handler(other, 2049, support_record, &late), PTK_ERR_OK);
    CHECK(run_until(loop, &late.count, 1));
    CHECK_EQUAL(late.data, 9);
    CHECK_EQUAL(ptk_timer_start(stopped, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The additional slots can be used. */
static void new_slots_can_be_used(void) {
    const ptk_handle_t loop = open_loop(&small_pools);
    ptk_handle_t timers[11];

    for (uint32_t i = 0; i < 3; i++) {
        timers[i] = ptk_timer_create(loop);
        CHECK(timers[i] > 0);
    }
    CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &large_pools), PTK_ERR_OK);
    for (uint32_t i = 3; i < 11; i++) {
        timers[i] = ptk_timer_create(loop);
        CHECK(timers[i] > 0);
    }
    CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
    for (uint32_t i = 0; i < 11; i++) {
        for (uint32_t j = 0; j < i; j++) {
            CHECK(timers[i] != timers[j]);
        }
        CHECK_EQUAL(ptk_timer_stop(timers[i]), PTK_ERR_OK);
    }
    for (uint32_t i = 0; i < 11; i++) {
        CHECK_EQUAL(ptk_timer_destroy(timers[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_destroy(timers[i]), PTK_ERR_INVALID_HANDLE);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief A pool can shrink to what is in use, and no further. */
static void shrinking_to_what_is_in_use(void) {
    const ptk_handle_t loop = open_loop(&large_pools);
    ptk_handle_t timers[11];
    ptk_event_loop_stats_t stats;

    for (uint32_t i = 0; i < 11; i++) {
        timers[i] = ptk_timer_create(loop);
    }
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &small_pools), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_event_loop_get_stats(loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.timers.capacity, 11);
    CHECK_EQUAL(stats.timers.in_use, 11);
    for (uint32_t i = 0; i < 11; i++) {
        CHECK_EQUAL(ptk_timer_stop(timers[i]), PTK_ERR_OK);
        if (i != 2 && i != 5 && i != 10) {
            CHECK_EQUAL(ptk_timer_destroy(timers[i]), PTK_ERR_OK);
        }
    }
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &small_pools), PTK_ERR_OK);
    scribble_over(&large_pools);
    CHECK_EQUAL(ptk_event_loop_get_stats(loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.timers.capacity, 3);
    CHECK_EQUAL(stats.timers.in_use, 3);
    CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
    for (uint32_t i = 0; i < 11; i++) {
        CHECK_EQUAL(ptk_timer_destroy(timers[i]), i == 2 || i == 5 || i == 10 ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE);
    }
    CHECK(ptk_timer_create(loop) > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Bad pools are refused, and the loop stays where it is. */
static void bad_pools_change_nothing(void) {
    const ptk_handle_t loop = open_loop(&small_pools);
    const ptk_handle_t other = ptk_event_loop_create(slots, 2, &large_pools);
    const ptk_handle_t timer = ptk_timer_create(loop);
    ptk_event_loop_stats_t stats;

    CHECK(loop > 0 && other > 0 && timer > 0);
    CHECK(ptk_timer_create(other) > 0);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, NULL), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &large_pools), PTK_ERR_BUSY);
    ptk_event_loop_resources_t pools = tiny_pools;
    pools.timers = NULL;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), PTK_ERR_INVALID_ARGUMENT);
    pools = tiny_pools;
    pools.num_sockets = 0x10000000u;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), PTK_ERR_INVALID_ARGUMENT);
    /* Overlap with the present pools: one element on, and the same array with another count. */
    pools = small_pools;
    pools.timers = small_pools.timers + 1;
    pools.num_timers = 2;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), PTK_ERR_INVALID_ARGUMENT);
    pools = small_pools;
    pools.num_user_event_sources = 2;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_get_stats(loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.timers.capacity, 3);
    CHECK_EQUAL(stats.sockets.capacity, 3);
    CHECK_EQUAL(stats.user_event_sources.capacity, 3);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run(loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Pools of different kinds in the same memory: a slip in pools that were filled in by hand. */
static union {
    ptk_timer_internal_t timers[16];
    ptk_socket_internal_t sockets[3];
    ptk_user_event_source_internal_t sources[3];
    ptk_event_loop_slot_t loops[2];
} shared;

/** @brief New pools must not overlap the old ones. */
static void pools_that_share_memory(void) {
    const ptk_event_loop_resources_t in_pairs[] = {
        {shared.timers, 1, shared.sockets, 1, NULL, 0},
        {shared.timers, 1, NULL, 0, shared.sources, 1},
        {NULL, 0, shared.sockets, 3, shared.sources, 3},
        {shared.timers + 2, 1, shared.sockets, 3, NULL, 0},
    };
    const ptk_event_loop_resources_t timers_alone = {shared.timers, 1, NULL, 0, NULL, 0};
    const ptk_event_loop_resources_t with_sockets = {small_pools.timers, 3, shared.sockets, 3, NULL, 0};
    const ptk_event_loop_resources_t over_sockets = {shared.timers + 1, 1, shared.sockets, 3, NULL, 0};
    const ptk_event_loop_resources_t in_slots = {(ptk_timer_internal_t *)(void *)slots, 1, NULL, 0, NULL, 0};
    ptk_handle_t loop = open_loop(&small_pools);

    memset(&shared, 0, sizeof(shared));
    for (uint32_t i = 0; i < sizeof(in_pairs) / sizeof(in_pairs[0]); i++) {
        CHECK_EQUAL(ptk_event_loop_create(slots, 2, &in_pairs[i]), PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &in_pairs[i]), PTK_ERR_INVALID_ARGUMENT);
    }
    /* The arrays of loop slots. */
    CHECK_EQUAL(ptk_event_loop_create(slots, 2, &in_slots), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &in_slots), PTK_ERR_INVALID_ARGUMENT);
    /* What the loop has, of another kind, even if that would be given up. */
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &with_sockets), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &over_sockets), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &timers_alone), PTK_ERR_INVALID_ARGUMENT);
    /* What another loop has, of another kind, and as a new array of slots. */
    CHECK_EQUAL(ptk_event_loop_create(slots, 2, &timers_alone), PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_event_loop_create(shared.loops, 1, &tiny_pools), PTK_ERR_INVALID_ARGUMENT);
    ptk_handle_t other = ptk_event_loop_create(slots, 2, &tiny_pools);
    CHECK(other > 0);
    CHECK_EQUAL(ptk_event_loop_resize_resources(other, &timers_alone), PTK_ERR_BUSY);
    CHECK(ptk_socket_create(loop) > 0);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    /* It is free now. */
    CHECK_EQUAL(ptk_event_loop_resize_resources(other, &timers_alone), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(other), PTK_ERR_OK);
}

/** @brief An array that would not end within the address space. */
static void pools_without_an_end(void) {
    ptk_event_loop_resources_t pools = {NULL, 1, NULL, 0, NULL, 0};
    const ptk_handle_t loop = open_loop(&small_pools);

    pools.timers = (ptk_timer_internal_t *)(UINTPTR_MAX - sizeof(ptk_timer_internal_t) / 16 * 8 + 1);
    CHECK_EQUAL(ptk_event_loop_create(slots, 2, &pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief One pool can be moved and the others kept. */
static void one_pool_alone(void) {
    const ptk_handle_t loop = open_loop(&small_pools);
    const ptk_handle_t source = ptk_user_event_source_create(loop);
    ptk_event_loop_resources_t pools = small_pools;
    support_record_t record = {0};

    CHECK_EQUAL(ptk_set_event_handler(source, 1, support_record, &record), PTK_ERR_OK);
    /* All the same: nothing happens. */
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 5), PTK_ERR_OK);
    pools.timers = large_pools.timers;
    pools.num_timers = large_pools.num_timers;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &pools), PTK_ERR_OK);
    for (uint32_t i = 0; i < 11; i++) {
        CHECK(ptk_timer_create(loop) > 0);
    }
    CHECK(run_until(loop, &record.count, 1));
    CHECK_EQUAL(record.data, 5);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief An empty loop can move to no pools and back. */
static void to_no_pools_and_back(void) {
    const ptk_event_loop_resources_t none = {NULL, 0, NULL, 0, NULL, 0};
    const ptk_handle_t loop = open_loop(&small_pools);
    const ptk_handle_t timer = ptk_timer_create(loop);

    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &none), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &none), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_event_loop_run(loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &small_pools), PTK_ERR_OK);
    CHECK(ptk_timer_create(loop) > 0);
    CHECK_EQUAL(ptk_timer_stop(timer), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief What a handler that resizes got. */
typedef struct resizer {
    ptk_handle_t loop;
    ptk_err_t result;
    uint32_t calls;
} resizer_t;

/** @brief Handler: moves its loop. */
static void resize_in_handler(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    resizer_t *resizer = user_data;

    (void)resource;
    (void)event;
    (void)data;
    resizer->calls++;
    resizer->result = ptk_event_loop_resize_resources(resizer->loop, &large_pools);
    scribble_over(&small_pools);
}

/** @brief The handler that resizes stands among others of the same batch; each of them is still called, once. */
static void resize_among_others(void) {
    for (uint32_t position = 0; position < 3; position++) {
        resizer_t resizer = {open_loop(&small_pools), PTK_ERR_SYSTEM, 0};
        ptk_handle_t sources[3];
        support_record_t records[3] = {{0}, {0}, {0}};

        for (uint32_t i = 0; i < 3; i++) {
            sources[i] = ptk_user_event_source_create(resizer.loop);
            CHECK(sources[i] > 0);
            CHECK_EQUAL(ptk_set_event_handler(sources[i], 1, i == position ? resize_in_handler : support_record,
                                              i == position ? (void *)&resizer : (void *)&records[i]),
                        PTK_ERR_OK);
            CHECK_EQUAL(ptk_raise_event(sources[i], 1, i), PTK_ERR_OK);
        }
        for (uint32_t pass = 0; pass < 5; pass++) {
            CHECK_EQUAL(ptk_event_loop_run_for(resizer.loop, 0), PTK_ERR_OK);
        }
        CHECK_EQUAL(resizer.calls, 1);
        CHECK_EQUAL(resizer.result, PTK_ERR_OK);
        for (uint32_t i = 0; i < 3; i++) {
            CHECK_EQUAL(records[i].count, i == position ? 0 : 1);
        }
        CHECK_EQUAL(ptk_event_loop_destroy(resizer.loop), PTK_ERR_OK);
    }
}

/** @brief What a handler saw of the order of events. */
typedef struct order {
    resizer_t resizer;
    uint32_t count;
    ptk_handle_t sources[16];
} order_t;

/** @brief Handler: notes the order, and moves the loop at the first event. */
static void note_order(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    order_t *order = user_data;

    if (order->count == 0) {
        resize_in_handler(resource, event, data, &order->resizer);
    }
    if (order->count < 16) {
        order->sources[order->count++] = resource;
    }
}

/** @brief What the rest of the pass delivers, and in which order, is the same as without a resize. So is what was
 *  raised meanwhile. */
static void order_is_kept(void) {
    order_t order = {{open_loop(&small_pools), PTK_ERR_SYSTEM, 0}, 0, {0}};
    ptk_handle_t sources[3];

    for (uint32_t i = 0; i < 3; i++) {
        sources[i] = ptk_user_event_source_create(order.resizer.loop);
        CHECK_EQUAL(ptk_set_event_handler(sources[i], 1, note_order, &order), PTK_ERR_OK);
    }
    for (uint32_t i = 3; i-- > 0;) {
        CHECK_EQUAL(ptk_raise_event(sources[i], 1, 0), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_event_loop_run_for(order.resizer.loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(order.resizer.result, PTK_ERR_OK);
    CHECK_EQUAL(order.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(order.sources[i], sources[2 - i]);
    }
    /* Raised, not looked at, and moved back. */
    zero_pools(&small_pools);
    CHECK_EQUAL(ptk_raise_event(sources[1], 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(sources[2], 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(sources[0], 1, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_resize_resources(order.resizer.loop, &small_pools), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(order.resizer.loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(order.count, 6);
    CHECK(order.sources[3] == sources[1] && order.sources[4] == sources[2] && order.sources[5] == sources[0]);
    CHECK_EQUAL(ptk_event_loop_destroy(order.resizer.loop), PTK_ERR_OK);
}

/** @brief Slots that were queued and are freed by then do not move; those that take their places are not delivered
 *  for them. */
static void queued_slots_that_are_free(void) {
    const ptk_handle_t loop = open_loop(&small_pools);
    ptk_handle_t sources[3];
    support_record_t records[3] = {{0}, {0}, {0}};

    for (uint32_t i = 0; i < 3; i++) {
        sources[i] = ptk_user_event_source_create(loop);
        CHECK_EQUAL(ptk_raise_event(sources[i], 1, 0), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) { /* each handler queues its source */
        CHECK_EQUAL(ptk_set_event_handler(sources[i], 1, support_record, &records[i]), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_user_event_source_destroy(sources[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_user_event_source_destroy(sources[2]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &tiny_pools), PTK_ERR_OK);
    scribble_over(&small_pools);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK(records[0].count == 0 && records[1].count == 1 && records[2].count == 0);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(records[1].count, 1);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief What is left of a handle in a free slot names nothing, also where slots have to be searched for. */
static void handle_without_an_id(void) {
    const ptk_handle_t loop = open_loop(&large_pools);
    ptk_handle_t timers[4];

    for (uint32_t i = 0; i < 4; i++) {
        timers[i] = ptk_timer_create(loop);
        CHECK(timers[i] > 0);
    }
    CHECK_EQUAL(ptk_timer_destroy(timers[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_destroy(timers[2]), PTK_ERR_OK);
    /* By their IDs the first and the last one have the same place in a pool of three: one is moved elsewhere. */
    CHECK_EQUAL((PTK_HANDLE_ID(timers[3]) - PTK_HANDLE_ID(timers[0])) % 3, 0);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &small_pools), PTK_ERR_OK);
    CHECK(ptk_handle_is_valid(timers[0]) && ptk_handle_is_valid(timers[3]));
    CHECK_EQUAL(ptk_timer_destroy(timers[0]), PTK_ERR_OK);
    CHECK(!ptk_handle_is_valid(timers[0] & UINT32_MAX));
    CHECK_EQUAL(ptk_timer_destroy(timers[0] & UINT32_MAX), PTK_ERR_INVALID_HANDLE);
    CHECK(ptk_handle_is_valid(timers[3]));
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Back and forth between two pairs of arrays: no handle comes twice, though each slot counts its IDs by
 *  itself. */
static void handles_differ_in_all_pools(void) {
    static ptk_handle_t known[11 * CONFORMANCE_RESIZES + 1];
    const ptk_handle_t loop = open_loop(&small_pools);
    ptk_handle_t kept = ptk_timer_create(loop);
    uint32_t count = 0;

    known[count++] = kept;
    for (uint32_t round = 0; round < CONFORMANCE_RESIZES; round++) {
        for (uint32_t use = 0; use < 11; use++) {
            const ptk_handle_t timer = ptk_timer_create(loop);

            CHECK(timer > 0);
            known[count++] = timer;
            /* One lives on, so that it moves; now and then it is another one. */
            CHECK_EQUAL(ptk_timer_destroy(use == round % 13 ? kept : timer), PTK_ERR_OK);
            kept = use == round % 13 ? timer : kept;
        }
        CHECK_EQUAL(ptk_event_loop_resize_resources(loop, round % 2 == 0 ? &large_pools : &small_pools), PTK_ERR_OK);
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            CHECK(known[i] != known[j] && PTK_HANDLE_ID(known[i]) != PTK_HANDLE_ID(known[j]));
        }
        CHECK_EQUAL(ptk_timer_stop(known[i]), known[i] == kept ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Timers that are due survive a move in a timer's handler. */
static void resize_in_timer_handler(void) {
    resizer_t resizer = {open_loop(&small_pools), PTK_ERR_SYSTEM, 0};
    ptk_handle_t timers[3];
    support_record_t records[3] = {{0}, {0}, {0}};

    for (uint32_t i = 0; i < 3; i++) {
        timers[i] = ptk_timer_create(resizer.loop);
        CHECK_EQUAL(ptk_set_event_handler(timers[i], PTK_EVENT_EXPIRED, i == 0 ? resize_in_handler : support_record,
                                          i == 0 ? (void *)&resizer : (void *)&records[i]),
                    PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start(timers[i], i + 1), PTK_ERR_OK);
    }
    /* All three are due in one pass. */
    support_stand_still_until(ptk_clock_now_ms() + 6);
    CHECK(run_until(resizer.loop, &records[2].count, 1));
    CHECK_EQUAL(records[1].count, 1);
    CHECK_EQUAL(resizer.calls, 1);
    CHECK_EQUAL(resizer.result, PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(resizer.loop), PTK_ERR_OK);
}

/** @brief Connections survive a move. */
static void connections_survive(void) {
    enum { MORE = CONFORMANCE_SIZE(32, SUPPORT_SOCKETS + 2) };
    static ptk_socket_internal_t more_sockets[MORE];
    ptk_handle_t client;
    ptk_handle_t server;

    memset(more_sockets, 0, sizeof(more_sockets));
    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_send_text(client, "before"));
    ptk_event_loop_resources_t pools = support_resources[0];
    pools.sockets = more_sockets;
    pools.num_sockets = MORE;
    CHECK_EQUAL(ptk_event_loop_resize_resources(support_loop, &pools), PTK_ERR_OK);
    memset(support_resources[0].sockets, 0xA5, SUPPORT_SOCKETS * sizeof(support_resources[0].sockets[0]));
    CHECK(support_expect_text(server, "before"));
    CHECK(support_send_text(server, "and after"));
    CHECK(support_expect_text(client, "and after"));
    memset(support_resources[0].sockets, 0, SUPPORT_SOCKETS * sizeof(support_resources[0].sockets[0]));
    CHECK(support_close());
}

const harness_test_t resize_tests[] = {
    {"resize.everything_survives", everything_survives},
    {"resize.new_slots_can_be_used", new_slots_can_be_used},
    {"resize.shrinking_to_what_is_in_use", shrinking_to_what_is_in_use},
    {"resize.bad_pools_change_nothing", bad_pools_change_nothing},
    {"resize.pools_that_share_memory", pools_that_share_memory},
    {"resize.pools_without_an_end", pools_without_an_end},
    {"resize.one_pool_alone", one_pool_alone},
    {"resize.to_no_pools_and_back", to_no_pools_and_back},
    {"resize.resize_among_others", resize_among_others},
    {"resize.order_is_kept", order_is_kept},
    {"resize.queued_slots_that_are_free", queued_slots_that_are_free},
    {"resize.handle_without_an_id", handle_without_an_id},
    {"resize.handles_differ_in_all_pools", handles_differ_in_all_pools},
    {"resize.resize_in_timer_handler", resize_in_timer_handler},
    {"resize.connections_survive", connections_survive},
    {NULL, NULL},
};

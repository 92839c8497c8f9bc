/**
 * @file test_handle.c
 * @brief Handles and pools: bit layout, IDs, generations, stale handles.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief The macros take a handle apart. */
static void macros(void) {
    const ptk_handle_t handle = PTK_MAKE_HANDLE(0x12, 0x34, 0x5678, 0x7ABCDEF0);

    CHECK_EQUAL(handle, 0x7ABCDEF056783412);
    CHECK_EQUAL(PTK_HANDLE_TYPE(handle), 0x12);
    CHECK_EQUAL(PTK_HANDLE_EVENT_LOOP_ID(handle), 0x34);
    CHECK_EQUAL(PTK_HANDLE_GENERATION(handle), 0x5678);
    CHECK_EQUAL(PTK_HANDLE_ID(handle), 0x7ABCDEF0);
    CHECK(PTK_MAKE_HANDLE(255, 255, 65535, 0x7FFFFFFF) == INT64_MAX);
    /* A field takes no more than its bits. */
    CHECK_EQUAL(PTK_MAKE_HANDLE(0x101, 0x102, 0x10003, 4), PTK_MAKE_HANDLE(1, 2, 3, 4));
    CHECK_EQUAL(PTK_HANDLE_ID((ptk_handle_t)-1), 0xFFFFFFFFu);
}

/** @brief The index of a timer's slot in the first pool. Returns it. */
static uint32_t timer_index(ptk_handle_t timer) {
    const ptk_event_loop_resources_t *resources = &support_resources[0];
    uint32_t index = 0;

    while (index < resources->num_timers && resources->timers[index].base.handle != timer) {
        index++;
    }
    return index;
}

/** @brief The fields of a handle are what they should be. */
static void handles_name_type_loop_and_slot(void) {
    uint32_t last_id = 0;

    CHECK(support_open());
    CHECK_EQUAL(PTK_HANDLE_TYPE(support_loop), PTK_TYPE_EVENT_LOOP);
    CHECK_EQUAL(PTK_HANDLE_TYPE(ptk_socket_create(support_loop)), PTK_TYPE_SOCKET);
    CHECK_EQUAL(PTK_HANDLE_TYPE(ptk_user_event_source_create(support_loop)), PTK_TYPE_USER_EVENT_SOURCE);
    for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
        const ptk_handle_t timer = ptk_timer_create(support_loop);

        CHECK(timer > 0);
        CHECK_EQUAL(PTK_HANDLE_TYPE(timer), PTK_TYPE_TIMER);
        CHECK_EQUAL(PTK_HANDLE_EVENT_LOOP_ID(timer), PTK_HANDLE_EVENT_LOOP_ID(support_loop));
        CHECK(PTK_HANDLE_ID(timer) > last_id);
        CHECK_EQUAL(PTK_HANDLE_ID(timer) % SUPPORT_TIMERS, timer_index(timer));
        CHECK_EQUAL(support_resources[0].timers[timer_index(timer)].base.event_loop, support_loop);
        last_id = PTK_HANDLE_ID(timer);
    }
    CHECK_EQUAL(ptk_timer_create(support_loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK(support_close());
}

/** @brief A slot keeps its generation when it is freed. */
static void freeing_zeroes_only_the_id(void) {
    ptk_handle_t timers[SUPPORT_TIMERS];

    CHECK(support_open());
    for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
        timers[i] = ptk_timer_create(support_loop);
        CHECK(timers[i] > 0);
    }
    uint32_t index = timer_index(timers[3]);
    CHECK_EQUAL(ptk_timer_destroy(timers[3]), PTK_ERR_OK);
    CHECK_EQUAL(support_resources[0].timers[index].base.handle, timers[3] & 0xFFFFFFFF);
    CHECK_EQUAL(ptk_timer_destroy(timers[3]), PTK_ERR_INVALID_HANDLE);
    /* Only that slot is free, so the next timer takes it, one generation later and with a higher ID. */
    ptk_handle_t again = ptk_timer_create(support_loop);
    CHECK_EQUAL(timer_index(again), index);
    CHECK_EQUAL(PTK_HANDLE_GENERATION(again), (uint16_t)(PTK_HANDLE_GENERATION(timers[3]) + 1));
    CHECK(PTK_HANDLE_ID(again) > PTK_HANDLE_ID(timers[SUPPORT_TIMERS - 1]));
    CHECK_EQUAL(ptk_timer_start(timers[3], 1), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_timer_start(again, 1), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief A handle that differs in any bit is invalid. */
static void whole_value_is_compared(void) {
    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    for (uint32_t bit = 0; bit < 64; bit++) {
        const ptk_handle_t wrong = (ptk_handle_t)((uint64_t)timer ^ ((uint64_t)1 << bit));

        CHECK_EQUAL(ptk_timer_start(wrong, 1), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_get_last_error(wrong), PTK_ERR_INVALID_HANDLE);
        CHECK(!ptk_handle_is_valid(wrong));
        CHECK_EQUAL(ptk_handle_get_type(wrong), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_get_owning_event_loop(wrong), PTK_ERR_INVALID_HANDLE);
    }
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief What a wrapper asks: is it live, what is it, whose is it. */
static void queries(void) {
    ptk_handle_t handles[8];
    uint64_t random = 88172645463325252u;

    CHECK(support_open_two());
    for (uint32_t i = 0; i < 2; i++) {
        const ptk_handle_t loop = i == 0 ? support_loop : support_other;

        handles[4 * i] = loop;
        handles[4 * i + 1] = ptk_timer_create(loop);
        handles[4 * i + 2] = ptk_socket_create(loop);
        handles[4 * i + 3] = ptk_user_event_source_create(loop);
        for (uint32_t type = PTK_TYPE_EVENT_LOOP; type <= PTK_TYPE_USER_EVENT_SOURCE; type++) {
            const ptk_handle_t handle = handles[4 * i + type - 1];

            CHECK(ptk_handle_is_valid(handle));
            CHECK_EQUAL(ptk_handle_get_type(handle), type);
            CHECK_EQUAL(ptk_get_owning_event_loop(handle), loop);
        }
    }
    /* Numbers without a pattern, all of the present loops' IDs; none of these is a handle. */
    for (uint32_t i = 0; i < 10000; i++) {
        ptk_handle_t number;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        number = (ptk_handle_t)((random & ~(uint64_t)0xFFFF) | (random & 0x0107u));
        CHECK(!ptk_handle_is_valid(number));
        CHECK_EQUAL(ptk_handle_get_type(number), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_get_owning_event_loop(number), PTK_ERR_INVALID_HANDLE);
    }
    /* Asking whether a handle is valid is no mistake, so it leaves no error. */
    CHECK_EQUAL(ptk_timer_destroy(handles[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_last_error(support_loop, PTK_ERR_TIMED_OUT), PTK_ERR_OK);
    CHECK(!ptk_handle_is_valid(handles[1]));
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(ptk_handle_get_type(handles[1]), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_INVALID_HANDLE);
    CHECK(support_close());
    for (uint32_t i = 0; i < 8; i++) {
        CHECK(!ptk_handle_is_valid(handles[i]));
        CHECK_EQUAL(ptk_get_owning_event_loop(handles[i]), PTK_ERR_INVALID_HANDLE);
    }
}

/** @brief Slots are used in turn, so that a handle is reused as late as possible. */
static void allocation_goes_round(void) {
    CHECK(support_open());
    uint32_t last = timer_index(ptk_timer_create(support_loop));
    for (uint32_t i = 0; i < 3 * SUPPORT_TIMERS; i++) {
        const ptk_handle_t timer = ptk_timer_create(support_loop);

        CHECK(timer > 0);
        CHECK(timer_index(timer) != last);
        last = timer_index(timer);
        CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
    }
    CHECK(support_close());
}

/** @brief Memory that has never been a loop's gets other generations, for it may get the IDs that others had. */
static void fresh_memory(void) {
    static struct {
        ptk_event_loop_slot_t slots[2][1];
        ptk_timer_internal_t timers[2][1];
    } fresh; /* side by side, where no two places have the same generation */
    ptk_handle_t handles[2];

    for (uint32_t i = 0; i < 2; i++) {
        const ptk_event_loop_resources_t pools = {.timers = fresh.timers[i], .num_timers = 1};
        ptk_handle_t loop = ptk_event_loop_create(fresh.slots[i], 1, &pools);

        CHECK(loop > 0);
        handles[i] = ptk_timer_create(loop);
        CHECK(handles[i] > 0);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    }
    CHECK(PTK_HANDLE_GENERATION(handles[0]) != PTK_HANDLE_GENERATION(handles[1]));
}

/** @brief One slot used more often than a generation can count: old handles stay stale, for the ID goes up as well. */
static void generation_wraps(void) {
    static ptk_event_loop_slot_t slots[1];
    PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 1, 0, 0);
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &pools);
    const ptk_handle_t first = ptk_timer_create(loop);
    ptk_handle_t last = first;

    CHECK(first > 0);
    for (uint32_t i = 0; i < 70000; i++) {
        CHECK_EQUAL(ptk_timer_destroy(last), PTK_ERR_OK);
        last = ptk_timer_create(loop);
        CHECK(last > 0);
        CHECK(last != first);
        CHECK_EQUAL(ptk_timer_stop(first), PTK_ERR_INVALID_HANDLE);
    }
    CHECK_EQUAL(ptk_timer_stop(last), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The ID counter wraps from 0x7FFFFFFF to 1. Two thousand million creations take too long, so the counter,
 *  which the slot shows, is set shortly before. */
static void id_wraps(void) {
    ptk_handle_t timers[SUPPORT_TIMERS];

    CHECK(support_open());
    support_slots[0].last_id = 0x7FFFFFFFu - 2 * SUPPORT_TIMERS;
    for (uint32_t round = 0; round < 6; round++) {
        for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
            timers[i] = ptk_timer_create(support_loop);
            CHECK(timers[i] > 0);
            CHECK(PTK_HANDLE_ID(timers[i]) >= 1 && PTK_HANDLE_ID(timers[i]) <= 0x7FFFFFFFu);
            CHECK_EQUAL(PTK_HANDLE_ID(timers[i]) % SUPPORT_TIMERS, timer_index(timers[i]));
        }
        for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
            CHECK_EQUAL(ptk_timer_destroy(timers[i]), PTK_ERR_OK);
            CHECK_EQUAL(ptk_timer_stop(timers[i]), PTK_ERR_INVALID_HANDLE);
        }
    }
    CHECK(PTK_HANDLE_ID(timers[0]) < 0x10000u);
    CHECK(support_close());
}

/** @brief ID and generation of a slot that is used again and again, while the rest of its pool seems to be in use. So
 *  that one test can see all combinations the pool is made out to be so large that few IDs belong to a slot: the
 *  loop's slot, whose fields the header shows, says how many slots there are, and none but this one is touched. A machine
 *  without the memory to note all of them notes one part in each turn. */
static void use_every_combination(uint32_t index, uint32_t pretended_count, uint32_t turn) {
    static uint8_t seen[CONFORMANCE_COMBINATIONS / 8];
    const uint32_t lowest = index == 0 ? pretended_count : index;
    const uint32_t ids = (0x7FFFFFFFu - lowest) / pretended_count + 1;
    ptk_pool_t *const pool = &support_slots[0].pools[0];
    ptk_handle_t timers[SUPPORT_TIMERS];
    ptk_handle_t first;
    uint32_t combinations = 0;

    CHECK(ids <= CONFORMANCE_IDS);
    CHECK(support_open());
    for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
        timers[i] = ptk_timer_create(support_loop);
        CHECK(timers[i] > 0);
    }
    memset(seen, 0, sizeof(seen));
    CHECK_EQUAL(ptk_timer_destroy(timers[index]), PTK_ERR_OK);
    pool->count = pretended_count;
    pool->in_use = pretended_count - 1;
    pool->next_index = index == 0 ? pretended_count - 1 : index - 1;
    ptk_handle_t timer = first = ptk_timer_create(support_loop);
    do {
        const uint32_t id = PTK_HANDLE_ID(timer);
        const uint32_t bit = (id - lowest) / pretended_count * 65536u + PTK_HANDLE_GENERATION(timer);

        CHECK(timer > 0 && id >= lowest && id % pretended_count == index);
        if (bit / CONFORMANCE_COMBINATIONS == turn) {
            const uint32_t place = bit % CONFORMANCE_COMBINATIONS;

            CHECK((seen[place / 8] & 1u << place % 8) == 0);
            seen[place / 8] |= (uint8_t)(1u << place % 8);
        }
        combinations++;
        CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
        timer = ptk_timer_create(support_loop);
    } while (timer != first);
    CHECK_EQUAL(combinations, ids * 65536u);
    CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
    pool->count = SUPPORT_TIMERS;
    pool->in_use = SUPPORT_TIMERS - 1;
    pool->next_index = index;
    CHECK(support_close());
}

/** @brief Even and odd numbers of IDs: sizes that are a power of two, and others. */
static void all_combinations_come_before_one_comes_again(void) {
    for (uint32_t turn = 0; turn < CONFORMANCE_IDS * 65536u / CONFORMANCE_COMBINATIONS; turn++) {
        use_every_combination(1, 0x80000000u / CONFORMANCE_IDS, turn);
        use_every_combination(0, 0x80000000u / CONFORMANCE_IDS, turn);
        use_every_combination(7, 0x80000000u / CONFORMANCE_IDS * 2 - 1, turn);
    }
}

/** @brief The rest of the loop's IDs does not matter to a slot: each has its own, one after the other. */
static void slots_count_by_themselves(void) {
    ptk_handle_t timers[SUPPORT_TIMERS];

    CHECK(support_open());
    for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
        timers[i] = ptk_timer_create(support_loop);
        CHECK(timers[i] > 0);
    }
    for (uint32_t use = 0; use < 1000; use++) {
        const uint32_t i = use * use % SUPPORT_TIMERS;
        const ptk_handle_t socket = ptk_socket_create(support_loop);
        const ptk_handle_t before = timers[i];

        CHECK_EQUAL(ptk_timer_destroy(before), PTK_ERR_OK);
        timers[i] = ptk_timer_create(support_loop);
        CHECK_EQUAL(PTK_HANDLE_ID(timers[i]), PTK_HANDLE_ID(before) + SUPPORT_TIMERS);
        CHECK_EQUAL(PTK_HANDLE_GENERATION(timers[i]), (uint16_t)(PTK_HANDLE_GENERATION(before) + 1));
        CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_OK);
    }
    CHECK(support_close());
}

/** @brief A loop's slot counts its IDs as well, whatever its loops did, and wraps. The ID of the last loop is shown
 *  by the slot. */
static void loops_count_by_themselves(void) {
    static ptk_event_loop_slot_t slots[1];
    PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 4, 0, 0);
    uint32_t id = 0;
    uint16_t generation = 0;

    for (uint32_t life = 0; life < 100; life++) {
        const ptk_handle_t loop = ptk_event_loop_create(slots, 1, &pools);

        CHECK(loop > 0);
        if (life != 0) {
            CHECK_EQUAL(PTK_HANDLE_ID(loop), id % 0x7FFFFFFFu + 1);
            CHECK_EQUAL(PTK_HANDLE_GENERATION(loop), (uint16_t)(generation + 1));
        }
        id = PTK_HANDLE_ID(loop);
        generation = PTK_HANDLE_GENERATION(loop);
        for (uint32_t i = 0; i < life; i++) {
            CHECK_EQUAL(ptk_timer_destroy(ptk_timer_create(loop)), PTK_ERR_OK);
        }
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_event_loop_wake(loop), PTK_ERR_INVALID_HANDLE);
        if (life == 50) {
            id = 0x7FFFFFFEu;
            slots[0].live_id = 0x80000000u | id;
        }
    }
    CHECK(id < 100);
}

/** @brief A pool without slots is exhausted. */
static void pools_of_no_slots(void) {
    static ptk_event_loop_slot_t slots[1];
    PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 0, 0, 0);
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &pools);

    CHECK(loop > 0);
    CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_socket_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_user_event_source_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_timer_start(PTK_MAKE_HANDLE(PTK_TYPE_TIMER, PTK_HANDLE_EVENT_LOOP_ID(loop), 1, 1), 1),
                PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_run(loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

const harness_test_t handle_tests[] = {
    {"handle.macros", macros},
    {"handle.handles_name_type_loop_and_slot", handles_name_type_loop_and_slot},
    {"handle.freeing_zeroes_only_the_id", freeing_zeroes_only_the_id},
    {"handle.whole_value_is_compared", whole_value_is_compared},
    {"handle.queries", queries},
    {"handle.allocation_goes_round", allocation_goes_round},
    {"handle.fresh_memory", fresh_memory},
    {"handle.generation_wraps", generation_wraps},
    {"handle.id_wraps", id_wraps},
    {"handle.all_combinations_come_before_one_comes_again", all_combinations_come_before_one_comes_again},
    {"handle.slots_count_by_themselves", slots_count_by_themselves},
    {"handle.loops_count_by_themselves", loops_count_by_themselves},
    {"handle.pools_of_no_slots", pools_of_no_slots},
    {NULL, NULL},
};

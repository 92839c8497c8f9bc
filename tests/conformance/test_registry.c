/**
 * @file test_registry.c
 * @brief Several arrays of event loop slots: the limit of 256, overlap, any order of linking.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

/** @brief Pools without slots. */
static const ptk_event_loop_resources_t no_pools = {NULL, 0, NULL, 0, NULL, 0};

/** @brief Creates a loop with one timer in an array, runs it, and gives its handle. */
static ptk_handle_t working_loop(ptk_event_loop_slot_t *slots, uint32_t count, ptk_timer_internal_t *timer) {
    const ptk_event_loop_resources_t pools = {timer, 1, NULL, 0, NULL, 0};
    const ptk_handle_t loop = ptk_event_loop_create(slots, count, &pools);

    CHECK_OR_RETURN(loop > 0, -1);
    CHECK_OR_RETURN(ptk_timer_create(loop) == timer->base.handle, -1);
    CHECK_OR_RETURN(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, -1);
    return loop;
}

/** @brief The numbers of loops are those of their slots in the array. */
static void first_array_counts_from_zero(void) {
    static ptk_event_loop_slot_t slots[3];
    ptk_handle_t loops[3];

    for (uint32_t i = 0; i < 3; i++) {
        loops[i] = ptk_event_loop_create(slots, 3, &no_pools);
        CHECK(loops[i] > 0);
        CHECK_EQUAL(slots[PTK_HANDLE_EVENT_LOOP_ID(loops[i])].handle, loops[i]);
    }
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_event_loop_destroy(loops[i]), PTK_ERR_OK);
    }
}

/** @brief Three arrays, linked in one order and unlinked in every order: no handle of the others suffers. */
static void arrays_come_and_go(void) {
    static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static ptk_event_loop_slot_t first[1];
    static ptk_event_loop_slot_t second[2];
    static ptk_event_loop_slot_t third[3];
    static ptk_timer_internal_t timers[3];
    ptk_event_loop_slot_t *const arrays[3] = {first, second, third};

    for (uint32_t round = 0; round < 6; round++) {
        ptk_handle_t loops[3];

        for (uint32_t i = 0; i < 3; i++) {
            loops[i] = working_loop(arrays[i], i + 1, &timers[i]);
            CHECK(loops[i] > 0);
        }
        CHECK(PTK_HANDLE_EVENT_LOOP_ID(loops[0]) != PTK_HANDLE_EVENT_LOOP_ID(loops[1]));
        CHECK(PTK_HANDLE_EVENT_LOOP_ID(loops[0]) != PTK_HANDLE_EVENT_LOOP_ID(loops[2]));
        CHECK(PTK_HANDLE_EVENT_LOOP_ID(loops[1]) != PTK_HANDLE_EVENT_LOOP_ID(loops[2]));
        for (uint32_t step = 0; step < 3; step++) {
            const uint8_t which = orders[round][step];

            CHECK_EQUAL(ptk_event_loop_destroy(loops[which]), PTK_ERR_OK);
            loops[which] = -1;
            for (uint32_t i = 0; i < 3; i++) {
                const ptk_err_t wanted = loops[i] > 0 ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE;

                CHECK_EQUAL(ptk_event_loop_run_for(loops[i], 0), wanted);
                CHECK_EQUAL(ptk_timer_stop(timers[i].base.handle), wanted);
            }
        }
    }
}

/** @brief An array that is unlinked and linked again while others stay: IDs of the live ones are not given out twice.
 *  */
static void array_returns_while_others_stay(void) {
    static ptk_event_loop_slot_t first[2];
    static ptk_event_loop_slot_t second[3];
    static ptk_event_loop_slot_t third[2];
    ptk_handle_t stays = ptk_event_loop_create(second, 3, &no_pools);
    ptk_handle_t last_of_first = 0;

    CHECK(stays > 0);
    for (uint32_t round = 0; round < 20; round++) {
        const ptk_handle_t a = ptk_event_loop_create(round % 2 == 0 ? first : third, 2, &no_pools);
        const ptk_handle_t b = ptk_event_loop_create(round % 2 == 0 ? third : first, 2, &no_pools);

        CHECK(a > 0 && b > 0 && a != b);
        CHECK(PTK_HANDLE_EVENT_LOOP_ID(a) != PTK_HANDLE_EVENT_LOOP_ID(b));
        CHECK(PTK_HANDLE_EVENT_LOOP_ID(a) != PTK_HANDLE_EVENT_LOOP_ID(stays));
        CHECK(PTK_HANDLE_EVENT_LOOP_ID(b) != PTK_HANDLE_EVENT_LOOP_ID(stays));
        CHECK_EQUAL(ptk_event_loop_run_for(last_of_first, 0), PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(ptk_event_loop_run_for(stays, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(a, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(b, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(a), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(b, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(b), PTK_ERR_OK);
        last_of_first = a;
    }
    CHECK_EQUAL(ptk_event_loop_destroy(stays), PTK_ERR_OK);
}

/** @brief Arrays of slots that overlap are refused. */
static void overlap_is_refused(void) {
    static ptk_event_loop_slot_t slots[6];
    const ptk_handle_t loop = ptk_event_loop_create(slots + 2, 2, &no_pools);

    CHECK(loop > 0);
    CHECK_EQUAL(ptk_event_loop_create(slots + 2, 3, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(slots + 2, 1, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(slots + 1, 2, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(slots + 3, 1, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(slots + 3, 2, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_create(slots, 6, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    /* What only touches it is another array. */
    ptk_handle_t before = ptk_event_loop_create(slots, 2, &no_pools);
    ptk_handle_t after = ptk_event_loop_create(slots + 4, 2, &no_pools);
    CHECK(before > 0 && after > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(before), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(after), PTK_ERR_OK);
    /* Nothing is linked any more, so the array may be cut in another way. */
    before = ptk_event_loop_create(slots, 6, &no_pools);
    CHECK(before > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(before), PTK_ERR_OK);
}

/** @brief There are at most 256 slots: what would be more is refused by its number, before anything is looked at. */
static void at_most_256_slots(void) {
    static ptk_event_loop_slot_t small[1];
    static ptk_event_loop_slot_t large[CONFORMANCE_LOOPS];
    static ptk_handle_t loops[CONFORMANCE_LOOPS];
    const uint32_t most = CONFORMANCE_LOOPS;
    uint32_t count = 0;
    ptk_handle_t loop = ptk_event_loop_create(small, 1, &no_pools);

    CHECK(loop > 0);
    CHECK_EQUAL(ptk_event_loop_create(large, 256, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    for (; count < most; count++) {
        loops[count] = ptk_event_loop_create(large, most, &no_pools);
        if (loops[count] == PTK_ERR_OUT_OF_DESCRIPTORS) {
            break;
        }
        CHECK(loops[count] > 0);
        CHECK_EQUAL(large[PTK_HANDLE_EVENT_LOOP_ID(loops[count])].handle, loops[count]);
    }
    CHECK_EQUAL(ptk_event_loop_create(small, 257 - most, &no_pools), PTK_ERR_INVALID_ARGUMENT);
    if (count == most) {
        CHECK_EQUAL(ptk_event_loop_create(large, most, &no_pools), PTK_ERR_OUT_OF_MEMORY);
    } else {
        harness_skip("the machine has not enough descriptors for so many loops");
    }
    for (uint32_t i = 0; i < count; i++) {
        CHECK_EQUAL(ptk_event_loop_run_for(loops[i], 0), PTK_ERR_OK);
    }
    for (uint32_t i = 0; i < count; i++) {
        CHECK_EQUAL(ptk_event_loop_destroy(loops[i]), PTK_ERR_OK);
    }
    loop = ptk_event_loop_create(small, 1, &no_pools);
    CHECK(loop > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The user's program, with an end. */
static void two_loops_in_one_thread(void) {
    PTK_DECLARE_EVENT_LOOP_SLOTS(app_event_loops, 2);
    PTK_DECLARE_EVENT_LOOP_RESOURCES(main_resources, 8, CONFORMANCE_PROGRAM_SOCKETS / 2, 4);
    PTK_DECLARE_EVENT_LOOP_RESOURCES(network_resources, 4, CONFORMANCE_PROGRAM_SOCKETS, 2);
    const ptk_handle_t main_loop = ptk_event_loop_create(app_event_loops, 2, &main_resources);
    const ptk_handle_t network_loop = ptk_event_loop_create(app_event_loops, 2, &network_resources);
    const ptk_handle_t timer = ptk_timer_create(main_loop);
    const ptk_handle_t socket = ptk_socket_create(network_loop);

    CHECK(main_loop > 0 && network_loop > 0 && timer > 0 && socket > 0);
    for (uint32_t pass = 0; pass < 5; pass++) {
        CHECK_EQUAL(ptk_event_loop_run(main_loop), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run(network_loop), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(main_loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(network_loop), PTK_ERR_OK);
}

const harness_test_t registry_tests[] = {
    {"registry.first_array_counts_from_zero", first_array_counts_from_zero},
    {"registry.arrays_come_and_go", arrays_come_and_go},
    {"registry.array_returns_while_others_stay", array_returns_while_others_stay},
    {"registry.overlap_is_refused", overlap_is_refused},
    {"registry.at_most_256_slots", at_most_256_slots},
    {"registry.two_loops_in_one_thread", two_loops_in_one_thread},
    {NULL, NULL},
};

/**
 * @file test_interrupt.c
 * @brief What an interrupt may do, on a system where it cannot raise: it comes right before the loop's lock is taken and
 *        right after it was given back, whoever takes it, and raises an event.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"

#include <protocol_toolkit.h>

#include <string.h>

/** @brief How many sources: in the small pools two of them want the same place. */
enum { SOURCES = 4 };

/** @brief How often; where slots have long queues, and take long to be moved and zeroed, less often. */
enum { ROUNDS = PTK_USER_EVENT_QUEUE_SIZE > 1024 ? 10 : 200 };

/** @brief The loop's slot and two sets of pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(large_pools, 1, 1, 7);
PTK_DECLARE_EVENT_LOOP_RESOURCES(small_pools, 2, 2, 4);

void __real_ptk_port_lock(ptk_platform_lock_t *lock);
void __wrap_ptk_port_lock(ptk_platform_lock_t *lock);
void __real_ptk_port_unlock(ptk_platform_lock_t *lock);
void __wrap_ptk_port_unlock(ptk_platform_lock_t *lock);

/** @brief The interrupts: whether they come, and what they have raised. */
static struct {
    bool is_armed;
    bool is_inside;
    uint32_t count;
    ptk_handle_t sources[SOURCES];
    uintptr_t raised[SOURCES];
    uintptr_t delivered[SOURCES];
    uint32_t wrong;
} seen;

/** @brief One interrupt: raises the next number on one source after the other. */
static void interrupt(void) {
    if (!seen.is_armed || seen.is_inside) {
        return;
    }
    seen.is_inside = true;
    uint32_t index = seen.count++ % SOURCES;
    ptk_err_t error = ptk_raise_event(seen.sources[index], 1, seen.raised[index]);
    if (error == PTK_ERR_OK) {
        seen.raised[index]++;
    } else if (error != PTK_ERR_WOULD_BLOCK) {
        seen.wrong++;
    }
    seen.is_inside = false;
}

void __wrap_ptk_port_lock(ptk_platform_lock_t *lock) {
    interrupt();
    __real_ptk_port_lock(lock);
}

void __wrap_ptk_port_unlock(ptk_platform_lock_t *lock) {
    __real_ptk_port_unlock(lock);
    interrupt();
}

/** @brief Expects the next number of its source. */
static void expect_next(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uintptr_t *delivered = user_data;
    (void)resource;
    (void)event;
    seen.wrong += data != *delivered ? 1 : 0;
    (*delivered)++;
}

/** @brief Makes the loop and its sources. */
static ptk_handle_t open_loop(void) {
    memset(&seen, 0, sizeof seen);
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &large_pools);
    for (uint32_t i = 0; i < SOURCES; i++) {
        seen.sources[i] = ptk_user_event_source_create(loop);
        CHECK_OR_RETURN(ptk_set_event_handler(seen.sources[i], 1, expect_next, &seen.delivered[i]) == PTK_ERR_OK, 0);
    }
    return loop;
}

/** @brief Lets no more come, and expects that what was raised was delivered, each once and in order. */
static void expect_all(ptk_handle_t loop) {
    uintptr_t raised = 0;
    seen.is_armed = false;
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    }
    CHECK_EQUAL(seen.wrong, 0);
    for (uint32_t i = 0; i < SOURCES; i++) {
        CHECK_EQUAL(seen.delivered[i], seen.raised[i]);
        raised += seen.raised[i];
    }
    CHECK(raised > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Interrupts raise while the pools move to and fro. */
static void while_the_pools_move(void) {
    const ptk_handle_t loop = open_loop();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const ptk_event_loop_resources_t *left = round % 2 == 0 ? &large_pools : &small_pools;
        seen.is_armed = true;
        CHECK_EQUAL(ptk_event_loop_resize_resources(loop, round % 2 == 0 ? &small_pools : &large_pools), PTK_ERR_OK);
        seen.is_armed = false;
        memset(left->user_event_sources, 0, left->num_user_event_sources * sizeof *left->user_event_sources);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    }
    expect_all(loop);
}

/** @brief Interrupts raise while a pass takes what was raised. */
static void while_the_loop_collects(void) {
    const ptk_handle_t loop = open_loop();
    seen.is_armed = true;
    CHECK_EQUAL(ptk_event_loop_wake(loop), PTK_ERR_OK);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    }
    expect_all(loop);
}

/** @brief Interrupts raise while other sources are created and destroyed. */
static void while_sources_come_and_go(void) {
    const ptk_handle_t loop = open_loop();
    seen.is_armed = true;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const ptk_handle_t source = ptk_user_event_source_create(loop);
        CHECK(source > 0);
        CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_OK); /* no one handles it */
        CHECK_EQUAL(ptk_user_event_source_destroy(source), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    }
    expect_all(loop);
}

const harness_test_t interrupt_tests[] = {
    {"interrupt.while_the_pools_move", while_the_pools_move},
    {"interrupt.while_the_loop_collects", while_the_loop_collects},
    {"interrupt.while_sources_come_and_go", while_sources_come_and_go},
    {NULL, NULL},
};

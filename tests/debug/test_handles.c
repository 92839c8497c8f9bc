/**
 * @file test_handles.c
 * @brief Lines about handles and pools.
 *
 * SPDX-License-Identifier: MIT
 */
#include "debug_log.h"

/** @brief A slot and pools that are soon exhausted. */
PTK_DECLARE_EVENT_LOOP_SLOTS(few_slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(few, 1, 2, 1);

/** @brief Handler: does nothing. */
static void nothing(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
}

/** @brief The line of a stale handle says what it was a handle of. */
static void stale_handle_is_decoded(void) {
    CHECK(log_open());
    const ptk_handle_t timer = ptk_timer_create(support_loop);

    CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
    CHECK_EQUAL(log_count(), 0);
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_timer_start", "stale handle: timer, loop 0, generation ", "its slot is free"), 1);
    /* Once: it is the same fault. Another function is another place. */
    CHECK_EQUAL(ptk_timer_start(timer, 5), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_timer_stop(timer), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_timer_stop", "stale handle: timer", NULL), 1);
    CHECK_EQUAL(log_count(), 2);
    CHECK(support_close());
}

/** @brief The line says that another resource has the slot now. */
static void slot_that_is_used_again(void) {
    ptk_handle_t timers[SUPPORT_TIMERS];

    CHECK(log_open());
    const ptk_handle_t stale = ptk_timer_create(support_loop);

    CHECK_EQUAL(ptk_timer_destroy(stale), PTK_ERR_OK);
    for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
        timers[i] = ptk_timer_create(support_loop);
        CHECK(timers[i] > 0);
    }
    CHECK_EQUAL(ptk_timer_start(stale, 5), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_timer_start", "stale handle: timer", "its slot is used again: generation "), 1);
    CHECK(support_close());
    CHECK_EQUAL(ptk_timer_start(timers[0], 5), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_timer_start", "stale handle: timer", "its event loop was destroyed"), 1);
    CHECK_EQUAL(log_count(), 2);
}

/** @brief Error codes, 0 and numbers that never were handles have lines of their own. */
static void handles_that_never_were_any(void) {
    CHECK(log_open());
    const ptk_handle_t timer = ptk_timer_create(support_loop);

    CHECK_EQUAL(ptk_timer_destroy(0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_socket_destroy(PTK_ERR_OUT_OF_MEMORY), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_user_event_source_destroy(0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_count(), 0); /* whoever cleans up after a failure need not look */
    CHECK_EQUAL(ptk_socket_shutdown(0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_socket_shutdown", "the handle is 0", NULL), 1);
    CHECK_EQUAL(ptk_socket_shutdown(PTK_ERR_OUT_OF_MEMORY), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_socket_shutdown", "error code: PTK_ERR_OUT_OF_MEMORY", NULL), 1);
    CHECK_EQUAL(ptk_socket_shutdown(timer), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_socket_shutdown", "wrong type of handle: timer", "wanted: socket"), 1);
    CHECK_EQUAL(ptk_remove_event_handler(support_loop, PTK_EVENT_EXPIRED), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_remove_event_handler", "wrong type of handle: event loop", "wanted: timer, socket"), 1);
    CHECK_EQUAL(ptk_get_last_error(PTK_MAKE_HANDLE(77, 0, 1, 1)), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_get_last_error", "no handle", NULL), 1);
    CHECK_EQUAL(ptk_raise_event(timer, 1, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_raise_event", "not a user event source: timer", NULL), 1);
    CHECK_EQUAL(log_count(), 6);
    CHECK(support_close());
}

/** @brief Stale handles of loops and sources are reported by the calls that take them. */
static void stale_loop_and_source(void) {
    CHECK(log_open());
    const ptk_handle_t loop = support_loop;
    const ptk_handle_t source = ptk_user_event_source_create(loop);

    CHECK_EQUAL(ptk_user_event_source_destroy(source), PTK_ERR_OK);
    CHECK_EQUAL(ptk_raise_event(source, 1, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_raise_event", "stale handle, nothing was raised: user event source", NULL), 1);
    CHECK(support_close());
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(log_lines("ptk_event_loop_run_for", "stale handle: event loop", "its slot is free"), 1);
    CHECK_EQUAL(log_count(), 2);
}

/** @brief Every timer is another fault, but the log does not drown in them. */
static void no_flood(void) {
    CHECK(log_open());
    for (uint32_t i = 0; i < 1000; i++) {
        const ptk_handle_t timer = ptk_timer_create(support_loop);

        CHECK_EQUAL(ptk_timer_destroy(timer), PTK_ERR_OK);
        CHECK_EQUAL(ptk_timer_start_repeating(timer, 5), PTK_ERR_INVALID_HANDLE);
    }
    CHECK(log_count() >= 1);
    CHECK(log_count() <= 20);
    CHECK_EQUAL(log_lines("ptk_timer_start_repeating", "more of this kind are not said", NULL), 1);
    CHECK(support_close());
}

/** @brief A pool without a free slot is reported with its size. */
static void exhausted_pools(void) {
    log_clear();
    const ptk_handle_t loop = ptk_event_loop_create(few_slots, 1, &few);

    CHECK_EQUAL(ptk_event_loop_create(few_slots, 1, &few), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(log_lines("ptk_event_loop_create", "all 1 event loop slots are in use", NULL), 1);
    CHECK(ptk_timer_create(loop) > 0);
    CHECK(ptk_socket_create(loop) > 0);
    CHECK(ptk_socket_create(loop) > 0);
    CHECK(ptk_user_event_source_create(loop) > 0);
    CHECK_EQUAL(log_count(), 1);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_timer_create(loop), PTK_ERR_OUT_OF_MEMORY);
        CHECK_EQUAL(ptk_socket_create(loop), PTK_ERR_OUT_OF_MEMORY);
        CHECK_EQUAL(ptk_user_event_source_create(loop), PTK_ERR_OUT_OF_MEMORY);
    }
    CHECK_EQUAL(log_lines("ptk_timer_create", "all 1 slots of the pool of timers", NULL), 1);
    CHECK_EQUAL(log_lines("ptk_socket_create", "all 2 slots of the pool of sockets", NULL), 1);
    CHECK_EQUAL(log_lines("ptk_user_event_source_create", "all 1 slots of the pool of user event sources", NULL), 1);
    CHECK_EQUAL(log_count(), 4);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief A source without room for a handler, and an accept without a slot, are reported. */
static void exhausted_handlers_and_accept(void) {
    ptk_address_t address;
    uint32_t waits = 0;

    CHECK(log_open());
    const ptk_handle_t source = ptk_user_event_source_create(support_loop);

    for (ptk_event_t event = 1; event <= PTK_USER_EVENT_HANDLERS; event++) {
        CHECK_EQUAL(ptk_set_event_handler(source, event, nothing, NULL), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_set_event_handler(source, PTK_USER_EVENT_HANDLERS + 1, nothing, NULL), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(log_lines("ptk_set_event_handler", "handlers of a user event source are in use", NULL), 1);
    const ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);

    CHECK(listener > 0);
    /* Without someone who waits nothing is known of the connection. */
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, nothing, NULL), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(ptk_socket_create(support_loop), &address), PTK_ERR_OK);
    for (uint32_t i = 2; i < SUPPORT_SOCKETS; i++) {
        CHECK(ptk_socket_create(support_loop) > 0);
    }
    CHECK_EQUAL(log_count(), 1);
    while (ptk_socket_accept(listener, NULL) == PTK_ERR_WOULD_BLOCK && waits++ < 500) {
        support_run_ms(10);
    }
    CHECK_EQUAL(log_lines("ptk_socket_accept", "slots of the pool of sockets are in use", NULL), 1);
    CHECK(support_close());
}

const harness_test_t handles_tests[] = {
    {"handles.stale_handle_is_decoded", stale_handle_is_decoded},
    {"handles.slot_that_is_used_again", slot_that_is_used_again},
    {"handles.handles_that_never_were_any", handles_that_never_were_any},
    {"handles.stale_loop_and_source", stale_loop_and_source},
    {"handles.no_flood", no_flood},
    {"handles.exhausted_pools", exhausted_pools},
    {"handles.exhausted_handlers_and_accept", exhausted_handlers_and_accept},
    {NULL, NULL},
};

/**
 * @file test_completions.c
 * @brief Helpers of the socket driver, and what follows if a completion is late, lost for now, or not the library's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"
#include "support.h"
#include "wrapped_calls.h"

#include <string.h>

/** @brief Sockets, sockets that share a helper, and a bound of waits in ms. */
enum { MANY = 70, GROUP = 32, LONGEST_WAIT_MS = 5000 };

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(many, 1, MANY, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(others, 1, MANY + 3, 1);

/** @brief The loop. */
static ptk_handle_t loop;
/** @brief Its sockets. */
static ptk_handle_t sockets[MANY];
/** @brief Their addresses. */
static ptk_address_t addresses[MANY];
/** @brief What their handlers recorded. */
static support_record_t records[MANY];

/** @brief Creates the loop. Returns whether that worked. */
static bool open_loop(void) {
    (void)ptk_event_loop_destroy(loop);
    wrapped_reset();
    memset(records, 0, sizeof records);
    loop = ptk_event_loop_create(slots, 1, &many);
    return loop > 0;
}

/** @brief A UDP socket that waits for something to read. */
static bool open_one(uint32_t i) {
    sockets[i] = support_open_udp(loop, PTK_ADDRESS_IPV4, &addresses[i]);
    CHECK_OR_RETURN(sockets[i] > 0, false);
    return ptk_set_event_handler(sockets[i], PTK_EVENT_READABLE, support_record, &records[i]) == PTK_ERR_OK;
}

/** @brief Opens the first sockets. Returns whether that worked. */
static bool open_some(uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        CHECK_OR_RETURN(open_one(i), false);
    }
    return true;
}

/** @brief Sends a datagram to a socket. Returns whether that worked. */
static bool send_to(uint32_t i) {
    uint8_t memory[4];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof memory);
    ptk_buf_put_u8(&buf, 1);
    return ptk_socket_send_to(sockets[i], &buf, &addresses[i]) == PTK_ERR_OK;
}

/** @brief Runs the loop until a counter reaches a value. Returns whether it did. */
static bool run_until(const uint32_t *counter, uint32_t wanted) {
    const uint64_t start = ptk_clock_now_ms();

    while (*counter < wanted && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK_OR_RETURN(ptk_event_loop_run(loop) == PTK_ERR_OK, false);
    }
    return *counter >= wanted;
}

/** @brief Slots of sockets that are in use. Returns their number. */
static uint32_t in_use(void) {
    ptk_event_loop_stats_t stats;

    return ptk_event_loop_get_stats(loop, &stats) == PTK_ERR_OK ? stats.sockets.in_use : UINT32_MAX;
}

/* ------------------------------------------------------------------------------------------------ helpers */

/** @brief The sockets of a group share one handle of the driver. */
static void group_shares_a_helper(void) {
    CHECK(open_loop());
    CHECK(open_some(MANY));
    CHECK_EQUAL(wrapped.opened, (MANY + GROUP - 1) / GROUP);
    for (uint32_t i = 0; i < MANY; i++) {
        CHECK(send_to(i));
        CHECK(run_until(&records[i].count, 1));
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief However sockets come and go, in whatever order: the handles end with them. */
static void helpers_go_with_their_sockets(void) {
    CHECK(open_loop() && open_some(MANY));
    for (uint32_t round = 0; round < 10 * GROUP; round++) {
        const uint32_t i = round * 7 % MANY;

        CHECK_EQUAL(ptk_socket_destroy(sockets[i]), PTK_ERR_OK);
        CHECK(open_one(i));
    }
    CHECK_EQUAL(wrapped.opened, (MANY + 10 * GROUP + GROUP - 1) / GROUP);
    CHECK_EQUAL(wrapped.handles, MANY + 2); /* each socket's, the present group's and the port */
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK_EQUAL(wrapped.handles, 0);
}

/** @brief Also if nothing is requested, as for a connection that no one waits for. */
static void helper_of_an_idle_connection_is_closed(void) {
    ptk_handle_t client;
    ptk_handle_t server;

    (void)ptk_event_loop_destroy(loop);
    wrapped_reset();
    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_close());
    CHECK_EQUAL(wrapped.handles, 0);
}

/** @brief Sockets that move to another pool keep their handle of the driver. */
static void resize_keeps_helpers(void) {
    CHECK(open_loop() && open_some(MANY));
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &others), PTK_ERR_OK);
    CHECK_EQUAL(wrapped.opened, (MANY + GROUP - 1) / GROUP);
    for (uint32_t i = 0; i < MANY; i++) {
        CHECK(send_to(i));
        CHECK(run_until(&records[i].count, 1));
        CHECK_EQUAL(ptk_socket_destroy(sockets[i]), PTK_ERR_OK);
    }
    CHECK_EQUAL(in_use(), 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The call that opens a socket returns it, and the socket is as new. */
static void failure_to_open_is_returned(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);

    for (int failure = WRAPPED_OPEN; failure <= WRAPPED_DUPLICATE; failure++) {
        CHECK(open_loop());
        sockets[0] = ptk_socket_create(loop);
        wrapped.failure = (wrapped_failure_t)failure;
        for (uint32_t i = 0; i < 5; i++) {
            CHECK_EQUAL(ptk_socket_open_udp(sockets[0], &local), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
        }
        CHECK(wrapped.handles <= 2); /* the port, and the helper that could not be duplicated */
        wrapped.failure = WRAPPED_NONE;
        CHECK_EQUAL(ptk_socket_open_udp(sockets[0], &local), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
        CHECK_EQUAL(wrapped.handles, 0);
    }
}

/* ------------------------------------------------------------------------------------------------ completions */

/** @brief Who has found the port may post to it. */
static void foreign_completions_are_dropped(void) {
    CHECK(open_loop() && open_some(2));
    CHECK(wrapped_post_foreign());
    CHECK(support_poll(loop, 3));
    CHECK(wrapped_post_foreign());
    CHECK_EQUAL(ptk_socket_destroy(sockets[1]), PTK_ERR_OK);
    CHECK(wrapped_post_foreign());
    CHECK(send_to(0));
    CHECK(run_until(&records[0].count, 1));
    CHECK(wrapped_post_foreign());
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The error of the last ERROR event. */
static ptk_err_t refused;

/** @brief Handler: notes the error. */
static void take_error(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    refused = PTK_EVENT_ERROR_CODE(data);
    ++*(uint32_t *)user_data;
}

/** @brief A request that asks for too little and cannot be cancelled: it is reported, and closing ends the request. */
static void failure_to_cancel_is_reported(void) {
    uint32_t failures = 0;
    ptk_handle_t client;
    ptk_handle_t server;
    uint8_t memory[65536] = {0};
    ptk_buf_t buf;

    wrapped_reset();
    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    do {
        (void)ptk_buf_init(&buf, memory, sizeof memory);
        buf.end = sizeof memory;
    } while (ptk_socket_send(server, &buf) == PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, support_record, &records[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_ERROR, take_error, &failures), PTK_ERR_OK);
    support_run_ms(5);
    wrapped.failure = WRAPPED_CANCEL;
    (void)ptk_set_event_handler(server, PTK_EVENT_WRITABLE, support_record, &records[1]);
    CHECK(support_run_until(&failures, 1));
    CHECK_EQUAL(refused, PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(client), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief The slot of a socket whose completion does not come is not used again before it has come; there is one wait
 *  only. */
static void late_completion_keeps_the_slot(void) {
    CHECK(open_loop() && open_some(MANY));
    wrapped.withholds = true;
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_socket_destroy(sockets[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_destroy(sockets[i]), PTK_ERR_INVALID_HANDLE);
    }
    CHECK(wrapped.longest_wait_ms > 0 && wrapped.longest_wait_ms <= LONGEST_WAIT_MS);
    ptk_event_loop_resources_t other_timers = many;
    other_timers.timers = others.timers;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &other_timers), PTK_ERR_OK); /* the sockets stay */
    CHECK_EQUAL(in_use(), MANY);
    CHECK_EQUAL(ptk_socket_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK(support_poll(loop, 3));
    CHECK_EQUAL(in_use(), MANY);
    wrapped.withholds = false;
    CHECK(support_poll(loop, 3));
    CHECK_EQUAL(in_use(), MANY - 3);
    CHECK(open_some(3));
    CHECK(send_to(2));
    CHECK(run_until(&records[2].count, 1));
    wrapped.longest_wait_ms = 0;
    wrapped.withholds = true;
    CHECK_EQUAL(ptk_socket_destroy(sockets[0]), PTK_ERR_OK);
    CHECK(wrapped.longest_wait_ms > 0); /* none was late when it began */
    wrapped.withholds = false;
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Free slots before and after retired ones are found, and no others are taken. */
static void late_completion_is_passed_over(void) {
    CHECK(open_loop() && open_some(10));
    sockets[10] = ptk_socket_create(loop);
    for (uint32_t i = 11; i < MANY - 1; i++) {
        CHECK(open_one(i));
    }
    sockets[MANY - 1] = ptk_socket_create(loop);
    wrapped.withholds = true;
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(ptk_socket_destroy(sockets[i]), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_socket_destroy(sockets[MANY - 1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(sockets[10]), PTK_ERR_OK);
    CHECK(open_one(MANY - 1));
    CHECK(open_one(10));
    CHECK_EQUAL(ptk_socket_create(loop), PTK_ERR_OUT_OF_MEMORY);
    wrapped.withholds = false;
    CHECK(support_poll(loop, 3));
    CHECK_EQUAL(in_use(), MANY - 3);
    for (uint32_t i = 3; i < MANY; i++) {
        CHECK(send_to(i));
        CHECK(run_until(&records[i].count, 1));
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Someone who waits for a slot is served when the completion has come. */
static void late_completion_wakes_a_listener(void) {
    support_record_t accepted = {0};
    ptk_address_t address;

    CHECK(open_loop() && open_some(MANY - 2));
    ptk_handle_t listener = support_listen(loop, PTK_ADDRESS_IPV4, 4, &address);
    CHECK(listener > 0);
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, support_record, &accepted), PTK_ERR_OK);
    sockets[MANY - 1] = ptk_socket_create(loop);
    CHECK_EQUAL(ptk_socket_connect(sockets[MANY - 1], &address), PTK_ERR_OK);
    CHECK(run_until(&accepted.count, 1));
    CHECK_EQUAL(ptk_socket_accept(listener, NULL), PTK_ERR_OUT_OF_MEMORY);
    wrapped.withholds = true;
    CHECK_EQUAL(ptk_socket_destroy(sockets[0]), PTK_ERR_OK);
    CHECK(support_poll(loop, 3));
    CHECK_EQUAL(ptk_socket_accept(listener, NULL), PTK_ERR_OUT_OF_MEMORY);
    wrapped.withholds = false;
    accepted.count = 0;
    CHECK(run_until(&accepted.count, 1));
    CHECK(ptk_socket_accept(listener, NULL) > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Nothing is moved, and the old pools stay the loop's. */
static void late_completion_refuses_a_resize(void) {
    CHECK(open_loop() && open_some(4));
    wrapped.withholds = true;
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &others), PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_socket_destroy(sockets[3]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &others), PTK_ERR_BUSY);
    CHECK_EQUAL(in_use(), 4);
    wrapped.withholds = false;
    CHECK(send_to(0));
    CHECK(run_until(&records[0].count, 1));
    CHECK_EQUAL(in_use(), 3);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &others), PTK_ERR_OK);
    for (uint32_t i = 0; i < 3; i++) {
        records[i].count = 0;
        CHECK(send_to(i));
        CHECK(run_until(&records[i].count, 1));
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The loop stays, with its timers and sources, until nothing is in flight any more. It may be destroyed in a
 *  handler. */
static void late_completion_refuses_to_destroy(void) {
    support_record_t expired = {0};

    CHECK(open_loop() && open_some(4));
    ptk_handle_t timer = ptk_timer_create(loop);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    wrapped.withholds = true;
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_BUSY);
    wrapped.longest_wait_ms = 0;
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_BUSY);
    CHECK_EQUAL(wrapped.longest_wait_ms, 0); /* it has been waited for */
    CHECK_EQUAL(ptk_event_loop_create(slots, 1, &many), PTK_ERR_OUT_OF_MEMORY);
    CHECK(run_until(&expired.count, 1));
    CHECK_EQUAL(in_use(), 4);
    CHECK_EQUAL(ptk_socket_destroy(sockets[0]), PTK_ERR_INVALID_HANDLE);
    wrapped.withholds = false;
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK_EQUAL(wrapped.handles, 0);
    CHECK(open_loop() && open_some(MANY));
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief As if they were late; the loop gets an error, and goes on when they can be taken. */
static void failure_to_take_is_no_end(void) {
    CHECK(open_loop() && open_some(4));
    wrapped.failure = WRAPPED_TAKE;
    CHECK(ptk_event_loop_run_for(loop, 0) != PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(sockets[3]), PTK_ERR_OK);
    CHECK_EQUAL(in_use(), 4);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_BUSY);
    wrapped.failure = WRAPPED_NONE;
    CHECK(support_poll(loop, 3));
    CHECK_EQUAL(in_use(), 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

const harness_test_t completions_tests[] = {
    {"completions.group_shares_a_helper", group_shares_a_helper},
    {"completions.helpers_go_with_their_sockets", helpers_go_with_their_sockets},
    {"completions.helper_of_an_idle_connection_is_closed", helper_of_an_idle_connection_is_closed},
    {"completions.resize_keeps_helpers", resize_keeps_helpers},
    {"completions.failure_to_open_is_returned", failure_to_open_is_returned},
    {"completions.foreign_completions_are_dropped", foreign_completions_are_dropped},
    {"completions.failure_to_cancel_is_reported", failure_to_cancel_is_reported},
    {"completions.late_completion_keeps_the_slot", late_completion_keeps_the_slot},
    {"completions.late_completion_is_passed_over", late_completion_is_passed_over},
    {"completions.late_completion_wakes_a_listener", late_completion_wakes_a_listener},
    {"completions.late_completion_refuses_a_resize", late_completion_refuses_a_resize},
    {"completions.late_completion_refuses_to_destroy", late_completion_refuses_to_destroy},
    {"completions.failure_to_take_is_no_end", failure_to_take_is_no_end},
    {NULL, NULL},
};

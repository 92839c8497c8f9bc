/**
 * @file test_events.c
 * @brief Lines about events: who is not called, who is called in vain, who takes too long.
 *
 * SPDX-License-Identifier: MIT
 */
#include "debug_log.h"

#define RUN "ptk_event_loop_run_for"

/** @brief Handler: counts its calls. */
static void count_calls(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint32_t *calls = user_data;

    (void)resource;
    (void)event;
    (void)data;
    (*calls)++;
}

/** @brief Runs some passes. Returns whether all were good. */
static bool run_times(uint32_t passes) {
    return support_poll(support_loop, passes);
}

/** @brief A handler that never reads is reported, once. */
static void readable_that_is_not_consumed(void) {
    ptk_handle_t client;
    ptk_handle_t server;
    uint32_t calls = 0;

    CHECK(log_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_send_text(client, "hello"));
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, count_calls, &calls), PTK_ERR_OK);
    /* Pass by pass: a loop that is run for some milliseconds may make a thousand. */
    const uint64_t start = ptk_clock_now_ms();
    while (calls < 900 && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK(run_times(1));
    }
    CHECK(calls >= 900);
    CHECK_EQUAL(log_count(), 0);
    CHECK(support_run_until(&calls, 3000));
    CHECK_EQUAL(log_lines(RUN, "1000 times in a row without consuming", "PTK_EVENT_READABLE of socket"), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief A handler for WRITABLE that stays and never sends is reported, once. */
static void writable_that_is_left_in_place(void) {
    ptk_handle_t client;
    ptk_handle_t server;
    uint32_t calls = 0;

    CHECK(log_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_WRITABLE, count_calls, &calls), PTK_ERR_OK);
    CHECK(support_run_until(&calls, 3000));
    CHECK_EQUAL(log_lines(RUN, "1000 times in a row without consuming", "PTK_EVENT_WRITABLE of socket"), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief In a row: whoever takes the handler away in between means it. */
static void handler_that_is_set_again_and_again(void) {
    ptk_handle_t client;
    ptk_handle_t server;
    uint32_t calls = 0;

    CHECK(log_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    for (uint32_t i = 0; i < 20; i++) {
        CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_WRITABLE, count_calls, &calls), PTK_ERR_OK);
        CHECK(run_times(100));
        CHECK_EQUAL(ptk_remove_event_handler(client, PTK_EVENT_WRITABLE), PTK_ERR_OK);
        CHECK(run_times(2));
    }
    CHECK(calls >= 1900);
    CHECK_EQUAL(log_count(), 0);
    CHECK(support_close());
}

/** @brief One byte at a time: a handler that makes progress may be called as often as it takes. */
static void take_a_byte(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t byte;
    ptk_buf_t buf;

    ptk_buf_init(&buf, &byte, 1);
    if (ptk_socket_receive(resource, &buf) == PTK_ERR_OK) {
        count_calls(resource, event, data, user_data);
    }
}

/** @brief Handler: sends one byte. */
static void send_a_byte(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t byte = 'x';
    ptk_buf_t buf;

    ptk_buf_wrap(&buf, &byte, 1);
    if (ptk_socket_send(resource, &buf) == PTK_ERR_OK) {
        count_calls(resource, event, data, user_data);
    }
}

/** @brief Handlers that read or send are not reported. */
static void progress_is_no_fault(void) {
    ptk_handle_t client;
    ptk_handle_t server;
    uint32_t taken = 0;
    uint32_t sent = 0;

    CHECK(log_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_WRITABLE, send_a_byte, &sent), PTK_ERR_OK);
    CHECK(support_run_until(&sent, 4000));
    CHECK_EQUAL(ptk_remove_event_handler(client, PTK_EVENT_WRITABLE), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, take_a_byte, &taken), PTK_ERR_OK);
    CHECK(support_run_until(&taken, 3000));
    CHECK_EQUAL(log_count(), 0);
    CHECK(support_close());
}

/** @brief A refused connection that no handler hears of is reported. */
static void refused_connect_without_a_handler(void) {
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    const uint64_t start = ptk_clock_now_ms();

    CHECK(log_open());
    const ptk_handle_t socket = ptk_socket_create(support_loop);

    CHECK_EQUAL(ptk_socket_connect(socket, &dead), PTK_ERR_OK);
    while (log_count() == 0 && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK(run_times(1));
    }
    CHECK_EQUAL(log_lines(RUN, "PTK_EVENT_ERROR is raised and has no handler", "PTK_ERR_CONNECTION_REFUSED, socket"),
                1);
    CHECK(run_times(20));
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief A refused connection that a handler gets is not. */
static void refused_connect_with_a_handler(void) {
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    uint32_t calls = 0;

    CHECK(log_open());
    const ptk_handle_t socket = ptk_socket_create(support_loop);

    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, count_calls, &calls), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(socket, &dead), PTK_ERR_OK);
    CHECK(support_run_until(&calls, 1));
    CHECK_EQUAL(log_count(), 0);
    CHECK(support_close());
}

/** @brief Destroying a socket with unread input resets the connection. */
static bool reset_with(ptk_event_t event, uint32_t *calls) {
    ptk_handle_t client;
    ptk_handle_t server;
    uint32_t arrived = 0;

    CHECK_OR_RETURN(log_open(), false);
    CHECK_OR_RETURN(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server), false);
    CHECK_OR_RETURN(ptk_set_event_handler(client, event, count_calls, calls) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_set_event_handler(server, PTK_EVENT_READABLE, count_calls, &arrived) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(support_send_text(client, "hello"), false);
    CHECK_OR_RETURN(support_run_until(&arrived, 1), false);
    CHECK_OR_RETURN(ptk_socket_destroy(server) == PTK_ERR_OK, false);
    return true;
}

/** @brief A reset that no handler hears of is reported. */
static void reset_without_a_handler(void) {
    const uint64_t start = ptk_clock_now_ms();
    uint32_t calls = 0;

    CHECK(reset_with(PTK_EVENT_DISCONNECTED, &calls));
    while (log_count() == 0 && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK(run_times(1));
    }
    CHECK_EQUAL(log_lines(RUN, "PTK_EVENT_ERROR is raised and has no handler", "PTK_ERR_CONNECTION_RESET, socket"), 1);
    CHECK(run_times(20));
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

/** @brief Who reads learns of it by reading. */
static void reset_with_a_reader(void) {
    uint32_t calls = 0;

    CHECK(reset_with(PTK_EVENT_READABLE, &calls));
    CHECK(support_run_until(&calls, 1));
    CHECK_EQUAL(log_count(), 0);
    CHECK(support_close());
}

/** @brief Handler: takes longer than it should. */
static void take_time(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    support_stand_still_until(ptk_clock_now_ms() + PTK_SLOW_HANDLER_MS + 1);
    count_calls(resource, event, data, user_data);
}

/** @brief A handler that runs too long is reported. */
static void handler_that_takes_long(void) {
    uint32_t calls = 0;

    if (PTK_SLOW_HANDLER_MS == 0) {
        harness_skip("PTK_SLOW_HANDLER_MS is 0");
        return;
    }
    CHECK(log_open());
    log_keep_slow();
    const ptk_handle_t timer = ptk_timer_create(support_loop);

    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, take_time, &calls), PTK_ERR_OK);
    for (uint32_t i = 1; i <= 3; i++) {
        CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
        CHECK(support_run_until(&calls, i));
    }
    CHECK_EQUAL(log_lines(RUN, "the loop stood still while the handler of PTK_EVENT_EXPIRED ran", "timer, loop 0"), 1);
    CHECK_EQUAL(log_count(), 1);
    CHECK(support_close());
}

const harness_test_t events_tests[] = {
    {"events.readable_that_is_not_consumed", readable_that_is_not_consumed},
    {"events.writable_that_is_left_in_place", writable_that_is_left_in_place},
    {"events.handler_that_is_set_again_and_again", handler_that_is_set_again_and_again},
    {"events.progress_is_no_fault", progress_is_no_fault},
    {"events.refused_connect_without_a_handler", refused_connect_without_a_handler},
    {"events.refused_connect_with_a_handler", refused_connect_with_a_handler},
    {"events.reset_without_a_handler", reset_without_a_handler},
    {"events.reset_with_a_reader", reset_with_a_reader},
    {"events.handler_that_takes_long", handler_that_takes_long},
    {NULL, NULL},
};

/**
 * @file test_listener.c
 * @brief Listeners without a free slot: paused, one refusal, and on again when a slot is freed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

/** @brief The pools of a loop. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(two_sockets, 1, 2, 0);

/** @brief What a listener's handler accepted. */
typedef struct acceptor {
    ptk_handle_t accepted[8];
    uint32_t accepts;
    uint32_t refusals;
    uint32_t calls;
    ptk_err_t error;
} acceptor_t;

/** @brief Handler: accepts one connection. */
static void accept_one(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    acceptor_t *acceptor = user_data;
    const ptk_handle_t accepted = ptk_socket_accept(resource, NULL);

    (void)event;
    (void)data;
    acceptor->calls++;
    if (accepted > 0) {
        CHECK(acceptor->accepts < 8);
        acceptor->accepted[acceptor->accepts++] = accepted;
    } else if (accepted != PTK_ERR_WOULD_BLOCK) {
        acceptor->refusals++;
        acceptor->error = (ptk_err_t)accepted;
        CHECK_EQUAL(ptk_get_last_error(resource), accepted);
    }
}

/** @brief Clients live in the first loop, the listener in a second one with two socket slots. */
static bool open_listener(acceptor_t *acceptor, ptk_handle_t *listener, ptk_address_t *address) {
    CHECK_OR_RETURN(support_open(), false);
    support_other = ptk_event_loop_create(support_slots, 2, &two_sockets);
    CHECK_OR_RETURN(support_other > 0, false);
    *listener = support_listen(support_other, PTK_ADDRESS_IPV4, 8, address);
    CHECK_OR_RETURN(*listener > 0, false);
    CHECK_OR_RETURN(ptk_set_event_handler(*listener, PTK_EVENT_READABLE, accept_one, acceptor) == PTK_ERR_OK, false);
    return true;
}

/** @brief Connects to a listener. Returns the socket, or an error. */
static ptk_handle_t connect_one(const ptk_address_t *address) {
    support_record_t connected = {0};
    const ptk_handle_t client = ptk_socket_create(support_loop);

    CHECK_OR_RETURN(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, support_record, &connected) == PTK_ERR_OK, -1);
    CHECK_OR_RETURN(ptk_socket_connect(client, address) == PTK_ERR_OK, -1);
    CHECK_OR_RETURN(support_run_until(&connected.count, 1), -1);
    CHECK_OR_RETURN(ptk_remove_event_handler(client, PTK_EVENT_CONNECTED) == PTK_ERR_OK, -1);
    return client;
}

/** @brief A full pool is no reason to refuse while no connection waits. */
static void full_pool_without_a_connection(void) {
    acceptor_t acceptor = {{0}, 0, 0, 0, PTK_ERR_OK};
    ptk_event_loop_stats_t stats;
    ptk_address_t address;
    ptk_handle_t listener;

    CHECK(open_listener(&acceptor, &listener, &address));
    CHECK(ptk_socket_create(support_other) > 0);
    CHECK_EQUAL(ptk_socket_accept(listener, NULL), PTK_ERR_WOULD_BLOCK);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_other, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.refused_accepts, 0);
    CHECK(support_close());
}

/** @brief A listener that finds no free slot is paused: its handler is not called again and again. */
static void full_pool_pauses_it(void) {
    acceptor_t acceptor = {{0}, 0, 0, 0, PTK_ERR_OK};
    ptk_event_loop_stats_t stats;
    ptk_address_t address;
    ptk_handle_t listener;
    ptk_handle_t clients[3];
    uint32_t calls;

    CHECK(open_listener(&acceptor, &listener, &address));
    clients[0] = connect_one(&address);
    CHECK(clients[0] > 0);
    CHECK(support_run_until(&acceptor.accepts, 1));
    clients[1] = connect_one(&address);
    clients[2] = connect_one(&address);
    CHECK(clients[1] > 0 && clients[2] > 0);
    CHECK(support_run_until(&acceptor.refusals, 1));
    CHECK_EQUAL(acceptor.error, PTK_ERR_OUT_OF_MEMORY);
    /* Paused: no call, no spin, the live connection stays. */
    calls = acceptor.calls;
    CHECK(support_idle_passes(support_other) <= 10);
    CHECK_EQUAL(acceptor.calls, calls);
    CHECK_EQUAL(acceptor.refusals, 1);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_other, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.refused_accepts, 1);
    CHECK(support_send_text(acceptor.accepted[0], "alive"));
    CHECK(support_expect_text(clients[0], "alive"));
    /* A slot is freed: the second connection, which waited in the backlog, is accepted. */
    CHECK_EQUAL(ptk_socket_destroy(acceptor.accepted[0]), PTK_ERR_OK);
    CHECK(support_run_until(&acceptor.accepts, 2));
    CHECK(support_send_text(clients[1], "patient"));
    CHECK(support_expect_text(acceptor.accepted[1], "patient"));
    /* The third is one more refusal, counted once. */
    CHECK(support_run_until(&acceptor.refusals, 2));
    CHECK(support_idle_passes(support_other) <= 10);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_other, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.refused_accepts, 2);
    CHECK_EQUAL(ptk_socket_destroy(acceptor.accepted[1]), PTK_ERR_OK);
    CHECK(support_run_until(&acceptor.accepts, 3));
    CHECK_EQUAL(ptk_socket_destroy(acceptor.accepted[2]), PTK_ERR_OK);
    CHECK(support_idle_passes(support_other) <= 10);
    CHECK_EQUAL(acceptor.accepts, 3);
    CHECK_EQUAL(acceptor.refusals, 2);
    CHECK(support_close());
}

/** @brief It resumes when the pool grows. */
static void a_larger_pool_wakes_it(void) {
    static ptk_socket_internal_t more[6];
    acceptor_t acceptor = {{0}, 0, 0, 0, PTK_ERR_OK};
    ptk_event_loop_resources_t pools = two_sockets;
    ptk_address_t address;
    ptk_handle_t listener;

    CHECK(open_listener(&acceptor, &listener, &address));
    CHECK(connect_one(&address) > 0);
    CHECK(support_run_until(&acceptor.accepts, 1));
    CHECK(connect_one(&address) > 0);
    CHECK(support_run_until(&acceptor.refusals, 1));
    pools.sockets = more;
    pools.num_sockets = 6;
    CHECK_EQUAL(ptk_event_loop_resize_resources(support_other, &pools), PTK_ERR_OK);
    CHECK(support_run_until(&acceptor.accepts, 2));
    CHECK_EQUAL(acceptor.refusals, 1);
    CHECK(support_close());
}

/** @brief It resumes when a socket is destroyed. */
static void any_freed_socket_wakes_it(void) {
    acceptor_t acceptor = {{0}, 0, 0, 0, PTK_ERR_OK};
    ptk_address_t address;
    ptk_handle_t listener;

    CHECK(open_listener(&acceptor, &listener, &address));
    ptk_handle_t idle = ptk_socket_create(support_other);
    CHECK(idle > 0);
    CHECK(connect_one(&address) > 0);
    CHECK(support_run_until(&acceptor.refusals, 1));
    CHECK_EQUAL(acceptor.accepts, 0);
    CHECK_EQUAL(ptk_socket_destroy(idle), PTK_ERR_OK);
    CHECK(support_run_until(&acceptor.accepts, 1));
    CHECK(support_close());
}

/** @brief It can be destroyed while it is paused. */
static void a_paused_listener_can_be_destroyed(void) {
    acceptor_t acceptor = {{0}, 0, 0, 0, PTK_ERR_OK};
    ptk_address_t address;
    ptk_handle_t listener;
    ptk_handle_t again;

    CHECK(open_listener(&acceptor, &listener, &address));
    CHECK(connect_one(&address) > 0);
    CHECK(support_run_until(&acceptor.accepts, 1));
    CHECK(connect_one(&address) > 0);
    CHECK(support_run_until(&acceptor.refusals, 1));
    CHECK_EQUAL(ptk_socket_destroy(listener), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(acceptor.accepted[0]), PTK_ERR_OK);
    CHECK(support_poll(support_other, 5));
    CHECK_EQUAL(acceptor.accepts, 1);
    CHECK_EQUAL(acceptor.refusals, 1);
    /* And the loop can listen again. */
    again = support_listen(support_other, PTK_ADDRESS_IPV4, 8, &address);
    CHECK(again > 0);
    CHECK_EQUAL(ptk_set_event_handler(again, PTK_EVENT_READABLE, accept_one, &acceptor), PTK_ERR_OK);
    CHECK(connect_one(&address) > 0);
    CHECK(support_run_until(&acceptor.accepts, 2));
    CHECK(support_close());
}

/** @brief A connection that waits while the listener's event has no handler does not make the loop spin. */
static void unhandled_connection_does_not_spin(void) {
    acceptor_t acceptor = {{0}, 0, 0, 0, PTK_ERR_OK};
    ptk_address_t address;
    ptk_handle_t listener;

    CHECK(open_listener(&acceptor, &listener, &address));
    CHECK_EQUAL(ptk_remove_event_handler(listener, PTK_EVENT_READABLE), PTK_ERR_OK);
    CHECK(connect_one(&address) > 0);
    support_run_ms(20);
    CHECK(support_idle_passes(support_other) <= 10);
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, accept_one, &acceptor), PTK_ERR_OK);
    CHECK(support_run_until(&acceptor.accepts, 1));
    CHECK(support_close());
}

/** @brief One accept per event, several connections waiting: the event comes again for each. */
static void backlog_is_worked_off(void) {
    acceptor_t acceptor = {{0}, 0, 0, 0, PTK_ERR_OK};
    ptk_address_t address;

    CHECK(support_open_two());
    ptk_handle_t listener = support_listen(support_other, PTK_ADDRESS_IPV4, 8, &address);
    CHECK(listener > 0);
    for (uint32_t i = 0; i < 5; i++) {
        CHECK(connect_one(&address) > 0);
    }
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, accept_one, &acceptor), PTK_ERR_OK);
    CHECK(support_run_until(&acceptor.accepts, 5));
    CHECK(support_idle_passes(support_other) <= 10);
    CHECK_EQUAL(acceptor.accepts, 5);
    CHECK_EQUAL(acceptor.refusals, 0);
    CHECK(support_close());
}

const harness_test_t listener_tests[] = {
    {"listener.full_pool_without_a_connection", full_pool_without_a_connection},
    {"listener.full_pool_pauses_it", full_pool_pauses_it},
    {"listener.a_larger_pool_wakes_it", a_larger_pool_wakes_it},
    {"listener.any_freed_socket_wakes_it", any_freed_socket_wakes_it},
    {"listener.a_paused_listener_can_be_destroyed", a_paused_listener_can_be_destroyed},
    {"listener.unhandled_connection_does_not_spin", unhandled_connection_does_not_spin},
    {"listener.backlog_is_worked_off", backlog_is_worked_off},
    {NULL, NULL},
};

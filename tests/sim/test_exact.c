/**
 * @file test_exact.c
 * @brief No handler is called without a reason: here each call can be counted, as nothing else happens.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

/** @brief What a handler was called for. */
typedef struct calls {
    int count;     /**< @brief Calls. */
    int successes; /**< @brief Of these: there was something. */
} calls_t;

/** @brief Accepts once. @param user_data a calls_t. */
static void accept_once(ptk_handle_t listener, ptk_event_t event, uintptr_t data, void *user_data) {
    calls_t *calls = user_data;

    (void)event, (void)data;
    calls->count++;
    calls->successes += ptk_socket_accept(listener, NULL) > 0;
}

/** @brief A handler that accepts once is called once for each connection. */
static void one_call_for_a_connection(void) {
    calls_t calls = {0, 0};

    CHECK(sim_begin(1, NULL));
    ptk_handle_t listener = sim_listen(HOST_B);
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, accept_once, &calls), PTK_ERR_OK);
    for (int i = 1; i <= 3; i++) {
        CHECK(sim_connect(HOST_A) > 0);
        (void)ptk_sim_run_until(NOW + 100);
        CHECK_EQUAL(calls.successes, i);
        CHECK_EQUAL(calls.count, i);
    }
    sim_end();
}

/** @brief Two sockets, each of which receives for the other one when it has an error. */
typedef struct pair {
    ptk_handle_t sockets[2]; /**< @brief The sockets. */
    int events;              /**< @brief Errors that came as an event. */
    int results;             /**< @brief Errors that an operation has returned. */
} pair_t;

/** @brief An error came: looks whether the other socket has one, too. @param user_data the pair. */
static void receive_for_the_other(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    pair_t *pair = user_data;
    uint8_t bytes[8];
    ptk_buf_t buf;

    (void)event, (void)data;
    (void)ptk_buf_init(&buf, bytes, sizeof bytes);
    pair->events++;
    ptk_err_t error = ptk_socket_receive(pair->sockets[socket == pair->sockets[0]], &buf);
    pair->results += error == PTK_ERR_CONNECTION_REFUSED;
}

/** @brief An error that an operation has returned is not delivered as well, though it was reported before. */
static void error_comes_once(void) {
    pair_t pair = {{0, 0}, 0, 0};
    size_t sent;

    CHECK(sim_begin(1, NULL));
    const ptk_address_t unused = sim_address(HOST_B, 9);
    for (int i = 0; i < 2; i++) {
        pair.sockets[i] = sim_open_udp(HOST_A, 0);
        CHECK_EQUAL(ptk_socket_connect(pair.sockets[i], &unused), PTK_ERR_OK);
        CHECK_EQUAL(ptk_set_event_handler(pair.sockets[i], PTK_EVENT_ERROR, receive_for_the_other, &pair), PTK_ERR_OK);
    }
    CHECK_EQUAL(sim_send(pair.sockets[0], 1, &sent), PTK_ERR_OK);
    CHECK_EQUAL(sim_send(pair.sockets[1], 1, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(pair.events, 1);
    CHECK_EQUAL(pair.results, 1);
    sim_end();
}

/** @brief A protothread that counts how often it was resumed while it waits for data. */
typedef struct waiter {
    ptk_pt_t pt;         /**< @brief The protothread. */
    ptk_handle_t socket; /**< @brief On which it waits. */
    int resumed;         /**< @brief How often. */
} waiter_t;

/** @brief Waits for data, for ever. @param pt the protothread of a waiter_t. */
static ptk_pt_status_t wait_for_data(ptk_pt_t *pt) {
    waiter_t *waiter = (waiter_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    for (;;) {
        PTK_PT_WAIT_EVENT(pt, waiter->socket, PTK_EVENT_READABLE);
        waiter->resumed++;
    }
    PTK_PT_END(pt);
}

/** @brief A receive that finds nothing does not resume the protothread that waits for data. */
static void waiter_is_not_resumed_in_vain(void) {
    waiter_t waiter = {.resumed = 0};
    ptk_handle_t a;
    ptk_handle_t b;
    ptk_err_t error;
    size_t sent;

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    waiter.socket = b;
    CHECK_EQUAL(ptk_protothread_init(&waiter.pt, wait_for_data), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&waiter.pt), PTK_ERR_OK);
    CHECK_EQUAL(sim_receive(b, &error), 0);
    CHECK_EQUAL(error, PTK_ERR_WOULD_BLOCK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(waiter.resumed, 0);
    CHECK_EQUAL(sim_send(a, 1, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1);
    CHECK(waiter.resumed > 0);
    sim_end();
}

const harness_test_t exact_tests[] = {
    {"exact.one_call_for_a_connection", one_call_for_a_connection},
    {"exact.error_comes_once", error_comes_once},
    {"exact.waiter_is_not_resumed_in_vain", waiter_is_not_resumed_in_vain},
    {NULL, NULL},
};

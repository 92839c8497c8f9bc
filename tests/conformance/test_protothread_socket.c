/**
 * @file test_protothread_socket.c
 * @brief Protothreads on sockets: connect, accept, send all, receive, receive exactly, with timeouts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief A protothread that uses a socket. */
typedef struct context {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t accepted;
    ptk_handle_t other;
    ptk_handle_t timer;
    ptk_address_t remote;
    uint32_t timeout_ms;
    uint32_t rounds;
    uint32_t done;
    size_t length;
    ptk_err_t outcome;
    ptk_buf_t buf;
    uint8_t memory[64];
} context_t;

/** @brief The side that accepts. */
static context_t server;
/** @brief The side that connects. */
static context_t client;

/** @brief The context of a protothread. Returns it. */
static context_t *of(ptk_pt_t *pt) {
    return (context_t *)(void *)pt;
}

/** @brief Notes the outcome of the wait. */
static void finish(context_t *context) {
    context->outcome = PTK_PT_ERROR(&context->pt);
    context->done++;
}

/** @brief Prepares a context. Returns whether that worked. */
static bool prepare(context_t *context, ptk_handle_t socket, bool with_timer, uint32_t timeout_ms) {
    memset(context, 0, sizeof(*context));
    context->socket = socket;
    context->timer = with_timer ? ptk_timer_create(support_loop) : 0;
    context->timeout_ms = timeout_ms;
    context->outcome = PTK_ERR_SYSTEM;
    CHECK_OR_RETURN(ptk_buf_init(&context->buf, context->memory, sizeof(context->memory)) == PTK_ERR_OK, false);
    return true;
}

/** @brief Starts a protothread. Returns whether that worked. */
static bool begin(context_t *context, ptk_pt_function_t function) {
    CHECK_OR_RETURN(ptk_protothread_init(&context->pt, function) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_protothread_run(&context->pt) == PTK_ERR_OK, false);
    return true;
}

/** @brief Accepts, then responds to each message of 8 bytes with its first four reversed in 4 bytes. */
static ptk_pt_status_t serve(ptk_pt_t *pt) {
    context_t *context = of(pt);
    uint32_t word;

    PTK_PT_BEGIN(pt);
    PTK_PT_ACCEPT(pt, context->socket, &context->accepted, &context->remote);
    if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
        finish(context);
        PTK_PT_EXIT(pt);
    }
    for (;;) {
        ptk_buf_clear(&context->buf);
        PTK_PT_RECEIVE_EXACTLY(pt, context->accepted, &context->buf, 8);
        if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
            finish(context);
            PTK_PT_EXIT(pt);
        }
        word = ptk_buf_get_u32_be(&context->buf);
        ptk_buf_clear(&context->buf);
        ptk_buf_put_u32_le(&context->buf, word);
        PTK_PT_SEND_ALL(pt, context->accepted, &context->buf);
        context->rounds++;
    }
    PTK_PT_END(pt);
}

/** @brief Protothread: connects, sends a request and receives the response. */
static ptk_pt_status_t ask(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_CONNECT(pt, context->socket, &context->remote);
    while (PTK_PT_ERROR(pt) == PTK_ERR_OK && context->rounds < 20) {
        ptk_buf_clear(&context->buf);
        ptk_buf_put_u32_be(&context->buf, 0x01020300u + context->rounds);
        ptk_buf_put_u32_be(&context->buf, 0);
        PTK_PT_SEND_ALL(pt, context->socket, &context->buf);
        ptk_buf_clear(&context->buf);
        PTK_PT_RECEIVE_EXACTLY(pt, context->socket, &context->buf, 4);
        if (ptk_buf_get_u32_le(&context->buf) != 0x01020300u + context->rounds) {
            break;
        }
        context->rounds++;
    }
    finish(context);
    PTK_PT_END(pt);
}

/** @brief A request and a response between two protothreads. */
static void conversation(uint8_t family) {
    ptk_address_t address;
    ptk_address_t local;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    ptk_handle_t listener = support_listen(support_loop, family, 1, &address);
    CHECK(prepare(&server, listener, false, 0));
    CHECK(prepare(&client, ptk_socket_create(support_loop), false, 0));
    client.remote = address;
    CHECK(begin(&server, serve));
    CHECK(begin(&client, ask));
    CHECK(support_run_until(&client.done, 1));
    CHECK_EQUAL(client.outcome, PTK_ERR_OK);
    CHECK_EQUAL(client.rounds, 20);
    CHECK_EQUAL(ptk_socket_get_local_address(client.socket, &local), PTK_ERR_OK);
    CHECK(ptk_address_equal(&local, &server.remote));
    CHECK_EQUAL(server.done, 0);
    CHECK_EQUAL(ptk_socket_destroy(client.socket), PTK_ERR_OK);
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_CLOSED);
    CHECK_EQUAL(server.rounds, 20);
    CHECK(support_close());
}

/** @brief With IPv4. */
static void conversation_ipv4(void) {
    conversation(PTK_ADDRESS_IPV4);
}

/** @brief With IPv6. */
static void conversation_ipv6(void) {
    conversation(PTK_ADDRESS_IPV6);
}

/** @brief Protothread: connects. */
static ptk_pt_status_t connect_only(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    if (context->timer == 0) {
        PTK_PT_CONNECT(pt, context->socket, &context->remote);
    } else {
        PTK_PT_CONNECT_TIMEOUT(pt, context->socket, &context->remote, context->timer, context->timeout_ms);
    }
    finish(context);
    PTK_PT_END(pt);
}

/** @brief Connecting succeeds, is refused, or times out. */
static void connect_outcomes(void) {
    ptk_address_t address;
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);

    CHECK(support_open());
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address) > 0);
    for (uint32_t timer = 0; timer <= 1; timer++) {
        CHECK(prepare(&client, ptk_socket_create(support_loop), timer == 1, SUPPORT_LIMIT_MS));
        client.remote = dead;
        CHECK(begin(&client, connect_only));
        CHECK(support_run_until(&client.done, 1));
        CHECK_EQUAL(client.outcome, PTK_ERR_CONNECTION_REFUSED);
        CHECK_EQUAL(ptk_socket_destroy(client.socket), PTK_ERR_OK);
        CHECK(prepare(&client, ptk_socket_create(support_loop), timer == 1, SUPPORT_LIMIT_MS));
        client.remote = address;
        CHECK(begin(&client, connect_only));
        CHECK(support_run_until(&client.done, 1));
        CHECK_EQUAL(client.outcome, PTK_ERR_OK);
        /* A second connect on the same socket is refused at once. */
        client.done = 0;
        CHECK(begin(&client, connect_only));
        CHECK_EQUAL(client.done, 1);
        CHECK_EQUAL(client.outcome, PTK_ERR_INVALID_STATE);
    }
    CHECK(prepare(&client, -1, false, 0));
    CHECK(begin(&client, connect_only));
    CHECK_EQUAL(client.outcome, PTK_ERR_INVALID_HANDLE);
    CHECK(support_close());
}

/** @brief Protothread: accepts. */
static ptk_pt_status_t accept_only(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    if (context->timer == 0) {
        PTK_PT_ACCEPT(pt, context->socket, &context->accepted, NULL);
    } else {
        PTK_PT_ACCEPT_TIMEOUT(pt, context->socket, &context->accepted, &context->remote, context->timer,
                              context->timeout_ms);
    }
    finish(context);
    PTK_PT_END(pt);
}

/** @brief Accepting succeeds, fails, or times out. */
static void accept_outcomes(void) {
    const uint64_t start = ptk_clock_now_ms();
    ptk_address_t address;

    CHECK(support_open());
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);
    CHECK(prepare(&server, listener, true, 15));
    CHECK(begin(&server, accept_only));
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_TIMED_OUT);
    CHECK(ptk_clock_now_ms() - start >= 15);
    CHECK(prepare(&server, listener, true, SUPPORT_LIMIT_MS));
    CHECK(begin(&server, accept_only));
    CHECK_EQUAL(ptk_socket_connect(ptk_socket_create(support_loop), &address), PTK_ERR_OK);
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_OK);
    CHECK(server.accepted > 0);
    CHECK_EQUAL(server.remote.family, PTK_ADDRESS_IPV4);
    CHECK(prepare(&server, server.accepted, false, 0));
    CHECK(begin(&server, accept_only));
    CHECK_EQUAL(server.outcome, PTK_ERR_INVALID_STATE);
    CHECK(support_close());
}

/** @brief With a full pool accept waits for a slot instead of giving up. */
static void accept_waits_for_a_slot(void) {
    static ptk_socket_internal_t two_sockets[2];
    support_record_t connected = {0};
    ptk_address_t address;

    CHECK(support_open_two());
    ptk_event_loop_resources_t pools = support_resources[1];
    pools.sockets = two_sockets;
    pools.num_sockets = 2;
    CHECK_EQUAL(ptk_event_loop_resize_resources(support_other, &pools), PTK_ERR_OK);
    ptk_handle_t listener = support_listen(support_other, PTK_ADDRESS_IPV4, 4, &address);
    ptk_handle_t idle = ptk_socket_create(support_other);
    CHECK(listener > 0 && idle > 0);
    CHECK(prepare(&server, listener, false, 0));
    CHECK(begin(&server, accept_only));
    ptk_handle_t peer = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(peer, PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(peer, &address), PTK_ERR_OK);
    CHECK(support_run_until(&connected.count, 1));
    support_run_ms(20);
    CHECK_EQUAL(server.done, 0);
    CHECK(support_idle_passes(support_other) <= 10);
    CHECK_EQUAL(ptk_socket_destroy(idle), PTK_ERR_OK);
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_OK);
    CHECK(server.accepted > 0);
    CHECK(support_close());
}

/** @brief Protothread: receives once. */
static ptk_pt_status_t receive_once(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    PTK_PT_RECEIVE(pt, context->socket, &context->buf);
    finish(context);
    PTK_PT_END(pt);
}

/** @brief A datagram resumes a protothread that waits for it. */
static void receives_a_datagram(void) {
    ptk_address_t addresses[2];
    uint8_t memory[4];
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t first = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &addresses[0]);
    ptk_handle_t second = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &addresses[1]);
    CHECK(first > 0 && second > 0);
    CHECK_EQUAL(ptk_socket_connect(first, &addresses[1]), PTK_ERR_OK);
    CHECK(prepare(&client, first, false, 0));
    CHECK(begin(&client, receive_once));
    support_run_ms(5);
    CHECK_EQUAL(client.done, 0);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    ptk_buf_put_u8(&buf, 0x5A);
    CHECK_EQUAL(ptk_socket_send_to(second, &buf, &addresses[0]), PTK_ERR_OK);
    CHECK(support_run_until(&client.done, 1));
    CHECK_EQUAL(client.outcome, PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_get_u8(&client.buf), 0x5A);
    CHECK(support_close());
}

/** @brief Steps called without the macros. */
static ptk_pt_status_t steps(ptk_pt_t *pt) {
    context_t *context = of(pt);

    switch (context->rounds) {
    case 0:
        context->outcome = ptk_protothread_step_connect(pt, -1, &context->remote, PTK_NO_TIMER, 0);
        break;
    case 1:
        context->outcome = ptk_protothread_step_accept(pt, -1, &context->accepted, NULL, PTK_NO_TIMER, 0);
        break;
    case 2:
        context->outcome = ptk_protothread_step_send_all(pt, -1, &context->buf, PTK_NO_TIMER, 0);
        break;
    case 3:
        context->outcome = ptk_protothread_step_receive(pt, -1, &context->buf, PTK_NO_TIMER, 0);
        break;
    case 4:
        context->outcome = ptk_protothread_step_receive_exactly(pt, -1, &context->buf, 4, PTK_NO_TIMER, 0);
        break;
    case 5:
        context->outcome = ptk_protothread_step_sleep(pt, PTK_NO_TIMER, 1);
        break;
    case 6:
        context->outcome = ptk_protothread_step_accept(pt, context->socket, NULL, NULL, PTK_NO_TIMER, 0);
        break;
    case 7:
        context->outcome = ptk_protothread_step_accept(pt, context->other, &context->accepted, NULL, PTK_NO_TIMER, 0);
        break;
    default:
        ptk_buf_clear(&context->buf);
        context->outcome = ptk_protothread_step_receive(pt, context->other, &context->buf, PTK_NO_TIMER, 0);
        break;
    }
    return context->outcome == PTK_ERR_WOULD_BLOCK ? PTK_PT_WAITING : PTK_PT_ENDED;
}

/** @brief Protothread: does nothing. */
static ptk_pt_status_t nothing(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_END(pt);
}

/** @brief The steps that the waits call refuse bad arguments. */
static void steps_refuse_bad_arguments(void) {
    static const ptk_err_t outcomes[] = {PTK_ERR_INVALID_HANDLE,   PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_HANDLE,
                                         PTK_ERR_INVALID_HANDLE,   PTK_ERR_INVALID_HANDLE, PTK_ERR_INVALID_HANDLE,
                                         PTK_ERR_INVALID_ARGUMENT, PTK_ERR_INVALID_STATE,  PTK_ERR_NOT_CONNECTED};
    ptk_address_t address;

    CHECK(support_open());
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address);
    ptk_handle_t fresh = ptk_socket_create(support_loop);
    for (uint32_t kind = 0; kind < sizeof(outcomes) / sizeof(outcomes[0]); kind++) {
        CHECK(prepare(&client, listener, false, 0));
        ptk_buf_put_u8(&client.buf, 1);
        client.rounds = kind;
        client.remote = address;
        client.other = fresh;
        CHECK(begin(&client, steps));
        CHECK_EQUAL(client.outcome, outcomes[kind]);
        CHECK(ptk_protothread_is_finished(&client.pt));
    }
    /* Without a protothread there is nothing that could wait. */
    CHECK_EQUAL(ptk_protothread_step_yield(NULL, support_loop), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_condition(NULL, support_loop, true, PTK_NO_TIMER, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_event(NULL, listener, PTK_EVENT_READABLE, PTK_NO_TIMER, 0),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_sleep(NULL, ptk_timer_create(support_loop), 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_spawn(NULL, &client.pt, nothing), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_semaphore(NULL, NULL, PTK_NO_TIMER, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_connect(NULL, listener, &address, PTK_NO_TIMER, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_accept(NULL, listener, &client.accepted, NULL, PTK_NO_TIMER, 0),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_send_all(NULL, listener, &client.buf, PTK_NO_TIMER, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_receive(NULL, listener, &client.buf, PTK_NO_TIMER, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_protothread_step_receive_exactly(NULL, listener, &client.buf, 1, PTK_NO_TIMER, 0),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_close());
}

const harness_test_t protothread_socket_tests[] = {
    {"protothread_socket.conversation_ipv4", conversation_ipv4},
    {"protothread_socket.conversation_ipv6", conversation_ipv6},
    {"protothread_socket.connect_outcomes", connect_outcomes},
    {"protothread_socket.accept_outcomes", accept_outcomes},
    {"protothread_socket.accept_waits_for_a_slot", accept_waits_for_a_slot},
    {"protothread_socket.receives_a_datagram", receives_a_datagram},
    {"protothread_socket.steps_refuse_bad_arguments", steps_refuse_bad_arguments},
    {NULL, NULL},
};

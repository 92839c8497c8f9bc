/**
 * @file test_protothread_stream.c
 * @brief Protothreads that receive and send on streams, with timeouts and cancelled.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief A protothread that uses a stream. */
typedef struct context {
    ptk_pt_t pt;
    ptk_handle_t socket;
    ptk_handle_t accepted;
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

/** @brief The side that receives. */
static context_t server;
/** @brief The side that sends. */
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

/** @brief Protothread: receives once. */
static ptk_pt_status_t receive_only(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    if (context->timer == 0) {
        PTK_PT_RECEIVE(pt, context->socket, &context->buf);
    } else {
        PTK_PT_RECEIVE_TIMEOUT(pt, context->socket, &context->buf, context->timer, context->timeout_ms);
    }
    finish(context);
    PTK_PT_END(pt);
}

/** @brief Protothread: receives an exact number of bytes. */
static ptk_pt_status_t receive_exactly(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    if (context->timer == 0) {
        PTK_PT_RECEIVE_EXACTLY(pt, context->socket, &context->buf, context->length);
    } else {
        PTK_PT_RECEIVE_EXACTLY_TIMEOUT(pt, context->socket, &context->buf, context->length, context->timer,
                                       context->timeout_ms);
    }
    finish(context);
    PTK_PT_END(pt);
}

/** @brief Receiving succeeds, fails, or times out. */
static void receive_outcomes(void) {
    ptk_handle_t near_end;
    ptk_handle_t far_end;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &far_end, &near_end));
    CHECK(prepare(&server, near_end, true, 15));
    CHECK(begin(&server, receive_only));
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(ptk_timer_destroy(server.timer), PTK_ERR_OK);
    CHECK(prepare(&server, near_end, true, SUPPORT_LIMIT_MS));
    CHECK(begin(&server, receive_only));
    CHECK(support_send_text(far_end, "some"));
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&server.buf), 4);
    CHECK(prepare(&server, near_end, false, 0));
    CHECK(begin(&server, receive_only));
    CHECK_EQUAL(ptk_socket_destroy(far_end), PTK_ERR_OK);
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_CLOSED);
    CHECK(support_close());
}

/** @brief What follows the exact number stays in the socket. */
static void receive_exactly_takes_no_more(void) {
    ptk_handle_t near_end;
    ptk_handle_t far_end;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &far_end, &near_end));
    CHECK(prepare(&server, near_end, false, 0));
    ptk_buf_put_bytes(&server.buf, "ab", 2);
    server.length = 6;
    CHECK(begin(&server, receive_exactly));
    CHECK(support_send_text(far_end, "cd"));
    support_run_ms(20);
    CHECK_EQUAL(server.done, 0);
    CHECK(support_send_text(far_end, "efghij"));
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&server.buf), 6);
    CHECK(memcmp(server.memory, "abcdef", 6) == 0);
    CHECK(support_expect_text(near_end, "ghij"));
    /* What is there already is enough. */
    CHECK(begin(&server, receive_exactly));
    CHECK_EQUAL(server.done, 2);
    CHECK_EQUAL(server.outcome, PTK_ERR_OK);
    /* Half of it, then time is over; what came stays in the buffer. A sender that waits for a delayed acknowledgement
       (RFC 896, RFC 1122) is not always done in 30 ms. */
    CHECK(support_send_text(far_end, "123"));
    for (uint32_t limit_ms = 30; limit_ms == 30 || (limit_ms <= 3000 && ptk_buf_length(&server.buf) == 0);
         limit_ms *= 10) {
        CHECK(prepare(&server, near_end, true, limit_ms));
        server.length = 6;
        CHECK(begin(&server, receive_exactly));
        CHECK(support_run_until(&server.done, 1));
        CHECK_EQUAL(server.outcome, PTK_ERR_TIMED_OUT);
    }
    CHECK_EQUAL(ptk_buf_length(&server.buf), 3);
    /* Half of it, then the stream ends. */
    CHECK(prepare(&server, near_end, true, SUPPORT_LIMIT_MS));
    server.length = 6;
    CHECK(begin(&server, receive_exactly));
    CHECK(support_send_text(far_end, "45"));
    CHECK(support_end(far_end));
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_CLOSED);
    CHECK_EQUAL(ptk_buf_length(&server.buf), 2);
    CHECK(support_close());
}

/** @brief A number that does not fit the buffer is refused. */
static void receive_exactly_more_than_there_is_room(void) {
    ptk_handle_t near_end;
    ptk_handle_t far_end;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &far_end, &near_end));
    CHECK(prepare(&server, near_end, false, 0));
    server.length = sizeof(server.memory) + 1;
    CHECK(begin(&server, receive_exactly));
    CHECK(support_send_text(far_end, "x"));
    CHECK(support_run_until(&server.done, 1));
    CHECK_EQUAL(server.outcome, PTK_ERR_NO_SPACE);
    CHECK(support_close());
}

/** @brief Protothread: sends much more than the system buffers, to a reader that does not read yet. */
static ptk_pt_status_t send_large(ptk_pt_t *pt) {
    context_t *context = of(pt);

    PTK_PT_BEGIN(pt);
    while (context->rounds < CONFORMANCE_SENDS) {
        (void)ptk_buf_wrap(&context->buf, conformance_large, sizeof(conformance_large));
        if (context->timer == 0) {
            PTK_PT_SEND_ALL(pt, context->socket, &context->buf);
        } else {
            PTK_PT_SEND_ALL_TIMEOUT(pt, context->socket, &context->buf, context->timer, context->timeout_ms);
        }
        if (PTK_PT_ERROR(pt) != PTK_ERR_OK) {
            finish(context);
            PTK_PT_EXIT(pt);
        }
        context->rounds++;
    }
    finish(context);
    PTK_PT_END(pt);
}

/** @brief Sending waits while the peer does not read, without spinning. */
static void send_all_waits_for_room(void) {
    uint64_t received = 0;
    ptk_handle_t near_end;
    ptk_handle_t far_end;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &far_end, &near_end));
    CHECK(prepare(&client, far_end, false, 0));
    CHECK(begin(&client, send_large));
    support_run_ms(50);
    CHECK_EQUAL(client.done, 0);
    CHECK(support_idle_passes(support_loop) <= 10);
    while (received < (uint64_t)CONFORMANCE_SENDS * sizeof(conformance_large)) {
        CHECK_EQUAL(ptk_buf_init(&buf, conformance_scratch.bytes, sizeof(conformance_scratch.bytes)), PTK_ERR_OK);
        CHECK_EQUAL(support_receive(near_end, &buf), PTK_ERR_OK);
        received += ptk_buf_length(&buf);
    }
    CHECK(support_run_until(&client.done, 1));
    CHECK_EQUAL(client.outcome, PTK_ERR_OK);
    CHECK_EQUAL(client.rounds, CONFORMANCE_SENDS);
    CHECK(support_close());
}

/** @brief Sending to a peer that does not read times out. */
static void send_all_times_out(void) {
    ptk_handle_t near_end;
    ptk_handle_t far_end;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &far_end, &near_end));
    CHECK(prepare(&client, far_end, true, 30));
    CHECK(begin(&client, send_large));
    CHECK(support_run_until(&client.done, 1));
    CHECK_EQUAL(client.outcome, PTK_ERR_TIMED_OUT);
    CHECK(ptk_buf_length(&client.buf) > 0);
    CHECK(support_close());
}

/** @brief A cancelled receive takes nothing from the stream. */
static void cancel_leaves_the_socket_usable(void) {
    ptk_handle_t near_end;
    ptk_handle_t far_end;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &far_end, &near_end));
    for (uint32_t timer = 0; timer <= 1; timer++) {
        CHECK(prepare(&server, near_end, timer == 1, 5));
        CHECK(begin(&server, receive_only));
        CHECK_EQUAL(ptk_protothread_cancel(&server.pt), PTK_ERR_OK);
        memset(&server, 0xA5, sizeof(server));
        CHECK(support_send_text(far_end, "not for the dead"));
        support_run_ms(20);
        CHECK(support_expect_text(near_end, "not for the dead"));
    }
    CHECK(support_close());
}

const harness_test_t protothread_stream_tests[] = {
    {"protothread_stream.receive_outcomes", receive_outcomes},
    {"protothread_stream.receive_exactly_takes_no_more", receive_exactly_takes_no_more},
    {"protothread_stream.receive_exactly_more_than_there_is_room", receive_exactly_more_than_there_is_room},
    {"protothread_stream.send_all_waits_for_room", send_all_waits_for_room},
    {"protothread_stream.send_all_times_out", send_all_times_out},
    {"protothread_stream.cancel_leaves_the_socket_usable", cancel_leaves_the_socket_usable},
    {NULL, NULL},
};

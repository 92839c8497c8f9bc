/**
 * @file test_last_error.c
 * @brief The last error of a loop: every call that fails sets it; success and PTK_ERR_WOULD_BLOCK leave it.
 *        test_bad_handle.c has the calls with a bad handle, for every function.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

#define SENTINEL PTK_ERR_TIMED_OUT

/** @brief What the calls work on, all of support_loop. */
static struct {
    ptk_handle_t timer;
    ptk_handle_t source;
    ptk_handle_t fresh; /* a socket that was not opened */
    ptk_handle_t udp;
    ptk_handle_t listener;
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_address_t address; /* of the listener */
    ptk_buf_t buf;
    uint8_t memory[8];
} with;

/** @brief Opens a resource of each kind. Returns whether that worked. */
static bool open_all(void) {
    ptk_address_t udp_address;

    CHECK_OR_RETURN(support_open_two(), false);
    with.timer = ptk_timer_create(support_loop);
    with.source = ptk_user_event_source_create(support_loop);
    with.fresh = ptk_socket_create(support_loop);
    with.udp = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &udp_address);
    with.listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 2, &with.address);
    CHECK_OR_RETURN(support_pair(support_loop, PTK_ADDRESS_IPV4, &with.client, &with.server), false);
    CHECK_OR_RETURN(with.timer > 0 && with.source > 0 && with.fresh > 0 && with.udp > 0 && with.listener > 0, false);
    CHECK_OR_RETURN(ptk_buf_init(&with.buf, with.memory, sizeof(with.memory)) == PTK_ERR_OK, false);
    ptk_buf_put_u8(&with.buf, 1);
    return true;
}

/** @brief Handler: does nothing. */
static void ignore(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
}

/** @brief Protothread: waits for a timer that never expires. */
static ptk_pt_status_t wait_for_ever(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT(pt, with.timer, PTK_EVENT_EXPIRED);
    PTK_PT_END(pt);
}

/* ------------------------------------------------------------------------------------------------ failing calls */

/** @brief ptk_event_loop_run_for() fails: a time that cannot be counted. */
static int64_t run_for_too_long(void) {
    return ptk_event_loop_run_for(support_loop, UINT64_MAX - 1);
}

/** @brief ptk_event_loop_resize_resources() fails: resize to null. */
static int64_t resize_to_null(void) {
    return ptk_event_loop_resize_resources(support_loop, NULL);
}

/** @brief ptk_event_loop_resize_resources() fails: resize to nothing. */
static int64_t resize_to_nothing(void) {
    static const ptk_event_loop_resources_t nothing = {NULL, 0, NULL, 0, NULL, 0};

    return ptk_event_loop_resize_resources(support_loop, &nothing);
}

/** @brief ptk_event_loop_get_stats() fails: stats to null. */
static int64_t stats_to_null(void) {
    return ptk_event_loop_get_stats(support_loop, NULL);
}

/** @brief ptk_event_loop_thread_start() fails: thread without memory. */
static int64_t thread_without_memory(void) {
    return ptk_event_loop_thread_start(support_loop, NULL, NULL, 0);
}

/** @brief ptk_timer_create() fails: timer too many. */
static int64_t timer_too_many(void) {
    ptk_handle_t timer = 1;

    while (timer > 0) {
        timer = ptk_timer_create(support_loop);
    }
    return timer;
}

/** @brief ptk_user_event_source_create() fails: source too many. */
static int64_t source_too_many(void) {
    ptk_handle_t source = 1;

    while (source > 0) {
        source = ptk_user_event_source_create(support_loop);
    }
    return source;
}

/** @brief ptk_socket_create() fails: socket too many. */
static int64_t socket_too_many(void) {
    ptk_handle_t socket = 1;

    while (socket > 0) {
        socket = ptk_socket_create(support_loop);
    }
    return socket;
}

/** @brief ptk_timer_start() fails: timer of 0. */
static int64_t timer_of_0(void) {
    return ptk_timer_start(with.timer, 0);
}

/** @brief ptk_timer_start_repeating() fails: timer repeating of 0. */
static int64_t timer_repeating_of_0(void) {
    return ptk_timer_start_repeating(with.timer, 0);
}

/** @brief ptk_timer_start() fails: timer too long. */
static int64_t timer_too_long(void) {
    return ptk_timer_start(with.timer, UINT64_MAX);
}

/** @brief ptk_raise_event() fails: raise 0. */
static int64_t raise_0(void) {
    return ptk_raise_event(with.source, 0, 0);
}

/** @brief ptk_set_event_handler() fails: handler null. */
static int64_t handler_null(void) {
    return ptk_set_event_handler(with.timer, PTK_EVENT_EXPIRED, NULL, NULL);
}

/** @brief ptk_set_event_handler() fails: handler of no event. */
static int64_t handler_of_no_event(void) {
    return ptk_set_event_handler(with.timer, PTK_EVENT_READABLE, ignore, NULL);
}

/** @brief ptk_set_event_handler() fails: handlers too many. */
static int64_t handlers_too_many(void) {
    ptk_err_t error = PTK_ERR_OK;

    for (ptk_event_t event = 1; error == PTK_ERR_OK; event++) {
        error = ptk_set_event_handler(with.source, event, ignore, NULL);
    }
    return error;
}

/** @brief ptk_set_protothread_event_handler() fails: protothread null. */
static int64_t protothread_null(void) {
    return ptk_set_protothread_event_handler(with.timer, PTK_EVENT_EXPIRED, NULL);
}

/** @brief ptk_set_protothread_event_handler() fails: protothread of no event. */
static int64_t protothread_of_no_event(void) {
    static ptk_pt_t pt;

    (void)ptk_protothread_init(&pt, wait_for_ever);
    return ptk_set_protothread_event_handler(with.timer, PTK_EVENT_READABLE, &pt);
}

/** @brief ptk_remove_event_handler() fails: remove of no event. */
static int64_t remove_of_no_event(void) {
    return ptk_remove_event_handler(with.timer, PTK_EVENT_READABLE);
}

/** @brief ptk_socket_connect() fails: connect to null. */
static int64_t connect_to_null(void) {
    return ptk_socket_connect(with.fresh, NULL);
}

/** @brief ptk_socket_connect() fails: connect again. */
static int64_t connect_again(void) {
    return ptk_socket_connect(with.client, &with.address);
}

/** @brief ptk_socket_listen() fails: listen on null. */
static int64_t listen_on_null(void) {
    return ptk_socket_listen(with.fresh, NULL, 1);
}

/** @brief ptk_socket_listen() fails: listen without backlog. */
static int64_t listen_without_backlog(void) {
    return ptk_socket_listen(with.fresh, &with.address, 0);
}

/** @brief ptk_socket_listen() fails: listen where someone does. */
static int64_t listen_where_someone_does(void) {
    return ptk_socket_listen(with.fresh, &with.address, 1);
}

/** @brief ptk_socket_open_udp() fails: udp on null. */
static int64_t udp_on_null(void) {
    return ptk_socket_open_udp(with.fresh, NULL);
}

/** @brief ptk_socket_accept() fails: accept on a connection. */
static int64_t accept_on_a_connection(void) {
    return ptk_socket_accept(with.client, NULL);
}

/** @brief ptk_socket_send() fails: send null. */
static int64_t send_null(void) {
    return ptk_socket_send(with.client, NULL);
}

/** @brief ptk_socket_send() fails: send unconnected. */
static int64_t send_unconnected(void) {
    return ptk_socket_send(with.fresh, &with.buf);
}

/** @brief ptk_socket_receive() fails: receive null. */
static int64_t receive_null(void) {
    return ptk_socket_receive(with.client, NULL);
}

/** @brief ptk_socket_receive() fails: receive the end. */
static int64_t receive_the_end(void) {
    return ptk_socket_destroy(with.server) == PTK_ERR_OK ? support_receive(with.client, &with.buf) : 1;
}

/** @brief ptk_socket_send_to() fails: send to by a connection. */
static int64_t send_to_by_a_connection(void) {
    return ptk_socket_send_to(with.client, &with.buf, &with.address);
}

/** @brief ptk_socket_send_to() fails: send to null. */
static int64_t send_to_null(void) {
    return ptk_socket_send_to(with.udp, &with.buf, NULL);
}

/** @brief ptk_socket_receive_from() fails: receive from a connection. */
static int64_t receive_from_a_connection(void) {
    return ptk_socket_receive_from(with.client, &with.buf, NULL);
}

/** @brief ptk_socket_get_datagram_size() fails: datagram size null. */
static int64_t datagram_size_null(void) {
    return ptk_socket_get_datagram_size(with.udp, NULL);
}

/** @brief ptk_socket_shutdown() fails: shutdown unconnected. */
static int64_t shutdown_unconnected(void) {
    return ptk_socket_shutdown(with.fresh);
}

/** @brief ptk_socket_set_option() fails: option unknown. */
static int64_t option_unknown(void) {
    return ptk_socket_set_option(with.fresh, (ptk_socket_option_t)PTK_SOCKET_OPTION_COUNT, 1);
}

/** @brief ptk_socket_set_option() fails: option of another kind. */
static int64_t option_of_another_kind(void) {
    return ptk_socket_set_option(with.udp, PTK_SOCKET_OPTION_NO_DELAY, 1);
}

/** @brief ptk_socket_join_multicast() fails: join null. */
static int64_t join_null(void) {
    return ptk_socket_join_multicast(with.udp, NULL, 0);
}

/** @brief ptk_socket_leave_multicast() fails: leave null. */
static int64_t leave_null(void) {
    return ptk_socket_leave_multicast(with.udp, NULL, 0);
}

/** @brief ptk_socket_get_local_address() fails: local address null. */
static int64_t local_address_null(void) {
    return ptk_socket_get_local_address(with.udp, NULL);
}

/** @brief ptk_socket_get_remote_address() fails: remote address unopened. */
static int64_t remote_address_unopened(void) {
    ptk_address_t address;

    return ptk_socket_get_remote_address(with.fresh, &address);
}

/** @brief ptk_semaphore_init() fails: semaphore null. */
static int64_t semaphore_null(void) {
    return ptk_semaphore_init(NULL, support_loop, 0);
}

/** @brief ptk_semaphore_signal() fails: semaphore full. */
static int64_t semaphore_full(void) {
    ptk_semaphore_t semaphore;
    const ptk_err_t error = ptk_semaphore_init(&semaphore, support_loop, UINT32_MAX);

    return error == PTK_ERR_OK ? ptk_semaphore_signal(&semaphore) : 1;
}

/** @brief ptk_notification_init() fails: notification null. */
static int64_t notification_null(void) {
    return ptk_notification_init(NULL, support_loop);
}

/** @brief ptk_protothread_cancel() fails: cancel twice. */
static int64_t cancel_twice(void) {
    static ptk_pt_t pt;

    (void)ptk_protothread_init(&pt, wait_for_ever);
    (void)ptk_protothread_run(&pt);
    return ptk_protothread_cancel(&pt) == PTK_ERR_OK ? ptk_protothread_cancel(&pt) : 1;
}

/** @brief ptk_protothread_run() fails: run when finished. */
static int64_t run_when_finished(void) {
    static ptk_pt_t pt;

    (void)ptk_protothread_init(&pt, wait_for_ever);
    (void)ptk_protothread_run(&pt);
    return ptk_protothread_cancel(&pt) == PTK_ERR_OK ? ptk_protothread_run(&pt) : 1;
}

/** @brief A call that fails, and its error. */
typedef struct failing_call {
    int64_t (*call)(void);
    ptk_err_t error;
} failing_call_t;

/** @brief All of them. */
static const failing_call_t failing_calls[] = {
    {run_for_too_long, PTK_ERR_INVALID_ARGUMENT},
    {resize_to_null, PTK_ERR_INVALID_ARGUMENT},
    {resize_to_nothing, PTK_ERR_OUT_OF_MEMORY},
    {stats_to_null, PTK_ERR_INVALID_ARGUMENT},
    {thread_without_memory, PTK_ERR_INVALID_ARGUMENT},
    {timer_too_many, PTK_ERR_OUT_OF_MEMORY},
    {source_too_many, PTK_ERR_OUT_OF_MEMORY},
    {socket_too_many, PTK_ERR_OUT_OF_MEMORY},
    {timer_of_0, PTK_ERR_INVALID_ARGUMENT},
    {timer_repeating_of_0, PTK_ERR_INVALID_ARGUMENT},
    {timer_too_long, PTK_ERR_INVALID_ARGUMENT},
    {raise_0, PTK_ERR_INVALID_ARGUMENT},
    {handler_null, PTK_ERR_INVALID_ARGUMENT},
    {handler_of_no_event, PTK_ERR_INVALID_ARGUMENT},
    {handlers_too_many, PTK_ERR_OUT_OF_MEMORY},
    {protothread_null, PTK_ERR_INVALID_ARGUMENT},
    {protothread_of_no_event, PTK_ERR_INVALID_ARGUMENT},
    {remove_of_no_event, PTK_ERR_INVALID_ARGUMENT},
    {connect_to_null, PTK_ERR_INVALID_ARGUMENT},
    {connect_again, PTK_ERR_INVALID_STATE},
    {listen_on_null, PTK_ERR_INVALID_ARGUMENT},
    {listen_without_backlog, PTK_ERR_INVALID_ARGUMENT},
    {listen_where_someone_does, PTK_ERR_ADDRESS_IN_USE},
    {udp_on_null, PTK_ERR_INVALID_ARGUMENT},
    {accept_on_a_connection, PTK_ERR_INVALID_STATE},
    {send_null, PTK_ERR_INVALID_ARGUMENT},
    {send_unconnected, PTK_ERR_NOT_CONNECTED},
    {receive_null, PTK_ERR_INVALID_ARGUMENT},
    {receive_the_end, PTK_ERR_CLOSED},
    {send_to_by_a_connection, PTK_ERR_INVALID_STATE},
    {send_to_null, PTK_ERR_INVALID_ARGUMENT},
    {receive_from_a_connection, PTK_ERR_INVALID_STATE},
    {datagram_size_null, PTK_ERR_INVALID_ARGUMENT},
    {shutdown_unconnected, PTK_ERR_INVALID_STATE},
    {option_unknown, PTK_ERR_INVALID_ARGUMENT},
    {option_of_another_kind, PTK_ERR_INVALID_ARGUMENT},
    {join_null, PTK_ERR_INVALID_ARGUMENT},
    {leave_null, PTK_ERR_INVALID_ARGUMENT},
    {local_address_null, PTK_ERR_INVALID_ARGUMENT},
    {remote_address_unopened, PTK_ERR_INVALID_STATE},
    {semaphore_null, PTK_ERR_INVALID_ARGUMENT},
    {semaphore_full, PTK_ERR_INVALID_STATE},
    {notification_null, PTK_ERR_INVALID_ARGUMENT},
    {cancel_twice, PTK_ERR_INVALID_ARGUMENT},
    {run_when_finished, PTK_ERR_INVALID_ARGUMENT},
};

/** @brief A failure shows 1000 times the call's index in the table, plus the error. */
static void failing_calls_set_it(void) {
    for (size_t i = 0; i < sizeof(failing_calls) / sizeof(failing_calls[0]); i++) {
        const int64_t row = (int64_t)i * 1000;
        int64_t result;

        CHECK(open_all());
        CHECK_EQUAL(ptk_set_last_error(support_loop, SENTINEL), PTK_ERR_OK);
        CHECK_EQUAL(ptk_set_last_error(support_other, PTK_ERR_BUSY), PTK_ERR_OK);
        result = failing_calls[i].call();
        CHECK_EQUAL(row + result, row + failing_calls[i].error);
        CHECK_EQUAL(row + ptk_get_last_error(support_loop), row + failing_calls[i].error);
        CHECK_EQUAL(row + ptk_get_last_error(support_other), row + PTK_ERR_BUSY);
        CHECK(support_close());
    }
}

/* ------------------------------------------------------------------------------------------------ other calls */

#define CHECK_LEAVES(call, wanted)                                                                                     \
    do {                                                                                                               \
        CHECK_EQUAL(call, wanted);                                                                                     \
        CHECK_EQUAL(ptk_get_last_error(support_loop), SENTINEL);                                                       \
    } while (0)

/** @brief A call that succeeds leaves the last error as it is. */
static void success_leaves_it(void) {
    ptk_event_loop_stats_t stats;
    ptk_address_t address;
    ptk_semaphore_t semaphore;
    static ptk_pt_t pt;

    CHECK(open_all());
    CHECK_EQUAL(ptk_set_last_error(support_loop, SENTINEL), PTK_ERR_OK);
    ptk_handle_t handle = ptk_timer_create(support_loop);
    CHECK(handle > 0);
    CHECK_LEAVES(ptk_timer_start(handle, 1000), PTK_ERR_OK);
    CHECK_LEAVES(ptk_timer_start_repeating(handle, 1000), PTK_ERR_OK);
    CHECK_LEAVES(ptk_timer_stop(handle), PTK_ERR_OK);
    CHECK_LEAVES(ptk_timer_destroy(handle), PTK_ERR_OK);
    handle = ptk_user_event_source_create(support_loop);
    CHECK_LEAVES(ptk_raise_event(handle, 1, 0), PTK_ERR_OK);
    CHECK_LEAVES(ptk_set_event_handler(handle, 1, ignore, NULL), PTK_ERR_OK);
    CHECK_LEAVES(ptk_event_loop_run_for(support_loop, 0), PTK_ERR_OK);
    CHECK_LEAVES(ptk_remove_event_handler(handle, 1), PTK_ERR_OK);
    CHECK_LEAVES(ptk_user_event_source_destroy(handle), PTK_ERR_OK);
    CHECK_LEAVES(ptk_event_loop_wake(support_loop), PTK_ERR_OK);
    CHECK_LEAVES(ptk_event_loop_run(support_loop), PTK_ERR_OK);
    CHECK_LEAVES(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_LEAVES(ptk_event_loop_resize_resources(support_loop, &support_resources[0]), PTK_ERR_OK);
    CHECK_LEAVES(ptk_semaphore_init(&semaphore, support_loop, 0), PTK_ERR_OK);
    CHECK_LEAVES(ptk_semaphore_signal(&semaphore), PTK_ERR_OK);
    CHECK_LEAVES(ptk_protothread_init(&pt, wait_for_ever), PTK_ERR_OK);
    CHECK_LEAVES(ptk_protothread_run(&pt), PTK_ERR_OK);
    CHECK_LEAVES(ptk_protothread_cancel(&pt), PTK_ERR_OK);
    handle = ptk_socket_create(support_loop);
    CHECK(handle > 0);
    CHECK_LEAVES(ptk_socket_set_option(handle, PTK_SOCKET_OPTION_NO_DELAY, 1), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_connect(handle, &with.address), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_send(with.client, &with.buf), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_get_local_address(with.client, &address), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_get_remote_address(with.client, &address), PTK_ERR_OK);
    CHECK_LEAVES(support_receive(with.server, &with.buf), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_shutdown(with.client), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_destroy(with.client), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_destroy(with.fresh), PTK_ERR_OK);
    support_run_ms(20);
    handle = ptk_socket_accept(with.listener, NULL);
    CHECK(handle > 0);
    CHECK_EQUAL(ptk_get_last_error(handle), SENTINEL);
    CHECK(support_close());
}

/** @brief A call that would block leaves the last error as it is. */
static void would_block_leaves_it(void) {
    ptk_err_t error = PTK_ERR_OK;

    CHECK(open_all());
    CHECK_EQUAL(ptk_set_last_error(support_loop, SENTINEL), PTK_ERR_OK);
    CHECK_LEAVES(ptk_socket_accept(with.listener, NULL), PTK_ERR_WOULD_BLOCK);
    CHECK_LEAVES(ptk_socket_receive(with.client, &with.buf), PTK_ERR_WOULD_BLOCK);
    CHECK_LEAVES(ptk_socket_receive(with.udp, &with.buf), PTK_ERR_WOULD_BLOCK);
    CHECK_LEAVES(ptk_socket_receive_from(with.udp, &with.buf, NULL), PTK_ERR_WOULD_BLOCK);
    while (error == PTK_ERR_OK) {
        error = ptk_raise_event(with.source, 1, 0);
    }
    CHECK_LEAVES(error, PTK_ERR_WOULD_BLOCK);
    CHECK(support_close());
}

/** @brief What calls in a handler left, and how often the handler was called. */
static ptk_err_t results[4];
static uint32_t handled; /**< @brief Calls of the handler. */

/** @brief Handler: makes calls that fail. */
static void fail_inside(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)event;
    (void)data;
    (void)user_data;
    results[0] = ptk_get_last_error(resource);
    results[1] = ptk_event_loop_run_for(support_loop, 0);
    results[2] = ptk_get_last_error(resource);
    (void)ptk_timer_destroy(resource);
    (void)ptk_timer_stop(resource);
    results[3] = ptk_get_last_error(support_loop);
    handled++;
}

/** @brief Also of calls in a handler, and of the handle of what is gone while its loop is there. */
static void in_a_handler(void) {
    CHECK(open_all());
    handled = 0;
    CHECK_EQUAL(ptk_set_event_handler(with.timer, PTK_EVENT_EXPIRED, fail_inside, NULL), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(with.timer, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_last_error(support_loop, SENTINEL), PTK_ERR_OK);
    CHECK(support_run_until(&handled, 1));
    CHECK_EQUAL(results[0], SENTINEL);
    CHECK_EQUAL(results[1], PTK_ERR_BUSY);
    CHECK_EQUAL(results[2], PTK_ERR_BUSY);
    CHECK_EQUAL(results[3], PTK_ERR_INVALID_HANDLE);
    CHECK(support_close());
}

/** @brief In an error event it is the cause, whatever failed in between. */
static void cause_of_an_error_event(void) {
    support_record_t failed = {0};

    CHECK(support_open());
    ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    ptk_handle_t socket = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(socket, &dead), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_listen(socket, NULL, 0), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_get_last_error(socket), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_run_until(&failed.count, 1));
    CHECK_EQUAL(failed.data, -PTK_ERR_CONNECTION_REFUSED);
    CHECK_EQUAL(failed.last_error, PTK_ERR_CONNECTION_REFUSED);
    CHECK(support_close());
}

/** @brief A protothread and what it waits for. */
typedef struct waiter {
    ptk_pt_t pt;
    ptk_handle_t timer;
    ptk_handle_t source;
} waiter_t;

/** @brief Protothread: waits for an event that does not come in time. */
static ptk_pt_status_t wait_too_long(ptk_pt_t *pt) {
    waiter_t *waiter = (waiter_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    PTK_PT_WAIT_EVENT_TIMEOUT(pt, waiter->source, 1, waiter->timer, 1);
    PTK_PT_END(pt);
}

/** @brief Waits that fail at once, each of a protothread that has waited for nothing before, but for the last two. */
enum { WAITS = 6 };

/** @brief A protothread whose waits fail at once. */
typedef struct hasty {
    ptk_pt_t pt;
    ptk_pt_t child;
    uint32_t which;
} hasty_t;

/** @brief Protothread: waits for something that it cannot wait for. */
static ptk_pt_status_t fail_to_wait(ptk_pt_t *pt) {
    hasty_t *hasty = (hasty_t *)(void *)pt;

    PTK_PT_BEGIN(pt);
    if (hasty->which == 0) {
        PTK_PT_SEND_ALL(pt, with.client, NULL);
    } else if (hasty->which == 1) {
        PTK_PT_WAIT_UNTIL_TIMEOUT(pt, support_loop, false, with.timer, 0);
    } else if (hasty->which == 2) {
        PTK_PT_SLEEP(pt, with.timer, UINT64_MAX - 1);
    } else if (hasty->which == 3) {
        PTK_PT_WAIT_EVENT(pt, with.timer, PTK_EVENT_READABLE);
    } else {
        PTK_PT_YIELD(pt, support_loop);
        if (hasty->which == 4) {
            PTK_PT_SEMAPHORE_WAIT(pt, NULL);
        } else {
            PTK_PT_SPAWN(pt, &hasty->child, NULL);
        }
    }
    PTK_PT_END(pt);
}

/** @brief A wait that cannot begin sets the last error. */
static void waits_that_fail_at_once(void) {
    static hasty_t hasty;

    CHECK(open_all());
    for (hasty.which = 0; hasty.which < WAITS; hasty.which++) {
        CHECK_EQUAL(ptk_set_last_error(support_loop, SENTINEL), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_init(&hasty.pt, fail_to_wait), PTK_ERR_OK);
        CHECK_EQUAL(ptk_protothread_run(&hasty.pt), PTK_ERR_OK);
        CHECK_EQUAL(ptk_get_last_error(support_loop), hasty.which < 4 ? PTK_ERR_INVALID_ARGUMENT : SENTINEL);
        CHECK(support_poll(support_loop, 3));
        CHECK(ptk_protothread_is_finished(&hasty.pt));
        CHECK_EQUAL(PTK_PT_ERROR(&hasty.pt), PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_INVALID_ARGUMENT);
    }
    CHECK(support_close());
}

/** @brief A wait that fails is a call that fails. */
static void outcome_of_a_wait(void) {
    static waiter_t waiter;

    CHECK(open_all());
    waiter.timer = with.timer;
    waiter.source = with.source;
    CHECK_EQUAL(ptk_set_last_error(support_loop, PTK_ERR_BUSY), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_init(&waiter.pt, wait_too_long), PTK_ERR_OK);
    CHECK_EQUAL(ptk_protothread_run(&waiter.pt), PTK_ERR_OK);
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_BUSY);
    CHECK(support_run_until_finished(&waiter.pt));
    CHECK_EQUAL(ptk_get_last_error(support_loop), PTK_ERR_TIMED_OUT);
    CHECK(support_close());
}

/** @brief What leads to no live loop changes the last error of none. */
static void handles_that_lead_nowhere(void) {
    CHECK(support_open_two());
    ptk_handle_t loop = support_other;
    ptk_handle_t timer = ptk_timer_create(loop);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    support_other = 0;
    CHECK_EQUAL(ptk_set_last_error(support_loop, SENTINEL), PTK_ERR_OK);
    CHECK_LEAVES(ptk_timer_stop(timer), PTK_ERR_INVALID_HANDLE);
    CHECK_LEAVES(ptk_event_loop_run_for(loop, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_LEAVES(ptk_timer_stop(0), PTK_ERR_INVALID_HANDLE);
    CHECK_LEAVES(ptk_timer_stop(PTK_ERR_OUT_OF_MEMORY), PTK_ERR_INVALID_HANDLE);
    CHECK_LEAVES(ptk_timer_stop(PTK_TYPE_TIMER), PTK_ERR_INVALID_HANDLE);
    CHECK_LEAVES(ptk_timer_stop(PTK_MAKE_HANDLE(PTK_TYPE_TIMER, 255, 1, 1)), PTK_ERR_INVALID_HANDLE);
    CHECK_LEAVES(ptk_timer_stop(PTK_MAKE_HANDLE(77, PTK_HANDLE_EVENT_LOOP_ID(support_loop), 1, 1)),
                 PTK_ERR_INVALID_HANDLE);
    /* A loop's handle that is not the live one's leads nowhere, though another loop has its ID now. */
    CHECK_LEAVES(ptk_event_loop_run_for(PTK_MAKE_HANDLE(PTK_TYPE_EVENT_LOOP, PTK_HANDLE_EVENT_LOOP_ID(support_loop), 1,
                                                        PTK_HANDLE_ID(support_loop) + 1),
                                        0),
                 PTK_ERR_INVALID_HANDLE);
    CHECK(support_close());
}

const harness_test_t last_error_tests[] = {
    {"last_error.failing_calls_set_it", failing_calls_set_it},
    {"last_error.success_leaves_it", success_leaves_it},
    {"last_error.would_block_leaves_it", would_block_leaves_it},
    {"last_error.in_a_handler", in_a_handler},
    {"last_error.cause_of_an_error_event", cause_of_an_error_event},
    {"last_error.waits_that_fail_at_once", waits_that_fail_at_once},
    {"last_error.outcome_of_a_wait", outcome_of_a_wait},
    {"last_error.handles_that_lead_nowhere", handles_that_lead_nowhere},
    {NULL, NULL},
};

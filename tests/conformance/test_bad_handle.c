/**
 * @file test_bad_handle.c
 * @brief Every function that takes a handle, with every kind of bad one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief Handler: does nothing. */
static void ignore(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
}

/** @brief Protothread: ends at once. */
static ptk_pt_status_t end_at_once(ptk_pt_t *pt) {
    PTK_PT_BEGIN(pt);
    PTK_PT_END(pt);
}

/** @brief Each call is right in everything but the handle. */
static int64_t call_loop_destroy(ptk_handle_t handle) {
    return ptk_event_loop_destroy(handle);
}

/** @brief ptk_event_loop_abandon() of a handle. Returns its result. */
static int64_t call_loop_abandon(ptk_handle_t handle) {
    return ptk_event_loop_abandon(handle);
}

/** @brief ptk_event_loop_run() of a handle. Returns its result. */
static int64_t call_loop_run(ptk_handle_t handle) {
    return ptk_event_loop_run(handle);
}

/** @brief ptk_event_loop_run_for() of a handle. Returns its result. */
static int64_t call_loop_run_for(ptk_handle_t handle) {
    return ptk_event_loop_run_for(handle, 0);
}

/** @brief ptk_event_loop_wake() of a handle. Returns its result. */
static int64_t call_loop_wake(ptk_handle_t handle) {
    return ptk_event_loop_wake(handle);
}

/** @brief ptk_event_loop_resize_resources() of a handle. Returns its result. */
static int64_t call_loop_resize(ptk_handle_t handle) {
    return ptk_event_loop_resize_resources(handle, &support_resources[0]);
}

/** @brief ptk_event_loop_get_stats() of a handle. Returns its result. */
static int64_t call_loop_get_stats(ptk_handle_t handle) {
    ptk_event_loop_stats_t stats;

    memset(&stats, 0x5A, sizeof(stats));
    ptk_event_loop_stats_t before = stats;
    int64_t result = ptk_event_loop_get_stats(handle, &stats);
    return result < 0 && memcmp(&stats, &before, sizeof(stats)) != 0 ? 1 : result;
}

/** @brief ptk_event_loop_thread_start() of a handle. Returns its result. */
static int64_t call_thread_start(ptk_handle_t handle) {
    static ptk_thread_t thread;

    return ptk_event_loop_thread_start(handle, &thread, conformance_scratch.bytes, sizeof(conformance_scratch.bytes));
}

/** @brief ptk_timer_create() of a handle. Returns its result. */
static int64_t call_timer_create(ptk_handle_t handle) {
    return ptk_timer_create(handle);
}

/** @brief ptk_timer_start() of a handle. Returns its result. */
static int64_t call_timer_start(ptk_handle_t handle) {
    return ptk_timer_start(handle, 1);
}

/** @brief ptk_timer_start_repeating() of a handle. Returns its result. */
static int64_t call_timer_start_repeating(ptk_handle_t handle) {
    return ptk_timer_start_repeating(handle, 1);
}

/** @brief ptk_timer_stop() of a handle. Returns its result. */
static int64_t call_timer_stop(ptk_handle_t handle) {
    return ptk_timer_stop(handle);
}

/** @brief ptk_timer_destroy() of a handle. Returns its result. */
static int64_t call_timer_destroy(ptk_handle_t handle) {
    return ptk_timer_destroy(handle);
}

/** @brief ptk_user_event_source_create() of a handle. Returns its result. */
static int64_t call_source_create(ptk_handle_t handle) {
    return ptk_user_event_source_create(handle);
}

/** @brief ptk_user_event_source_destroy() of a handle. Returns its result. */
static int64_t call_source_destroy(ptk_handle_t handle) {
    return ptk_user_event_source_destroy(handle);
}

/** @brief ptk_raise_event() of a handle. Returns its result. */
static int64_t call_raise(ptk_handle_t handle) {
    return ptk_raise_event(handle, 1, 0);
}

/** @brief ptk_socket_create() of a handle. Returns its result. */
static int64_t call_socket_create(ptk_handle_t handle) {
    return ptk_socket_create(handle);
}

/** @brief ptk_socket_destroy() of a handle. Returns its result. */
static int64_t call_socket_destroy(ptk_handle_t handle) {
    return ptk_socket_destroy(handle);
}

/** @brief ptk_socket_connect() of a handle. Returns its result. */
static int64_t call_socket_connect(ptk_handle_t handle) {
    const ptk_address_t address = support_loopback(PTK_ADDRESS_IPV4, 9);

    return ptk_socket_connect(handle, &address);
}

/** @brief ptk_socket_listen() of a handle. Returns its result. */
static int64_t call_socket_listen(ptk_handle_t handle) {
    const ptk_address_t address = support_loopback(PTK_ADDRESS_IPV4, 0);

    return ptk_socket_listen(handle, &address, 1);
}

/** @brief ptk_socket_accept() of a handle. Returns its result. */
static int64_t call_socket_accept(ptk_handle_t handle) {
    return ptk_socket_accept(handle, NULL);
}

/** @brief ptk_socket_open_udp() of a handle. Returns its result. */
static int64_t call_socket_open_udp(ptk_handle_t handle) {
    const ptk_address_t address = support_loopback(PTK_ADDRESS_IPV4, 0);

    return ptk_socket_open_udp(handle, &address);
}

/** @brief A call with a buffer, which must stay as it is. Returns the result of the call. */
static int64_t with_buffer(ptk_handle_t handle, int operation) {
    const ptk_address_t address = support_loopback(PTK_ADDRESS_IPV4, 9);
    ptk_address_t remote;
    uint8_t memory[4] = {1, 2, 3, 4};
    ptk_buf_t buf;
    int64_t result;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u8(&buf, 1);
    switch (operation) {
    case 0:
        result = ptk_socket_send(handle, &buf);
        break;
    case 1:
        result = ptk_socket_receive(handle, &buf);
        break;
    case 2:
        result = ptk_socket_send_to(handle, &buf, &address);
        break;
    default:
        result = ptk_socket_receive_from(handle, &buf, &remote);
        break;
    }
    return ptk_buf_length(&buf) == 1 ? result : 1;
}

/** @brief ptk_socket_send() of a handle. Returns its result. */
static int64_t call_socket_send(ptk_handle_t handle) {
    return with_buffer(handle, 0);
}

/** @brief ptk_socket_receive() of a handle. Returns its result. */
static int64_t call_socket_receive(ptk_handle_t handle) {
    return with_buffer(handle, 1);
}

/** @brief ptk_socket_send_to() of a handle. Returns its result. */
static int64_t call_socket_send_to(ptk_handle_t handle) {
    return with_buffer(handle, 2);
}

/** @brief ptk_socket_receive_from() of a handle. Returns its result. */
static int64_t call_socket_receive_from(ptk_handle_t handle) {
    return with_buffer(handle, 3);
}

/** @brief ptk_socket_get_datagram_size() of a handle. Returns its result. */
static int64_t call_socket_get_datagram_size(ptk_handle_t handle) {
    size_t size = 77;
    int64_t result = ptk_socket_get_datagram_size(handle, &size);

    return size == 77 ? result : 1;
}

/** @brief ptk_socket_shutdown() of a handle. Returns its result. */
static int64_t call_socket_shutdown(ptk_handle_t handle) {
    return ptk_socket_shutdown(handle);
}

/** @brief ptk_socket_set_option() of a handle. Returns its result. */
static int64_t call_socket_set_option(ptk_handle_t handle) {
    return ptk_socket_set_option(handle, PTK_SOCKET_OPTION_TTL, 5);
}

/** @brief ptk_socket_join_multicast() of a handle. Returns its result. */
static int64_t call_socket_join_multicast(ptk_handle_t handle) {
    ptk_address_t group = ptk_address_any(PTK_ADDRESS_IPV4, 0);

    group.bytes[0] = 239;
    return ptk_socket_join_multicast(handle, &group, 0);
}

/** @brief ptk_socket_leave_multicast() of a handle. Returns its result. */
static int64_t call_socket_leave_multicast(ptk_handle_t handle) {
    ptk_address_t group = ptk_address_any(PTK_ADDRESS_IPV4, 0);

    group.bytes[0] = 239;
    return ptk_socket_leave_multicast(handle, &group, 0);
}

/** @brief ptk_socket_get_local_address() of a handle. Returns its result. */
static int64_t call_socket_get_local_address(ptk_handle_t handle) {
    ptk_address_t address;

    return ptk_socket_get_local_address(handle, &address);
}

/** @brief ptk_socket_get_remote_address() of a handle. Returns its result. */
static int64_t call_socket_get_remote_address(ptk_handle_t handle) {
    ptk_address_t address;

    return ptk_socket_get_remote_address(handle, &address);
}

/** @brief ptk_get_last_error() of a handle. Returns its result. */
static int64_t call_get_last_error(ptk_handle_t handle) {
    return ptk_get_last_error(handle);
}

/** @brief ptk_set_last_error() of a handle. Returns its result. */
static int64_t call_set_last_error(ptk_handle_t handle) {
    return ptk_set_last_error(handle, PTK_ERR_OK);
}

/** @brief ptk_set_event_handler() of a handle. Returns its result. */
static int64_t call_set_event_handler(ptk_handle_t handle) {
    return ptk_set_event_handler(handle, 1, ignore, NULL);
}

/** @brief ptk_set_protothread_event_handler() of a handle. Returns its result. */
static int64_t call_set_protothread_event_handler(ptk_handle_t handle) {
    static ptk_pt_t pt;

    if (ptk_protothread_init(&pt, end_at_once) != PTK_ERR_OK) {
        return 1;
    }
    return ptk_set_protothread_event_handler(handle, 1, &pt);
}

/** @brief ptk_remove_event_handler() of a handle. Returns its result. */
static int64_t call_remove_event_handler(ptk_handle_t handle) {
    return ptk_remove_event_handler(handle, 1);
}

/** @brief ptk_semaphore_init() of a handle. Returns its result. */
static int64_t call_semaphore_init(ptk_handle_t handle) {
    static ptk_semaphore_t semaphore;

    return ptk_semaphore_init(&semaphore, handle, 1);
}

/** @brief ptk_notification_init() of a handle. Returns its result. */
static int64_t call_notification_init(ptk_handle_t handle) {
    static ptk_notification_t notification;

    return ptk_notification_init(&notification, handle);
}

/** @brief ptk_handle_is_valid() of a handle. Returns its result. */
static int64_t call_is_valid(ptk_handle_t handle) {
    return ptk_handle_is_valid(handle) ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE;
}

/** @brief ptk_handle_get_type() of a handle. Returns its result. */
static int64_t call_get_type(ptk_handle_t handle) {
    return ptk_handle_get_type(handle);
}

/** @brief ptk_get_owning_event_loop() of a handle. Returns its result. */
static int64_t call_get_owning_loop(ptk_handle_t handle) {
    return ptk_get_owning_event_loop(handle);
}

/* What a function accepts: bit n for handle type n. */
#define ACCEPTS_LOOP (1u << PTK_TYPE_EVENT_LOOP)
#define ACCEPTS_TIMER (1u << PTK_TYPE_TIMER)
#define ACCEPTS_SOCKET (1u << PTK_TYPE_SOCKET)
#define ACCEPTS_SOURCE (1u << PTK_TYPE_USER_EVENT_SOURCE)
#define ACCEPTS_RESOURCE (ACCEPTS_TIMER | ACCEPTS_SOCKET | ACCEPTS_SOURCE)

/** @brief A function of a handle, and the types of handles that it takes. */
typedef struct handle_call {
    int64_t (*call)(ptk_handle_t handle);
    uint32_t accepts;
    bool looks; /* refused, it leaves the last error as it is */
} handle_call_t;

/** @brief All functions of a handle. */
static const handle_call_t calls[] = {
    {call_loop_destroy, ACCEPTS_LOOP, false},
    {call_loop_abandon, ACCEPTS_LOOP, false},
    {call_loop_run, ACCEPTS_LOOP, false},
    {call_loop_run_for, ACCEPTS_LOOP, false},
    {call_loop_wake, ACCEPTS_LOOP, false},
    {call_loop_resize, ACCEPTS_LOOP, false},
    {call_loop_get_stats, ACCEPTS_LOOP, false},
    {call_thread_start, ACCEPTS_LOOP, false},
    {call_timer_create, ACCEPTS_LOOP, false},
    {call_timer_start, ACCEPTS_TIMER, false},
    {call_timer_start_repeating, ACCEPTS_TIMER, false},
    {call_timer_stop, ACCEPTS_TIMER, false},
    {call_timer_destroy, ACCEPTS_TIMER, false},
    {call_source_create, ACCEPTS_LOOP, false},
    {call_source_destroy, ACCEPTS_SOURCE, false},
    {call_raise, ACCEPTS_SOURCE, false},
    {call_socket_create, ACCEPTS_LOOP, false},
    {call_socket_destroy, ACCEPTS_SOCKET, false},
    {call_socket_connect, ACCEPTS_SOCKET, false},
    {call_socket_listen, ACCEPTS_SOCKET, false},
    {call_socket_accept, ACCEPTS_SOCKET, false},
    {call_socket_open_udp, ACCEPTS_SOCKET, false},
    {call_socket_send, ACCEPTS_SOCKET, false},
    {call_socket_receive, ACCEPTS_SOCKET, false},
    {call_socket_send_to, ACCEPTS_SOCKET, false},
    {call_socket_receive_from, ACCEPTS_SOCKET, false},
    {call_socket_get_datagram_size, ACCEPTS_SOCKET, false},
    {call_socket_shutdown, ACCEPTS_SOCKET, false},
    {call_socket_set_option, ACCEPTS_SOCKET, false},
    {call_socket_join_multicast, ACCEPTS_SOCKET, false},
    {call_socket_leave_multicast, ACCEPTS_SOCKET, false},
    {call_socket_get_local_address, ACCEPTS_SOCKET, false},
    {call_socket_get_remote_address, ACCEPTS_SOCKET, false},
    {call_get_last_error, ACCEPTS_LOOP | ACCEPTS_RESOURCE, true},
    {call_set_last_error, ACCEPTS_LOOP | ACCEPTS_RESOURCE, true},
    {call_is_valid, ACCEPTS_LOOP | ACCEPTS_RESOURCE, true},
    {call_get_type, ACCEPTS_LOOP | ACCEPTS_RESOURCE, false},
    {call_get_owning_loop, ACCEPTS_LOOP | ACCEPTS_RESOURCE, false},
    {call_set_event_handler, ACCEPTS_RESOURCE, false},
    {call_set_protothread_event_handler, ACCEPTS_RESOURCE, false},
    {call_remove_event_handler, ACCEPTS_RESOURCE, false},
    {call_semaphore_init, ACCEPTS_LOOP, false},
    {call_notification_init, ACCEPTS_LOOP, false},
};

#define CALL_COUNT (sizeof(calls) / sizeof(calls[0]))

/** @brief A failure shows 1000 times the call's index in the table plus the index of the handle. */
static void expect_last_error(size_t row, ptk_err_t error) {
    if (ptk_get_last_error(support_loop) != error) {
        CHECK_EQUAL(row, -1);
    }
}

/** @brief As below, of handles that lead to the first loop: the refusal is its last error, each time. */
static void expect_noted(const ptk_handle_t *handles, size_t count, uint32_t type_bit) {
    for (size_t call = 0; call < CALL_COUNT; call++) {
        for (size_t i = 0; i < count && (calls[call].accepts & type_bit) == 0; i++) {
            CHECK_EQUAL(ptk_set_last_error(support_loop, PTK_ERR_TIMED_OUT), PTK_ERR_OK);
            (void)calls[call].call(handles[i]);
            expect_last_error(call * 1000 + i, calls[call].looks ? PTK_ERR_TIMED_OUT : PTK_ERR_INVALID_HANDLE);
        }
    }
}

/** @brief Expects that each function which does not take a type refuses handles of it. */
static void expect_refused(const ptk_handle_t *handles, size_t count, uint32_t type_bit) {
    for (size_t call = 0; call < CALL_COUNT; call++) {
        for (size_t i = 0; i < count; i++) {
            if ((calls[call].accepts & type_bit) == 0 && calls[call].call(handles[i]) != PTK_ERR_INVALID_HANDLE) {
                CHECK_EQUAL(call * 1000 + i, -1);
            }
        }
    }
}

/** @brief Numbers that never were handles are refused. */
static void values_that_are_no_handles(void) {
    static const ptk_handle_t garbage[] = {
        0, -1,         -3,          INT64_MIN,          INT64_MIN + 1,      INT64_MAX,          1, 2, 3, 4,
        5, 0xFFFFFFFF, 0x100000000, 0x7FFFFFFF00000001, 0x5A5A5A5A5A5A5A5A, 0x0123456789ABCDEF,
    };

    CHECK(support_open());
    expect_refused(garbage, sizeof(garbage) / sizeof(garbage[0]), 0);
    CHECK(support_close());
    /* And when there is no loop at all. */
    expect_refused(garbage, sizeof(garbage) / sizeof(garbage[0]), 0);
}

/** @brief Live handles of another type are refused. */
static void handles_of_a_wrong_type(void) {
    ptk_handle_t handles[4];

    CHECK(support_open());
    handles[0] = support_loop;
    handles[1] = ptk_timer_create(support_loop);
    handles[2] = ptk_socket_create(support_loop);
    handles[3] = ptk_user_event_source_create(support_loop);
    for (uint32_t type = PTK_TYPE_EVENT_LOOP; type <= PTK_TYPE_USER_EVENT_SOURCE; type++) {
        CHECK(handles[type - 1] > 0);
        CHECK_EQUAL(PTK_HANDLE_TYPE(handles[type - 1]), type);
        expect_refused(&handles[type - 1], 1, 1u << type);
        expect_noted(&handles[type - 1], 1, 1u << type);
    }
    CHECK(support_close());
}

/** @brief Stale handles, and those that differ from a live one in one field, are refused. */
static void near_misses_and_stale_handles(void) {
    ptk_handle_t live[4];
    ptk_handle_t wrong[24];
    size_t count = 0;
    ptk_event_loop_stats_t stats;

    CHECK(support_open_two());
    live[0] = ptk_timer_create(support_loop);
    live[1] = ptk_socket_create(support_loop);
    live[2] = ptk_user_event_source_create(support_loop);
    live[3] = support_loop;
    for (size_t i = 0; i < 4; i++) {
        const uint8_t type = PTK_HANDLE_TYPE(live[i]);
        const uint8_t loop_id = PTK_HANDLE_EVENT_LOOP_ID(live[i]);
        const uint16_t generation = PTK_HANDLE_GENERATION(live[i]);
        const uint32_t id = PTK_HANDLE_ID(live[i]);

        wrong[count++] = PTK_MAKE_HANDLE(type, PTK_HANDLE_EVENT_LOOP_ID(support_other), generation, id + 2);
        wrong[count++] = PTK_MAKE_HANDLE(type, 255, generation, id);
        wrong[count++] = PTK_MAKE_HANDLE(type, loop_id, generation + 1, id);
        wrong[count++] = PTK_MAKE_HANDLE(type, loop_id, generation, id + SUPPORT_TIMERS);
        wrong[count++] = PTK_MAKE_HANDLE(type, loop_id, generation, 0);
        wrong[count++] = PTK_MAKE_HANDLE(type + 4, loop_id, generation, id);
    }
    expect_refused(wrong, count, 0);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.timers.in_use + stats.sockets.in_use + stats.user_event_sources.in_use, 3);
    CHECK_EQUAL(ptk_timer_destroy(live[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(live[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_user_event_source_destroy(live[2]), PTK_ERR_OK);
    expect_refused(live, 3, 0);
    expect_noted(live, 3, 0);
    /* Still stale when every slot was used again, and when the loop is gone, and when its slot has a new loop. */
    for (uint32_t i = 0; i < SUPPORT_TIMERS; i++) {
        (void)ptk_timer_create(support_loop);
        (void)ptk_socket_create(support_loop);
        (void)ptk_user_event_source_create(support_loop);
    }
    expect_refused(live, 3, 0);
    CHECK(support_close());
    expect_refused(live, 4, 0);
    CHECK(support_open_two());
    expect_refused(live, 4, 0);
    CHECK(support_close());
}

const harness_test_t bad_handle_tests[] = {
    {"bad_handle.values_that_are_no_handles", values_that_are_no_handles},
    {"bad_handle.handles_of_a_wrong_type", handles_of_a_wrong_type},
    {"bad_handle.near_misses_and_stale_handles", near_misses_and_stale_handles},
    {NULL, NULL},
};

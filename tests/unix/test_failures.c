/**
 * @file test_failures.c
 * @brief The n-th call fails, for every n: each failure of the system is reported, and nothing is leaked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "failing_calls.h"
#include "unix_support.h"

#include <string.h>

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 2, 8, 1);

/** @brief What the scenario has seen: every error code that a call or an event gave. */
static struct {
    ptk_handle_t loop;
    uint32_t reported[-PTK_ERR_SYSTEM + 1];
    uint32_t errors;
    bool complete;
} scenario;

/** @brief Counts an error. Returns it. */
static ptk_err_t report(ptk_err_t error) {
    if (error < 0 && error != PTK_ERR_WOULD_BLOCK) {
        scenario.reported[-error]++;
        scenario.errors++;
    }
    return error;
}

/** @brief Handler: counts the error of an ERROR event. */
static void note_error(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)user_data;
    (void)report(PTK_EVENT_ERROR_CODE(data));
}

/** @brief Handler: counts its calls. */
static void count(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint32_t *counter = user_data;

    (void)resource;
    (void)event;
    (void)data;
    (*counter)++;
}

/** @brief Runs until the counter has moved, an error was reported, or nothing happens any more. */
static bool await(const uint32_t *counter) {
    const uint64_t start = ptk_clock_now_ms();

    while (*counter == 0 && scenario.errors == 0 && ptk_clock_now_ms() - start < 2000) {
        (void)report(ptk_event_loop_run_for(scenario.loop, 10));
    }
    return *counter != 0;
}

/** @brief The part with a listener and a connection. Returns whether it came to its end. */
static bool tcp_part(void) {
    const ptk_address_t any = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    ptk_address_t peer;
    ptk_handle_t listener = ptk_socket_create(scenario.loop);
    ptk_handle_t client = ptk_socket_create(scenario.loop);
    uint32_t connected = 0;
    uint32_t readable = 0;
    uint32_t arrived = 0;
    uint32_t ended = 0;
    uint8_t memory[16];
    ptk_buf_t buf;

    if (report(ptk_socket_set_option(client, PTK_SOCKET_OPTION_NO_DELAY, 1)) != PTK_ERR_OK ||
        report(ptk_socket_set_option(client, PTK_SOCKET_OPTION_KEEP_ALIVE, 5)) != PTK_ERR_OK ||
        report(ptk_socket_set_option(listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1)) != PTK_ERR_OK ||
        report(ptk_socket_listen(listener, &any, 2)) != PTK_ERR_OK ||
        report(ptk_socket_get_local_address(listener, &address)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, count, &connected)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(client, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(listener, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(listener, PTK_EVENT_READABLE, count, &readable)) != PTK_ERR_OK ||
        report(ptk_socket_connect(client, &address)) != PTK_ERR_OK || !await(&connected) || !await(&readable)) {
        return false;
    }
    ptk_handle_t server = ptk_socket_accept(listener, &peer);
    if (server < 0) {
        (void)report((ptk_err_t)server);
        return false;
    }
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u64_be(&buf, 1);
    if (report(ptk_socket_set_option(server, PTK_SOCKET_OPTION_NO_DELAY, 1)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(server, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(server, PTK_EVENT_READABLE, count, &arrived)) != PTK_ERR_OK ||
        report(ptk_socket_get_remote_address(server, &peer)) != PTK_ERR_OK ||
        report(ptk_socket_send(client, &buf)) != PTK_ERR_OK || !await(&arrived)) {
        return false;
    }
    ptk_buf_clear(&buf);
    if (report(ptk_socket_receive(server, &buf)) != PTK_ERR_OK || report(ptk_socket_shutdown(client)) != PTK_ERR_OK ||
        report(ptk_remove_event_handler(server, PTK_EVENT_READABLE)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(server, PTK_EVENT_DISCONNECTED, count, &ended)) != PTK_ERR_OK || !await(&ended)) {
        return false;
    }
    return ptk_socket_destroy(client) == PTK_ERR_OK && ptk_socket_destroy(server) == PTK_ERR_OK &&
           ptk_socket_destroy(listener) == PTK_ERR_OK;
}

/** @brief The part with datagrams. Returns whether it came to its end. */
static bool udp_part(void) {
    const ptk_address_t any = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    ptk_address_t from;
    ptk_handle_t sender = ptk_socket_create(scenario.loop);
    ptk_handle_t receiver = ptk_socket_create(scenario.loop);
    uint32_t arrived = 0;
    uint32_t writable = 0;
    uint8_t memory[16];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u32_be(&buf, 1);
    if (report(ptk_socket_open_udp(receiver, &any)) != PTK_ERR_OK ||
        report(ptk_socket_open_udp(sender, &any)) != PTK_ERR_OK ||
        report(ptk_socket_get_local_address(receiver, &address)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(receiver, PTK_EVENT_READABLE, count, &arrived)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(receiver, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(sender, PTK_EVENT_WRITABLE, count, &writable)) != PTK_ERR_OK ||
        report(ptk_set_event_handler(sender, PTK_EVENT_ERROR, note_error, NULL)) != PTK_ERR_OK || !await(&writable) ||
        report(ptk_remove_event_handler(sender, PTK_EVENT_WRITABLE)) != PTK_ERR_OK ||
        report(ptk_socket_send_to(sender, &buf, &address)) != PTK_ERR_OK || !await(&arrived) ||
        report(ptk_socket_receive_from(receiver, &buf, &from)) != PTK_ERR_OK ||
        report(ptk_socket_connect(sender, &address)) != PTK_ERR_OK) {
        return false;
    }
    ptk_buf_clear(&buf);
    ptk_buf_put_u32_be(&buf, 1);
    arrived = 0;
    if (report(ptk_socket_send(sender, &buf)) != PTK_ERR_OK || !await(&arrived) ||
        report(ptk_socket_receive(receiver, &buf)) != PTK_ERR_OK) {
        return false;
    }
    return ptk_socket_destroy(sender) == PTK_ERR_OK && ptk_socket_destroy(receiver) == PTK_ERR_OK;
}

/** @brief Runs all parts in a new loop. */
static void run_scenario(void) {
    memset(&scenario, 0, sizeof(scenario));
    scenario.loop = ptk_event_loop_create(slots, 1, &pools);
    if (scenario.loop < 0) {
        (void)report((ptk_err_t)scenario.loop);
        return;
    }
    scenario.complete = tcp_part() && udp_part();
}

void every_call_of(const failing_call_t *call) {
    const uint32_t before = descriptors_open();
    uint32_t n = 0;
    bool failed;

    do {
        n++;
        failing_call_set(call, n);
        run_scenario();
        failed = failing_call_clear();
        if (failed) {
            CHECK(scenario.errors > 0);
            CHECK(scenario.reported[-call->wanted] > 0);
        } else {
            CHECK_EQUAL(scenario.errors, 0);
            CHECK(scenario.complete);
        }
        CHECK_EQUAL(ptk_event_loop_destroy(scenario.loop), scenario.loop > 0 ? PTK_ERR_OK : PTK_ERR_INVALID_HANDLE);
        CHECK_EQUAL(descriptors_open(), before);
        /* And nothing is left of it: without a failure all works. */
        run_scenario();
        CHECK(scenario.complete);
        CHECK_EQUAL(ptk_event_loop_destroy(scenario.loop), PTK_ERR_OK);
        CHECK_EQUAL(descriptors_open(), before);
    } while (failed && n < 200);
    CHECK(n < 200);
    CHECK(n > 1 || !call->is_made); /* else nothing was tested */
}

/** @brief FreeBSD's and XNU's in_mcast.c refuse MCAST_JOIN_GROUP for the interface 0: the older options let the
 *  system choose. */
static void a_group_without_an_interface(void) {
    static const uint8_t families[] = {PTK_ADDRESS_IPV4, PTK_ADDRESS_IPV6};

    for (uint32_t i = 0; i < 2; i++) {
        ptk_address_t any = ptk_address_any(families[i], 0);
        ptk_address_t group = any;
        ptk_handle_t member;
        ptk_err_t joined;

        CHECK(support_open());
        group.bytes[0] = families[i] == PTK_ADDRESS_IPV4 ? 239 : 0xFF;
        group.bytes[1] = families[i] == PTK_ADDRESS_IPV4 ? 255 : 0x02;
        group.bytes[3] = 77;
        member = ptk_socket_create(support_loop);
        if (support_has_family(families[i])) {
            CHECK_EQUAL(ptk_socket_open_udp(member, &any), PTK_ERR_OK);
            /* Whether there is an interface to choose is the machine's affair, but it is the same for both. */
            joined = ptk_socket_join_multicast(member, &group, 0);
            CHECK_EQUAL(ptk_socket_leave_multicast(member, &group, 0), joined);
        }
        CHECK_EQUAL(failing_call_groups_nowhere(), 0);
        CHECK(support_close());
    }
}

const harness_test_t failures_tests[] = {
    {"failures.a_group_without_an_interface", a_group_without_an_interface},
    {NULL, NULL},
};

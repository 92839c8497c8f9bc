/**
 * @file test_fault.c
 * @brief Faults of a plan, by kind and by count.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

/** @brief Sets one kind of fault to certain, or to never. */
static void plan(uint32_t kind, bool fails) {
    CHECK_EQUAL(ptk_sim_set_fault(kind, fails ? 1000000 : 0), PTK_ERR_OK);
}

/** @brief Whether an error is one of those that an exhausted system gives. */
static bool is_exhaustion(ptk_err_t error) {
    return error == PTK_ERR_OUT_OF_DESCRIPTORS || error == PTK_ERR_OUT_OF_SYSTEM_MEMORY;
}

/** @brief Calls that open fail with their errors; afterwards they work, and nothing has leaked. */
static void opening(void) {
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, 502);
    sim_counter_t failed = {0};

    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_enter(HOST_B), PTK_ERR_OK);
    ptk_handle_t listener = ptk_socket_create(sim.loops[HOST_B]);
    plan(PTK_SIM_FAULT_OPEN, true);
    CHECK(is_exhaustion(ptk_socket_listen(listener, &any, 2)));
    plan(PTK_SIM_FAULT_OPEN, false);
    plan(PTK_SIM_FAULT_BIND, true);
    CHECK_EQUAL(ptk_socket_listen(listener, &any, 2), PTK_ERR_ADDRESS_IN_USE);
    plan(PTK_SIM_FAULT_BIND, false);
    plan(PTK_SIM_FAULT_WATCH, true);
    CHECK_EQUAL(ptk_socket_listen(listener, &any, 2), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    plan(PTK_SIM_FAULT_WATCH, false);
    CHECK_EQUAL(ptk_sim_world()->socket_count, 0);
    CHECK_EQUAL(ptk_socket_listen(listener, &any, 2), PTK_ERR_OK);
    ptk_address_t remote = sim_address(HOST_B, 502);
    CHECK_EQUAL(ptk_sim_enter(HOST_A), PTK_ERR_OK);
    ptk_handle_t socket = ptk_socket_create(sim.loops[HOST_A]);
    plan(PTK_SIM_FAULT_CONNECT, true);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, sim_count, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(socket, &remote), PTK_ERR_OK);
    plan(PTK_SIM_FAULT_CONNECT, false);
    (void)ptk_sim_run_until(NOW + 10);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_NETWORK_UNREACHABLE);
    CHECK(sim_connect(HOST_A) > 0);
    (void)ptk_sim_run_until(NOW + 100);
    plan(PTK_SIM_FAULT_ACCEPT, true);
    CHECK(is_exhaustion((ptk_err_t)ptk_socket_accept(listener, NULL)));
    plan(PTK_SIM_FAULT_ACCEPT, false);
    CHECK(ptk_socket_accept(listener, NULL) > 0); /* it was not lost */
    sim_end();
}

/** @brief Short sends and receives, waits that end early, readiness that is not there: nothing is lost. */
static void streams_survive(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    ptk_err_t error;
    size_t total = 0;
    size_t received = 0;

    CHECK(sim_begin(3, NULL));
    CHECK(sim_pair(&a, &b));
    CHECK_EQUAL(ptk_sim_set_fault(PTK_SIM_FAULT_SEND_SHORT, 300000), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_set_fault(PTK_SIM_FAULT_RECEIVE_SHORT, 300000), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_set_fault(PTK_SIM_FAULT_WAIT, 300000), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_set_fault(PTK_SIM_FAULT_REPORT, 300000), PTK_ERR_OK);
    for (int i = 0; i < 400; i++) {
        size_t sent = 0;
        error = sim_send(a, 100, &sent);
        CHECK(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK);
        total += sent;
        (void)ptk_sim_run_until(NOW + 1);
        received += sim_receive(b, &error);
    }
    for (int i = 0; i < 100; i++) {
        received += sim_receive(b, &error);
    }
    CHECK(total > 400 * 50 && total < 400 * 100); /* some were short */
    CHECK_EQUAL(received, total);
    sim_end();
}

/** @brief One call fails: the one that was named, and no other one. */
static void one_call_fails(void) {
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, 0);

    CHECK(sim_begin(1, NULL));
    for (uint64_t call = 1; call <= 4; call++) {
        ptk_handle_t socket = ptk_socket_create(sim.loops[HOST_B]);
        uint64_t before = ptk_sim_world()->calls;
        ptk_sim_fail_call(call);
        ptk_err_t error = ptk_socket_listen(socket, &any, 2); /* opens, binds, watches */
        CHECK_EQUAL(error == PTK_ERR_OK, call > 3);
        CHECK_EQUAL(ptk_sim_world()->calls - before, call > 3 ? 3 : call);
        ptk_sim_fail_call(0);
        CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_sim_world()->socket_count, 0);
    sim_end();
}

/** @brief The n-th call of a kind fails, whatever other calls there are; what a short count is of counts as well. */
static void one_call_of_a_kind_fails(void) {
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, 0);
    ptk_handle_t a;
    ptk_handle_t b;
    size_t sent;

    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_fail_call_of(PTK_SIM_FAULT_COUNT, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_sim_fail_call_of(PTK_SIM_FAULT_BIND, 2), PTK_ERR_OK);
    for (uint64_t call = 1; call <= 3; call++) {
        ptk_handle_t socket = ptk_socket_create(sim.loops[HOST_B]);
        CHECK_EQUAL(ptk_socket_listen(socket, &any, 2), call == 2 ? PTK_ERR_ADDRESS_IN_USE : PTK_ERR_OK);
        CHECK_EQUAL(ptk_sim_world()->calls_of[PTK_SIM_FAULT_BIND], call);
        CHECK_EQUAL(ptk_sim_world()->fault_count, call >= 2 ? 1 : 0);
        CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_OK);
    }
    CHECK(sim_pair(&a, &b));
    CHECK_EQUAL(ptk_sim_fail_call_of(PTK_SIM_FAULT_SEND_SHORT, 2), PTK_ERR_OK);
    CHECK_EQUAL(sim_send(a, 1000, &sent), PTK_ERR_OK);
    CHECK_EQUAL(sent, 1000);
    CHECK_EQUAL(sim_send(a, 1000, &sent), PTK_ERR_OK);
    CHECK(sent < 1000);
    CHECK_EQUAL(ptk_sim_fail_call_of(PTK_SIM_FAULT_SEND, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_fail_call_of(PTK_SIM_FAULT_SEND, 0), PTK_ERR_OK); /* none after all */
    CHECK_EQUAL(sim_send(a, 1000, &sent), PTK_ERR_OK);
    sim_end();
}

/** @brief A wait that fails is what the pass returns, and its program goes on; an address that is not to be had. */
static void waits_and_addresses(void) {
    ptk_address_t address = ptk_address_any(PTK_ADDRESS_IPV4, 7);
    sim_counter_t readable = {0};
    ptk_err_t error;
    ptk_handle_t a;
    ptk_handle_t b;
    size_t sent;

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    plan(PTK_SIM_FAULT_OPTION, true);
    CHECK_EQUAL(ptk_socket_get_local_address(a, &address), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(ptk_socket_shutdown(b), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(address.port, 7);
    plan(PTK_SIM_FAULT_OPTION, false);
    plan(PTK_SIM_FAULT_POLL, true);
    CHECK_EQUAL(ptk_event_loop_run_for(sim.loops[HOST_B], 0), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK_EQUAL(ptk_set_event_handler(b, PTK_EVENT_READABLE, sim_count, &readable), PTK_ERR_OK);
    CHECK_EQUAL(sim_send(a, 10, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 1);
    CHECK_EQUAL(readable.count, 0);
    plan(PTK_SIM_FAULT_POLL, false);
    (void)ptk_sim_run_until(NOW + 1);
    CHECK(readable.count > 0);
    CHECK_EQUAL(sim_receive(b, &error), 10);
    sim_end();
}

/** @brief While it cannot be said who the peer is, a stranger's datagram is not received in place of the peer's. */
static void stranger_of_an_unknown_peer(void) {
    uint8_t bytes[16];
    ptk_buf_t buf;

    CHECK(sim_begin(1, NULL));
    ptk_handle_t own = sim_open_udp(HOST_B, 4001);
    ptk_handle_t stranger = sim_open_udp(HOST_A, 4002);
    ptk_handle_t peer = sim_open_udp(HOST_A, 4003);
    CHECK_EQUAL(sim_send_to(stranger, HOST_B, 4001, 0, 1), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 10);
    CHECK_EQUAL(sim_send_to(peer, HOST_B, 4001, 1, 1), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 10);
    CHECK_EQUAL(ptk_sim_enter(HOST_B), PTK_ERR_OK);
    ptk_address_t remote = sim_address(HOST_A, 4003);
    CHECK_EQUAL(ptk_socket_connect(own, &remote), PTK_ERR_OK); /* both have sent before */
    (void)ptk_buf_init(&buf, bytes, sizeof bytes);
    plan(PTK_SIM_FAULT_OPTION, true);
    CHECK_EQUAL(ptk_socket_receive(own, &buf), PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    plan(PTK_SIM_FAULT_OPTION, false);
    CHECK_EQUAL(ptk_buf_length(&buf), 0);
    CHECK_EQUAL(ptk_socket_receive(own, &buf), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_length(&buf), 1);
    CHECK_EQUAL(ptk_buf_get_u8(&buf), 1); /* the peer's */
    sim_end();
}

static char letters[9];     /**< @brief Who was readable, in their order. */
static size_t letter_count; /**< @brief How many that were. */

/** @brief Notes a letter, and receives nothing more. @param user_data the letter. */
static void note_letter(ptk_handle_t socket, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)data;
    (void)ptk_remove_event_handler(socket, event);
    if (letter_count + 1 < sizeof letters) {
        letters[letter_count++] = *(const char *)user_data;
    }
}

/** @brief Four sockets become readable at one time. @return in which order that is reported, as a number. */
static int order_of(uint64_t seed) {
    static char names[4] = {0, 1, 2, 3};

    letter_count = 0;
    CHECK_OR_RETURN(sim_begin(seed, NULL), 0);
    ptk_handle_t sender = sim_open_udp(HOST_A, 4000);
    for (uint16_t i = 0; i < 4; i++) {
        const uint16_t port = (uint16_t)(4001 + i);
        ptk_handle_t socket = sim_open_udp(HOST_B, port);
        CHECK_OR_RETURN(ptk_set_event_handler(socket, PTK_EVENT_READABLE, note_letter, &names[i]) == PTK_ERR_OK, 0);
        CHECK_OR_RETURN(sim_send_to(sender, HOST_B, port, 0, 0) == PTK_ERR_OK, 0);
    }
    CHECK_OR_RETURN(ptk_sim_set_fault(PTK_SIM_FAULT_LATE, 500000) == PTK_ERR_OK, 0);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_OR_RETURN(letter_count == 4, 0);
    sim_end();
    return letters[0] * 64 + letters[1] * 16 + letters[2] * 4 + letters[3];
}

/** @brief What is ready at one time is reported in each order there is, and each once. */
static void any_order(void) {
    bool was_seen[256] = {false};
    int orders = 0;

    for (uint64_t seed = 1; seed <= 500; seed++) {
        int order = order_of(seed);
        CHECK(!harness_failed());
        orders += was_seen[order] ? 0 : 1;
        was_seen[order] = true;
    }
    CHECK_EQUAL(orders, 24); /* 4! */
}

/** @brief Out of segments: a stream waits, a datagram is refused, and both go on when there is room again. */
static void out_of_segments(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    ptk_err_t error;
    sim_counter_t writable = {0};
    size_t sent;

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    do {
        error = sim_send(a, 1, &sent); /* a segment for each byte */
    } while (error == PTK_ERR_OK);
    CHECK_EQUAL(error, PTK_ERR_WOULD_BLOCK);
    CHECK_EQUAL(ptk_sim_world()->segment_count, 1024);
    CHECK_EQUAL(ptk_set_event_handler(a, PTK_EVENT_WRITABLE, sim_count, &writable), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(writable.count, 0);
    CHECK_EQUAL(sim_receive(b, &error), 1024);
    (void)ptk_sim_run_until(NOW + 1);
    CHECK(writable.count > 0);
    sim_end();
}

const harness_test_t fault_tests[] = {
    {"fault.opening", opening},
    {"fault.streams_survive", streams_survive},
    {"fault.one_call_fails", one_call_fails},
    {"fault.one_call_of_a_kind_fails", one_call_of_a_kind_fails},
    {"fault.waits_and_addresses", waits_and_addresses},
    {"fault.stranger_of_an_unknown_peer", stranger_of_an_unknown_peer},
    {"fault.any_order", any_order},
    {"fault.out_of_segments", out_of_segments},
    {NULL, NULL},
};

/**
 * @file sim_support.c
 * @brief A world of two hosts with a link.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

#include <string.h>

/** @brief The world's memory. */
PTK_SIM_DECLARE_WORLD(memory, 3, 3, 3, 32, 1024);
/** @brief The loops' slots. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 3);
/** @brief The pools of host A. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources_a, 4, 8, 2);
/** @brief The pools of host B. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(resources_b, 4, 8, 2);

sim_fixture_t sim;

bool sim_begin(uint64_t seed, const ptk_sim_link_properties_t *properties) {
    static const char *const texts[2] = {"192.0.2.1", "192.0.2.2"};

    sim_end(); /* a test that failed leaves its loops */
    memset(&sim, 0, sizeof sim);
    CHECK_OR_RETURN(ptk_sim_start(&memory, seed) == PTK_ERR_OK, false);
    for (int i = 0; i < 2; i++) {
        CHECK_OR_RETURN(ptk_address_parse(texts[i], 0, &sim.addresses[i]) == PTK_ERR_OK, false);
        CHECK_OR_RETURN(ptk_sim_add_host(&sim.addresses[i]) == i, false);
        sim.loops[i] = ptk_event_loop_create(slots, 3, i == HOST_A ? &resources_a : &resources_b);
        CHECK_OR_RETURN(sim.loops[i] > 0, false);
        CHECK_OR_RETURN(ptk_sim_add_loop(sim.loops[i]) == PTK_ERR_OK, false);
    }
    sim.link = ptk_sim_add_link(HOST_A, HOST_B, properties);
    CHECK_OR_RETURN(sim.link == 0, false);
    return true;
}

void sim_end(void) {
    for (int i = 0; i < 2; i++) {
        if (sim.loops[i] > 0) {
            (void)ptk_event_loop_destroy(sim.loops[i]);
            sim.loops[i] = 0;
        }
    }
}

void sim_count(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    sim_counter_t *counter = user_data;

    counter->count++;
    counter->event = event;
    counter->data = data;
    counter->handle = resource;
    counter->time_ms = NOW;
}

ptk_address_t sim_address(int host, uint16_t port) {
    ptk_address_t address = sim.addresses[host];

    address.port = port;
    return address;
}

ptk_handle_t sim_listen(int host) {
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, 502);

    CHECK_OR_RETURN(ptk_sim_enter(host) == PTK_ERR_OK, 0);
    ptk_handle_t listener = ptk_socket_create(sim.loops[host]);
    CHECK_OR_RETURN(ptk_socket_set_option(listener, PTK_SOCKET_OPTION_REUSE_ADDRESS, 1) == PTK_ERR_OK, 0);
    CHECK_OR_RETURN(ptk_socket_listen(listener, &any, 2) == PTK_ERR_OK, 0);
    return listener;
}

ptk_handle_t sim_connect(int host) {
    ptk_address_t remote = sim_address(1 - host, 502);

    CHECK_OR_RETURN(ptk_sim_enter(host) == PTK_ERR_OK, 0);
    ptk_handle_t socket = ptk_socket_create(sim.loops[host]);
    CHECK_OR_RETURN(ptk_socket_connect(socket, &remote) == PTK_ERR_OK, 0);
    return socket;
}

bool sim_pair(ptk_handle_t *a, ptk_handle_t *b) {
    ptk_handle_t listener = sim_listen(HOST_B);

    *a = sim_connect(HOST_A);
    CHECK_OR_RETURN(listener > 0 && *a > 0, false);
    CHECK_OR_RETURN(ptk_sim_run_until(NOW + 5000) > 0, false);
    *b = ptk_socket_accept(listener, NULL);
    CHECK_OR_RETURN(*b > 0, false);
    CHECK_OR_RETURN(ptk_socket_destroy(listener) == PTK_ERR_OK, false);
    return true;
}

ptk_handle_t sim_open_udp(int host, uint16_t port) {
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV4, port);

    CHECK_OR_RETURN(ptk_sim_enter(host) == PTK_ERR_OK, 0);
    ptk_handle_t socket = ptk_socket_create(sim.loops[host]);
    CHECK_OR_RETURN(ptk_socket_open_udp(socket, &any) == PTK_ERR_OK, 0);
    return socket;
}

ptk_err_t sim_send(ptk_handle_t socket, size_t length, size_t *sent) {
    static uint8_t bytes[65536];
    ptk_buf_t buf;

    CHECK_OR_RETURN(length <= sizeof bytes, PTK_ERR_INVALID_ARGUMENT);
    (void)ptk_buf_init(&buf, bytes, sizeof bytes);
    ptk_buf_put_fill(&buf, 0x55, length);
    ptk_err_t error = ptk_socket_send(socket, &buf);
    *sent = length - ptk_buf_length(&buf);
    return error;
}

ptk_err_t sim_send_to(ptk_handle_t socket, int host, uint16_t port, uint8_t value, size_t length) {
    ptk_address_t remote = sim_address(host, port);
    uint8_t bytes[2000];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, bytes, sizeof bytes);
    ptk_buf_put_fill(&buf, value, length);
    return ptk_socket_send_to(socket, &buf, &remote);
}

size_t sim_receive(ptk_handle_t socket, ptk_err_t *error) {
    uint8_t bytes[4096];
    size_t count = 0;

    do {
        ptk_buf_t buf;
        (void)ptk_buf_init(&buf, bytes, sizeof bytes);
        *error = ptk_socket_receive(socket, &buf);
        count += ptk_buf_length(&buf);
    } while (*error == PTK_ERR_OK);
    return count;
}

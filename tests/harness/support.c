/**
 * @file support.c
 * @brief What the tests share: see support.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief Pools of the two loops; support_resources has copies, which a test may change. */
PTK_DECLARE_EVENT_LOOP_RESOURCES(first_resources, SUPPORT_TIMERS, SUPPORT_SOCKETS, SUPPORT_SOURCES);
PTK_DECLARE_EVENT_LOOP_RESOURCES(second_resources, SUPPORT_TIMERS, SUPPORT_SOCKETS, SUPPORT_SOURCES);

ptk_event_loop_slot_t support_slots[2];
ptk_event_loop_resources_t support_resources[2];
ptk_handle_t support_loop;
ptk_handle_t support_other;

/** @brief Creates the loops anew. @param two whether there is a second one. @return whether that worked. */
static bool open_loops(bool two) {
    /* A test that failed leaves its loops; what these calls return then does not matter. */
    (void)ptk_event_loop_destroy(support_slots[0].handle);
    (void)ptk_event_loop_destroy(support_slots[1].handle);
    support_resources[0] = first_resources;
    support_resources[1] = second_resources;
    support_other = 0;
    support_loop = ptk_event_loop_create(support_slots, 2, &support_resources[0]);
    CHECK_OR_RETURN(support_loop > 0, false);
    if (two) {
        support_other = ptk_event_loop_create(support_slots, 2, &support_resources[1]);
        CHECK_OR_RETURN(support_other > 0, false);
    }
    return true;
}

bool support_has_limits(uint32_t events, uint32_t handlers) {
    if (PTK_USER_EVENT_QUEUE_SIZE < events || PTK_USER_EVENT_HANDLERS < handlers) {
        harness_skip("the limits of this build let a source hold fewer events or handlers");
        return false;
    }
    return true;
}

bool support_open(void) {
    return open_loops(false);
}

bool support_open_two(void) {
    return open_loops(true);
}

bool support_close(void) {
    CHECK_OR_RETURN(ptk_event_loop_destroy(support_loop) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(support_other == 0 || ptk_event_loop_destroy(support_other) == PTK_ERR_OK, false);
    support_loop = 0;
    support_other = 0;
    return true;
}

void support_record(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    support_record_t *record = user_data;

    record->count++;
    record->resource = resource;
    record->event = event;
    record->data = data;
    record->last_error = ptk_get_last_error(resource);
    record->at_ms = ptk_clock_now_ms();
}

/** @brief One pass of each loop, with a short wait. @return whether the passes were good. */
static bool run_both(void) {
    return ptk_event_loop_run_for(support_loop, support_other == 0 ? 5 : 1) == PTK_ERR_OK &&
           (support_other == 0 || ptk_event_loop_run_for(support_other, 1) == PTK_ERR_OK);
}

bool support_run_until(const uint32_t *counter, uint32_t wanted) {
    const uint64_t start = ptk_clock_now_ms();

    while (*counter < wanted) {
        if (ptk_clock_now_ms() - start > SUPPORT_LIMIT_MS || !run_both()) {
            return false;
        }
    }
    return true;
}

bool support_run_until_finished(const ptk_pt_t *pt) {
    const uint64_t start = ptk_clock_now_ms();

    while (!ptk_protothread_is_finished(pt)) {
        if (ptk_clock_now_ms() - start > SUPPORT_LIMIT_MS || !run_both()) {
            return false;
        }
    }
    return true;
}

bool support_run_until_readable(ptk_handle_t socket) {
    support_record_t readable = {0};

    CHECK_OR_RETURN(ptk_set_event_handler(socket, PTK_EVENT_READABLE, support_record, &readable) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(support_run_until(&readable.count, 1), false);
    return ptk_remove_event_handler(socket, PTK_EVENT_READABLE) == PTK_ERR_OK;
}

bool support_end(ptk_handle_t socket) {
    const ptk_err_t error = ptk_socket_shutdown(socket);

    return error == PTK_ERR_OK || (error == PTK_ERR_UNSUPPORTED && ptk_socket_destroy(socket) == PTK_ERR_OK);
}

void support_run_ms(uint32_t duration_ms) {
    const uint64_t start = ptk_clock_now_ms();

    while (ptk_clock_now_ms() - start < duration_ms && run_both()) {
    }
}

void support_stand_still_until(uint64_t end_ms) {
    while (ptk_clock_now_ms() < end_ms) {
    }
}

bool support_poll(ptk_handle_t loop, uint32_t passes) {
    for (uint32_t pass = 0; pass < passes; pass++) {
        CHECK_OR_RETURN(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, false);
    }
    return true;
}

uint64_t support_idle_passes(ptk_handle_t loop) {
    const uint64_t start = ptk_clock_now_ms();
    uint64_t passes = 0;

    while (ptk_clock_now_ms() - start < 100 && ptk_event_loop_run_for(loop, 20) == PTK_ERR_OK) {
        passes++;
    }
    return passes;
}

ptk_address_t support_loopback(uint8_t family, uint16_t port) {
    ptk_address_t address = ptk_address_any(family, port);

    if (family == PTK_ADDRESS_IPV4) {
        address.bytes[0] = 127;
        address.bytes[3] = 1;
    } else {
        address.bytes[15] = 1;
    }
    return address;
}

bool support_has_family(uint8_t family) {
    const ptk_address_t address = support_loopback(family, 0);
    ptk_handle_t socket = ptk_socket_create(support_loop);
    ptk_err_t error = ptk_socket_open_udp(socket, &address);

    CHECK_OR_RETURN(ptk_socket_destroy(socket) == PTK_ERR_OK, false);
    if (family == PTK_ADDRESS_IPV6 && error != PTK_ERR_OK) {
        harness_skip("this machine has no IPv6");
        return false;
    }
    CHECK_OR_RETURN(error == PTK_ERR_OK, false);
    return true;
}

ptk_handle_t support_listen(ptk_handle_t loop, uint8_t family, uint32_t backlog, ptk_address_t *address) {
    const ptk_address_t local = support_loopback(family, 0);
    ptk_handle_t listener = ptk_socket_create(loop);
    ptk_err_t error = ptk_socket_listen(listener, &local, backlog);

    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(listener, address);
    }
    return error == PTK_ERR_OK ? listener : error;
}

ptk_handle_t support_open_udp(ptk_handle_t loop, uint8_t family, ptk_address_t *address) {
    const ptk_address_t local = support_loopback(family, 0);
    ptk_handle_t socket = ptk_socket_create(loop);
    ptk_err_t error = ptk_socket_open_udp(socket, &local);

    if (error == PTK_ERR_OK) {
        error = ptk_socket_get_local_address(socket, address);
    }
    return error == PTK_ERR_OK ? socket : error;
}

/* A port that was free a moment ago would do, if no other program took it meanwhile. This one is tcpmux, RFC 1078, which
   no host offers, and no system chooses it. */
ptk_address_t support_dead_address(uint8_t family) {
    return support_loopback(family, 1);
}

bool support_pair(ptk_handle_t server_loop, uint8_t family, ptk_handle_t *client, ptk_handle_t *server) {
    ptk_address_t address;
    support_record_t connected = {0};
    support_record_t readable = {0};
    ptk_handle_t listener = support_listen(server_loop, family, 4, &address);

    CHECK_OR_RETURN(listener > 0, false);
    *client = ptk_socket_create(support_loop);
    CHECK_OR_RETURN(ptk_socket_connect(*client, &address) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_set_event_handler(*client, PTK_EVENT_CONNECTED, support_record, &connected) == PTK_ERR_OK,
                    false);
    CHECK_OR_RETURN(ptk_set_event_handler(listener, PTK_EVENT_READABLE, support_record, &readable) == PTK_ERR_OK,
                    false);
    CHECK_OR_RETURN(support_run_until(&connected.count, 1), false);
    CHECK_OR_RETURN(support_run_until(&readable.count, 1), false);
    *server = ptk_socket_accept(listener, NULL);
    CHECK_OR_RETURN(*server > 0, false);
    CHECK_OR_RETURN(ptk_remove_event_handler(*client, PTK_EVENT_CONNECTED) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_socket_destroy(listener) == PTK_ERR_OK, false);
    return true;
}

bool support_send_text(ptk_handle_t socket, const char *text) {
    const uint64_t start = ptk_clock_now_ms();
    uint8_t memory[256];
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_init(&buf, memory, sizeof(memory)) == PTK_ERR_OK, false);
    ptk_buf_put_bytes(&buf, text, strlen(text));
    CHECK_OR_RETURN(ptk_buf_error(&buf) == PTK_ERR_OK, false);
    while (ptk_buf_length(&buf) > 0 && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        ptk_err_t error = ptk_socket_send(socket, &buf);
        CHECK_OR_RETURN(error == PTK_ERR_OK || error == PTK_ERR_WOULD_BLOCK, false);
        CHECK_OR_RETURN(run_both(), false);
    }
    return ptk_buf_length(&buf) == 0;
}

ptk_err_t support_receive(ptk_handle_t socket, ptk_buf_t *buf) {
    const uint64_t start = ptk_clock_now_ms();
    ptk_err_t error = ptk_socket_receive(socket, buf);

    while (error == PTK_ERR_WOULD_BLOCK && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS && run_both()) {
        error = ptk_socket_receive(socket, buf);
    }
    return error;
}

bool support_expect_text(ptk_handle_t socket, const char *text) {
    uint8_t memory[256];
    ptk_buf_t buf;

    CHECK_OR_RETURN(ptk_buf_init(&buf, memory, strlen(text)) == PTK_ERR_OK, false);
    while (ptk_buf_room(&buf) > 0) {
        CHECK_OR_RETURN(support_receive(socket, &buf) == PTK_ERR_OK, false);
    }
    return memcmp(memory, text, strlen(text)) == 0;
}

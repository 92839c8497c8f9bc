/* What kqueue is told, and when. SPDX-License-Identifier: MIT */
#include "kqueue_calls.h"
#include "suite.h"
#include "support.h"

enum { SOCKETS = 40 }; /* more than a loop lists as changed before it has to tell kqueue at once */

PTK_DECLARE_EVENT_LOOP_SLOTS(kqueue_slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(kqueue_pools, 0, SOCKETS + 1, 0);

static int32_t descriptor_of(ptk_handle_t socket) {
    int i = 0;

    while (kqueue_pools.sockets[i].base.handle != socket) {
        i++;
    }
    return kqueue_pools.sockets[i].platform.descriptor;
}

static void note_arrival(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint8_t memory[8];
    ptk_buf_t buf;

    (void)event;
    (void)data;
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    if (ptk_socket_receive(resource, &buf) == PTK_ERR_OK) {
        (*(uint32_t *)user_data)++;
    }
}

static void note_error(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    *(ptk_err_t *)user_data = (ptk_err_t)(0 - (int64_t)data);
}

/* Opens them, each with handlers for what arrives and for what fails. */
static bool open_all(ptk_handle_t loop, ptk_address_t *addresses, uint32_t *arrived, ptk_err_t *errors) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);

    for (int i = 0; i < SOCKETS; i++) {
        const ptk_handle_t socket = ptk_socket_create(loop);
        errors[i] = PTK_ERR_OK;
        CHECK_OR_RETURN(ptk_socket_open_udp(socket, &local) == PTK_ERR_OK, false);
        CHECK_OR_RETURN(ptk_socket_get_local_address(socket, &addresses[i]) == PTK_ERR_OK, false);
        if (i == 0) { /* the first that is told: libkqueue refuses to add again what was added before it */
            kqueue_calls.refused = descriptor_of(socket);
        }
        CHECK_OR_RETURN(ptk_set_event_handler(socket, PTK_EVENT_READABLE, note_arrival, arrived) == PTK_ERR_OK, false);
        CHECK_OR_RETURN(ptk_set_event_handler(socket, PTK_EVENT_ERROR, note_error, &errors[i]) == PTK_ERR_OK, false);
    }
    return true;
}

void a_change_refused_among_many(void) {
    static ptk_address_t addresses[SOCKETS];
    static ptk_err_t errors[SOCKETS];
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
    const ptk_handle_t loop = ptk_event_loop_create(kqueue_slots, 1, &kqueue_pools);
    ptk_handle_t sender;
    uint32_t arrived = 0;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(open_all(loop, addresses, &arrived, errors));
    kqueue_calls.refused = -1;
    sender = ptk_socket_create(loop);
    CHECK_EQUAL(ptk_socket_open_udp(sender, &local), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    for (int i = 0; i < SOCKETS; i++) {
        ptk_buf_clear(&buf);
        ptk_buf_put_u8(&buf, 1);
        CHECK_EQUAL(ptk_socket_send_to(sender, &buf, &addresses[i]), PTK_ERR_OK);
    }
    for (int pass = 0; pass < 20; pass++) {
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 5), PTK_ERR_OK);
    }
    CHECK_EQUAL(arrived, SOCKETS - 1);
    for (int i = 0; i < SOCKETS; i++) {
        CHECK_EQUAL(errors[i], i == 0 ? PTK_ERR_OUT_OF_SYSTEM_MEMORY : PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

void room_is_asked_for_only_when_it_is_missing(void) {
    ptk_handle_t client;
    ptk_handle_t server;
    uint32_t before;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    before = kqueue_calls.asked_for_room;
    for (int i = 0; i < 10; i++) {
        CHECK(support_send_text(client, "question"));
        CHECK(support_expect_text(server, "question"));
        CHECK(support_send_text(server, "answer"));
        CHECK(support_expect_text(client, "answer"));
    }
    CHECK_EQUAL(kqueue_calls.asked_for_room, before);
    CHECK(support_close());
}

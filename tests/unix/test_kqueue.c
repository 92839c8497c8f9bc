/**
 * @file test_kqueue.c
 * @brief Which changes kqueue gets, and when.
 *
 * SPDX-License-Identifier: MIT
 */
#include "kqueue_calls.h"
#include "harness.h"
#include "support.h"

enum { SOCKETS = 40 }; /**< @brief More than a loop lists as changed before it has to pass them to kqueue at once. */

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(kqueue_slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(kqueue_pools, 0, SOCKETS + 1, 0);

/** @brief The descriptor of a socket. Returns it. */
static int32_t descriptor_of(const ptk_event_loop_resources_t *pools, ptk_handle_t socket) {
    int i = 0;

    while (pools->sockets[i].base.handle != socket) {
        i++;
    }
    return pools->sockets[i].platform.descriptor;
}

/** @brief Handler: receives and counts. */
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

/** @brief Handler: notes the error. */
static void note_error(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    *(ptk_err_t *)user_data = PTK_EVENT_ERROR_CODE(data);
}

/** @brief Opens them, each with handlers for what arrives and for what fails. */
static bool open_all(ptk_handle_t loop, ptk_address_t *addresses, uint32_t *arrived, ptk_err_t *errors) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);

    for (int i = 0; i < SOCKETS; i++) {
        const ptk_handle_t socket = ptk_socket_create(loop);
        errors[i] = PTK_ERR_OK;
        CHECK_OR_RETURN(ptk_socket_open_udp(socket, &local) == PTK_ERR_OK, false);
        CHECK_OR_RETURN(ptk_socket_get_local_address(socket, &addresses[i]) == PTK_ERR_OK, false);
        if (i == 0) { /* the first that it gets: libkqueue refuses to add again what was added before it */
            kqueue_calls.refused = descriptor_of(&kqueue_pools, socket);
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
    uint32_t arrived = 0;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(open_all(loop, addresses, &arrived, errors));
    kqueue_calls.refused = -1;
    ptk_handle_t sender = ptk_socket_create(loop);
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

/** @brief What a handler counted that tries again. */
typedef struct trial {
    uint32_t successes;
    uint32_t failures;
    ptk_err_t error; /* of the last failure */
} trial_t;

/** @brief Handler: receives, and counts what came of it. */
static void try_again(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    trial_t *trial = user_data;
    uint8_t memory[8];
    ptk_buf_t buf;
    ptk_err_t error;

    (void)data;
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    if (event == PTK_EVENT_WRITABLE) {
        ptk_buf_put_u8(&buf, 1);
        error = ptk_socket_send(resource, &buf);
    } else {
        error = (ptk_err_t)ptk_socket_accept(resource, NULL);
        error = error == PTK_ERR_INVALID_STATE ? ptk_socket_receive_from(resource, &buf, NULL) : error;
        error = error == PTK_ERR_INVALID_STATE ? ptk_socket_receive(resource, &buf) : error;
    }
    trial->successes += error == PTK_ERR_OK ? 1 : 0;
    trial->failures += error == PTK_ERR_OK ? 0 : 1;
    trial->error = error == PTK_ERR_OK ? trial->error : error;
}

/** @brief The event's handler is the only one. */
static void expect_refusal(ptk_handle_t socket, ptk_event_t event, uint32_t successes) {
    trial_t trial = {0, 0, PTK_ERR_OK};

    kqueue_calls.refused = descriptor_of(&support_resources[0], socket);
    CHECK_EQUAL(ptk_set_event_handler(socket, event, try_again, &trial), PTK_ERR_OK);
    CHECK(support_poll(support_loop, 2));
    kqueue_calls.refused = -1;
    CHECK(support_run_until(&trial.failures, 1));
    CHECK_EQUAL(trial.error, PTK_ERR_OUT_OF_SYSTEM_MEMORY);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(trial.failures, 1);
    CHECK_EQUAL(trial.successes, successes);
    CHECK(support_close());
}

/* Accepted in no pass: kqueue does not know it yet. */
void a_refusal_is_reported_to_a_reader(void) {
    support_record_t connected = {0};
    ptk_address_t address;

    CHECK(support_open());
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address);
    ptk_handle_t client = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_OK);
    CHECK(support_run_until(&connected.count, 1));
    CHECK(support_send_text(client, "text"));
    expect_refusal(ptk_socket_accept(listener, NULL), PTK_EVENT_READABLE, 1);
}

void a_refusal_is_reported_to_a_writer(void) {
    static uint8_t memory[65536];
    ptk_err_t error = PTK_ERR_OK;
    ptk_handle_t client;
    ptk_handle_t server;
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    for (int i = 0; i < 1000 && error == PTK_ERR_OK; i++) {
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        ptk_buf_put_fill(&buf, 0, sizeof(memory));
        error = ptk_socket_send(server, &buf);
    }
    CHECK_EQUAL(error, PTK_ERR_WOULD_BLOCK);
    expect_refusal(server, PTK_EVENT_WRITABLE, 0);
}

void a_refusal_is_reported_to_an_acceptor(void) {
    ptk_address_t address;

    CHECK(support_open());
    expect_refusal(support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address), PTK_EVENT_READABLE, 0);
}

void a_refusal_is_reported_to_a_receiver(void) {
    ptk_address_t address;

    CHECK(support_open());
    expect_refusal(support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address), PTK_EVENT_READABLE, 0);
}

void room_is_asked_for_only_when_it_is_missing(void) {
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    uint32_t before = kqueue_calls.asked_for_room;
    for (int i = 0; i < 10; i++) {
        CHECK(support_send_text(client, "request"));
        CHECK(support_expect_text(server, "request"));
        CHECK(support_send_text(server, "response"));
        CHECK(support_expect_text(client, "response"));
    }
    CHECK_EQUAL(kqueue_calls.asked_for_room, before);
    CHECK(support_close());
}

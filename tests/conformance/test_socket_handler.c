/**
 * @file test_socket_handler.c
 * @brief What a socket's handler may do to its socket and its loop, and fairness among sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sizes.h"
#include "support.h"

#include <string.h>

/** @brief What the handler below does when it is called. */
typedef struct deed {
    enum { DESTROY_ITSELF, DESTROY_THE_LOOP, RESIZE_THE_POOLS } what;
    uint32_t calls;
    ptk_err_t result;
} deed_t;

/** @brief A larger pool. */
static ptk_socket_internal_t more_sockets[3 * SUPPORT_SOCKETS];

/** @brief Handler: does what the test says. */
static void do_deed(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    deed_t *deed = user_data;
    ptk_event_loop_resources_t pools = support_resources[1];

    (void)event;
    (void)data;
    deed->calls++;
    switch (deed->what) {
    case DESTROY_ITSELF:
        deed->result = ptk_socket_destroy(resource);
        break;
    case DESTROY_THE_LOOP:
        deed->result = ptk_event_loop_destroy(support_other);
        break;
    case RESIZE_THE_POOLS:
    default:
        pools.sockets = more_sockets;
        pools.num_sockets = 3 * SUPPORT_SOCKETS;
        deed->result = ptk_event_loop_resize_resources(support_other, &pools);
        /* The old slots belong to the application again. */
        memset(support_resources[1].sockets, 0, SUPPORT_SOCKETS * sizeof(support_resources[1].sockets[0]));
        break;
    }
}

/** @brief The server's socket is in the second loop, readable and writable at once: the deed is done in the first of
 *  the two handlers, and the second is not called on a socket that is gone. */
static bool prepare(deed_t *deed, support_record_t *writable, ptk_handle_t *client, ptk_handle_t *server) {
    CHECK_OR_RETURN(support_open_two(), false);
    CHECK_OR_RETURN(support_pair(support_other, PTK_ADDRESS_IPV4, client, server), false);
    CHECK_OR_RETURN(support_send_text(*client, "go"), false);
    CHECK_OR_RETURN(support_run_until_readable(*server), false);
    CHECK_OR_RETURN(ptk_set_event_handler(*server, PTK_EVENT_READABLE, do_deed, deed) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_set_event_handler(*server, PTK_EVENT_WRITABLE, support_record, writable) == PTK_ERR_OK, false);
    return true;
}

/** @brief A handler can destroy its own socket. */
static void handler_destroys_its_own_socket(void) {
    deed_t deed = {DESTROY_ITSELF, 0, PTK_ERR_SYSTEM};
    support_record_t writable = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(prepare(&deed, &writable, &client, &server));
    CHECK(support_run_until(&deed.calls, 1));
    CHECK_EQUAL(deed.result, PTK_ERR_OK);
    writable.count = 0;
    CHECK(support_poll(support_other, 3));
    CHECK_EQUAL(deed.calls, 1);
    CHECK_EQUAL(writable.count, 0);
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_INVALID_HANDLE);
    CHECK(support_close());
}

/** @brief A handler can destroy its own loop. */
static void handler_destroys_its_loop(void) {
    deed_t deed = {DESTROY_THE_LOOP, 0, PTK_ERR_SYSTEM};
    support_record_t writable = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    CHECK(prepare(&deed, &writable, &client, &server));
    CHECK_EQUAL(ptk_event_loop_run_for(support_other, SUPPORT_LIMIT_MS), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(deed.calls, 1);
    CHECK_EQUAL(deed.result, PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_run_for(support_other, 0), PTK_ERR_INVALID_HANDLE);
    support_other = 0;
    CHECK(support_close());
}

/** @brief A handler can move its loop to other pools. */
static void handler_resizes_the_pools(void) {
    deed_t deed = {RESIZE_THE_POOLS, 0, PTK_ERR_SYSTEM};
    support_record_t writable = {0};
    ptk_handle_t client;
    ptk_handle_t server;

    memset(more_sockets, 0, sizeof(more_sockets));
    CHECK(prepare(&deed, &writable, &client, &server));
    CHECK(support_run_until(&deed.calls, 1));
    CHECK_EQUAL(deed.result, PTK_ERR_OK);
    CHECK_EQUAL(ptk_remove_event_handler(server, PTK_EVENT_READABLE), PTK_ERR_OK);
    writable.count = 0;
    CHECK(support_run_until(&writable.count, 1));
    CHECK_EQUAL(writable.resource, server);
    CHECK_EQUAL(ptk_remove_event_handler(server, PTK_EVENT_WRITABLE), PTK_ERR_OK);
    CHECK(support_expect_text(server, "go"));
    CHECK(support_close());
}

/** @brief One socket that always has data does not keep the others waiting: each pass serves each ready socket once. */
static void busy_socket_starves_no_other(void) {
    support_record_t busy = {0};
    support_record_t idle[2] = {{0}, {0}};
    ptk_address_t addresses[3];
    ptk_handle_t sockets[3];
    ptk_address_t from;

    CHECK(support_open());
    for (uint32_t i = 0; i < 3; i++) {
        sockets[i] = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &addresses[i]);
        CHECK(sockets[i] > 0);
        CHECK_EQUAL(
            ptk_set_event_handler(sockets[i], PTK_EVENT_READABLE, support_record, i == 1 ? &busy : &idle[i / 2]),
            PTK_ERR_OK);
    }
    ptk_handle_t sender = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &from);
    for (uint32_t i = 0; i < 3; i++) {
        uint8_t memory[1];
        ptk_buf_t buf;

        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        ptk_buf_put_u8(&buf, 1);
        CHECK_EQUAL(ptk_socket_send_to(sender, &buf, &addresses[i]), PTK_ERR_OK);
    }
    CHECK(support_run_until(&busy.count, 1));
    CHECK(support_run_until(&idle[0].count, 1));
    CHECK(support_run_until(&idle[1].count, 1));
    /* No data is read, so all three are ready in every pass. */
    busy.count = 0;
    idle[0].count = 0;
    idle[1].count = 0;
    for (uint32_t pass = 1; pass <= 20; pass++) {
        CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
        CHECK_EQUAL(busy.count, pass);
        CHECK_EQUAL(idle[0].count, pass);
        CHECK_EQUAL(idle[1].count, pass);
    }
    CHECK(support_close());
}

/** @brief Sockets that one wait cannot report, because a call of the system takes no more, are reported by the next
 *  ones: all are served, none is forgotten. */
static void more_ready_sockets_than_one_wait_reports(void) {
    enum { MANY = CONFORMANCE_READY_SOCKETS };
    static ptk_event_loop_slot_t slots[1];
    PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, 0, MANY + 1, 0);
    static support_record_t records[MANY];
    const ptk_handle_t loop = ptk_event_loop_create(slots, 1, &pools);
    ptk_address_t address;
    uint32_t served = 0;

    CHECK(loop > 0);
    memset(records, 0, sizeof(records));
    ptk_handle_t sender = support_open_udp(loop, PTK_ADDRESS_IPV4, &address);
    for (uint32_t i = 0; i < MANY; i++) {
        const ptk_handle_t receiver = support_open_udp(loop, PTK_ADDRESS_IPV4, &address);
        uint8_t memory[1];
        ptk_buf_t buf;

        CHECK(receiver > 0);
        CHECK_EQUAL(ptk_set_event_handler(receiver, PTK_EVENT_READABLE, support_record, &records[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
        ptk_buf_put_u8(&buf, 1);
        CHECK_EQUAL(ptk_socket_send_to(sender, &buf, &address), PTK_ERR_OK);
    }
    /* Passes are not counted: a stack with a thread of its own may deliver the rest after many of them. */
    const uint64_t begin_ms = ptk_clock_now_ms();
    while (served < MANY && ptk_clock_now_ms() - begin_ms < SUPPORT_LIMIT_MS) {
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 10), PTK_ERR_OK);
        served = 0;
        for (uint32_t i = 0; i < MANY; i++) {
            served += records[i].count > 0;
        }
    }
    CHECK_EQUAL(served, MANY);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

const harness_test_t socket_handler_tests[] = {
    {"socket_handler.handler_destroys_its_own_socket", handler_destroys_its_own_socket},
    {"socket_handler.handler_destroys_its_loop", handler_destroys_its_loop},
    {"socket_handler.handler_resizes_the_pools", handler_resizes_the_pools},
    {"socket_handler.busy_socket_starves_no_other", busy_socket_starves_no_other},
    {"socket_handler.more_ready_sockets_than_one_wait_reports", more_ready_sockets_than_one_wait_reports},
    {NULL, NULL},
};

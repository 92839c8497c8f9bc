/**
 * @file test_in_flight.c
 * @brief Sockets that the system may be about to report when their slots are freed, moved or given back.
 *
 * The old memory is the application's then: nothing may write to it any more, nor take what is in it now for a socket.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <string.h>

/** @brief Sizes, and the byte that unused memory is filled with. */
enum { MEMBERS = 12, ROUNDS = 40, PATTERN = 0xA5 };

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 2);
PTK_DECLARE_EVENT_LOOP_RESOURCES(first_pools, 1, MEMBERS + 3, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(second_pools, 1, MEMBERS + 7, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(sender_pools, 1, 1, 1);

/** @brief A UDP socket that is sent its own port number. */
typedef struct member {
    ptk_handle_t socket;
    ptk_address_t address;
    uint32_t received;
    bool wrong;
} member_t;

/** @brief The sockets. */
static member_t members[MEMBERS];
/** @brief The loop. */
static ptk_handle_t loop;
/** @brief The socket that sends to the members. */
static ptk_handle_t sender;
/** @brief Datagrams that arrived. */
static uint32_t received;
/** @brief The pools that the loop uses. */
static const ptk_event_loop_resources_t *pools;

/* ------------------------------------------------------------------------------------------------ memory */

/** @brief The size of a pool of sockets in bytes. Returns it. */
static size_t size_of(const ptk_event_loop_resources_t *which) {
    return which->num_sockets * sizeof(which->sockets[0]);
}

/** @brief The pools that the loop does not use. Returns them. */
static const ptk_event_loop_resources_t *other_pools(void) {
    return pools == &first_pools ? &second_pools : &first_pools;
}

/** @brief Zeroes pools. */
static void zero(const ptk_event_loop_resources_t *which) {
    memset(which->timers, 0, which->num_timers * sizeof(which->timers[0]));
    memset(which->sockets, 0, size_of(which));
    memset(which->user_event_sources, 0, which->num_user_event_sources * sizeof(which->user_event_sources[0]));
}

/** @brief Whether pools still have the pattern. Returns that. */
static bool is_untouched(const ptk_event_loop_resources_t *which) {
    const uint8_t *bytes = (const uint8_t *)which->sockets;

    for (size_t i = 0; i < size_of(which); i++) {
        CHECK_OR_RETURN(bytes[i] == PATTERN, false);
    }
    return true;
}

/** @brief Moves the loop. What it had is overwritten with a pattern, which is to stay until it moves back. */
static bool move(void) {
    const ptk_event_loop_resources_t *old = pools;

    pools = other_pools();
    zero(pools);
    CHECK_OR_RETURN(ptk_event_loop_resize_resources(loop, pools) == PTK_ERR_OK, false);
    memset(old->sockets, PATTERN, size_of(old));
    return true;
}

/* ------------------------------------------------------------------------------------------------ sockets */

/** @brief Handler: receives a datagram, which must be the member's own. */
static void receive_own_port(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    member_t *member = user_data;
    uint8_t memory[8];
    ptk_buf_t buf;

    (void)event;
    (void)data;
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    /* An event without a datagram was another socket's. */
    member->wrong |= ptk_socket_receive(resource, &buf) != PTK_ERR_OK || resource != member->socket ||
                     ptk_buf_get_u16_be(&buf) != member->address.port;
    member->received++;
    received++;
}

/** @brief Opens a member's socket. Returns whether that worked. */
static bool open_member(member_t *member, ptk_event_handler_t handler) {
    member->socket = support_open_udp(loop, PTK_ADDRESS_IPV4, &member->address);
    CHECK_OR_RETURN(member->socket > 0, false);
    return ptk_set_event_handler(member->socket, PTK_EVENT_READABLE, handler, member) == PTK_ERR_OK;
}

/** @brief Creates the loop and its members. Returns whether that worked. */
static bool open_loop(ptk_event_handler_t handler) {
    pools = &first_pools;
    zero(pools);
    received = 0;
    memset(members, 0, sizeof(members));
    loop = ptk_event_loop_create(slots, 2, pools);
    CHECK_OR_RETURN(loop > 0, false);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        CHECK_OR_RETURN(open_member(&members[i], handler), false);
    }
    return true;
}

/** @brief The loop, and a second one with the socket that sends. */
static bool open_all(ptk_event_handler_t handler) {
    ptk_address_t address;

    (void)ptk_event_loop_destroy(slots[0].handle);
    (void)ptk_event_loop_destroy(slots[1].handle);
    zero(&sender_pools);
    ptk_handle_t sender_loop = ptk_event_loop_create(slots, 2, &sender_pools);
    CHECK_OR_RETURN(sender_loop > 0, false);
    sender = support_open_udp(sender_loop, PTK_ADDRESS_IPV4, &address);
    CHECK_OR_RETURN(sender > 0, false);
    return open_loop(handler);
}

/** @brief Destroys the loop. */
static void close_all(void) {
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(slots[0].handle), PTK_ERR_OK);
}

/** @brief Sends one datagram to each member. Returns whether that worked. */
static bool send_to_members(void) {
    uint8_t memory[8];
    ptk_buf_t buf;

    for (uint32_t i = 0; i < MEMBERS; i++) {
        (void)ptk_buf_init(&buf, memory, sizeof(memory));
        ptk_buf_put_u16_be(&buf, members[i].address.port);
        CHECK_OR_RETURN(ptk_socket_send_to(sender, &buf, &members[i].address) == PTK_ERR_OK, false);
    }
    return true;
}

/** @brief Runs the loop until a counter reaches a value. Returns whether it did. */
static bool run_until(const uint32_t *counter, uint32_t wanted) {
    const uint64_t start = ptk_clock_now_ms();

    while (*counter < wanted && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK_OR_RETURN(ptk_event_loop_run(loop) == PTK_ERR_OK, false);
    }
    return *counter >= wanted;
}

/* ------------------------------------------------------------------------------------------------ tests */

/** @brief Resizing while data arrives loses nothing. */
static void resize_while_data_comes(void) {
    CHECK(open_all(receive_own_port));
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        /* Before the move, after it, or with one pass between. */
        CHECK(round % 3 == 0 || send_to_members());
        CHECK(round % 3 != 1 || ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK);
        CHECK(move());
        CHECK(round % 3 != 0 || send_to_members());
        CHECK(run_until(&received, round * MEMBERS));
        CHECK(is_untouched(other_pools()));
    }
    for (uint32_t i = 0; i < MEMBERS; i++) {
        CHECK_EQUAL(members[i].received, ROUNDS);
        CHECK(!members[i].wrong);
    }
    close_all();
}

/** @brief Handler: receives and moves the loop to the other pools. */
static void resize_from_a_handler(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    receive_own_port(resource, event, data, user_data);
    CHECK(is_untouched(other_pools()));
    CHECK(move());
}

/** @brief Every delivery moves all sockets, most of which have a datagram waiting. */
static void resize_in_handlers(void) {
    CHECK(open_all(resize_from_a_handler));
    memset(second_pools.sockets, PATTERN, size_of(&second_pools));
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        CHECK(send_to_members());
        CHECK(run_until(&received, round * MEMBERS));
    }
    for (uint32_t i = 0; i < MEMBERS; i++) {
        CHECK_EQUAL(members[i].received, ROUNDS);
        CHECK(!members[i].wrong);
    }
    close_all();
}

/** @brief Destroys the own socket and the next one, which has a datagram waiting, and takes their slots again. */
static void replace_two(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    member_t *member = user_data;
    member_t *next = &members[((uint32_t)(member - members) + 1) % MEMBERS];

    receive_own_port(resource, event, data, user_data);
    CHECK_EQUAL(ptk_socket_destroy(member->socket), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(next->socket), PTK_ERR_OK);
    CHECK(open_member(next, replace_two));
    CHECK(open_member(member, replace_two));
}

/** @brief Handlers that destroy sockets whose events are due. */
static void destroy_in_handlers(void) {
    ptk_event_loop_stats_t stats;

    CHECK(open_all(replace_two));
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        const uint32_t before = received;

        CHECK(send_to_members());
        CHECK(run_until(&received, before + 1));
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 1), PTK_ERR_OK);
    }
    for (uint32_t i = 0; i < MEMBERS; i++) {
        CHECK(!members[i].wrong);
    }
    CHECK_EQUAL(ptk_event_loop_get_stats(loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.sockets.in_use, MEMBERS);
    close_all();
}

/** @brief The pools are given back with the loop, while datagrams and connections are on their way. */
static void destroy_the_loop(void) {
    ptk_address_t address;

    CHECK(open_all(receive_own_port));
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const ptk_handle_t listener = support_listen(loop, PTK_ADDRESS_IPV4, 4, &address);

        CHECK(listener > 0);
        CHECK_EQUAL(ptk_socket_connect(ptk_socket_create(loop), &address), PTK_ERR_OK);
        CHECK(send_to_members());
        CHECK(round % 2 == 0 || ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
        memset(first_pools.sockets, PATTERN, size_of(&first_pools));
        CHECK(send_to_members());
        CHECK_EQUAL(ptk_event_loop_run_for(slots[0].handle, 2), PTK_ERR_OK);
        CHECK(is_untouched(&first_pools));
        CHECK(open_loop(receive_own_port));
    }
    close_all();
}

/** @brief What waits at the system is for other sockets than the one that is destroyed: each is reported once, and
 *  none is lost. */
static void destroy_between_others(void) {
    CHECK(open_all(receive_own_port));
    for (uint32_t round = 0; round < MEMBERS - 1; round++) {
        const uint32_t before = received;

        CHECK(send_to_members());
        CHECK_EQUAL(ptk_event_loop_run_for(slots[0].handle, 5), PTK_ERR_OK); /* time to arrive */
        CHECK_EQUAL(ptk_socket_destroy(members[round].socket), PTK_ERR_OK);
        CHECK(run_until(&received, before + MEMBERS - 1 - round));
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 1), PTK_ERR_OK);
        CHECK_EQUAL(received, before + MEMBERS - 1 - round);
    }
    for (uint32_t i = 0; i < MEMBERS; i++) {
        CHECK_EQUAL(members[i].received, i);
        CHECK(!members[i].wrong);
    }
    close_all();
}

/** @brief Handler: does nothing. */
static void ignore(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
}

/** @brief A timer, or a source, is about to be delivered, and so is whatever the system reports while the sockets are
 *  closed. */
static void destroy_with_others_queued(void) {
    for (int is_source = 0; is_source <= 1; is_source++) {
        ptk_handle_t last;

        CHECK(open_all(receive_own_port));
        last = is_source ? ptk_user_event_source_create(loop) : ptk_timer_create(loop);
        CHECK_EQUAL(is_source ? ptk_raise_event(last, 1, 0) : ptk_timer_start(last, 1), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(slots[0].handle, 5), PTK_ERR_OK);
        CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
        CHECK_EQUAL(ptk_set_event_handler(last, is_source ? 1 : PTK_EVENT_EXPIRED, ignore, NULL), PTK_ERR_OK);
        CHECK(send_to_members());
        CHECK_EQUAL(ptk_event_loop_run_for(slots[0].handle, 20), PTK_ERR_OK); /* time to arrive */
        CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
        memset(first_pools.sockets, PATTERN, size_of(&first_pools));
        CHECK_EQUAL(ptk_event_loop_run_for(slots[0].handle, 2), PTK_ERR_OK);
        CHECK(is_untouched(&first_pools));
        CHECK_EQUAL(ptk_event_loop_destroy(slots[0].handle), PTK_ERR_OK);
    }
}

/** @brief An attempt to connect goes on in the new slot, whether it succeeds or not. */
static void resize_while_connecting(void) {
    support_record_t connected = {0};
    support_record_t failed = {0};
    ptk_address_t address;
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    ptk_handle_t listener;

    CHECK(open_all(receive_own_port));
    for (uint32_t round = 1; round <= 5; round++) {
        const ptk_handle_t client = ptk_socket_create(loop);
        const ptk_handle_t unlucky = ptk_socket_create(loop);

        listener = support_listen(loop, PTK_ADDRESS_IPV4, 4, &address);
        CHECK(listener > 0 && client > 0 && unlucky > 0);
        CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
        CHECK_EQUAL(ptk_set_event_handler(unlucky, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_connect(unlucky, &dead), PTK_ERR_OK);
        CHECK(move());
        CHECK(run_until(&connected.count, round));
        CHECK(run_until(&failed.count, round));
        CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_REFUSED);
        CHECK(is_untouched(other_pools()));
        CHECK_EQUAL(ptk_socket_destroy(client), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_destroy(unlucky), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_destroy(listener), PTK_ERR_OK);
    }
    close_all();
}

const harness_test_t in_flight_tests[] = {
    {"in_flight.resize_while_data_comes", resize_while_data_comes},
    {"in_flight.resize_in_handlers", resize_in_handlers},
    {"in_flight.resize_while_connecting", resize_while_connecting},
    {"in_flight.destroy_in_handlers", destroy_in_handlers},
    {"in_flight.destroy_between_others", destroy_between_others},
    {"in_flight.destroy_the_loop", destroy_the_loop},
    {"in_flight.destroy_with_others_queued", destroy_with_others_queued},
    {NULL, NULL},
};

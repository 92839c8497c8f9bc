/**
 * @file test_descriptor_limit.c
 * @brief Descriptors that are open but fit no fd_set: refused, closed, and nothing else changes.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <unistd.h>

/** @brief Descriptors that take the place of those below FD_SETSIZE. */
static int fillers[FD_SETSIZE];
/** @brief How many there are. */
static uint32_t num_fillers;

/** @brief Lets the process have more descriptors than fit into a set. */
static bool raise_limit(void) {
    struct rlimit limit;
    const rlim_t wanted = FD_SETSIZE + 64;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted)) {
        harness_skip("the process may not have that many descriptors");
        return false;
    }
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= wanted) {
        return true;
    }
    limit.rlim_cur = wanted;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/** @brief Uses up all descriptors below FD_SETSIZE but the last few. */
static bool fill(uint32_t spare) {
    int descriptor = 0;

    while (descriptor < FD_SETSIZE - 1 && num_fillers < FD_SETSIZE) {
        descriptor = dup(0);
        CHECK_OR_RETURN(descriptor >= 0 && descriptor < FD_SETSIZE, false);
        fillers[num_fillers++] = descriptor;
    }
    for (; spare > 0; spare--) {
        CHECK_OR_RETURN(close(fillers[--num_fillers]) == 0, false);
    }
    return true;
}

/** @brief Closes the fillers. */
static void empty(void) {
    while (num_fillers > 0) {
        (void)close(fillers[--num_fillers]);
    }
}

/** @brief What calls got that need a descriptor which fits. */
typedef struct attempts {
    ptk_err_t errors[3];
    ptk_handle_t loop;
    uint32_t descriptors_before;
    uint32_t descriptors_after;
} attempts_t;

/** @brief A slot for another loop. */
static ptk_event_loop_slot_t slots[1];
/** @brief Pools without any slot. */
static const ptk_event_loop_resources_t none = {NULL, 0, NULL, 0, NULL, 0};

/** @brief Makes each call that needs a descriptor. Returns what they got. */
static attempts_t try_all(const ptk_handle_t sockets[3], const ptk_address_t *address) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
    attempts_t result;

    result.descriptors_before = descriptors_open();
    result.errors[0] = ptk_socket_connect(sockets[0], address);
    result.errors[1] = ptk_socket_listen(sockets[1], &local, 1);
    result.errors[2] = ptk_socket_open_udp(sockets[2], &local);
    result.loop = ptk_event_loop_create(slots, 1, &none);
    result.descriptors_after = descriptors_open();
    return result;
}

/** @brief What is opened beyond the limit of fd_set is refused, and works once there is room. */
static void opening(void) {
    ptk_event_loop_stats_t stats;
    ptk_address_t address;
    ptk_handle_t sockets[3];
    ptk_handle_t client;
    ptk_handle_t server;

    if (!raise_limit()) {
        return;
    }
    CHECK(support_open());
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address) > 0);
    for (uint32_t i = 0; i < 3; i++) {
        sockets[i] = ptk_socket_create(support_loop);
        CHECK(sockets[i] > 0);
    }
    CHECK(fill(0));
    attempts_t attempts = try_all(sockets, &address);
    bool alive = support_send_text(client, "still here") && support_expect_text(server, "still here");
    empty();
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(attempts.errors[i], PTK_ERR_OUT_OF_MEMORY);
    }
    CHECK_EQUAL(attempts.loop, PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(attempts.descriptors_after, attempts.descriptors_before);
    CHECK(alive);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.sockets.in_use, 6);
    /* The slots are as they were: with descriptors that fit all of it works. */
    attempts = try_all(sockets, &address);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(attempts.errors[i], PTK_ERR_OK);
    }
    CHECK(attempts.loop > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(attempts.loop), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief The highest descriptor that fits is watched like any other. A loop needs two. */
static void the_last_that_fits(void) {
    ptk_address_t address;
    ptk_address_t from;
    uint8_t memory[8];
    ptk_buf_t buf;

    if (!raise_limit()) {
        return;
    }
    CHECK(support_open());
    ptk_handle_t sender = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &from);
    CHECK(fill(1));
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &none);
    ptk_handle_t socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_bytes(&buf, "last", 4);
    bool received = ptk_socket_send_to(sender, &buf, &address) == PTK_ERR_OK && support_expect_text(socket, "last");
    empty();
    CHECK_EQUAL(loop, PTK_ERR_OUT_OF_MEMORY);
    CHECK(received);
    CHECK(support_close());
}

/** @brief What a listener's handler counted. */
typedef struct acceptor {
    uint32_t accepts;
    uint32_t refusals;
    ptk_err_t error;
} acceptor_t;

/** @brief Handler: accepts one connection. */
static void accept_one(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    acceptor_t *acceptor = user_data;
    const ptk_handle_t accepted = ptk_socket_accept(resource, NULL);

    (void)event;
    (void)data;
    if (accepted > 0) {
        acceptor->accepts++;
    } else if (accepted != PTK_ERR_WOULD_BLOCK) {
        acceptor->refusals++;
        acceptor->error = (ptk_err_t)accepted;
    }
}

/** @brief Connections that wait. */
enum { CLIENTS = 4 };

/** @brief Four connections wait at a listener, none of which can be watched when it is accepted. */
static bool refuse_one(acceptor_t *acceptor, int raw[CLIENTS], ptk_handle_t *bystander) {
    ptk_address_t address;

    memset(acceptor, 0, sizeof(*acceptor));
    CHECK_OR_RETURN(support_open(), false);
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 8, &address);
    CHECK_OR_RETURN(listener > 0, false);
    *bystander = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    CHECK_OR_RETURN(*bystander > 0, false);
    CHECK_OR_RETURN(ptk_socket_get_local_address(listener, &address) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(fill(0), false);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        raw[i] = raw_connect(address.port);
        CHECK_OR_RETURN(raw[i] >= FD_SETSIZE, false);
    }
    CHECK_OR_RETURN(ptk_set_event_handler(listener, PTK_EVENT_READABLE, accept_one, acceptor) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(support_run_until(&acceptor->refusals, 1), false);
    CHECK_OR_RETURN(acceptor->error == PTK_ERR_OUT_OF_MEMORY, false);
    CHECK_OR_RETURN(ptk_get_last_error(listener) == PTK_ERR_OUT_OF_MEMORY, false);
    return true;
}

/** @brief How many of the peers see that their connection was ended. The others' is alive, so nothing comes. */
static uint32_t count_ended(const int raw[CLIENTS]) {
    uint32_t ended = 0;

    for (uint32_t i = 0; i < CLIENTS; i++) {
        ended += raw_is_ended(raw[i]);
    }
    return ended;
}

/** @brief The listener is paused and the loop sleeps; one connection is lost each time that it tries again. */
static void accepting(void) {
    ptk_event_loop_stats_t stats;
    acceptor_t acceptor;
    ptk_handle_t bystander;
    int raw[CLIENTS] = {-1, -1, -1, -1};

    if (!raise_limit()) {
        return;
    }
    bool ready = refuse_one(&acceptor, raw, &bystander);
    uint32_t refused_at_once = acceptor.refusals;
    uint64_t passes = ready ? support_idle_passes(support_loop) : 0;
    empty();
    CHECK(ready);
    CHECK_EQUAL(refused_at_once, 1);
    CHECK(passes <= 12);
    /* It notices by itself that there are descriptors again, and those that waited come through. */
    CHECK(acceptor.refusals < CLIENTS);
    CHECK(support_run_until(&acceptor.accepts, CLIENTS - acceptor.refusals));
    CHECK_EQUAL(acceptor.accepts + acceptor.refusals, CLIENTS);
    CHECK_EQUAL(count_ended(raw), acceptor.refusals);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.refused_accepts, acceptor.refusals);
    CHECK_EQUAL(stats.sockets.in_use, 2 + acceptor.accepts);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        CHECK_EQUAL(close(raw[i]), 0);
    }
    CHECK(support_close());
}

/** @brief A socket of the loop that is destroyed makes room for one connection, at once. */
static void accepting_after_a_close(void) {
    acceptor_t acceptor;
    ptk_handle_t bystander;
    int raw[CLIENTS] = {-1, -1, -1, -1};
    bool accepted;

    if (!raise_limit()) {
        return;
    }
    bool ready = refuse_one(&acceptor, raw, &bystander);
    accepted =
        ready && ptk_socket_destroy(bystander) == PTK_ERR_OK && support_poll(support_loop, 2) && acceptor.accepts == 1;
    empty();
    CHECK(ready);
    CHECK(accepted);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        CHECK_EQUAL(close(raw[i]), 0);
    }
    CHECK(support_close());
}

const harness_test_t descriptor_limit_tests[] = {
    {"descriptor_limit.opening", opening},
    {"descriptor_limit.the_last_that_fits", the_last_that_fits},
    {"descriptor_limit.accepting", accepting},
    {"descriptor_limit.accepting_after_a_close", accepting_after_a_close},
    {NULL, NULL},
};

/**
 * @file test_descriptors.c
 * @brief Descriptors: none left, none inherited, none lost.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include <fcntl.h>
#include <unistd.h>

/** @brief What a listener's handler counted. */
typedef struct acceptor {
    ptk_handle_t accepted[4];
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
        CHECK(acceptor->accepts < 4);
        acceptor->accepted[acceptor->accepts++] = accepted;
    } else if (accepted != PTK_ERR_WOULD_BLOCK) {
        acceptor->refusals++;
        acceptor->error = (ptk_err_t)accepted;
    }
}

/** @brief A listener with two connections that wait, the first of which was refused for lack of descriptors. */
static bool refuse_one(acceptor_t *acceptor, ptk_handle_t *listener, int raw[2]) {
    ptk_address_t address;

    CHECK_OR_RETURN(support_open(), false);
    *listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 8, &address);
    CHECK_OR_RETURN(*listener > 0, false);
    CHECK_OR_RETURN(ptk_set_event_handler(*listener, PTK_EVENT_READABLE, accept_one, acceptor) == PTK_ERR_OK, false);
    raw[0] = raw_connect(address.port);
    CHECK_OR_RETURN(raw[0] >= 0, false);
    CHECK_OR_RETURN(support_run_until(&acceptor->accepts, 1), false);
    raw[1] = raw_connect(address.port);
    CHECK_OR_RETURN(raw[1] >= 0, false);
    CHECK_OR_RETURN(descriptors_exhaust(), false);
    CHECK_OR_RETURN(support_run_until(&acceptor->refusals, 1), false);
    CHECK_OR_RETURN(acceptor->error == PTK_ERR_OUT_OF_DESCRIPTORS, false);
    CHECK_OR_RETURN(ptk_get_last_error(*listener) == PTK_ERR_OUT_OF_DESCRIPTORS, false);
    return true;
}

/** @brief The listener is paused; when a socket of the loop is closed the connection that waited is accepted. */
static void accept_without_a_descriptor(void) {
    acceptor_t acceptor = {{0}, 0, 0, PTK_ERR_OK};
    ptk_event_loop_stats_t stats;
    ptk_handle_t listener;
    int raw[2] = {-1, -1};
    bool ready = refuse_one(&acceptor, &listener, raw);
    uint64_t passes = ready ? support_idle_passes(support_loop) : 0;
    bool closed = ready && ptk_socket_destroy(acceptor.accepted[0]) == PTK_ERR_OK;
    bool resumed = closed && support_run_until(&acceptor.accepts, 2);

    /* The limit goes back before anything can leave this test. */
    CHECK(descriptors_restore());
    CHECK(ready);
    CHECK(closed);
    CHECK(resumed);
    CHECK(passes <= 12);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.refused_accepts, acceptor.refusals);
    /* One, and one for each time that it looked whether descriptors came back elsewhere. */
    CHECK(acceptor.refusals <= 3);
    CHECK_EQUAL(close(raw[0]), 0);
    CHECK_EQUAL(close(raw[1]), 0);
    CHECK(support_close());
}

/** @brief Descriptors that are freed elsewhere in the process are noticed, too. */
static void accept_resumes_by_itself(void) {
    acceptor_t acceptor = {{0}, 0, 0, PTK_ERR_OK};
    ptk_handle_t listener;
    int raw[2] = {-1, -1};
    bool ready = refuse_one(&acceptor, &listener, raw);

    CHECK(descriptors_restore());
    CHECK(ready);
    CHECK(support_run_until(&acceptor.accepts, 2));
    CHECK_EQUAL(close(raw[0]), 0);
    CHECK_EQUAL(close(raw[1]), 0);
    CHECK(support_close());
}

/** @brief Someone who tries another listener again and again does not put off when this one tries. */
static void accept_on_another_listener(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)ptk_socket_accept(*(const ptk_handle_t *)user_data, NULL);
}

/** @brief Other activity of the loop does not delay the next try. */
static void retry_is_not_put_off(void) {
    acceptor_t acceptor = {{0}, 0, 0, PTK_ERR_OK};
    ptk_address_t address;
    ptk_handle_t listener;
    int raw[3] = {-1, -1, -1};
    bool ready = refuse_one(&acceptor, &listener, raw);
    bool retried = false;

    CHECK(descriptors_restore());
    CHECK(ready);
    ptk_handle_t other = support_listen(support_loop, PTK_ADDRESS_IPV4, 8, &address);
    ptk_handle_t timer = ptk_timer_create(support_loop);
    raw[2] = raw_connect(address.port);
    CHECK(other > 0 && timer > 0 && raw[2] >= 0);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, accept_on_another_listener, &other), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start_repeating(timer, 20), PTK_ERR_OK);
    acceptor.refusals = 0;
    ready = descriptors_exhaust();
    retried = ready && support_run_until(&acceptor.refusals, 5);
    CHECK(descriptors_restore());
    CHECK(retried);
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(close(raw[i]), 0);
    }
    CHECK(support_close());
}

/** @brief Every function that needs a descriptor says so, and what it was called for is as before. */
static void opening_without_a_descriptor(void) {
    static ptk_event_loop_slot_t slots[1];
    const ptk_event_loop_resources_t none = {NULL, 0, NULL, 0, NULL, 0};
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;
    ptk_handle_t sockets[3];
    ptk_err_t errors[3];
    ptk_event_loop_stats_t stats;

    CHECK(support_open());
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address) > 0);
    for (uint32_t i = 0; i < 3; i++) {
        sockets[i] = ptk_socket_create(support_loop);
        CHECK(sockets[i] > 0);
    }
    CHECK(descriptors_exhaust());
    errors[0] = ptk_socket_connect(sockets[0], &address);
    errors[1] = ptk_socket_listen(sockets[1], &local, 1);
    errors[2] = ptk_socket_open_udp(sockets[2], &local);
    ptk_handle_t created = ptk_event_loop_create(slots, 1, &none);
    CHECK(descriptors_restore());
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_EQUAL(errors[i], PTK_ERR_OUT_OF_DESCRIPTORS);
    }
    CHECK_EQUAL(created, PTK_ERR_OUT_OF_DESCRIPTORS);
    CHECK_EQUAL(ptk_event_loop_get_stats(support_loop, &stats), PTK_ERR_OK);
    CHECK_EQUAL(stats.sockets.in_use, 4);
    CHECK_EQUAL(ptk_socket_connect(sockets[0], &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_listen(sockets[1], &local, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_open_udp(sockets[2], &local), PTK_ERR_OK);
    ptk_handle_t loop = ptk_event_loop_create(slots, 1, &none);
    CHECK(loop > 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK(support_close());
}

/** @brief Descriptors that are open and were not known before; -1 if a child process would inherit one of them. */
static int count_new(const bool known[256]) {
    int count = 0;

    for (int descriptor = 0; descriptor < 256; descriptor++) {
        const int flags = fcntl(descriptor, F_GETFD);

        if (flags >= 0 && !known[descriptor]) {
            CHECK_OR_RETURN((flags & FD_CLOEXEC) != 0, -1);
            count++;
        }
    }
    return count;
}

/** @brief The loop's own descriptors and every kind of socket. */
static void close_on_exec(void) {
    ptk_address_t address;
    ptk_handle_t client;
    ptk_handle_t server;
    bool known[256];

    CHECK(descriptors_open() > 0); /* so that those which the system keeps are known */
    for (int descriptor = 0; descriptor < 256; descriptor++) {
        known[descriptor] = fcntl(descriptor, F_GETFD) >= 0;
    }
    CHECK(support_open());
    int of_the_loop = count_new(known);
    CHECK(of_the_loop >= 1);
    CHECK(support_pair(support_loop, PTK_ADDRESS_IPV4, &client, &server));
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address) > 0);
    CHECK(support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address) > 0);
    CHECK_EQUAL(count_new(known), of_the_loop + 4);
    CHECK(support_close());
    CHECK(descriptors_open() > 0); /* and those that it closes later are gone */
    CHECK_EQUAL(count_new(known), 0);
}

/** @brief Every descriptor is closed after everything is destroyed. */
static void nothing_leaks(void) {
    const uint32_t before = descriptors_open();

    CHECK(before > 0);
    for (uint32_t round = 0; round < 30; round++) {
        ptk_address_t address;
        const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
        ptk_handle_t client;
        ptk_handle_t server;
        ptk_handle_t other;

        CHECK(support_open_two());
        CHECK(support_pair(support_other, PTK_ADDRESS_IPV4, &client, &server));
        CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address) > 0);
        other = ptk_socket_create(support_loop);
        /* A failed opening, a connect that is refused, one that is given up on its way, one that is not accepted. */
        CHECK_EQUAL(ptk_socket_listen(other, &address, 1), PTK_ERR_ADDRESS_IN_USE);
        CHECK_EQUAL(ptk_socket_connect(other, &dead), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_connect(ptk_socket_create(support_loop), &address), PTK_ERR_OK);
        other = ptk_socket_create(support_loop);
        CHECK_EQUAL(ptk_socket_connect(other, &address), PTK_ERR_OK);
        CHECK_EQUAL(ptk_socket_destroy(other), PTK_ERR_OK);
        support_run_ms(2);
        if (round % 2 == 0) {
            CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_OK);
        }
        CHECK(support_close());
        CHECK_EQUAL(descriptors_open(), before);
    }
}

const harness_test_t descriptors_tests[] = {
    {"descriptors.accept_without_a_descriptor", accept_without_a_descriptor},
    {"descriptors.accept_resumes_by_itself", accept_resumes_by_itself},
    {"descriptors.retry_is_not_put_off", retry_is_not_put_off},
    {"descriptors.opening_without_a_descriptor", opening_without_a_descriptor},
    {"descriptors.close_on_exec", close_on_exec},
    {"descriptors.nothing_leaks", nothing_leaks},
    {NULL, NULL},
};

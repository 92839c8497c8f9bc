/**
 * @file test_fork.c
 * @brief fork() with a live loop: what a child does with its copy must not change the parent's.
 *
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE
#include "unix_support.h"

#include <sys/wait.h>
#include <unistd.h>

/** @brief What a child does with its copy of the loop, a listener and a connection. Returns its exit status. */
typedef int (*child_t)(ptk_handle_t listener, ptk_handle_t server);

/** @brief Child: gives up its copy of the loop and uses one of its own. Returns its exit status. */
static int abandons(ptk_handle_t listener, ptk_handle_t server) {
    const uint32_t before = descriptors_open();
    ptk_event_loop_stats_t stats;
    ptk_handle_t own;

    if (ptk_event_loop_abandon(support_loop) != PTK_ERR_OK) {
        return 1;
    }
    if (ptk_event_loop_abandon(support_loop) != PTK_ERR_INVALID_HANDLE ||
        ptk_socket_destroy(listener) != PTK_ERR_INVALID_HANDLE ||
        ptk_socket_destroy(server) != PTK_ERR_INVALID_HANDLE) {
        return 2;
    }
    if (descriptors_open() >= before) {
        return 3;
    }
    /* The slot and the pools are the child's now, and a loop of its own works there. */
    own = ptk_event_loop_create(support_slots, 2, &support_resources[0]);
    if (own < 0 || ptk_event_loop_run_for(own, 0) != PTK_ERR_OK) {
        return 4;
    }
    if (ptk_event_loop_get_stats(own, &stats) != PTK_ERR_OK || stats.sockets.in_use != 0 ||
        ptk_socket_create(own) < 0) {
        return 5;
    }
    return ptk_event_loop_destroy(own) == PTK_ERR_OK ? 0 : 6;
}

/** @brief Child: destroys its copy of the loop. Returns its exit status. */
static int destroys_the_loop(ptk_handle_t listener, ptk_handle_t server) {
    (void)listener;
    (void)server;
    return ptk_event_loop_destroy(support_loop) == PTK_ERR_OK ? 0 : 1;
}

/** @brief Child: destroys its copies of the sockets. Returns its exit status. */
static int destroys_the_sockets(ptk_handle_t listener, ptk_handle_t server) {
    const ptk_err_t error = ptk_socket_destroy(listener);

    return error == PTK_ERR_OK && ptk_socket_destroy(server) == PTK_ERR_OK ? 0 : 1;
}

/** @brief Child: only ends. Returns its exit status. */
static int leaves(ptk_handle_t listener, ptk_handle_t server) {
    (void)listener;
    (void)server;
    return 0;
}

/** @brief Handler: accepts one connection. */
static void accept_next(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    ptk_handle_t *accepted = user_data;

    (void)event;
    (void)data;
    *accepted = ptk_socket_accept(resource, NULL);
}

/** @brief Runs the loop until a connection was accepted. Returns whether it was. */
static bool await_connection(const ptk_handle_t *accepted) {
    const uint64_t start = ptk_clock_now_ms();

    while (*accepted <= 0 && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        CHECK_OR_RETURN(ptk_event_loop_run_for(support_loop, 10) == PTK_ERR_OK, false);
    }
    return *accepted > 0;
}

/** @brief Runs a child and waits for it. Returns whether its exit status is 0. */
static bool run_child(child_t child, ptk_handle_t listener, ptk_handle_t server) {
    int status = -1;
    const pid_t pid = fork();

    if (pid == 0) {
        _exit(child(listener, server));
    }
    CHECK_OR_RETURN(pid > 0 && waitpid(pid, &status, 0) == pid, false);
    CHECK_OR_RETURN(WIFEXITED(status), false);
    if (WEXITSTATUS(status) != 0) {
        harness_fail(__FILE__, __LINE__, "what the child says", WEXITSTATUS(status), 0);
        return false;
    }
    return true;
}

/** @brief The parent's connection, listener, wake-up and new sockets work as before. */
static void after(child_t child) {
    support_record_t readable = {0};
    support_record_t expired = {0};
    ptk_address_t address;
    ptk_handle_t accepted = 0;
    int raw[2];

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 4, &address);
    CHECK_EQUAL(ptk_set_event_handler(listener, PTK_EVENT_READABLE, accept_next, &accepted), PTK_ERR_OK);
    raw[0] = raw_connect(address.port);
    CHECK(raw[0] >= 0 && await_connection(&accepted));
    ptk_handle_t server = accepted;
    CHECK_EQUAL(ptk_set_event_handler(server, PTK_EVENT_READABLE, support_record, &readable), PTK_ERR_OK);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(run_child(child, listener, server));
    CHECK(raw_send_text(raw[0], "heard"));
    CHECK(support_run_until(&readable.count, 1));
    CHECK(support_expect_text(server, "heard"));
    accepted = 0;
    raw[1] = raw_connect(address.port);
    CHECK(raw[1] >= 0 && await_connection(&accepted));
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, support_record, &expired), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    CHECK(support_run_until(&expired.count, 1));
    CHECK_EQUAL(ptk_event_loop_wake(support_loop), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(support_loop, PTK_WAIT_FOREVER), PTK_ERR_OK);
    CHECK(!raw_is_ended(raw[0]));
    CHECK_EQUAL(ptk_socket_destroy(server), PTK_ERR_OK);
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK(raw_is_ended(raw[0]));
    CHECK_EQUAL(close(raw[0]), 0);
    CHECK_EQUAL(close(raw[1]), 0);
    CHECK(support_close());
}

/** @brief The parent's loop works after a child abandoned its copy. */
static void after_abandon(void) {
    after(abandons);
}

/** @brief The parent's loop works after a child destroyed its copy. */
static void after_destroy(void) {
    after(destroys_the_loop);
}

/** @brief The parent's loop works after a child destroyed copies of sockets. */
static void after_destroy_of_sockets(void) {
    after(destroys_the_sockets);
}

/** @brief The parent's loop works after a child ended. */
static void after_exit(void) {
    after(leaves);
}

/** @brief What abandoning returned within a handler. */
static ptk_err_t abandoned_inside;

/** @brief Handler: forks a child that abandons the loop. */
static void fork_inside(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    uint32_t *calls = user_data;
    int status = -1;
    const pid_t pid = fork();

    (void)resource;
    (void)event;
    (void)data;
    if (pid == 0) {
        abandoned_inside = ptk_event_loop_abandon(support_loop);
        (*calls)++;
        return; /* to the loop, whose copy is gone: the run ends */
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    (*calls)++;
}

/** @brief A handler forks, and the child abandons its copy there: the run in the child ends as if the loop had been
 *  destroyed. */
static void inside_a_handler(void) {
    const pid_t parent = getpid();
    uint32_t calls = 0;
    ptk_err_t error = PTK_ERR_OK;

    CHECK(support_open());
    ptk_handle_t timer = ptk_timer_create(support_loop);
    CHECK_EQUAL(ptk_set_event_handler(timer, PTK_EVENT_EXPIRED, fork_inside, &calls), PTK_ERR_OK);
    CHECK_EQUAL(ptk_timer_start(timer, 1), PTK_ERR_OK);
    while (calls == 0 && error == PTK_ERR_OK) {
        error = ptk_event_loop_run_for(support_loop, 100);
    }
    if (getpid() != parent) {
        _exit(abandoned_inside == PTK_ERR_OK && error == PTK_ERR_INVALID_HANDLE ? 7 : 1);
    }
    CHECK_EQUAL(calls, 1);
    CHECK_EQUAL(error, PTK_ERR_OK);
    CHECK(support_close());
}

const harness_test_t fork_tests[] = {
    {"fork.after_abandon", after_abandon},
    {"fork.after_destroy", after_destroy},
    {"fork.after_destroy_of_sockets", after_destroy_of_sockets},
    {"fork.after_exit", after_exit},
    {"fork.inside_a_handler", inside_a_handler},
    {NULL, NULL},
};

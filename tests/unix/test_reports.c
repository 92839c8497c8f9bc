/**
 * @file test_reports.c
 * @brief What a port may do to core: report while sockets are closed or moved, and keep the memory of a closed one.
 *
 * The program has a poller of its own in place of the port's, and looks into the library for the interface.
 *
 * SPDX-License-Identifier: MIT
 */
#include "harness.h"
#include "support.h"
#include "core/port.h"

#include <string.h>
#include <unistd.h>

/** @brief Sizes of the pools. */
enum { SOCKETS = 4, OTHERS = 2 };

/** @brief The loops' slots and pools. */
PTK_DECLARE_EVENT_LOOP_SLOTS(slots, 1);
PTK_DECLARE_EVENT_LOOP_RESOURCES(pools, OTHERS, SOCKETS, OTHERS);
PTK_DECLARE_EVENT_LOOP_RESOURCES(larger_pools, 2 * OTHERS, 2 * SOCKETS, 2 * OTHERS);

/** @brief The loop. */
static ptk_handle_t loop;
/** @brief Its sockets. */
static ptk_handle_t sockets[SOCKETS];
/** @brief Reports that the port made. */
static uint32_t reports;
/** @brief Calls of handlers. */
static uint32_t calls;
/** @brief Whether the port says that the system still uses the memory of closed sockets. */
static bool keeps_memory;
/** @brief The part of a closed socket that the port keeps. */
static ptk_platform_socket_t *kept;

/* ------------------------------------------------------------------------------------------------ the poller */

/** @brief About every socket that there ever was, and all that can be said. */
static void report_all(ptk_platform_loop_t *port) {
    for (uint32_t i = 0; i < SOCKETS; i++) {
        if (sockets[i] > 0) {
            reports++;
            ptk_port_report(port, sockets[i],
                            PTK_READY_READ | PTK_READY_WRITE | PTK_READY_CLOSED | PTK_READY_ERROR | PTK_READY_URGENT,
                            PTK_ERR_OK);
            ptk_port_report(port, sockets[i], PTK_READY_CLOSED, PTK_ERR_CONNECTION_RESET);
        }
    }
}

ptk_err_t ptk_port_poller_open(ptk_platform_loop_t *port) {
    (void)port;
    return PTK_ERR_OK;
}

void ptk_port_poller_close(ptk_platform_loop_t *port) {
    report_all(port);
}

ptk_err_t ptk_port_poller_wait(ptk_platform_loop_t *port, uint64_t now_ns, uint64_t deadline_ns) {
    (void)port;
    (void)now_ns;
    (void)deadline_ns;
    if (kept != NULL && !keeps_memory) {
        ptk_port_released(kept);
        kept = NULL;
    }
    return PTK_ERR_OK;
}

void ptk_port_poller_wake(ptk_platform_loop_t *port) {
    (void)port;
}

int32_t ptk_port_socket_watch(ptk_platform_loop_t *port, ptk_platform_socket_t *socket, ptk_handle_t handle,
                              uint32_t interest) {
    (void)port;
    (void)socket;
    (void)handle;
    (void)interest;
    return PTK_WATCH_LEVELS;
}

bool ptk_port_socket_quiesce(ptk_platform_loop_t *port, ptk_platform_socket_t *socket) {
    (void)socket;
    report_all(port);
    return !keeps_memory;
}

bool ptk_port_socket_close(ptk_platform_loop_t *port, ptk_platform_socket_t *socket) {
    report_all(port);
    CHECK_OR_RETURN(close(socket->descriptor) == 0, true);
    kept = keeps_memory ? socket : NULL;
    return !keeps_memory;
}

/* ------------------------------------------------------------------------------------------------ the tests */

/** @brief Handler: counts its calls. */
static void count(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    (void)resource;
    (void)event;
    (void)data;
    (void)user_data;
    calls++;
}

/** @brief Creates the loop, its sockets and other resources. Returns whether that worked. */
static bool open_loop(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);

    memset(sockets, 0, sizeof(sockets));
    reports = calls = 0;
    keeps_memory = false;
    loop = ptk_event_loop_create(slots, 1, &pools);
    CHECK_OR_RETURN(loop > 0, false);
    for (uint32_t i = 0; i < SOCKETS; i++) {
        sockets[i] = ptk_socket_create(loop);
        CHECK_OR_RETURN(ptk_socket_open_udp(sockets[i], &local) == PTK_ERR_OK, false);
        /* No handler for writable, which a UDP socket is always: it would be queued all the time. */
        CHECK_OR_RETURN(ptk_set_event_handler(sockets[i], PTK_EVENT_READABLE, count, NULL) == PTK_ERR_OK, false);
        CHECK_OR_RETURN(ptk_set_event_handler(sockets[i], PTK_EVENT_ERROR, count, NULL) == PTK_ERR_OK, false);
    }
    return true;
}

/** @brief A timer or source is last in the queue of what is to be delivered, after which each report queues a
 *  socket. */
static bool queue_a_source(void) {
    const ptk_handle_t source = ptk_user_event_source_create(loop);

    CHECK_OR_RETURN(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_raise_event(source, 1, 0) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_event_loop_run_for(loop, 0) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_set_event_handler(source, 1, count, NULL) == PTK_ERR_OK, false);
    calls = 0;
    return true;
}

/** @brief Reports that come while the loop is destroyed reach no handler. */
static void reports_while_a_loop_is_destroyed(void) {
    CHECK(open_loop());
    CHECK(queue_a_source());
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK(reports >= SOCKETS * SOCKETS);
    CHECK_EQUAL(calls, 0);
}

/** @brief Handler: destroys the loop. */
static void destroy_it(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    count(resource, event, data, user_data);
    *(ptk_err_t *)user_data = ptk_event_loop_destroy(loop);
}

/** @brief The same where a handler destroys it. */
static void reports_while_a_handler_destroys_the_loop(void) {
    ptk_err_t result = PTK_ERR_SYSTEM;

    CHECK(open_loop());
    CHECK(queue_a_source());
    CHECK_EQUAL(ptk_set_event_handler(sockets[1], PTK_EVENT_WRITABLE, destroy_it, &result), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(result, PTK_ERR_OK);
}

/** @brief Reports that come while a socket is destroyed reach the handlers of others. */
static void reports_while_a_socket_is_destroyed(void) {
    CHECK(open_loop());
    CHECK(queue_a_source());
    CHECK_EQUAL(ptk_socket_destroy(sockets[2]), PTK_ERR_OK);
    CHECK_EQUAL(calls, 0);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK(calls > SOCKETS); /* the source, and what was reported of the three others */
    calls = 0;
    CHECK_EQUAL(ptk_socket_destroy(sockets[0]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(sockets[1]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(sockets[3]), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(calls, 0);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief Reports that come while pools move reach the sockets at their new place. */
static void reports_while_pools_move(void) {
    CHECK(open_loop());
    CHECK(queue_a_source());
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &larger_pools), PTK_ERR_OK);
    CHECK(reports >= SOCKETS * SOCKETS);
    CHECK_EQUAL(calls, 0);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK(calls > SOCKETS);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief The slot of a closed socket stays in use until its memory is free. */
static void memory_is_free_later(void) {
    CHECK(open_loop());
    ptk_handle_t stale = sockets[1];
    keeps_memory = true;
    CHECK_EQUAL(ptk_socket_destroy(stale), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_destroy(stale), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_socket_create(loop), PTK_ERR_OUT_OF_MEMORY);
    CHECK_EQUAL(ptk_event_loop_resize_resources(loop, &larger_pools), PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_create(loop), PTK_ERR_OUT_OF_MEMORY);
    keeps_memory = false;
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    ptk_handle_t again = ptk_socket_create(loop);
    CHECK(again > 0 && again != stale);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
}

/** @brief A loop cannot be destroyed while the memory of a socket is not free; calling again can. */
static void loop_is_destroyed_later(void) {
    CHECK(open_loop());
    keeps_memory = true;
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_BUSY);
    CHECK_EQUAL(ptk_socket_destroy(sockets[0]), PTK_ERR_INVALID_HANDLE);
    CHECK_EQUAL(ptk_event_loop_run_for(loop, 0), PTK_ERR_OK);
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_BUSY);
    keeps_memory = false;
    kept = NULL;
    CHECK_EQUAL(ptk_event_loop_destroy(loop), PTK_ERR_OK);
    CHECK_EQUAL(calls, 0);
}

const harness_test_t reports_tests[] = {
    {"reports.while_a_loop_is_destroyed", reports_while_a_loop_is_destroyed},
    {"reports.while_a_handler_destroys_the_loop", reports_while_a_handler_destroys_the_loop},
    {"reports.while_a_socket_is_destroyed", reports_while_a_socket_is_destroyed},
    {"reports.while_pools_move", reports_while_pools_move},
    {"reports.memory_is_free_later", memory_is_free_later},
    {"reports.loop_is_destroyed_later", loop_is_destroyed_later},
    {NULL, NULL},
};

/**
 * @file test_socket_option.c
 * @brief Socket options: ranges, before and after opening, and the kinds of socket they belong to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

/** @brief Kinds of sockets that have an option. */
enum { FOR_TCP = 1, FOR_UDP = 2, FOR_BOTH = 3 };

/** @brief An option, its range, and the sockets that have it. */
typedef struct option_case {
    ptk_socket_option_t option;
    int32_t smallest;
    int32_t largest;
    uint8_t kinds;
    bool before_opening; /* too late once the socket is open */
} option_case_t;

/** @brief All options. */
static const option_case_t cases[] = {
    {PTK_SOCKET_OPTION_NO_DELAY, 0, 1, FOR_TCP, false},
    {PTK_SOCKET_OPTION_KEEP_ALIVE, 0, 32767, FOR_TCP, false},
    {PTK_SOCKET_OPTION_REUSE_ADDRESS, 0, 1, FOR_BOTH, true},
    {PTK_SOCKET_OPTION_REUSE_PORT, 0, 1, FOR_BOTH, true},
    {PTK_SOCKET_OPTION_BROADCAST, 0, 1, FOR_UDP, false},
    {PTK_SOCKET_OPTION_TTL, 1, 255, FOR_BOTH, false},
    {PTK_SOCKET_OPTION_MULTICAST_TTL, 0, 255, FOR_UDP, false},
    {PTK_SOCKET_OPTION_MULTICAST_LOOPBACK, 0, 1, FOR_UDP, false},
    {PTK_SOCKET_OPTION_MULTICAST_INTERFACE, 0, 0, FOR_UDP, false},
    {PTK_SOCKET_OPTION_SEND_BUFFER, 1, 65536, FOR_BOTH, false},
    {PTK_SOCKET_OPTION_RECEIVE_BUFFER, 1, 65536, FOR_BOTH, true},
};

#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

/** @brief Whether an option was taken, or the system does not have it. */
static bool taken(ptk_err_t error) {
    return error == PTK_ERR_OK || error == PTK_ERR_UNSUPPORTED;
}

/** @brief Sets an option of a socket that is not open yet, if the system has it: of one that it has not only opening the
 *  socket says so. */
static bool set_if_known(ptk_handle_t socket, ptk_socket_option_t option, int32_t value) {
    ptk_address_t address;
    ptk_handle_t listener = support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address);
    ptk_handle_t probe = ptk_socket_create(support_loop);

    CHECK_OR_RETURN(listener > 0 && taken(ptk_socket_set_option(probe, option, value)), false);
    const ptk_err_t error = ptk_socket_connect(probe, &address);
    CHECK_OR_RETURN(ptk_socket_destroy(probe) == PTK_ERR_OK && ptk_socket_destroy(listener) == PTK_ERR_OK, false);
    return error == PTK_ERR_UNSUPPORTED ||
           (error == PTK_ERR_OK && ptk_socket_set_option(socket, option, value) == PTK_ERR_OK);
}

/** @brief Values outside of an option's range are refused. */
static void ranges(void) {
    CHECK(support_open());
    ptk_handle_t socket = ptk_socket_create(support_loop);
    CHECK_EQUAL(CASE_COUNT, PTK_SOCKET_OPTION_COUNT);
    for (size_t i = 0; i < CASE_COUNT; i++) {
        CHECK(taken(ptk_socket_set_option(socket, cases[i].option, cases[i].smallest)));
        CHECK(taken(ptk_socket_set_option(socket, cases[i].option, cases[i].largest)));
        CHECK_EQUAL(ptk_socket_set_option(socket, cases[i].option, cases[i].smallest - 1), PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_socket_set_option(socket, cases[i].option, INT32_MIN), PTK_ERR_INVALID_ARGUMENT);
        if (cases[i].largest > 0 && cases[i].largest < 65536) {
            CHECK_EQUAL(ptk_socket_set_option(socket, cases[i].option, cases[i].largest + 1), PTK_ERR_INVALID_ARGUMENT);
        }
    }
    CHECK_EQUAL(ptk_socket_set_option(socket, (ptk_socket_option_t)PTK_SOCKET_OPTION_COUNT, 1),
                PTK_ERR_INVALID_ARGUMENT);
    CHECK_EQUAL(ptk_socket_set_option(socket, (ptk_socket_option_t)15, 1), PTK_ERR_INVALID_ARGUMENT);
    CHECK(support_close());
}

/** @brief Each option on an open socket of each kind and family. */
static void on_open_sockets(uint8_t family) {
    ptk_handle_t sockets[2];
    ptk_handle_t peer;
    ptk_address_t address;

    CHECK(support_open());
    if (!support_has_family(family)) {
        CHECK(support_close());
        return;
    }
    CHECK(support_pair(support_loop, family, &sockets[0], &peer));
    sockets[1] = support_open_udp(support_loop, family, &address);
    CHECK(sockets[1] > 0);
    for (size_t i = 0; i < CASE_COUNT; i++) {
        for (uint32_t kind = 0; kind < 2; kind++) {
            const ptk_err_t error = ptk_socket_set_option(sockets[kind], cases[i].option, cases[i].largest);

            if ((cases[i].kinds & (1u << kind)) == 0) {
                CHECK_EQUAL(error, PTK_ERR_INVALID_ARGUMENT);
            } else if (cases[i].before_opening) {
                CHECK(error == PTK_ERR_INVALID_STATE || error == PTK_ERR_UNSUPPORTED);
            } else {
                CHECK(taken(error));
                CHECK(taken(ptk_socket_set_option(sockets[kind], cases[i].option, cases[i].smallest)));
            }
        }
    }
    CHECK(support_send_text(peer, "works on"));
    CHECK(support_expect_text(sockets[0], "works on"));
    CHECK(support_close());
}

/** @brief Options of open sockets. */
static void on_open_sockets_ipv4(void) {
    on_open_sockets(PTK_ADDRESS_IPV4);
}

/** @brief The same with IPv6. */
static void on_open_sockets_ipv6(void) {
    on_open_sockets(PTK_ADDRESS_IPV6);
}

/** @brief An option of the other kind of socket, set before: opening refuses it. */
static void wrong_kind_before_opening(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);

    CHECK(support_open());
    for (size_t i = 0; i < CASE_COUNT; i++) {
        if (cases[i].kinds == FOR_BOTH) {
            continue;
        }
        ptk_handle_t socket = ptk_socket_create(support_loop);
        CHECK_EQUAL(ptk_socket_set_option(socket, cases[i].option, cases[i].largest), PTK_ERR_OK);
        CHECK_EQUAL(cases[i].kinds == FOR_TCP ? ptk_socket_open_udp(socket, &local)
                                              : ptk_socket_listen(socket, &local, 1),
                    PTK_ERR_INVALID_ARGUMENT);
        CHECK_EQUAL(ptk_socket_destroy(socket), PTK_ERR_OK);
    }
    CHECK(support_close());
}

/** @brief Options of a socket that is not open are kept until it is. */
static void kept_until_opening(void) {
    const ptk_address_t local = support_loopback(PTK_ADDRESS_IPV4, 0);
    ptk_address_t address;

    CHECK(support_open());
    ptk_handle_t first = ptk_socket_create(support_loop);
    ptk_handle_t second = ptk_socket_create(support_loop);
    ptk_handle_t third = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_set_option(first, PTK_SOCKET_OPTION_REUSE_PORT, 1), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_set_option(second, PTK_SOCKET_OPTION_REUSE_PORT, 1), PTK_ERR_OK);
    ptk_err_t error = ptk_socket_open_udp(first, &local);
    if (error == PTK_ERR_UNSUPPORTED) {
        harness_skip("this platform cannot share a port");
        CHECK(support_close());
        return;
    }
    CHECK_EQUAL(error, PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_get_local_address(first, &address), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_open_udp(third, &address), PTK_ERR_ADDRESS_IN_USE);
    CHECK_EQUAL(ptk_socket_open_udp(second, &address), PTK_ERR_OK);
    /* A socket that takes the slot later starts without options. */
    CHECK_EQUAL(ptk_socket_destroy(second), PTK_ERR_OK);
    for (uint32_t i = 2; i < SUPPORT_SOCKETS; i++) {
        CHECK_EQUAL(ptk_socket_open_udp(ptk_socket_create(support_loop), &address), PTK_ERR_ADDRESS_IN_USE);
    }
    CHECK(support_close());
}

/** @brief Options of an accepted connection. */
static void options_of_a_connection(void) {
    support_record_t connected = {0};
    ptk_address_t address;

    CHECK(support_open());
    CHECK(support_listen(support_loop, PTK_ADDRESS_IPV4, 1, &address) > 0);
    ptk_handle_t client = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_set_option(client, PTK_SOCKET_OPTION_NO_DELAY, 1), PTK_ERR_OK);
    CHECK(set_if_known(client, PTK_SOCKET_OPTION_KEEP_ALIVE, 30));
    CHECK(set_if_known(client, PTK_SOCKET_OPTION_TTL, 9));
    CHECK(set_if_known(client, PTK_SOCKET_OPTION_SEND_BUFFER, 16384));
    CHECK(set_if_known(client, PTK_SOCKET_OPTION_RECEIVE_BUFFER, 16384));
    CHECK_EQUAL(ptk_set_event_handler(client, PTK_EVENT_CONNECTED, support_record, &connected), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(client, &address), PTK_ERR_OK);
    CHECK(support_run_until(&connected.count, 1));
    CHECK(taken(ptk_socket_set_option(client, PTK_SOCKET_OPTION_KEEP_ALIVE, 0)));
    CHECK_EQUAL(ptk_socket_set_option(client, PTK_SOCKET_OPTION_NO_DELAY, 0), PTK_ERR_OK);
    CHECK(support_close());
}

const harness_test_t socket_option_tests[] = {
    {"socket_option.ranges", ranges},
    {"socket_option.on_open_sockets_ipv4", on_open_sockets_ipv4},
    {"socket_option.on_open_sockets_ipv6", on_open_sockets_ipv6},
    {"socket_option.wrong_kind_before_opening", wrong_kind_before_opening},
    {"socket_option.kept_until_opening", kept_until_opening},
    {"socket_option.options_of_a_connection", options_of_a_connection},
    {NULL, NULL},
};

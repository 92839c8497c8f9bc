/**
 * @file test_udp_refused.c
 * @brief ICMP errors of connected UDP sockets: reported once, and never fatal.
 *
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

/** @brief Sends one byte. Returns whether that worked. */
static bool send_one(ptk_handle_t socket) {
    uint8_t memory[4];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, memory, sizeof(memory));
    ptk_buf_put_u8(&buf, 1);
    CHECK_OR_RETURN(ptk_socket_send(socket, &buf) == PTK_ERR_OK, false);
    return true;
}

/** @brief A socket that has sent a byte to a port of which the last owner is gone. */
static bool send_to_no_one(ptk_handle_t *socket, ptk_address_t *address, ptk_address_t *dead) {
    const ptk_handle_t gone = support_open_udp(support_loop, PTK_ADDRESS_IPV4, dead);

    *socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, address);
    CHECK_OR_RETURN(gone > 0 && *socket > 0, false);
    CHECK_OR_RETURN(ptk_socket_destroy(gone) == PTK_ERR_OK, false);
    CHECK_OR_RETURN(ptk_socket_connect(*socket, dead) == PTK_ERR_OK, false);
    return send_one(*socket);
}

/** @brief A refusal is reported once, by receive. */
static void reported_once_by_receive(void) {
    const uint64_t start = ptk_clock_now_ms();
    ptk_address_t address;
    ptk_address_t dead;
    ptk_handle_t socket;
    ptk_err_t error = PTK_ERR_WOULD_BLOCK;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(send_to_no_one(&socket, &address, &dead));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    while (error == PTK_ERR_WOULD_BLOCK && ptk_clock_now_ms() - start < SUPPORT_LIMIT_MS) {
        error = ptk_socket_receive(socket, &buf);
    }
    CHECK_EQUAL(error, PTK_ERR_CONNECTION_REFUSED);
    for (uint32_t i = 0; i < 5; i++) {
        CHECK_EQUAL(ptk_socket_receive(socket, &buf), PTK_ERR_WOULD_BLOCK);
        CHECK(support_poll(support_loop, 2));
    }
    CHECK(support_idle_passes(support_loop) <= 10);
    /* Now a socket opens that port, and sending works. */
    ptk_handle_t reborn = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_open_udp(reborn, &dead), PTK_ERR_OK);
    ptk_buf_clear(&buf);
    ptk_buf_put_bytes(&buf, "again", 5);
    CHECK_EQUAL(ptk_socket_send(socket, &buf), PTK_ERR_OK);
    CHECK(support_expect_text(reborn, "again"));
    ptk_buf_clear(&buf);
    ptk_buf_put_bytes(&buf, "reply", 5);
    CHECK_EQUAL(ptk_socket_send_to(reborn, &buf, &address), PTK_ERR_OK);
    CHECK(support_expect_text(socket, "reply"));
    CHECK(support_close());
}

/** @brief A refusal is reported once, by the ERROR event. */
static void reported_once_by_the_event(void) {
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    support_record_t failed = {0};
    ptk_address_t address;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    ptk_handle_t socket = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
    CHECK_EQUAL(ptk_socket_connect(socket, &dead), PTK_ERR_OK);
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, support_record, &failed), PTK_ERR_OK);
    for (uint32_t round = 1; round <= 4; round++) {
        CHECK(send_one(socket));
        CHECK(support_run_until(&failed.count, round));
        CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_CONNECTION_REFUSED);
        CHECK_EQUAL(failed.last_error, PTK_ERR_CONNECTION_REFUSED);
        CHECK(support_idle_passes(support_loop) <= 10);
        CHECK_EQUAL(failed.count, round);
        /* It comes again, whether or not a receive was tried meanwhile. */
        CHECK(round % 2 != 0 || ptk_socket_receive(socket, &buf) == PTK_ERR_WOULD_BLOCK);
    }
    CHECK(support_close());
}

/** @brief Two sockets that wait for errors alone; whichever handler is called first takes the other's error by a send. */
typedef struct taker {
    ptk_handle_t other; /* 0 when it has been taken from */
    uint32_t count;
    ptk_err_t taken;
} taker_t;

/** @brief Handler: receives from another socket, which takes its error. */
static void take_from_other(ptk_handle_t resource, ptk_event_t event, uintptr_t data, void *user_data) {
    taker_t *taker = user_data;
    uint8_t memory[4];
    ptk_buf_t buf;

    (void)resource;
    (void)event;
    (void)data;
    taker->count++;
    if (taker->other != 0 && taker->taken == PTK_ERR_OK) {
        (void)ptk_buf_init(&buf, memory, sizeof(memory));
        ptk_buf_put_u8(&buf, 1);
        taker->taken = ptk_socket_send(taker->other, &buf);
    }
}

/** @brief An error that another handler has taken is not reported again. */
static void taken_by_another_handler(void) {
    const ptk_address_t dead = support_dead_address(PTK_ADDRESS_IPV4);
    taker_t takers[2] = {{0, 0, PTK_ERR_OK}, {0, 0, PTK_ERR_OK}};
    ptk_address_t address;
    ptk_handle_t sockets[2];

    CHECK(support_open_two());
    for (uint32_t i = 0; i < 2; i++) {
        sockets[i] = support_open_udp(support_loop, PTK_ADDRESS_IPV4, &address);
        CHECK_EQUAL(ptk_socket_connect(sockets[i], &dead), PTK_ERR_OK);
        CHECK_EQUAL(ptk_set_event_handler(sockets[i], PTK_EVENT_ERROR, take_from_other, &takers[i]), PTK_ERR_OK);
    }
    takers[0].other = sockets[1];
    takers[1].other = sockets[0];
    CHECK(send_one(sockets[0]) && send_one(sockets[1]));
    CHECK(support_idle_passes(support_other) <= 10); /* time for both errors, without a pass of their loop */
    CHECK(support_poll(support_loop, 1));
    CHECK_EQUAL(takers[0].count + takers[1].count, 1);
    uint32_t loser = takers[0].count == 0 ? 0 : 1;
    CHECK_EQUAL(takers[1 - loser].taken, PTK_ERR_CONNECTION_REFUSED);
    CHECK(support_idle_passes(support_loop) <= 10);
    /* The next error is its own again. */
    takers[0].other = 0;
    takers[1].other = 0;
    CHECK(send_one(sockets[loser]));
    CHECK(support_run_until(&takers[loser].count, 1));
    CHECK(support_idle_passes(support_loop) <= 10);
    CHECK_EQUAL(takers[0].count + takers[1].count, 2);
    CHECK(support_close());
}

/** @brief A send that reports the error of an earlier datagram has not sent its own. */
static void reported_once_by_send(void) {
    ptk_address_t address;
    ptk_address_t dead;
    ptk_handle_t socket;
    uint8_t memory[8];
    ptk_buf_t buf;

    CHECK(support_open());
    CHECK(send_to_no_one(&socket, &address, &dead));
    CHECK_EQUAL(ptk_buf_init(&buf, memory, sizeof(memory)), PTK_ERR_OK);
    support_run_ms(50);
    ptk_handle_t reborn = ptk_socket_create(support_loop);
    CHECK_EQUAL(ptk_socket_open_udp(reborn, &dead), PTK_ERR_OK);
    ptk_buf_clear(&buf);
    ptk_buf_put_bytes(&buf, "kept", 4);
    CHECK_EQUAL(ptk_socket_send(socket, &buf), PTK_ERR_CONNECTION_REFUSED);
    CHECK_EQUAL(ptk_buf_length(&buf), 4);
    CHECK_EQUAL(ptk_socket_send(socket, &buf), PTK_ERR_OK);
    CHECK(support_expect_text(reborn, "kept"));
    ptk_buf_clear(&buf);
    CHECK_EQUAL(ptk_socket_receive(reborn, &buf), PTK_ERR_WOULD_BLOCK);
    CHECK(support_close());
}

const harness_test_t udp_refused_tests[] = {
    {"udp_refused.reported_once_by_receive", reported_once_by_receive},
    {"udp_refused.reported_once_by_send", reported_once_by_send},
    {"udp_refused.reported_once_by_the_event", reported_once_by_the_event},
    {"udp_refused.taken_by_another_handler", taken_by_another_handler},
    {NULL, NULL},
};

/**
 * @file test_link.c
 * @brief Latency, bandwidth, loss, and links that are cut.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

/** @brief A handshake takes the way there and back, data the way there. */
static void latency(void) {
    const ptk_sim_link_properties_t properties = {.latency_min_us = 30000, .latency_max_us = 30000};
    sim_counter_t connected = {0};
    sim_counter_t readable = {0};
    size_t sent;

    CHECK(sim_begin(1, &properties));
    ptk_handle_t listener = sim_listen(HOST_B);
    ptk_handle_t a = sim_connect(HOST_A);
    CHECK_EQUAL(ptk_set_event_handler(a, PTK_EVENT_CONNECTED, sim_count, &connected), PTK_ERR_OK);
    uint64_t begin = NOW;
    (void)ptk_sim_run_until(begin + 1000);
    CHECK_EQUAL(connected.count, 1);
    CHECK_EQUAL(connected.time_ms - begin, 60);
    ptk_handle_t b = ptk_socket_accept(listener, NULL);
    CHECK(b > 0);
    CHECK_EQUAL(ptk_set_event_handler(b, PTK_EVENT_READABLE, sim_count, &readable), PTK_ERR_OK);
    begin = NOW;
    CHECK_EQUAL(sim_send(a, 10, &sent), PTK_ERR_OK);
    CHECK(ptk_sim_step(begin + 1000));
    (void)ptk_sim_run_until(begin + 30);
    CHECK(readable.count >= 1);
    CHECK_EQUAL(readable.time_ms - begin, 30);
    sim_end();
}

/** @brief 200,000 bytes take two seconds at 100,000 bytes in a second, and all come. */
static void bandwidth(void) {
    const ptk_sim_link_properties_t properties = {.bytes_per_second = 100000};
    ptk_handle_t a;
    ptk_handle_t b;
    ptk_err_t error = PTK_ERR_OK;
    size_t sent = 0;
    size_t received = 0;

    CHECK(sim_begin(1, &properties));
    CHECK(sim_pair(&a, &b));
    uint64_t begin = NOW;
    while (received < 200000 && NOW - begin < 10000) {
        size_t part = 0;
        if (sent < 200000) {
            (void)sim_send(a, 200000 - sent < 4096 ? 200000 - sent : 4096, &part);
        }
        sent += part;
        (void)ptk_sim_run_until(NOW + 10);
        received += sim_receive(b, &error);
    }
    CHECK_EQUAL(sent, 200000);
    CHECK_EQUAL(received, 200000);
    CHECK(NOW - begin >= 2000 && NOW - begin <= 2500); /* the headers as well */
    sim_end();
}

/** @brief Sends the next bytes of a stream in which each byte is its number. The number of the next one. */
static uint8_t send_numbers(ptk_handle_t socket, uint8_t next, size_t length) {
    uint8_t bytes[64];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, bytes, sizeof bytes);
    for (size_t i = 0; i < length; i++) {
        ptk_buf_put_u8(&buf, (uint8_t)(next + i));
    }
    CHECK_OR_RETURN(ptk_socket_send(socket, &buf) == PTK_ERR_OK, next);
    return (uint8_t)(next + length - ptk_buf_length(&buf));
}

/** @brief Whether what a socket has to receive are the next bytes of such a stream; their number is added. */
static bool receive_numbers(ptk_handle_t socket, size_t *received) {
    uint8_t bytes[100];
    ptk_buf_t buf;

    (void)ptk_buf_init(&buf, bytes, sizeof bytes);
    while (ptk_socket_receive(socket, &buf) == PTK_ERR_OK) {
        for (size_t i = 0; i < ptk_buf_length(&buf); i++) {
            CHECK_OR_RETURN(bytes[i] == (uint8_t)(*received + i), false);
        }
        *received += ptk_buf_length(&buf);
        ptk_buf_clear(&buf);
    }
    return true;
}

/** @brief What is sent before and after a segment that is lost arrives in the order in which it was sent. */
static void losses_keep_the_order(void) {
    const ptk_sim_link_properties_t properties = {
        .latency_min_us = 1000, .latency_max_us = 20000, .loss_per_million = 100000};

    for (uint64_t seed = 1; seed <= 20; seed++) {
        ptk_handle_t a;
        ptk_handle_t b;
        uint8_t next = 0;
        size_t received = 0;

        CHECK(sim_begin(seed, NULL));
        CHECK(sim_pair(&a, &b));
        CHECK_EQUAL(ptk_sim_set_link(sim.link, &properties), PTK_ERR_OK);
        for (size_t part = 0; part < 100; part++) {
            next = send_numbers(a, next, 50);
            (void)ptk_sim_run_until(NOW + 3);
            CHECK(receive_numbers(b, &received));
        }
        (void)ptk_sim_run_until(NOW + 60000);
        CHECK(receive_numbers(b, &received));
        CHECK_EQUAL(received, 5000);
        sim_end();
    }
}

/** @brief What TCP loses arrives later, in order and once; the stream goes on. */
static void lost_segments_arrive_later(void) {
    const ptk_sim_link_properties_t properties = {
        .latency_min_us = 1000, .latency_max_us = 5000, .loss_per_million = 300000};
    ptk_handle_t a;
    ptk_handle_t b;
    uint32_t wanted = 0;

    CHECK(sim_begin(5, &properties));
    CHECK(sim_pair(&a, &b));
    for (uint32_t i = 0; i < 500; i++) {
        uint8_t bytes[4];
        ptk_buf_t buf;
        (void)ptk_buf_init(&buf, bytes, sizeof bytes);
        ptk_buf_put_u32_be(&buf, i);
        CHECK_EQUAL(ptk_socket_send(a, &buf), PTK_ERR_OK);
    }
    for (int i = 0; i < 6000 && wanted < 500; i++) {
        uint8_t bytes[400];
        ptk_buf_t buf;
        (void)ptk_sim_run_until(NOW + 1000);
        (void)ptk_buf_init(&buf, bytes, sizeof bytes);
        (void)ptk_socket_receive(b, &buf);
        while (ptk_buf_length(&buf) >= 4) {
            CHECK_EQUAL(ptk_buf_get_u32_be(&buf), wanted);
            wanted++;
        }
    }
    CHECK_EQUAL(wanted, 500);
    sim_end();
}

/** @brief A link that is cut for a while delays; for more than a minute it ends the connection of who has sent. */
static void cut_link(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    ptk_err_t error;
    sim_counter_t failed = {0};
    size_t sent;

    CHECK(sim_begin(1, NULL));
    CHECK(sim_pair(&a, &b));
    CHECK_EQUAL(ptk_set_event_handler(a, PTK_EVENT_ERROR, sim_count, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_sim_cut(sim.link, -1, true), PTK_ERR_OK);
    CHECK_EQUAL(sim_send(a, 100, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 20000);
    CHECK_EQUAL(sim_receive(b, &error), 0);
    CHECK_EQUAL(ptk_sim_cut(sim.link, -1, false), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 11000); /* the longest interval between two attempts is 10 s */
    CHECK_EQUAL(sim_receive(b, &error), 100);
    CHECK_EQUAL(failed.count, 0);
    CHECK_EQUAL(ptk_sim_cut(sim.link, HOST_B, true), PTK_ERR_OK); /* acknowledgements do not come */
    CHECK_EQUAL(sim_send(a, 100, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 90000);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(sim_receive(b, &error), 0);
    CHECK_EQUAL(error, PTK_ERR_WOULD_BLOCK); /* it has sent nothing, and does not know */
    sim_end();
}

/** @brief Without a link a host is unreachable after three seconds, without a network at once. */
static void unreachable(void) {
    sim_counter_t failed = {0};
    ptk_address_t remote;

    CHECK(sim_begin(1, NULL));
    CHECK_EQUAL(ptk_sim_enter(HOST_A), PTK_ERR_OK);
    CHECK_EQUAL(ptk_address_parse("192.0.2.77", 502, &remote), PTK_ERR_OK);
    ptk_handle_t socket = ptk_socket_create(sim.loops[HOST_A]);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, sim_count, &failed), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_connect(socket, &remote), PTK_ERR_OK);
    uint64_t begin = NOW;
    (void)ptk_sim_run_until(begin + 10000);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_HOST_UNREACHABLE);
    CHECK_EQUAL(failed.time_ms - begin, 3000);
    CHECK_EQUAL(ptk_address_parse("2001:db8::1", 502, &remote), PTK_ERR_OK);
    ptk_handle_t other = ptk_socket_create(sim.loops[HOST_A]);
    CHECK_EQUAL(ptk_set_event_handler(other, PTK_EVENT_ERROR, sim_count, &failed), PTK_ERR_OK);
    begin = NOW;
    CHECK_EQUAL(ptk_socket_connect(other, &remote), PTK_ERR_OK);
    (void)ptk_sim_run_until(begin + 10);
    CHECK_EQUAL(failed.count, 2);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_NETWORK_UNREACHABLE);
    CHECK_EQUAL(failed.time_ms, begin);
    sim_end();
}

/** @brief An attempt to reach a host that does not answer ends after 127 s. */
static void attempt_times_out(void) {
    sim_counter_t failed = {0};

    CHECK(sim_begin(1, NULL));
    CHECK(sim_listen(HOST_B) > 0);
    CHECK_EQUAL(ptk_sim_set_network(HOST_B, false), PTK_ERR_OK);
    ptk_handle_t socket = sim_connect(HOST_A);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_ERROR, sim_count, &failed), PTK_ERR_OK);
    uint64_t begin = NOW;
    (void)ptk_sim_run_until(begin + 200000);
    CHECK_EQUAL(failed.count, 1);
    CHECK_EQUAL(PTK_EVENT_ERROR_CODE(failed.data), PTK_ERR_TIMED_OUT);
    CHECK_EQUAL(failed.time_ms - begin, 127000);
    sim_end();
}

/** @brief Datagrams: all lost, all twice, too big. */
static void datagrams(void) {
    ptk_sim_link_properties_t properties = {.loss_per_million = 1000000};
    ptk_err_t error;
    size_t sent;

    CHECK(sim_begin(1, &properties));
    ptk_handle_t a = sim_open_udp(HOST_A, 4000);
    ptk_handle_t b = sim_open_udp(HOST_B, 4001);
    CHECK_EQUAL(sim_send_to(a, HOST_B, 4001, 7, 10), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(sim_receive(b, &error), 0);
    properties.loss_per_million = 0;
    properties.duplicate_per_million = 1000000;
    CHECK_EQUAL(ptk_sim_set_link(sim.link, &properties), PTK_ERR_OK);
    CHECK_EQUAL(sim_send_to(a, HOST_B, 4001, 7, 10), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(sim_receive(b, &error), 20);
    properties.duplicate_per_million = 0;
    properties.mtu = 1000;
    CHECK_EQUAL(ptk_sim_set_link(sim.link, &properties), PTK_ERR_OK);
    ptk_address_t remote = sim_address(HOST_B, 4001);
    CHECK_EQUAL(ptk_socket_connect(a, &remote), PTK_ERR_OK);
    CHECK_EQUAL(sim_send(a, 1001, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK_EQUAL(sim_receive(b, &error), 0);
    CHECK_EQUAL(sim_receive(a, &error), 0);
    CHECK_EQUAL(error, PTK_ERR_PACKET_TOO_BIG);
    sim_end();
}

/** @brief Datagrams overtake one another where latencies differ, and none is lost for that. */
static void datagrams_overtake(void) {
    const ptk_sim_link_properties_t properties = {.latency_max_us = 50000};
    uint8_t bytes[4];
    ptk_buf_t buf;
    int overtaken = 0;
    uint32_t sum = 0;
    uint8_t last = 0;

    CHECK(sim_begin(1, &properties));
    ptk_handle_t b = sim_open_udp(HOST_B, 4001);
    ptk_handle_t a = sim_open_udp(HOST_A, 4000);
    for (uint8_t i = 1; i <= 100; i++) {
        CHECK_EQUAL(sim_send_to(a, HOST_B, 4001, i, 1), PTK_ERR_OK);
    }
    (void)ptk_sim_run_until(NOW + 100);
    for (int i = 0; i < 100; i++) {
        (void)ptk_buf_init(&buf, bytes, sizeof bytes);
        CHECK_EQUAL(ptk_socket_receive(b, &buf), PTK_ERR_OK);
        uint8_t number = ptk_buf_get_u8(&buf);
        overtaken += number < last ? 1 : 0;
        sum += number;
        last = number;
    }
    CHECK_EQUAL(sum, 5050); /* each once */
    CHECK(overtaken > 10);
    sim_end();
}

/** @brief A link that is cut in one direction: datagrams pass in the other one, and no connection is made either way. */
static void one_direction(void) {
    ptk_err_t error;
    sim_counter_t connected = {0};

    CHECK(sim_begin(1, NULL));
    ptk_handle_t a = sim_open_udp(HOST_A, 4000);
    ptk_handle_t b = sim_open_udp(HOST_B, 4001);
    CHECK(sim_listen(HOST_B) > 0);
    CHECK_EQUAL(ptk_sim_cut(sim.link, HOST_B, true), PTK_ERR_OK); /* what B sends */
    CHECK_EQUAL(sim_send_to(a, HOST_B, 4001, 7, 10), PTK_ERR_OK);
    CHECK_EQUAL(sim_send_to(b, HOST_A, 4000, 7, 10), PTK_ERR_OK);
    ptk_handle_t socket = sim_connect(HOST_A);
    CHECK_EQUAL(ptk_set_event_handler(socket, PTK_EVENT_CONNECTED, sim_count, &connected), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 5000);
    CHECK_EQUAL(sim_receive(b, &error), 10);
    CHECK_EQUAL(sim_receive(a, &error), 0);
    CHECK_EQUAL(connected.count, 0);
    CHECK_EQUAL(ptk_sim_cut(sim.link, HOST_B, false), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 10000);
    CHECK_EQUAL(connected.count, 1);
    sim_end();
}

/** @brief A full backlog: who does not fit tries again, and gets in when there is room. */
static void full_backlog(void) {
    ptk_handle_t sockets[4];
    sim_counter_t connected = {0};

    CHECK(sim_begin(1, NULL));
    ptk_handle_t listener = sim_listen(HOST_B); /* a backlog of 2: as on Linux one more waits */
    for (int i = 0; i < 4; i++) {
        sockets[i] = sim_connect(HOST_A);
        CHECK_EQUAL(ptk_set_event_handler(sockets[i], PTK_EVENT_CONNECTED, sim_count, &connected), PTK_ERR_OK);
    }
    (void)ptk_sim_run_until(NOW + 500);
    CHECK_EQUAL(connected.count, 3);
    CHECK(ptk_socket_accept(listener, NULL) > 0);
    CHECK(ptk_socket_accept(listener, NULL) > 0);
    (void)ptk_sim_run_until(NOW + 5000);
    CHECK_EQUAL(connected.count, 4);
    sim_end();
}

const harness_test_t link_tests[] = {
    {"link.latency", latency},
    {"link.bandwidth", bandwidth},
    {"link.lost_segments_arrive_later", lost_segments_arrive_later},
    {"link.losses_keep_the_order", losses_keep_the_order},
    {"link.cut_link", cut_link},
    {"link.unreachable", unreachable},
    {"link.attempt_times_out", attempt_times_out},
    {"link.datagrams", datagrams},
    {"link.datagrams_overtake", datagrams_overtake},
    {"link.one_direction", one_direction},
    {"link.full_backlog", full_backlog},
    {NULL, NULL},
};

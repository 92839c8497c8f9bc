/**
 * @file test_capture.c
 * @brief The packets that a world shows as a pcap file: read here as a reader of such files would.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_support.h"

#include <string.h>

/** @brief Sizes of headers, and flags of TCP. */
enum { FILE_BYTES = 24, RECORD_BYTES = 16, FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/** @brief What was captured. */
static struct {
    uint8_t bytes[1 << 18]; /**< @brief The file. */
    size_t length;          /**< @brief Its length. */
    size_t next;            /**< @brief Where the next packet begins. */
} file;

/** @brief A packet that was read. */
typedef struct packet {
    const uint8_t *ip;      /**< @brief Where it begins. */
    uint64_t time_ns;       /**< @brief Its time. */
    uint32_t length;        /**< @brief Its length, the header of IP included. */
    uint32_t protocol;      /**< @brief What is in it. */
    const uint8_t *payload; /**< @brief Where that begins. */
    uint32_t rest;          /**< @brief How long that is. */
} packet_t;

/** @brief Appends to the file. */
static void append(void *argument, const void *bytes, size_t length) {
    (void)argument;
    if (length <= sizeof file.bytes - file.length) {
        memcpy(file.bytes + file.length, bytes, length);
        file.length += length;
    }
}

/** @brief Begins a world that is captured. */
static bool begin(uint64_t seed, const ptk_sim_link_properties_t *properties) {
    CHECK_OR_RETURN(sim_begin(seed, properties), false);
    memset(&file, 0, sizeof file);
    file.next = FILE_BYTES;
    ptk_sim_set_capture(append, NULL);
    return true;
}

/** @brief A number of four bytes, the lowest first. */
static uint32_t little(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/** @brief A number of so many bytes, the highest first. */
static uint32_t big(const uint8_t *bytes, int count) {
    uint32_t value = 0;
    for (int i = 0; i < count; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/** @brief The sum of bytes with their checksum, which is 0xFFFF if that is right: RFC 1071. */
static uint32_t sum(uint32_t begin_with, const uint8_t *bytes, uint32_t length) {
    uint64_t total = begin_with;
    for (uint32_t i = 0; i < length; i++) {
        total += (uint64_t)bytes[i] << (i % 2 == 0 ? 8 : 0);
    }
    while (total > 0xFFFFu) {
        total = (total & 0xFFFFu) + (total >> 16);
    }
    return (uint32_t)total;
}

/** @brief Reads the next packet, and its checksums. @return whether there is one, and it is right. */
static bool next_packet(packet_t *packet) {
    const uint8_t *record = file.bytes + file.next;
    if (file.next + RECORD_BYTES > file.length) {
        return false;
    }
    packet->time_ns = little(record) * (uint64_t)1000000000 + little(record + 4);
    packet->length = little(record + 8);
    packet->ip = record + RECORD_BYTES;
    CHECK_OR_RETURN(little(record + 12) == packet->length, false);
    file.next += RECORD_BYTES + packet->length;
    CHECK_OR_RETURN(file.next <= file.length, false);
    bool is_ipv4 = packet->ip[0] >> 4 == 4;
    uint32_t header = is_ipv4 ? 20 : 40;
    packet->protocol = packet->ip[is_ipv4 ? 9 : 6];
    packet->payload = packet->ip + header;
    packet->rest = packet->length - header;
    if (is_ipv4) {
        CHECK_OR_RETURN(big(packet->ip + 2, 2) == packet->length, false);
        CHECK_OR_RETURN(sum(0, packet->ip, header) == 0xFFFFu, false);
    } else {
        CHECK_OR_RETURN(packet->ip[0] == 0x60 && big(packet->ip + 4, 2) == packet->rest, false);
    }
    uint32_t pseudo = sum(packet->protocol + packet->rest, packet->ip + (is_ipv4 ? 12 : 8), is_ipv4 ? 8 : 32);
    pseudo = packet->protocol == 1 ? 0 : pseudo; /* ICMP for IPv4 has none */
    CHECK_OR_RETURN(sum(pseudo, packet->payload, packet->rest) == 0xFFFFu, false);
    return true;
}

/** @brief The file's header: draft-ietf-opsawg-pcap, 4. */
static void header_of_the_file(void) {
    static const uint8_t wanted[FILE_BYTES] = {0x4D, 0x3C, 0xB2, 0xA1, 2, 0, 4, 0, 0,   0, 0, 0,
                                               0,    0,    0,    0,    0, 0, 4, 0, 101, 0, 0, 0};

    CHECK(begin(1, NULL));
    CHECK_EQUAL(file.length, sizeof wanted);
    CHECK_EQUAL(memcmp(file.bytes, wanted, sizeof wanted), 0);
    sim_end();
}

/** @brief Runs a connection: 1300 bytes to B, 5 back, both ends. */
static void run_connection(void) {
    ptk_handle_t a;
    ptk_handle_t b;
    ptk_err_t error;
    size_t sent;

    CHECK(sim_pair(&a, &b));
    CHECK_EQUAL(sim_send(a, 1300, &sent), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 2000);
    CHECK_EQUAL(sim_receive(b, &error), 1300);
    CHECK_EQUAL(sim_send(b, 5, &sent), PTK_ERR_OK);
    CHECK_EQUAL(ptk_socket_shutdown(b), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 2000);
    CHECK_EQUAL(sim_receive(a, &error), 5);
    CHECK_EQUAL(ptk_socket_destroy(a), PTK_ERR_OK);
    (void)ptk_sim_run_until(NOW + 2000);
}

/** @brief A stream: its packets follow one another, in sequence numbers, in time, and from SYN to FIN. */
static void stream(void) {
    const ptk_sim_link_properties_t properties = {
        .latency_min_us = 1000, .latency_max_us = 9000, .loss_per_million = 100000};
    packet_t packet;
    uint32_t next[2] = {0, 0};
    uint32_t flags[2] = {0, 0};
    uint32_t bytes[2] = {0, 0};
    uint64_t time_ns = 0;
    int count = 0;

    CHECK(begin(7, &properties));
    run_connection();
    while (next_packet(&packet)) {
        uint32_t from = packet.ip[15] == 1 ? 0 : 1; /* 192.0.2.1 is host A */
        uint32_t flag = packet.payload[13];
        uint32_t length = packet.rest - 20;
        CHECK_EQUAL(packet.protocol, 6);
        CHECK(packet.time_ns >= time_ns);
        time_ns = packet.time_ns;
        CHECK_EQUAL(big(packet.payload + (from == 0 ? 2 : 0), 2), 502);
        CHECK((flags[from] & SYN) != 0 || (flag & SYN) != 0);
        CHECK((flag & SYN) != 0 || big(packet.payload + 4, 4) == next[from]);
        CHECK((flag & ACK) == 0 || big(packet.payload + 8, 4) == next[1 - from]);
        next[from] = big(packet.payload + 4, 4) + length + ((flag & (SYN | FIN)) != 0 ? 1 : 0);
        flags[from] |= flag;
        bytes[from] += length;
        count++;
    }
    CHECK(!harness_failed());
    CHECK_EQUAL(file.next, file.length);
    CHECK_EQUAL(bytes[0], 1300);
    CHECK_EQUAL(bytes[1], 5);
    CHECK((flags[0] & FIN) != 0 && (flags[1] & FIN) != 0 && (flags[0] & RST) == 0);
    CHECK_EQUAL(count, 3 + 3 + 1 + 2); /* the beginning, 1300 bytes, 5 bytes, both ends */
    sim_end();
}

/** @brief A refused connection: a reset whose numbers answer the SYN. */
static void reset(void) {
    packet_t syn;
    packet_t answer;

    CHECK(begin(1, NULL));
    CHECK(sim_connect(HOST_A) > 0);
    (void)ptk_sim_run_until(NOW + 100);
    CHECK(next_packet(&syn));
    CHECK(next_packet(&answer));
    CHECK_EQUAL(syn.payload[13], SYN);
    CHECK_EQUAL(answer.payload[13], RST | ACK);
    CHECK_EQUAL(big(answer.payload + 8, 4), big(syn.payload + 4, 4) + 1); /* RFC 9293, 3.5.2 */
    CHECK(!next_packet(&answer));
    sim_end();
}

/** @brief Datagrams of both families, one of several segments, and the ICMP message that the port is not in use. */
static void datagrams(void) {
    static const char *const texts[2] = {"2001:db8::1", "2001:db8::2"};
    static const uint32_t sizes[] = {0, 1, 511, 1025};
    ptk_address_t any = ptk_address_any(PTK_ADDRESS_IPV6, 4000);
    ptk_address_t remote[2];
    packet_t packet;
    uint8_t bytes[1100];
    ptk_buf_t buf;

    CHECK(begin(1, NULL));
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(ptk_address_parse(texts[i], 4001, &remote[i]), PTK_ERR_OK);
        CHECK_EQUAL(ptk_sim_add_address(i, &remote[i]), PTK_ERR_OK);
    }
    CHECK_EQUAL(ptk_sim_enter(HOST_A), PTK_ERR_OK);
    ptk_handle_t sockets[2] = {sim_open_udp(HOST_A, 4000), ptk_socket_create(sim.loops[HOST_A])};
    CHECK_EQUAL(ptk_socket_open_udp(sockets[1], &any), PTK_ERR_OK);
    remote[0] = sim_address(HOST_B, 4001);
    for (int family = 0; family < 2; family++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            (void)ptk_buf_init(&buf, bytes, sizeof bytes);
            ptk_buf_put_fill(&buf, 0xA7, sizes[i]);
            CHECK_EQUAL(ptk_socket_send_to(sockets[family], &buf, &remote[family]), PTK_ERR_OK);
            (void)ptk_sim_run_until(NOW + 10);
            CHECK(next_packet(&packet));
            CHECK_EQUAL(packet.protocol, 17);
            CHECK_EQUAL(packet.rest, 8 + sizes[i]);
            CHECK_EQUAL(big(packet.payload, 2), 4000);
            CHECK_EQUAL(big(packet.payload + 4, 2), packet.rest);
            CHECK(sizes[i] == 0 || packet.payload[7 + sizes[i]] == 0xA7);
            CHECK(next_packet(&packet));
            CHECK_EQUAL(packet.protocol, family == 0 ? 1 : 58);
            CHECK_EQUAL(big(packet.payload, 2), family == 0 ? 0x0303 : 0x0104); /* port unreachable */
            CHECK_EQUAL(big(packet.payload + packet.rest - 6, 2), 4001);
        }
    }
    CHECK(!next_packet(&packet));
    sim_end();
}

/** @brief The same seed gives the same file; that it is written changes nothing of what happens. */
static void seed_decides(void) {
    static uint8_t first[1 << 14];
    const ptk_sim_link_properties_t properties = {.latency_max_us = 9000, .loss_per_million = 100000};

    CHECK(begin(3, &properties));
    run_connection();
    size_t length = file.length;
    uint64_t hash = ptk_sim_trace_hash();
    CHECK(length > FILE_BYTES && length <= sizeof first);
    memcpy(first, file.bytes, length);
    sim_end();
    CHECK(begin(3, &properties));
    run_connection();
    CHECK_EQUAL(file.length, length);
    CHECK_EQUAL(memcmp(first, file.bytes, length), 0);
    sim_end();
    CHECK(begin(3, &properties));
    ptk_sim_set_capture(NULL, NULL);
    run_connection();
    CHECK_EQUAL(file.length, FILE_BYTES);
    CHECK_EQUAL(ptk_sim_trace_hash() == hash, true);
    sim_end();
}

const harness_test_t capture_tests[] = {
    {"capture.header_of_the_file", header_of_the_file},
    {"capture.stream", stream},
    {"capture.reset", reset},
    {"capture.datagrams", datagrams},
    {"capture.seed_decides", seed_decides},
    {NULL, NULL},
};

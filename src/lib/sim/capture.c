/**
 * @file capture.c
 * @brief A pcap file of what arrives: draft-ietf-opsawg-pcap. Segments have no headers; what they would have had is made
 *        up here, from what the segments know.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/world.h"

#include <string.h>

/** @brief draft-ietf-opsawg-pcap, 4: the time stamps are in nanoseconds. */
#define MAGIC 0xA1B23C4Du
/** @brief Larger than any packet. */
#define SNAP_LENGTH 262144u
/** @brief draft-ietf-opsawg-pcaplinktype: each packet begins with the header of IPv4 or IPv6. */
#define LINKTYPE_RAW 101u

/** @brief Protocols, as IANA numbers them. */
enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58 };
/** @brief Flags of TCP, RFC 9293, 3.1. */
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_PSH = 8, FLAG_ACK = 16, FLAG_URG = 32 };
/** @brief Sizes of headers. */
enum { RECORD_BYTES = 16, IPV4_BYTES = 20, IPV6_BYTES = 40, TCP_BYTES = 20, UDP_BYTES = 8, ICMP_BYTES = 8 };
/** @brief What every packet's hop limit is. */
#define HOP_LIMIT 64u

/** @brief A packet without its payload. */
typedef struct packet {
    uint8_t bytes[RECORD_BYTES + IPV6_BYTES + ICMP_BYTES + IPV6_BYTES + UDP_BYTES]; /**< @brief The longest there is. */
    size_t length;                                                                  /**< @brief So far. */
} packet_t;

/* ------------------------------------------------------------------------------------------ bytes */

/** @brief Appends a number of so many bytes, the first one the highest. */
static void put(packet_t *packet, uint32_t value, size_t count) {
    while (count-- > 0) {
        packet->bytes[packet->length++] = (uint8_t)(value >> (8 * count));
    }
}

/** @brief Appends a number of four bytes, the first one the lowest. */
static void put_little(packet_t *packet, uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        packet->bytes[packet->length++] = (uint8_t)(value >> shift);
    }
}

/** @brief Puts a number of two bytes at a place. */
static void put_at(packet_t *packet, size_t place, uint32_t value) {
    packet->bytes[place] = (uint8_t)(value >> 8);
    packet->bytes[place + 1] = (uint8_t)value;
}

/** @brief How many bytes an address has in a header. */
static size_t size_of(const ptk_address_t *address) {
    return address->family == PTK_ADDRESS_IPV4 ? 4 : 16;
}

/** @brief Appends an address. */
static void put_address(packet_t *packet, const ptk_address_t *address) {
    memcpy(packet->bytes + packet->length, address->bytes, size_of(address));
    packet->length += size_of(address);
}

/** @brief A sum as RFC 1071 has it, of bytes that begin at an even place. */
static uint32_t sum_of(uint32_t sum, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
        sum = (sum & 0xFFFFu) + (sum >> 16);
    }
    return sum;
}

/* ------------------------------------------------------------------------------------------ headers */

/** @brief Appends a header of IP for a payload of so many bytes. */
static void put_ip(packet_t *packet, const ptk_address_t *source, const ptk_address_t *destination, uint32_t protocol,
                   uint32_t length) {
    size_t begin = packet->length;
    if (source->family == PTK_ADDRESS_IPV4) { /* RFC 791, 3.1 */
        put(packet, 0x4500, 2);
        put(packet, IPV4_BYTES + length, 2);
        put(packet, 0, 4);
        put(packet, (HOP_LIMIT << 8) | protocol, 2);
        put(packet, 0, 2);
    } else { /* RFC 8200, 3 */
        put(packet, 0x60000000u, 4);
        put(packet, length, 2);
        put(packet, (protocol << 8) | HOP_LIMIT, 2);
    }
    put_address(packet, source);
    put_address(packet, destination);
    if (source->family == PTK_ADDRESS_IPV4) {
        put_at(packet, begin + 10, ~sum_of(0, packet->bytes + begin, IPV4_BYTES));
    }
}

/** @brief The sum of the pseudo-header of TCP, UDP and ICMPv6: RFC 9293, 3.1, RFC 8200, 8.1. */
static uint32_t pseudo_sum(const ptk_address_t *source, const ptk_address_t *destination, uint32_t protocol,
                           uint32_t length) {
    uint32_t sum = sum_of(protocol, source->bytes, size_of(source));
    sum = sum_of(sum, destination->bytes, size_of(destination));
    sum += length;
    return (sum & 0xFFFFu) + (sum >> 16);
}

/** @brief The sum of a segment's bytes, which lie in slots of an even size. */
static uint32_t sum_of_payload(uint32_t sum, const ptk_sim_segment_t *segment) {
    size_t rest = segment->length;
    while (rest > 0) {
        size_t part = rest < PTK_SIM_SEGMENT_BYTES ? rest : PTK_SIM_SEGMENT_BYTES;
        sum = sum_of(sum, segment->bytes, part);
        rest -= part;
        segment = rest > 0 ? ptk_sim_segment(segment->rest) : segment;
    }
    return sum;
}

/** @brief Begins a packet: its time, its size, and the header of IP. Returns where the payload of so many bytes begins. */
static size_t begin(packet_t *packet, const ptk_sim_segment_t *segment, uint32_t protocol, uint32_t length) {
    uint64_t now_ns = ptk_sim_state()->now_ns;
    uint32_t size = length + (segment->source.family == PTK_ADDRESS_IPV4 ? IPV4_BYTES : IPV6_BYTES);
    packet->length = 0;
    put_little(packet, (uint32_t)(now_ns / PTK_SIM_NS_PER_S));
    put_little(packet, (uint32_t)(now_ns % PTK_SIM_NS_PER_S));
    put_little(packet, size);
    put_little(packet, size);
    put_ip(packet, &segment->source, &segment->destination, protocol, length);
    return packet->length;
}

/** @brief Hands on what there is of a packet. */
static void hand_on(const packet_t *packet) {
    const ptk_sim_world_t *world = ptk_sim_state();
    world->capture(world->capture_argument, packet->bytes, packet->length);
}

/** @brief Hands on a segment's bytes. */
static void hand_on_payload(const ptk_sim_segment_t *segment) {
    const ptk_sim_world_t *world = ptk_sim_state();
    size_t rest = segment->length;
    while (rest > 0) {
        size_t part = rest < PTK_SIM_SEGMENT_BYTES ? rest : PTK_SIM_SEGMENT_BYTES;
        world->capture(world->capture_argument, segment->bytes, part);
        rest -= part;
        segment = rest > 0 ? ptk_sim_segment(segment->rest) : segment;
    }
}

/* ------------------------------------------------------------------------------------------ packets */

/** @brief The flags of a segment of TCP. */
static uint32_t flags_of(uint8_t kind) {
    static const uint8_t flags[] = {[PTK_SIM_SYN] = FLAG_SYN,
                                    [PTK_SIM_SYN_ACK] = FLAG_SYN | FLAG_ACK,
                                    [PTK_SIM_DATA] = FLAG_PSH | FLAG_ACK,
                                    [PTK_SIM_FIN] = FLAG_FIN | FLAG_ACK,
                                    [PTK_SIM_RESET] = FLAG_RST | FLAG_ACK};
    return flags[kind];
}

/** @brief A packet of TCP: RFC 9293, 3.1. */
static void capture_stream(const ptk_sim_segment_t *segment, uint32_t flags) {
    packet_t packet;
    uint32_t length = TCP_BYTES + segment->length;
    size_t first = begin(&packet, segment, TCP, length);
    put(&packet, segment->source.port, 2);
    put(&packet, segment->destination.port, 2);
    put(&packet, segment->sequence, 4);
    put(&packet, segment->acknowledgement, 4);
    put(&packet, ((TCP_BYTES / 4u) << 12) | flags | (segment->is_urgent ? FLAG_URG : 0u), 2);
    put(&packet, 0xFFFFu, 2); /* the window, which the model has elsewhere */
    put(&packet, 0, 2);
    put(&packet, segment->is_urgent ? 1 : 0, 2); /* it points to the byte after the urgent one: RFC 6093, 2.1 */
    uint32_t sum = pseudo_sum(&segment->source, &segment->destination, TCP, length);
    sum = sum_of(sum, packet.bytes + first, TCP_BYTES);
    put_at(&packet, first + 16, ~sum_of_payload(sum, segment));
    hand_on(&packet);
    hand_on_payload(segment);
}

/** @brief A packet of UDP: RFC 768. */
static void capture_datagram(const ptk_sim_segment_t *segment) {
    packet_t packet;
    uint32_t length = UDP_BYTES + segment->length;
    size_t first = begin(&packet, segment, UDP, length);
    put(&packet, segment->source.port, 2);
    put(&packet, segment->destination.port, 2);
    put(&packet, length, 2);
    put(&packet, 0, 2);
    uint32_t sum = pseudo_sum(&segment->source, &segment->destination, UDP, length);
    sum = sum_of_payload(sum_of(sum, packet.bytes + first, UDP_BYTES), segment);
    put_at(&packet, first + 6, sum == 0xFFFFu ? 0xFFFFu : ~sum); /* 0 would be "no checksum" */
    hand_on(&packet);
    hand_on_payload(segment);
}

/** @brief An ICMP message: RFC 792 and RFC 4443, with the headers of the datagram that it is about, and none of its bytes. */
static void capture_message(const ptk_sim_segment_t *segment) {
    packet_t packet;
    bool is_ipv4 = segment->source.family == PTK_ADDRESS_IPV4;
    bool is_too_big = segment->pending_error == PTK_ERR_PACKET_TOO_BIG;
    uint32_t protocol = is_ipv4 ? ICMP : ICMPV6;
    uint32_t ip_bytes = is_ipv4 ? IPV4_BYTES : IPV6_BYTES;
    uint32_t length = ICMP_BYTES + ip_bytes + UDP_BYTES;
    uint32_t code = is_ipv4 ? (is_too_big ? 0x0304u : 0x0303u) : (is_too_big ? 0x0200u : 0x0104u);
    size_t first = begin(&packet, segment, protocol, length);
    put(&packet, code, 2);
    put(&packet, 0, 2);
    put(&packet, is_too_big ? segment->acknowledgement + ip_bytes + UDP_BYTES : 0, 4);
    put_ip(&packet, &segment->destination, &segment->source, UDP, UDP_BYTES + segment->sequence);
    put(&packet, segment->destination.port, 2);
    put(&packet, segment->source.port, 2);
    put(&packet, UDP_BYTES + segment->sequence, 2);
    put(&packet, 0, 2);
    uint32_t sum = is_ipv4 ? 0 : pseudo_sum(&segment->source, &segment->destination, protocol, length);
    put_at(&packet, first + 2, ~sum_of(sum, packet.bytes + first, length));
    hand_on(&packet);
}

void ptk_sim_capture(const ptk_sim_segment_t *segment) {
    if (ptk_sim_state()->capture == NULL) {
        return;
    }
    if (segment->kind == PTK_SIM_DATAGRAM) {
        capture_datagram(segment);
    } else if (segment->kind == PTK_SIM_ICMP) {
        capture_message(segment);
    } else {
        capture_stream(segment, flags_of(segment->kind));
    }
}

void ptk_sim_capture_acknowledgement(const ptk_sim_socket_t *socket) {
    ptk_sim_segment_t segment = {0};
    if (ptk_sim_state()->capture == NULL) {
        return;
    }
    segment.source = socket->local;
    segment.destination = socket->remote;
    segment.sequence = ptk_sim_first_sequence(ptk_sim_reference(socket)) + 1;
    segment.acknowledgement = ptk_sim_first_sequence(socket->peer) + 1;
    capture_stream(&segment, FLAG_ACK);
}

uint32_t ptk_sim_first_sequence(uint32_t reference) {
    return reference * 2654435761u; /* Knuth's: far apart for connections one after the other */
}

void ptk_sim_set_capture(void (*capture)(void *argument, const void *bytes, size_t length), void *argument) {
    ptk_sim_world_t *world = ptk_sim_state();
    packet_t header = {{0}, 0};
    world->capture = capture;
    world->capture_argument = argument;
    if (capture != NULL) {
        put_little(&header, MAGIC);
        put_little(&header, 2 | 4u << 16); /* the version, 2.4 */
        put_little(&header, 0);
        put_little(&header, 0);
        put_little(&header, SNAP_LENGTH);
        put_little(&header, LINKTYPE_RAW);
        hand_on(&header);
    }
}
